//! Full-text search.
//!
//! The program cuts texts into words by itself (`search/tokens.rs`), so that Chinese is found, identifiers and accents are no matter, and question and text
//! are always cut alike. SQLite's FTS5 holds where they are, by moment: the newest matches come first and cost the same however many there are.
//! Several questions of falling strictness (what a turn is about, the words behind each other, in the user's words, anywhere) each give some of the
//! newest; these few are ranked by their texts. So a common word costs no more than a rare one, and nothing ever ranks a million turns.
//!
//! What changes is noted in the same transaction, by triggers or by whoever inserts a turn, and indexed soon after: see [`index_pending`].

use crate::{
    Error,
    conversations::{SUMMARY_COLUMNS, summary},
    encoding,
    error::During,
};
use aios_model::{SearchHit, Source, Timestamp};
use expression::{Expressions, expressions};
pub use index::{KnownWords, index_pending, pending};
pub(crate) use index::{note_name, note_turn, note_turns};
pub use query::Query;
use query::{Filters, Term};
use rank::{Place, Wanted, places, score, snippet, stretch};
use rusqlite::{Connection, Row, ToSql, params_from_iter};
use std::collections::{BTreeMap, HashMap};

mod document;
mod expression;
pub(crate) mod forget;
mod index;
mod query;
mod rank;
mod tokens;

/// The most hits that a search gives.
pub const MAXIMUM_HITS: u32 = 500;

/// How many of the newest matches of each expression are ranked, unless more hits are asked for.
const CANDIDATES: u32 = 40;

/// How many matches are looked at for those that a filter lets through.
const LOOKED_THROUGH: u32 = 20_000;

/// The most hits of one conversation, as long as there are others.
const OF_ONE_CONVERSATION: usize = 3;

/// How far behind its moment the key of a turn may be, to be found by `before:`.
const LATER_KEYS: i64 = 16;

const OPERATION: &str = "searching";

/// Searches names, both sides of all turns, reasoning, tools, and the texts of files for what a person wrote: see [`Query`]. Conversations
/// with the words in their name come first (at their first turn), then turns, best first: what answers well and is recent. If nothing has the
/// words, those that have them as a part are given.
///
/// Any text is a query: nothing in it is an error. Case and accents do not matter. An answer is found when it is no longer being written.
///
/// # Errors
/// What SQLite says; [`Error::Corrupt`] if a stored turn cannot be read.
pub fn search(connection: &Connection, query: &str, limit: u32) -> Result<Vec<SearchHit>, Error> {
    let query = Query::parse(query);
    let limit = limit.min(MAXIMUM_HITS);
    if query.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let hits = find(connection, &query, limit, false)?;
    if !hits.is_empty() || query.terms.is_empty() {
        return Ok(hits);
    }
    find(connection, &query, limit, true)
}

fn find(connection: &Connection, query: &Query, limit: u32, parts: bool) -> Result<Vec<SearchHit>, Error> {
    let Some(expressions) = expressions(connection, query, parts)? else { return Ok(Vec::new()) };
    let words = |term: &Term| {
        let last = term.words.len() - 1;
        let is_prefix = term.is_prefix;
        term.words.clone().into_iter().enumerate().map(move |(at, word)| (word, is_prefix && at == last))
    };
    let wanted = Wanted::new(query.terms.iter().flat_map(words), parts);
    let only_names = query.filters.in_title;
    let mut hits = Vec::new();
    if let Some(name) = &expressions.name {
        // Names are few words: without a bound, those with a common one would be all that is shown.
        let most = if only_names { limit } else { (limit / 4).max(3).min(limit) };
        hits = names(connection, name, &query.filters, &wanted, most)?;
    }
    let rest = limit.saturating_sub(u32::try_from(hits.len()).unwrap_or(u32::MAX));
    if rest > 0 && !only_names {
        let candidates = candidates(connection, &expressions, &query.filters, rest)?;
        hits.extend(ranked(connection, candidates, &query.filters, &wanted, rest as usize)?);
    }
    Ok(hits)
}

