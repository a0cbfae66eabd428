//! Saving a whole view of a conversation, beside others who save theirs.

use super::find;
use crate::{
    Error, changes,
    conversations::{self, NewConversation},
    encoding::{Placed, Texts, encode, source_ids},
    error::During,
    ratings, search,
    text::preview,
};
use aios_model::{Conversation, Message, Source, Timestamp, Turn, turns};
use rusqlite::Connection;
use std::collections::HashMap;

const OPERATION: &str = "saving a conversation";

/// What saving a view of a conversation wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SavedMessages {
    /// Turns that were not there.
    pub added: u32,
    /// Questions that were there and got their answer.
    pub completed: u32,
}

/// Writes what a view of a conversation has and the history has not; begins the conversation if it does not exist. Rows are merged, never
/// replaced: turns that the view does not know stay, turns that are there stay as they are, a question without an answer gets the one of the view,
/// and a first message whose parent is there is hung under that. Two who save different views both keep their turns.
///
/// Messages are recognised by their ids: those that the writer gave them when they were saved first, or those that an export gives them. What
/// is added becomes the branch that is shown.
///
/// # Errors
/// [`Error::InTrash`]; what SQLite says; [`Error::Corrupt`] if what is there cannot be read.
pub fn save_messages(
    connection: &Connection,
    session_id: &str,
    messages: &[Message],
    now: Timestamp,
) -> Result<SavedMessages, Error> {
    crate::atomically(connection, OPERATION, || {
        let convo_id = match find(connection, session_id)? {
            Some((convo_id, _)) => convo_id,
            None => conversations::insert(connection, &NewConversation::new(session_id), now)?,
        };
        let mut view = Conversation::new(Source::AIOS, session_id);
        view.messages = messages.to_vec();
        Merge { connection, convo_id, now, known: Known::load(connection, convo_id)? }.save(&view)
    })
}

/// Where a turn is.
#[derive(Clone, Copy)]
struct Place {
    turn_id: i64,
    depth: i64,
    has_answer: bool,
}

/// The turns that are there, by the ids of their messages.
struct Known {
    by_last: HashMap<String, Place>,
    by_any: HashMap<String, Place>,
}

impl Known {
    fn load(connection: &Connection, convo_id: i64) -> Result<Known, Error> {
        let mut statement = connection
            .prepare_cached(
                "SELECT id, turn_index, assistant_message <> '', source_message_ids, user_message <> '' FROM convo_turns
                WHERE convo_id = ?1 ORDER BY id DESC",
            )
            .during(OPERATION)?;
        let rows = statement.query_map([convo_id], |row| {
            let place = Place { turn_id: row.get(0)?, depth: row.get(1)?, has_answer: row.get(2)? };
            Ok((place, row.get::<_, Option<String>>(3)?, row.get::<_, bool>(4)?))
        });
        let rows = rows.during(OPERATION)?;
        let mut known = Known { by_last: HashMap::new(), by_any: HashMap::new() };
        for row in rows {
            let (place, ids, has_question) = row.during(OPERATION)?;
            let ids = match ids {
                Some(ids) => source_ids(place.turn_id, Some(&ids))?,
                None => crate::exports::ids_of_here(place.turn_id, has_question, place.has_answer),
            };
            known.learn(place, &ids);
        }
        Ok(known)
    }

    fn learn(&mut self, place: Place, ids: &[String]) {
        self.by_last.extend(ids.last().map(|last| (last.clone(), place)));
        // The oldest of those that share a question stands for it: it is read last.
        self.by_any.extend(ids.iter().map(|id| (id.clone(), place)));
    }
}

struct Merge<'a> {
    connection: &'a Connection,
    convo_id: i64,
    now: Timestamp,
    known: Known,
}

