//! Conversations as a whole: the list, one of them with its turns, and what can be done to one.

use crate::{Error, error::During, files, turns};
use aios_model::{ConversationPage, ConversationSummary, ListCursor, Source, StoredConversation, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};

/// The most lines that a page of the list has.
pub const MAXIMUM_PAGE: u32 = 1000;

/// Which conversations to list.
#[derive(Clone, PartialEq, Debug)]
pub struct ListQuery {
    /// Those put away, or the others.
    pub archived: bool,
    /// Only those held there.
    pub source: Option<Source>,
    /// Lines on the page: 1 to [`MAXIMUM_PAGE`], nearer values are taken instead of others.
    pub limit: u32,
    /// Go on after this line; the first page if `None`.
    pub after: Option<ListCursor>,
}

impl Default for ListQuery {
    fn default() -> ListQuery {
        ListQuery { archived: false, source: None, limit: 50, after: None }
    }
}

/// How much of a conversation to get.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// Only so many turns at the end of the active branch; all of it if `None`.
    pub last: Option<u32>,
}

/// A conversation to be begun.
#[derive(Clone, PartialEq, Debug)]
pub struct NewConversation<'a> {
    /// Its id, unique among all conversations.
    pub session_id: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// Where it is held.
    pub source: Source,
    /// By what it came: AI OS says `react` for its web client, `import`, `cli`.
    pub channel: &'a str,
    /// The model that is to answer.
    pub model: Option<&'a str>,
    /// The instructions that the model is given.
    pub system_prompt: Option<&'a str>,
}

impl<'a> NewConversation<'a> {
    /// A conversation of this program without a name.
    pub fn new(session_id: &'a str) -> NewConversation<'a> {
        NewConversation {
            session_id,
            name: None,
            source: Source::AIOS,
            channel: "react",
            model: None,
            system_prompt: None,
        }
    }
}

/// How many conversations of one source there are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceTotal {
    /// The source.
    pub source: Source,
    /// Those that are not put away.
    pub active: u64,
    /// Those put away.
    pub archived: u64,
    /// Turns in all of them, every branch included.
    pub turns: u64,
}

/// How many conversations of a source began in a week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WeekTotal {
    /// The source.
    pub source: Source,
    /// The week, counted from the one that begins on Monday 1970-01-05 in UTC.
    pub week: i32,
    /// The conversations.
    pub conversations: u64,
}

/// One page of the list, latest first, in one query on an index.
///
/// # Errors
/// What SQLite says.
pub fn list(connection: &Connection, query: &ListQuery) -> Result<ConversationPage, Error> {
    const OPERATION: &str = "listing conversations";
    let limit = query.limit.clamp(1, MAXIMUM_PAGE) as usize;
    // One more than asked for tells whether there is a next page.
    let more = limit as i64 + 1;
    let mut sql = format!("SELECT {SUMMARY_COLUMNS} FROM convos WHERE archived = :archived");
    let mut parameters: Vec<(&str, &dyn ToSql)> = vec![(":archived", &query.archived), (":more", &more)];
    let source = query.source.as_ref().map(Source::as_str);
    if let Some(source) = &source {
        sql.push_str(" AND source = :source");
        parameters.push((":source", source));
    }
    let after = query.after.as_ref().map(|after| (after.last_updated.milliseconds(), &after.session_id));
    if let Some((time, session_id)) = &after {
        sql.push_str(" AND (last_updated, session_id) < (:time, :session_id)");
        parameters.extend([(":time", time as &dyn ToSql), (":session_id", session_id)]);
    }
    sql.push_str(" ORDER BY last_updated DESC, session_id DESC LIMIT :more");
    let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
    let rows = statement.query_map(parameters.as_slice(), |row| summary(row, 0)).during(OPERATION)?;
    let mut conversations = rows.collect::<rusqlite::Result<Vec<_>>>().during(OPERATION)?;
    let is_end = conversations.len() <= limit;
    conversations.truncate(limit);
    let next = conversations
        .last()
        .filter(|_| !is_end)
        .map(|last| ListCursor { last_updated: last.last_updated, session_id: last.session_id.clone() });
    Ok(ConversationPage { conversations, next })
}

/// How many conversations there are, put away or not, of one source or of all.
///
/// # Errors
/// What SQLite says.
pub fn count(connection: &Connection, archived: bool, source: Option<&Source>) -> Result<u64, Error> {
    let totals = totals(connection)?;
    let totals = totals.iter().filter(|total| source.is_none_or(|source| *source == total.source));
    Ok(totals.map(|total| if archived { total.archived } else { total.active }).sum())
}

