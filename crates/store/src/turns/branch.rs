//! Reading turns: one, or a branch from its end upward.

use super::{StoredTurn, find};
use crate::{
    Error,
    encoding::{Stored, Texts, decode},
    error::During,
};
use aios_model::{Timestamp, TurnStatus};
use rusqlite::{Connection, OptionalExtension, Row, types::Type};

/// The columns that [`turn`] reads.
const TURN_COLUMNS: &str = "turn.id, turn.parent_id, turn.turn_index, turn.timestamp, turn.status, turn.model, \
    turn.user_tokens, turn.assistant_tokens, turn.source_message_ids, turn.user_message, turn.assistant_message, \
    turn.messages_json, message_ratings.rating";

/// The end of a branch, oldest first.
pub(crate) struct Branch {
    pub turns: Vec<StoredTurn>,
    /// Turns before them on the branch.
    pub earlier: u32,
}

/// The last turns of the active branch, oldest first; none if there is no such conversation.
///
/// # Errors
/// [`Error::InTrash`]; what SQLite says; [`Error::Corrupt`] if a stored turn cannot be read.
pub fn active_branch(connection: &Connection, session_id: &str, last: u32) -> Result<Vec<StoredTurn>, Error> {
    let Some((convo_id, active_turn)) = find(connection, session_id)? else { return Ok(Vec::new()) };
    Ok(read_branch(connection, convo_id, active_turn, Some(last))?.turns)
}

/// A turn; `None` if there is no such turn.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if it cannot be read.
pub fn get_turn(connection: &Connection, turn_id: i64) -> Result<Option<StoredTurn>, Error> {
    const OPERATION: &str = "reading a turn";
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {TURN_COLUMNS}, turn.convo_id FROM convo_turns AS turn
            LEFT JOIN message_ratings ON message_ratings.turn_id = turn.id WHERE turn.id = ?1"
        ))
        .during(OPERATION)?;
    let found =
        statement.query_row([turn_id], |row| Ok((RawTurn::read(row)?, row.get(13)?))).optional().during(OPERATION)?;
    found.map(|(raw, convo_id)| raw.finish(connection, convo_id)).transpose()
}

/// The conversation that a turn belongs to; `None` if there is no such turn.
///
/// # Errors
/// What SQLite says.
pub fn session_of(connection: &Connection, turn_id: i64) -> Result<Option<String>, Error> {
    const OPERATION: &str = "finding the conversation of a turn";
    let mut statement = connection
        .prepare_cached(
            "SELECT session_id FROM convos JOIN convo_turns ON convo_turns.convo_id = convos.id WHERE convo_turns.id = ?1",
        )
        .during(OPERATION)?;
    statement.query_row([turn_id], |row| row.get(0)).optional().during(OPERATION)
}

/// The last turns of the branch that ends at `leaf`, all if `last` is `None`. Walks upward from the leaf, so the turns before the
/// window cost nothing.
pub(crate) fn read_branch(
    connection: &Connection,
    convo_id: i64,
    leaf: Option<i64>,
    last: Option<u32>,
) -> Result<Branch, Error> {
    const OPERATION: &str = "reading a branch";
    let mut statement = connection.prepare_cached(&upward()).during(OPERATION)?;
    let last = last.map_or(i64::MAX, i64::from);
    let rows = statement.query_map((leaf, convo_id, last), RawTurn::read).during(OPERATION)?;
    let mut branch = Branch { turns: Vec::new(), earlier: 0 };
    for raw in rows {
        let raw = raw.during(OPERATION)?;
        if branch.turns.is_empty() {
            branch.earlier = raw.turn_index;
        }
        branch.turns.push(raw.finish(connection, convo_id)?);
    }
    Ok(branch)
}

/// The turns from `?1` upward, `?3` of them at most, in the conversation `?2`.
///
/// The depth falls with each step upward, so even a broken tree ends the walk. The conversation is handed on from step to step: told of it by a
/// constant, and with the statistics of a large table, SQLite would first read the whole table for a Bloom filter. `CROSS JOIN` keeps it from
/// beginning with the turns.
fn upward() -> String {
    format!(
        "WITH RECURSIVE branch (id, parent_id, turn_index, convo_id, steps) AS (
            SELECT id, parent_id, turn_index, convo_id, 1 FROM convo_turns WHERE id = ?1 AND convo_id = ?2 AND ?3 > 0
            UNION ALL
            SELECT above.id, above.parent_id, above.turn_index, above.convo_id, branch.steps + 1
            FROM branch CROSS JOIN convo_turns AS above ON above.id = branch.parent_id
            WHERE branch.steps < ?3 AND above.convo_id = branch.convo_id AND above.turn_index < branch.turn_index
        )
        SELECT {TURN_COLUMNS} FROM branch CROSS JOIN convo_turns AS turn ON turn.id = branch.id
        LEFT JOIN message_ratings ON message_ratings.turn_id = turn.id ORDER BY branch.steps DESC"
    )
}

