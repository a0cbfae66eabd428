//! Whether a database is as it should be, without changing it.

use crate::{Error, error::During, forget, schema};
use rusqlite::{Connection, OpenFlags};
use std::{path::Path, time::Duration};

const OPERATION: &str = "checking the database";

/// No more problems are told of one kind.
const TOLD: usize = 20;

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// The version of the schema.
    pub version: u32,
    /// Conversations.
    pub conversations: u64,
    /// Turns.
    pub turns: u64,
    /// Ratings.
    pub ratings: u64,
    /// Files that conversations have.
    pub files: u64,
    /// Turns and names that are not in the search index yet: it is brought up to date while the program runs.
    pub waiting: u64,
    /// Something that was deleted for good is not gone from the file yet: that happens while the program runs.
    pub forgets: bool,
    /// Words in the list of the search that no conversation outside of the trash has: they go with the next deletion for good.
    pub unused_words: u64,
    /// What is wrong, each as a sentence. Empty if all is well.
    pub problems: Vec<String>,
}

/// Reads a database from its first page to its last. It may be in use.
///
/// `file` is given the hash and the size of every stored file and says what is wrong with its bytes.
///
/// # Errors
/// [`Error::Newer`], [`Error::Foreign`], and what SQLite says where it cannot go on: the file is no database, for example.
pub fn run(path: &Path, file: impl FnMut(&str, u64) -> Option<String>) -> Result<Check, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).during(OPERATION)?;
    connection.busy_timeout(Duration::from_secs(10)).during(OPERATION)?;
    // All of it on one state.
    connection.execute_batch("PRAGMA cell_size_check = ON; BEGIN").during(OPERATION)?;
    let version = schema::version(&connection)?;
    // Since SQLite 3.44 it asks full-text indexes, too.
    let mut problems = texts(&connection, &format!("PRAGMA integrity_check({TOLD})"))?;
    problems.retain(|problem| problem != "ok");
    problems.extend(texts(
        &connection,
        &format!("SELECT 'a row of ' || \"table\" || ' refers to one of ' || parent || ' that is not there' FROM pragma_foreign_key_check LIMIT {TOLD}"),
    )?);
    let mut check = Check {
        version,
        conversations: 0,
        turns: 0,
        ratings: 0,
        files: 0,
        waiting: 0,
        forgets: false,
        unused_words: 0,
        problems,
    };
    if version < schema::VERSION {
        // What follows asks tables that an earlier version may not have.
        return Ok(check);
    }
    check.conversations = number(&connection, "SELECT count(*) FROM convos")?;
    check.turns = number(&connection, "SELECT count(*) FROM convo_turns")?;
    check.ratings = number(&connection, "SELECT count(*) FROM message_ratings")?;
    check.files = number(&connection, "SELECT count(*) FROM files")?;
    check.waiting = number(
        &connection,
        "SELECT (SELECT count(*) FROM search_pending_turns) + (SELECT count(*) FROM search_pending_names)",
    )?;
    check.forgets = forget::state(&connection)? != forget::State::Nothing;
    check.unused_words = number(&connection, UNUSED_WORDS)?;
    for (what, rows) in CONTRADICTIONS {
        let count = number(&connection, &format!("SELECT count(*) FROM ({rows})"))?;
        if count > 0 {
            check.problems.push(format!("{what} ({count} times)"));
        }
    }
    check.problems.extend(files(&connection, file)?);
    Ok(check)
}

/// A word has no quotation mark in it.
const UNUSED_WORDS: &str = r#"SELECT count(*) FROM search_words AS listed
    WHERE NOT EXISTS (SELECT 1 FROM search_texts WHERE search_texts MATCH '"' || listed.word || '"')
        AND NOT EXISTS (SELECT 1 FROM search_names WHERE search_names MATCH '"' || listed.word || '"')"#;

/// What must not be, and a query for where it is.
const CONTRADICTIONS: [(&str, &str); 5] = [
    (
        "a finished turn is neither in the search index nor noted for it",
        // What is in the trash is not searched.
        "SELECT id FROM convo_turns
            WHERE status <> 'streaming' AND convo_id NOT IN (SELECT id FROM convos WHERE trashed IS NOT NULL)
        EXCEPT SELECT turn_id FROM search_turns EXCEPT SELECT turn_id FROM search_pending_turns",
    ),
    (
        "the search index has a turn that is not there",
        "SELECT turn_id FROM search_turns EXCEPT SELECT id FROM convo_turns EXCEPT SELECT turn_id FROM search_pending_turns",
    ),
    (
        "a turn is not one deeper than the one before it",
        "SELECT 1 FROM convo_turns AS turn LEFT JOIN convo_turns AS parent ON parent.id = turn.parent_id
        WHERE turn.turn_index IS NOT iif(turn.parent_id IS NULL, 0, parent.turn_index + 1) OR parent.convo_id <> turn.convo_id",
    ),
    (
        "the turns of a conversation are miscounted",
        "SELECT 1 FROM convos WHERE turn_count <> (SELECT count(*) FROM convo_turns WHERE convo_id = convos.id)",
    ),
    (
        "the open branch of a conversation is not one of its own",
        "SELECT 1 FROM convos LEFT JOIN convo_turns AS turn ON turn.id = active_turn
        WHERE active_turn IS NOT NULL AND turn.convo_id IS NOT convos.id",
    ),
];

fn files(connection: &Connection, mut file: impl FnMut(&str, u64) -> Option<String>) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare("SELECT hash, size FROM files ORDER BY hash").during(OPERATION)?;
    let mut rows = statement.query([]).during(OPERATION)?;
    let mut problems = Vec::new();
    while let Some(row) = rows.next().during(OPERATION)? {
        let (hash, size): (String, i64) = row.get(0).and_then(|hash| Ok((hash, row.get(1)?))).during(OPERATION)?;
        problems.extend(file(&hash, size.unsigned_abs()));
    }
    let more = problems.len().saturating_sub(TOLD);
    problems.truncate(TOLD);
    if more > 0 {
        problems.push(format!("{more} more files are missing or not as they were"));
    }
    Ok(problems)
}

fn number(connection: &Connection, sql: &str) -> Result<u64, Error> {
    let number: i64 = connection.query_row(sql, [], |row| row.get(0)).during(OPERATION)?;
    Ok(number.unsigned_abs())
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare(sql).during(OPERATION)?;
    let rows = statement.query_map([], |row| row.get(0));
    rows.and_then(Iterator::collect).during(OPERATION)
}