impl Merge<'_> {
    fn save(mut self, view: &Conversation) -> Result<SavedMessages, Error> {
        let tree = turns(view);
        let mut saved = SavedMessages::default();
        let mut places: Vec<Place> = Vec::with_capacity(tree.turns.len());
        let mut is_new = vec![false; tree.turns.len()];
        let mut last_said = None;
        for (number, turn) in tree.turns.iter().enumerate() {
            let ids: Vec<String> = turn.messages.iter().map(|message| message.id.clone()).collect();
            let question = ids.iter().rev().skip(1).find_map(|id| self.known.by_last.get(id)).copied();
            let here = ids.last().and_then(|last| self.known.by_last.get(last).or_else(|| self.known.by_any.get(last)));
            let place = match (here.copied(), question) {
                (Some(place), _) => place,
                (None, Some(place)) if !place.has_answer => {
                    self.complete(place, turn, &ids)?;
                    saved.completed += 1;
                    Place { has_answer: true, ..place }
                }
                (None, _) => {
                    let above = turn.parent.map(|parent| places[parent]);
                    let hung = || turn.messages.first().and_then(|first| self.known.by_any.get(first.parent.as_ref()?));
                    let place = self.add(turn, &ids, above.or_else(|| hung().copied()))?;
                    saved.added += 1;
                    is_new[number] = true;
                    last_said = last_said.max(turn.messages.iter().filter_map(|message| message.created).max());
                    place
                }
            };
            self.known.learn(place, &ids);
            places.push(place);
        }
        if saved != SavedMessages::default() {
            let shown = tree.active.filter(|active| is_new[*active]).map(|active| places[active].turn_id);
            let newest = is_new.iter().rposition(|is_new| *is_new).map(|number| places[number].turn_id);
            let model = tree.active.and_then(|active| tree.turns[active].model());
            let first = tree.turns.first().map(Turn::user_text).unwrap_or_default();
            let mut update = self
                .connection
                .prepare_cached(
                    "UPDATE convos SET turn_count = turn_count + ?2, active_turn = coalesce(?3, active_turn),
                        last_updated = max(last_updated, ?4), model = coalesce(?5, model),
                        preview = iif(preview = '', ?6, preview) WHERE id = ?1",
                )
                .during(OPERATION)?;
            let said = last_said.unwrap_or(self.now).milliseconds();
            update
                .execute((self.convo_id, saved.added, shown.or(newest), said, model, preview(&first)))
                .during(OPERATION)?;
        }
        Ok(saved)
    }

    fn add(&self, turn: &Turn<'_>, ids: &[String], parent: Option<Place>) -> Result<Place, Error> {
        let (user, assistant) = (turn.user_text(), turn.assistant_text());
        let depth = parent.map_or(0, |parent| parent.depth + 1);
        let mut insert = self
            .connection
            .prepare_cached(
                "INSERT INTO convo_turns (convo_id, parent_id, turn_index, timestamp, model, source_message_ids,
                    user_message, assistant_message, messages_json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )
            .during(OPERATION)?;
        let turn_id = insert
            .insert((
                self.convo_id,
                parent.map(|parent| parent.turn_id),
                depth,
                turn.created().unwrap_or(self.now).milliseconds(),
                turn.model(),
                serde_json::to_string(ids).during(OPERATION)?,
                &user,
                &assistant,
                messages_json(turn, &user, &assistant)?,
            ))
            .during(OPERATION)?;
        changes::note_turn(self.connection, turn_id)?;
        search::note_turn(self.connection, turn_id)?;
        if let Some(rating) = turn.rating() {
            ratings::rate(self.connection, turn_id, rating, None, None, self.now)?;
        }
        Ok(Place { turn_id, depth, has_answer: !assistant.is_empty() })
    }

    fn complete(&self, place: Place, turn: &Turn<'_>, ids: &[String]) -> Result<(), Error> {
        let (user, assistant) = (turn.user_text(), turn.assistant_text());
        let mut update = self
            .connection
            .prepare_cached(
                "UPDATE convo_turns SET user_message = ?2, assistant_message = ?3, messages_json = ?4,
                    source_message_ids = ?5, model = coalesce(?6, model), status = 'complete' WHERE id = ?1",
            )
            .during(OPERATION)?;
        update
            .execute((
                place.turn_id,
                &user,
                &assistant,
                messages_json(turn, &user, &assistant)?,
                serde_json::to_string(ids).during(OPERATION)?,
                turn.model(),
            ))
            .during(OPERATION)?;
        Ok(())
    }
}

fn messages_json(turn: &Turn<'_>, user: &str, assistant: &str) -> Result<String, Error> {
    let placed: Vec<_> = turn.messages.iter().map(|message| Placed { position: None, message: *message }).collect();
    encode(&placed, Texts { user, assistant }, false)
}
