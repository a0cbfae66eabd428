//! Writing an imported conversation: for the first time, or into what is there.

use super::{
    SaveOptions,
    changes::{self, Description},
    origin::{Origin, Positions},
};
use crate::{
    Error,
    encoding::{Placed, Texts, encode},
    error::During,
    ratings, search,
    text::preview,
};
use aios_model::{Conversation, Role, Timestamp, Turn, TurnTree};
use rusqlite::{CachedStatement, Connection};

mod known;
pub(super) mod reindex;

use known::{Known, Match};

const OPERATION: &str = "storing a conversation";

/// Writes a conversation that is not there yet.
pub(super) fn insert(
    connection: &Connection,
    session_id: &str,
    conversation: &Conversation,
    tree: &TurnTree<'_>,
    hash: &str,
    (options, import): (SaveOptions<'_>, Option<i64>),
    now: Timestamp,
) -> Result<(), Error> {
    let times = Times::of(conversation);
    let started = times.first.unwrap_or(now);
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO convos (session_id, name, started, last_updated, archived, pinned, source, source_id, channel,
                content_hash, import_id, project, system_prompt)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'import', ?9, ?10, ?11, ?12)",
        )
        .during(OPERATION)?;
    let convo_id = statement
        .insert((
            session_id,
            &conversation.title,
            started.milliseconds(),
            times.last.unwrap_or(now).milliseconds(),
            conversation.archived,
            conversation.starred,
            conversation.source.as_str(),
            &conversation.source_id,
            hash,
            options.import_id,
            &conversation.project,
            &conversation.system_prompt,
        ))
        .during(OPERATION)?;
    // Copies hear of it by the update below.
    if conversation.title.is_some() {
        search::note_name(connection, convo_id)?;
    }
    let positions = Positions::new(conversation);
    let matches = vec![Match::New; tree.turns.len()];
    let writer = Writer { connection, convo_id, import, started, positions: &positions, keep: false };
    let written = writer.write(tree, &matches)?;
    let active_turn = tree.active.map(|active| written.places[active].turn_id);
    let origin = Origin::new(conversation, tree, &positions, active_turn);
    let mut statement = connection
        .prepare_cached(
            "UPDATE convos SET turn_count = ?2, active_turn = ?3, preview = ?4, model = ?5, origin_json = ?6 WHERE id = ?1",
        )
        .during(OPERATION)?;
    statement
        .execute((
            convo_id,
            written.inserted,
            active_turn,
            written.preview,
            model(conversation, tree),
            origin.to_json()?,
        ))
        .during(OPERATION)?;
    Ok(())
}

/// Merges a later export (or an earlier one) into a conversation that is there. `false` if it held nothing new.
///
/// An earlier export, by the time it was last updated, only adds what is missing.
pub(super) fn merge(
    connection: &Connection,
    convo_id: i64,
    conversation: &Conversation,
    tree: &TurnTree<'_>,
    hash: &str,
    import: Option<i64>,
    now: Timestamp,
) -> Result<bool, Error> {
    let before = Description::read(connection, convo_id)?;
    let mut statement = connection
        .prepare_cached("SELECT session_id, active_turn, origin_json, started FROM convos WHERE id = ?1")
        .during(OPERATION)?;
    let (session_id, active_turn, origin_json, started): (String, Option<i64>, Option<String>, i64) = statement
        .query_row([convo_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .during(OPERATION)?;
    let origin = Origin::from_json(&session_id, origin_json.as_deref())?;
    let is_earlier = matches!((conversation.updated, origin.updated), (Some(new), Some(old)) if new < old);
    let positions = Positions::new(conversation);
    let matches = Known::load(connection, convo_id)?.matches(tree);
    let started = Timestamp::from_milliseconds(started);
    let writer = Writer { connection, convo_id, import, started, positions: &positions, keep: is_earlier };
    let written = writer.write(tree, &matches)?;
    if written.moved {
        reindex::reindex(connection, convo_id)?;
    }
    let mut statement =
        connection.prepare_cached("UPDATE convos SET turn_count = turn_count + ?2 WHERE id = ?1").during(OPERATION)?;
    statement.execute((convo_id, written.inserted)).during(OPERATION)?;
    let has_new_turns = written.inserted > 0 || written.updated > 0;
    if is_earlier {
        return Ok(has_new_turns);
    }
    let new_active = tree.active.map(|active| written.places[active].turn_id);
    // Whoever went on here, or looks at another branch, stays there.
    let follows = active_turn.is_none() || active_turn == origin.active_turn;
    let times = Times::of(conversation);
    let mut statement = connection
        .prepare_cached(
            "UPDATE convos SET content_hash = ?2, origin_json = ?3, project = iif(moved_here, project, ?4), name = iif(named_here, name, ?5),
                system_prompt = coalesce(system_prompt, ?6), preview = iif(?7 = '', preview, ?7),
                active_turn = iif(?8, ?9, active_turn), model = iif(?8, ?10, model),
                started = min(started, ?11), last_updated = max(last_updated, ?12) WHERE id = ?1",
        )
        .during(OPERATION)?;
    statement
        .execute((
            convo_id,
            hash,
            Origin::new(conversation, tree, &positions, new_active).to_json()?,
            &conversation.project,
            &conversation.title,
            &conversation.system_prompt,
            written.preview,
            follows,
            new_active,
            model(conversation, tree),
            times.first.unwrap_or(now).milliseconds(),
            times.last.unwrap_or(Timestamp::MIN).milliseconds(),
        ))
        .during(OPERATION)?;
    let after = Description::read(connection, convo_id)?;
    let is_other = after.is_other_than(&before);
    if let Some(import) = import {
        changes::record_conversation(connection, import, convo_id, before, after)?;
    }
    Ok(has_new_turns || is_other)
}

/// The model of the latest answer that is shown, else that of the whole conversation.
fn model<'a>(conversation: &'a Conversation, tree: &'a TurnTree<'_>) -> Option<&'a str> {
    let active = tree.active.and_then(|active| tree.turns.get(active));
    active.and_then(|turn| turn.model()).or(conversation.model.as_deref())
}

