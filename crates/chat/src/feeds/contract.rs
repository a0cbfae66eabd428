//! The JSON form: what AI OS's own importer writes for each conversation, `Feeds/conversations/<session id>.json`, for the programs that
//! read that. It has the turns of the active branch; times are in UTC.

use aios_model::{Conversation, Timestamp, TurnTree};
use serde::Serialize;

/// The folder in Feeds.
pub(super) const FOLDER: &str = "conversations";

/// AI OS's word for what people say to models, as opposed to what is measured or analysed.
const FEED_TYPE: &str = "conversational";

/// The level of context that AI OS gives to what it imports.
const CONTEXT_LEVEL: u32 = 2;

#[derive(Serialize)]
struct Document<'a> {
    session_id: &'a str,
    channel: &'a str,
    started: Option<String>,
    name: Option<&'a str>,
    turns: Vec<Turn>,
    state_snapshot: Snapshot<'a>,
    last_updated: Option<String>,
}

#[derive(Serialize)]
struct Turn {
    timestamp: Option<String>,
    user: String,
    assistant: String,
    feed_type: &'static str,
    context_level: u32,
}

#[derive(Serialize)]
struct Snapshot<'a> {
    imported_from: &'a str,
    original_id: &'a str,
}

/// The name of the file; `None` for an id that is no file name. Those of imported conversations always are one.
pub(super) fn file_name(session_id: &str) -> Option<String> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_name = !session_id.is_empty() && session_id.len() <= 200 && session_id.bytes().all(is_safe);
    is_name.then(|| format!("{session_id}.json"))
}

/// The document, indented by two spaces as the original's.
pub(super) fn document(
    conversation: &Conversation,
    session_id: &str,
    tree: &TurnTree<'_>,
) -> serde_json::Result<String> {
    let text = |time: Timestamp| time.to_string();
    let turns = super::active_branch(tree).map(|turn| Turn {
        timestamp: turn.created().or(conversation.created).map(text),
        user: turn.user_text(),
        assistant: turn.assistant_text(),
        feed_type: FEED_TYPE,
        context_level: CONTEXT_LEVEL,
    });
    let document = Document {
        session_id,
        channel: "import",
        started: conversation.created.or_else(|| tree.turns.iter().find_map(|turn| turn.created())).map(text),
        name: conversation.title.as_deref(),
        turns: turns.collect(),
        state_snapshot: Snapshot { imported_from: conversation.source.as_str(), original_id: &conversation.source_id },
        last_updated: conversation.updated.map(text),
    };
    serde_json::to_string_pretty(&document)
}
