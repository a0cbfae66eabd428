//! Claude's data export, as seen from 2023 to November 2026, and the form of its web application's own interface.
//!
//! ```text
//! [ { "uuid", "name", "summary", "created_at", "updated_at", "account",
//!     (from the interface also) "model", "is_starred", "current_leaf_message_uuid", "project",
//!     "chat_messages": [ { "uuid", "sender": "human" | "assistant", "created_at", "parent_message_uuid" (not in old exports),
//!         "text": poisoned with notes about unsupported blocks, "content": [blocks] (not in old exports), "attachments", "files" } ] } ]
//! ```
//!
//! A conversation that was only opened has no messages: they are normal, and many.

use crate::{
    json,
    lenient::{Flag, List, Number, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Context, Kind, Notes, Provider},
    providers::{fallback_id, fallback_message_id, media_type_of_name},
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role, Source};
use block::RawBlock;
use std::collections::HashMap;

mod artifact;
mod block;
mod design;

pub(crate) struct Claude;

/// AI OS's own name for it.
const SOURCE: Source = Source::new("claude");

/// The parent of messages that have none.
const ROOT: &str = "00000000-0000-4000-8000-000000000000";

lenient_object! {
    struct RawConversation<'de> {
        "uuid" => uuid: Text<'de>,
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "title" => title: Text<'de>,
        "summary" => summary: Text<'de>,
        "created_at" => created_at: Time,
        "updated_at" => updated_at: Time,
        "model" => model: Text<'de>,
        "is_starred" => is_starred: Flag,
        "is_archived" => is_archived: Flag,
        "current_leaf_message_uuid" => current_leaf: Text<'de>,
        "project" => project: RawProject<'de>,
        "project_uuid" => project_uuid: Text<'de>,
        "chat_messages" => messages: TextOr<'de, List<RawMessage<'de>>>,
        "messages" => design_messages: Type,
    } known ["account" "settings" "index" "is_temporary" "platform" "project_name" "conversation_id"]
}

lenient_object! {
    struct RawProject<'de> {
        "uuid" => uuid: Text<'de>,
        "name" => name: Text<'de>,
    }
}

lenient_object! {
    /// A project, or a line of a list of conversations.
    struct RawCompanion<'de> {
        "uuid" => uuid: Text<'de>,
        "name" => name: Text<'de>,
        "docs" => docs: Type,
        "prompt_template" => prompt_template: Type,
        "project" => project: RawProject<'de>,
    }
}

lenient_object! {
    struct RawMessage<'de> {
        "uuid" => uuid: Text<'de>,
        "parent_message_uuid" => parent: Text<'de>,
        "sender" => sender: Text<'de>,
        "role" => role: Text<'de>,
        "text" => text: Text<'de>,
        "content" => content: TextOr<'de, List<RawBlock<'de>>>,
        "created_at" => created_at: Time,
        "attachments" => attachments: List<RawFile<'de>>,
        "files" => files: List<RawFile<'de>>,
        "files_v2" => files_v2: List<RawFile<'de>>,
    } known [
        "updated_at" "edited_at" "index" "truncated" "stop_reason" "sync_sources" "chat_feedback" "metadata" "nOptions" "original_text"
        "input_mode" "selectedChildUuid" "has_more_content"
    ]
}

lenient_object! {
    struct RawFile<'de> {
        "file_name" => name: Text<'de>,
        "file_uuid" => uuid: Text<'de>,
        "id" => id: Text<'de>,
        "file_kind" => kind: Text<'de>,
        "file_type" => media_type: Text<'de>,
        "file_size" => size: Number,
        "extracted_content" => text: Text<'de>,
    }
}