/// How many conversations each source has, sources by name.
///
/// # Errors
/// What SQLite says.
pub fn totals(connection: &Connection) -> Result<Vec<SourceTotal>, Error> {
    const OPERATION: &str = "counting conversations";
    let mut statement = connection
        .prepare_cached(
            "SELECT source, sum(archived = 0), sum(archived = 1), sum(turn_count) FROM convos GROUP BY source ORDER BY source",
        )
        .during(OPERATION)?;
    let rows = statement.query_map([], |row| {
        let source: String = row.get(0)?;
        let (active, archived, turns): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(SourceTotal {
            source: Source::from_name(&source),
            active: active.unsigned_abs(),
            archived: archived.unsigned_abs(),
            turns: turns.unsigned_abs(),
        })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// How many conversations of each source began in each week, archived ones included; weeks without any are left out.
///
/// # Errors
/// What SQLite says.
pub fn weeks(connection: &Connection) -> Result<Vec<WeekTotal>, Error> {
    const OPERATION: &str = "counting conversations by week";
    // Monday 1970-01-05 is four days after the epoch. Division cuts towards zero; 200,000 weeks make every dividend positive.
    let mut statement = connection
        .prepare_cached(
            "SELECT source, (started - 345600000 + 120960000000000) / 604800000 - 200000 AS week, count(*)
             FROM convos GROUP BY source, week ORDER BY week, source",
        )
        .during(OPERATION)?;
    let rows = statement.query_map([], |row| {
        let source: String = row.get(0)?;
        let (week, conversations): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(WeekTotal {
            source: Source::from_name(&source),
            week: i32::try_from(week).unwrap_or_default(),
            conversations: conversations.unsigned_abs(),
        })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// A conversation with the turns of its active branch, or the last ones of them; `None` if there is no such conversation. The time that
/// it takes grows with the turns that are got, not with those that there are.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if a stored turn cannot be read.
pub fn get(connection: &Connection, session_id: &str, window: Window) -> Result<Option<StoredConversation>, Error> {
    const OPERATION: &str = "reading a conversation";
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT id, active_turn, system_prompt, {SUMMARY_COLUMNS} FROM convos WHERE session_id = ?1"
        ))
        .during(OPERATION)?;
    let found = statement
        .query_row([session_id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get(2)?, summary(row, 3)?))
        })
        .optional()
        .during(OPERATION)?;
    let Some((convo_id, active_turn, system_prompt, summary)) = found else { return Ok(None) };
    let branch = turns::read_branch(connection, convo_id, active_turn, window.last)?;
    let files = files::of_conversation(connection, convo_id)?;
    Ok(Some(StoredConversation { summary, system_prompt, turns: branch.turns, earlier_turns: branch.earlier, files }))
}

/// A conversation's line in the list; `None` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn get_summary(connection: &Connection, session_id: &str) -> Result<Option<ConversationSummary>, Error> {
    const OPERATION: &str = "reading a conversation's line";
    let mut statement = connection
        .prepare_cached(&format!("SELECT {SUMMARY_COLUMNS} FROM convos WHERE session_id = ?1"))
        .during(OPERATION)?;
    statement.query_row([session_id], |row| summary(row, 0)).optional().during(OPERATION)
}

/// Begins a conversation without turns.
///
/// # Errors
/// [`Error::Exists`] if there is one with this id; what SQLite says.
pub fn create(connection: &Connection, new: &NewConversation<'_>, now: Timestamp) -> Result<(), Error> {
    const OPERATION: &str = "creating a conversation";
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO convos (session_id, name, named_here, source, channel, model, system_prompt, started, last_updated)
            VALUES (?1, ?2, ?2 IS NOT NULL, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT (session_id) DO NOTHING",
        )
        .during(OPERATION)?;
    let inserted = statement
        .execute((
            new.session_id,
            new.name,
            new.source.as_str(),
            new.channel,
            new.model,
            new.system_prompt,
            now.milliseconds(),
        ))
        .during(OPERATION)?;
    if inserted == 0 { Err(Error::Exists { session_id: new.session_id.to_owned() }) } else { Ok(()) }
}

/// Names a conversation; a blank name takes its name away. From now on no import changes it. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn rename(connection: &Connection, session_id: &str, name: &str) -> Result<bool, Error> {
    let name = Some(name.trim()).filter(|name| !name.is_empty());
    let sql = "UPDATE convos SET name = ?2, named_here = 1 WHERE session_id = ?1";
    change(connection, "renaming a conversation", sql, (session_id, name))
}

/// Puts a conversation away. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn archive(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    let sql = "UPDATE convos SET archived = 1 WHERE session_id = ?1";
    change(connection, "archiving a conversation", sql, [session_id])
}

/// Brings a conversation back from the archive. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn unarchive(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    let sql = "UPDATE convos SET archived = 0 WHERE session_id = ?1";
    change(connection, "unarchiving a conversation", sql, [session_id])
}

/// Deletes a conversation with its turns and ratings. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn delete(connection: &Connection, session_id: &str) -> Result<bool, Error> {
    change(connection, "deleting a conversation", "DELETE FROM convos WHERE session_id = ?1", [session_id])
}

/// Sets or takes away the instructions that the model is given. `false` if there is no such conversation.
///
/// # Errors
/// What SQLite says.
pub fn set_system_prompt(connection: &Connection, session_id: &str, prompt: Option<&str>) -> Result<bool, Error> {
    let sql = "UPDATE convos SET system_prompt = ?2 WHERE session_id = ?1";
    change(connection, "setting a system prompt", sql, (session_id, prompt))
}

fn change(
    connection: &Connection,
    operation: &'static str,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<bool, Error> {
    let mut statement = connection.prepare_cached(sql).during(operation)?;
    Ok(statement.execute(parameters).during(operation)? > 0)
}

/// The columns that [`summary`] reads.
pub(crate) const SUMMARY_COLUMNS: &str = "convos.session_id, convos.name, convos.source, convos.started, \
    convos.last_updated, convos.turn_count, convos.archived, convos.pinned, convos.model, convos.preview";

/// A line of the list from a row that has [`SUMMARY_COLUMNS`] from column `first` on.
pub(crate) fn summary(row: &Row<'_>, first: usize) -> rusqlite::Result<ConversationSummary> {
    let source: String = row.get(first + 2)?;
    Ok(ConversationSummary {
        session_id: row.get(first)?,
        name: row.get(first + 1)?,
        source: Source::from_name(&source),
        started: Timestamp::from_milliseconds(row.get(first + 3)?),
        last_updated: Timestamp::from_milliseconds(row.get(first + 4)?),
        turn_count: row.get(first + 5)?,
        archived: row.get(first + 6)?,
        pinned: row.get(first + 7)?,
        model: row.get(first + 8)?,
        preview: row.get(first + 9)?,
    })
}