/// A row of `convo_turns`, before what needs other rows or parsing.
struct RawTurn {
    turn: StoredTurn,
    turn_index: u32,
    source_message_ids: Option<String>,
    messages_json: Option<String>,
}

impl RawTurn {
    fn read(row: &Row<'_>) -> rusqlite::Result<RawTurn> {
        let turn = StoredTurn {
            id: row.get(0)?,
            parent_id: row.get(1)?,
            timestamp: Timestamp::from_milliseconds(row.get(3)?),
            status: word(row, 4, TurnStatus::from_word)?.unwrap_or_default(),
            model: row.get(5)?,
            user_tokens: row.get(6)?,
            assistant_tokens: row.get(7)?,
            user_message: row.get(9)?,
            assistant_message: row.get(10)?,
            rating: word(row, 12, crate::ratings::from_word)?,
            messages: Vec::new(),
            siblings: Vec::new(),
        };
        Ok(RawTurn { turn, turn_index: row.get(2)?, source_message_ids: row.get(8)?, messages_json: row.get(11)? })
    }

    fn finish(self, connection: &Connection, convo_id: i64) -> Result<StoredTurn, Error> {
        let mut turn = self.turn;
        let decoded = decode(Stored {
            turn_id: turn.id,
            source_message_ids: self.source_message_ids.as_deref(),
            messages_json: self.messages_json.as_deref(),
            texts: Texts { user: &turn.user_message, assistant: &turn.assistant_message },
        })?;
        if decoded.says_more {
            turn.messages = decoded.messages.into_iter().map(|placed| placed.message).collect();
        }
        turn.siblings = siblings(connection, convo_id, turn.parent_id)?;
        Ok(turn)
    }
}

/// The turns with this parent, oldest first; none if there is only one.
fn siblings(connection: &Connection, convo_id: i64, parent_id: Option<i64>) -> Result<Vec<i64>, Error> {
    const OPERATION: &str = "reading the siblings of a turn";
    let mut statement = connection
        .prepare_cached("SELECT id FROM convo_turns WHERE convo_id = ?1 AND parent_id IS ?2 ORDER BY id")
        .during(OPERATION)?;
    let rows = statement.query_map((convo_id, parent_id), |row| row.get(0));
    let mut siblings: Vec<i64> = rows.and_then(Iterator::collect).during(OPERATION)?;
    if siblings.len() < 2 {
        siblings.clear();
    }
    Ok(siblings)
}

/// A column that holds one of a few words, or NULL.
fn word<T>(row: &Row<'_>, column: usize, from_word: impl Fn(&str) -> Option<T>) -> rusqlite::Result<Option<T>> {
    let Some(text): Option<String> = row.get(column)? else { return Ok(None) };
    let unknown =
        || rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("unknown word {text:?}").into());
    from_word(&text).map(Some).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::upward;
    use crate::{conversations::PATH, schema, turns::prune::BRANCH};
    use rusqlite::Connection;

    /// How SQLite would go about it in a history of 210,000 turns.
    fn plan(sql: &str) -> Vec<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        connection
            .execute_batch(
                "INSERT INTO convos (session_id, started, last_updated) VALUES ('a', 0, 0);
                INSERT INTO convo_turns (convo_id, turn_index, timestamp) VALUES (1, 0, 0);
                ANALYZE;
                UPDATE sqlite_stat1 SET stat = '210000 10 1' WHERE idx = 'convo_turns_by_parent';
                ANALYZE sqlite_schema",
            )
            .unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = vec![1; statement.parameter_count()];
        let lines = statement.query_map(rusqlite::params_from_iter(parameters), |row| row.get(3)).unwrap();
        lines.map(Result::unwrap).collect()
    }

    #[test]
    fn no_walk_along_a_branch_reads_the_turns_of_other_conversations() {
        for sql in [&upward(), PATH, BRANCH] {
            let plan = plan(sql);
            let reads_all = |line: &String| {
                line.contains("BLOOM") || line.starts_with("SCAN turn") || line.starts_with("SCAN above")
            };
            assert!(!plan.iter().any(reads_all), "{sql}\n{plan:#?}");
        }
    }
}
