//! Conversations from elsewhere: storing one, storing it again, and knowing beforehand which are new.
//!
//! The key of a conversation is its source and its id there; the hash of its content tells whether there is anything to do. Storing a
//! later export of it merges row by row: turns are recognised by the ids of their messages, new ones are inserted, changed ones
//! changed, and what was said, named, rated or put away here stays as it is.

use crate::{Error, error::During, exports, trash};
pub use aios_model::content_hash;
use aios_model::{Conversation, ImportStatus, Message, Novelty, Part, Source, Timestamp, TurnTree, turns};
use rusqlite::{Connection, OptionalExtension};
use std::{collections::HashMap, fmt::Write as _};

pub mod batches;
mod changes;
mod identity;
mod merge;
pub(crate) mod origin;
pub mod undo;

/// What goes with a conversation that is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SaveOptions<'a> {
    /// The import that brings it, so that it can be told (and undone) what an import brought; any id unique to the import.
    pub import_id: Option<&'a str>,
}

/// What became of a conversation that was to be stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedConversation {
    /// The conversation that it is here; `None` if it was skipped.
    pub session_id: Option<String>,
    /// What became of it: never [`ImportStatus::Failed`], which is an `Err`.
    pub status: ImportStatus,
    /// Why it was skipped, or what else there is to say of it, as a sentence for a person.
    pub reason: Option<String>,
}

/// What tells a conversation of an export from others, and one export of it from another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConversationKey {
    /// Where it was held.
    pub source: Source,
    /// Its id there.
    pub source_id: String,
    /// [`content_hash`] of it.
    pub content_hash: String,
}

/// Stores a conversation: inserts it, or merges it into what an earlier import stored. It happens as a whole or, if it fails, not at all,
/// even when the caller goes on with its transaction. Storing the same again changes nothing.
///
/// Times are the original ones; where there are none, those of the first and the last message, else `now`.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if what an earlier import stored cannot be read.
pub fn save_conversation(
    connection: &Connection,
    conversation: &Conversation,
    options: SaveOptions<'_>,
    now: Timestamp,
) -> Result<SavedConversation, Error> {
    crate::atomically(connection, "storing a conversation", || store(connection, conversation, options, now))
}

/// Stores conversations, each as a whole or, if it fails, not at all, as [`save_conversation`] does. What became of each, in their order.
///
/// So that one can be taken back by itself, SQLite keeps a copy of every page that it changes. All of them are therefore stored together first, and one by
/// one only if one of them fails.
pub fn save_conversations(
    connection: &Connection,
    conversations: &[Conversation],
    options: SaveOptions<'_>,
    now: Timestamp,
) -> Vec<Result<SavedConversation, Error>> {
    let together = crate::atomically(connection, "storing conversations", || {
        conversations.iter().map(|conversation| store(connection, conversation, options, now)).collect()
    });
    match together {
        Ok(saved) => Vec::into_iter(saved).map(Ok).collect(),
        Err(_) => {
            conversations.iter().map(|conversation| save_conversation(connection, conversation, options, now)).collect()
        }
    }
}

fn store(
    connection: &Connection,
    conversation: &Conversation,
    options: SaveOptions<'_>,
    now: Timestamp,
) -> Result<SavedConversation, Error> {
    let tree = turns(conversation);
    if tree.turns.is_empty() {
        return Ok(SavedConversation {
            session_id: None,
            status: ImportStatus::Skipped,
            reason: Some("Nothing was said in it.".to_owned()),
        });
    }
    save(connection, conversation, &tree, &content_hash(conversation), options, now)
}

/// What a conversation that is stored already is compared by.
struct Existing {
    convo_id: i64,
    session_id: String,
    content_hash: Option<String>,
    in_trash: bool,
}

/// What is said of a conversation that an import took out of the trash.
const TAKEN_OUT: &str = "It was in the trash and is back in the list.";

/// What is said of a conversation of which an import took branches out of the trash.
const BRANCHES_TAKEN_OUT: &str = "Branches of it that were in the trash are back in it.";

