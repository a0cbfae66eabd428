//! What the server says, as one struct with the fields of all kinds of messages.
//!
//! The page reads these. What serde makes for an enum with a tag inside reads a message into a tree first, and has code for each kind to read it from
//! there: 20 kB more to transfer. Here a message is read once.

use super::{ServerMessage, StreamEvent};
use aios_model::{Timestamp, TurnStatus};
use serde::Deserialize;

/// A message that lacks something, or of a kind that is not known.
#[derive(Debug)]
pub(super) enum Problem {
    Kind(String),
    Field(&'static str),
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Problem::Kind(kind) => write!(formatter, "unknown kind `{kind}`"),
            Problem::Field(field) => write!(formatter, "missing field `{field}`"),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(rename = "type")]
    kind: String,
    version: Option<u32>,
    client_id: Option<String>,
    session_id: Option<String>,
    turn_id: Option<i64>,
    timestamp: Option<Timestamp>,
    text: Option<String>,
    model: Option<String>,
    parent_id: Option<i64>,
    siblings: Option<Vec<i64>>,
    after: Option<u64>,
    sequence: Option<u64>,
    event: Option<StreamEvent>,
    status: Option<TurnStatus>,
    error: Option<String>,
    message: Option<String>,
    name: Option<String>,
    readers: Option<u32>,
    typing: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct Event {
    kind: String,
    delta: Option<String>,
    id: Option<String>,
    name: Option<String>,
    input: Option<String>,
    error: Option<bool>,
    output: Option<String>,
    input_tokens: Option<u32>,
    output_tokens: Option<u32>,
    text: Option<String>,
}

/// The value of a field that a kind cannot do without.
fn needed<T>(field: Option<T>, name: &'static str) -> Result<T, Problem> {
    field.ok_or(Problem::Field(name))
}

impl TryFrom<Message> for ServerMessage {
    type Error = Problem;

    fn try_from(message: Message) -> Result<Self, Problem> {
        let session_id = || needed(message.session_id.clone(), "session_id");
        let turn_id = || needed(message.turn_id, "turn_id");
        Ok(match message.kind.as_str() {
            "hello" => ServerMessage::Hello { version: needed(message.version, "version")? },
            "accepted" => ServerMessage::Accepted {
                session_id: session_id()?,
                turn_id: turn_id()?,
                client_id: needed(message.client_id, "client_id")?,
                timestamp: needed(message.timestamp, "timestamp")?,
                text: needed(message.text, "text")?,
                model: message.model,
                parent_id: message.parent_id,
                siblings: message.siblings.unwrap_or_default(),
                after: message.after.unwrap_or_default(),
            },
            "event" => ServerMessage::Event {
                session_id: session_id()?,
                turn_id: turn_id()?,
                sequence: needed(message.sequence, "sequence")?,
                event: needed(message.event, "event")?,
            },
            "end" => ServerMessage::End {
                session_id: session_id()?,
                turn_id: turn_id()?,
                status: needed(message.status, "status")?,
                sequence: message.sequence.unwrap_or_default(),
                error: message.error,
            },
            "error" => {
                ServerMessage::Error { client_id: message.client_id, message: needed(message.message, "message")? }
            }
            "branch" => ServerMessage::Branch { session_id: session_id()?, turn_id: turn_id()? },
            "named" => ServerMessage::Named { session_id: session_id()?, name: needed(message.name, "name")? },
            "presence" => ServerMessage::Presence {
                session_id: session_id()?,
                readers: needed(message.readers, "readers")?,
                typing: needed(message.typing, "typing")?,
            },
            "changed" => ServerMessage::Changed { session_id: message.session_id },
            "pong" => ServerMessage::Pong,
            _ => return Err(Problem::Kind(message.kind)),
        })
    }
}

impl TryFrom<Event> for StreamEvent {
    type Error = Problem;

    fn try_from(event: Event) -> Result<Self, Problem> {
        Ok(match event.kind.as_str() {
            "text" => StreamEvent::Text { delta: needed(event.delta, "delta")? },
            "reasoning" => StreamEvent::Reasoning { delta: needed(event.delta, "delta")? },
            "tool_call" => StreamEvent::ToolCall {
                id: needed(event.id, "id")?,
                name: needed(event.name, "name")?,
                input: needed(event.input, "input")?,
            },
            "tool_result" => StreamEvent::ToolResult {
                id: needed(event.id, "id")?,
                error: needed(event.error, "error")?,
                output: needed(event.output, "output")?,
            },
            "usage" => StreamEvent::Usage { input_tokens: event.input_tokens, output_tokens: event.output_tokens },
            "notice" => StreamEvent::Notice { text: needed(event.text, "text")? },
            _ => return Err(Problem::Kind(event.kind)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ServerMessage, StreamEvent};
    use aios_model::{Timestamp, TurnStatus};

    #[test]
    fn every_message_and_event_is_read_as_it_was_written() {
        let (text, session_id) = (|| "words".to_owned(), || "s".to_owned());
        let events = [
            StreamEvent::Text { delta: text() },
            StreamEvent::Reasoning { delta: text() },
            StreamEvent::ToolCall { id: text(), name: text(), input: text() },
            StreamEvent::ToolResult { id: text(), error: true, output: text() },
            StreamEvent::Usage { input_tokens: Some(1), output_tokens: None },
            StreamEvent::Notice { text: text() },
        ];
        let accepted = |model: Option<String>| ServerMessage::Accepted {
            client_id: text(),
            session_id: session_id(),
            turn_id: -7,
            timestamp: Timestamp::from_milliseconds(1_700_000_000_000),
            text: text(),
            parent_id: model.is_some().then_some(3),
            siblings: if model.is_some() { vec![1, 2] } else { Vec::new() },
            after: if model.is_some() { 9 } else { 0 },
            model,
        };
        let event = |event| ServerMessage::Event { session_id: session_id(), turn_id: 1, sequence: 2, event };
        let end = |error| ServerMessage::End {
            session_id: session_id(),
            turn_id: 1,
            status: TurnStatus::Failed,
            sequence: 3,
            error,
        };
        let messages = [
            ServerMessage::Hello { version: 1 },
            accepted(None),
            accepted(Some(text())),
            end(None),
            end(Some(text())),
            ServerMessage::Error { client_id: None, message: text() },
            ServerMessage::Error { client_id: Some(text()), message: text() },
            ServerMessage::Branch { session_id: session_id(), turn_id: 1 },
            ServerMessage::Named { session_id: session_id(), name: text() },
            ServerMessage::Presence { session_id: session_id(), readers: 2, typing: true },
            ServerMessage::Changed { session_id: None },
            ServerMessage::Changed { session_id: Some(session_id()) },
            ServerMessage::Pong,
        ];
        for message in messages.into_iter().chain(events.map(event)) {
            let json = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<ServerMessage>(&json).unwrap(), message, "{json}");
        }
    }

    #[test]
    fn what_lacks_a_field_or_is_of_another_kind_is_refused_by_name() {
        let problem = |json: &str| serde_json::from_str::<ServerMessage>(json).unwrap_err().to_string();
        assert!(problem(r#"{"type":"hello"}"#).contains("version"));
        assert!(problem(r#"{"type":"later"}"#).contains("later"));
        let event = r#"{"type":"event","session_id":"s","turn_id":1,"sequence":1,"event":{"kind":"text"}}"#;
        assert!(problem(event).contains("delta"));
    }
}
