//! Giving a conversation back in its canonical form, all branches included.

use crate::{
    Error,
    encoding::{Placed, Stored, Texts, decode},
    error::During,
    imports::origin::Origin,
    ratings,
};
use aios_model::{Conversation, Feedback, Message, Role, Source, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::{HashMap, HashSet};

mod selection;

pub use self::selection::{Selected, Selection, select};

const OPERATION: &str = "exporting a conversation";

/// How the ids of messages begin that were said here.
const OWN_ID: &str = "turn-";

/// Whether a message with this id may have been said here.
pub(crate) fn is_id_of_here(id: &str) -> bool {
    id.starts_with(OWN_ID)
}

/// The ids that an export gives the messages of a turn that was said here.
pub(crate) fn ids_of_here(turn_id: i64, has_question: bool, has_answer: bool) -> Vec<String> {
    let sides = [(has_question, "user"), (has_answer, "assistant")];
    sides.into_iter().filter(|(is_there, _)| *is_there).map(|(_, side)| format!("{OWN_ID}{turn_id}-{side}")).collect()
}

/// A conversation as it is now: for an imported one that nothing has happened to since, exactly what was imported, provided that the
/// ids of its messages are unique. Name, project, flags and ratings are those of today; what was said here follows with ids of its own.
/// `None` if there is no such conversation.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if something stored cannot be read.
pub fn conversation(connection: &Connection, session_id: &str) -> Result<Option<Conversation>, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id, source, source_id, name, started, last_updated, project, model, system_prompt, archived, pinned,
                active_turn, origin_json FROM convos WHERE session_id = ?1",
        )
        .during(OPERATION)?;
    let Some(convo) = statement.query_row([session_id], Convo::read).optional().during(OPERATION)? else {
        return Ok(None);
    };
    let origin = Origin::from_json(session_id, convo.origin_json.as_deref())?;
    let is_imported = convo.origin_json.is_some();
    let mut turns = Turns::read(connection, convo.id)?;
    let active_leaf = if is_imported && convo.active_turn == origin.active_turn {
        origin.active_leaf
    } else {
        convo.active_turn.and_then(|turn_id| turns.last_message.remove(&turn_id))
    };
    let is_untouched = is_imported && !turns.some_said_here;
    Ok(Some(Conversation {
        source: Source::from_name(&convo.source),
        source_id: convo.source_id.unwrap_or_else(|| session_id.to_owned()),
        title: convo.name,
        created: if is_imported { origin.created } else { Some(convo.started) },
        updated: if is_untouched { origin.updated } else { Some(convo.last_updated) },
        project: convo.project,
        model: if is_imported { origin.model } else { convo.model },
        system_prompt: convo.system_prompt,
        summary: origin.summary,
        archived: convo.archived,
        starred: convo.pinned,
        messages: in_order(turns.messages.into_iter().chain(origin.loose)),
        active_leaf,
    }))
}

/// The messages in the order of the export, each once (turns that answer one question share it), then those that came of none.
fn in_order(messages: impl Iterator<Item = Placed<Message>>) -> Vec<Message> {
    let mut seen = HashSet::new();
    let mut messages: Vec<_> = messages.filter(|placed| seen.insert(placed.message.id.clone())).collect();
    messages.sort_by_key(|placed| placed.position.map_or(u64::MAX, u64::from));
    messages.into_iter().map(|placed| placed.message).collect()
}

/// A row of `convos`.
struct Convo {
    id: i64,
    source: String,
    source_id: Option<String>,
    name: Option<String>,
    started: Timestamp,
    last_updated: Timestamp,
    project: Option<String>,
    model: Option<String>,
    system_prompt: Option<String>,
    archived: bool,
    pinned: bool,
    active_turn: Option<i64>,
    origin_json: Option<String>,
}

impl Convo {
    fn read(row: &Row<'_>) -> rusqlite::Result<Convo> {
        Ok(Convo {
            id: row.get(0)?,
            source: row.get(1)?,
            source_id: row.get(2)?,
            name: row.get(3)?,
            started: Timestamp::from_milliseconds(row.get(4)?),
            last_updated: Timestamp::from_milliseconds(row.get(5)?),
            project: row.get(6)?,
            model: row.get(7)?,
            system_prompt: row.get(8)?,
            archived: row.get(9)?,
            pinned: row.get(10)?,
            active_turn: row.get(11)?,
            origin_json: row.get(12)?,
        })
    }
}

