//! Turns: writing one, letting its answer grow, and reading a branch.

use crate::{
    Error, changes,
    conversations::{self, NewConversation},
    encoding::{Placed, Texts, encode},
    error::During,
    search,
    text::preview,
};
use aios_model::{Message, StoredTurn, Timestamp, TurnStatus};
use rusqlite::{Connection, OptionalExtension};

mod branch;
mod outline;
mod page;
mod prune;
mod save;

pub(crate) use branch::read_branch;
pub use branch::{active_branch, get_turn, session_of};
pub use outline::{OutlineLine, outline};
pub use page::{Path, Position, TurnPage, page};
pub use prune::{Pruned, prune};
pub use save::{SavedMessages, save_messages};

/// What a new turn follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Parent {
    /// The last turn of the active branch.
    #[default]
    Active,
    /// This turn: a regenerated answer or an edited question gets the parent of what it replaces, and becomes its sibling.
    Turn(i64),
    /// None: it is a first turn of the conversation, beside others if there are any.
    None,
}

/// A turn to be written.
#[derive(Clone, PartialEq, Debug)]
pub struct NewTurn<'a> {
    /// What it follows.
    pub parent: Parent,
    /// The user's words, as markdown.
    pub user_message: &'a str,
    /// The answer, as far as it is there.
    pub assistant_message: &'a str,
    /// The model that answers.
    pub model: Option<&'a str>,
    /// How far it got.
    pub status: TurnStatus,
    /// The sender's own id, unique within the conversation: the same id again is the same turn.
    pub client_id: Option<&'a str>,
    /// Tokens of the user's message, if counted.
    pub user_tokens: Option<u32>,
    /// Tokens of the answer, if counted.
    pub assistant_tokens: Option<u32>,
    /// All messages of the turn, in order, if there is more to them than the two texts; empty otherwise.
    pub messages: &'a [Message],
}

impl<'a> NewTurn<'a> {
    /// A whole turn of two texts, after the active one.
    pub fn new(user_message: &'a str, assistant_message: &'a str) -> NewTurn<'a> {
        NewTurn {
            parent: Parent::Active,
            user_message,
            assistant_message,
            model: None,
            status: TurnStatus::Complete,
            client_id: None,
            user_tokens: None,
            assistant_tokens: None,
            messages: &[],
        }
    }
}

/// What became of a turn that was to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddedTurn {
    /// Its id.
    pub turn_id: i64,
    /// It was there already, by its client id, and nothing was written.
    pub existed: bool,
}

/// How a turn ended.
#[derive(Clone, PartialEq, Debug)]
pub struct FinishedTurn<'a> {
    /// The answer.
    pub assistant_message: &'a str,
    /// How far it got.
    pub status: TurnStatus,
    /// The model that answered; `None` keeps what was known.
    pub model: Option<&'a str>,
    /// Tokens of the user's message; `None` keeps what was known.
    pub user_tokens: Option<u32>,
    /// Tokens of the answer; `None` keeps what was known.
    pub assistant_tokens: Option<u32>,
    /// All messages of the turn, the user's included, if there is more to them than the two texts; empty keeps what was known.
    pub messages: &'a [Message],
}

