//! A copy of the history somewhere else, as on the disk of a browser: the same tables, filled with rows that [`changes`](crate::changes) of the
//! history gives, and read by the same functions.
//!
//! Conversations come first, all of them, then the turns of those that were last talked in. Of a conversation whose turns are not all here it is known
//! (`copy_wanted`). Every function that takes something is one transaction with the note of where it goes on, so a copy that is interrupted
//! anywhere goes on where it was.
//!
//! **Invariant:** the history is the truth. What it says takes the place of what is here, and a copy can be thrown away but for its outbox.

use crate::{Error, atomically, error::During, schema, search};
use aios_model::{
    ChangePage, ChangedConversation, ChangedFiles, ChangedRating, ChangedTurn, ConversationRows, TurnRows, TurnStatus,
};
use rusqlite::{Connection, OptionalExtension};

pub mod imports;
mod outbox;

pub use outbox::{change, keep, settle, waiting, waiting_count};

const OPERATION: &str = "filling the copy";

/// Where the list of conversations is when it is whole.
const WHOLE: &str = "whole";

/// Turns of conversations with nothing said since then are not kept, as somebody wished, in milliseconds since 1970.
const SINCE: &str = "since";

/// The same, since there was no room for them.
const ROOM: &str = "room";

/// Makes a copy of an empty database, or one of this version of an earlier copy. Triggers that note changes for copies are not needed in one.
///
/// # Errors
/// As [`schema::migrate`] says; what SQLite says.
pub fn prepare(connection: &mut Connection) -> Result<(), Error> {
    const OPERATION: &str = "preparing the copy";
    schema::migrate(connection)?;
    connection.execute_batch(include_str!("copy.sql")).during(OPERATION)?;
    let mut triggers = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'changes\\_%' ESCAPE '\\'")
        .during(OPERATION)?;
    let names = triggers.query_map([], |row| row.get(0));
    let names: Vec<String> = names.and_then(Iterator::collect).during(OPERATION)?;
    let drops: String = names.iter().map(|name| format!("DROP TRIGGER {name};")).collect();
    connection.execute_batch(&drops).during(OPERATION)
}

/// What a copy needs next to become whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    /// A cursor: it has nothing.
    Cursor,
    /// Conversations with numbers below this one, or the last ones.
    Conversations(Option<i64>),
    /// Turns of these conversations, of the first one behind a turn.
    Turns {
        /// The conversations, those that were last talked in first.
        conversations: Vec<i64>,
        /// The last turn of the first that is here.
        after: Option<i64>,
    },
    /// What has changed behind this cursor.
    Changes(String),
}

/// What a copy needs next, as long as it is being filled; what has changed, when it is filled. At most `most` conversations are named at once.
///
/// # Errors
/// What SQLite says.
pub fn need(connection: &Connection, most: u32) -> Result<Need, Error> {
    let Some(cursor) = state(connection, "cursor")? else { return Ok(Need::Cursor) };
    match state(connection, "lines")?.as_deref() {
        Some(WHOLE) => {}
        other => return Ok(Need::Conversations(other.and_then(|number| number.parse().ok()))),
    }
    let mut wanted = connection
        .prepare_cached("SELECT convo_id, after FROM copy_wanted WHERE last_updated >= ?1 ORDER BY last_updated DESC, convo_id DESC LIMIT ?2")
        .during(OPERATION)?;
    let rows = wanted.query_map((since(connection)?, most), |row| Ok((row.get(0)?, row.get(1)?)));
    let wanted: Vec<(i64, Option<i64>)> = rows.and_then(Iterator::collect).during(OPERATION)?;
    let Some((_, after)) = wanted.first() else { return Ok(Need::Changes(cursor)) };
    // Only the first one of a page can be here in part.
    let begun = |(index, (_, after)): &(usize, &(i64, Option<i64>))| *index > 0 && after.is_some();
    let count = wanted.iter().enumerate().find(begun).map_or(wanted.len(), |(index, _)| index);
    Ok(Need::Turns { conversations: wanted[..count].iter().map(|(id, _)| *id).collect(), after: *after })
}

/// Where the changes of this copy go on; `None` if it has nothing.
///
/// # Errors
/// What SQLite says.
pub fn cursor(connection: &Connection) -> Result<Option<String>, Error> {
    state(connection, "cursor")
}

/// How far a copy is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Conversations that are here, with or without their turns.
    pub conversations: u32,
    /// Of these, how many wait for turns that are to be kept here.
    pub wanted: u32,
    /// The list of conversations is whole.
    pub is_listed: bool,
    /// Of the conversations, how many have no turns here because there was no room for them.
    pub left_out: u32,
}

