//! Reading a database that the original AI OS made, without changing it.

use crate::{Error, error::During, schema};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::path::Path;

/// Copies the conversations of an AI OS database into a new file `copy`, in which they are as if the whole database had been taken over. The
/// original is opened for reading only; its other tables are not read. If it has a write-ahead log, SQLite makes files beside it.
///
/// The file may be anybody's: nothing that its schema says is run.
///
/// # Errors
/// [`Error::Foreign`] if it is no database of the original AI OS (one of this program included); what SQLite says, for example that it is damaged.
pub fn copy(original: &Path, copy: &Path) -> Result<Connection, Error> {
    const OPERATION: &str = "copying an AI OS database";
    let mut connection = Connection::open(copy).during(OPERATION)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).during(OPERATION)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).during(OPERATION)?;
    // What is copied can be copied again.
    connection
        .execute_batch(
            "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0",
        )
        .during(OPERATION)?;
    {
        // By itself first: what is no such database is told from what cannot be copied.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reading = Connection::open_with_flags(original, flags).during(OPERATION)?;
        check(&reading, OPERATION)?;
    }
    let uri = format!("file:{}?mode=ro", escaped(original));
    connection.execute("ATTACH ?1 AS original", [uri]).during(OPERATION)?;
    connection
        .execute_batch(
            "BEGIN;
            CREATE TABLE main.convos AS SELECT * FROM original.convos;
            CREATE TABLE main.convo_turns AS SELECT * FROM original.convo_turns;
            COMMIT;
            DETACH original",
        )
        .during(OPERATION)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Copies a whole database of the original AI OS into a new file `copy`: all of its tables, with what lies in its write-ahead log, as they are at
/// this moment. The original is opened for reading only and stays as it is.
///
/// # Errors
/// [`Error::Foreign`] if it is no database of the original AI OS; what SQLite says, for example that it is damaged.
pub fn duplicate(original: &Path, copy: &Path) -> Result<(), Error> {
    const OPERATION: &str = "copying an AI OS database as it is";
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let reading = Connection::open_with_flags(original, flags).during(OPERATION)?;
    reading.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false).during(OPERATION)?;
    check(&reading, OPERATION)?;
    let copy = copy.to_string_lossy();
    reading.execute("VACUUM INTO ?1", [&copy]).during(OPERATION)?;
    Ok(())
}

/// Tells a database of the original from others.
fn check(reading: &Connection, operation: &'static str) -> Result<(), Error> {
    let is_table = |name: &str| reading.table_exists(None, name).during(operation);
    let application_id =
        reading.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0)).during(operation)?;
    if application_id != 0 || !is_table("convos")? || !is_table("convo_turns")? {
        return Err(Error::Foreign { application_id });
    }
    Ok(())
}

/// A path as part of a URI: everything but the plainest characters percent-encoded.
fn escaped(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => text.push(char::from(byte)),
            b'\\' if cfg!(windows) => text.push('/'),
            b':' if cfg!(windows) => text.push(':'),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    if cfg!(windows) { format!("/{text}") } else { text }
}
