//! The `<details type="…">` elements that stand in an answer for what the model thought, for calls of tools, and for code that was run.

use crate::{
    provider::Notes,
    providers::assemble::{self, attribute, unescape},
};
use aios_model::Part;

const BEGIN: &str = "<details type=\"";
const END: &str = "</details>";

/// Splits an answer into its text and these elements, in their order.
pub(super) fn split(content: &str, notes: &mut Notes, parts: &mut Vec<Part>) {
    let mut rest = content;
    while let Some(element) = next(rest) {
        parts.extend(assemble::text(rest[..element.begin].trim_end_matches('\n')));
        element.convert(notes, parts);
        rest = rest[element.end..].trim_start_matches('\n');
    }
    parts.extend(assemble::text(rest));
}

/// An element: where it is, and the pieces of it.
struct Element<'a> {
    begin: usize,
    end: usize,
    attributes: &'a str,
    body: &'a str,
}

/// The first element at the beginning of a line that has an end.
fn next(text: &str) -> Option<Element<'_>> {
    let begin = text
        .match_indices(BEGIN)
        .map(|(at, _)| at)
        .find(|at| *at == 0 || text.as_bytes()[at - 1] == b'\n' || text[..*at].ends_with(END))?;
    let attributes_begin = begin + "<details".len();
    // A bracket inside an attribute does not end the tag.
    let mut quoted = false;
    let tag_end = text[attributes_begin..].find(|character| {
        quoted ^= character == '"';
        character == '>' && !quoted
    })?;
    let body_begin = attributes_begin + tag_end + 1;
    let after = &text[body_begin..];
    // The end stands on a line of its own; where it does not, the body is short.
    let on_its_line = after.find("\n</details>").map(|at| at + 1);
    let next_begin = after.find(BEGIN).unwrap_or(after.len());
    let body_end = on_its_line.filter(|at| *at < next_begin).or_else(|| after.find(END))?;
    Some(Element {
        begin,
        end: body_begin + body_end + END.len(),
        attributes: &text[attributes_begin..body_begin - 1],
        body: &after[..body_end],
    })
}

impl Element<'_> {
    fn convert(&self, notes: &mut Notes, parts: &mut Vec<Part>) {
        let (summary, body) = self.summary();
        let value = |name| attribute(self.attributes, name).map(unescape).filter(|value| !value.trim().is_empty());
        match attribute(self.attributes, "type") {
            Some("reasoning") => {
                let text = unquoted(body);
                if !text.trim().is_empty() {
                    parts.push(Part::Reasoning { text, summary: summary.map(str::to_owned) });
                }
            }
            Some("tool_calls") => {
                let (id, name) = (value("id"), value("name").unwrap_or_else(|| "tool".to_owned()));
                let input = value("arguments").map(plain).unwrap_or_default();
                parts.push(Part::ToolCall { id: id.clone(), name: name.clone(), input });
                // Where the result is no attribute it is the body.
                let output = value("result").or_else(|| Some(unescape(body.trim())).filter(|body| !body.is_empty()));
                if let Some(output) = output.map(plain) {
                    parts.push(Part::ToolResult { id, name: Some(name), output, error: false });
                }
            }
            Some("code_interpreter") => {
                parts.extend(code(body));
                if let Some(output) = value("output") {
                    let name = Some("code_interpreter".to_owned());
                    parts.push(Part::ToolResult { id: None, name, output: plain(output), error: false });
                }
            }
            other => {
                let kind = other.unwrap_or_default();
                notes.unknown("Open WebUI element", kind);
                parts.push(Part::Unsupported { kind: kind.to_owned(), text: body.trim().to_owned() });
            }
        }
    }

    /// The line that is shown while the element is closed, and the rest.
    fn summary(&self) -> (Option<&str>, &str) {
        let inside = self.body.trim_start().strip_prefix("<summary>").and_then(|rest| rest.split_once("</summary>"));
        match inside {
            Some((summary, body)) => (Some(summary.trim()).filter(|summary| !summary.is_empty()), body),
            None => (None, self.body),
        }
    }
}

