//! What a long conversation is about, at a glance.

use super::find;
use crate::{Error, error::During, text::preview};
use rusqlite::Connection;

/// A question of a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutlineLine {
    /// The turn that it begins.
    pub turn_id: i64,
    /// Turns before that on the way.
    pub earlier: u32,
    /// Its first words, on one line.
    pub words: String,
}

/// The questions of the active branch, first to last: all of them, or `most` that are evenly spread over it. Looks at the places of all its
/// turns, and at the texts of these alone. None if there is no such conversation.
///
/// # Errors
/// [`Error::InTrash`]; what SQLite says.
pub fn outline(connection: &Connection, session_id: &str, most: u32) -> Result<Vec<OutlineLine>, Error> {
    const OPERATION: &str = "reading the outline of a conversation";
    let Some((convo_id, Some(leaf))) = find(connection, session_id)? else { return Ok(Vec::new()) };
    let mut statement = connection
        .prepare_cached(
            "WITH RECURSIVE path (id, parent_id, turn_index) AS (
                SELECT id, parent_id, turn_index FROM convo_turns WHERE id = ?1 AND convo_id = ?2
                UNION ALL
                SELECT above.id, above.parent_id, above.turn_index
                FROM path CROSS JOIN convo_turns AS above ON above.id = path.parent_id
                WHERE above.turn_index < path.turn_index
            ), step (size) AS (
                SELECT max(1, (turn_index + ?3) / max(1, ?3)) FROM convo_turns WHERE id = ?1
            )
            SELECT turn.id, turn.turn_index, substr(turn.user_message, 1, 1000)
            FROM path CROSS JOIN step CROSS JOIN convo_turns AS turn ON turn.id = path.id
            WHERE path.turn_index % step.size = 0 ORDER BY path.turn_index",
        )
        .during(OPERATION)?;
    let rows = statement.query_map((leaf, convo_id, most), |row| {
        let question: String = row.get(2)?;
        Ok(OutlineLine { turn_id: row.get(0)?, earlier: row.get(1)?, words: preview(&question) })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}
