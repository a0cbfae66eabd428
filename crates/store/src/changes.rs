//! What has changed since when, and the rows that a copy of the history elsewhere is filled with.
//!
//! Triggers, and those who insert conversations and turns, note every change of a row under the next number of one sequence, the **revision**, so that
//! nothing is looked through when nothing has changed. A thing has one row there, that of its latest change; of a thing that is gone it stays, and is its tombstone. What is in the trash
//! is gone for a copy.
//!
//! A **cursor** is an epoch and a revision. A program that begins to write begins an epoch: if a backup was put back in between, cursors from
//! behind it are known to be of another course of events, although their numbers come again.
//!
//! A copy is begun by asking for a cursor, then for all conversations, then for their turns, whichever it wants first; what changes meanwhile
//! comes behind the cursor.

use crate::{Error, error::During};
use aios_model::{ChangePage, ChangedConversation, ChangedRating, ConversationRows, TurnRows};
use rusqlite::{Connection, OptionalExtension};

mod replay;
mod rows;

pub use replay::replay;

/// The most changes, or conversations, of a page.
pub const MAXIMUM_PAGE: u32 = 5000;

/// How much text makes a page full: another row may begin below it.
const PAGE_BYTES: usize = 1024 * 1024;

const OPERATION: &str = "reading what has changed";

/// What a number in `changes.item` is about, beside the number of the row.
mod kind {
    pub(super) const CONVERSATION: i64 = 0;
    pub(super) const TURN: i64 = 1;
    pub(super) const RATING: i64 = 2;
}

/// A place in the sequence of changes.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Cursor {
    epoch: String,
    revision: i64,
}

impl Cursor {
    fn parse(text: &str) -> Option<Cursor> {
        let (epoch, revision) = text.split_once('-')?;
        let is_epoch = epoch.len() == 16 && epoch.bytes().all(|byte| byte.is_ascii_hexdigit());
        let revision = revision.parse().ok().filter(|revision| *revision >= 0)?;
        is_epoch.then(|| Cursor { epoch: epoch.to_owned(), revision })
    }

    /// Whether what was read up to here is what this history said.
    fn is_of(&self, connection: &Connection) -> Result<bool, Error> {
        let mut find =
            connection.prepare_cached("SELECT number, after FROM change_epochs WHERE id = ?1").during(OPERATION)?;
        let found = find.query_row([&self.epoch], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        let Some((number, first)) = found.optional().during(OPERATION)? else { return Ok(false) };
        let mut next = connection
            .prepare_cached("SELECT after FROM change_epochs WHERE number > ?1 ORDER BY number LIMIT 1")
            .during(OPERATION)?;
        let end = next.query_row([number], |row| row.get(0)).optional().during(OPERATION)?;
        let end = end.map_or_else(|| latest(connection), Ok)?;
        Ok((first..=end).contains(&self.revision))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}-{}", self.epoch, self.revision)
    }
}

fn latest(connection: &Connection) -> Result<i64, Error> {
    let mut latest = connection.prepare_cached("SELECT ifnull(max(revision), 0) FROM changes").during(OPERATION)?;
    latest.query_row([], |row| row.get(0)).during(OPERATION)
}

/// The cursor of a revision that this history has.
fn cursor(connection: &Connection, revision: i64) -> Result<Cursor, Error> {
    let mut last = connection
        .prepare_cached("SELECT id FROM change_epochs WHERE after <= ?1 ORDER BY number DESC LIMIT 1")
        .during(OPERATION)?;
    Ok(Cursor { epoch: last.query_row([revision], |row| row.get(0)).during(OPERATION)?, revision })
}

/// Notes a conversation that was inserted: nothing else does, as with the search (see the migration 0008).
pub(crate) fn note_conversation(connection: &Connection, convo_id: i64) -> Result<(), Error> {
    note(connection, convo_id * 4 + kind::CONVERSATION)
}

/// Notes a turn that was inserted: nothing else does.
pub(crate) fn note_turn(connection: &Connection, turn_id: i64) -> Result<(), Error> {
    note(connection, turn_id * 4 + kind::TURN)
}

/// Notes all turns with numbers from `first` to `last`, which were inserted just now.
pub(crate) fn note_turns(connection: &Connection, first: i64, last: i64) -> Result<(), Error> {
    const OPERATION: &str = "noting changes";
    let mut note = connection
        .prepare_cached(
            "INSERT INTO changes (item) SELECT id * 4 + ?3 FROM convo_turns WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
        )
        .during(OPERATION)?;
    note.execute((first, last, kind::TURN)).map(drop).during(OPERATION)
}

fn note(connection: &Connection, item: i64) -> Result<(), Error> {
    const OPERATION: &str = "noting a change";
    // Numbers of rows are never given again, so there is no such item yet.
    let mut note = connection.prepare_cached("INSERT INTO changes (item) VALUES (?1)").during(OPERATION)?;
    note.execute([item]).map(drop).during(OPERATION)
}

/// Begins an epoch. To be called once by a program that is alone in writing, before it writes.
///
/// # Errors
/// What SQLite says.
pub fn begin_epoch(connection: &Connection) -> Result<(), Error> {
    const OPERATION: &str = "beginning an epoch of changes";
    let after = latest(connection)?;
    connection
        .execute("INSERT INTO change_epochs (id, after) VALUES (lower(hex(randomblob(8))), ?1)", [after])
        .during(OPERATION)?;
    Ok(())
}