/// Conditions on the conversation (and rating) of what was found, and their parameters.
fn conditions(filters: &Filters) -> (String, Vec<Box<dyn ToSql>>) {
    let mut sql = String::new();
    let mut parameters: Vec<Box<dyn ToSql>> = Vec::new();
    let mut add = |condition: &str, parameter: Option<Box<dyn ToSql>>| {
        sql.push_str(" AND ");
        sql.push_str(condition);
        parameters.extend(parameter);
    };
    if let Some(project) = &filters.project {
        let escaped = project.replace(['%', '_', '\\'], "_");
        add("convos.project LIKE ?", Some(Box::new(format!("%{escaped}%"))));
    }
    if let Some(archived) = filters.archived {
        add("convos.archived = ?", Some(Box::new(archived)));
    }
    if let Some(session_id) = &filters.conversation {
        add("convos.session_id = ?", Some(Box::new(session_id.clone())));
    }
    if filters.pinned {
        add("convos.pinned", None);
    }
    if let Some(rating) = filters.rating {
        add(
            "found.turn_id IN (SELECT turn_id FROM message_ratings WHERE rating = ?)",
            Some(Box::new(crate::ratings::word(rating))),
        );
    }
    (sql, parameters)
}

fn names(
    connection: &Connection,
    expression: &str,
    filters: &Filters,
    wanted: &Wanted,
    limit: u32,
) -> Result<Vec<SearchHit>, Error> {
    let (conditions, parameters) = conditions(filters);
    let mut own = String::new();
    let mut own_parameters: Vec<Box<dyn ToSql>> = Vec::new();
    let source = filters.source.as_deref().map(Source::from_name);
    if let Some(source) = &source {
        own.push_str(" AND convos.source = ?");
        own_parameters.push(Box::new(source.as_str().to_owned()));
    }
    for (time, condition) in
        [(filters.after, " AND convos.last_updated >= ?"), (filters.before, " AND convos.started < ?")]
    {
        if let Some(time) = time {
            own.push_str(condition);
            own_parameters.push(Box::new(time.milliseconds()));
        }
    }
    if let Some(model) = &filters.model {
        own.push_str(" AND convos.model LIKE ?");
        own_parameters.push(Box::new(format!("{}%", model.replace(['%', '_'], "_"))));
    }
    if filters.has_code {
        return Ok(Vec::new());
    }
    // The newest by number are nearly the newest by time, and that is in order at the end.
    let sql = format!(
        "SELECT {SUMMARY_COLUMNS}, found.turn_id, turn.timestamp FROM (
            SELECT rowid AS convo_id, (SELECT min(id) FROM convo_turns WHERE convo_id = search_names.rowid AND parent_id IS NULL)
                AS turn_id
            FROM search_names WHERE search_names MATCH ? ORDER BY rowid DESC LIMIT {}
        ) AS found
        CROSS JOIN convos ON convos.id = found.convo_id CROSS JOIN convo_turns AS turn ON turn.id = found.turn_id
        WHERE convos.trashed IS NULL{conditions}{own} ORDER BY convos.last_updated DESC LIMIT ?",
        limit.saturating_mul(4).max(40)
    );
    let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
    let expression: Box<dyn ToSql> = Box::new(expression.to_owned());
    let all = [expression].into_iter().chain(parameters).chain(own_parameters);
    let all = all.chain([Box::new(limit) as Box<dyn ToSql>]);
    let rows = statement.query_map(params_from_iter(all), |row| {
        let conversation = summary(row, 0)?;
        let name = conversation.name.clone().unwrap_or_default();
        Ok(SearchHit {
            snippet: snippet(&name, wanted).unwrap_or_default(),
            conversation,
            turn_id: row.get(10)?,
            timestamp: Timestamp::from_milliseconds(row.get(11)?),
        })
    });
    rows.and_then(Iterator::collect).during(OPERATION)
}

