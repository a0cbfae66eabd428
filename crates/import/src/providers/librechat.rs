//! LibreChat's export of a conversation, as seen from 2024 to November 2026.
//!
//! ```text
//! { "conversationId", "endpoint", "title", "branches", "recursive", "options": { "model", "promptPrefix", … },
//!   "messages" or "messagesTree": [ { "messageId", "parentMessageId", "isCreatedByUser", "sender", "model", "createdAt",
//!       "text" or "content": [parts], "files", "attachments", "feedback", "error", "children": [messages, if recursive] } ] }
//! ```
//!
//! A recursive export is nested as deep as the conversation is long.

use crate::{
    flatten::{Flat, flatten},
    lenient::{Flag, Shape, Text, Type, lenient_object},
    provider::{Context, Kind, Provider},
    providers::assemble::assemble,
    tree::Node,
};
use aios_model::{Conversation, Source};
use message::RawMessage;
use std::collections::HashSet;

mod message;

pub(crate) struct LibreChat;

const SOURCE: Source = Source::new("librechat");

lenient_object! {
    struct RawConversation<'de> {
        "conversationId" => id: Text<'de>,
        "title" => title: Text<'de>,
        "branches" => branches: Flag,
        "options" => options: RawOptions<'de>,
    } known ["endpoint" "exportAt" "recursive" "messages" "messagesTree" "children"]
}

lenient_object! {
    struct RawOptions<'de> {
        "model" => model: Text<'de>,
        "promptPrefix" => prompt_prefix: Text<'de>,
        "system" => system: Text<'de>,
        "instructions" => instructions: Text<'de>,
    }
}

impl Provider for LibreChat {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "LibreChat"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"conversationId\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let listed = ["messages", "messagesTree"].iter().any(|key| shape.get(key) == Some(Type::List));
        let says = ["endpoint", "recursive", "branches", "exportAt"].iter().any(|key| shape.has(&[key]));
        (listed && says && shape.has(&["conversationId"])).then_some(Kind::Conversation)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let flats = flatten(element, &["messages", "messagesTree", "children"]);
        let Some((whole, flats)) = flats.split_first() else { return Ok(None) };
        let raw: RawConversation<'_> = crate::json::from_slice(&whole.json)?;
        if raw.id.filled().is_none() {
            return Ok(None);
        }
        let notes = &mut *context.notes;
        raw.unknown.iter().for_each(|name| notes.unknown("LibreChat conversation field", name));
        let mut nodes: Vec<Node> = Vec::with_capacity(flats.len());
        let mut stated = Vec::with_capacity(flats.len());
        for Flat { json, parent } in flats {
            let message: RawMessage<'_> = crate::json::from_slice(json)?;
            // Position 0 is the conversation itself.
            let above = parent.and_then(|parent| parent.checked_sub(1)).map(|above| nodes[above].id.clone());
            stated.push(above.is_some());
            let parent = above.or_else(|| message.parent.owned());
            let created = message.created.0;
            let message = message.convert(notes);
            nodes.push(Node { id: message.0, parent, created, message: message.1 });
        }
        if !raw.branches.set() {
            link(&mut nodes, &stated);
        }
        let options = &raw.options;
        let instructions = options.prompt_prefix.owned().or_else(|| options.system.owned());
        let head = Conversation {
            title: raw.title.owned(),
            model: options.model.owned(),
            system_prompt: instructions.or_else(|| options.instructions.owned()),
            ..Conversation::new(SOURCE, raw.id.as_str())
        };
        Ok(Some(assemble(head, nodes, None, notes)))
    }
}

/// An export without branches is one line: where the message above is not in it, a message follows the one before.
fn link(nodes: &mut [Node], stated: &[bool]) {
    let mut before: HashSet<String> = HashSet::with_capacity(nodes.len());
    for at in 0..nodes.len() {
        let found = nodes[at].parent.as_ref().is_some_and(|parent| before.contains(parent));
        if at > 0 && !found && !stated[at] {
            nodes[at].parent = Some(nodes[at - 1].id.clone());
        }
        before.insert(nodes[at].id.clone());
    }
}