/// The first and the last moment that a conversation names.
struct Times {
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl Times {
    fn of(conversation: &Conversation) -> Times {
        let said = || conversation.messages.iter().filter_map(|message| message.created);
        Times {
            first: conversation.created.or_else(|| said().min()).or(conversation.updated),
            last: conversation.updated.or_else(|| said().max()).or(conversation.created),
        }
    }
}

/// Where a turn was written.
#[derive(Clone, Copy)]
struct Place {
    turn_id: i64,
    turn_index: i64,
    timestamp: Timestamp,
}

/// What was written.
#[derive(Default)]
struct Written {
    /// For each turn of the tree.
    places: Vec<Place>,
    inserted: u32,
    /// Turns that were there with other words or in another place.
    updated: u32,
    /// A turn that was there has another depth now, so those under it may have as well.
    moved: bool,
    /// Of the first question.
    preview: String,
}

/// Writes the turns of one conversation.
struct Writer<'a> {
    connection: &'a Connection,
    convo_id: i64,
    /// The number of the import that brings them.
    import: Option<i64>,
    /// The time of turns that have none.
    started: Timestamp,
    positions: &'a Positions<'a>,
    /// Leave turns that are there as they are.
    keep: bool,
}

const INSERT: &str =
    "INSERT INTO convo_turns (convo_id, parent_id, turn_index, timestamp, model, source_message_ids, user_message,
        assistant_message, messages_json, import_number)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

/// The values of a turn's row.
struct Values {
    parent_id: Option<i64>,
    turn_index: i64,
    timestamp: Timestamp,
    model: Option<String>,
    source_message_ids: String,
    user_message: String,
    assistant_message: String,
    messages_json: String,
}

