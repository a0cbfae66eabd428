//! Undoing an import: what it brought goes, what it changed is again as it was, and everything else stays.
//!
//! A conversation goes as a whole if the import brought it and nothing but its turns is in it. Otherwise only the turns that the import
//! brought go; a turn behind one of them follows the nearest one before it that stays. Undoing runs in pieces of a few conversations, each
//! a transaction: an import that was undone half is marked so, takes nothing more, and undoing it again goes on.

use super::{batches, changes, merge::reindex};
use crate::{Error, error::During, forget, text::preview};
use aios_model::{Source, Timestamp, Undone};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

const OPERATION: &str = "undoing an import";

/// A conversation that an import brought, or brought something to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touched {
    /// Its id here.
    pub session_id: String,
    /// Where it was held.
    pub source: Source,
    /// Its id there; `None` if it was begun here.
    pub source_id: Option<String>,
    /// Nothing of it stays.
    pub goes: bool,
    convo_id: i64,
}

/// Says that an import is to be undone: from now on nothing more is taken from it. Its undoing may have begun before.
///
/// # Errors
/// [`Error::NoImport`]; [`Error::ImportUndone`] if that is done; what SQLite says.
pub fn begin(connection: &Connection, import_id: &str, now: Timestamp) -> Result<(), Error> {
    let batch = batches::get(connection, import_id)?;
    match batch {
        None => Err(Error::NoImport { import_id: import_id.to_owned() }),
        Some(batch) if batch.state == aios_model::BatchState::Undone => {
            Err(Error::ImportUndone { import_id: import_id.to_owned() })
        }
        Some(_) => {
            let mut statement = connection
                .prepare_cached("UPDATE convo_imports SET undo_began = coalesce(undo_began, ?2) WHERE id = ?1")
                .during(OPERATION)?;
            statement.execute((import_id, now.milliseconds())).during(OPERATION)?;
            Ok(())
        }
    }
}