/// How far the copy is.
///
/// # Errors
/// What SQLite says.
pub fn progress(connection: &Connection) -> Result<Progress, Error> {
    let is_listed = state(connection, "lines")?.as_deref() == Some(WHOLE);
    let (wished, room) = (moment(connection, SINCE)?, moment(connection, ROOM)?);
    let mut count = connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM convos), (SELECT count(*) FROM copy_wanted WHERE last_updated >= max(?1, ?2)),
                (SELECT count(*) FROM copy_wanted WHERE last_updated >= ?1 AND last_updated < ?2)",
        )
        .during(OPERATION)?;
    count
        .query_row([wished, room], |row| {
            Ok(Progress { conversations: row.get(0)?, wanted: row.get(1)?, is_listed, left_out: row.get(2)? })
        })
        .during(OPERATION)
}

/// Whether all turns of a conversation are here that the history had; of one that is not known, yes.
///
/// # Errors
/// What SQLite says.
pub fn is_whole(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    let mut wanted = connection
        .prepare_cached("SELECT 1 FROM copy_wanted JOIN convos ON convos.id = convo_id WHERE session_id = ?1")
        .during(OPERATION)?;
    Ok(!wanted.exists([session_id]).during(OPERATION)?)
}

/// The last turn of a conversation that is here, if any is.
///
/// # Errors
/// What SQLite says.
pub fn last_turn(connection: &Connection, session_id: &str) -> Result<Option<i64>, Error> {
    let mut last = connection
        .prepare_cached(
            "SELECT max(id) FROM convo_turns WHERE convo_id = (SELECT id FROM convos WHERE session_id = ?1)",
        )
        .during(OPERATION)?;
    last.query_row([session_id], |row| row.get(0)).during(OPERATION)
}

/// Keeps turns only of conversations in which something was said since then (milliseconds since 1970), and takes the others out.
///
/// # Errors
/// What SQLite says.
pub fn keep_since(connection: &Connection, since: i64) -> Result<(), Error> {
    atomically(connection, OPERATION, || {
        set_state(connection, SINCE, &since.to_string())?;
        // Whoever wishes something else may have made room.
        set_state(connection, ROOM, &i64::MIN.to_string())?;
        let run = |sql: &str| connection.execute(sql, [since, imports::OWN]).map(drop).during(OPERATION);
        run("DELETE FROM convo_turns WHERE convo_id IN (SELECT id FROM convos WHERE last_updated < ?1) AND id < ?2")?;
        run("INSERT INTO copy_wanted (convo_id, last_updated) SELECT id, last_updated FROM convos WHERE last_updated < ?1 AND id < ?2
            ON CONFLICT DO UPDATE SET after = NULL")
    })
}

/// What an empty copy is to keep of the history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    since: i64,
    room: i64,
}

/// What this copy is to keep.
///
/// # Errors
/// What SQLite says.
pub fn reach(connection: &Connection) -> Result<Reach, Error> {
    Ok(Reach { since: moment(connection, SINCE)?, room: moment(connection, ROOM)? })
}

/// What this copy could keep when it has no room: the newer two thirds of the conversations whose turns are here. `None` if these are too few for
/// that to help.
///
/// # Errors
/// What SQLite says.
pub fn smaller_reach(connection: &Connection) -> Result<Option<Reach>, Error> {
    // Turns come with the newest conversations first, so what is here is the newest, and what is still wanted is older than that.
    let mut here = connection
        .prepare_cached(
            "SELECT last_updated FROM convos WHERE last_updated >= ?1 AND id < ?2 AND id NOT IN (SELECT convo_id FROM copy_wanted)
            ORDER BY last_updated DESC",
        )
        .during(OPERATION)?;
    let rows = here.query_map([since(connection)?, imports::OWN], |row| row.get(0));
    let here: Vec<i64> = rows.and_then(Iterator::collect).during(OPERATION)?;
    let room = here.get((here.len() * 2 / 3).saturating_sub(1)).copied();
    Ok(match (room, here.last()) {
        (Some(room), Some(last)) if room > *last => Some(Reach { room, ..reach(connection)? }),
        _ => None,
    })
}

/// Says what an empty copy is to keep.
///
/// # Errors
/// What SQLite says.
pub fn set_reach(connection: &Connection, reach: Reach) -> Result<(), Error> {
    set_state(connection, SINCE, &reach.since.to_string())?;
    set_state(connection, ROOM, &reach.room.to_string())
}

/// Begins the copy at a cursor: what changes from here on is asked for when the rest is here.
///
/// # Errors
/// What SQLite says.
pub fn begin(connection: &Connection, cursor: &str) -> Result<(), Error> {
    set_state(connection, "cursor", cursor)
}

/// Takes conversations.
///
/// # Errors
/// What SQLite says.
pub fn take_conversations(connection: &Connection, rows: &ConversationRows) -> Result<(), Error> {
    atomically(connection, OPERATION, || {
        rows.conversations.iter().try_for_each(|conversation| take_conversation(connection, conversation))?;
        set_state(connection, "lines", &rows.next.map_or_else(|| WHOLE.to_owned(), |next| next.to_string()))
    })
}

