//! DeepSeek's data export, its interface's own form, and the tree that a common browser script saves, as seen up to November 2026.
//!
//! ```text
//! [ { "id", "title", "inserted_at", "updated_at",
//!     "mapping": { "root" | "1" | …: { "id", "parent", "children", "message": null or { "model", "inserted_at", "files", "fragments": [fragments] } } } } ]
//!
//! { "code", "msg", "data": { "biz_data": { "chat_session": { "id", "title", "current_message_id", … },
//!     "chat_messages": [ { "message_id", "parent_id", "role", "fragments", … } ] } } }
//!
//! [ { "id", "type": "user" | "assistant", "content", "thought", "children": [the same] } ]
//! ```
//!
//! The export names neither roles (a fragment `REQUEST` is the person's) nor the branch that was seen last.

use crate::{
    flatten::flatten,
    lenient::{Entries, Flag, List, Object, Shape, Text, Time, Type, lenient_object},
    provider::{Collector, Context, Kind, Notes, Provider},
    providers::assemble::{self, Room, assemble},
    tree::Node,
};
use aios_model::{Conversation, Part, Role, Source};
use message::RawMessage;
use std::{borrow::Cow, collections::HashMap};

mod message;

pub(crate) struct DeepSeek;

const SOURCE: Source = Source::new("deepseek");

lenient_object! {
    struct RawConversation<'de> {
        "id" => id: Text<'de>,
        "title" => title: Text<'de>,
        "inserted_at" => created: Time,
        "updated_at" => updated: Time,
        "mapping" => mapping: Object<Entries<'de, RawNode<'de>>>,
        "data" => data: RawData<'de>,
    } known ["code" "msg"]
}

lenient_object! {
    struct RawNode<'de> {
        "parent" => parent: Text<'de>,
        "children" => children: List<Text<'de>>,
        "message" => message: Object<RawMessage<'de>>,
    }
}

lenient_object! {
    struct RawData<'de> {
        "biz_data" => data: RawBusinessData<'de>,
    }
}

lenient_object! {
    struct RawBusinessData<'de> {
        "chat_session" => session: Object<RawSession<'de>>,
        "chat_messages" => messages: List<RawMessage<'de>>,
    }
}

lenient_object! {
    struct RawSession<'de> {
        "id" => id: Text<'de>,
        "title" => title: Text<'de>,
        "inserted_at" => created: Time,
        "updated_at" => updated: Time,
        "current_message_id" => current: Text<'de>,
        "pinned" => pinned: Flag,
    }
}

lenient_object! {
    /// A message of the tree that a browser script saves, without those below it.
    struct RawSaved<'de> {
        "id" => id: Text<'de>,
        "type" => kind: Text<'de>,
        "content" => content: Text<'de>,
        "thought" => thought: Text<'de>,
    }
}

impl Provider for DeepSeek {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "DeepSeek"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"fragments\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is = |key, kind| shape.get(key) == Some(kind);
        let exported = is("mapping", Type::Object) && shape.has(&["inserted_at"]) && !shape.has(&["current_node"]);
        if exported || (is("data", Type::Object) && shape.has(&["code", "msg"])) {
            return Some(Kind::Conversation);
        }
        let saved = is("children", Type::List) && is("type", Type::Text) && shape.has(&["id", "content", "thought"]);
        saved.then_some(Kind::Piece)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawConversation<'_> = crate::json::from_slice(element)?;
        let notes = &mut *context.notes;
        if let Some(Entries(nodes)) = raw.mapping.0 {
            raw.unknown.iter().for_each(|name| notes.unknown("DeepSeek conversation field", name));
            let head = Conversation {
                title: raw.title.owned(),
                created: raw.created.0,
                updated: raw.updated.0,
                ..Conversation::new(SOURCE, raw.id.as_str())
            };
            return Ok(Some(assemble(head, mapped(nodes, notes), None, notes)));
        }
        let Some(session) = raw.data.data.session.0 else { return Ok(None) };
        let head = Conversation {
            title: session.title.owned(),
            created: session.created.0,
            updated: session.updated.0,
            starred: session.pinned.set(),
            ..Conversation::new(SOURCE, session.id.as_str())
        };
        let node = |message: RawMessage<'_>| Node {
            id: message.id.as_str().to_owned(),
            parent: message.parent.owned(),
            created: message.created.0,
            message: message.convert(None, notes),
        };
        let nodes = raw.data.data.messages.0.into_iter().map(node).collect();
        Ok(Some(assemble(head, nodes, session.current.filled(), notes)))
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::<Saved>::default())
    }
}

/// The nodes of an export. The parent of each is what it says itself, else the node that lists it as a child.
fn mapped(raw: Vec<(Cow<'_, str>, RawNode<'_>)>, notes: &mut Notes) -> Vec<Node> {
    let mut listed: HashMap<String, String> = HashMap::new();
    for (id, node) in &raw {
        for child in node.children.0.iter().filter_map(Text::filled) {
            listed.entry(child.to_owned()).or_insert_with(|| id.clone().into_owned());
        }
    }
    raw.into_iter()
        .map(|(id, node)| {
            let created = node.message.0.as_ref().and_then(|message| message.created.0);
            Node {
                parent: node.parent.owned().or_else(|| listed.remove(&*id)),
                created,
                message: node.message.0.and_then(|message| message.convert(Some(&id), notes)),
                id: id.into_owned(),
            }
        })
        .collect()
}

/// The trees of one saved conversation. Their file says neither its id nor its title; the title is the file's name.
#[derive(Default)]
struct Saved {
    nodes: Vec<Node>,
    room: Room,
}

impl Collector for Saved {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let mut nodes: Vec<Node> = Vec::new();
        for flat in flatten(element, &["children"]) {
            let raw: RawSaved<'_> = crate::json::from_slice(&flat.json)?;
            let role = match raw.kind.as_str() {
                "user" => Role::User,
                "assistant" => Role::Assistant,
                // The first decides whether it is such a tree at all.
                _ if nodes.is_empty() => return Ok(false),
                other => {
                    context.notes.unknown("DeepSeek role", other);
                    Role::Assistant
                }
            };
            let thought = raw.thought.owned().map(|text| Part::Reasoning { text, summary: None });
            let parts = thought.into_iter().chain(raw.content.filled().and_then(assemble::text)).collect();
            let id = raw.id.as_str().to_owned();
            let parent = flat.parent.map(|parent| nodes[parent].id.clone());
            let message = assemble::message(&id, role, None, parts);
            nodes.push(Node { id, parent, created: None, message });
        }
        if nodes.is_empty() {
            return Ok(false);
        }
        if self.room.take(element.len(), context.notes) {
            self.nodes.append(&mut nodes);
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended || self.nodes.is_empty() {
            return None;
        }
        let name = context.name.strip_suffix(".json").unwrap_or(context.name);
        let title = Some(name.to_owned()).filter(|name| !name.trim().is_empty());
        let head = Conversation { title, ..Conversation::new(SOURCE, "") };
        Some(assemble(head, std::mem::take(&mut self.nodes), None, context.notes))
    }

    fn beside(&self) -> &'static str {
        "messages without a word"
    }
}
