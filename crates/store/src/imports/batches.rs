//! Imports as batches: begun, ended, listed, with a report.

use crate::{Error, error::During, forget};
use aios_model::{BatchCursor, BatchPage, BatchState, ImportBatch, ImportStatus, ImportTotals, Timestamp, Undone};
use rusqlite::{Connection, OptionalExtension, Row};

/// The most imports that a page of the list has.
pub const MAXIMUM_PAGE: u32 = 200;

/// How an import ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ending<'a> {
    /// Its owner stopped it.
    pub cancelled: bool,
    /// What became of the conversations in its files.
    pub totals: ImportTotals,
    /// Its report, packed as the caller wishes.
    pub report: &'a [u8],
}

/// Says that an import begins, and which files it reads. If conversations of it were stored already, only the names are added.
///
/// # Errors
/// [`Error::ImportUndone`]; what SQLite says.
pub fn begin(connection: &Connection, import_id: &str, files: &[String], now: Timestamp) -> Result<(), Error> {
    const OPERATION: &str = "beginning an import";
    let number = open(connection, import_id, now)?;
    let files_json = serde_json::to_string(files).during(OPERATION)?;
    let mut statement =
        connection.prepare_cached("UPDATE convo_imports SET files_json = ?2 WHERE number = ?1").during(OPERATION)?;
    statement.execute((number, files_json)).during(OPERATION)?;
    Ok(())
}

/// The number of an import, which begins if it did not yet.
///
/// # Errors
/// [`Error::ImportUndone`] if it was undone, or that began: what comes late of it must not come back; what SQLite says.
pub(crate) fn open(connection: &Connection, import_id: &str, now: Timestamp) -> Result<i64, Error> {
    const OPERATION: &str = "finding an import";
    let mut select = connection
        .prepare_cached("SELECT number, undo_began IS NOT NULL FROM convo_imports WHERE id = ?1")
        .during(OPERATION)?;
    let found: Option<(i64, bool)> =
        select.query_row([import_id], |row| Ok((row.get(0)?, row.get(1)?))).optional().during(OPERATION)?;
    match found {
        Some((_, true)) => Err(Error::ImportUndone { import_id: import_id.to_owned() }),
        Some((number, false)) => Ok(number),
        None => {
            let mut insert = connection
                .prepare_cached("INSERT INTO convo_imports (id, started) VALUES (?1, ?2)")
                .during(OPERATION)?;
            insert.insert((import_id, now.milliseconds())).during(OPERATION)
        }
    }
}

/// Counts what became of conversations of an import that goes on: as long as it has not ended, this is what is known of it.
///
/// # Errors
/// [`Error::ImportUndone`]; what SQLite says.
pub fn count(
    connection: &Connection,
    import_id: &str,
    outcomes: impl IntoIterator<Item = ImportStatus>,
    now: Timestamp,
) -> Result<(), Error> {
    const OPERATION: &str = "counting what an import brought";
    let number = open(connection, import_id, now)?;
    let mut totals = ImportTotals::default();
    outcomes.into_iter().for_each(|status| totals.count(status));
    let mut statement = connection
        .prepare_cached(
            "UPDATE convo_imports SET imported = imported + ?2, updated = updated + ?3, unchanged = unchanged + ?4,
                skipped = skipped + ?5, failed = failed + ?6 WHERE number = ?1",
        )
        .during(OPERATION)?;
    let ImportTotals { imported, updated, unchanged, skipped, failed } = totals;
    statement.execute((number, imported, updated, unchanged, skipped, failed)).during(OPERATION)?;
    Ok(())
}

/// Says how an import ended. Its totals take the place of what was counted; said again, the later word holds.
///
/// # Errors
/// [`Error::ImportUndone`]; what SQLite says.
pub fn finish(connection: &Connection, import_id: &str, ending: Ending<'_>, now: Timestamp) -> Result<(), Error> {
    const OPERATION: &str = "ending an import";
    let number = open(connection, import_id, now)?;
    let ImportTotals { imported, updated, unchanged, skipped, failed } = ending.totals;
    let mut update = connection
        .prepare_cached(
            "UPDATE convo_imports SET ended = ?2, cancelled = ?3, imported = ?4, updated = ?5, unchanged = ?6, skipped = ?7,
                failed = ?8 WHERE number = ?1",
        )
        .during(OPERATION)?;
    update
        .execute((number, now.milliseconds(), ending.cancelled, imported, updated, unchanged, skipped, failed))
        .during(OPERATION)?;
    let mut report = connection
        .prepare_cached(
            "INSERT INTO convo_import_reports (import_number, report) VALUES (?1, ?2)
            ON CONFLICT (import_number) DO UPDATE SET report = excluded.report",
        )
        .during(OPERATION)?;
    report.execute((number, ending.report)).during(OPERATION)?;
    Ok(())
}

