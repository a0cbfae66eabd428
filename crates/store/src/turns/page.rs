//! A page of a conversation's turns, wherever in it.

use super::{find, latest_descendant, read_branch};
use crate::{Error, error::During};
use aios_model::StoredTurn;
use rusqlite::{Connection, OptionalExtension};

const OPERATION: &str = "reading a page of turns";

/// Which way from a first turn to a last one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Path {
    /// The one that is shown.
    #[default]
    Active,
    /// The one through this turn, and on to its latest descendant.
    Through(i64),
}

/// Where on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Position {
    /// Its end.
    #[default]
    Last,
    /// Right before this turn, which need not be on it: the way to a turn is one.
    Before(i64),
    /// Right after this turn, which is on it.
    After(i64),
    /// With this turn, which is on it, in the middle, or as near to that as the ends allow.
    Around(i64),
    /// With the turn that has so many before it in the middle; the last one if there are fewer.
    At(u32),
}

/// Turns next to each other on one way, oldest first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TurnPage {
    /// The turns.
    pub turns: Vec<StoredTurn>,
    /// Turns before them on the way.
    pub earlier: u32,
    /// Turns behind them.
    pub later: u32,
}

/// Up to `limit` turns; `None` if there is no such conversation. The texts of other turns are not read. Pages from the end and before a turn cost
/// the same however long the conversation is; the others look at the places of the turns behind them, too.
///
/// # Errors
/// [`Error::NoTurn`] if a turn that is named is not in the conversation, or not on the way; [`Error::InTrash`]; what SQLite says;
/// [`Error::Corrupt`] if a stored turn cannot be read.
pub fn page(
    connection: &Connection,
    session_id: &str,
    path: Path,
    position: Position,
    limit: u32,
) -> Result<Option<TurnPage>, Error> {
    let Some((convo_id, active)) = find(connection, session_id)? else { return Ok(None) };
    let leaf = match path {
        Path::Active => active,
        Path::Through(turn_id) => {
            depth(connection, convo_id, turn_id)?;
            latest_descendant(connection, convo_id, Some(turn_id))?
        }
    };
    let leaf_depth = leaf.map(|leaf| depth(connection, convo_id, leaf)).transpose()?;
    let length = leaf_depth.map_or(0, |depth| depth.saturating_add(1));
    let (last, limit) = match position {
        Position::Last => (leaf, limit),
        Position::Before(turn_id) => {
            depth(connection, convo_id, turn_id)?;
            (parent(connection, turn_id)?, limit)
        }
        Position::After(turn_id) => {
            let from = depth(connection, convo_id, turn_id)?;
            let count = length.saturating_sub(from.saturating_add(1)).min(limit);
            (ancestor(connection, leaf, Some(turn_id), from.saturating_add(count))?, count)
        }
        Position::Around(turn_id) => {
            let from = depth(connection, convo_id, turn_id)?;
            (ancestor(connection, leaf, Some(turn_id), end_around(from, limit, length))?, limit)
        }
        Position::At(_) if length == 0 => (leaf, limit),
        Position::At(from) => (ancestor(connection, leaf, None, end_around(from, limit, length))?, limit),
    };
    let branch = read_branch(connection, convo_id, last, Some(limit))?;
    let shown = u32::try_from(branch.turns.len()).unwrap_or(u32::MAX);
    // An empty page stands behind its last turn, or before its first.
    let earlier = match (branch.turns.is_empty(), position, last) {
        (false, _, _) => branch.earlier,
        (true, Position::Before(_), None) => 0,
        (true, _, Some(last)) => depth(connection, convo_id, last)?.saturating_add(1),
        (true, _, None) => length,
    };
    Ok(Some(TurnPage { turns: branch.turns, earlier, later: length.saturating_sub(earlier.saturating_add(shown)) }))
}

/// Turns before a turn, which is to be one of the conversation.
fn depth(connection: &Connection, convo_id: i64, turn_id: i64) -> Result<u32, Error> {
    let mut statement = connection
        .prepare_cached("SELECT turn_index FROM convo_turns WHERE id = ?1 AND convo_id = ?2")
        .during(OPERATION)?;
    let found = statement.query_row((turn_id, convo_id), |row| row.get(0)).optional().during(OPERATION)?;
    found.ok_or(Error::NoTurn { turn_id })
}

/// The place of the last of `limit` turns around the one at `from`, on a way of `length`.
fn end_around(from: u32, limit: u32, length: u32) -> u32 {
    let last = length.saturating_sub(1);
    from.min(last).saturating_add(limit / 2).max(limit.saturating_sub(1)).min(last)
}

fn parent(connection: &Connection, turn_id: i64) -> Result<Option<i64>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT parent_id FROM convo_turns WHERE id = ?1").during(OPERATION)?;
    statement.query_row([turn_id], |row| row.get(0)).during(OPERATION)
}

/// The turn of this depth on the way from `top`, or the first turn, down to `leaf`.
fn ancestor(connection: &Connection, leaf: Option<i64>, top: Option<i64>, depth: u32) -> Result<Option<i64>, Error> {
    let mut statement = connection
        .prepare_cached(
            "WITH RECURSIVE path (id, parent_id, turn_index) AS (
                SELECT id, parent_id, turn_index FROM convo_turns WHERE id = ?1
                UNION ALL
                SELECT above.id, above.parent_id, above.turn_index
                FROM path CROSS JOIN convo_turns AS above ON above.id = path.parent_id
                WHERE path.id IS NOT ?2 AND (?2 IS NOT NULL OR path.turn_index > ?3) AND above.turn_index < path.turn_index
            ) SELECT id FROM path WHERE turn_index = ?3 AND (?2 IS NULL OR EXISTS (SELECT 1 FROM path WHERE id = ?2))",
        )
        .during(OPERATION)?;
    let found = statement.query_row((leaf, top, depth), |row| row.get(0)).optional().during(OPERATION)?;
    found.map(Some).ok_or(Error::NoTurn { turn_id: top.or(leaf).unwrap_or_default() })
}
