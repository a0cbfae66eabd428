//! Conversations as a whole: the list, one of them with its turns, and what can be done to one. What is in the [trash](crate::trash) is not
//! there for any of these functions.

use crate::{Error, changes, error::During, files, search, turns};
use aios_model::{ConversationSummary, Source, StoredConversation, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

mod duplicate;
mod list;
mod totals;

#[cfg(test)]
pub(crate) use duplicate::PATH;
pub use duplicate::{Duplicate, duplicate};
pub use list::{ListQuery, MAXIMUM_PAGE, list};
pub use totals::{ProjectTotal, SourceTotal, WeekTotal, count, projects, totals, weeks};

/// How much of a conversation to get.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// Only so many turns at the end of the active branch; all of it if `None`.
    pub last: Option<u32>,
}

/// A conversation to be begun.
#[derive(Clone, PartialEq, Debug)]
pub struct NewConversation<'a> {
    /// Its id, unique among all conversations.
    pub session_id: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// Where it is held.
    pub source: Source,
    /// By what it came: AI OS says `react` for its web client, `import`, `cli`.
    pub channel: &'a str,
    /// The model that is to answer.
    pub model: Option<&'a str>,
    /// The instructions that the model is given.
    pub system_prompt: Option<&'a str>,
}

impl<'a> NewConversation<'a> {
    /// A conversation of this program without a name.
    pub fn new(session_id: &'a str) -> NewConversation<'a> {
        NewConversation {
            session_id,
            name: None,
            source: Source::AIOS,
            channel: "react",
            model: None,
            system_prompt: None,
        }
    }
}

/// A conversation with the turns of its active branch, or the last ones of them; `None` if there is no such conversation. The time that
/// it takes grows with the turns that are got, not with those that there are.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if a stored turn cannot be read.
pub fn get(connection: &Connection, session_id: &str, window: Window) -> Result<Option<StoredConversation>, Error> {
    const OPERATION: &str = "reading a conversation";
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT id, active_turn, system_prompt, {SUMMARY_COLUMNS} FROM convos WHERE session_id = ?1 AND trashed IS NULL"
        ))
        .during(OPERATION)?;
    let found = statement
        .query_row([session_id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get(2)?, summary(row, 3)?))
        })
        .optional()
        .during(OPERATION)?;
    let Some((convo_id, active_turn, system_prompt, summary)) = found else { return Ok(None) };
    let branch = turns::read_branch(connection, convo_id, active_turn, window.last)?;
    let files = files::of_conversation(connection, convo_id)?;
    Ok(Some(StoredConversation { summary, system_prompt, turns: branch.turns, earlier_turns: branch.earlier, files }))
}

/// A conversation's line in the list; `None` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn get_summary(connection: &Connection, session_id: &str) -> Result<Option<ConversationSummary>, Error> {
    const OPERATION: &str = "reading a conversation's line";
    let mut statement = connection
        .prepare_cached(&format!("SELECT {SUMMARY_COLUMNS} FROM convos WHERE session_id = ?1 AND trashed IS NULL"))
        .during(OPERATION)?;
    statement.query_row([session_id], |row| summary(row, 0)).optional().during(OPERATION)
}

/// Begins a conversation without turns.
///
/// # Errors
/// [`Error::Exists`] if there is one with this id; what SQLite says.
pub fn create(connection: &Connection, new: &NewConversation<'_>, now: Timestamp) -> Result<(), Error> {
    insert(connection, new, now).map(drop)
}

/// [`create`], and the number that the conversation got.
pub(crate) fn insert(connection: &Connection, new: &NewConversation<'_>, now: Timestamp) -> Result<i64, Error> {
    const OPERATION: &str = "creating a conversation";
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO convos (session_id, name, named_here, source, channel, model, system_prompt, started, last_updated)
            VALUES (?1, ?2, ?2 IS NOT NULL, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (session_id) DO NOTHING",
        )
        .during(OPERATION)?;
    let inserted = statement
        .execute((
            new.session_id,
            new.name,
            new.source.as_str(),
            new.channel,
            new.model,
            new.system_prompt,
            now.milliseconds(),
        ))
        .during(OPERATION)?;
    if inserted == 0 {
        return Err(Error::Exists { session_id: new.session_id.to_owned() });
    }
    let convo_id = connection.last_insert_rowid();
    changes::note_conversation(connection, convo_id)?;
    if new.name.is_some() {
        search::note_name(connection, convo_id)?;
    }
    Ok(convo_id)
}

