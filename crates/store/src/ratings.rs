//! What a reader thought of an answer: at most one rating a turn.

use crate::{Error, error::During};
use aios_model::{Rating, Timestamp};
use rusqlite::{Connection, OptionalExtension};

mod list;

pub use self::list::{RatedTurn, RatingCounts, RatingCursor, RatingQuery, counts, list, pairs, rated};

/// A rating with what was said about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredRating {
    /// The thumb.
    pub rating: Rating,
    /// Why, as a tag or a few words.
    pub reason: Option<String>,
    /// More words.
    pub comment: Option<String>,
    /// When it was given.
    pub rated_at: Timestamp,
    /// The model that had answered.
    pub model: Option<String>,
    /// The instructions that it had, as they were.
    pub system_prompt: Option<String>,
}

/// Rates a turn, or changes its rating. Model and instructions are kept as they are at this moment.
///
/// # Errors
/// [`Error::NoTurn`] if there is no such turn; what SQLite says.
pub fn rate(
    connection: &Connection,
    turn_id: i64,
    rating: Rating,
    reason: Option<&str>,
    comment: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    const OPERATION: &str = "rating a turn";
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO message_ratings (turn_id, rating, reason, comment, rated_at, model, system_prompt)
            SELECT turn.id, ?2, ?3, ?4, ?5, turn.model, convos.system_prompt
            FROM convo_turns AS turn JOIN convos ON convos.id = turn.convo_id WHERE turn.id = ?1
            ON CONFLICT (turn_id) DO UPDATE SET rating = excluded.rating, reason = excluded.reason,
                comment = excluded.comment, rated_at = excluded.rated_at, model = excluded.model,
                system_prompt = excluded.system_prompt, imported = 0, import_number = NULL",
        )
        .during(OPERATION)?;
    let written = statement.execute((turn_id, word(rating), reason, comment, now.milliseconds())).during(OPERATION)?;
    if written == 0 {
        return Err(Error::NoTurn { turn_id });
    }
    let mut forget =
        connection.prepare_cached("DELETE FROM ratings_taken_back WHERE turn_id = ?1").during(OPERATION)?;
    forget.execute([turn_id]).during(OPERATION)?;
    Ok(())
}

/// Takes a rating back. `false` if there was none. One that was taken back does not come again with an import.
///
/// # Errors
/// What SQLite says.
pub fn unrate(connection: &Connection, turn_id: i64) -> Result<bool, Error> {
    const OPERATION: &str = "removing a rating";
    let mut statement =
        connection.prepare_cached("DELETE FROM message_ratings WHERE turn_id = ?1").during(OPERATION)?;
    let existed = statement.execute([turn_id]).during(OPERATION)? > 0;
    if existed {
        let mut remember =
            connection.prepare_cached("INSERT OR IGNORE INTO ratings_taken_back VALUES (?1)").during(OPERATION)?;
        remember.execute([turn_id]).during(OPERATION)?;
    }
    Ok(existed)
}

/// The rating of a turn; `None` if it has none.
///
/// # Errors
/// What SQLite says.
pub fn get(connection: &Connection, turn_id: i64) -> Result<Option<StoredRating>, Error> {
    const OPERATION: &str = "reading a rating";
    let mut statement = connection
        .prepare_cached(
            "SELECT rating, reason, comment, rated_at, model, system_prompt FROM message_ratings WHERE turn_id = ?1",
        )
        .during(OPERATION)?;
    statement
        .query_row([turn_id], |row| {
            let rating: String = row.get(0)?;
            Ok(StoredRating {
                // The table's own check leaves no third word.
                rating: from_word(&rating).unwrap_or(Rating::Down),
                reason: row.get(1)?,
                comment: row.get(2)?,
                rated_at: Timestamp::from_milliseconds(row.get(3)?),
                model: row.get(4)?,
                system_prompt: row.get(5)?,
            })
        })
        .optional()
        .during(OPERATION)
}

/// The word for a rating in the database.
pub(crate) const fn word(rating: Rating) -> &'static str {
    match rating {
        Rating::Up => "up",
        Rating::Down => "down",
    }
}

/// The rating with that word.
pub(crate) fn from_word(word: &str) -> Option<Rating> {
    match word {
        "up" => Some(Rating::Up),
        "down" => Some(Rating::Down),
        _ => None,
    }
}