/// One page of the list, latest first: `limit` imports, 1 to [`MAXIMUM_PAGE`].
///
/// # Errors
/// What SQLite says.
pub fn list(connection: &Connection, after: Option<&BatchCursor>, limit: u32) -> Result<BatchPage, Error> {
    const OPERATION: &str = "listing imports";
    let limit = limit.clamp(1, MAXIMUM_PAGE) as usize;
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM convo_imports AS import WHERE ?1 IS NULL OR (started, id) < (?1, ?2)
            ORDER BY started DESC, id DESC LIMIT ?3"
        ))
        .during(OPERATION)?;
    let (time, id) = (after.map(|after| after.started.milliseconds()), after.map(|after| &after.id));
    let rows = statement.query_map((time, id, limit as i64 + 1), read).during(OPERATION)?;
    let mut batches = rows.collect::<rusqlite::Result<Vec<_>>>().during(OPERATION)?;
    let is_end = batches.len() <= limit;
    batches.truncate(limit);
    let next =
        batches.last().filter(|_| !is_end).map(|last| BatchCursor { started: last.started, id: last.id.clone() });
    Ok(BatchPage { batches, next })
}

/// One import; `None` if there is no such import.
///
/// # Errors
/// What SQLite says.
pub fn get(connection: &Connection, import_id: &str) -> Result<Option<ImportBatch>, Error> {
    const OPERATION: &str = "reading an import";
    let mut statement = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM convo_imports AS import WHERE id = ?1"))
        .during(OPERATION)?;
    statement.query_row([import_id], read).optional().during(OPERATION)
}

/// The report of an import, packed as [`finish`] got it; `None` if there is none.
///
/// # Errors
/// What SQLite says.
pub fn report(connection: &Connection, import_id: &str) -> Result<Option<Vec<u8>>, Error> {
    const OPERATION: &str = "reading the report of an import";
    let mut statement = connection
        .prepare_cached(
            "SELECT report FROM convo_import_reports JOIN convo_imports ON number = import_number WHERE id = ?1",
        )
        .during(OPERATION)?;
    statement.query_row([import_id], |row| row.get(0)).optional().during(OPERATION)
}

/// The ids of all imports that have a report.
///
/// # Errors
/// What SQLite says.
pub fn with_report(connection: &Connection) -> Result<Vec<String>, Error> {
    const OPERATION: &str = "listing the reports of imports";
    let mut statement = connection
        .prepare_cached(
            "SELECT id FROM convo_import_reports JOIN convo_imports ON number = import_number ORDER BY number",
        )
        .during(OPERATION)?;
    statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).during(OPERATION)
}

/// Puts a report in the place of one that is there. What only that one said is to be gone from the disk.
///
/// # Errors
/// What SQLite says.
pub fn replace_report(connection: &Connection, import_id: &str, report: &[u8]) -> Result<(), Error> {
    const OPERATION: &str = "changing the report of an import";
    let mut statement = connection
        .prepare_cached(
            "UPDATE convo_import_reports SET report = ?2 WHERE import_number = (SELECT number FROM convo_imports WHERE id = ?1)",
        )
        .during(OPERATION)?;
    statement.execute((import_id, report)).during(OPERATION)?;
    forget::ask(connection)
}

/// The columns that [`read`] reads.
const COLUMNS: &str = "id, started, ended, cancelled, files_json, imported, updated, unchanged, skipped, failed, \
    undo_began, undone, undone_conversations, undone_turns, undone_kept, undone_restored, undone_ratings, undone_files, \
    (SELECT count(*) FROM convos WHERE import_id = import.id), \
    (SELECT count(*) FROM convo_turns WHERE import_number = import.number), \
    (SELECT count(*) FROM convo_files WHERE import_number = import.number), \
    EXISTS (SELECT 1 FROM convo_import_reports WHERE import_number = import.number)";

fn read(row: &Row<'_>) -> rusqlite::Result<ImportBatch> {
    let ended: Option<i64> = row.get(2)?;
    let (undo_began, undone): (Option<i64>, Option<i64>) = (row.get(10)?, row.get(11)?);
    let files: String = row.get(4)?;
    let state = match (undo_began, undone, ended, row.get(3)?) {
        (_, Some(_), ..) => BatchState::Undone,
        (Some(_), None, ..) => BatchState::Undoing,
        (None, None, None, _) => BatchState::Unfinished,
        (None, None, Some(_), true) => BatchState::Cancelled,
        (None, None, Some(_), false) => BatchState::Finished,
    };
    Ok(ImportBatch {
        id: row.get(0)?,
        started: Timestamp::from_milliseconds(row.get(1)?),
        ended: ended.map(Timestamp::from_milliseconds),
        state,
        // The names are only shown: an import with broken ones is still listed.
        files: serde_json::from_str(&files).unwrap_or_default(),
        totals: ImportTotals {
            imported: row.get(5)?,
            updated: row.get(6)?,
            unchanged: row.get(7)?,
            skipped: row.get(8)?,
            failed: row.get(9)?,
        },
        conversations: row.get(18)?,
        turns: row.get(19)?,
        stored_files: row.get(20)?,
        has_report: row.get(21)?,
        undone: match undo_began {
            None => None,
            Some(_) => Some(Undone {
                conversations: row.get(12)?,
                turns: row.get(13)?,
                kept: row.get(14)?,
                restored: row.get(15)?,
                ratings: row.get(16)?,
                files: row.get(17)?,
            }),
        },
    })
}
