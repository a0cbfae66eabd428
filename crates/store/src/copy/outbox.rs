//! What was changed in a copy and the history has not heard of.

use crate::{Error, atomically, conversations, error::During, ratings};
use aios_model::{Intent, Timestamp, WaitingChange};
use rusqlite::Connection;

const OPERATION: &str = "keeping a change for later";

/// Makes a change here, and keeps it until the history has heard of it; one that is kept already is not made again. `false` if what it is about is not here; then nothing is kept.
///
/// # Errors
/// What SQLite says.
pub fn change(connection: &Connection, waiting: &WaitingChange, now: Timestamp) -> Result<bool, Error> {
    atomically(connection, OPERATION, || {
        let mut kept = connection.prepare_cached("SELECT 1 FROM copy_outbox WHERE id = ?1").during(OPERATION)?;
        if kept.exists([&waiting.id]).during(OPERATION)? {
            return Ok(true);
        }
        let is_here = match &waiting.change {
            Intent::Rename { session_id, name, .. } => conversations::rename(connection, session_id, name)?,
            Intent::Archive { session_id, archived: true } => conversations::archive(connection, session_id)?,
            Intent::Archive { session_id, archived: false } => conversations::unarchive(connection, session_id)?,
            Intent::Rate { turn, rating, .. } => match rating.as_deref().and_then(ratings::from_word) {
                Some(rating) => match ratings::rate(connection, *turn, rating, None, None, now) {
                    Err(Error::NoTurn { .. }) => false,
                    rated => rated.map(|()| true)?,
                },
                None => ratings::unrate(connection, *turn)?,
            },
        };
        if is_here {
            keep(connection, waiting)?;
        }
        Ok(is_here)
    })
}

/// Keeps a change until the history has heard of it, without making it here.
///
/// # Errors
/// What SQLite says.
pub fn keep(connection: &Connection, waiting: &WaitingChange) -> Result<(), Error> {
    let json = serde_json::to_string(waiting).map_err(|error| Error::Corrupt {
        what: "change",
        place: "the outbox".to_owned(),
        reason: error.to_string(),
    })?;
    let mut keep = connection
        .prepare_cached("INSERT OR IGNORE INTO copy_outbox (id, change_json) VALUES (?1, ?2)")
        .during(OPERATION)?;
    keep.execute((&waiting.id, json)).map(drop).during(OPERATION)
}

/// The first changes that the history has not heard of, with their numbers, in order. One that cannot be read (any more) is `None`.
///
/// # Errors
/// What SQLite says.
pub fn waiting(connection: &Connection, most: u32) -> Result<Vec<(i64, Option<WaitingChange>)>, Error> {
    let mut first = connection
        .prepare_cached("SELECT number, change_json FROM copy_outbox ORDER BY number LIMIT ?1")
        .during(OPERATION)?;
    let rows = first.query_map([most], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
    let rows: Vec<(i64, String)> = rows.and_then(Iterator::collect).during(OPERATION)?;
    Ok(rows.into_iter().map(|(number, json)| (number, serde_json::from_str(&json).ok())).collect())
}

/// How many changes the history has not heard of.
///
/// # Errors
/// What SQLite says.
pub fn waiting_count(connection: &Connection) -> Result<u32, Error> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM copy_outbox").during(OPERATION)?;
    count.query_row([], |row| row.get(0)).during(OPERATION)
}

/// The history has heard of the changes up to this number.
///
/// # Errors
/// What SQLite says.
pub fn settle(connection: &Connection, number: i64) -> Result<(), Error> {
    let mut settle = connection.prepare_cached("DELETE FROM copy_outbox WHERE number <= ?1").during(OPERATION)?;
    settle.execute([number]).map(drop).during(OPERATION)
}
