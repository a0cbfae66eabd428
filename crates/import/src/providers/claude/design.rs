//! Chats about designs, in their own files of the exports of 2026: another form of message, and one branch only.
//!
//! ```text
//! { "uuid", "title", "project": { "uuid", "name" }, "created_at", "messages": [ { "uuid", "role", "created_at",
//!     "content": { "content": text, "contentBlocks": [ { "type": "text" | "thinking" | "tool_call" | "user_interjection" | "error" } ],
//!         "attachments", "timestamp" } } ] }
//! ```

use super::{RawFile, RawProject, SOURCE};
use crate::{
    lenient::{Json, List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::Notes,
    providers::{fallback_id, fallback_message_id},
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role};

lenient_object! {
    struct RawDesign<'de> {
        "uuid" => uuid: Text<'de>,
        "title" => title: Text<'de>,
        "project" => project: RawProject<'de>,
        "created_at" => created_at: Time,
        "updated_at" => updated_at: Time,
        "messages" => messages: List<RawMessage<'de>>,
    }
}

lenient_object! {
    struct RawMessage<'de> {
        "uuid" => uuid: Text<'de>,
        "role" => role: Text<'de>,
        "created_at" => created_at: Time,
        "content" => content: TextOr<'de, RawContent<'de>>,
    }
}

lenient_object! {
    struct RawContent<'de> {
        "content" => content: Text<'de>,
        "contentBlocks" => blocks: List<RawBlock<'de>>,
        "attachments" => attachments: List<RawFile<'de>>,
        "timestamp" => timestamp: Time,
    }
}

lenient_object! {
    /// Which fields are there depends on the type, and is not known for all.
    struct RawBlock<'de> {
        "type" => kind: Text<'de>,
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "text" => text: Text<'de>,
        "content" => content: Text<'de>,
        "thinking" => thinking: Text<'de>,
        "message" => message: Text<'de>,
        "error" => error: Text<'de>,
        "input" => input: Json,
        "result" => result: Json,
        "output" => output: Json,
    }
}

/// Whether an element with this shape is such a chat.
pub(super) fn recognise(shape: &Shape) -> bool {
    shape.has(&["uuid", "title", "project", "created_at"]) && shape.get("messages") == Some(Type::List)
}

/// Reads one; `None` if none of its messages has the form of one.
pub(super) fn read(element: &[u8], notes: &mut Notes) -> serde_json::Result<Option<Conversation>> {
    let raw: RawDesign<'_> = crate::json::from_slice(element)?;
    let messages = raw.messages.0;
    if !messages.is_empty() && messages.iter().all(|message| matches!(message.content, TextOr::Nothing)) {
        return Ok(None);
    }
    let mut nodes: Vec<Node> = Vec::with_capacity(messages.len());
    for message in messages {
        let parent = nodes.last().map(|node| node.id.clone());
        nodes.push(message.convert(parent, notes));
    }
    let tree = tree::arrange(nodes, None);
    let title = raw.title.owned();
    let id = raw.uuid.owned();
    let id = id.unwrap_or_else(|| fallback_id(title.as_deref().unwrap_or_default(), raw.created_at.0, &tree.messages));
    let times = || tree.messages.iter().filter_map(|message| message.created);
    Ok(Some(Conversation {
        created: raw.created_at.0.or_else(|| times().min()),
        updated: raw.updated_at.0.or_else(|| times().max()),
        project: raw.project.name.owned(),
        title,
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..Conversation::new(SOURCE, id)
    }))
}

impl RawMessage<'_> {
    fn convert(self, parent: Option<String>, notes: &mut Notes) -> Node {
        let role = match self.role.as_str() {
            "user" | "human" => Role::User,
            "system" => Role::System,
            "assistant" => Role::Assistant,
            other => {
                notes.unknown("Claude role", other);
                Role::Assistant
            }
        };
        let mut created = self.created_at.0;
        let mut parts = Vec::new();
        match self.content {
            TextOr::Text(text) => parts.extend(Some(Part::text(text))),
            TextOr::Other(content) => {
                created = created.or(content.timestamp.0);
                content.blocks.0.into_iter().for_each(|block| block.convert(notes, &mut parts));
                // The blocks repeat the text, if there are any.
                if !parts.iter().any(|part| matches!(part, Part::Text { .. })) {
                    parts.extend(content.content.filled().map(Part::text));
                }
                parts.extend(content.attachments.0.into_iter().filter_map(RawFile::convert));
            }
            TextOr::Nothing => {}
        }
        let words = parts.iter().map(|part| match part {
            Part::Text { text } | Part::Reasoning { text, .. } => text.as_str(),
            _ => "",
        });
        let id = self.uuid.owned().unwrap_or_else(|| fallback_message_id(created, words));
        let message = (!parts.is_empty()).then(|| Message {
            created,
            hidden: role == Role::System,
            parts,
            ..Message::text(id.as_str(), None, role, "")
        });
        Node { id, parent, created, message }
    }
}

impl RawBlock<'_> {
    fn convert(self, notes: &mut Notes, parts: &mut Vec<Part>) {
        let words = [&self.text, &self.content, &self.thinking, &self.message, &self.error];
        let words: Vec<&str> = words.into_iter().filter_map(Text::filled).collect();
        let words = words.join("\n\n");
        match self.kind.as_str() {
            "text" => parts.extend((!words.is_empty()).then(|| Part::text(words))),
            "thinking" => parts.extend((!words.is_empty()).then_some(Part::Reasoning { text: words, summary: None })),
            "tool_call" => {
                let id = self.id.owned();
                let input = self.input.0.unwrap_or_default();
                parts.push(Part::ToolCall { id: id.clone(), name: self.name.as_str().to_owned(), input });
                let output = self.result.0.or(self.output.0).filter(|output| output != "null");
                if let Some(output) = output.or_else(|| Some(words).filter(|words| !words.is_empty())) {
                    parts.push(Part::ToolResult { id, name: self.name.owned(), output, error: false });
                }
            }
            // What the person said in between, and what went wrong.
            kind @ ("user_interjection" | "error") if !words.is_empty() => {
                parts.push(Part::Unsupported { kind: kind.to_owned(), text: words });
            }
            "" if words.is_empty() => {}
            kind => {
                notes.unknown("Claude design block type", kind);
                parts.push(Part::Unsupported { kind: kind.to_owned(), text: words });
            }
        }
    }
}
