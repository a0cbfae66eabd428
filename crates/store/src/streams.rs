//! The logs of answers: each event by its number, as opaque JSON, in pieces as they were written.
//!
//! A stream is *begun* when an answer is, grows by [`append`], and is *ended* with its turn. What is still unfinished when nobody can be
//! writing was cut off by a crash.

use crate::{Error, error::During};
use aios_model::Timestamp;
use rusqlite::{Connection, OptionalExtension};

/// The log of a turn, as far as it is kept.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StoredStream {
    /// The number of the last event that was logged, whether it is still kept or not.
    pub last_sequence: u64,
    /// The answer is over.
    pub ended: bool,
    /// What went wrong, as a sentence for a person.
    pub error: Option<String>,
    /// JSON arrays of events, in order, from number 1 on; none if the log was dropped.
    pub pieces: Vec<String>,
}

/// Says that the answer of a turn is being written, for the first time or again; what was logged of it stays.
///
/// # Errors
/// What SQLite says, also if there is no such turn.
pub fn begin(connection: &Connection, turn_id: i64) -> Result<(), Error> {
    const OPERATION: &str = "beginning a stream";
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO streams (turn_id) VALUES (?1) ON CONFLICT (turn_id) DO UPDATE SET ended = NULL, error = NULL",
        )
        .during(OPERATION)?;
    statement.execute([turn_id]).during(OPERATION).map(drop)
}

/// Logs events: a JSON array of `count` of them, the first of which has the number `first_sequence`.
///
/// # Errors
/// What SQLite says, also if the stream was not begun or a piece begins with this number already.
pub fn append(
    connection: &Connection,
    turn_id: i64,
    first_sequence: u64,
    count: u64,
    events_json: &str,
) -> Result<(), Error> {
    const OPERATION: &str = "logging events";
    let mut insert = connection
        .prepare_cached("INSERT INTO stream_events (turn_id, first_sequence, events_json) VALUES (?1, ?2, ?3)")
        .during(OPERATION)?;
    insert.execute((turn_id, number(first_sequence), events_json)).during(OPERATION)?;
    let mut update =
        connection.prepare_cached("UPDATE streams SET last_sequence = ?2 WHERE turn_id = ?1").during(OPERATION)?;
    update.execute((turn_id, number(first_sequence + count).saturating_sub(1))).during(OPERATION).map(drop)
}

/// Says that the answer of a turn is over.
///
/// # Errors
/// What SQLite says.
pub fn end(connection: &Connection, turn_id: i64, error: Option<&str>, now: Timestamp) -> Result<(), Error> {
    const OPERATION: &str = "ending a stream";
    let mut statement =
        connection.prepare_cached("UPDATE streams SET ended = ?2, error = ?3 WHERE turn_id = ?1").during(OPERATION)?;
    statement.execute((turn_id, now.milliseconds(), error)).during(OPERATION).map(drop)
}

/// The log of a turn; `None` if none was ever begun.
///
/// # Errors
/// What SQLite says.
pub fn get(connection: &Connection, turn_id: i64) -> Result<Option<StoredStream>, Error> {
    const OPERATION: &str = "reading a log";
    let mut select = connection
        .prepare_cached("SELECT last_sequence, ended IS NOT NULL, error FROM streams WHERE turn_id = ?1")
        .during(OPERATION)?;
    let found = select
        .query_row([turn_id], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?)))
        .optional()
        .during(OPERATION)?;
    let Some((last_sequence, ended, error)) = found else { return Ok(None) };
    let mut select = connection
        .prepare_cached("SELECT events_json FROM stream_events WHERE turn_id = ?1 ORDER BY first_sequence")
        .during(OPERATION)?;
    let pieces = select.query_map([turn_id], |row| row.get(0)).and_then(Iterator::collect).during(OPERATION)?;
    Ok(Some(StoredStream { last_sequence: last_sequence.unsigned_abs(), ended, error, pieces }))
}

/// What went wrong with the answers of these turns, as sentences for a person, of those that something went wrong with.
///
/// # Errors
/// What SQLite says.
pub fn errors(connection: &Connection, turn_ids: &[i64]) -> Result<Vec<(i64, String)>, Error> {
    const OPERATION: &str = "reading how answers failed";
    let mut statement = connection
        .prepare_cached("SELECT error FROM streams WHERE turn_id = ?1 AND error IS NOT NULL")
        .during(OPERATION)?;
    let mut errors = Vec::new();
    for turn_id in turn_ids {
        let error = statement.query_row([turn_id], |row| row.get(0)).optional().during(OPERATION)?;
        errors.extend(error.map(|error| (*turn_id, error)));
    }
    Ok(errors)
}

/// The turns whose answers were begun and not ended.
///
/// # Errors
/// What SQLite says.
pub fn unfinished(connection: &Connection) -> Result<Vec<i64>, Error> {
    const OPERATION: &str = "looking for unfinished streams";
    let mut statement = connection
        .prepare_cached("SELECT turn_id FROM streams WHERE ended IS NULL ORDER BY turn_id")
        .during(OPERATION)?;
    statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).during(OPERATION)
}

/// Drops the log of a turn that is whole: the turn says it all. Its last number stays known. Changes nothing for other turns.
///
/// # Errors
/// What SQLite says.
pub fn forget_complete(connection: &Connection, turn_id: i64) -> Result<(), Error> {
    const OPERATION: &str = "dropping a log";
    let mut statement = connection
        .prepare_cached(
            "DELETE FROM stream_events WHERE turn_id = ?1
                AND EXISTS (SELECT 1 FROM convo_turns WHERE id = ?1 AND status = 'complete')",
        )
        .during(OPERATION)?;
    statement.execute([turn_id]).during(OPERATION).map(drop)
}

/// Drops the logs of the turns that are whole and were so before a moment: for those whose log was to be dropped when the program ended.
///
/// # Errors
/// What SQLite says.
pub fn forget_all_complete(connection: &Connection, before: Timestamp) -> Result<(), Error> {
    const OPERATION: &str = "dropping logs";
    let sql = "DELETE FROM stream_events WHERE EXISTS
        (SELECT 1 FROM convo_turns WHERE id = stream_events.turn_id AND status = 'complete')
        AND EXISTS (SELECT 1 FROM streams WHERE turn_id = stream_events.turn_id AND ended < ?1)";
    connection.execute(sql, [before.milliseconds()]).during(OPERATION).map(drop)
}

fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
