//! What AI OS's own clients are shown of the history beyond what our pages show: weights, summaries, snapshots, kinds of feed.
//!
//! AI OS asks for these once a conversation and a turn; here a page of the list or of a conversation is one query.

use crate::{Error, error::During, turns::read_branch};
use aios_model::{StoredTurn, Timestamp};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// What a line of the list has beside its [`ConversationSummary`](aios_model::ConversationSummary).
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// How much AI OS thinks of it: 0 to 1.
    pub weight: f64,
    /// What a model made of it.
    pub summary: Option<String>,
    /// The first 100 characters of the last answer of the active branch; `None` if there is no turn.
    pub last_message: Option<String>,
}

/// What a conversation has beside what our pages show.
#[derive(Clone, PartialEq, Debug)]
pub struct Details {
    /// As in [`Line`].
    pub weight: f64,
    /// As in [`Line`].
    pub summary: Option<String>,
    /// What AI OS knew when it began, as JSON.
    pub state_snapshot: Option<String>,
    /// Turns of the active branch.
    pub total_turns: u32,
}

/// What a turn has beside what our pages show.
#[derive(Clone, PartialEq, Debug)]
pub struct TurnDetails {
    /// `conversational` and the like.
    pub feed_type: Option<String>,
    /// How much context it had.
    pub context_level: i64,
    /// Anything, as JSON.
    pub metadata: Option<String>,
}

/// A piece of the active branch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Slice {
    /// At most so many turns; all if `None`.
    pub limit: Option<u32>,
    /// Turns to leave out at the beginning. If `None`, a limit takes the last turns instead of the first.
    pub offset: Option<u32>,
}

/// The lines of these conversations, by session id; those that do not exist are left out.
///
/// # Errors
/// What SQLite says.
pub fn lines(connection: &Connection, session_ids: &[&str]) -> Result<HashMap<String, Line>, Error> {
    const OPERATION: &str = "reading what AI OS knows of conversations";
    let mut statement = connection
        .prepare_cached(
            "SELECT convo.session_id, convo.weight, convo.summary, substr(turn.assistant_message, 1, 100)
            FROM json_each(?1) AS wanted JOIN convos AS convo ON convo.session_id = wanted.value
            LEFT JOIN convo_turns AS turn ON turn.id = convo.active_turn",
        )
        .during(OPERATION)?;
    let rows = statement
        .query_map([array(session_ids)], |row| {
            let last_message = row.get::<_, Option<String>>(3)?;
            Ok((row.get(0)?, Line { weight: row.get(1)?, summary: row.get(2)?, last_message }))
        })
        .during(OPERATION)?;
    rows.collect::<rusqlite::Result<_>>().during(OPERATION)
}

/// What a conversation has beside what our pages show, and a piece of its active branch; `None` if there is no such conversation. The
/// turns outside the piece are walked over but not read.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if a stored turn cannot be read.
pub fn conversation(
    connection: &Connection,
    session_id: &str,
    slice: Slice,
) -> Result<Option<(Details, Vec<StoredTurn>)>, Error> {
    const OPERATION: &str = "reading what AI OS knows of a conversation";
    let mut statement = connection
        .prepare_cached(
            "SELECT convo.id, convo.weight, convo.summary, convo.state_snapshot_json, turn.id, turn.turn_index
            FROM convos AS convo LEFT JOIN convo_turns AS turn ON turn.id = convo.active_turn AND turn.convo_id = convo.id
            WHERE convo.session_id = ?1",
        )
        .during(OPERATION)?;
    let found = statement
        .query_row([session_id], |row| {
            let (convo_id, leaf): (i64, Option<i64>) = (row.get(0)?, row.get(4)?);
            let total_turns = row.get::<_, Option<u32>>(5)?.map_or(0, |before| before.saturating_add(1));
            let details =
                Details { weight: row.get(1)?, summary: row.get(2)?, state_snapshot: row.get(3)?, total_turns };
            Ok((convo_id, leaf, details))
        })
        .optional()
        .during(OPERATION)?;
    let Some((convo_id, leaf, details)) = found else { return Ok(None) };
    let total = details.total_turns;
    let limit = slice.limit.unwrap_or(total);
    let start = slice.offset.unwrap_or(total.saturating_sub(limit));
    let end = start.saturating_add(limit).min(total);
    if start >= end {
        return Ok(Some((details, Vec::new())));
    }
    let leaf = if end == total { leaf } else { above(connection, leaf, end - 1)? };
    let branch = read_branch(connection, convo_id, leaf, Some(end - start))?;
    Ok(Some((details, branch.turns)))
}

