//! Sessions of Gemini CLI (`~/.gemini/tmp/<hash>/chats/session-….json`), and what imitates them.
//!
//! ```text
//! { "sessionId", "projectHash", "startTime", "lastUpdated", "summary", "messages": [ {"id", "timestamp",
//!     "type": "user" | "gemini" | "info" | "error" | "warning", "content": text | [text | {"text"}], "model",
//!     "thoughts": [{"subject", "description"}], "toolCalls": [{"id", "name", "args", "result", "status"}]} ] }
//! ```

use super::{SOURCE, studio::hash};
use crate::{
    lenient::{Json, List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Context, Notes},
    providers::UniqueIds,
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role};

lenient_object! {
    struct RawSession<'de> {
        "sessionId" => id: Text<'de>,
        "title" => title: Text<'de>,
        "summary" => summary: Text<'de>,
        "startTime" => started: Time,
        "lastUpdated" => updated: Time,
        "messages" => messages: List<RawMessage<'de>>,
    } known ["projectHash" "kind" "directories"]
}

lenient_object! {
    struct RawMessage<'de> {
        "id" => id: Text<'de>,
        "timestamp" => time: Time,
        "type" => kind: Text<'de>,
        "content" => content: TextOr<'de, List<TextOr<'de, RawText<'de>>>>,
        "text" => text: Text<'de>,
        "model" => model: Text<'de>,
        "thoughts" => thoughts: List<RawThought<'de>>,
        "toolCalls" => calls: List<RawCall<'de>>,
    } known ["tokens" "displayContent"]
}

lenient_object! {
    struct RawText<'de> {
        "text" => text: Text<'de>,
    }
}

lenient_object! {
    struct RawThought<'de> {
        "subject" => subject: Text<'de>,
        "description" => description: Text<'de>,
    }
}

lenient_object! {
    struct RawCall<'de> {
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "args" => input: Json,
        "result" => result: Json,
        "status" => status: Text<'de>,
    }
}

/// Whether an element has this shape.
pub(super) fn recognise(shape: &Shape) -> bool {
    shape.get("sessionId") == Some(Type::Text)
        && shape.get("messages") == Some(Type::List)
        && (shape.has(&["projectHash"]) || shape.has(&["startTime", "lastUpdated"]))
}

/// Reads a session.
pub(super) fn read(element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Conversation> {
    let raw: RawSession<'_> = crate::json::from_slice(element)?;
    raw.unknown.iter().for_each(|name| context.notes.unknown("Gemini CLI field", name));
    let mut nodes: Vec<Node> = Vec::new();
    let mut ids = UniqueIds::default();
    for message in raw.messages.0 {
        message.unknown.iter().for_each(|name| context.notes.unknown("Gemini CLI message field", name));
        if let Some(mut message) = message.convert(context.notes) {
            message.id = ids.make(message.id);
            let parent = nodes.last().map(|node| node.id.clone());
            nodes.push(Node { id: message.id.clone(), parent, created: message.created, message: Some(message) });
        }
    }
    let tree = tree::arrange(nodes, None);
    let times = || tree.messages.iter().filter_map(|message| message.created);
    Ok(Conversation {
        title: raw.title.owned().or_else(|| raw.summary.owned()),
        created: raw.started.0.or_else(|| times().min()),
        updated: raw.updated.0.or_else(|| times().max()),
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..Conversation::new(SOURCE, raw.id.as_str())
    })
}

impl RawMessage<'_> {
    /// The message; `None` if nothing is in it. What the program said itself is kept and not shown, errors apart.
    fn convert(self, notes: &mut Notes) -> Option<Message> {
        let content = match self.content {
            TextOr::Text(text) => text.into_owned(),
            TextOr::Other(List(pieces)) => {
                let pieces = pieces.into_iter().filter_map(|piece| match piece {
                    TextOr::Text(text) => Some(text.into_owned()),
                    TextOr::Other(piece) => piece.text.owned(),
                    TextOr::Nothing => None,
                });
                pieces.collect::<Vec<_>>().join("\n\n")
            }
            TextOr::Nothing => self.text.as_str().to_owned(),
        };
        let (role, hidden) = match self.kind.as_str() {
            "user" => (Role::User, false),
            "gemini" | "model" | "assistant" => (Role::Assistant, false),
            "error" => (Role::Assistant, false),
            "info" | "warning" | "system" => (Role::System, true),
            other => {
                notes.unknown("Gemini CLI message type", other);
                (Role::System, true)
            }
        };
        let mut parts = Vec::new();
        for thought in self.thoughts.0 {
            if thought.subject.filled().is_some() || thought.description.filled().is_some() {
                let text = thought.description.as_str().to_owned();
                parts.push(Part::Reasoning { text, summary: thought.subject.owned() });
            }
        }
        let key = hash(&[self.kind.as_str(), &content]);
        // Tools ran before the answer that is written out of what they said.
        for call in self.calls.0 {
            call.convert(&mut parts);
        }
        if !content.trim().is_empty() {
            parts.push(match self.kind.as_str() {
                "error" => Part::Unsupported { kind: "error".to_owned(), text: content },
                _ => Part::text(content),
            });
        }
        (!parts.is_empty()).then(|| Message {
            id: self.id.owned().unwrap_or(key),
            parent: None,
            role,
            created: self.time.0,
            model: self.model.owned(),
            hidden,
            parts,
            rating: None,
            feedback: None,
        })
    }
}

impl RawCall<'_> {
    fn convert(self, parts: &mut Vec<Part>) {
        let error = matches!(self.status.as_str(), "error" | "cancelled");
        let id = self.id.owned();
        let name = self.name.as_str().to_owned();
        parts.push(Part::ToolCall { id: id.clone(), name: name.clone(), input: self.input.0.unwrap_or_default() });
        if self.result.0.is_some() || error {
            let output = self.result.0.unwrap_or_else(|| self.status.as_str().to_owned());
            parts.push(Part::ToolResult { id, name: Some(name), output, error });
        }
    }
}
