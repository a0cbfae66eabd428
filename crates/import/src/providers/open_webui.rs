//! Open WebUI's export of all chats, of one, and of the chat alone, as seen from 2024 to November 2026.
//!
//! ```text
//! [ { "id", "title", "created_at", "updated_at": seconds, "archived", "pinned", "folder_id",
//!     "chat": { "title", "models": [id], "params": { "system" }, "timestamp": milliseconds,
//!         "history": { "currentId", "messages": { id: { "parentId", "childrenIds", "role", "content", "timestamp": seconds,
//!             "model", "files", "sources", "annotation": { "rating": 1 | -1 }, "error" } } },
//!         "messages": [the branch that was seen last] (in old exports all there is) } } ]
//! ```
//!
//! What a model thought and which tools it asked for stands in `content`, as `<details>` elements.

use crate::{
    lenient::{Entries, Flag, List, Object, Shape, Text, Time, Type, lenient_object},
    provider::{Context, Kind, Notes, Provider},
    providers::assemble::{assemble, chain},
    tree::Node,
};
use aios_model::{Conversation, Source};
use message::RawMessage;
use std::collections::HashMap;

mod details;
mod message;

pub(crate) struct OpenWebUi;

const SOURCE: Source = Source::new("open-webui");

lenient_object! {
    struct RawRow<'de> {
        "id" => id: Text<'de>,
        "title" => title: Text<'de>,
        "chat" => chat: Object<RawChat<'de>>,
        "created_at" => created_at: Time,
        "updated_at" => updated_at: Time,
        "archived" => archived: Flag,
        "pinned" => pinned: Flag,
        "folder_id" => folder: Text<'de>,
        "summary" => summary: Text<'de>,
    } known ["user_id" "meta" "share_id" "tags" "tasks" "last_read_at"]
}

lenient_object! {
    struct RawChat<'de> {
        "id" => id: Text<'de>,
        "title" => title: Text<'de>,
        "models" => models: List<Text<'de>>,
        "params" => params: RawParameters<'de>,
        "system" => system: Text<'de>,
        "timestamp" => timestamp: Time,
        "history" => history: Object<RawHistory<'de>>,
        "messages" => messages: List<RawMessage<'de>>,
    } known ["options" "tags" "files" "originalChatId" "branchPointMessageId"]
}

lenient_object! {
    struct RawParameters<'de> {
        "system" => system: Text<'de>,
    }
}

lenient_object! {
    struct RawHistory<'de> {
        "messages" => messages: Entries<'de, RawMessage<'de>>,
        "currentId" => current: Text<'de>,
    }
}

impl Provider for OpenWebUi {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Open WebUI"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"childrenIds\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is = |key, kind| shape.get(key) == Some(kind);
        let row = is("chat", Type::Object) && (shape.has(&["title"]) || shape.has(&["user_id"]));
        let chat = is("history", Type::Object) && (is("models", Type::List) || is("messages", Type::List));
        (row || chat).then_some(Kind::Conversation)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let mut row: RawRow<'_> = crate::json::from_slice(element)?;
        let chat = match row.chat.0.take() {
            Some(chat) => chat,
            None => {
                row = RawRow::default();
                crate::json::from_slice(element)?
            }
        };
        if chat.history.0.is_none() && chat.messages.0.is_empty() {
            return Ok(None);
        }
        row.unknown.iter().for_each(|name| context.notes.unknown("Open WebUI conversation field", name));
        chat.unknown.iter().for_each(|name| context.notes.unknown("Open WebUI chat field", name));
        Ok(Some(convert(row, chat, context.notes)))
    }
}

fn convert(row: RawRow<'_>, chat: RawChat<'_>, notes: &mut Notes) -> Conversation {
    let history = chat.history.0.unwrap_or_default();
    let nodes = if history.messages.0.is_empty() {
        chain(chat.messages.0.into_iter().filter_map(|message| message.convert("", notes)).collect())
    } else {
        nodes(history.messages.0, notes)
    };
    let id = row.id.filled().or(chat.id.filled()).unwrap_or_default();
    // Several models answer side by side: then none is that of the whole.
    let model = match &chat.models.0[..] {
        [model] => model.owned(),
        _ => None,
    };
    let head = Conversation {
        title: row.title.owned().or_else(|| chat.title.owned()),
        created: row.created_at.0.or(chat.timestamp.0),
        updated: row.updated_at.0,
        // Exports have the id of a folder only, not its name.
        project: row.folder.filled().map(|id| format!("Folder {}", id.chars().take(8).collect::<String>())),
        model,
        system_prompt: chat.params.system.owned().or_else(|| chat.system.owned()),
        summary: row.summary.owned(),
        archived: row.archived.set(),
        starred: row.pinned.set(),
        ..Conversation::new(SOURCE, id)
    };
    assemble(head, nodes, history.current.filled(), notes)
}

/// The messages as nodes. The parent of each is what it says itself, else the message that lists it as a child.
fn nodes(messages: Vec<(std::borrow::Cow<'_, str>, RawMessage<'_>)>, notes: &mut Notes) -> Vec<Node> {
    let mut listed: HashMap<String, String> = HashMap::new();
    for (id, message) in &messages {
        for child in message.children.0.iter().filter_map(Text::filled) {
            listed.entry(child.to_owned()).or_insert_with(|| id.clone().into_owned());
        }
    }
    messages
        .into_iter()
        .map(|(id, message)| Node {
            parent: message.parent.owned().or_else(|| listed.remove(&*id)),
            created: message.timestamp.0,
            message: message.convert(&id, notes),
            id: id.into_owned(),
        })
        .collect()
}
