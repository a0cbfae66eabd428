//! Rows as a copy gets them. What is in the trash has none.

use super::OPERATION;
use crate::{Error, error::During};
use aios_model::{ChangedConversation, ChangedFile, ChangedFiles, ChangedTurn, GivenRating};
use rusqlite::{Connection, OptionalExtension, Row};

const CONVERSATION: &str = "id, session_id, name, started, last_updated, archived, pinned, turn_count, source, model, preview, active_turn, \
    project, system_prompt FROM convos WHERE trashed IS NULL";

const TURN: &str = "turn.id, turn.convo_id, turn.parent_id, turn.turn_index, turn.timestamp, turn.status, turn.model, turn.user_tokens, \
    turn.assistant_tokens, turn.user_message, turn.assistant_message, turn.source_message_ids, turn.messages_json, rating.rating, \
    rating.reason, rating.comment, rating.rated_at FROM convo_turns AS turn LEFT JOIN message_ratings AS rating ON rating.turn_id = turn.id";

fn read_conversation(row: &Row<'_>) -> rusqlite::Result<ChangedConversation> {
    Ok(ChangedConversation {
        id: row.get(0)?,
        session_id: row.get(1)?,
        name: row.get(2)?,
        started: row.get(3)?,
        last_updated: row.get(4)?,
        archived: row.get(5)?,
        pinned: row.get(6)?,
        turn_count: row.get(7)?,
        source: row.get(8)?,
        model: row.get(9)?,
        preview: row.get(10)?,
        active_turn: row.get(11)?,
        project: row.get(12)?,
        system_prompt: row.get(13)?,
    })
}

fn read_turn(row: &Row<'_>) -> rusqlite::Result<ChangedTurn> {
    Ok(ChangedTurn {
        id: row.get(0)?,
        conversation: row.get(1)?,
        parent: row.get(2)?,
        index: row.get(3)?,
        timestamp: row.get(4)?,
        status: row.get(5)?,
        model: row.get(6)?,
        user_tokens: row.get(7)?,
        assistant_tokens: row.get(8)?,
        user_message: row.get(9)?,
        assistant_message: row.get(10)?,
        source_message_ids: row.get(11)?,
        messages: row.get(12)?,
        rating: read_rating(row, 13)?,
    })
}

fn read_rating(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<GivenRating>> {
    let Some(rating) = row.get(first)? else { return Ok(None) };
    Ok(Some(GivenRating {
        rating,
        reason: row.get(first + 1)?,
        comment: row.get(first + 2)?,
        rated_at: row.get(first + 3)?,
    }))
}

pub(super) fn conversation(connection: &Connection, id: i64) -> Result<Option<ChangedConversation>, Error> {
    let mut statement = connection.prepare_cached(&format!("SELECT {CONVERSATION} AND id = ?1")).during(OPERATION)?;
    statement.query_row([id], read_conversation).optional().during(OPERATION)
}

pub(super) fn conversations(
    connection: &Connection,
    before: i64,
    limit: usize,
) -> Result<Vec<ChangedConversation>, Error> {
    let mut statement = connection
        .prepare_cached(&format!("SELECT {CONVERSATION} AND id < ?1 ORDER BY id DESC LIMIT ?2"))
        .during(OPERATION)?;
    let rows = statement.query_map((before, limit as i64), read_conversation);
    rows.and_then(Iterator::collect).during(OPERATION)
}

pub(super) fn turn(connection: &Connection, id: i64) -> Result<Option<ChangedTurn>, Error> {
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {TURN} WHERE turn.id = ?1 AND turn.convo_id NOT IN (SELECT id FROM convos WHERE trashed IS NOT NULL)"
        ))
        .during(OPERATION)?;
    statement.query_row([id], read_turn).optional().during(OPERATION)
}

/// Gives the turns of a conversation behind `after` until `take` says that it is enough. Says whether there are no more.
pub(super) fn turns(
    connection: &Connection,
    conversation: i64,
    after: i64,
    mut take: impl FnMut(ChangedTurn) -> bool,
) -> Result<bool, Error> {
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {TURN} WHERE turn.convo_id = ?1 AND turn.id > ?2
                AND EXISTS (SELECT 1 FROM convos WHERE id = ?1 AND trashed IS NULL) ORDER BY turn.id"
        ))
        .during(OPERATION)?;
    let mut rows = statement.query((conversation, after)).during(OPERATION)?;
    while let Some(row) = rows.next().during(OPERATION)? {
        if !take(read_turn(row).during(OPERATION)?) {
            return Ok(rows.next().during(OPERATION)?.is_none());
        }
    }
    Ok(true)
}

pub(super) fn rating(connection: &Connection, turn: i64) -> Result<Option<GivenRating>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT rating, reason, comment, rated_at FROM message_ratings WHERE turn_id = ?1")
        .during(OPERATION)?;
    statement.query_row([turn], |row| read_rating(row, 0)).optional().during(OPERATION).map(Option::flatten)
}

pub(super) fn files(connection: &Connection, conversation: i64) -> Result<ChangedFiles, Error> {
    let files = crate::files::of_conversation(connection, conversation)?;
    let file = |file: aios_model::StoredFile| ChangedFile {
        reference: file.reference,
        hash: file.hash,
        name: file.name,
        media_type: file.media_type,
        size: i64::try_from(file.size).unwrap_or(i64::MAX),
    };
    Ok(ChangedFiles { conversation, files: files.into_iter().map(file).collect() })
}

/// About how many bytes a turn is.
pub(super) fn weight(turn: &ChangedTurn) -> usize {
    let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    200 + turn.user_message.len()
        + turn.assistant_message.len()
        + optional(&turn.messages)
        + optional(&turn.source_message_ids)
}