impl Provider for Claude {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Claude"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"chat_messages\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        if shape.get("chat_messages") == Some(Type::List) || design::recognise(shape) {
            return Some(Kind::Conversation);
        }
        if shape.has(&["uuid", "name", "docs"]) || shape.has(&["uuid", "name", "prompt_template"]) {
            return Some(Kind::Companion("the projects of a Claude export (only their names are taken)"));
        }
        let is_listed = shape.has(&["account"]) || shape.has(&["created_at", "updated_at", "is_starred"]);
        if shape.has(&["uuid", "name"]) && is_listed && !shape.has(&["chat_messages"]) {
            // Each has a file of its own.
            return Some(Kind::Companion("the list of conversations of a Claude export"));
        }
        let beside = if shape.has(&["uuid", "full_name", "email_address"]) {
            "the account data of a Claude export"
        } else if shape.has(&["conversations_memory"]) || shape.has(&["memory_files"]) {
            "the memory of a Claude export"
        } else if shape.get("data_files") == Some(Type::List) {
            "the table of contents of a Claude export"
        } else {
            return None;
        };
        Some(Kind::Beside(beside))
    }

    /// A project, or what a list of conversations says of the project of one.
    fn companion(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<()> {
        let raw: RawCompanion<'_> = json::from_slice(element)?;
        let is_project = raw.docs == Type::List || raw.prompt_template != Type::Null;
        let (id, name) = if is_project { (&raw.uuid, &raw.name) } else { (&raw.project.uuid, &raw.project.name) };
        if let (Some(id), Some(name)) = (id.filled(), name.filled()) {
            context.notes.companions.name_project(SOURCE, id, name);
        }
        Ok(())
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawConversation<'_> = json::from_slice(element)?;
        if matches!(raw.messages, TextOr::Nothing) && raw.design_messages == Type::List {
            return design::read(element, context.notes);
        }
        Ok(convert(raw, context.notes))
    }
}

fn convert(raw: RawConversation<'_>, notes: &mut Notes) -> Option<Conversation> {
    let messages = match raw.messages {
        TextOr::Other(List(messages)) => messages,
        _ if raw.uuid.filled().is_some() => Vec::new(),
        _ => return None,
    };
    raw.unknown.iter().for_each(|name| notes.unknown("Claude conversation field", name));
    let mut tree = tree::arrange(nodes(messages, notes), raw.current_leaf.filled());
    artifact::follow(&mut tree.messages, notes);
    if tree.circles > 0 {
        notes
            .warnings
            .push(format!("Messages answer each other in a circle ({} times); each circle was cut.", tree.circles));
    }
    let id = raw.uuid.filled().or(raw.id.filled());
    let title = raw.name.owned().or_else(|| raw.title.owned());
    let project = raw.project.name.owned().or_else(|| {
        let id = raw.project.uuid.filled().or(raw.project_uuid.filled())?;
        let named = notes.companions.project(&SOURCE, id).map(str::to_owned);
        named.or_else(|| Some(format!("Project {}", id.chars().take(8).collect::<String>())))
    });
    let times = || tree.messages.iter().filter_map(|message| message.created);
    let source_id = id.map_or_else(
        || fallback_id(title.as_deref().unwrap_or_default(), raw.created_at.0, &tree.messages),
        str::to_owned,
    );
    Some(Conversation {
        title: title.or_else(|| short_summary(&raw.summary)),
        created: raw.created_at.0.or_else(|| times().min()),
        updated: raw.updated_at.0.or_else(|| times().max()),
        project,
        model: raw.model.owned(),
        summary: raw.summary.owned(),
        archived: raw.is_archived.set(),
        starred: raw.is_starred.set(),
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..Conversation::new(SOURCE, source_id)
    })
}

/// Untitled conversations may have a summary instead: its first line.
fn short_summary(summary: &Text<'_>) -> Option<String> {
    let line = summary.filled()?.trim().lines().next()?;
    Some(line.chars().take(120).collect())
}

/// The messages as nodes of a tree. Where a message does not say what it answers, or answers one that is missing, it follows the one before.
fn nodes(mut messages: Vec<RawMessage<'_>>, notes: &mut Notes) -> Vec<Node> {
    // Exports have holes.
    messages.retain(RawMessage::is_something);
    let linked = messages.iter().any(|message| message.parent.filled().is_some());
    if !linked && messages.iter().all(|message| message.created_at.0.is_some()) {
        messages.sort_by_key(|message| message.created_at.0);
    }
    let ids: Vec<String> =
        messages.iter().map(|message| message.uuid.owned().unwrap_or_else(|| message.fallback_id())).collect();
    let mut index: HashMap<&str, usize> = HashMap::new();
    for (at, id) in ids.iter().enumerate() {
        index.entry(id).or_insert(at);
    }
    // Whether all messages above come earlier in the file: only behind those another may be put, so that no circle comes of it.
    let mut settled = vec![false; messages.len()];
    let mut parents: Vec<Option<String>> = Vec::with_capacity(messages.len());
    for (at, message) in messages.iter().enumerate() {
        let stated = message.parent.filled();
        let parent = match stated.map(|parent| (parent, index.get(parent))) {
            Some((ROOT, _)) => None,
            Some((_, Some(&parent))) => Some(parent),
            _ => at.checked_sub(1).filter(|before| settled[*before]),
        };
        settled[at] = parent.is_none_or(|parent| parent < at && settled[parent]);
        parents.push(parent.map(|parent| ids[parent].clone()));
    }
    messages
        .into_iter()
        .zip(parents)
        .enumerate()
        .map(|(at, (message, parent))| Node {
            id: ids[at].clone(),
            parent,
            created: message.created_at.0,
            message: message.convert(&ids[at], notes),
        })
        .collect()
}

