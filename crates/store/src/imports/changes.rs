//! What rows were before an import changed them in place, so that undoing it can give that back.
//!
//! The changes of one row are a chain in the order of their ids: what a change says the row was before, the change before it made of it. Undoing
//! the last link gives the row back; undoing one in the middle takes it out of the chain.

use crate::{Error, error::During};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

const OPERATION: &str = "keeping what a conversation was";

/// What an import may change of a conversation's own row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Description {
    name: Option<String>,
    started: i64,
    last_updated: i64,
    model: Option<String>,
    preview: String,
    pub active_turn: Option<i64>,
    content_hash: Option<String>,
    project: Option<String>,
    system_prompt: Option<String>,
    origin_json: Option<String>,
    #[serde(default)]
    trashed: Option<i64>,
}

/// A conversation's row before an import changed it, and after.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Change {
    before: Description,
    after: Description,
}

impl Description {
    pub fn read(connection: &Connection, convo_id: i64) -> Result<Description, Error> {
        let mut statement = connection
            .prepare_cached(
                "SELECT name, started, last_updated, model, preview, active_turn, content_hash, project, system_prompt,
                    origin_json, trashed FROM convos WHERE id = ?1",
            )
            .during(OPERATION)?;
        let read = |row: &Row<'_>| {
            Ok(Description {
                name: row.get(0)?,
                started: row.get(1)?,
                last_updated: row.get(2)?,
                model: row.get(3)?,
                preview: row.get(4)?,
                active_turn: row.get(5)?,
                content_hash: row.get(6)?,
                project: row.get(7)?,
                system_prompt: row.get(8)?,
                origin_json: row.get(9)?,
                trashed: row.get(10)?,
            })
        };
        statement.query_row([convo_id], read).during(OPERATION)
    }

    pub fn write(&self, connection: &Connection, convo_id: i64) -> Result<(), Error> {
        let mut statement = connection
            .prepare_cached(
                "UPDATE convos SET name = ?2, started = ?3, last_updated = ?4, model = ?5, preview = ?6, active_turn = ?7,
                    content_hash = ?8, project = ?9, system_prompt = ?10, origin_json = ?11, trashed = ?12 WHERE id = ?1",
            )
            .during(OPERATION)?;
        statement
            .execute((
                convo_id,
                &self.name,
                self.started,
                self.last_updated,
                &self.model,
                &self.preview,
                self.active_turn,
                &self.content_hash,
                &self.project,
                &self.system_prompt,
                &self.origin_json,
                self.trashed,
            ))
            .during(OPERATION)?;
        Ok(())
    }

    /// Whether something differs that a person sees; hash and bookkeeping are nothing to tell of.
    pub fn is_other_than(&self, other: &Description) -> bool {
        let seen =
            |description: &Description| Description { content_hash: None, origin_json: None, ..description.clone() };
        seen(self) != seen(other)
    }

    /// Gives back each value that is still as the change left it.
    fn take_back(self, Change { before, after }: Change) -> Description {
        fn value<T: PartialEq>(now: T, before: T, after: &T) -> T {
            if now == *after { before } else { now }
        }
        Description {
            name: value(self.name, before.name, &after.name),
            started: value(self.started, before.started, &after.started),
            last_updated: value(self.last_updated, before.last_updated, &after.last_updated),
            model: value(self.model, before.model, &after.model),
            preview: value(self.preview, before.preview, &after.preview),
            active_turn: value(self.active_turn, before.active_turn, &after.active_turn),
            content_hash: value(self.content_hash, before.content_hash, &after.content_hash),
            project: value(self.project, before.project, &after.project),
            system_prompt: value(self.system_prompt, before.system_prompt, &after.system_prompt),
            origin_json: value(self.origin_json, before.origin_json, &after.origin_json),
            trashed: value(self.trashed, before.trashed, &after.trashed),
        }
    }
}

/// Keeps what an import made of the row of a conversation.
pub(super) fn record_conversation(
    connection: &Connection,
    import: i64,
    convo_id: i64,
    before: Description,
    after: Description,
) -> Result<(), Error> {
    if before == after {
        return Ok(());
    }
    let json = serde_json::to_string(&Change { before, after }).during(OPERATION)?;
    let mut statement = connection
        .prepare_cached("INSERT INTO convo_import_changes (import_number, convo_id, before_json) VALUES (?1, ?2, ?3)")
        .during(OPERATION)?;
    statement.execute((import, convo_id, json)).during(OPERATION)?;
    Ok(())
}

/// Keeps what the row of a turn and its imported rating are, before an import changes them.
pub(super) fn record_turn(connection: &Connection, import: i64, convo_id: i64, turn_id: i64) -> Result<(), Error> {
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO convo_import_changes (import_number, convo_id, turn_id, before_json)
            SELECT ?1, ?2, turn.id, json_object(
                'parent_id', parent_id, 'turn_index', turn_index, 'timestamp', timestamp, 'model', turn.model,
                'source_message_ids', source_message_ids, 'user_message', user_message,
                'assistant_message', assistant_message, 'messages_json', messages_json,
                'rating', rating.rating, 'reason', reason, 'comment', comment, 'rated_at', rated_at,
                'rated_model', rating.model, 'rating_import', rating.import_number)
            FROM convo_turns AS turn LEFT JOIN message_ratings AS rating ON rating.turn_id = turn.id AND rating.imported
            WHERE turn.id = ?3",
        )
        .during(OPERATION)?;
    statement.execute((import, convo_id, turn_id)).during(OPERATION)?;
    Ok(())
}