/// The turn with this place on the branch that ends at `leaf`.
fn above(connection: &Connection, leaf: Option<i64>, turn_index: u32) -> Result<Option<i64>, Error> {
    const OPERATION: &str = "walking up a branch";
    let mut statement = connection
        .prepare_cached(
            "WITH RECURSIVE branch (id, parent_id, turn_index) AS (
                SELECT id, parent_id, turn_index FROM convo_turns WHERE id = ?1
                UNION ALL
                SELECT above.id, above.parent_id, above.turn_index FROM branch CROSS JOIN convo_turns AS above
                ON above.id = branch.parent_id WHERE branch.turn_index > ?2 AND above.turn_index < branch.turn_index
            )
            SELECT id FROM branch WHERE turn_index <= ?2 ORDER BY turn_index DESC LIMIT 1",
        )
        .during(OPERATION)?;
    statement.query_row((leaf, turn_index), |row| row.get(0)).optional().during(OPERATION)
}

/// What these turns have beside what our pages show, by id.
///
/// # Errors
/// What SQLite says.
pub fn turn_details(connection: &Connection, turn_ids: &[i64]) -> Result<HashMap<i64, TurnDetails>, Error> {
    const OPERATION: &str = "reading what AI OS knows of turns";
    let mut statement = connection
        .prepare_cached(
            "SELECT turn.id, turn.feed_type, turn.context_level, turn.metadata_json
            FROM json_each(?1) AS wanted JOIN convo_turns AS turn ON turn.id = wanted.value",
        )
        .during(OPERATION)?;
    let ids = format!("[{}]", turn_ids.iter().map(i64::to_string).collect::<Vec<_>>().join(","));
    let rows = statement
        .query_map([ids], |row| {
            let details = TurnDetails { feed_type: row.get(1)?, context_level: row.get(2)?, metadata: row.get(3)? };
            Ok((row.get(0)?, details))
        })
        .during(OPERATION)?;
    rows.collect::<rusqlite::Result<_>>().during(OPERATION)
}

/// The turn of a conversation that began at this moment; of several, the one with this answer, else the last.
///
/// # Errors
/// What SQLite says.
pub fn turn_at(
    connection: &Connection,
    session_id: &str,
    timestamp: Timestamp,
    assistant_message: &str,
) -> Result<Option<i64>, Error> {
    const OPERATION: &str = "finding a turn by its time";
    let mut statement = connection
        .prepare_cached(
            "SELECT turn.id FROM convos AS convo JOIN convo_turns AS turn ON turn.convo_id = convo.id
            WHERE convo.session_id = ?1 AND turn.timestamp = ?2
            ORDER BY turn.assistant_message = ?3 DESC, turn.id DESC LIMIT 1",
        )
        .during(OPERATION)?;
    let found = statement.query_row((session_id, timestamp.milliseconds(), assistant_message), |row| row.get(0));
    found.optional().during(OPERATION)
}

/// How many answers are rated up, and how many down.
///
/// # Errors
/// What SQLite says.
pub fn rating_totals(connection: &Connection) -> Result<(u64, u64), Error> {
    const OPERATION: &str = "counting ratings";
    let sql =
        "SELECT count(*) FILTER (WHERE rating = 'up'), count(*) FILTER (WHERE rating = 'down') FROM message_ratings";
    let mut statement = connection.prepare_cached(sql).during(OPERATION)?;
    let (up, down): (i64, i64) = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).during(OPERATION)?;
    Ok((up.unsigned_abs(), down.unsigned_abs()))
}

/// These texts as a JSON array.
fn array(texts: &[&str]) -> String {
    serde_json::Value::from(texts.to_vec()).to_string()
}
