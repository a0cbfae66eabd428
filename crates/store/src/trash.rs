//! The trash: what was deleted and can still be taken back.
//!
//! A conversation in the trash keeps all that it has, but is in no list, search or count. After [`GRACE`] it is [`expired`], and whoever sees to
//! it [purges](purge) it. A branch that was taken out of a conversation lies there as a conversation of its own
//! ([`turns::prune`](crate::turns::prune)); restoring it hangs it where it was.

use crate::{
    Error,
    conversations::{SUMMARY_COLUMNS, summary},
    error::During,
};
use aios_model::{ConversationSummary, Source, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};

/// How long something stays in the trash, in milliseconds: 30 days.
pub const GRACE: i64 = 30 * 24 * 60 * 60 * 1000;

/// The most lines that a page of the trash has.
pub const MAXIMUM_PAGE: u32 = 1000;

/// Something in the trash.
#[derive(Clone, PartialEq, Debug)]
pub struct Trashed {
    /// Its line, as it was in the list.
    pub summary: ConversationSummary,
    /// When it was moved here. What was moved at once has the same moment.
    pub moved: Timestamp,
    /// It is a branch of a conversation, not a whole one.
    pub is_branch: bool,
}

/// One page of the trash.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TrashPage {
    /// What was moved here last comes first.
    pub lines: Vec<Trashed>,
    /// Where the next page goes on: the moment and the id of the last line; `None` at the end.
    pub next: Option<(Timestamp, String)>,
}

/// Something that is to go for good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doomed {
    /// Its id here.
    pub session_id: String,
    /// Where it was held.
    pub source: Source,
    /// Its id there; `None` if it was begun here, and for a branch.
    pub source_id: Option<String>,
}

/// Moves a conversation to the trash. `false` if there is no such conversation outside of it.
///
/// # Errors
/// What SQLite says.
pub fn put(connection: &Connection, session_id: &str, now: Timestamp) -> Result<bool, Error> {
    const OPERATION: &str = "moving a conversation to the trash";
    let mut statement = connection
        .prepare_cached("UPDATE convos SET trashed = ?2 WHERE session_id = ?1 AND trashed IS NULL")
        .during(OPERATION)?;
    Ok(statement.execute((session_id, now.milliseconds())).during(OPERATION)? > 0)
}

/// Up to `limit` conversations of a source that are not in the trash, put away or not.
///
/// # Errors
/// What SQLite says.
pub fn of_source(connection: &Connection, source: &Source, limit: u32) -> Result<Vec<String>, Error> {
    const OPERATION: &str = "listing the conversations of a source";
    let mut statement = connection
        .prepare_cached(
            "SELECT session_id FROM convos INDEXED BY convos_by_source_and_time
            WHERE trashed IS NULL AND source = ?1 LIMIT ?2",
        )
        .during(OPERATION)?;
    let rows = statement.query_map((source.as_str(), limit), |row| row.get(0));
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// Takes a conversation or a branch out of the trash, and returns the id of the conversation that it is, or is in again; `None` if nothing with
/// this id is in the trash. What a branch hung on comes back with it, if that is in the trash, too; if it is gone, the branch begins at the top.
///
/// # Errors
/// What SQLite says.
pub fn restore(connection: &Connection, session_id: &str) -> Result<Option<String>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM convos WHERE session_id = ?1 AND trashed IS NOT NULL")
        .during(RESTORING)?;
    let found: Option<i64> = statement.query_row([session_id], |row| row.get(0)).optional().during(RESTORING)?;
    let Some(convo_id) = found else { return Ok(None) };
    let home = restore_row(connection, convo_id)?;
    let mut statement = connection.prepare_cached("SELECT session_id FROM convos WHERE id = ?1").during(RESTORING)?;
    statement.query_row([home], |row| row.get(0)).map(Some).during(RESTORING)
}

/// Takes everything out of the trash that was moved there at one moment, at most [`MAXIMUM_PAGE`], and returns the ids of the conversations that it
/// is, or is in again: one for each thing.
///
/// # Errors
/// What SQLite says.
pub fn restore_moment(connection: &Connection, moment: Timestamp) -> Result<Vec<String>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT session_id FROM convos WHERE trashed = ?1 ORDER BY session_id LIMIT ?2")
        .during(RESTORING)?;
    let rows = statement.query_map((moment.milliseconds(), MAXIMUM_PAGE), |row| row.get(0));
    let moved: Vec<String> = rows.and_then(Iterator::collect).during(RESTORING)?;
    let mut restored = Vec::with_capacity(moved.len());
    for session_id in moved {
        // One of them may have brought back another.
        restored.extend(restore(connection, &session_id)?);
    }
    Ok(restored)
}

