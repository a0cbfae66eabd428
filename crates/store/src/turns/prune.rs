//! Taking a branch out of a conversation.

use super::latest_descendant;
use crate::{Error, error::During, text::preview, trash};
use aios_model::Timestamp;
use rusqlite::{Connection, OptionalExtension, ToSql};

const OPERATION: &str = "taking out a branch";

/// A branch that was taken out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pruned {
    /// Under which it is in the [`trash`].
    pub session_id: String,
    /// Its turns.
    pub turns: u32,
}

/// Takes a turn and all that follows it out of its conversation and moves it to the [`trash`]. If it was shown, the branch beside or
/// before it is. If nothing else was said in the conversation, it goes to the trash as a whole.
///
/// # Errors
/// [`Error::NoTurn`] if there is no such turn outside of the trash; what SQLite says.
pub fn prune(connection: &Connection, turn_id: i64, now: Timestamp) -> Result<Pruned, Error> {
    let mut select = connection
        .prepare_cached(
            "SELECT convos.id, convos.session_id, convos.turn_count, convos.active_turn, turn.parent_id, turn.turn_index,
                turn.user_message
            FROM convo_turns AS turn JOIN convos ON convos.id = turn.convo_id
            WHERE turn.id = ?1 AND convos.trashed IS NULL",
        )
        .during(OPERATION)?;
    let found = select.query_row([turn_id], |row| {
        let place = Place { convo_id: row.get(0)?, active: row.get(3)?, parent: row.get(4)?, depth: row.get(5)? };
        Ok((place, row.get::<_, String>(1)?, row.get::<_, u32>(2)?, row.get::<_, String>(6)?))
    });
    let (place, session_id, turn_count, question) =
        found.optional().during(OPERATION)?.ok_or(Error::NoTurn { turn_id })?;
    let branch = subtree(connection, place.convo_id, turn_id)?;
    let turns = u32::try_from(branch.len()).unwrap_or(u32::MAX);
    if turns == turn_count {
        trash::put(connection, &session_id, now)?;
        return Ok(Pruned { session_id, turns });
    }
    let session_id = format!("pruned_{turn_id}");
    let mut insert = connection
        .prepare_cached(
            "INSERT INTO convos (session_id, name, started, last_updated, archived, source, channel, model, preview, project,
                trashed, pruned_from, pruned_parent)
            SELECT ?2, name, started, last_updated, archived, source, channel, model, ?3, project, ?4, id, ?5
            FROM convos WHERE id = ?1",
        )
        .during(OPERATION)?;
    let trashed = insert
        .insert((place.convo_id, &session_id, preview(&question), now.milliseconds(), place.parent))
        .during(OPERATION)?;
    place.take_out(connection, turn_id, &branch, trashed)?;
    Ok(Pruned { session_id, turns })
}

/// Where a branch hangs.
struct Place {
    convo_id: i64,
    active: Option<i64>,
    parent: Option<i64>,
    depth: i64,
}

impl Place {
    fn take_out(&self, connection: &Connection, turn_id: i64, branch: &[i64], trashed: i64) -> Result<(), Error> {
        let execute = |sql: &str, parameters: &[&dyn ToSql]| {
            connection.prepare_cached(sql).and_then(|mut statement| statement.execute(parameters)).during(OPERATION)
        };
        for id in branch {
            execute(
                "UPDATE convo_turns SET convo_id = ?2, turn_index = turn_index - ?3,
                    parent_id = iif(id = ?4, NULL, parent_id) WHERE id = ?1",
                &[id, &trashed, &self.depth, &turn_id],
            )?;
            execute("UPDATE convo_import_changes SET convo_id = ?2 WHERE turn_id = ?1", &[id, &trashed])?;
        }
        let was_shown = self.active.filter(|active| branch.contains(active));
        let shown = match was_shown {
            None => self.active,
            Some(_) => latest_descendant(connection, self.convo_id, self.parent)?,
        };
        for (convo_id, active) in [(self.convo_id, shown), (trashed, was_shown)] {
            execute(
                "UPDATE convos SET active_turn = ?2,
                    turn_count = (SELECT count(*) FROM convo_turns WHERE convo_id = ?1),
                    rated = (SELECT count(*) FROM convo_turns JOIN message_ratings ON turn_id = convo_turns.id WHERE convo_id = ?1)
                WHERE id = ?1",
                &[&convo_id, &active],
            )?;
        }
        Ok(())
    }
}

/// The turn `?2` and all below it in the conversation `?1`, which is handed on (see `branch.rs`). A tree that was broken into a circle ends where it
/// began: UNION leaves out what was there.
pub(super) const BRANCH: &str = "WITH RECURSIVE branch (id, convo_id) AS (
        SELECT ?2, ?1
        UNION
        SELECT turn.id, turn.convo_id FROM branch CROSS JOIN convo_turns AS turn
        ON turn.convo_id = branch.convo_id AND turn.parent_id = branch.id
    ) SELECT id FROM branch";

/// A turn and all that follow it.
fn subtree(connection: &Connection, convo_id: i64, turn_id: i64) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare_cached(BRANCH).during(OPERATION)?;
    let rows = statement.query_map((convo_id, turn_id), |row| row.get(0));
    rows.and_then(Iterator::collect).during(OPERATION)
}