/// All messages of a conversation, turn by turn.
#[derive(Default)]
struct Turns {
    messages: Vec<Placed<Message>>,
    /// The id of the last message of each turn.
    last_message: HashMap<i64, String>,
    some_said_here: bool,
}

impl Turns {
    fn read(connection: &Connection, convo_id: i64) -> Result<Turns, Error> {
        // By depth: a parent comes before its children, whatever their ids.
        let mut statement = connection
            .prepare_cached(
                "SELECT turn.id, turn.parent_id, turn.timestamp, turn.model, turn.source_message_ids, turn.messages_json,
                    turn.user_message, turn.assistant_message, message_ratings.rating, message_ratings.reason,
                    message_ratings.comment
                FROM convo_turns AS turn LEFT JOIN message_ratings ON message_ratings.turn_id = turn.id
                WHERE turn.convo_id = ?1 ORDER BY turn.turn_index, turn.id",
            )
            .during(OPERATION)?;
        let mut rows = statement.query([convo_id]).during(OPERATION)?;
        let mut turns = Turns::default();
        while let Some(row) = rows.next().during(OPERATION)? {
            turns.add(&TurnRow::read(row).during(OPERATION)?)?;
        }
        Ok(turns)
    }

    fn add(&mut self, row: &TurnRow) -> Result<(), Error> {
        let texts = Texts { user: &row.user_message, assistant: &row.assistant_message };
        let decoded = decode(Stored {
            turn_id: row.id,
            source_message_ids: row.source_message_ids.as_deref(),
            messages_json: row.messages_json.as_deref(),
            texts,
        })?;
        let mut messages = decoded.messages;
        if messages.is_empty() {
            messages = self.messages_of_texts(row);
        }
        self.some_said_here |= row.source_message_ids.is_none();
        let rating = row.rating.as_deref().and_then(ratings::from_word);
        // The rating of a turn is that of its last rated answer, or goes to its last answer.
        let answers = || messages.iter().enumerate().rev().filter(|(_, placed)| placed.message.role == Role::Assistant);
        let rated = answers().find(|(_, placed)| placed.message.rating.is_some()).or_else(|| answers().next());
        if let Some((number, _)) = rated {
            let message = &mut messages[number].message;
            // Words without a rating are the provider's: there is no place for them but where they stood.
            if rating.is_some() || message.rating.is_some() {
                message.feedback = row.feedback.clone();
            }
            message.rating = rating;
        }
        if let Some(last) = messages.last() {
            self.last_message.insert(row.id, last.message.id.clone());
        }
        self.messages.append(&mut messages);
        Ok(())
    }

    /// The messages of a turn of which only the texts are stored: it was said here, or is from an AI OS database.
    fn messages_of_texts(&self, row: &TurnRow) -> Vec<Placed<Message>> {
        let mut parent = row.parent_id.and_then(|parent| self.last_message.get(&parent)).cloned();
        let sides = [(Role::User, &row.user_message, "user"), (Role::Assistant, &row.assistant_message, "assistant")];
        let mut messages = Vec::new();
        for (role, text, side) in sides.into_iter().filter(|(_, text, _)| !text.is_empty()) {
            let id = format!("{OWN_ID}{}-{side}", row.id);
            let mut message = Message::text(id.clone(), parent.as_deref(), role, text.as_str());
            message.created = Some(row.timestamp);
            message.model = row.model.clone().filter(|_| role == Role::Assistant);
            messages.push(Placed { position: None, message });
            parent = Some(id);
        }
        messages
    }
}

/// A row of `convo_turns` with its rating.
struct TurnRow {
    id: i64,
    parent_id: Option<i64>,
    timestamp: Timestamp,
    model: Option<String>,
    source_message_ids: Option<String>,
    messages_json: Option<String>,
    user_message: String,
    assistant_message: String,
    rating: Option<String>,
    /// What was said about the rating.
    feedback: Option<Feedback>,
}

impl TurnRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<TurnRow> {
        Ok(TurnRow {
            id: row.get(0)?,
            parent_id: row.get(1)?,
            timestamp: Timestamp::from_milliseconds(row.get(2)?),
            model: row.get(3)?,
            source_message_ids: row.get(4)?,
            messages_json: row.get(5)?,
            user_message: row.get(6)?,
            assistant_message: row.get(7)?,
            rating: row.get(8)?,
            feedback: Some(Feedback { reason: row.get(9)?, comment: row.get(10)? })
                .filter(|feedback| *feedback != Feedback::default()),
        })
    }
}
