//! Bringing the index up to date.

use super::{
    document::{Document, MARK, Texts, is_topic},
    tokens::each,
};
use crate::{Error, encoding, error::During};
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashSet;

const OPERATION: &str = "indexing";

/// How many bytes of text are indexed at once, so that memory and the time that the database is locked are bounded.
const STEP_BYTES: usize = 4 * 1024 * 1024;

/// How many turns are looked at for one step.
const STEP_TURNS: u32 = 5000;

/// With more turns than these at once, it pays to remember very many words.
const MANY: usize = 100;

/// How long a key lasts, in milliseconds. The index holds the differences between keys: coarse ones are fewer bytes.
const KEY_TIME: i64 = 8000;

/// Keys after a taken one that are tried one by one.
const NEXT_KEYS: i64 = 16;

/// How far a free key is looked for before the search goes on behind that stretch.
const STRETCH: i64 = 65_536;

/// The longest word that goes into the list of words, in bytes.
const MAXIMUM_LISTED: usize = 32;

/// How many turns and names are not in the index as they are, at most `limit`.
///
/// # Errors
/// What SQLite says.
pub fn pending(connection: &Connection, limit: u32) -> Result<u32, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM search_pending_turns LIMIT ?1))
                + (SELECT count(*) FROM (SELECT 1 FROM search_pending_names LIMIT ?1))",
        )
        .during(OPERATION)?;
    statement.query_row([limit], |row| row.get(0)).during(OPERATION)
}

/// Notes a turn that was inserted and is not being written: nothing else does.
pub(crate) fn note_turn(connection: &Connection, turn_id: i64) -> Result<(), Error> {
    let mut note =
        connection.prepare_cached("INSERT OR IGNORE INTO search_pending_turns VALUES (?1)").during(OPERATION)?;
    note.execute([turn_id]).during(OPERATION)?;
    Ok(())
}

/// Notes all turns with numbers from `first` to `last`, which were inserted just now and are not being written.
pub(crate) fn note_turns(connection: &Connection, first: i64, last: i64) -> Result<(), Error> {
    let mut note = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO search_pending_turns SELECT id FROM convo_turns WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
        )
        .during(OPERATION)?;
    note.execute((first, last)).during(OPERATION)?;
    Ok(())
}

/// Notes a conversation that was inserted with a name: nothing else does.
pub(crate) fn note_name(connection: &Connection, convo_id: i64) -> Result<(), Error> {
    let mut note =
        connection.prepare_cached("INSERT OR IGNORE INTO search_pending_names VALUES (?1)").during(OPERATION)?;
    note.execute([convo_id]).during(OPERATION)?;
    Ok(())
}

/// Puts some of what has changed into the index: about 4 MiB of text at most. Says whether there was anything to do: call it again then.
///
/// It has to happen in a transaction, and is best done when nobody waits for a write.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if a stored turn cannot be read.
pub fn index_pending(connection: &Connection, words: &mut KnownWords) -> Result<bool, Error> {
    words.follow(connection)?;
    let names = index_names(connection, words)?;
    let turns = index_turns(connection, words)?;
    Ok(names || turns)
}

/// The key of a moment: where turns of then are in the index.
pub(super) fn key_of(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(KEY_TIME)
}

/// The moment of a key, in milliseconds.
pub(super) fn moment_of(key: i64) -> i64 {
    key.saturating_mul(KEY_TIME)
}

struct Changed {
    turn_id: i64,
    /// Not if it is gone, in the trash or still being written.
    timestamp: Option<i64>,
}

fn index_turns(connection: &Connection, words: &mut KnownWords) -> Result<bool, Error> {
    let mut select = connection
        .prepare_cached(
            "SELECT pending.turn_id, turn.timestamp, length(turn.user_message) + length(turn.assistant_message)
                + ifnull(length(turn.messages_json), 0)
            FROM search_pending_turns AS pending
            LEFT JOIN convo_turns AS turn ON turn.id = pending.turn_id AND turn.status <> 'streaming'
                AND turn.convo_id NOT IN (SELECT id FROM convos WHERE trashed IS NOT NULL)
            ORDER BY pending.turn_id LIMIT ?1",
        )
        .during(OPERATION)?;
    let mut rows = select.query([STEP_TURNS]).during(OPERATION)?;
    let (mut changed, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next().during(OPERATION)? {
        let length: Option<u32> = row.get(2).during(OPERATION)?;
        changed.push(Changed { turn_id: row.get(0).during(OPERATION)?, timestamp: row.get(1).during(OPERATION)? });
        bytes += length.unwrap_or(0) as usize;
        if bytes >= STEP_BYTES {
            break;
        }
    }
    drop(rows);
    if changed.len() > MANY {
        words.expect_many();
    }
    // The index takes rows in the order of their keys: each that comes out of turn would make a piece of its own.
    changed.sort_by_key(|turn| (turn.timestamp, turn.turn_id));
    let mut step = Step::prepare(connection)?;
    let mut is_any = false;
    for turn in &changed {
        step.remove(turn.turn_id)?;
    }
    for Changed { turn_id, timestamp } in changed {
        is_any = true;
        if let Some(timestamp) = timestamp {
            step.insert(turn_id, timestamp, words)?;
        }
        step.done(turn_id)?;
    }
    words.store(connection)?;
    Ok(is_any)
}

/// The statements of a step.
struct Step<'a> {
    connection: &'a Connection,
    key_of_turn: rusqlite::CachedStatement<'a>,
    read: rusqlite::CachedStatement<'a>,
    write: rusqlite::CachedStatement<'a>,
    place: rusqlite::CachedStatement<'a>,
}