/// The keys of what is worth ranking, and how strict the strictest expression is that found each.
fn candidates(
    connection: &Connection,
    expressions: &Expressions,
    filters: &Filters,
    limit: u32,
) -> Result<BTreeMap<i64, f64>, Error> {
    let from = filters.after.map_or(i64::MIN, |time| index::key_of(time.milliseconds()));
    // Turns that found their key taken are a little behind it; what is too late is left out when it is ranked.
    let to = filters.before.map_or(i64::MAX, |time| index::key_of(time.milliseconds()) + LATER_KEYS);
    let (conditions, _) = conditions(filters);
    let mut candidates = BTreeMap::new();
    let count = expressions.strict.len();
    let strict = expressions.strict.iter().map(Some).zip((1..=count).rev());
    for (expression, steps) in [(expressions.all.as_ref(), 0)].into_iter().chain(strict) {
        let strictness = 0.25 * steps as f64;
        // Each of many beginnings of words costs; where all there is was found, order alone is not worth it.
        if expressions.is_wide && steps > 0 && candidates.len() < CANDIDATES as usize {
            break;
        }
        let enough = if steps == 0 { CANDIDATES.max(limit) } else { CANDIDATES / 2 };
        let text = match expression {
            Some(_) => "SELECT rowid AS key FROM search_texts WHERE search_texts MATCH ? AND rowid",
            None => "SELECT key FROM search_turns WHERE true OR ? IS NULL AND key",
        };
        let sql = if conditions.is_empty() {
            format!(
                "{} BETWEEN ? AND ? ORDER BY 1 DESC LIMIT ?",
                text.replace("true OR ? IS NULL AND", "? IS NULL AND")
            )
        } else {
            format!(
                "SELECT found.key FROM (SELECT hit.key, search_turns.turn_id, search_turns.convo_id FROM (
                    {} BETWEEN ? AND ? ORDER BY 1 DESC LIMIT {LOOKED_THROUGH}
                ) AS hit CROSS JOIN search_turns ON search_turns.key = hit.key) AS found
                CROSS JOIN convos ON convos.id = found.convo_id WHERE true{conditions} LIMIT ?",
                text.replace("true OR ? IS NULL AND", "? IS NULL AND")
            )
        };
        let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
        let first: [Box<dyn ToSql>; 3] = [Box::new(expression.cloned()), Box::new(from), Box::new(to)];
        let (_, parameters) = self::conditions(filters);
        let all = first.into_iter().chain(parameters).chain([Box::new(enough) as Box<dyn ToSql>]);
        let rows = statement.query_map(params_from_iter(all), |row| row.get::<_, i64>(0)).during(OPERATION)?;
        for key in rows {
            // The strictest that finds it counts.
            let found = candidates.entry(key.during(OPERATION)?).or_insert(strictness);
            *found = strictness.max(*found);
        }
    }
    Ok(candidates)
}

/// A candidate with its text.
struct Candidate {
    hit: SearchHit,
    question: String,
    answer: String,
    /// Where the words are in both.
    places: [Vec<Place>; 2],
    score: f64,
}

