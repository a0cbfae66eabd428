//! Changes that were made to a copy while the history could not be reached, made here.

use crate::{Error, conversations, error::During, ratings};
use aios_model::{Intent, Replayed, Timestamp, WaitingChange};
use rusqlite::{Connection, OptionalExtension};

/// How long it is known that a change was made, in milliseconds: 90 days. A copy that was away for longer may ask for a change again, which then
/// finds the row as it left it, or changed since, and is not made either way.
const KEPT: i64 = 90 * 24 * 60 * 60 * 1000;

/// The most characters of a change's id, and of a name.
const MAXIMUM_ID: usize = 64;
const MAXIMUM_NAME: usize = 200;

const OPERATION: &str = "making changes that had waited";

/// Makes a change that had waited, unless it was made before, or the row was changed otherwise since: then it stays as it is. To be called in a
/// transaction.
///
/// # Errors
/// What SQLite says.
pub fn replay(connection: &Connection, waiting: &WaitingChange, now: Timestamp) -> Result<Replayed, Error> {
    if waiting.id.is_empty() || waiting.id.chars().count() > MAXIMUM_ID {
        return Ok(Replayed::Refused);
    }
    let mut find = connection.prepare_cached("SELECT outcome FROM replayed_changes WHERE id = ?1").during(OPERATION)?;
    let known: Option<String> = find.query_row([&waiting.id], |row| row.get(0)).optional().during(OPERATION)?;
    if let Some(outcome) = known {
        return Ok(from_word(&outcome));
    }
    let outcome = make(connection, &waiting.change, now)?;
    let mut forget = connection.prepare_cached("DELETE FROM replayed_changes WHERE at < ?1").during(OPERATION)?;
    forget.execute([now.milliseconds() - KEPT]).during(OPERATION)?;
    let mut remember = connection
        .prepare_cached("INSERT INTO replayed_changes (id, outcome, at) VALUES (?1, ?2, ?3)")
        .during(OPERATION)?;
    remember.execute((&waiting.id, word(outcome), now.milliseconds())).during(OPERATION)?;
    Ok(outcome)
}

fn make(connection: &Connection, change: &Intent, now: Timestamp) -> Result<Replayed, Error> {
    match change {
        Intent::Rename { session_id, before, name } => {
            let Some(summary) = conversations::get_summary(connection, session_id)? else { return Ok(Replayed::Gone) };
            let name = name.trim();
            if name.chars().count() > MAXIMUM_NAME {
                return Ok(Replayed::Refused);
            }
            let (is, was) = (summary.name.as_deref().unwrap_or_default(), before.as_deref().unwrap_or_default());
            if is == name {
                return Ok(Replayed::Made);
            }
            if is != was {
                return Ok(Replayed::Kept);
            }
            conversations::rename(connection, session_id, name)?;
        }
        Intent::Archive { session_id, archived } => {
            let change = if *archived { conversations::archive } else { conversations::unarchive };
            if !change(connection, session_id)? {
                return Ok(Replayed::Gone);
            }
        }
        Intent::Rate { turn, before, rating } => {
            // A word that is no rating is not "no rating".
            let known = |word: &Option<String>| match word.as_deref() {
                None => Some(None),
                Some(word) => ratings::from_word(word).map(Some),
            };
            let (Some(before), Some(rating)) = (known(before), known(rating)) else { return Ok(Replayed::Refused) };
            return rate(connection, *turn, before, rating, now);
        }
    }
    Ok(Replayed::Made)
}

fn rate(
    connection: &Connection,
    turn: i64,
    before: Option<aios_model::Rating>,
    rating: Option<aios_model::Rating>,
    now: Timestamp,
) -> Result<Replayed, Error> {
    let Some(session_id) = crate::turns::session_of(connection, turn)? else { return Ok(Replayed::Gone) };
    if conversations::get_summary(connection, &session_id)?.is_none() {
        return Ok(Replayed::Gone);
    }
    let is = ratings::get(connection, turn)?.map(|stored| stored.rating);
    if is == rating {
        return Ok(Replayed::Made);
    }
    if is != before {
        return Ok(Replayed::Kept);
    }
    match rating {
        Some(rating) => ratings::rate(connection, turn, rating, None, None, now)?,
        None => drop(ratings::unrate(connection, turn)?),
    }
    Ok(Replayed::Made)
}

const OUTCOMES: [(Replayed, &str); 4] =
    [(Replayed::Made, "made"), (Replayed::Kept, "kept"), (Replayed::Gone, "gone"), (Replayed::Refused, "refused")];

fn word(outcome: Replayed) -> &'static str {
    OUTCOMES.iter().find(|(one, _)| *one == outcome).map_or("refused", |(_, word)| word)
}

fn from_word(word: &str) -> Replayed {
    OUTCOMES.iter().find(|(_, one)| *one == word).map_or(Replayed::Refused, |(outcome, _)| *outcome)
}