impl<'a> Step<'a> {
    fn prepare(connection: &'a Connection) -> Result<Step<'a>, Error> {
        let prepare = |sql| connection.prepare_cached(sql).during(OPERATION);
        Ok(Step {
            connection,
            key_of_turn: prepare("SELECT key FROM search_turns WHERE turn_id = ?1")?,
            read: prepare(
                "SELECT turn.user_message, turn.assistant_message, turn.messages_json, turn.source_message_ids,
                    turn.model, turn.convo_id, convos.source
                FROM convo_turns AS turn JOIN convos ON convos.id = turn.convo_id WHERE turn.id = ?1",
            )?,
            write: prepare(
                "INSERT INTO search_texts (rowid, question, answer, more, topics) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?,
            place: prepare("INSERT INTO search_turns (key, turn_id, convo_id) VALUES (?1, ?2, ?3)")?,
        })
    }

    fn execute(&self, sql: &str, parameter: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([parameter]))
            .during(OPERATION)?;
        Ok(())
    }

    fn remove(&mut self, turn_id: i64) -> Result<(), Error> {
        let key: Option<i64> = self.key_of_turn.query_row([turn_id], |row| row.get(0)).optional().during(OPERATION)?;
        if let Some(key) = key {
            self.execute("DELETE FROM search_texts WHERE rowid = ?1", key)?;
            self.execute("DELETE FROM search_turns WHERE key = ?1", key)?;
        }
        Ok(())
    }

    fn insert(&mut self, turn_id: i64, timestamp: i64, words: &mut KnownWords) -> Result<(), Error> {
        let mut rows = self.read.query([turn_id]).during(OPERATION)?;
        let Some(row) = rows.next().during(OPERATION)? else { return Ok(()) };
        let column = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str_or_null()?)).during(OPERATION);
        let text = |index: usize| column(index).map(Option::unwrap_or_default);
        let (question, answer) = (text(0)?, text(1)?);
        let decoded = encoding::decode(encoding::Stored {
            turn_id,
            source_message_ids: column(3)?,
            messages_json: column(2)?,
            texts: encoding::Texts { user: question, assistant: answer },
        })?;
        let messages: Vec<_> = decoded.messages.into_iter().map(|placed| placed.message).collect();
        let texts = Texts { question, answer, messages: &messages, source: text(6)?, model: column(4)? };
        let document = Document::of(&texts);
        let convo_id: i64 = row.get(5).during(OPERATION)?;
        let key = free_key(self.connection, key_of(timestamp))?;
        self.place.execute((key, turn_id, convo_id)).during(OPERATION)?;
        self.write
            .execute((key, &document.question, &document.answer, &document.more, &document.topics))
            .during(OPERATION)?;
        for column in [&document.question, &document.answer, &document.more, &document.topics] {
            words.learn(column);
        }
        Ok(())
    }

    fn done(&self, turn_id: i64) -> Result<(), Error> {
        self.execute("DELETE FROM search_pending_turns WHERE turn_id = ?1", turn_id)
    }
}

/// The first key from `key` on that is free, or nearly: behind a stretch that is full it goes on.
fn free_key(connection: &Connection, mut key: i64) -> Result<i64, Error> {
    let mut taken = connection.prepare_cached("SELECT 1 FROM search_turns WHERE key = ?1").during(OPERATION)?;
    let mut last = connection
        .prepare_cached("SELECT max(key) FROM search_turns WHERE key BETWEEN ?1 AND ?1 + ?2")
        .during(OPERATION)?;
    while taken.exists([key]).during(OPERATION)? {
        // A handful of turns of the same moment are the rule; thousands happen where an export has no times.
        for _ in 0..NEXT_KEYS {
            key += 1;
            if !taken.exists([key]).during(OPERATION)? {
                return Ok(key);
            }
        }
        let end: i64 = last.query_row((key, STRETCH), |row| row.get(0)).during(OPERATION)?;
        key = end + 1;
    }
    Ok(key)
}

