//! What SQLite is asked for.

use super::{
    document::{code_mark, model_mark, source_mark, topic_mark},
    query::{Query, Term},
};
use crate::{Error, error::During};
use rusqlite::Connection;

const OPERATION: &str = "searching";

/// The most words that stand for the beginning or a part of one: the shortest.
const MAXIMUM_COMPLETIONS: usize = 16;

/// The most words that a phrase may end with: each is a phrase of its own.
const MAXIMUM_ENDS: usize = 4;

/// The most words that are looked at for them.
const MAXIMUM_LOOKED_AT: u32 = 2000;

/// The expressions for a query, from the strictest to the loosest. Each is worth more the stricter it is.
#[derive(Default, Debug)]
pub(super) struct Expressions {
    /// What all of them come to: a turn that has everything.
    pub all: Option<String>,
    /// What the turn is about, the words behind each other, the words in the question.
    pub strict: Vec<String>,
    /// The same words in the name of a conversation.
    pub name: Option<String>,
    /// Many words stand for one.
    pub is_wide: bool,
}

/// A term with the words that may stand in the place of its last one.
struct Alternatives {
    first: Vec<String>,
    last: Vec<String>,
    is_exact: bool,
}

impl Alternatives {
    /// `("a b" OR "a c")`
    fn expression(&self) -> String {
        let one = |last: &String| {
            let words: Vec<&str> = self.first.iter().chain([last]).map(String::as_str).collect();
            quoted(&words.join(" "))
        };
        let all: Vec<String> = self.last.iter().map(one).collect();
        if all.len() == 1 { all[0].clone() } else { format!("({})", all.join(" OR ")) }
    }
}

/// Makes the expressions for a query. `parts`: words need only hold what was written.
///
/// # Errors
/// What SQLite says.
pub(super) fn expressions(connection: &Connection, query: &Query, parts: bool) -> Result<Option<Expressions>, Error> {
    let mut terms = Vec::new();
    for term in &query.terms {
        let alternatives = alternatives(connection, term, parts)?;
        if alternatives.last.is_empty() {
            return Ok(None);
        }
        terms.push(alternatives);
    }
    let mut without = String::new();
    for term in &query.without {
        without.push_str(" NOT ");
        without.push_str(&quoted(&term.words.join(" ")));
    }
    let Some(marks) = marks(connection, query)? else { return Ok(None) };
    let narrowed = |expression: String| format!("{expression}{marks}{without}");
    let all: Vec<String> = terms.iter().map(Alternatives::expression).collect();
    let all = all.join(" AND ");
    if terms.is_empty() {
        let marks = marks.strip_prefix(" AND ").map(|marks| format!("{marks}{without}"));
        return Ok(Some(Expressions { all: marks, ..Expressions::default() }));
    }
    let mut strict = vec![];
    if terms.iter().all(|term| term.first.is_empty() && !term.is_exact) {
        let topics = terms.iter().map(|term| {
            let marks = term.last.iter().map(|word| topic_mark(word)).collect();
            Alternatives { first: Vec::new(), last: marks, is_exact: false }.expression()
        });
        let topics: Vec<String> = topics.collect();
        strict.push(narrowed(format!("({})", topics.join(" AND "))));
    }
    if terms.len() > 1 && terms.iter().all(|term| !term.is_exact) {
        let (last, before) = (&terms[terms.len() - 1], &terms[..terms.len() - 1]);
        // In front of the last, each word stands for itself: it comes first.
        let first = before.iter().flat_map(|term| term.first.iter().chain(term.last.first()));
        let phrase = Alternatives {
            first: first.chain(&last.first).cloned().collect(),
            last: last.last.iter().take(MAXIMUM_ENDS).cloned().collect(),
            is_exact: true,
        };
        strict.push(narrowed(format!("{{question answer more}} : {}", phrase.expression())));
    }
    strict.push(narrowed(format!("question : ({all})")));
    Ok(Some(Expressions {
        name: Some(format!("({all}){without}")),
        all: Some(narrowed(format!("({all})"))),
        strict,
        is_wide: terms.iter().any(|term| term.last.len() > MAXIMUM_ENDS),
    }))
}

fn alternatives(connection: &Connection, term: &Term, parts: bool) -> Result<Alternatives, Error> {
    let (last, first) =
        term.words.split_last().map_or((String::new(), Vec::new()), |(last, first)| (last.clone(), first.to_vec()));
    let mut words = vec![last];
    if parts && !term.is_exact {
        words = containing(connection, &words[0])?;
    } else if term.is_prefix {
        let completions = beginning(connection, &words[0])?;
        words.extend(completions);
    }
    Ok(Alternatives { first, last: words, is_exact: term.is_exact })
}

/// ` AND "mark"` for each filter that is a mark; `None` if nothing can have it.
fn marks(connection: &Connection, query: &Query) -> Result<Option<String>, Error> {
    let filters = &query.filters;
    let mut marks = String::new();
    let mut add = |words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        marks.push_str(&format!(" AND ({})", words.join(" OR ")));
    };
    if let Some(source) = &filters.source {
        add(&[source_mark(source)]);
    }
    if let Some(model) = &filters.model {
        let mark = model_mark(model);
        let mut models = beginning(connection, &mark)?;
        models.push(mark);
        add(&models);
    }
    if filters.has_code {
        add(&[code_mark()]);
    }
    Ok(Some(marks))
}

/// Longer words that begin with this one, the shortest first: they are the most likely.
fn beginning(connection: &Connection, word: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT word FROM search_words WHERE word > ?1 AND word < ?2 ORDER BY word LIMIT ?3")
        .during(OPERATION)?;
    let rows = statement.query_map((word, format!("{word}\u{10ffff}"), MAXIMUM_LOOKED_AT), |row| row.get(0));
    Ok(shortest(rows.and_then(Iterator::collect).during(OPERATION)?))
}

/// Words that hold this text, the shortest first; none for fewer than three characters.
fn containing(connection: &Connection, text: &str) -> Result<Vec<String>, Error> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < 3 {
        return Ok(Vec::new());
    }
    let pieces: Vec<String> = characters.windows(3).map(|piece| quoted(&String::from_iter(piece))).collect();
    let mut statement = connection
        .prepare_cached(
            "SELECT search_words.word FROM search_word_parts JOIN search_words ON search_words.id = search_word_parts.rowid
            WHERE search_word_parts MATCH ?1 LIMIT ?2",
        )
        .during(OPERATION)?;
    let rows = statement.query_map((pieces.join(" AND "), MAXIMUM_LOOKED_AT), |row| row.get(0));
    let words: Vec<String> = rows.and_then(Iterator::collect).during(OPERATION)?;
    Ok(shortest(words.into_iter().filter(|word| word.contains(text)).collect()))
}

fn shortest(mut words: Vec<String>) -> Vec<String> {
    words.sort_by(|one, other| one.len().cmp(&other.len()).then_with(|| one.cmp(other)));
    words.truncate(MAXIMUM_COMPLETIONS);
    words
}

/// Words of the index, which have no quotation marks in them, as one phrase.
fn quoted(words: &str) -> String {
    format!("\"{words}\"")
}