/// Takes turns of these conversations, which were asked for.
///
/// # Errors
/// What SQLite says.
pub fn take_turns(connection: &Connection, conversations: &[i64], rows: &TurnRows) -> Result<(), Error> {
    atomically(connection, OPERATION, || {
        rows.turns.iter().try_for_each(|turn| take_turn(connection, turn))?;
        rows.files.iter().try_for_each(|files| take_files(connection, files))?;
        let mut done = connection.prepare_cached("DELETE FROM copy_wanted WHERE convo_id = ?1").during(OPERATION)?;
        let whole = rows.whole as usize;
        for conversation in conversations.iter().take(whole) {
            done.execute([conversation]).during(OPERATION)?;
        }
        if let (Some(conversation), Some(after)) = (conversations.get(whole), rows.after) {
            let mut begun =
                connection.prepare_cached("UPDATE copy_wanted SET after = ?2 WHERE convo_id = ?1").during(OPERATION)?;
            begun.execute((conversation, after)).during(OPERATION)?;
        }
        Ok(())
    })
}

/// Takes what has changed.
///
/// # Errors
/// What SQLite says.
pub fn take_changes(connection: &Connection, page: &ChangePage) -> Result<(), Error> {
    atomically(connection, OPERATION, || {
        delete(connection, "convos", &page.gone_conversations)?;
        delete(connection, "convo_turns", &page.gone_turns)?;
        page.conversations.iter().try_for_each(|conversation| take_conversation(connection, conversation))?;
        for turn in &page.turns {
            if has_place(connection, turn)? {
                take_turn(connection, turn)?;
            } else {
                // It comes with its conversation, which may not be the one that it was in.
                delete(connection, "convo_turns", &[turn.id])?;
            }
        }
        page.ratings.iter().try_for_each(|rating| take_rating(connection, rating))?;
        page.files.iter().try_for_each(|files| take_files(connection, files))?;
        set_state(connection, "cursor", &page.cursor)
    })
}

/// Whether a turn belongs to what is here: not if it is asked for later with its conversation.
fn has_place(connection: &Connection, turn: &ChangedTurn) -> Result<bool, Error> {
    let mut find = connection
        .prepare_cached(
            "SELECT 1 FROM convos LEFT JOIN copy_wanted ON convo_id = convos.id
            WHERE convos.id = ?1 AND (convo_id IS NULL OR after >= ?2)",
        )
        .during(OPERATION)?;
    find.exists((turn.conversation, turn.id)).during(OPERATION)
}

fn delete(connection: &Connection, table: &str, ids: &[i64]) -> Result<(), Error> {
    let mut delete = connection.prepare_cached(&format!("DELETE FROM {table} WHERE id = ?1")).during(OPERATION)?;
    ids.iter().try_for_each(|id| delete.execute([id]).map(drop)).during(OPERATION)
}

fn take_conversation(connection: &Connection, row: &ChangedConversation) -> Result<(), Error> {
    // An id may have been given again to another row; the history says that the other one is gone only later.
    let mut other =
        connection.prepare_cached("DELETE FROM convos WHERE session_id = ?2 AND id <> ?1").during(OPERATION)?;
    other.execute((row.id, &row.session_id)).during(OPERATION)?;
    let values = rusqlite::params![
        row.id,
        row.session_id,
        row.name,
        row.started,
        row.last_updated,
        row.archived,
        row.pinned,
        row.turn_count,
        row.source,
        row.model,
        row.preview,
        row.active_turn,
        row.project,
        row.system_prompt
    ];
    let is_known = update_or_insert(
        connection,
        "UPDATE convos SET session_id = ?2, name = ?3, started = ?4, last_updated = ?5, archived = ?6, pinned = ?7, turn_count = ?8,
            source = ?9, model = ?10, preview = ?11, active_turn = ?12, project = ?13, system_prompt = ?14 WHERE id = ?1",
        "INSERT INTO convos (id, session_id, name, started, last_updated, archived, pinned, turn_count, source, model, preview,
            active_turn, project, system_prompt) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        values,
    )?;
    if !is_known && row.name.is_some() {
        search::note_name(connection, row.id)?;
    }
    let note = if is_known {
        "UPDATE copy_wanted SET last_updated = ?2 WHERE convo_id = ?1"
    } else {
        "INSERT INTO copy_wanted (convo_id, last_updated) VALUES (?1, ?2)"
    };
    connection
        .prepare_cached(note)
        .and_then(|mut note| note.execute((row.id, row.last_updated)))
        .map(drop)
        .during(OPERATION)
}

