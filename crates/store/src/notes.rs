//! What the program notes of conversations and turns by itself: a name, a summary, how an answer was made.

use crate::{Error, error::During};
use rusqlite::{Connection, OptionalExtension};

/// Names a conversation that nobody has named, and that has no name. `false` if it is not to be named.
///
/// # Errors
/// What SQLite says.
pub fn name_if_unnamed(connection: &Connection, session_id: &str, name: &str) -> Result<bool, Error> {
    let sql = "UPDATE convos SET name = ?2 WHERE session_id = ?1 AND named_here = 0 AND coalesce(name, '') = ''";
    Ok(connection.execute(sql, (session_id, name)).during("naming a conversation")? > 0)
}

/// It has no name, and nobody took it away.
///
/// # Errors
/// What SQLite says.
pub fn is_unnamed(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    const OPERATION: &str = "asking for the name of a conversation";
    let sql = "SELECT named_here = 0 AND coalesce(name, '') = '' FROM convos WHERE session_id = ?1";
    let mut statement = connection.prepare_cached(sql).during(OPERATION)?;
    let found: Option<bool> = statement.query_row([session_id], |row| row.get(0)).optional().during(OPERATION)?;
    Ok(found.unwrap_or(false))
}

/// The summary of a conversation, if it has one.
///
/// # Errors
/// What SQLite says.
pub fn summary(connection: &Connection, session_id: &str) -> Result<Option<String>, Error> {
    const OPERATION: &str = "reading a summary";
    let sql = "SELECT summary FROM convos WHERE session_id = ?1";
    let mut statement = connection.prepare_cached(sql).during(OPERATION)?;
    let found: Option<Option<String>> =
        statement.query_row([session_id], |row| row.get(0)).optional().during(OPERATION)?;
    Ok(found.flatten().filter(|summary| !summary.trim().is_empty()))
}

/// Keeps a summary. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn set_summary(connection: &Connection, session_id: &str, summary: &str) -> Result<bool, Error> {
    let sql = "UPDATE convos SET summary = ?2 WHERE session_id = ?1";
    Ok(connection.execute(sql, (session_id, summary)).during("keeping a summary")? > 0)
}

/// How an answer was made, as far as its reader should know.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AnswerNotes {
    /// A sentence for the reader.
    pub notice: Option<String>,
    /// The tokens of the turn were estimated, not reported.
    pub estimated_tokens: bool,
}

/// Keeps notes of a turn in its `metadata_json`; what else is there stays.
///
/// # Errors
/// What SQLite says.
pub fn note(connection: &Connection, turn_id: i64, notes: &AnswerNotes) -> Result<(), Error> {
    let mut patch = serde_json::Map::new();
    patch.extend(notes.notice.as_ref().map(|notice| ("notice".to_owned(), notice.as_str().into())));
    patch.extend(notes.estimated_tokens.then(|| ("tokens".to_owned(), "estimated".into())));
    // Something that is no JSON object is the original's business; it is left alone.
    let sql = "UPDATE convo_turns SET metadata_json = json_patch(coalesce(metadata_json, '{}'), ?2)
        WHERE id = ?1 AND CASE WHEN metadata_json IS NULL THEN 1 WHEN json_valid(metadata_json) THEN json_type(metadata_json) = 'object' ELSE 0 END";
    let patch = serde_json::Value::Object(patch).to_string();
    connection.execute(sql, (turn_id, patch)).during("noting how an answer was made")?;
    Ok(())
}

/// Keeps estimates of the tokens of a turn, where none are known, and that they are estimates.
///
/// # Errors
/// What SQLite says.
pub fn estimate_tokens(connection: &Connection, turn_id: i64, input: u32, output: u32) -> Result<(), Error> {
    let sql = "UPDATE convo_turns SET user_tokens = ?2, assistant_tokens = ?3
        WHERE id = ?1 AND user_tokens IS NULL AND assistant_tokens IS NULL";
    if connection.execute(sql, (turn_id, input, output)).during("keeping estimates of tokens")? == 0 {
        return Ok(());
    }
    note(connection, turn_id, &AnswerNotes { notice: None, estimated_tokens: true })
}

/// The notices of these turns, of those that have one.
///
/// # Errors
/// What SQLite says.
pub fn notices(connection: &Connection, turn_ids: &[i64]) -> Result<Vec<(i64, String)>, Error> {
    let mut notices = Vec::new();
    for turn_id in turn_ids {
        notices.extend(notes(connection, *turn_id)?.notice.map(|notice| (*turn_id, notice)));
    }
    Ok(notices)
}

/// The notes of a turn.
///
/// # Errors
/// What SQLite says.
pub fn notes(connection: &Connection, turn_id: i64) -> Result<AnswerNotes, Error> {
    const OPERATION: &str = "reading how an answer was made";
    let sql = "SELECT metadata_json ->> '$.notice', coalesce(metadata_json ->> '$.tokens', '') = 'estimated'
        FROM convo_turns WHERE id = ?1 AND iif(json_valid(metadata_json), json_type(metadata_json) = 'object', 0)";
    let mut statement = connection.prepare_cached(sql).during(OPERATION)?;
    let read = |row: &rusqlite::Row<'_>| Ok(AnswerNotes { notice: row.get(0)?, estimated_tokens: row.get(1)? });
    Ok(statement.query_row([turn_id], read).optional().during(OPERATION)?.unwrap_or_default())
}
