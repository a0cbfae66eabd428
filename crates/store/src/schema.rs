//! The tables, and how a file of an earlier version becomes one of this version.

use crate::{Error, error::During};
use rusqlite::{Connection, TransactionBehavior, config::DbConfig};

mod original;

/// The migrations in order: the first makes version 1. A migration that has been released is never edited.
const MIGRATIONS: [&str; 12] = [
    include_str!("../migrations/0001_conversations.sql"),
    include_str!("../migrations/0002_imports.sql"),
    include_str!("../migrations/0003_search.sql"),
    include_str!("../migrations/0004_management.sql"),
    include_str!("../migrations/0005_streams.sql"),
    include_str!("../migrations/0006_presets.sql"),
    include_str!("../migrations/0007_ratings.sql"),
    include_str!("../migrations/0008_noting.sql"),
    include_str!("../migrations/0009_changes.sql"),
    include_str!("../migrations/0010_noting_changes.sql"),
    include_str!("../migrations/0011_plain_states.sql"),
    include_str!("../migrations/0012_forgetting.sql"),
];

/// The version of the schema that this program writes (`PRAGMA user_version`).
pub const VERSION: u32 = MIGRATIONS.len() as u32;

/// `PRAGMA application_id` of our files: "AIOS" in ASCII, set by the first migration.
const APPLICATION_ID: i32 = 0x4149_4F53;

/// Brings a database to [`VERSION`]: an empty one, one of an earlier version, or one made by the original AI OS (`state.db`), whose
/// conversations are kept and whose other tables are left alone. Each version is one transaction. Turns on the checks of foreign keys
/// for this connection. Does nothing to a file that is up to date.
///
/// # Errors
/// [`Error::Newer`] if the file was written by a later program, [`Error::Foreign`] if by another one, and what SQLite says otherwise;
/// the file then has the version that it had, or one between.
pub fn migrate(connection: &mut Connection) -> Result<(), Error> {
    const PREPARING: &str = "preparing a migration";
    // Both can only be switched outside of a transaction. Without them, renaming a table would rename it in its references too.
    connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON").during(PREPARING)?;
    // A file of somebody else is opened so that no statement writes to its schema but through SQLite. A migration may (0011); its statements are ours.
    let is_defensive = connection.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE).during(PREPARING)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).during(PREPARING)?;
    let migrated = migrate_all(connection);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, is_defensive).during("ending a migration")?;
    connection
        .execute_batch("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON")
        .during("ending a migration")?;
    migrated
}

fn migrate_all(connection: &mut Connection) -> Result<(), Error> {
    const OPERATION: &str = "migrating the database";
    while version(connection)? < VERSION {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).during(OPERATION)?;
        // Read again under the lock: another process may have been faster.
        let from = version(&transaction)?;
        let Some(migration) = MIGRATIONS.get(from as usize) else { break };
        let set_aside = from == 0 && original::set_aside(&transaction)?;
        transaction.execute_batch(migration).during(OPERATION)?;
        if set_aside {
            original::take_over(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", from + 1).during(OPERATION)?;
        transaction.commit().during(OPERATION)?;
    }
    Ok(())
}

/// The version of a file: 0 if it is empty or the original's.
///
/// # Errors
/// [`Error::Newer`] and [`Error::Foreign`], as [`migrate`] says them; what SQLite says.
pub(crate) fn version(connection: &Connection) -> Result<u32, Error> {
    const OPERATION: &str = "reading the version of the database";
    let number =
        |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0)).during(OPERATION);
    match number("application_id")? {
        APPLICATION_ID => {}
        0 => return Ok(0),
        application_id => return Err(Error::Foreign { application_id }),
    }
    let found = u32::try_from(number("user_version")?).unwrap_or(0);
    if found > VERSION { Err(Error::Newer { found, known: VERSION }) } else { Ok(found) }
}