/// Up to `limit` conversations that still have something of an import; none at the end.
///
/// # Errors
/// What SQLite says.
pub fn touched(connection: &Connection, import_id: &str, limit: u32) -> Result<Vec<Touched>, Error> {
    let mut statement = connection
        .prepare_cached(
            "WITH import (number) AS (SELECT number FROM convo_imports WHERE id = ?1), touched (id) AS (
                SELECT * FROM (SELECT id FROM convos WHERE import_id = ?1 LIMIT ?2)
                UNION SELECT * FROM (SELECT DISTINCT convo_id FROM convo_turns
                    WHERE import_number = (SELECT number FROM import) LIMIT ?2)
                UNION SELECT * FROM (SELECT DISTINCT convo_id FROM convo_files
                    WHERE import_number = (SELECT number FROM import) LIMIT ?2)
                UNION SELECT * FROM (SELECT DISTINCT convo_id FROM convo_import_changes
                    WHERE import_number = (SELECT number FROM import) LIMIT ?2)
                LIMIT ?2
            )
            SELECT convos.id, session_id, source, source_id, import_id IS ?1 AND NOT EXISTS (
                SELECT 1 FROM convo_turns WHERE import_number IS NOT (SELECT number FROM import) AND (
                    convo_id = convos.id OR convo_id IN (SELECT id FROM convos AS branch WHERE branch.pruned_from = convos.id)
                )
            ) FROM touched JOIN convos ON convos.id = touched.id",
        )
        .during(OPERATION)?;
    let rows = statement.query_map((import_id, limit), |row| {
        let source: String = row.get(2)?;
        Ok(Touched {
            convo_id: row.get(0)?,
            session_id: row.get(1)?,
            source: Source::from_name(&source),
            source_id: row.get(3)?,
            goes: row.get(4)?,
        })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// Takes away what an import brought to one conversation, and adds up what went.
///
/// # Errors
/// [`Error::NoImport`]; what SQLite says; [`Error::Corrupt`].
pub fn undo(connection: &Connection, import_id: &str, touched: &Touched) -> Result<Undone, Error> {
    let mut select = connection.prepare_cached("SELECT number FROM convo_imports WHERE id = ?1").during(OPERATION)?;
    let number: Option<i64> = select.query_row([import_id], |row| row.get(0)).optional().during(OPERATION)?;
    let number = number.ok_or_else(|| Error::NoImport { import_id: import_id.to_owned() })?;
    let undone = undo_conversation(connection, import_id, number, touched.convo_id)?;
    let mut add = connection
        .prepare_cached(
            "UPDATE convo_imports SET undone_conversations = undone_conversations + ?2, undone_turns = undone_turns + ?3,
                undone_kept = undone_kept + ?4, undone_restored = undone_restored + ?5,
                undone_ratings = undone_ratings + ?6, undone_files = undone_files + ?7 WHERE number = ?1",
        )
        .during(OPERATION)?;
    let Undone { conversations, turns, kept, restored, ratings, files } = undone;
    add.execute((number, conversations, turns, kept, restored, ratings, files)).during(OPERATION)?;
    Ok(undone)
}

/// Says that nothing of an import is left.
///
/// # Errors
/// What SQLite says.
pub fn finish(connection: &Connection, import_id: &str, now: Timestamp) -> Result<(), Error> {
    let mut statement =
        connection.prepare_cached("UPDATE convo_imports SET undone = ?2 WHERE id = ?1").during(OPERATION)?;
    statement.execute((import_id, now.milliseconds())).during(OPERATION)?;
    // Also where it had only changed what was there.
    forget::ask(connection)
}

fn undo_conversation(connection: &Connection, import_id: &str, number: i64, convo_id: i64) -> Result<Undone, Error> {
    let count = |sql: &str| -> Result<u32, Error> {
        let mut statement = connection.prepare_cached(sql).during(OPERATION)?;
        statement.query_row((convo_id, number), |row| row.get(0)).during(OPERATION)
    };
    // Decided again here: something may have been said since it was looked at.
    let others = count(
        "SELECT count(*) FROM convo_turns WHERE import_number IS NOT ?2
            AND (convo_id = ?1 OR convo_id IN (SELECT id FROM convos WHERE pruned_from = ?1))",
    )?;
    let mut undone = Undone {
        turns: count("SELECT count(*) FROM convo_turns WHERE convo_id = ?1 AND import_number = ?2")?,
        ratings: count(
            "SELECT count(*) FROM message_ratings JOIN convo_turns ON convo_turns.id = turn_id
            WHERE convo_id = ?1 AND message_ratings.import_number = ?2 AND imported",
        )?,
        files: count("SELECT count(*) FROM convo_files WHERE convo_id = ?1 AND import_number = ?2")?,
        ..Undone::default()
    };
    let (brought, is_branch): (bool, bool) = {
        let mut statement = connection
            .prepare_cached("SELECT import_id IS ?2, pruned_from IS NOT NULL FROM convos WHERE id = ?1")
            .during(OPERATION)?;
        let found = statement.query_row((convo_id, import_id), |row| Ok((row.get(0)?, row.get(1)?)));
        found.optional().during(OPERATION)?.unwrap_or_default()
    };
    if is_branch && others == 0 {
        // In the trash it would be nothing but a line.
        connection
            .prepare_cached("DELETE FROM convos WHERE id = ?1")
            .and_then(|mut delete| delete.execute([convo_id]))
            .during(OPERATION)?;
        return Ok(undone);
    }
    if brought && others == 0 {
        let mut delete = connection.prepare_cached("DELETE FROM convos WHERE id = ?1").during(OPERATION)?;
        undone.conversations = u32::try_from(delete.execute([convo_id]).during(OPERATION)?).unwrap_or(u32::MAX);
        return Ok(undone);
    }
    undone.kept = 1;
    let parents = surviving_parents(connection, convo_id, number)?;
    let active = surviving_active(connection, convo_id, &parents)?;
    for sql in [
        "DELETE FROM convo_files WHERE convo_id = ?1 AND import_number = ?2",
        "DELETE FROM convo_turns WHERE convo_id = ?1 AND import_number = ?2",
    ] {
        connection.prepare_cached(sql).and_then(|mut delete| delete.execute((convo_id, number))).during(OPERATION)?;
    }
    let has_later = has_later_changes(connection, convo_id, number)?;
    let hang = connection.prepare_cached("UPDATE convo_turns SET parent_id = ?2 WHERE id = ?1 AND parent_id IS NOT ?2");
    let mut hang = hang.during(OPERATION)?;
    for (&turn_id, parents) in &parents {
        if !parents.goes && parents.parent != parents.surviving {
            hang.execute((turn_id, parents.surviving)).during(OPERATION)?;
        }
    }
    undone.restored = changes::take_back(connection, number, convo_id)?;
    // A rating that was not there before and whose turn stays; those that were there are back.
    let mut unrate = connection
        .prepare_cached(
            "DELETE FROM message_ratings WHERE import_number = ?2 AND imported
                AND turn_id IN (SELECT id FROM convo_turns WHERE convo_id = ?1)",
        )
        .during(OPERATION)?;
    unrate.execute((convo_id, number)).during(OPERATION)?;
    reindex::reindex(connection, convo_id)?;
    describe(connection, import_id, convo_id, active, (brought, has_later))?;
    Ok(undone)
}

/// A turn's place before an undo.
struct Parents {
    goes: bool,
    parent: Option<i64>,
    /// The nearest turn before it that stays.
    surviving: Option<i64>,
}

fn surviving_parents(connection: &Connection, convo_id: i64, number: i64) -> Result<HashMap<i64, Parents>, Error> {
    // By depth, so that what is before a turn is known before it.
    let mut statement = connection
        .prepare_cached(
            "SELECT id, parent_id, import_number IS ?2 FROM convo_turns WHERE convo_id = ?1 ORDER BY turn_index, id",
        )
        .during(OPERATION)?;
    let mut rows = statement.query((convo_id, number)).during(OPERATION)?;
    let mut turns: HashMap<i64, Parents> = HashMap::new();
    while let Some(row) = rows.next().during(OPERATION)? {
        let (id, parent): (i64, Option<i64>) = (row.get(0).during(OPERATION)?, row.get(1).during(OPERATION)?);
        let goes = row.get(2).during(OPERATION)?;
        let surviving = parent.and_then(|parent| match turns.get(&parent) {
            Some(above) if above.goes => above.surviving,
            Some(_) => Some(parent),
            None => None,
        });
        turns.insert(id, Parents { goes, parent, surviving });
    }
    Ok(turns)
}

/// The turn that is to be the active one: the same, else the nearest before it that stays, else the last that stays.
fn surviving_active(
    connection: &Connection,
    convo_id: i64,
    parents: &HashMap<i64, Parents>,
) -> Result<Option<i64>, Error> {
    let mut statement = connection.prepare_cached("SELECT active_turn FROM convos WHERE id = ?1").during(OPERATION)?;
    let active: Option<i64> = statement.query_row([convo_id], |row| row.get(0)).during(OPERATION)?;
    let nearest = active.and_then(|active| match parents.get(&active) {
        Some(turn) if turn.goes => turn.surviving,
        Some(_) => Some(active),
        None => None,
    });
    Ok(nearest.or_else(|| parents.iter().filter(|(_, turn)| !turn.goes).map(|(&id, _)| id).max()))
}

fn has_later_changes(connection: &Connection, convo_id: i64, number: i64) -> Result<bool, Error> {
    let mut statement = connection
        .prepare_cached("SELECT 1 FROM convo_import_changes WHERE convo_id = ?1 AND import_number > ?2")
        .during(OPERATION)?;
    statement.exists((convo_id, number)).during(OPERATION)
}

/// Puts the row of a conversation right after turns of it went. If the import brought it, or a later one changed it, it is not what any one
/// import made of it, and the next export is to be looked at whatever its hash is.
fn describe(
    connection: &Connection,
    import_id: &str,
    convo_id: i64,
    active: Option<i64>,
    (brought, has_later): (bool, bool),
) -> Result<(), Error> {
    let mut first = connection
        .prepare_cached(
            "SELECT user_message FROM convo_turns WHERE convo_id = ?1 AND user_message <> '' ORDER BY turn_index, id LIMIT 1",
        )
        .during(OPERATION)?;
    let first: Option<String> = first.query_row([convo_id], |row| row.get(0)).optional().during(OPERATION)?;
    let mut update = connection
        .prepare_cached(
            "UPDATE convos SET
                turn_count = (SELECT count(*) FROM convo_turns WHERE convo_id = ?1),
                active_turn = iif(active_turn IN (SELECT id FROM convo_turns WHERE convo_id = ?1), active_turn, ?3),
                preview = iif(?5, ?4, preview),
                content_hash = iif(?5 OR ?6, NULL, content_hash),
                origin_json = iif(
                    EXISTS (SELECT 1 FROM convo_turns WHERE convo_id = ?1 AND source_message_ids IS NOT NULL), origin_json, NULL
                ),
                import_id = iif(import_id IS ?2, (
                    SELECT convo_imports.id FROM convo_turns JOIN convo_imports ON number = import_number
                    WHERE convo_id = ?1 ORDER BY number LIMIT 1
                ), import_id)
            WHERE id = ?1",
        )
        .during(OPERATION)?;
    update
        .execute((convo_id, import_id, active, preview(&first.unwrap_or_default()), brought, has_later))
        .during(OPERATION)?;
    Ok(())
}