fn index_names(connection: &Connection, words: &mut KnownWords) -> Result<bool, Error> {
    let mut select = connection
        .prepare_cached(
            "SELECT pending.convo_id, convos.name FROM search_pending_names AS pending
            LEFT JOIN convos ON convos.id = pending.convo_id AND convos.trashed IS NULL ORDER BY pending.convo_id LIMIT ?1",
        )
        .during(OPERATION)?;
    let rows = select.query_map([STEP_TURNS], |row| Ok((row.get(0)?, row.get(1)?)));
    let changed: Vec<(i64, Option<String>)> = rows.and_then(Iterator::collect).during(OPERATION)?;
    let prepare = |sql| connection.prepare_cached(sql).during(OPERATION);
    let mut remove = prepare("DELETE FROM search_names WHERE rowid = ?1")?;
    let mut insert = prepare("INSERT INTO search_names (rowid, name) VALUES (?1, ?2)")?;
    let mut done = prepare("DELETE FROM search_pending_names WHERE convo_id = ?1")?;
    for (convo_id, name) in &changed {
        remove.execute([convo_id]).during(OPERATION)?;
        if let Some(name) = name {
            let mut column = String::new();
            each(name, |token| {
                column.push_str(token.word);
                column.push(' ');
                true
            });
            words.learn(&column);
            insert.execute((convo_id, column)).during(OPERATION)?;
        }
        done.execute([convo_id]).during(OPERATION)?;
    }
    words.store(connection)?;
    Ok(!changed.is_empty())
}

/// Words that are known to be in the list, so that not every word of every turn asks the database: a bounded number.
#[derive(Debug)]
pub struct KnownWords {
    /// Hashes of words that are in the list; a place is taken by the last word that fell on it.
    seen: Box<[u64]>,
    new: HashSet<String>,
    /// How often words had been taken out of the list by then.
    taken: i64,
}

impl Default for KnownWords {
    fn default() -> KnownWords {
        KnownWords { seen: vec![0; KnownWords::FEW].into_boxed_slice(), new: HashSet::new(), taken: 0 }
    }
}

impl KnownWords {
    /// 64 KiB: enough for what is said here turn by turn.
    const FEW: usize = 8192;
    /// 4 MiB.
    const MANY: usize = 524_288;

    /// Takes the room for very many words, until it is dropped.
    fn expect_many(&mut self) {
        if self.seen.len() < KnownWords::MANY {
            self.seen = vec![0; KnownWords::MANY].into_boxed_slice();
        }
    }

    /// Forgets what it knows if words were taken out of the list since, by whomever.
    fn follow(&mut self, connection: &Connection) -> Result<(), Error> {
        let mut select = connection.prepare_cached("SELECT words_taken FROM forgetting").during(OPERATION)?;
        let taken = select.query_row([], |row| row.get(0)).during(OPERATION)?;
        if self.taken != taken {
            self.forget();
            self.taken = taken;
        }
        Ok(())
    }

    /// Remembers the words of a column that are not known.
    fn learn(&mut self, column: &str) {
        for word in column.split_ascii_whitespace() {
            let hash = hash(word);
            let place = hash as usize % self.seen.len();
            let place = &mut self.seen[place];
            if *place == hash {
                continue;
            }
            *place = hash;
            if is_listed(word) && !self.new.contains(word) {
                self.new.insert(word.to_owned());
            }
        }
    }

    /// Writes what is new into the list.
    fn store(&mut self, connection: &Connection) -> Result<(), Error> {
        let stored: rusqlite::Result<()> = (|| {
            let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO search_words (word) VALUES (?1)")?;
            let mut parts = connection.prepare_cached("INSERT INTO search_word_parts (rowid, word) VALUES (?1, ?2)")?;
            let mut new: Vec<String> = self.new.drain().collect();
            new.sort_unstable();
            for word in new {
                if insert.execute([&word])? > 0 {
                    parts.execute((connection.last_insert_rowid(), &word))?;
                }
            }
            Ok(())
        })();
        if stored.is_err() {
            // What was learnt is not in the list now, or may be rolled back: it has to be asked for again.
            self.forget();
        }
        stored.during(OPERATION)
    }

    /// To be called when a transaction that used it was rolled back.
    pub fn forget(&mut self) {
        self.seen.fill(0);
        self.new.clear();
    }
}

/// FNV-1a, never 0.
fn hash(word: &str) -> u64 {
    let hash = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    word.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, hash) | 1
}

/// Whether somebody may search for the beginning or a part of it: not of numbers and keys, of which there is no end.
fn is_listed(word: &str) -> bool {
    if word.starts_with(MARK) {
        return !is_topic(word);
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() <= MAXIMUM_LISTED && (digits * 2 < word.len() || !word.is_ascii())
}
