//! Rated answers, to be looked through and to be learned from.

use super::{StoredRating, from_word, word};
use crate::{Error, error::During};
use aios_model::{Rating, Source, Timestamp};
use rusqlite::{Connection, Row, named_params};

/// Which ratings are meant; a field that says nothing leaves all in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RatingQuery {
    /// With this thumb.
    pub rating: Option<Rating>,
    /// Of answers of this model.
    pub model: Option<String>,
    /// Given at this moment or later.
    pub since: Option<Timestamp>,
    /// Given before this moment.
    pub until: Option<Timestamp>,
}

/// A rated answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RatedTurn {
    /// The turn.
    pub turn_id: i64,
    /// Its conversation.
    pub session_id: String,
    /// The name of that, if it has one.
    pub name: Option<String>,
    /// Where that was held.
    pub source: Source,
    /// The question, as markdown.
    pub user_message: String,
    /// The answer, as markdown.
    pub assistant_message: String,
    /// What was thought of it.
    pub rating: StoredRating,
}

/// Where a list of ratings goes on: the last one seen. It runs from the latest to the oldest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RatingCursor {
    /// When it was given.
    pub rated_at: Timestamp,
    /// Its turn.
    pub turn_id: i64,
}

/// How many there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RatingCounts {
    /// Good answers.
    pub up: u64,
    /// Bad answers.
    pub down: u64,
    /// Questions with a good and a bad answer, each good one with each bad one.
    pub pairs: u64,
}

const COLUMNS: &str = "turn.id, session_id, name, source, user_message, assistant_message, rated.rating, rated.reason, rated.comment, \
    rated.rated_at, coalesce(rated.model, turn.model), coalesce(rated.system_prompt, convos.system_prompt)";

const FROM: &str = "message_ratings AS rated JOIN convo_turns AS turn ON turn.id = rated.turn_id JOIN convos ON convos.id = turn.convo_id";

const CONDITIONS: &str = "(:model IS NULL OR coalesce(rated.model, turn.model) = :model) \
    AND rated.rated_at >= :since AND rated.rated_at < :until";

/// A good and a bad answer to the same words at the same place of a conversation.
const PAIR: &str = "message_ratings AS rated JOIN convo_turns AS turn ON turn.id = rated.turn_id \
    JOIN convo_turns AS other ON other.convo_id = turn.convo_id AND other.parent_id IS turn.parent_id \
        AND other.user_message = turn.user_message \
    JOIN message_ratings AS bad ON bad.turn_id = other.id AND bad.rating = 'down' \
    WHERE rated.rating = 'up'";

/// A page of rated answers, the latest rating first.
///
/// # Errors
/// What SQLite says.
pub fn list(
    connection: &Connection,
    query: &RatingQuery,
    after: Option<RatingCursor>,
    limit: u32,
) -> Result<Vec<RatedTurn>, Error> {
    const OPERATION: &str = "listing ratings";
    let sql = format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE {CONDITIONS} AND (:rating IS NULL OR rated.rating = :rating) \
         AND (rated.rated_at, rated.turn_id) < (:time, :turn) ORDER BY rated.rated_at DESC, rated.turn_id DESC LIMIT :limit"
    );
    let after = after.map_or((i64::MAX, i64::MAX), |after| (after.rated_at.milliseconds(), after.turn_id));
    let (since, until) = query.times();
    let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
    let rows = statement.query_map(
        named_params! {
            ":model": query.model, ":since": since, ":until": until, ":rating": query.rating.map(word),
            ":time": after.0, ":turn": after.1, ":limit": limit,
        },
        rated_turn,
    );
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// How many rated answers there are of each kind.
///
/// # Errors
/// What SQLite says.
pub fn counts(connection: &Connection, query: &RatingQuery) -> Result<RatingCounts, Error> {
    const OPERATION: &str = "counting ratings";
    let (since, until) = query.times();
    let count = |sql: &str| {
        let parameters = named_params! { ":model": query.model, ":since": since, ":until": until };
        connection.query_row(sql, parameters, |row| row.get::<_, i64>(0)).during(OPERATION)
    };
    let rated = |rating: Rating| match query.rating.is_none_or(|wanted| wanted == rating) {
        true => count(&format!("SELECT count(*) FROM {FROM} WHERE {CONDITIONS} AND rated.rating = '{}'", word(rating))),
        false => Ok(0),
    };
    Ok(RatingCounts {
        up: rated(Rating::Up)?.unsigned_abs(),
        down: rated(Rating::Down)?.unsigned_abs(),
        pairs: count(&format!("SELECT count(*) FROM {PAIR} AND {CONDITIONS}"))?.unsigned_abs(),
    })
}

/// A page of pairs of turns, the good one first; the query is about that one. `after` is the last pair seen.
///
/// # Errors
/// What SQLite says.
pub fn pairs(
    connection: &Connection,
    query: &RatingQuery,
    after: (i64, i64),
    limit: u32,
) -> Result<Vec<(i64, i64)>, Error> {
    const OPERATION: &str = "pairing ratings";
    let sql = format!(
        "SELECT turn.id, other.id FROM {PAIR} AND {CONDITIONS} AND (turn.id, other.id) > (:good, :bad) \
         ORDER BY turn.id, other.id LIMIT :limit"
    );
    let (since, until) = query.times();
    let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
    let parameters = named_params! {
        ":model": query.model, ":since": since, ":until": until, ":good": after.0, ":bad": after.1, ":limit": limit,
    };
    let rows = statement.query_map(parameters, |row| Ok((row.get(0)?, row.get(1)?)));
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// The rated answer of a turn.
///
/// # Errors
/// What SQLite says.
pub fn rated(connection: &Connection, turn_id: i64) -> Result<Option<RatedTurn>, Error> {
    const OPERATION: &str = "reading a rated answer";
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE rated.turn_id = ?1");
    let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
    let mut rows = statement.query_map([turn_id], rated_turn).during(OPERATION)?;
    rows.next().transpose().during(OPERATION)
}

impl RatingQuery {
    fn times(&self) -> (i64, i64) {
        (self.since.map_or(i64::MIN, Timestamp::milliseconds), self.until.map_or(i64::MAX, Timestamp::milliseconds))
    }
}

fn rated_turn(row: &Row<'_>) -> rusqlite::Result<RatedTurn> {
    let source: String = row.get(3)?;
    let rating: String = row.get(6)?;
    Ok(RatedTurn {
        turn_id: row.get(0)?,
        session_id: row.get(1)?,
        name: row.get(2)?,
        source: Source::from_name(&source),
        user_message: row.get(4)?,
        assistant_message: row.get(5)?,
        rating: StoredRating {
            // The table's own check leaves no third word.
            rating: from_word(&rating).unwrap_or(Rating::Down),
            reason: row.get(7)?,
            comment: row.get(8)?,
            rated_at: Timestamp::from_milliseconds(row.get(9)?),
            model: row.get(10)?,
            system_prompt: row.get(11)?,
        },
    })
}
