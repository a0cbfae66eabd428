//! Full-text search.

use crate::{
    Error,
    conversations::{SUMMARY_COLUMNS, summary},
    error::During,
};
use aios_model::{SearchHit, SnippetPart, Timestamp};
use rusqlite::{Connection, Row};

/// The most words of a query that are searched for; the rest is left out.
const MAXIMUM_TERMS: usize = 32;

/// The most hits that a search gives.
pub const MAXIMUM_HITS: u32 = 500;

/// What SQLite puts around a hit in a snippet. Control characters: should a text hold them, a mark is in the wrong place, no more.
const HIT_BEGINS: char = '\u{2}';
const HIT_ENDS: char = '\u{3}';

/// Searches names and both sides of all turns for a person's words: all of them have to be there, the last one perhaps as the beginning of
/// a longer word. Conversations with the words in their name come first (at their first turn), then turns, best first.
///
/// Any text is a query: nothing in it is syntax. Case and accents do not matter. Chinese, Japanese and Thai are found only by the beginning of
/// a run between spaces or punctuation, since nothing marks their words. An answer is found when it is no longer being written.
///
/// # Errors
/// What SQLite says.
pub fn search(connection: &Connection, query: &str, limit: u32) -> Result<Vec<SearchHit>, Error> {
    let limit = limit.min(MAXIMUM_HITS);
    let Some(expression) = expression(query) else { return Ok(Vec::new()) };
    let names = format!(
        "SELECT {SUMMARY_COLUMNS}, turn.id, turn.timestamp,
            highlight(convos_fts, 0, char({}), char({}))
        FROM convos_fts JOIN convos ON convos.id = convos_fts.rowid
        JOIN convo_turns AS turn ON turn.id = (
            SELECT min(id) FROM convo_turns WHERE convo_id = convos.id AND parent_id IS NULL
        )
        WHERE convos_fts MATCH ?1 ORDER BY rank LIMIT ?2",
        u32::from(HIT_BEGINS),
        u32::from(HIT_ENDS)
    );
    let turns = format!(
        "SELECT {SUMMARY_COLUMNS}, turn.id, turn.timestamp,
            snippet(convo_turns_fts, -1, char({}), char({}), '…', 24)
        FROM convo_turns_fts JOIN convo_turns AS turn ON turn.id = convo_turns_fts.rowid
        JOIN convos ON convos.id = turn.convo_id
        WHERE convo_turns_fts MATCH ?1 ORDER BY rank LIMIT ?2",
        u32::from(HIT_BEGINS),
        u32::from(HIT_ENDS)
    );
    let mut hits = run(connection, "searching names", &names, &expression, limit)?;
    let rest = limit.saturating_sub(u32::try_from(hits.len()).unwrap_or(u32::MAX));
    if rest > 0 {
        hits.extend(run(connection, "searching turns", &turns, &expression, rest)?);
    }
    Ok(hits)
}

fn run(
    connection: &Connection,
    operation: &'static str,
    sql: &str,
    expression: &str,
    limit: u32,
) -> Result<Vec<SearchHit>, Error> {
    let mut statement = connection.prepare_cached(sql).during(operation)?;
    let rows = statement.query_map((expression, limit), hit);
    rows.and_then(Iterator::collect).during(operation)
}

fn hit(row: &Row<'_>) -> rusqlite::Result<SearchHit> {
    let snippet: String = row.get(12)?;
    Ok(SearchHit {
        conversation: summary(row, 0)?,
        turn_id: row.get(10)?,
        timestamp: Timestamp::from_milliseconds(row.get(11)?),
        snippet: snippet_parts(&snippet),
    })
}

/// The FTS5 expression for a person's words; `None` if there are none. Each is a quoted string, in which only `"` means anything.
fn expression(query: &str) -> Option<String> {
    // FTS5 reads the expression as a C string: a NUL would cut it in the middle of a quotation.
    let separates = |character: char| character.is_whitespace() || character.is_control();
    let terms: Vec<String> = query
        .split(separates)
        .filter(|term| !term.is_empty())
        .take(MAXIMUM_TERMS)
        .map(|term| format!("\"{}\"", term.replace('"', "\"\"")))
        .collect();
    (!terms.is_empty()).then(|| terms.join(" ") + " *")
}

fn snippet_parts(marked: &str) -> Vec<SnippetPart> {
    let mut parts: Vec<SnippetPart> = Vec::new();
    let mut hit = false;
    for piece in marked.split_inclusive([HIT_BEGINS, HIT_ENDS]) {
        let text = piece.trim_end_matches([HIT_BEGINS, HIT_ENDS]);
        if !text.is_empty() {
            parts.push(SnippetPart { text: text.to_owned(), hit });
        }
        match piece.chars().next_back() {
            Some(HIT_BEGINS) => hit = true,
            Some(HIT_ENDS) => hit = false,
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{expression, snippet_parts};

    #[test]
    fn every_word_is_quoted_and_the_last_is_a_prefix() {
        assert_eq!(expression(" say \"hi\u{0}there\" NOT ("), Some(r#""say" """hi" "there""" "NOT" "(" *"#.to_owned()));
        assert_eq!(expression(" \u{0} \n"), None);
    }

    #[test]
    fn a_snippet_is_cut_at_its_marks() {
        let parts: Vec<_> =
            snippet_parts("a \u{2}b\u{3}\u{2}c\u{3} <i>").into_iter().map(|part| (part.text, part.hit)).collect();
        let expected = [("a ", false), ("b", true), ("c", true), (" <i>", false)];
        assert_eq!(parts, expected.map(|(text, hit)| (text.to_owned(), hit)));
    }
}
