//! Files of conversations: which part of which conversation has which. Their bytes lie beside the database, each under the hash of its bytes.

use crate::{Error, error::During, imports::batches};
use aios_model::{Source, StoredFile, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

/// A file whose bytes lie where they are to lie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFile<'a> {
    /// The import that brings it, if one does.
    pub import_id: Option<&'a str>,
    /// Where the conversation was held.
    pub source: &'a Source,
    /// The conversation's id there.
    pub source_id: &'a str,
    /// The part's reference.
    pub reference: &'a str,
    /// Its name in the export.
    pub name: &'a str,
    /// SHA-256 of its bytes, as 64 hexadecimal digits.
    pub hash: &'a str,
    /// What it is.
    pub media_type: &'a str,
    /// Bytes.
    pub size: u64,
}

/// Says that a conversation has a file under a reference. The first import that brings it is the one that it belongs to; other
/// bytes under the same reference take the place of those before.
///
/// # Errors
/// [`Error::NoConversation`], with the id at its source; [`Error::ImportUndone`]; what SQLite says.
pub fn put(connection: &Connection, file: &NewFile<'_>, now: Timestamp) -> Result<StoredFile, Error> {
    const OPERATION: &str = "storing a file of a conversation";
    let number = file.import_id.map(|id| batches::open(connection, id, now)).transpose()?;
    let mut find =
        connection.prepare_cached("SELECT id FROM convos WHERE source = ?1 AND source_id = ?2").during(OPERATION)?;
    let convo_id: Option<i64> =
        find.query_row((file.source.as_str(), file.source_id), |row| row.get(0)).optional().during(OPERATION)?;
    let convo_id = convo_id.ok_or_else(|| Error::NoConversation { session_id: file.source_id.to_owned() })?;
    let mut insert = connection
        .prepare_cached("INSERT INTO files (hash, media_type, size) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
        .during(OPERATION)?;
    let size = i64::try_from(file.size).unwrap_or(i64::MAX);
    insert.execute((file.hash, file.media_type, size)).during(OPERATION)?;
    let mut link = connection
        .prepare_cached(
            "INSERT INTO convo_files (convo_id, reference, hash, name, import_number) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET hash = excluded.hash, name = excluded.name, import_number = excluded.import_number
            WHERE hash <> excluded.hash",
        )
        .during(OPERATION)?;
    link.execute((convo_id, file.reference, file.hash, file.name, number)).during(OPERATION)?;
    Ok(StoredFile {
        reference: file.reference.to_owned(),
        hash: file.hash.to_owned(),
        name: file.name.to_owned(),
        media_type: file.media_type.to_owned(),
        size: file.size,
    })
}

/// The file with this hash, under one of the references that it has; `None` if no conversation has it.
///
/// # Errors
/// What SQLite says.
pub fn get(connection: &Connection, hash: &str) -> Result<Option<StoredFile>, Error> {
    const OPERATION: &str = "finding a file";
    let mut statement =
        connection.prepare_cached(&format!("SELECT {COLUMNS} WHERE files.hash = ?1 LIMIT 1")).during(OPERATION)?;
    statement.query_row([hash], read).optional().during(OPERATION)
}

/// The references of a conversation whose bytes are here, in their order.
///
/// # Errors
/// What SQLite says.
pub fn references(connection: &Connection, session_id: &str) -> Result<Vec<String>, Error> {
    const OPERATION: &str = "listing the files of a conversation";
    let mut statement = connection
        .prepare_cached(
            "SELECT reference FROM convo_files JOIN convos ON convos.id = convo_id WHERE session_id = ?1 ORDER BY reference",
        )
        .during(OPERATION)?;
    let rows = statement.query_map([session_id], |row| row.get(0));
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// Forgets files that no conversation has any more, and returns their hashes: their bytes are to go when this is committed.
///
/// # Errors
/// What SQLite says.
pub fn forget_unused(connection: &Connection) -> Result<Vec<String>, Error> {
    const OPERATION: &str = "forgetting files";
    let mut statement = connection
        .prepare_cached(
            "DELETE FROM files WHERE NOT EXISTS (SELECT 1 FROM convo_files WHERE convo_files.hash = files.hash) RETURNING hash",
        )
        .during(OPERATION)?;
    let rows = statement.query_map([], |row| row.get(0));
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// The files of a conversation.
pub(crate) fn of_conversation(connection: &Connection, convo_id: i64) -> Result<Vec<StoredFile>, Error> {
    const OPERATION: &str = "reading the files of a conversation";
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} WHERE convo_id = ?1 ORDER BY reference"))
        .during(OPERATION)?;
    let rows = statement.query_map([convo_id], read);
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// What [`read`] reads, and where from.
const COLUMNS: &str =
    "reference, files.hash, name, media_type, size FROM convo_files JOIN files ON files.hash = convo_files.hash";

fn read(row: &Row<'_>) -> rusqlite::Result<StoredFile> {
    let size: i64 = row.get(4)?;
    Ok(StoredFile {
        reference: row.get(0)?,
        hash: row.get(1)?,
        name: row.get(2)?,
        media_type: row.get(3)?,
        size: size.unsigned_abs(),
    })
}
