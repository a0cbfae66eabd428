//! The same with the library alone.

use crate::Result;
use aios_store::{Connection, rusqlite::OpenFlags};
use std::path::Path;

/// A turn as the table of turns has it.
pub struct Row {
    pub convo_id: i64,
    pub parent_id: Option<i64>,
    pub turn_index: i64,
    pub timestamp: i64,
    pub source_message_ids: Option<String>,
    pub user_message: String,
    pub assistant_message: String,
    pub messages_json: Option<String>,
}

/// A table of turns with the indices that it has in the store too, and no full text.
const TABLE: &str = "CREATE TABLE turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT, convo_id INTEGER NOT NULL, parent_id INTEGER, turn_index INTEGER NOT NULL,
        timestamp INTEGER NOT NULL, status TEXT NOT NULL DEFAULT 'complete', source_message_ids TEXT,
        user_message TEXT NOT NULL, assistant_message TEXT NOT NULL, messages_json TEXT
    ) STRICT;
    CREATE INDEX turns_by_parent ON turns (convo_id, parent_id);";

/// A new database, as safe as the store's.
pub fn create(path: &Path) -> Result<Connection> {
    let connection = writer(path)?;
    connection.execute_batch(TABLE)?;
    Ok(connection)
}

/// A connection set as the writer of the store is.
pub fn writer(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;
        PRAGMA journal_size_limit = 16777216",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// The rows of some turns of the store.
pub fn rows(store: &Connection, from: i64, count: u32) -> Result<Vec<Row>> {
    let mut statement = store.prepare_cached(
        "SELECT convo_id, parent_id, turn_index, timestamp, source_message_ids, user_message, assistant_message, messages_json
        FROM convo_turns WHERE id >= ?1 ORDER BY id LIMIT ?2",
    )?;
    let rows = statement.query_map((from, count), |row| {
        Ok(Row {
            convo_id: row.get(0)?,
            parent_id: row.get(1)?,
            turn_index: row.get(2)?,
            timestamp: row.get(3)?,
            source_message_ids: row.get(4)?,
            user_message: row.get(5)?,
            assistant_message: row.get(6)?,
            messages_json: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Inserts a row, in the transaction that there is or in one of its own.
pub fn insert(connection: &Connection, row: &Row) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO turns (convo_id, parent_id, turn_index, timestamp, source_message_ids, user_message, assistant_message,
            messages_json)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    statement.execute((
        row.convo_id,
        row.parent_id,
        row.turn_index,
        row.timestamp,
        &row.source_message_ids,
        &row.user_message,
        &row.assistant_message,
        &row.messages_json,
    ))?;
    Ok(())
}

/// Only to look at a database, as the readers of the store do.
pub fn reader(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.execute_batch("PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