/// Takes all branches of a conversation out of the trash, and returns how many there were.
///
/// # Errors
/// What SQLite says.
pub(crate) fn restore_branches(connection: &Connection, convo_id: i64) -> Result<u32, Error> {
    let mut statement =
        connection.prepare_cached("SELECT session_id FROM convos WHERE pruned_from = ?1").during(RESTORING)?;
    let rows = statement.query_map([convo_id], |row| row.get(0));
    let branches: Vec<String> = rows.and_then(Iterator::collect).during(RESTORING)?;
    let mut count = 0;
    for session_id in branches {
        count += u32::from(restore(connection, &session_id)?.is_some());
    }
    Ok(count)
}

const RESTORING: &str = "restoring from the trash";

/// Takes a row out of the trash, and returns the row that it is now (part of).
fn restore_row(connection: &Connection, convo_id: i64) -> Result<i64, Error> {
    let mut select = connection
        .prepare_cached("SELECT pruned_from, pruned_parent, active_turn FROM convos WHERE id = ?1")
        .during(RESTORING)?;
    let (pruned_from, parent, active): (Option<i64>, Option<i64>, Option<i64>) =
        select.query_row([convo_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).during(RESTORING)?;
    let Some(pruned_from) = pruned_from else {
        let mut update =
            connection.prepare_cached("UPDATE convos SET trashed = NULL WHERE id = ?1").during(RESTORING)?;
        update.execute([convo_id]).during(RESTORING)?;
        return Ok(convo_id);
    };
    let place = |parent: Option<i64>| -> Result<Option<(i64, i64)>, Error> {
        let mut select = connection
            .prepare_cached("SELECT convo_id, turn_index + 1 FROM convo_turns WHERE id = ?1")
            .during(RESTORING)?;
        select.query_row([parent], |row| Ok((row.get(0)?, row.get(1)?))).optional().during(RESTORING)
    };
    let mut home = place(parent)?;
    let holder = home.map_or(pruned_from, |(holder, _)| holder);
    let mut trashed =
        connection.prepare_cached("SELECT 1 FROM convos WHERE id = ?1 AND trashed IS NOT NULL").during(RESTORING)?;
    if trashed.exists([holder]).during(RESTORING)? {
        restore_row(connection, holder)?;
        home = place(parent)?;
    }
    let (parent, (home, depth)) = (parent.filter(|_| home.is_some()), home.unwrap_or((pruned_from, 0)));
    hang(connection, convo_id, home, parent, depth)?;
    let mut delete = connection.prepare_cached("DELETE FROM convos WHERE id = ?1").during(RESTORING)?;
    delete.execute([convo_id]).during(RESTORING)?;
    let mut update = connection
        .prepare_cached("UPDATE convos SET active_turn = coalesce(?2, active_turn) WHERE id = ?1")
        .during(RESTORING)?;
    update.execute((home, active)).during(RESTORING)?;
    Ok(home)
}

/// Hangs all turns of a branch under a turn of its conversation.
fn hang(connection: &Connection, branch: i64, home: i64, parent: Option<i64>, depth: i64) -> Result<(), Error> {
    let execute = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| {
        connection.prepare_cached(sql).and_then(|mut statement| statement.execute(parameters)).during(RESTORING)
    };
    execute(
        "UPDATE convo_turns SET convo_id = ?2, parent_id = coalesce(parent_id, ?3), turn_index = turn_index + ?4
        WHERE convo_id = ?1",
        &[&branch, &home, &parent, &depth],
    )?;
    execute("UPDATE convo_import_changes SET convo_id = ?2 WHERE convo_id = ?1", &[&branch, &home])?;
    execute(
        "UPDATE convos SET turn_count = convos.turn_count + moved.turn_count, rated = convos.rated + moved.rated
        FROM (SELECT turn_count, rated FROM convos WHERE id = ?1) AS moved WHERE convos.id = ?2",
        &[&branch, &home],
    )?;
    Ok(())
}

/// One page of the trash: `limit` lines, 1 to [`MAXIMUM_PAGE`], after the line where the page before ended. What is [`expired`] is left out.
///
/// # Errors
/// What SQLite says.
pub fn list(
    connection: &Connection,
    after: Option<&(Timestamp, String)>,
    limit: u32,
    now: Timestamp,
) -> Result<TrashPage, Error> {
    const OPERATION: &str = "listing the trash";
    let limit = limit.clamp(1, MAXIMUM_PAGE) as usize;
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {SUMMARY_COLUMNS}, trashed, pruned_from IS NOT NULL FROM convos INDEXED BY convos_trashed
            WHERE trashed > ?1 AND (trashed, session_id) < (?2, ?3) ORDER BY trashed DESC, session_id DESC LIMIT ?4"
        ))
        .during(OPERATION)?;
    let (moment, session_id) = after.map_or((i64::MAX, ""), |(moment, id)| (moment.milliseconds(), id));
    let rows = statement.query_map((oldest(now), moment, session_id, limit as i64 + 1), read);
    let mut lines: Vec<Trashed> = rows.and_then(Iterator::collect).during(OPERATION)?;
    let is_end = lines.len() <= limit;
    lines.truncate(limit);
    let next = lines.last().filter(|_| !is_end).map(|last| (last.moved, last.summary.session_id.clone()));
    Ok(TrashPage { lines, next })
}