impl<'a> FinishedTurn<'a> {
    /// A turn that ended with this text.
    pub fn new(assistant_message: &'a str, status: TurnStatus) -> FinishedTurn<'a> {
        FinishedTurn {
            assistant_message,
            status,
            model: None,
            user_tokens: None,
            assistant_tokens: None,
            messages: &[],
        }
    }
}

/// Appends a turn and makes it the end of the active branch. A conversation that does not exist is begun. The time that it takes does not
/// depend on the conversation's length.
///
/// # Errors
/// [`Error::NoTurn`] if the parent is not a turn of this conversation; [`Error::InTrash`]; what SQLite says.
pub fn add_turn(
    connection: &Connection,
    session_id: &str,
    new: &NewTurn<'_>,
    now: Timestamp,
) -> Result<AddedTurn, Error> {
    const OPERATION: &str = "adding a turn";
    let (convo_id, active_turn) = match find(connection, session_id)? {
        Some(found) => found,
        None => (conversations::insert(connection, &NewConversation::new(session_id), now)?, None),
    };
    if let Some(client_id) = new.client_id {
        let mut statement = connection
            .prepare_cached("SELECT id FROM convo_turns WHERE convo_id = ?1 AND client_id = ?2")
            .during(OPERATION)?;
        let existing = statement.query_row((convo_id, client_id), |row| row.get(0)).optional().during(OPERATION)?;
        if let Some(turn_id) = existing {
            return Ok(AddedTurn { turn_id, existed: true });
        }
    }
    let parent = match new.parent {
        Parent::Active => active_turn.map(|id| place(connection, convo_id, id)).transpose()?.flatten(),
        Parent::Turn(id) => Some(place(connection, convo_id, id)?.ok_or(Error::NoTurn { turn_id: id })?),
        Parent::None => None,
    };
    // An answer that is still growing has no ranges in it.
    let assistant = if new.status == TurnStatus::Streaming { "" } else { new.assistant_message };
    let messages_json = encode_local(new.messages, Texts { user: new.user_message, assistant })?;
    let mut insert = connection
        .prepare_cached(
            "INSERT INTO convo_turns (convo_id, parent_id, turn_index, timestamp, status, model, user_tokens,
                assistant_tokens, client_id, user_message, assistant_message, messages_json)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )
        .during(OPERATION)?;
    let turn_id = insert
        .insert((
            convo_id,
            parent.map(|parent| parent.turn_id),
            parent.map_or(0, |parent| parent.turn_index + 1),
            now.milliseconds(),
            new.status.as_str(),
            new.model,
            new.user_tokens,
            new.assistant_tokens,
            new.client_id,
            new.user_message,
            new.assistant_message,
            messages_json,
        ))
        .during(OPERATION)?;
    changes::note_turn(connection, turn_id)?;
    if new.status != TurnStatus::Streaming {
        search::note_turn(connection, turn_id)?;
    }
    let mut update = connection
        .prepare_cached(
            "UPDATE convos SET active_turn = ?2, turn_count = turn_count + 1, last_updated = max(last_updated, ?3),
                model = coalesce(?4, model), preview = iif(preview = '', ?5, preview) WHERE id = ?1",
        )
        .during(OPERATION)?;
    update.execute((convo_id, turn_id, now.milliseconds(), new.model, preview(new.user_message))).during(OPERATION)?;
    Ok(AddedTurn { turn_id, existed: false })
}

/// Writes the answer as far as it has come. `false` if there is no such turn. The turn counts as streaming, even if another process took
/// it for interrupted in between.
///
/// # Errors
/// What SQLite says.
pub fn update_streaming(connection: &Connection, turn_id: i64, assistant_message: &str) -> Result<bool, Error> {
    const OPERATION: &str = "updating a streaming turn";
    let mut statement = connection
        .prepare_cached("UPDATE convo_turns SET assistant_message = ?2, status = 'streaming' WHERE id = ?1")
        .during(OPERATION)?;
    Ok(statement.execute((turn_id, assistant_message)).during(OPERATION)? > 0)
}

/// Ends a turn: from now on it can be searched.
///
/// # Errors
/// [`Error::NoTurn`] if there is no such turn (its conversation may have been deleted meanwhile); what SQLite says.
pub fn finish_turn(
    connection: &Connection,
    turn_id: i64,
    finished: &FinishedTurn<'_>,
    now: Timestamp,
) -> Result<(), Error> {
    const OPERATION: &str = "finishing a turn";
    let mut select =
        connection.prepare_cached("SELECT convo_id, user_message FROM convo_turns WHERE id = ?1").during(OPERATION)?;
    let found: Option<(i64, String)> =
        select.query_row([turn_id], |row| Ok((row.get(0)?, row.get(1)?))).optional().during(OPERATION)?;
    let (convo_id, user_message) = found.ok_or(Error::NoTurn { turn_id })?;
    let texts = Texts { user: &user_message, assistant: finished.assistant_message };
    let messages_json = encode_local(finished.messages, texts)?;
    let mut update = connection
        .prepare_cached(
            "UPDATE convo_turns SET assistant_message = ?2, status = ?3, model = coalesce(?4, model),
                user_tokens = coalesce(?5, user_tokens), assistant_tokens = coalesce(?6, assistant_tokens),
                messages_json = coalesce(?7, messages_json) WHERE id = ?1",
        )
        .during(OPERATION)?;
    update
        .execute((
            turn_id,
            finished.assistant_message,
            finished.status.as_str(),
            finished.model,
            finished.user_tokens,
            finished.assistant_tokens,
            messages_json,
        ))
        .during(OPERATION)?;
    let mut touch = connection
        .prepare_cached(
            "UPDATE convos SET last_updated = max(last_updated, ?2), model = coalesce(?3, model) WHERE id = ?1",
        )
        .during(OPERATION)?;
    touch.execute((convo_id, now.milliseconds(), finished.model)).during(OPERATION)?;
    Ok(())
}