impl Writer<'_> {
    fn write(&self, tree: &TurnTree<'_>, matches: &[Match]) -> Result<Written, Error> {
        let mut written = Written::default();
        // Once for all turns: finding the statement again costs as much as a tenth of running it.
        let mut insert = self.connection.prepare_cached(INSERT).during(OPERATION)?;
        let mut new: Option<(i64, i64)> = None;
        let mut rated = Vec::new();
        for (number, (turn, found)) in tree.turns.iter().zip(matches).enumerate() {
            let parent = turn.parent.map(|parent| written.places[parent]);
            let values = self.values(turn, parent)?;
            if written.preview.is_empty() {
                written.preview = preview(&values.user_message);
            }
            let mut place = Place { turn_id: 0, turn_index: values.turn_index, timestamp: values.timestamp };
            match *found {
                Match::New => {
                    place.turn_id = self.insert(&mut insert, &values)?;
                    written.inserted += 1;
                    new = Some((new.map_or(place.turn_id, |(first, _)| first), place.turn_id));
                    // One that is new has no rating to take away.
                    if turn.rating().is_some() {
                        rated.push(number);
                    }
                }
                Match::Same { turn_id, turn_index } if !self.keep => {
                    place.turn_id = turn_id;
                    written.moved |= turn_index != values.turn_index;
                    if self.update(turn_id, &values)? {
                        written.updated += 1;
                        self.rate(turn, place)?;
                    }
                }
                Match::Same { turn_id, turn_index } | Match::Covered { turn_id, turn_index } => {
                    place = Place { turn_id, turn_index, ..place };
                }
            }
            written.places.push(place);
        }
        // All at once: two statements for each turn were a good part of the time of an import. No other row came between them.
        if let Some((first, last)) = new {
            crate::changes::note_turns(self.connection, first, last)?;
            search::note_turns(self.connection, first, last)?;
        }
        for number in rated {
            self.rate(&tree.turns[number], written.places[number])?;
        }
        Ok(written)
    }

    fn values(&self, turn: &Turn<'_>, parent: Option<Place>) -> Result<Values, Error> {
        let (user_message, assistant_message) = (turn.user_text(), turn.assistant_text());
        let texts = Texts { user: &user_message, assistant: &assistant_message };
        let messages: Vec<_> = turn
            .messages
            .iter()
            .map(|message| Placed { position: self.positions.of(message), message: *message })
            .collect();
        let messages_json = encode(&messages, texts, false)?;
        let ids: Vec<&str> = turn.messages.iter().map(|message| message.id.as_str()).collect();
        Ok(Values {
            parent_id: parent.map(|parent| parent.turn_id),
            turn_index: parent.map_or(0, |parent| parent.turn_index + 1),
            timestamp: turn.created().or(parent.map(|parent| parent.timestamp)).unwrap_or(self.started),
            model: turn.model().map(str::to_owned),
            source_message_ids: serde_json::to_string(&ids).during(OPERATION)?,
            user_message,
            assistant_message,
            messages_json,
        })
    }

    /// The caller notes it for the search and for copies.
    fn insert(&self, insert: &mut CachedStatement<'_>, values: &Values) -> Result<i64, Error> {
        insert
            .insert((
                self.convo_id,
                values.parent_id,
                values.turn_index,
                values.timestamp.milliseconds(),
                &values.model,
                &values.source_message_ids,
                &values.user_message,
                &values.assistant_message,
                &values.messages_json,
                self.import,
            ))
            .during(OPERATION)
    }

    /// `false` if the row had these values already. What it was is kept for undoing the import.
    fn update(&self, turn_id: i64, values: &Values) -> Result<bool, Error> {
        let mut select = self
            .connection
            .prepare_cached(
                "SELECT 1 FROM convo_turns
                WHERE id = ?1 AND (parent_id IS NOT ?2 OR turn_index <> ?3 OR timestamp <> ?4 OR model IS NOT ?5
                    OR source_message_ids IS NOT ?6 OR user_message <> ?7 OR assistant_message <> ?8
                    OR messages_json IS NOT ?9)",
            )
            .during(OPERATION)?;
        let parameters = (
            turn_id,
            values.parent_id,
            values.turn_index,
            values.timestamp.milliseconds(),
            &values.model,
            &values.source_message_ids,
            &values.user_message,
            &values.assistant_message,
            &values.messages_json,
        );
        if !select.exists(parameters).during(OPERATION)? {
            return Ok(false);
        }
        if let Some(import) = self.import {
            changes::record_turn(self.connection, import, self.convo_id, turn_id)?;
        }
        let mut update = self
            .connection
            .prepare_cached(
                "UPDATE convo_turns SET parent_id = ?2, turn_index = ?3, timestamp = ?4, model = ?5,
                    source_message_ids = ?6, user_message = ?7, assistant_message = ?8, messages_json = ?9 WHERE id = ?1",
            )
            .during(OPERATION)?;
        update.execute(parameters).during(OPERATION)?;
        Ok(true)
    }

    /// Takes over the rating that the export has, or that it has none, unless there is one given here or it was taken back here.
    fn rate(&self, turn: &Turn<'_>, place: Place) -> Result<(), Error> {
        // As `Turn::rating`: the last rated answer speaks for the turn.
        let mut answers = turn.messages.iter().rev().filter(|message| message.role == Role::Assistant);
        let rated = answers.find_map(|message| Some((message.rating?, message.feedback.as_ref())));
        let Some((rating, feedback)) = rated else {
            let mut statement = self
                .connection
                .prepare_cached("DELETE FROM message_ratings WHERE turn_id = ?1 AND imported")
                .during(OPERATION)?;
            statement.execute([place.turn_id]).during(OPERATION)?;
            return Ok(());
        };
        // The import that brought a rating is the first that had it as it is.
        let mut statement = self
            .connection
            .prepare_cached(
                "INSERT INTO message_ratings (turn_id, rating, reason, comment, rated_at, model, imported, import_number)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, 1, ?7
                WHERE NOT EXISTS (SELECT 1 FROM ratings_taken_back WHERE turn_id = ?1)
                ON CONFLICT (turn_id) DO UPDATE SET rating = excluded.rating, reason = excluded.reason,
                    comment = excluded.comment, rated_at = excluded.rated_at, model = excluded.model,
                    import_number = excluded.import_number
                WHERE imported AND (rating <> excluded.rating OR reason IS NOT excluded.reason OR comment IS NOT excluded.comment)",
            )
            .during(OPERATION)?;
        statement
            .execute((
                place.turn_id,
                ratings::word(rating),
                feedback.and_then(|feedback| feedback.reason.as_deref()),
                feedback.and_then(|feedback| feedback.comment.as_deref()),
                place.timestamp.milliseconds(),
                turn.model(),
                self.import,
            ))
            .during(OPERATION)?;
        Ok(())
    }
}
