//! The depth of every turn, counted anew.

use crate::{Error, error::During};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

const OPERATION: &str = "numbering the turns of a conversation";

struct Edge {
    parent_id: Option<i64>,
    turn_index: i64,
}

/// Sets `turn_index` of each turn of a conversation to the number of turns before it on its branch: needed when an export hangs a turn
/// elsewhere, since other turns may hang below it. Two exports that contradict each other can close a circle; it is cut at its oldest
/// turn, which becomes a first turn.
pub(in crate::imports) fn reindex(connection: &Connection, convo_id: i64) -> Result<(), Error> {
    let mut select = connection
        .prepare_cached("SELECT id, parent_id, turn_index FROM convo_turns WHERE convo_id = ?1 ORDER BY id")
        .during(OPERATION)?;
    let rows = select.query_map([convo_id], |row| {
        Ok((row.get::<_, i64>(0)?, Edge { parent_id: row.get(1)?, turn_index: row.get(2)? }))
    });
    let mut waiting: BTreeMap<i64, Edge> = rows.and_then(Iterator::collect).during(OPERATION)?;
    let mut children: HashMap<i64, Vec<i64>> = HashMap::new();
    let mut level: Vec<i64> = Vec::new();
    for (&id, edge) in &waiting {
        match edge.parent_id {
            Some(parent_id) => children.entry(parent_id).or_default().push(id),
            None => level.push(id),
        }
    }
    let mut update = connection
        .prepare_cached("UPDATE convo_turns SET parent_id = ?2, turn_index = ?3 WHERE id = ?1")
        .during(OPERATION)?;
    loop {
        let mut depth = 0;
        while !level.is_empty() {
            let mut next = Vec::new();
            for id in level {
                // A circle that was cut leads back here.
                let Some(edge) = waiting.remove(&id) else { continue };
                let parent_id = edge.parent_id.filter(|_| depth > 0);
                if edge.turn_index != depth || edge.parent_id != parent_id {
                    update.execute((id, parent_id, depth)).during(OPERATION)?;
                }
                next.extend(children.remove(&id).unwrap_or_default());
            }
            level = next;
            depth += 1;
        }
        let Some((&oldest, _)) = waiting.first_key_value() else { return Ok(()) };
        level = vec![oldest];
    }
}