/// Which history this is, and stays when a backup of it is put back.
///
/// # Errors
/// What SQLite says.
pub fn history(connection: &Connection) -> Result<String, Error> {
    let mut first =
        connection.prepare_cached("SELECT id FROM change_epochs ORDER BY number LIMIT 1").during(OPERATION)?;
    first.query_row([], |row| row.get(0)).during(OPERATION)
}

/// The cursor of this moment: what is read from now on, and what changes behind it, is everything.
///
/// # Errors
/// What SQLite says.
pub fn now(connection: &Connection) -> Result<String, Error> {
    Ok(cursor(connection, latest(connection)?)?.to_string())
}

/// What has changed since `after`, oldest change first: at most `limit` things (1 to [`MAXIMUM_PAGE`]), and about 1 MiB of text. Things are as they
/// are now, not as that change left them. `None` if `after` is no cursor of this history: then a copy has to begin anew.
///
/// # Errors
/// What SQLite says.
pub fn after(connection: &Connection, after: &str, limit: u32) -> Result<Option<ChangePage>, Error> {
    let Some(from) = Cursor::parse(after) else { return Ok(None) };
    if !from.is_of(connection)? {
        return Ok(None);
    }
    let limit = limit.clamp(1, MAXIMUM_PAGE);
    let mut changes = connection
        .prepare_cached("SELECT revision, item FROM changes WHERE revision > ?1 ORDER BY revision LIMIT ?2")
        .during(OPERATION)?;
    let changes = changes.query_map((from.revision, limit), |row| Ok((row.get(0)?, row.get(1)?)));
    let changes: Vec<(i64, i64)> = changes.and_then(Iterator::collect).during(OPERATION)?;
    let mut page =
        ChangePage { is_end: changes.len() < limit as usize, history: history(connection)?, ..ChangePage::default() };
    let (mut bytes, mut end) = (0, from.revision);
    for (revision, item) in changes {
        if bytes >= PAGE_BYTES {
            page.is_end = false;
            break;
        }
        end = revision;
        let id = item.div_euclid(4);
        match item.rem_euclid(4) {
            kind::CONVERSATION => match rows::conversation(connection, id)? {
                Some(conversation) => {
                    bytes += weight_of(&conversation);
                    page.conversations.push(conversation);
                }
                None => page.gone_conversations.push(id),
            },
            kind::TURN => match rows::turn(connection, id)? {
                Some(turn) => {
                    bytes += rows::weight(&turn);
                    page.turns.push(turn);
                }
                None => page.gone_turns.push(id),
            },
            kind::RATING => page.ratings.push(ChangedRating { turn: id, rating: rows::rating(connection, id)? }),
            _ => {
                let files = rows::files(connection, id)?;
                bytes += files.files.len() * 200;
                page.files.push(files);
            }
        }
    }
    page.cursor = cursor(connection, end)?.to_string();
    Ok(Some(page))
}

/// Conversations without their turns, by falling numbers: those below `before`, or the last ones. At most `limit` of them (1 to [`MAXIMUM_PAGE`]).
///
/// # Errors
/// What SQLite says.
pub fn conversations(connection: &Connection, before: Option<i64>, limit: u32) -> Result<ConversationRows, Error> {
    let limit = limit.clamp(1, MAXIMUM_PAGE) as usize;
    let mut conversations = rows::conversations(connection, before.unwrap_or(i64::MAX), limit)?;
    let mut bytes = 0;
    let fits = |conversation: &&ChangedConversation| {
        bytes += weight_of(conversation);
        bytes < PAGE_BYTES
    };
    let fitting = conversations.iter().take_while(fits).count().max(1);
    let is_end = conversations.len() < limit && fitting >= conversations.len();
    conversations.truncate(fitting);
    let next = conversations.last().map(|last| last.id).filter(|_| !is_end);
    Ok(ConversationRows { conversations, next })
}

/// Turns of conversations, in the order in which these are named; of the first one those behind the turn `after`. About 1 MiB of text.
///
/// # Errors
/// What SQLite says.
pub fn turns(connection: &Connection, conversations: &[i64], after: Option<i64>) -> Result<TurnRows, Error> {
    let mut page = TurnRows::default();
    let mut bytes = 0;
    let mut from = after.unwrap_or(i64::MIN);
    for conversation in conversations {
        let is_whole = rows::turns(connection, *conversation, from, |turn| {
            bytes += rows::weight(&turn);
            page.turns.push(turn);
            bytes < PAGE_BYTES
        })?;
        if !is_whole {
            page.after = page.turns.last().map(|turn| turn.id);
            break;
        }
        page.whole += 1;
        let files = rows::files(connection, *conversation)?;
        if !files.files.is_empty() {
            page.files.push(files);
        }
        if bytes >= PAGE_BYTES {
            break;
        }
        from = i64::MIN;
    }
    Ok(page)
}

/// About how many bytes a line is.
fn weight_of(conversation: &ChangedConversation) -> usize {
    300 + conversation.system_prompt.as_ref().map_or(0, String::len)
}

#[cfg(test)]
mod tests {
    use super::Cursor;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_is_a_cursor_or_none_and_a_cursor_is_read_back(text in ".*", revision in 0i64..) {
            if let Some(cursor) = Cursor::parse(&text) {
                prop_assert!(cursor.revision >= 0);
            }
            let cursor = Cursor { epoch: "0123456789abcdef".to_owned(), revision };
            prop_assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }
    }
}
