//! What was imported into a copy while the history could not be reached. Each request of the import is kept as it was made and sent in its order later;
//! its conversations are here meanwhile, under numbers that the history does not give.

use crate::{Error, error::During, imports};
use aios_model::{Conversation, Timestamp};
use rusqlite::{Connection, OptionalExtension};

const OPERATION: &str = "keeping an import for later";

/// Numbers of rows from here on are of this copy alone. JavaScript still counts exactly there.
pub const OWN: i64 = 1 << 52;

/// Keeps a request of an import until the history has taken it.
///
/// # Errors
/// What SQLite says.
pub fn keep_request(connection: &Connection, path: &str, body: &str) -> Result<(), Error> {
    let mut keep =
        connection.prepare_cached("INSERT INTO copy_imports (path, body) VALUES (?1, ?2)").during(OPERATION)?;
    keep.execute((path, body)).map(drop).during(OPERATION)
}

/// The first request that the history has not taken: its number, path and body.
///
/// # Errors
/// What SQLite says.
pub fn next_request(connection: &Connection) -> Result<Option<(i64, String, String)>, Error> {
    let mut first = connection
        .prepare_cached("SELECT number, path, body FROM copy_imports ORDER BY number LIMIT 1")
        .during(OPERATION)?;
    first.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional().during(OPERATION)
}

/// All paths and bodies that the history has not taken, in their order.
///
/// # Errors
/// What SQLite says.
pub fn requests(connection: &Connection) -> Result<Vec<(String, String)>, Error> {
    let mut all = connection.prepare_cached("SELECT path, body FROM copy_imports ORDER BY number").during(OPERATION)?;
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// How many requests the history has not taken.
///
/// # Errors
/// What SQLite says.
pub fn requests_count(connection: &Connection) -> Result<u32, Error> {
    let mut count = connection.prepare_cached("SELECT count(*) FROM copy_imports").during(OPERATION)?;
    count.query_row([], |row| row.get(0)).during(OPERATION)
}

/// The history has taken a request, or never will. After the last one the rows that were only here go: they come again as the history's own.
///
/// # Errors
/// What SQLite says.
pub fn settle_request(connection: &Connection, number: i64) -> Result<(), Error> {
    let run = |sql: &str, number: i64| {
        connection.prepare_cached(sql).and_then(|mut statement| statement.execute([number])).during(OPERATION)
    };
    run("DELETE FROM copy_imports WHERE number = ?1", number)?;
    if requests_count(connection)? == 0 {
        run("DELETE FROM convos WHERE id >= ?1", OWN)?;
    }
    Ok(())
}

/// Stores conversations that the history does not have yet. What became of each, in their order.
///
/// # Errors
/// What SQLite says.
pub fn save(
    connection: &Connection,
    conversations: &[Conversation],
    now: Timestamp,
) -> Result<Vec<Result<imports::SavedConversation, Error>>, Error> {
    for table in ["convos", "convo_turns"] {
        let mut first = connection
            .prepare_cached(
                "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)",
            )
            .during(OPERATION)?;
        first.execute([table]).during(OPERATION)?;
        let mut raise = connection
            .prepare_cached("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1")
            .during(OPERATION)?;
        raise.execute((table, OWN)).during(OPERATION)?;
    }
    Ok(imports::save_conversations(connection, conversations, imports::SaveOptions::default(), now))
}

/// Whether a conversation is in this copy alone.
///
/// # Errors
/// What SQLite says.
pub fn is_own(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    let mut find =
        connection.prepare_cached("SELECT 1 FROM convos WHERE session_id = ?1 AND id >= ?2").during(OPERATION)?;
    find.exists((session_id, OWN)).during(OPERATION)
}
