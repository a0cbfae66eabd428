//! Taking conversations out, as JSON in AI OS's own envelope.
//!
//! `conversation` (or each of `conversations`) has what AI OS's export has, with the turns of the active branch; beside it,
//! `canonical` is the whole conversation with all branches and parts, so that nothing is lost on the way back in.

use crate::{Chat, Error, clock::now};
use aios_model::{Conversation, StoredConversation, StoredTurn};
use aios_store::{
    Connection, Database,
    conversations::{self, ListQuery, Window},
    exports,
};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use serde::Serialize;
use std::sync::Arc;

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
    canonical: &'a Conversation,
}

#[derive(Serialize)]
struct ExportedTurn<'a> {
    timestamp: String,
    user: &'a str,
    assistant: &'a str,
}

/// One conversation as a JSON document.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn one(chat: &Chat, session_id: &str) -> Result<String, Error> {
    let (stored, canonical) = read(&chat.database(), session_id)
        .await?
        .ok_or_else(|| Error::NotFound { session_id: session_id.to_owned() })?;
    to_json(&Envelope {
        version: VERSION,
        platform: PLATFORM,
        exported_at: now().to_string(),
        conversation: exported(&stored, &canonical),
    })
}

/// All conversations that are put away, or all others, as one JSON document in pieces of one conversation. Memory does not grow with the
/// history. A conversation that is deleted meanwhile is left out; an error ends the stream, and the document is not whole then.
pub fn all(chat: &Chat, archived: bool) -> impl Stream<Item = Result<String, Error>> + Send + 'static {
    let database = chat.database();
    let listing = {
        let database = database.clone();
        async move { Ok::<_, Error>(database.read(move |connection| session_ids(connection, archived)).await?) }
    };
    let head = format!(
        "{{\"version\":\"{VERSION}\",\"platform\":\"{PLATFORM}\",\"exported_at\":\"{}\",\"conversations\":[\n",
        now()
    );
    let pieces = stream::once(listing).map_ok(move |ids| conversations(database.clone(), ids)).try_flatten();
    stream::once(async { Ok(head) }).chain(pieces).chain(stream::once(async { Ok("\n]}\n".to_owned()) }))
}

fn conversations(database: Arc<Database>, ids: Vec<String>) -> impl Stream<Item = Result<String, Error>> + Send {
    let written = stream::iter(ids).then(move |id| {
        let database = database.clone();
        async move {
            match read(&database, &id).await? {
                Some((stored, canonical)) => to_json(&exported(&stored, &canonical)).map(Some),
                None => Ok(None),
            }
        }
    });
    written
        .try_filter_map(|piece| async { Ok(piece) })
        .enumerate()
        .map(|(number, piece)| piece.map(|piece| if number > 0 { format!(",\n{piece}") } else { piece }))
}

/// All of them at the beginning: a conversation that changes during the export moves in the list and would be missed.
fn session_ids(connection: &Connection, archived: bool) -> Result<Vec<String>, aios_store::Error> {
    let mut query = ListQuery { archived, limit: conversations::MAXIMUM_PAGE, ..ListQuery::default() };
    let mut ids = Vec::new();
    loop {
        let page = conversations::list(connection, &query)?;
        ids.extend(page.conversations.into_iter().map(|line| line.session_id));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(ids),
        }
    }
}

async fn read(database: &Database, session_id: &str) -> Result<Option<(StoredConversation, Conversation)>, Error> {
    let id = session_id.to_owned();
    let read = move |connection: &Connection| {
        let stored = conversations::get(connection, &id, Window::default())?;
        Ok(stored.zip(exports::conversation(connection, &id)?))
    };
    Ok(database.read(read).await?)
}

fn exported<'a>(stored: &'a StoredConversation, canonical: &'a Conversation) -> Exported<'a> {
    let turn = |turn: &'a StoredTurn| ExportedTurn {
        timestamp: turn.timestamp.to_string(),
        user: &turn.user_message,
        assistant: &turn.assistant_message,
    };
    Exported {
        session_id: &stored.summary.session_id,
        name: stored.summary.name.as_deref(),
        started: stored.summary.started.to_string(),
        source: stored.summary.source.as_str(),
        turns: stored.turns.iter().map(turn).collect(),
        turn_count: stored.turns.len(),
        state_snapshot: None,
        canonical,
    }
}

fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal { what: format!("exporting: {error}") })
}