/// Changes a row, or adds it if there is none. Says whether there was one. No upsert: in its triggers, conflicts would not be ignored.
fn update_or_insert(
    connection: &Connection,
    update: &str,
    insert: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<bool, Error> {
    let run =
        |sql| connection.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).during(OPERATION);
    if run(update)? > 0 {
        return Ok(true);
    }
    run(insert).map(|_| false)
}

fn take_turn(connection: &Connection, row: &ChangedTurn) -> Result<(), Error> {
    let mut place = connection.prepare_cached("SELECT 1 FROM convos WHERE id = ?1").during(OPERATION)?;
    if !place.exists([row.conversation]).during(OPERATION)? {
        return Ok(());
    }
    let values = rusqlite::params![
        row.id,
        row.conversation,
        row.parent,
        row.index,
        row.timestamp,
        row.status,
        row.model,
        row.user_tokens,
        row.assistant_tokens,
        row.source_message_ids,
        row.user_message,
        row.assistant_message,
        row.messages
    ];
    let is_known = update_or_insert(
        connection,
        "UPDATE convo_turns SET convo_id = ?2, parent_id = ?3, turn_index = ?4, timestamp = ?5, status = ?6, model = ?7, user_tokens = ?8,
            assistant_tokens = ?9, source_message_ids = ?10, user_message = ?11, assistant_message = ?12, messages_json = ?13
        WHERE id = ?1",
        "INSERT INTO convo_turns (id, convo_id, parent_id, turn_index, timestamp, status, model, user_tokens, assistant_tokens,
            source_message_ids, user_message, assistant_message, messages_json)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        values,
    )?;
    if !is_known && row.status != TurnStatus::Streaming.as_str() {
        search::note_turn(connection, row.id)?;
    }
    match (is_known, &row.rating) {
        (false, None) => Ok(()),
        _ => take_rating(connection, &ChangedRating { turn: row.id, rating: row.rating.clone() }),
    }
}

fn take_rating(connection: &Connection, row: &ChangedRating) -> Result<(), Error> {
    let Some(given) = &row.rating else {
        let mut delete =
            connection.prepare_cached("DELETE FROM message_ratings WHERE turn_id = ?1").during(OPERATION)?;
        return delete.execute([row.turn]).map(drop).during(OPERATION);
    };
    let mut upsert = connection
        .prepare_cached(
            "INSERT INTO message_ratings (turn_id, rating, reason, comment, rated_at)
            SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM convo_turns WHERE id = ?1)
            ON CONFLICT (turn_id) DO UPDATE SET rating = excluded.rating, reason = excluded.reason, comment = excluded.comment,
                rated_at = excluded.rated_at",
        )
        .during(OPERATION)?;
    upsert.execute((row.turn, &given.rating, &given.reason, &given.comment, given.rated_at)).map(drop).during(OPERATION)
}

fn take_files(connection: &Connection, row: &ChangedFiles) -> Result<(), Error> {
    let prepare = |sql| connection.prepare_cached(sql).during(OPERATION);
    if !prepare("SELECT 1 FROM convos WHERE id = ?1")?.exists([row.conversation]).during(OPERATION)? {
        return Ok(());
    }
    prepare("DELETE FROM convo_files WHERE convo_id = ?1")?.execute([row.conversation]).during(OPERATION)?;
    let mut file = prepare("INSERT OR IGNORE INTO files (hash, media_type, size) VALUES (?1, ?2, ?3)")?;
    let mut link =
        prepare("INSERT OR REPLACE INTO convo_files (convo_id, reference, hash, name) VALUES (?1, ?2, ?3, ?4)")?;
    for one in &row.files {
        file.execute((&one.hash, &one.media_type, one.size)).during(OPERATION)?;
        link.execute((row.conversation, &one.reference, &one.hash, &one.name)).during(OPERATION)?;
    }
    Ok(())
}

fn state(connection: &Connection, name: &str) -> Result<Option<String>, Error> {
    let mut find = connection.prepare_cached("SELECT value FROM copy_state WHERE name = ?1").during(OPERATION)?;
    find.query_row([name], |row| row.get(0)).optional().during(OPERATION)
}

fn set_state(connection: &Connection, name: &str, value: &str) -> Result<(), Error> {
    let mut set = connection
        .prepare_cached("INSERT OR REPLACE INTO copy_state (name, value) VALUES (?1, ?2)")
        .during(OPERATION)?;
    set.execute((name, value)).map(drop).during(OPERATION)
}

/// Since when turns are kept: as it is wished, and as there is room.
fn since(connection: &Connection) -> Result<i64, Error> {
    Ok(moment(connection, SINCE)?.max(moment(connection, ROOM)?))
}

fn moment(connection: &Connection, name: &str) -> Result<i64, Error> {
    Ok(state(connection, name)?.and_then(|moment| moment.parse().ok()).unwrap_or(i64::MIN))
}