/// One thing in the trash; `None` if it is not there.
///
/// # Errors
/// What SQLite says.
pub fn get(connection: &Connection, session_id: &str) -> Result<Option<Trashed>, Error> {
    const OPERATION: &str = "looking into the trash";
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {SUMMARY_COLUMNS}, trashed, pruned_from IS NOT NULL FROM convos
            WHERE session_id = ?1 AND trashed IS NOT NULL"
        ))
        .during(OPERATION)?;
    statement.query_row([session_id], read).optional().during(OPERATION)
}

/// A row of [`SUMMARY_COLUMNS`], the moment, and whether it is a branch.
fn read(row: &Row<'_>) -> rusqlite::Result<Trashed> {
    let moved = Timestamp::from_milliseconds(row.get(10)?);
    Ok(Trashed { summary: summary(row, 0)?, moved, is_branch: row.get(11)? })
}

/// What was moved to the trash last, if that was not before `since`: the moment, and how much.
///
/// # Errors
/// What SQLite says.
pub fn latest(connection: &Connection, since: Timestamp) -> Result<Option<(Timestamp, u32)>, Error> {
    const OPERATION: &str = "looking into the trash";
    let mut statement = connection
        .prepare_cached(
            "SELECT trashed, count(*) FROM convos INDEXED BY convos_trashed WHERE trashed >= ?1
            GROUP BY trashed ORDER BY trashed DESC LIMIT 1",
        )
        .during(OPERATION)?;
    let found =
        statement.query_row([since.milliseconds()], |row| Ok((Timestamp::from_milliseconds(row.get(0)?), row.get(1)?)));
    found.optional().during(OPERATION)
}

/// Up to `limit` things in the trash that were moved there at `before` or earlier, the oldest first: give it the time now to get everything, or
/// [`expired_before`] to get what has been there long enough.
///
/// # Errors
/// What SQLite says.
pub fn expired(connection: &Connection, before: Timestamp, limit: u32) -> Result<Vec<Doomed>, Error> {
    const OPERATION: &str = "looking for what is to go from the trash";
    let mut statement = connection
        .prepare_cached(
            "SELECT session_id, source, source_id FROM convos INDEXED BY convos_trashed WHERE trashed <= ?1
            ORDER BY trashed, session_id LIMIT ?2",
        )
        .during(OPERATION)?;
    let rows = statement.query_map((before.milliseconds(), limit), |row| {
        let source: String = row.get(1)?;
        Ok(Doomed { session_id: row.get(0)?, source: Source::from_name(&source), source_id: row.get(2)? })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// What was moved to the trash at this moment or earlier has been there for [`GRACE`].
pub fn expired_before(now: Timestamp) -> Timestamp {
    Timestamp::from_milliseconds(oldest(now))
}

fn oldest(now: Timestamp) -> i64 {
    now.milliseconds().saturating_sub(GRACE)
}

/// Deletes what is in the trash under this id for good. `false` if it is not there (any more).
///
/// # Errors
/// What SQLite says.
pub fn purge(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    const OPERATION: &str = "purging from the trash";
    let mut statement = connection
        .prepare_cached("DELETE FROM convos WHERE session_id = ?1 AND trashed IS NOT NULL")
        .during(OPERATION)?;
    Ok(statement.execute([session_id]).during(OPERATION)? > 0)
}
