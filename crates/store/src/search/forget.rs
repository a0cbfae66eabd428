//! Letting the index go of what is no longer there, in steps.
//!
//! FTS5 only notes that a row was deleted: its words, with their places, stay in the pieces of the index (segments) until these are merged.
//! And the list of words keeps every word that ever was.

use crate::{Error, error::During};
use rusqlite::Connection;

/// The index of texts, and that of names.
pub(crate) const TEXTS: &str = "search_texts";
pub(crate) const NAMES: &str = "search_names";

/// Pages of the index that a step writes, about: 4 kB each. The places of one word are not parted, so it can be more.
const MERGED_PAGES: i64 = 128;

/// Words that a step looks for, and takes out of the list.
const LOOKED_FOR: u32 = 1000;
const TAKEN_OUT: usize = 32;

/// A row that no turn and no conversation has.
const NOBODY: i64 = -(1 << 62);

/// Pages of an index from here on are notes of deleted rows: `FTS5_TOMBSTONE_ROWID` in SQLite's `fts5_index.c`. The others are numbered by their segment, of
/// which there are at most 2000, times 2^37.
const TOMBSTONES: i64 = 1 << 53;

const OPERATION: &str = "forgetting in the search index";

/// Merges some of an index: everything that is there when `position` is 0, and goes on with that at the position that it returns; `None` when nothing is left in
/// it that had been deleted by then.
pub(crate) fn merge(connection: &Connection, index: &str, position: i64) -> Result<Option<i64>, Error> {
    let execute = |sql: String, parameter: i64| {
        connection.prepare_cached(&sql).and_then(|mut statement| statement.execute([parameter])).during(OPERATION)
    };
    let merge = |pages: i64| execute(format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', ?1)"), pages);
    if position == 0 {
        let mut noted =
            connection.prepare_cached(&format!("SELECT 1 FROM {index}_data WHERE id >= ?1")).during(OPERATION)?;
        if !noted.exists([TOMBSTONES]).during(OPERATION)? {
            return Ok(None);
        }
        // A segment that is merged alone goes one level up each time, and there is an end to levels; several together begin below it. So it gets company.
        let column = if index == TEXTS { "answer" } else { "name" };
        execute(format!("INSERT INTO {index} (rowid, {column}) VALUES (?1, 'x')"), NOBODY)?;
        execute(format!("DELETE FROM {index} WHERE rowid = ?1"), NOBODY)?;
        // Negative: all segments become one.
        merge(-MERGED_PAGES)?;
        return Ok(Some(1));
    }
    // What comes in meanwhile is merged for itself.
    let before = connection.total_changes();
    merge(MERGED_PAGES)?;
    // <https://sqlite.org/fts5.html#the_merge_command>: nothing was to be done.
    Ok((connection.total_changes() - before >= 2).then_some(1))
}

/// Takes words out of the list, behind the word with this number, that nothing has any more. Returns where to go on; `None` at the end.
pub(crate) fn sweep(connection: &Connection, after: i64) -> Result<Option<i64>, Error> {
    let prepare = |sql| connection.prepare_cached(sql).during(OPERATION);
    let mut select = prepare("SELECT id, word FROM search_words WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let words = select.query_map((after, LOOKED_FOR), |row| Ok((row.get(0)?, row.get(1)?)));
    let words: Vec<(i64, String)> = words.and_then(Iterator::collect).during(OPERATION)?;
    let mut in_texts = prepare("SELECT 1 FROM search_texts WHERE search_texts MATCH ?1 LIMIT 1")?;
    let mut in_names = prepare("SELECT 1 FROM search_names WHERE search_names MATCH ?1 LIMIT 1")?;
    let mut forget = prepare("DELETE FROM search_words WHERE id = ?1")?;
    let mut forget_parts =
        prepare("INSERT INTO search_word_parts (search_word_parts, rowid, word) VALUES ('delete', ?1, ?2)")?;
    let (mut position, mut taken) = (None, 0);
    for (id, word) in words {
        position = Some(id);
        let quoted = format!("\"{word}\"");
        if in_texts.exists([&quoted]).during(OPERATION)? || in_names.exists([&quoted]).during(OPERATION)? {
            continue;
        }
        forget_parts.execute((id, &word)).during(OPERATION)?;
        forget.execute([id]).during(OPERATION)?;
        taken += 1;
        if taken == TAKEN_OUT {
            break;
        }
    }
    if taken > 0 {
        prepare("UPDATE forgetting SET words_taken = words_taken + 1")?.execute([]).during(OPERATION)?;
    }
    Ok(position)
}