/// Names a conversation; a blank name takes its name away. From now on no import changes it. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn rename(connection: &Connection, session_id: &str, name: &str) -> Result<bool, Error> {
    let name = Some(name.trim()).filter(|name| !name.is_empty());
    let sql = "UPDATE convos SET name = ?2, named_here = 1 WHERE session_id = ?1 AND trashed IS NULL";
    change(connection, "renaming a conversation", sql, (session_id, name))
}

/// Puts a conversation away. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn archive(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    let sql = "UPDATE convos SET archived = 1 WHERE session_id = ?1 AND trashed IS NULL";
    change(connection, "archiving a conversation", sql, [session_id])
}

/// Brings a conversation back from the archive. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn unarchive(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    let sql = "UPDATE convos SET archived = 0 WHERE session_id = ?1 AND trashed IS NULL";
    change(connection, "unarchiving a conversation", sql, [session_id])
}

/// Keeps a conversation at the top of lists, or no longer. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn pin(connection: &Connection, session_id: &str, pinned: bool) -> Result<bool, Error> {
    let sql = "UPDATE convos SET pinned = ?2 WHERE session_id = ?1 AND trashed IS NULL";
    change(connection, "pinning a conversation", sql, (session_id, pinned))
}

/// Moves a conversation to a project, a folder that is there as long as something is in it; with `None` or a blank name out of its project. From
/// now on no import moves it. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn move_to_project(connection: &Connection, session_id: &str, project: Option<&str>) -> Result<bool, Error> {
    let project = project.map(str::trim).filter(|project| !project.is_empty());
    let sql = "UPDATE convos SET project = ?2, moved_here = 1 WHERE session_id = ?1 AND trashed IS NULL";
    change(connection, "moving a conversation", sql, (session_id, project))
}

/// The project that a conversation is in; `None` if it is in none, or there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn project(connection: &Connection, session_id: &str) -> Result<Option<String>, Error> {
    const OPERATION: &str = "reading the project of a conversation";
    let mut statement =
        connection.prepare_cached("SELECT project FROM convos WHERE session_id = ?1").during(OPERATION)?;
    Ok(statement.query_row([session_id], |row| row.get(0)).optional().during(OPERATION)?.flatten())
}

/// Deletes a conversation for good, wherever it is, with its turns, ratings and the branches that were taken out of it. `false` if there is no
/// such conversation.
///
/// # Errors
/// What SQLite says.
pub fn delete(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    change(connection, "deleting a conversation", "DELETE FROM convos WHERE session_id = ?1", [session_id])
}

/// Deletes all conversations with everything in them, and forgets all imports.
///
/// # Errors
/// What SQLite says.
pub fn delete_all(connection: &Connection) -> Result<(), Error> {
    const OPERATION: &str = "deleting all conversations";
    connection.execute_batch("DELETE FROM convos; DELETE FROM convo_imports").during(OPERATION)
}

/// Sets or takes away the instructions that the model is given. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn set_system_prompt(connection: &Connection, session_id: &str, prompt: Option<&str>) -> Result<bool, Error> {
    let sql = "UPDATE convos SET system_prompt = ?2 WHERE session_id = ?1 AND trashed IS NULL";
    change(connection, "setting a system prompt", sql, (session_id, prompt))
}

fn change(
    connection: &Connection,
    operation: &'static str,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(sql).during(operation)?;
    Ok(statement.execute(parameters).during(operation)? > 0)
}

/// The columns that [`summary`] reads.
pub(crate) const SUMMARY_COLUMNS: &str = "convos.session_id, convos.name, convos.source, convos.started, \
    convos.last_updated, convos.turn_count, convos.archived, convos.pinned, convos.model, convos.preview";

/// A line of the list from a row that has [`SUMMARY_COLUMNS`] from column `first` on.
pub(crate) fn summary(row: &Row<'_>, first: usize) -> rusqlite::Result<ConversationSummary> {
    let source: String = row.get(first + 2)?;
    Ok(ConversationSummary {
        session_id: row.get(first)?,
        name: row.get(first + 1)?,
        source: Source::from_name(&source),
        started: Timestamp::from_milliseconds(row.get(first + 3)?),
        last_updated: Timestamp::from_milliseconds(row.get(first + 4)?),
        turn_count: row.get(first + 5)?,
        archived: row.get(first + 6)?,
        pinned: row.get(first + 7)?,
        model: row.get(first + 8)?,
        preview: row.get(first + 9)?,
    })
}