/// Takes the changes back that an import made to a conversation and its turns, and forgets them; returns how many. Turns that the import
/// brought are to be gone by now, and with them what was kept of them.
pub(super) fn take_back(connection: &Connection, import: i64, convo_id: i64) -> Result<u32, Error> {
    const OPERATION: &str = "giving back what a conversation was";
    let mut select = connection
        .prepare_cached(
            "SELECT id, turn_id, before_json FROM convo_import_changes WHERE import_number = ?1 AND convo_id = ?2 ORDER BY id DESC",
        )
        .during(OPERATION)?;
    let rows = select.query_map((import, convo_id), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?))
    });
    let changes: Vec<_> = rows.and_then(Iterator::collect).during(OPERATION)?;
    let mut taken_back = 0;
    for (id, turn_id, json) in changes {
        let later = later(connection, id, convo_id, turn_id)?;
        match (turn_id, later) {
            (Some(turn_id), None) => {
                restore_turn(connection, turn_id, &json)?;
                taken_back += 1;
            }
            // What the later change says that the turn was before is what this one made of it.
            (Some(_), Some((later_id, _))) => set_before(connection, later_id, &json)?,
            (None, None) => {
                let now = Description::read(connection, convo_id)?;
                now.take_back(parse(convo_id, &json)?).write(connection, convo_id)?;
                taken_back += 1;
            }
            (None, Some((later_id, later_json))) => {
                let later = parse(convo_id, &later_json)?;
                let change = Change { before: later.before.take_back(parse(convo_id, &json)?), after: later.after };
                set_before(connection, later_id, &serde_json::to_string(&change).during(OPERATION)?)?;
            }
        }
        let mut delete =
            connection.prepare_cached("DELETE FROM convo_import_changes WHERE id = ?1").during(OPERATION)?;
        delete.execute([id]).during(OPERATION)?;
    }
    Ok(taken_back)
}

/// The next change of the same row.
fn later(
    connection: &Connection,
    id: i64,
    convo_id: i64,
    turn_id: Option<i64>,
) -> Result<Option<(i64, String)>, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id, before_json FROM convo_import_changes WHERE convo_id = ?1 AND turn_id IS ?2 AND id > ?3 ORDER BY id LIMIT 1",
        )
        .during(OPERATION)?;
    statement.query_row((convo_id, turn_id, id), |row| Ok((row.get(0)?, row.get(1)?))).optional().during(OPERATION)
}

fn set_before(connection: &Connection, id: i64, json: &str) -> Result<(), Error> {
    let mut statement = connection
        .prepare_cached("UPDATE convo_import_changes SET before_json = ?2 WHERE id = ?1")
        .during(OPERATION)?;
    statement.execute((id, json)).during(OPERATION)?;
    Ok(())
}

fn parse(convo_id: i64, json: &str) -> Result<Change, Error> {
    serde_json::from_str(json).map_err(|error| Error::Corrupt {
        what: "before_json",
        place: format!("conversation {convo_id}"),
        reason: error.to_string(),
    })
}

fn restore_turn(connection: &Connection, turn_id: i64, json: &str) -> Result<(), Error> {
    let mut update = connection
        .prepare_cached(
            "UPDATE convo_turns SET parent_id = ?2 ->> 'parent_id', turn_index = ?2 ->> 'turn_index',
                timestamp = ?2 ->> 'timestamp', model = ?2 ->> 'model', source_message_ids = ?2 ->> 'source_message_ids',
                user_message = ?2 ->> 'user_message', assistant_message = ?2 ->> 'assistant_message',
                messages_json = ?2 ->> 'messages_json' WHERE id = ?1",
        )
        .during(OPERATION)?;
    update.execute((turn_id, json)).during(OPERATION)?;
    let mut unrate =
        connection.prepare_cached("DELETE FROM message_ratings WHERE turn_id = ?1 AND imported").during(OPERATION)?;
    unrate.execute([turn_id]).during(OPERATION)?;
    let mut rate = connection
        .prepare_cached(
            "INSERT INTO message_ratings (turn_id, rating, reason, comment, rated_at, model, imported, import_number)
            SELECT ?1, ?2 ->> 'rating', ?2 ->> 'reason', ?2 ->> 'comment', ?2 ->> 'rated_at', ?2 ->> 'rated_model', 1,
                ?2 ->> 'rating_import' WHERE ?2 ->> 'rating' IS NOT NULL ON CONFLICT DO NOTHING",
        )
        .during(OPERATION)?;
    rate.execute((turn_id, json)).during(OPERATION)?;
    Ok(())
}
