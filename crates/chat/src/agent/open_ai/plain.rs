//! The event that nearly all of an answer is made of: a piece of text and nothing else. It is read without a tree of everything that servers put
//! around it.

use serde::{Deserialize, de::IgnoredAny};
use std::borrow::Cow;

#[derive(Deserialize)]
struct Chunk<'frame> {
    #[serde(borrow)]
    choices: [Choice<'frame>; 1],
    error: Option<IgnoredAny>,
    detail: Option<IgnoredAny>,
    usage: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Choice<'frame> {
    #[serde(borrow)]
    delta: Delta<'frame>,
    finish_reason: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Delta<'frame> {
    #[serde(borrow)]
    content: Cow<'frame, str>,
    reasoning: Option<IgnoredAny>,
    reasoning_content: Option<IgnoredAny>,
    tool_calls: Option<IgnoredAny>,
}

/// The text of an event that says nothing else. `None` of every other, which has to be read as a whole, broken ones included.
pub(super) fn text(frame: &str) -> Option<String> {
    let chunk: Chunk<'_> = serde_json::from_str(frame).ok()?;
    let Chunk { choices: [Choice { delta, finish_reason }], error: None, detail: None, usage: None } = chunk else {
        return None;
    };
    let Delta { content, reasoning: None, reasoning_content: None, tool_calls: None } = delta else { return None };
    finish_reason.is_none().then(|| content.into_owned())
}

#[cfg(test)]
mod tests {
    use super::text;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_says_more_than_text_is_read_as_a_whole() {
        let choice = |delta: &str| format!(r#"{{"choices":[{{"delta":{delta},"finish_reason":null}}]}}"#);
        assert_eq!(text(&choice(r#"{"role":"assistant","content":"a"}"#)).as_deref(), Some("a"));
        for delta in [
            r#"{"content":"a","reasoning":"b"}"#,
            r#"{"content":"a","reasoning_content":"b"}"#,
            r#"{"content":"a","tool_calls":[]}"#,
            r#"{"content":[{"text":"a"}]}"#,
            r#"{"content":null}"#,
            "{}",
        ] {
            assert_eq!(text(&choice(delta)), None, "{delta}");
        }
        for frame in [
            r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#,
            r#"{"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":1}}"#,
            r#"{"choices":[{"delta":{"content":"a"}}],"error":{"message":"b"}}"#,
            r#"{"choices":[{"delta":{"content":"a"}}],"detail":"b"}"#,
            r#"{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}"#,
            r#"{"choices":[]}"#,
            "[DONE]",
            "{",
        ] {
            assert_eq!(text(frame), None, "{frame}");
        }
    }

    proptest! {
        #[test]
        fn text_is_what_it_was(words in ".{0,40}") {
            let frame = json!({"id": "x", "choices": [{"index": 0, "delta": {"content": words}, "logprobs": null}], "usage": null});
            prop_assert_eq!(text(&frame.to_string()), Some(words));
        }
    }
}