impl RawMessage<'_> {
    /// Whether there is anything of a message.
    fn is_something(&self) -> bool {
        let fields = [&self.uuid, &self.sender, &self.role, &self.text];
        let content = match &self.content {
            TextOr::Text(text) => !text.is_empty(),
            TextOr::Other(List(blocks)) => !blocks.is_empty(),
            TextOr::Nothing => false,
        };
        content || fields.into_iter().any(|field| field.filled().is_some())
    }

    /// An id made of what is said.
    fn fallback_id(&self) -> String {
        let blocks = match &self.content {
            TextOr::Other(List(blocks)) => blocks.as_slice(),
            _ => &[],
        };
        let content = match &self.content {
            TextOr::Text(text) => &**text,
            _ => "",
        };
        let words = [self.sender.as_str(), self.text.as_str(), content].into_iter();
        fallback_message_id(self.created_at.0, words.chain(blocks.iter().flat_map(RawBlock::words)))
    }

    /// The message in the canonical form; `None` if nothing is in it.
    fn convert(self, id: &str, notes: &mut Notes) -> Option<Message> {
        self.unknown.iter().for_each(|name| notes.unknown("Claude message field", name));
        let role = match self.sender.filled().or(self.role.filled()) {
            Some("human" | "user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some("system") => Role::System,
            other => {
                notes.unknown("Claude sender", other.unwrap_or("(none)"));
                Role::Assistant
            }
        };
        let mut parts = Vec::new();
        match self.content {
            TextOr::Other(List(blocks)) => {
                blocks.into_iter().for_each(|block| block.convert(notes, &mut parts));
            }
            TextOr::Text(text) => parts.extend((!text.trim().is_empty()).then(|| Part::text(text))),
            TextOr::Nothing => {}
        }
        if !parts.iter().any(|part| matches!(part, Part::Text { .. })) {
            let text = block::without_placeholders(self.text.as_str());
            if !text.trim().is_empty() {
                parts.push(Part::text(text));
            }
        }
        if role == Role::Assistant {
            parts = artifact::take_out(parts);
        }
        let files = self.files.0.into_iter().chain(self.files_v2.0);
        for file in self.attachments.0.into_iter().chain(files) {
            let part = file.convert();
            // The same file is often in two of the lists.
            if !part.as_ref().is_none_or(|part| parts.contains(part)) {
                parts.extend(part);
            }
        }
        (!parts.is_empty()).then(|| Message {
            id: id.to_owned(),
            parent: None,
            role,
            created: self.created_at.0,
            model: None,
            hidden: role == Role::System,
            parts,
            rating: None,
            feedback: None,
        })
    }
}

impl RawFile<'_> {
    fn convert(self) -> Option<Part> {
        let name = self.name.owned();
        if self.kind.as_str() == "image" {
            let reference = self.uuid.owned().or_else(|| self.id.owned()).or_else(|| name.clone())?;
            return Some(Part::Image { reference, media_type: self.media_type.owned(), description: name });
        }
        let reference = self.uuid.owned().or_else(|| self.id.owned());
        // What is pasted into the field for messages becomes an attachment without a name when it is long.
        let name =
            name.or_else(|| self.text.filled().map(|_| "Pasted text".to_owned())).or_else(|| self.uuid.owned())?;
        // Here it may be the ending of a name.
        let media_type = self.media_type.owned();
        let by_ending = media_type.as_deref().and_then(|ending| media_type_of_name(&format!(".{ending}")));
        Some(Part::Attachment {
            name,
            reference,
            media_type: by_ending.map(str::to_owned).or(media_type),
            size: self.size.count(),
            text: self.text.owned(),
        })
    }
}
