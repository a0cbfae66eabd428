//! The agent of the demo: it needs no model, answers from a script by what is asked, and says so.

use crate::agent::{Agent, AgentError, AgentEvent, AgentRequest, FinishReason};
use aios_protocol::agents::AgentModel;
use futures::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use std::time::Duration;

pub(super) mod script;

/// Between two words: about as fast as a quick model.
const PACE: Duration = Duration::from_millis(18);

/// The guide.
pub(crate) struct Guide;

impl Guide {
    /// Its id in the selector.
    pub(crate) const ID: &'static str = "guide";

    /// Its line in the selector.
    pub(crate) fn model() -> AgentModel {
        AgentModel {
            id: Guide::ID.into(),
            name: "Guide to the demo".into(),
            provider: Guide::ID.into(),
            description: Some("Answers from a script about this demo; not a language model.".into()),
            context_length: None,
        }
    }
}

impl Agent for Guide {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        ready(Ok(vec![Guide::model()])).boxed()
    }

    fn answer(&self, request: AgentRequest) -> BoxStream<'static, AgentEvent> {
        let events = events(request.question());
        stream::iter(events)
            .then(|event| async move {
                tokio::time::sleep(PACE).await;
                event
            })
            .boxed()
    }
}

fn events(question: &str) -> Vec<AgentEvent> {
    let scene = script::scene(question);
    let mut events: Vec<AgentEvent> = words(scene.thought).map(AgentEvent::Reasoning).collect();
    if let Some((input, output)) = scene.tool {
        let id = "demo-1".to_owned();
        events.push(AgentEvent::ToolCall { id: id.clone(), name: "look_around".into(), input: input.into() });
        events.push(AgentEvent::ToolResult { id, error: false, output: output.into() });
    }
    events.extend(words(scene.answer).chain(words(script::SIGNATURE)).map(AgentEvent::Text));
    events.push(AgentEvent::End(FinishReason::Stop));
    events
}

/// A text in pieces of one word with the white space behind it: put together they are the text.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_inclusive([' ', '\n']).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{AgentEvent, events, script};

    #[test]
    fn every_answer_is_whole_and_says_that_it_is_scripted() {
        for question in ["Show me code", "Tabelle", "maths", "what is this?", "", "import", "search", "rate"] {
            let events = events(question);
            let text: String = events
                .iter()
                .filter_map(|event| match event {
                    AgentEvent::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            assert_eq!(text, format!("{}{}", script::scene(question).answer, script::SIGNATURE));
            assert!(text.contains("script") && matches!(events.last(), Some(AgentEvent::End(_))));
        }
    }

    #[test]
    fn what_is_asked_about_is_answered() {
        for (question, word) in [
            ("Can you write CODE?", "```rust"),
            ("show me a table", "|---|"),
            ("Any maths?", "$$"),
            ("How do I import my chats?", "Drop"),
            ("how does searching work", "before:"),
            ("Can I export this?", "Markdown"),
        ] {
            assert!(script::scene(question).answer.contains(word), "{question}");
        }
        assert!(script::scene("use a tool").tool.is_some());
    }
}
