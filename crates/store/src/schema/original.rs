//! Taking over a database that the original AI OS made.
//!
//! Its tables have our names: `convos` and `convo_turns` (columns in its `chat/schema.py`, all of which ours have too). They are set
//! aside, copied row by row, and dropped. What differs: its times are text, as SQLite's `CURRENT_TIMESTAMP` or Python's `isoformat`
//! wrote it, and its turns are a plain list, so each follows the one before. Earlier versions of it lack some columns: what is
//! missing gets our default. A `message_ratings` table, which it never had, would be someone else's: it stays beside ours under the name
//! that it is given here.

use crate::{Error, error::During, text::preview};
use aios_model::{Source, Timestamp};
use rusqlite::{Connection, Row, types::ValueRef};

const OPERATION: &str = "taking over an AI OS database";
const TABLES: [&str; 3] = ["convos", "convo_turns", "message_ratings"];

/// Renames the original's tables to `original_…`. `false` if there are none.
pub(super) fn set_aside(connection: &Connection) -> Result<bool, Error> {
    let is_original = has_table(connection, "convos")?;
    for table in TABLES {
        if is_original && has_table(connection, table)? {
            connection.execute_batch(&format!("ALTER TABLE {table} RENAME TO original_{table}")).during(OPERATION)?;
        }
    }
    Ok(is_original)
}

/// Copies what was set aside into our tables, which are there by now, and drops it.
pub(super) fn take_over(connection: &Connection) -> Result<(), Error> {
    copy_conversations(connection)?;
    if has_table(connection, "original_convo_turns")? {
        copy_turns(connection)?;
        connection.execute_batch("DROP TABLE original_convo_turns").during(OPERATION)?;
    }
    connection.execute_batch("DROP TABLE original_convos").during(OPERATION)
}

fn copy_conversations(connection: &Connection) -> Result<(), Error> {
    let mut insert = connection
        .prepare(
            "INSERT INTO convos (id, session_id, channel, name, started, last_updated, archived, weight, indexed,
                state_snapshot_json, summary, source)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )
        .during(OPERATION)?;
    let mut select = connection.prepare("SELECT * FROM original_convos ORDER BY id").during(OPERATION)?;
    let mut rows = select.query([]).during(OPERATION)?;
    while let Some(row) = rows.next().during(OPERATION)? {
        let last_updated = time(row, "last_updated").or_else(|| time(row, "started"));
        let started = time(row, "started").or(last_updated);
        insert
            .execute((
                integer(row, "id"),
                text(row, "session_id").unwrap_or_default(),
                text(row, "channel").unwrap_or_else(|| "react".to_owned()),
                text(row, "name").filter(|name| !name.trim().is_empty()),
                started.unwrap_or(0),
                last_updated.unwrap_or(0),
                flag(row, "archived"),
                real(row, "weight").unwrap_or(0.5),
                flag(row, "indexed"),
                text(row, "state_snapshot_json"),
                text(row, "summary"),
                Source::from_name(text(row, "source").as_deref().unwrap_or("aios")).as_str(),
            ))
            .during(OPERATION)?;
    }
    Ok(())
}

/// The turn before, while the turns of one conversation are copied in their order.
#[derive(Clone, Copy)]
struct Previous {
    convo_id: i64,
    turn_id: i64,
    turn_index: i64,
}

fn copy_turns(connection: &Connection) -> Result<(), Error> {
    let mut insert = connection
        .prepare(
            "INSERT INTO convo_turns (id, convo_id, parent_id, turn_index, timestamp, user_message, assistant_message,
                feed_type, context_level, metadata_json, state_snapshot_json)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .during(OPERATION)?;
    let mut end =
        connection.prepare("UPDATE convos SET active_turn = ?2, turn_count = ?3 WHERE id = ?1").during(OPERATION)?;
    let mut name =
        connection.prepare("UPDATE convos SET preview = ?2 WHERE id = ?1 AND preview = ''").during(OPERATION)?;
    let mut select = connection
        .prepare(
            "SELECT turn.*, convo.started AS convo_started FROM original_convo_turns AS turn
            JOIN convos AS convo ON convo.id = turn.convo_id ORDER BY turn.convo_id, turn.turn_index, turn.id",
        )
        .during(OPERATION)?;
    let mut rows = select.query([]).during(OPERATION)?;
    let mut previous: Option<Previous> = None;
    while let Some(row) = rows.next().during(OPERATION)? {
        let (Some(turn_id), Some(convo_id)) = (integer(row, "id"), integer(row, "convo_id")) else { continue };
        let parent = previous.filter(|previous| previous.convo_id == convo_id);
        let turn_index = parent.map_or(0, |parent| parent.turn_index + 1);
        let user_message = text(row, "user_message").unwrap_or_default();
        insert
            .execute((
                turn_id,
                convo_id,
                parent.map(|parent| parent.turn_id),
                turn_index,
                time(row, "timestamp").or_else(|| integer(row, "convo_started")).unwrap_or(0),
                &user_message,
                text(row, "assistant_message").unwrap_or_default(),
                text(row, "feed_type"),
                integer(row, "context_level").unwrap_or(0),
                text(row, "metadata_json"),
                text(row, "state_snapshot_json"),
            ))
            .during(OPERATION)?;
        end.execute((convo_id, turn_id, turn_index + 1)).during(OPERATION)?;
        name.execute((convo_id, preview(&user_message))).during(OPERATION)?;
        previous = Some(Previous { convo_id, turn_id, turn_index });
    }
    Ok(())
}

fn has_table(connection: &Connection, name: &str) -> Result<bool, Error> {
    connection.table_exists(None, name).during(OPERATION)
}

// Values of a row by column name; `None` if the column is missing, NULL, or of another kind: a bad value never loses its row.

fn value<'row>(row: &'row Row<'_>, column: &str) -> Option<ValueRef<'row>> {
    row.get_ref(column).ok()
}

fn text(row: &Row<'_>, column: &str) -> Option<String> {
    match value(row, column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Null => None,
    }
}

fn integer(row: &Row<'_>, column: &str) -> Option<i64> {
    match value(row, column)? {
        ValueRef::Integer(number) => Some(number),
        _ => None,
    }
}

fn real(row: &Row<'_>, column: &str) -> Option<f64> {
    match value(row, column)? {
        ValueRef::Real(number) => Some(number),
        ValueRef::Integer(number) => Some(number as f64),
        _ => None,
    }
}

fn flag(row: &Row<'_>, column: &str) -> bool {
    matches!(value(row, column), Some(ValueRef::Integer(number)) if number != 0)
}

/// A time as milliseconds. Python's adapters write text; a number would be seconds, as its `time.time()` gives them.
fn time(row: &Row<'_>, column: &str) -> Option<i64> {
    let time = match value(row, column)? {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(|text| Timestamp::parse(text).ok()),
        ValueRef::Integer(number) => Timestamp::from_seconds(number as f64),
        ValueRef::Real(number) => Timestamp::from_seconds(number),
        ValueRef::Null | ValueRef::Blob(_) => None,
    };
    time.map(Timestamp::milliseconds)
}
