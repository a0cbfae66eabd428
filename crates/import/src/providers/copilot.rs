//! VS Code's Copilot Chat, as seen from 2023 to November 2026: what `Chat: Export Chat…` writes, the sessions that VS Code stores, and
//! the log of changes (`.jsonl`) in which it stores them since 2026.
//!
//! ```text
//! { "sessionId", "creationDate", "lastMessageDate", "customTitle" (in version 2 "computedTitle") (none of these in an export),
//!   "version": 2 | 3, "responderUsername",
//!   "requests": [ { "requestId", "message": text | { "text", "parts" }, "variableData": { "variables" }, "timestamp", "modelId",
//!       "response": [ parts; most are markdown without a "kind", and follow each other without a space ],
//!       "result": { "errorDetails", "timings", "metadata": { "toolCallRounds", "toolCallResults" } },
//!       "vote": 0 | 1, "voteDownReason", "shouldBeRemovedOnSend" } ] }
//! ```
//!
//! Paths in it tell who the person is: only the names of files are kept.

use crate::{
    lenient::{List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Collector, Context, Kind, Notes, Provider},
    providers::{fallback_id, local::Chain},
    tree,
};
use aios_model::{Conversation, Source};
use request::RawRequest;
use serde::Deserialize;
use serde_json::Value;

mod edit;
mod log;
mod request;
mod response;
mod target;
mod tool;

pub(crate) struct Copilot;

/// AI OS's own name for it.
const SOURCE: Source = Source::new("copilot");

/// The fields of a session. One that has nothing but some of these is one.
const FIELDS: [&str; 21] = [
    "sessionId",
    "creationDate",
    "lastMessageDate",
    "customTitle",
    "computedTitle",
    "requests",
    "version",
    "responderUsername",
    "responderAvatarIconUri",
    "requesterUsername",
    "requesterAvatarIconUri",
    "initialLocation",
    "isImported",
    "isNew",
    "hasPendingEdits",
    "inputState",
    "repoData",
    "pendingRequests",
    "welcomeMessage",
    "providerId",
    "providerState",
];

lenient_object! {
    struct RawSession<'de> {
        "sessionId" => id: Text<'de>,
        "creationDate" => created: Time,
        "lastMessageDate" => last_message: Time,
        "customTitle" => custom_title: Text<'de>,
        "computedTitle" => computed_title: Text<'de>,
        "responderUsername" => responder: Text<'de>,
        "requests" => requests: TextOr<'de, List<RawRequest<'de>>>,
    } known [
        "version" "responderAvatarIconUri" "requesterUsername" "requesterAvatarIconUri" "initialLocation" "isImported" "isNew"
        "hasPendingEdits" "inputState" "repoData" "pendingRequests" "welcomeMessage" "providerId" "providerState"
    ]
}

impl Provider for Copilot {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "VS Code Copilot Chat"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"responderUsername\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        if shape.get("requests") == Some(Type::List) {
            let told = shape.get("responderUsername") == Some(Type::Text)
                || (shape.get("sessionId") == Some(Type::Text) && shape.has(&["creationDate"]))
                || shape.names().all(|name| FIELDS.contains(&name));
            return told.then_some(Kind::Conversation);
        }
        let is_change = shape.get("kind") == Some(Type::Scalar)
            && (shape.get("k") == Some(Type::List) || shape.get("v") == Some(Type::Object))
            && shape.names().all(|name| matches!(name, "kind" | "k" | "v" | "i"));
        is_change.then_some(Kind::Piece)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawSession<'_> = crate::json::from_slice(element)?;
        Ok(convert(raw, context.notes))
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::new(log::Log::default()))
    }
}

/// A session that was replayed from its log.
fn convert_state(state: &Value, notes: &mut Notes) -> Option<Conversation> {
    RawSession::deserialize(state).ok().and_then(|raw| convert(raw, notes))
}

fn convert(raw: RawSession<'_>, notes: &mut Notes) -> Option<Conversation> {
    let TextOr::Other(List(requests)) = raw.requests else { return None };
    let told = raw.id.filled().is_some() || raw.responder.filled().is_some();
    if !told && !requests.iter().any(RawRequest::is_one) {
        return None;
    }
    raw.unknown.iter().for_each(|name| notes.unknown("Copilot session field", name));
    let mut chain = Chain::default();
    requests.iter().for_each(|request| request.convert(&mut chain, notes));
    let last = chain.last;
    let tree = tree::arrange(chain.nodes, last.as_deref());
    let times = || tree.messages.iter().filter_map(|message| message.created);
    let source_id = raw.id.owned().unwrap_or_else(|| fallback_id("", None, &tree.messages));
    Some(Conversation {
        title: raw.custom_title.owned().or_else(|| raw.computed_title.owned()),
        created: raw.created.0.or_else(|| times().min()),
        // The times of the messages first: the same session as a log has no date of its last message.
        updated: times().max().or(raw.last_message.0).or(raw.created.0),
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..Conversation::new(SOURCE, source_id)
    })
}
