//! Going on from a turn in a conversation of its own.

use crate::{Error, changes, error::During, search};
use aios_model::Timestamp;
use rusqlite::{Connection, OptionalExtension};

const OPERATION: &str = "duplicating a conversation";

/// What to duplicate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duplicate<'a> {
    /// The conversation.
    pub session_id: &'a str,
    /// The last turn that the new one has; the end of the branch that is shown if `None`.
    pub until: Option<i64>,
    /// The id of the new one.
    pub new_session_id: &'a str,
}

/// Begins a conversation with copies of the turns on the way to one, that one included, and of what their parts refer to. It is of the same
/// source, project and instructions, but belongs to no import; its name is the old one with "(copy)" behind. Ratings are not copied: each is given
/// once. Returns how many turns it has.
///
/// # Errors
/// [`Error::NoConversation`]; [`Error::NoTurn`] if the turn is not in it; [`Error::Exists`]; what SQLite says.
pub fn duplicate(connection: &Connection, what: &Duplicate<'_>, now: Timestamp) -> Result<u32, Error> {
    let Duplicate { session_id, until, new_session_id } = *what;
    let mut select = connection
        .prepare_cached("SELECT id, active_turn FROM convos WHERE session_id = ?1 AND trashed IS NULL")
        .during(OPERATION)?;
    let found: Option<(i64, Option<i64>)> =
        select.query_row([session_id], |row| Ok((row.get(0)?, row.get(1)?))).optional().during(OPERATION)?;
    let (convo_id, active) = found.ok_or_else(|| Error::NoConversation { session_id: session_id.to_owned() })?;
    let path = match until.or(active) {
        None => Vec::new(),
        Some(leaf) => path(connection, convo_id, leaf)?,
    };
    if let Some(turn_id) = until.filter(|_| path.is_empty()) {
        return Err(Error::NoTurn { turn_id });
    }
    let turn_count = u32::try_from(path.len()).unwrap_or(u32::MAX);
    let mut insert = connection
        .prepare_cached(
            "INSERT INTO convos (session_id, name, named_here, started, last_updated, turn_count, source, channel, model,
                preview, project, moved_here, system_prompt)
            SELECT ?2, coalesce(name, nullif(preview, '')) || ' (copy)', 1, ?3, ?3, ?4, source, channel, model, preview, project,
                1, system_prompt
            FROM convos WHERE id = ?1 ON CONFLICT (session_id) DO NOTHING",
        )
        .during(OPERATION)?;
    if insert.execute((convo_id, new_session_id, now.milliseconds(), turn_count)).during(OPERATION)? == 0 {
        return Err(Error::Exists { session_id: new_session_id.to_owned() });
    }
    let copy = connection.last_insert_rowid();
    changes::note_conversation(connection, copy)?;
    search::note_name(connection, copy)?;
    let mut insert = connection
        .prepare_cached(
            "INSERT INTO convo_turns (convo_id, parent_id, turn_index, timestamp, status, model, user_tokens,
                assistant_tokens, feed_type, context_level, source_message_ids, user_message, assistant_message,
                messages_json, metadata_json, state_snapshot_json)
            SELECT ?2, ?3, ?4, timestamp, iif(status = 'streaming', 'interrupted', status), model, user_tokens,
                assistant_tokens, feed_type, context_level, source_message_ids, user_message, assistant_message,
                messages_json, metadata_json, state_snapshot_json
            FROM convo_turns WHERE id = ?1",
        )
        .during(OPERATION)?;
    let mut parent: Option<i64> = None;
    for (turn_id, depth) in path.into_iter().zip(0i64..) {
        let copied = insert.insert((turn_id, copy, parent, depth)).during(OPERATION)?;
        changes::note_turn(connection, copied)?;
        search::note_turn(connection, copied)?;
        parent = Some(copied);
    }
    let mut files = connection
        .prepare_cached(
            "INSERT INTO convo_files (convo_id, reference, hash, name)
            SELECT ?2, reference, hash, name FROM convo_files WHERE convo_id = ?1",
        )
        .during(OPERATION)?;
    files.execute((convo_id, copy)).during(OPERATION)?;
    let mut update = connection.prepare_cached("UPDATE convos SET active_turn = ?2 WHERE id = ?1").during(OPERATION)?;
    update.execute((copy, parent)).during(OPERATION)?;
    Ok(turn_count)
}

/// The turns from `?1` upward in the conversation `?2`: see `turns/branch.rs` for why it is handed on.
pub(crate) const PATH: &str = "WITH RECURSIVE path (id, parent_id, turn_index, convo_id) AS (
        SELECT id, parent_id, turn_index, convo_id FROM convo_turns WHERE id = ?1 AND convo_id = ?2
        UNION ALL
        SELECT above.id, above.parent_id, above.turn_index, above.convo_id
        FROM path CROSS JOIN convo_turns AS above ON above.id = path.parent_id
        WHERE above.convo_id = path.convo_id AND above.turn_index < path.turn_index
    ) SELECT id FROM path ORDER BY turn_index";

/// The turns on the way to one, first one first; none if that is not in the conversation.
fn path(connection: &Connection, convo_id: i64, leaf: i64) -> Result<Vec<i64>, Error> {
    let mut statement = connection.prepare_cached(PATH).during(OPERATION)?;
    let rows = statement.query_map((leaf, convo_id), |row| row.get(0));
    rows.and_then(Iterator::collect).during(OPERATION)
}