fn ranked(
    connection: &Connection,
    candidates: BTreeMap<i64, f64>,
    filters: &Filters,
    wanted: &Wanted,
    limit: usize,
) -> Result<Vec<SearchHit>, Error> {
    let sql = format!(
        "SELECT {SUMMARY_COLUMNS}, turn.id, turn.timestamp, turn.user_message, turn.assistant_message
        FROM search_turns JOIN convo_turns AS turn ON turn.id = search_turns.turn_id
        JOIN convos ON convos.id = turn.convo_id WHERE search_turns.key = ?1 AND convos.trashed IS NULL"
    );
    let mut statement = connection.prepare_cached(&sql).during(OPERATION)?;
    let newest: Option<i64> =
        connection.query_row("SELECT max(key) FROM search_turns", [], |row| row.get(0)).during(OPERATION)?;
    let now = newest.map_or(0, index::moment_of);
    let mut found = Vec::with_capacity(candidates.len());
    for (key, strictness) in candidates {
        let mut rows = statement.query([key]).during(OPERATION)?;
        let Some(row) = rows.next().during(OPERATION)? else { continue };
        let mut candidate = read(row).during(OPERATION)?;
        let time = candidate.hit.timestamp;
        if filters.after.is_some_and(|after| time < after) || filters.before.is_some_and(|before| time >= before) {
            continue;
        }
        let age = (now - candidate.hit.timestamp.milliseconds()) as f64 / 86_400_000.0;
        candidate.places = [places(&candidate.question, wanted), places(&candidate.answer, wanted)];
        let [question, answer] = &candidate.places;
        let bytes = candidate.question.len() + candidate.answer.len();
        candidate.score = score([question, answer], bytes, wanted, strictness, age);
        found.push(candidate);
    }
    let newer_first = |one: &Candidate| std::cmp::Reverse((one.hit.timestamp, one.hit.turn_id));
    found.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then_with(|| newer_first(one).cmp(&newer_first(other)))
    });
    let mut of_conversation: HashMap<String, usize> = HashMap::new();
    let (mut first, rest): (Vec<Candidate>, Vec<Candidate>) = found.into_iter().partition(|candidate| {
        let count = of_conversation.entry(candidate.hit.conversation.session_id.clone()).or_default();
        *count += 1;
        *count <= OF_ONE_CONVERSATION
    });
    first.extend(rest);
    first.truncate(limit);
    first.into_iter().map(|candidate| shown(connection, candidate, wanted)).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        hit: SearchHit {
            conversation: summary(row, 0)?,
            turn_id: row.get(10)?,
            timestamp: Timestamp::from_milliseconds(row.get(11)?),
            snippet: Vec::new(),
        },
        question: row.get(12)?,
        answer: row.get(13)?,
        places: Default::default(),
        score: 0.0,
    })
}

/// Chooses the words to show of a hit: of the answer, if all that is looked for is there or nothing of it in the question.
fn shown(connection: &Connection, candidate: Candidate, wanted: &Wanted) -> Result<SearchHit, Error> {
    let Candidate { mut hit, question, answer, places: [in_question, in_answer], .. } = candidate;
    // By letters: a word of a script without spaces is several hits behind each other.
    let marked = |parts: &Vec<aios_model::SnippetPart>| -> usize {
        parts.iter().filter(|part| part.hit).map(|part| part.text.chars().count()).sum()
    };
    let snippets = [stretch(&question, &in_question, wanted), stretch(&answer, &in_answer, wanted)];
    let best = snippets.into_iter().flatten().rev().max_by_key(marked);
    hit.snippet = match best {
        Some(parts) => parts,
        None => further(connection, hit.turn_id, wanted)?.unwrap_or_else(|| {
            // Found by a filter, or by a word behind what is looked at.
            let text = if question.trim().is_empty() { &answer } else { &question };
            vec![aios_model::SnippetPart { text: crate::text::preview(text), hit: false }]
        }),
    };
    Ok(hit)
}

/// A snippet of what else a turn holds: reasoning, tools, files.
fn further(
    connection: &Connection,
    turn_id: i64,
    wanted: &Wanted,
) -> Result<Option<Vec<aios_model::SnippetPart>>, Error> {
    let mut statement = connection
        .prepare_cached(
            "SELECT user_message, assistant_message, messages_json, source_message_ids FROM convo_turns WHERE id = ?1",
        )
        .during(OPERATION)?;
    let mut rows = statement.query([turn_id]).during(OPERATION)?;
    let Some(row) = rows.next().during(OPERATION)? else { return Ok(None) };
    let column = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str_or_null()?)).during(OPERATION);
    let decoded = encoding::decode(encoding::Stored {
        turn_id,
        source_message_ids: column(3)?,
        messages_json: column(2)?,
        texts: encoding::Texts { user: column(0)?.unwrap_or_default(), assistant: column(1)?.unwrap_or_default() },
    })?;
    let mut parts = decoded.messages.iter().flat_map(|placed| &placed.message.parts);
    Ok(parts.find_map(|part| document::further(part).into_iter().find_map(|text| snippet(text, wanted))))
}
