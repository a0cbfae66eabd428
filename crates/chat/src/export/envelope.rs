//! AI OS's envelope.
//!
//! `conversation` (or each of `conversations`) has what AI OS's export has, with the turns of the active branch. In the whole form, beside it,
//! `canonical` is the conversation with all branches and parts, so that nothing is lost on the way back in, and `files` says which bytes
//! its parts refer to.

use super::Read;
use crate::{Error, now};
use aios_model::{Conversation, StoredFile};
use serde::Serialize;

/// The version of AI OS's envelope.
const VERSION: &str = "1.0";

/// The platform that AI OS's importer looks for.
const PLATFORM: &str = "AI_OS";

#[derive(Serialize)]
struct Envelope<'a> {
    version: &'a str,
    platform: &'a str,
    exported_at: String,
    conversation: Exported<'a>,
}

#[derive(Serialize)]
struct Exported<'a> {
    session_id: &'a str,
    name: Option<&'a str>,
    started: String,
    source: &'a str,
    turns: Vec<ExportedTurn<'a>>,
    turn_count: usize,
    state_snapshot: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical: Option<&'a Conversation>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    files: &'a [StoredFile],
}

#[derive(Serialize)]
struct ExportedTurn<'a> {
    timestamp: String,
    user: &'a str,
    assistant: &'a str,
}

/// The document of one conversation.
pub(super) fn one(read: &Read, whole: bool) -> Result<String, Error> {
    let envelope = Envelope {
        version: VERSION,
        platform: PLATFORM,
        exported_at: now().to_string(),
        conversation: exported(read, whole),
    };
    to_json(&envelope)
}

/// One of the conversations between [`head`] and [`TAIL`], apart by commas.
pub(super) fn element(read: &Read, whole: bool) -> Result<String, Error> {
    to_json(&exported(read, whole))
}

/// How the document of many begins.
pub(super) fn head() -> String {
    format!(
        "{{\"version\":\"{VERSION}\",\"platform\":\"{PLATFORM}\",\"exported_at\":\"{}\",\"conversations\":[\n",
        now()
    )
}

/// How it ends.
pub(super) const TAIL: &str = "\n]}\n";

fn exported(read: &Read, whole: bool) -> Exported<'_> {
    let stored = &read.stored;

    Exported {
        session_id: &stored.summary.session_id,
        name: stored.summary.name.as_deref(),
        started: stored.summary.started.to_string(),
        source: stored.summary.source.as_str(),
        turns: stored
            .turns
            .iter()
            .map(|said| ExportedTurn {
                timestamp: said.timestamp.to_string(),
                user: &said.user_message,
                assistant: &said.assistant_message,
            })
            .collect(),
        turn_count: stored.turns.len(),
        state_snapshot: None,
        canonical: whole.then_some(&read.canonical),
        files: if whole { &stored.files } else { &[] },
    }
}

fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal { what: format!("exporting: {error}") })
}