/// Shows the branch of this turn: from now on the active branch runs through it to its latest descendant. `false` if there is no such turn.
///
/// # Errors
/// What SQLite says.
pub fn activate(connection: &Connection, turn_id: i64) -> Result<bool, Error> {
    const OPERATION: &str = "showing another branch";
    let mut convo = connection.prepare_cached("SELECT convo_id FROM convo_turns WHERE id = ?1").during(OPERATION)?;
    let found: Option<i64> = convo.query_row([turn_id], |row| row.get(0)).optional().during(OPERATION)?;
    let Some(convo_id) = found else { return Ok(false) };
    let leaf = latest_descendant(connection, convo_id, Some(turn_id))?;
    let mut update = connection.prepare_cached("UPDATE convos SET active_turn = ?2 WHERE id = ?1").during(OPERATION)?;
    update.execute((convo_id, leaf)).during(OPERATION)?;
    Ok(true)
}

/// The end of the branch that is shown; `None` if there is no such conversation outside of the trash, or nothing was said in it.
///
/// # Errors
/// What SQLite says.
pub fn active(connection: &Connection, session_id: &str) -> Result<Option<i64>, Error> {
    const OPERATION: &str = "finding the end of the branch that is shown";
    let mut statement = connection
        .prepare_cached("SELECT active_turn FROM convos WHERE session_id = ?1 AND trashed IS NULL")
        .during(OPERATION)?;
    let found: Option<Option<i64>> =
        statement.query_row([session_id], |row| row.get(0)).optional().during(OPERATION)?;
    Ok(found.flatten())
}

/// The latest of the turns behind a turn, the latest of those behind that, and so on to the end: the turn itself if none is behind it. Without a
/// turn, the end of the latest branch; `None` if there are no turns.
pub(crate) fn latest_descendant(
    connection: &Connection,
    convo_id: i64,
    turn_id: Option<i64>,
) -> Result<Option<i64>, Error> {
    const OPERATION: &str = "finding the end of a branch";
    let mut child = connection
        .prepare_cached("SELECT max(id) FROM convo_turns WHERE convo_id = ?1 AND parent_id IS ?2")
        .during(OPERATION)?;
    let mut leaf = turn_id;
    while let Some(next) = child.query_row((convo_id, leaf), |row| row.get::<_, Option<i64>>(0)).during(OPERATION)? {
        leaf = Some(next);
    }
    Ok(leaf)
}

/// Marks every turn that is still `streaming` as interrupted, and tells how many there were: to be called when nobody can be writing them,
/// that is, when the program starts.
///
/// # Errors
/// What SQLite says.
pub fn interrupt_streaming(connection: &Connection) -> Result<u32, Error> {
    let count = connection
        .execute("UPDATE convo_turns SET status = 'interrupted' WHERE status = 'streaming'", [])
        .during("marking interrupted turns")?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The row of a conversation and the end of its active branch; [`Error::InTrash`] if it is there.
fn find(connection: &Connection, session_id: &str) -> Result<Option<(i64, Option<i64>)>, Error> {
    const OPERATION: &str = "finding a conversation";
    let mut statement = connection
        .prepare_cached("SELECT id, active_turn, trashed FROM convos WHERE session_id = ?1")
        .during(OPERATION)?;
    let found = statement.query_row([session_id], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?)));
    match found.optional().during(OPERATION)? {
        Some((_, _, Some(_))) => Err(Error::InTrash { session_id: session_id.to_owned() }),
        found => Ok(found.map(|(convo_id, active_turn, _)| (convo_id, active_turn))),
    }
}

/// Where a turn stands.
#[derive(Clone, Copy)]
struct Place {
    turn_id: i64,
    turn_index: i64,
}

/// Where a turn stands, if it is one of this conversation.
fn place(connection: &Connection, convo_id: i64, turn_id: i64) -> Result<Option<Place>, Error> {
    const OPERATION: &str = "finding a turn";
    let mut statement = connection
        .prepare_cached("SELECT turn_index FROM convo_turns WHERE id = ?1 AND convo_id = ?2")
        .during(OPERATION)?;
    let turn_index = statement.query_row((turn_id, convo_id), |row| row.get(0)).optional().during(OPERATION)?;
    Ok(turn_index.map(|turn_index| Place { turn_id, turn_index }))
}

/// `messages_json` of a turn said here; `None` for no messages.
fn encode_local(messages: &[Message], texts: Texts<'_>) -> Result<Option<String>, Error> {
    if messages.is_empty() {
        return Ok(None);
    }
    let messages: Vec<_> = messages.iter().map(|message| Placed { position: None, message }).collect();
    encode(&messages, texts, true).map(Some)
}
