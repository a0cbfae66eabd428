//! Taking out of the file what was deleted for good.
//!
//! A row that is deleted leaves its bytes behind: in the pieces of the full-text index until these are merged, in the list of words, in the samples of the
//! query planner, in pages and parts of pages that nothing uses, and in the log. A *round* takes all of it out, in steps of some milliseconds that are
//! each a transaction with the note of where it goes on (`forgetting`), so that nobody waits for it and a program that ends in the middle goes on.
//!
//! Triggers ask for a round when a turn or a conversation is deleted; [`ask`] does otherwise. What is deleted while a round overwrites pages gets the next one.
//! Copies elsewhere, as backups, are not the round's business.

use crate::{Error, error::During, search};
use rusqlite::Connection;

mod pages;

/// Where a round is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing that was deleted is left.
    Nothing,
    /// Something was deleted since the last round began, and none is under way.
    Asked,
    /// A round is under way: [`step`] goes on.
    Running,
    /// Only the journal is left: the round is to be [ended](end), outside of a transaction.
    Journal,
}

/// The stages of a round, as they are stored.
mod stage {
    /// No round.
    pub const NONE: i64 = 0;
    /// The index of texts lets go of turns that are gone.
    pub const TEXTS: i64 = 1;
    /// The index of names does.
    pub const NAMES: i64 = 2;
    /// Words that nothing has any more leave the list.
    pub const WORDS: i64 = 3;
    /// What no page uses is overwritten.
    pub const PAGES: i64 = 4;
    /// The journal is emptied.
    pub const JOURNAL: i64 = 5;
}

const OPERATION: &str = "forgetting what was deleted";

struct Round {
    asked: bool,
    stage: i64,
    position: i64,
}

/// Asks for a round. Whoever changes a text so that what it was before is to be gone does this; deleting does it by itself.
///
/// # Errors
/// What SQLite says.
pub fn ask(connection: &Connection) -> Result<(), Error> {
    let mut ask = connection.prepare_cached("UPDATE forgetting SET asked = 1 WHERE asked = 0").during(OPERATION)?;
    ask.execute([]).map(drop).during(OPERATION)
}

/// Where the round is.
///
/// # Errors
/// What SQLite says.
pub fn state(connection: &Connection) -> Result<State, Error> {
    let round = round(connection)?;
    Ok(match round.stage {
        stage::NONE if round.asked => State::Asked,
        stage::NONE => State::Nothing,
        stage::JOURNAL => State::Journal,
        _ => State::Running,
    })
}

/// Begins a round, or does a step of the one that is under way: to be called in a transaction of its own, and again as long as it is
/// [`Running`](State::Running) afterwards. What has changed has to be in the search index before ([`search::index_pending`]): otherwise it does nothing.
///
/// # Errors
/// What SQLite says.
pub fn step(connection: &Connection) -> Result<State, Error> {
    let round = round(connection)?;
    // Whatever was deleted since is taken along while that costs nothing twice.
    let is_early = matches!(round.stage, stage::NONE | stage::TEXTS | stage::NAMES | stage::WORDS);
    if round.asked && is_early {
        if search::pending(connection, 1)? > 0 {
            return Ok(State::Asked);
        }
        go_on(connection, stage::TEXTS, 0)?;
        connection.execute("UPDATE forgetting SET asked = 0", []).during(OPERATION)?;
        return Ok(State::Running);
    }
    let next = |position: Option<i64>| position.map_or((round.stage + 1, 0), |position| (round.stage, position));
    let (stage, position) = match round.stage {
        stage::TEXTS => next(search::forget::merge(connection, search::forget::TEXTS, round.position)?),
        stage::NAMES => next(search::forget::merge(connection, search::forget::NAMES, round.position)?),
        stage::WORDS => match search::forget::sweep(connection, round.position)? {
            Some(position) => (stage::WORDS, position),
            None => {
                forget_samples(connection)?;
                (stage::PAGES, 1)
            }
        },
        stage::PAGES => match pages::scrub(connection, round.position)? {
            Some(position) => (stage::PAGES, position),
            None => (stage::JOURNAL, 0),
        },
        _ => return state(connection),
    };
    go_on(connection, stage, position)?;
    state(connection)
}

/// Ends a round: moves the write-ahead log into the file and empties it, or a journal that is kept between transactions. Not to be called in a
/// transaction. `false` if somebody still reads what is in the log, for as long as the connection waits for locks: then it is to be tried again later.
///
/// # Errors
/// What SQLite says.
pub fn end(connection: &Connection) -> Result<bool, Error> {
    let is_busy: bool =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).during(OPERATION)?;
    if is_busy {
        return Ok(false);
    }
    let limit = |limit: i64| {
        let set = connection.pragma_update_and_check(None, "journal_size_limit", limit, |_| Ok(()));
        set.during(OPERATION)
    };
    let before = connection.pragma_query_value(None, "journal_size_limit", |row| row.get(0)).during(OPERATION)?;
    limit(0)?;
    let ended = go_on(connection, stage::NONE, 0);
    limit(before)?;
    ended.map(|()| true)
}

fn round(connection: &Connection) -> Result<Round, Error> {
    let mut select = connection.prepare_cached("SELECT asked, stage, position FROM forgetting").during(OPERATION)?;
    let round = select.query_row([], |row| Ok(Round { asked: row.get(0)?, stage: row.get(1)?, position: row.get(2)? }));
    round.during(OPERATION)
}

fn go_on(connection: &Connection, stage: i64, position: i64) -> Result<(), Error> {
    let mut update = connection.prepare_cached("UPDATE forgetting SET stage = ?1, position = ?2").during(OPERATION)?;
    update.execute((stage, position)).map(drop).during(OPERATION)
}

/// The query planner keeps some keys of each index as they are. It does without until it takes new ones.
fn forget_samples(connection: &Connection) -> Result<(), Error> {
    let mut exists =
        connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat4'").during(OPERATION)?;
    if exists.exists([]).during(OPERATION)? {
        connection.execute("DELETE FROM sqlite_stat4", []).during(OPERATION)?;
    }
    Ok(())
}