/// Text whose lines are quoted by `> `, as they were. Newer versions escape it.
fn unquoted(body: &str) -> String {
    let body = body.trim_matches('\n');
    let unescaped = if body.starts_with("&gt;") { unescape(body) } else { body.to_owned() };
    let is_quoted = |line: &str| line.starts_with('>') || line.trim().is_empty();
    if !unescaped.lines().all(is_quoted) {
        return unescaped;
    }
    let line = |line: &str| {
        let text = line.strip_prefix('>').unwrap_or(line);
        text.strip_prefix(' ').unwrap_or(text).to_owned()
    };
    unescaped.lines().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Text that was written as JSON once more, as it was.
fn plain(text: String) -> String {
    match crate::json::from_str::<String>(&text) {
        Ok(inner) => inner,
        Err(_) => text,
    }
}

/// The fenced code in a body; all of it if it is not fenced.
fn code(body: &str) -> Option<Part> {
    let body = body.trim();
    let fenced =
        body.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")).and_then(|rest| rest.split_once('\n'));
    let (language, text) = fenced.unwrap_or(("", body));
    let language = Some(language.trim().to_owned()).filter(|language| !language.is_empty());
    (!text.trim().is_empty()).then(|| Part::Code { language, text: text.trim_end().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::provider::Notes;
    use aios_model::Part;
    use proptest::prelude::*;

    fn parts(content: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        split(content, &mut Notes::default(), &mut parts);
        parts
    }

    #[test]
    fn thinking_tools_and_code_are_told_from_text() {
        let content = "<details type=\"reasoning\" done=\"true\" duration=\"2\">\n<summary>Thought for 2 seconds</summary>\n> One </details> two\n> \n> three\n</details>\nHello\n\n\
            <details type=\"tool_calls\" done=\"true\" id=\"c1\" name=\"look\" arguments=\"&quot;{\\&quot;a\\&quot;: 1}&quot;\" result=\"&quot;a &gt; b&quot;\" files=\"\">\n<summary>Tool Executed</summary>\n</details>\n\
            <details type=\"code_interpreter\" done=\"true\" output=\"{&quot;stdout&quot;:&quot;2&quot;}\"><summary>Analyzed</summary>\n```python\n1 + 1\n```\n</details>\nBye <details type=\"x\">";
        let expected = [
            Part::Reasoning {
                text: "One </details> two\n\nthree".to_owned(),
                summary: Some("Thought for 2 seconds".to_owned()),
            },
            Part::text("Hello"),
            Part::ToolCall { id: Some("c1".to_owned()), name: "look".to_owned(), input: r#"{"a": 1}"#.to_owned() },
            Part::ToolResult {
                id: Some("c1".to_owned()),
                name: Some("look".to_owned()),
                output: "a > b".to_owned(),
                error: false,
            },
            Part::Code { language: Some("python".to_owned()), text: "1 + 1".to_owned() },
            Part::ToolResult {
                id: None,
                name: Some("code_interpreter".to_owned()),
                output: r#"{"stdout":"2"}"#.to_owned(),
                error: false,
            },
            Part::text("Bye <details type=\"x\">"),
        ];
        assert_eq!(parts(content), expected);
    }

    #[test]
    fn escaped_thinking_is_unescaped() {
        let content = "<details type=\"reasoning\" done=\"true\">\n<summary></summary>\n&gt; a &lt; b\n</details>";
        assert_eq!(parts(content), [Part::Reasoning { text: "a < b".to_owned(), summary: None }]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<details type=\"", "reasoning", "\"", ">", "\n", "</details>", "<summary>", "</summary>", "> ", "ä", "```"
        ]), 0..30)) {
            parts(&pieces.concat());
        }

        #[test]
        fn other_text_stays_as_it_is(text in "[a <>/\n\"]{0,40}") {
            let expected: Vec<Part> = (!text.trim().is_empty()).then(|| Part::text(&*text)).into_iter().collect();
            prop_assert_eq!(parts(&text), expected);
        }
    }
}