fn save(
    connection: &Connection,
    conversation: &Conversation,
    tree: &TurnTree<'_>,
    hash: &str,
    options: SaveOptions<'_>,
    now: Timestamp,
) -> Result<SavedConversation, Error> {
    let existing = find(connection, &conversation.source, &conversation.source_id)?;
    let session_id = existing.as_ref().map_or(&conversation.source_id, |existing| &existing.session_id);
    let has_been_here = has_been_here(connection, session_id, conversation)?;
    let in_trash = match &existing {
        Some(existing) => existing.in_trash,
        None => has_been_here && trash::get(connection, session_id)?.is_some(),
    };
    if has_been_here && !in_trash {
        let session_id = Some(session_id.clone());
        return Ok(SavedConversation { session_id, status: ImportStatus::Unchanged, reason: None });
    }
    let import = options.import_id.map(|id| batches::open(connection, id, now)).transpose()?;
    let mut reason = None;
    if in_trash {
        take_out_of_trash(connection, session_id, import)?;
        reason = Some(TAKEN_OUT);
        if has_been_here {
            let (session_id, reason) = (Some(session_id.clone()), reason.map(str::to_owned));
            return Ok(SavedConversation { session_id, status: ImportStatus::Updated, reason });
        }
    }
    let (session_id, mut status) = match existing {
        Some(existing) if existing.content_hash.as_deref() == Some(hash) => {
            (existing.session_id, ImportStatus::Unchanged)
        }
        Some(existing) => {
            // Otherwise what the export has of them would be there twice when they are restored.
            if trash::restore_branches(connection, existing.convo_id)? > 0 {
                reason = reason.or(Some(BRANCHES_TAKEN_OUT));
            }
            let changed = merge::merge(connection, existing.convo_id, conversation, tree, hash, import, now)?;
            (existing.session_id, if changed { ImportStatus::Updated } else { ImportStatus::Unchanged })
        }
        None => {
            let session_id = identity::session_id(connection, &conversation.source, &conversation.source_id)?;
            merge::insert(connection, &session_id, conversation, tree, hash, (options, import), now)?;
            (session_id, ImportStatus::Imported)
        }
    };
    if reason.is_some() {
        status = ImportStatus::Updated;
    }
    Ok(SavedConversation { session_id: Some(session_id), status, reason: reason.map(str::to_owned) })
}

/// Takes a conversation out of the trash such that undoing the import moves it back there.
fn take_out_of_trash(connection: &Connection, session_id: &str, import: Option<i64>) -> Result<(), Error> {
    const OPERATION: &str = "taking a conversation out of the trash";
    let mut select = connection.prepare_cached("SELECT id FROM convos WHERE session_id = ?1").during(OPERATION)?;
    let convo_id = select.query_row([session_id], |row| row.get(0)).during(OPERATION)?;
    let before = changes::Description::read(connection, convo_id)?;
    trash::restore(connection, session_id)?;
    if let Some(import) = import {
        let after = changes::Description::read(connection, convo_id)?;
        changes::record_conversation(connection, import, convo_id, before, after)?;
    }
    Ok(())
}

/// Whether an export of this program brings only what is here: turns that were said here have no ids of elsewhere that they could be recognised by.
fn has_been_here(connection: &Connection, session_id: &str, conversation: &Conversation) -> Result<bool, Error> {
    let said_here = || conversation.messages.iter().any(|message| exports::is_id_of_here(&message.id));
    if conversation.source != Source::AIOS && !said_here() {
        return Ok(false);
    }
    let Some(here) = exports::conversation(connection, session_id)? else { return Ok(false) };
    let parts: HashMap<&str, &[Part]> =
        here.messages.iter().map(|message| (message.id.as_str(), message.parts.as_slice())).collect();
    let is_here = |message: &Message| parts.get(message.id.as_str()) == Some(&message.parts.as_slice());
    Ok((&here.source, &here.source_id) == (&conversation.source, &conversation.source_id)
        && conversation.messages.iter().all(is_here))
}

/// How conversations of an export compare with the history, in the same order. What is in the trash counts as changed: storing it takes it out.
///
/// # Errors
/// What SQLite says.
pub fn compare(connection: &Connection, keys: &[ConversationKey]) -> Result<Vec<Novelty>, Error> {
    let novelty = |key: &ConversationKey| {
        Ok(match find(connection, &key.source, &key.source_id)? {
            None if key.source == Source::AIOS => match exports::conversation(connection, &key.source_id)? {
                Some(here) if content_hash(&here) == key.content_hash => {
                    let in_trash = trash::get(connection, &key.source_id)?.is_some();
                    if in_trash { Novelty::Changed } else { Novelty::Same }
                }
                _ => Novelty::New,
            },
            None => Novelty::New,
            Some(existing) if existing.in_trash => Novelty::Changed,
            Some(existing) if existing.content_hash.as_ref() == Some(&key.content_hash) => Novelty::Same,
            Some(_) => Novelty::Changed,
        })
    };
    keys.iter().map(novelty).collect()
}

/// Whether a conversation is here, in the trash or not: by its id at its source, which is the one here if it was begun here.
///
/// # Errors
/// What SQLite says.
pub fn is_here(connection: &Connection, source: &Source, source_id: &str) -> Result<bool, Error> {
    if find(connection, source, source_id)?.is_some() {
        return Ok(true);
    }
    const OPERATION: &str = "finding a conversation that was begun here";
    let mut begun_here = connection.prepare_cached("SELECT 1 FROM convos WHERE session_id = ?1").during(OPERATION)?;
    Ok(*source == Source::AIOS && begun_here.exists([source_id]).during(OPERATION)?)
}

fn find(connection: &Connection, source: &Source, source_id: &str) -> Result<Option<Existing>, Error> {
    const OPERATION: &str = "finding an imported conversation";
    let mut statement = connection
        .prepare_cached(
            "SELECT id, session_id, content_hash, trashed IS NOT NULL FROM convos WHERE source = ?1 AND source_id = ?2",
        )
        .during(OPERATION)?;
    statement
        .query_row((source.as_str(), source_id), |row| {
            Ok(Existing {
                convo_id: row.get(0)?,
                session_id: row.get(1)?,
                content_hash: row.get(2)?,
                in_trash: row.get(3)?,
            })
        })
        .optional()
        .during(OPERATION)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
