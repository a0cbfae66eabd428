//! What a person writes into the search box.

use super::tokens::each;
use aios_model::{Rating, Timestamp};

/// The most words of a query that are searched for; the rest is left out.
const MAXIMUM_TERMS: usize = 32;

/// A query. Any text is one.
///
/// ```text
/// boiler "exact words" -without begin*       words, all of which have to be there; the last one perhaps as the beginning of a longer word
/// source:claude model:gpt project:house      where it was held, what answered, where it is filed
/// after:2025-03 before:2026-01-31            when it was said, in UTC; a month or a year is its beginning
/// is:archived is:pinned rating:up has:code in:title
/// conversation:id                            in this one alone
/// ```
/// A filter with a value that it cannot have is taken as words.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Query {
    pub(super) terms: Vec<Term>,
    pub(super) without: Vec<Term>,
    pub(super) filters: Filters,
}

/// Words that follow each other.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Term {
    /// As the index has them.
    pub words: Vec<String>,
    /// The last word may be the beginning of a longer one.
    pub is_prefix: bool,
    /// It was written in quotation marks.
    pub is_exact: bool,
}

/// What a turn and its conversation have to be beside.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Filters {
    pub source: Option<String>,
    pub model: Option<String>,
    pub project: Option<String>,
    pub after: Option<Timestamp>,
    pub before: Option<Timestamp>,
    pub archived: Option<bool>,
    pub pinned: bool,
    pub rating: Option<Rating>,
    pub has_code: bool,
    pub in_title: bool,
    pub conversation: Option<String>,
}

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Query {
        let mut query = Query::default();
        let mut rest = text;
        while query.terms.len() + query.without.len() < MAXIMUM_TERMS {
            rest = rest.trim_start_matches(is_separator);
            if rest.is_empty() {
                break;
            }
            let (without, from) = match rest.strip_prefix('-') {
                Some(after) if after.starts_with(|character| !is_separator(character)) => (true, after),
                _ => (false, rest),
            };
            let term;
            if let Some(quoted) = from.strip_prefix('"') {
                let end = quoted.find('"').unwrap_or(quoted.len());
                term = Term::of(&quoted[..end], false, true);
                rest = quoted.get(end + 1..).unwrap_or("");
            } else {
                let end = from.find(is_separator).unwrap_or(from.len());
                let word = &from[..end];
                rest = &from[end..];
                if !without && query.filters.take(word, &mut rest) {
                    continue;
                }
                // Still being written, it may go on.
                term =
                    Term::of(word.trim_end_matches('*'), word.ends_with('*') || (rest.is_empty() && !without), false);
            }
            let Some(term) = term else { continue };
            if without { query.without.push(term) } else { query.terms.push(term) }
        }
        query
    }

    /// Nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.filters == Filters::default()
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || character.is_control()
}

impl Term {
    fn of(text: &str, is_prefix: bool, is_exact: bool) -> Option<Term> {
        let (mut words, mut tails): (Vec<String>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut after_pair = false;
        each(text, |token| {
            // The end of a run is in the index alone only where a run ends: a pair before it says the same.
            if token.is_tail && after_pair {
                tails.push(words.len());
            } else {
                words.push(token.word.to_owned());
            }
            after_pair = !token.is_tail && !token.word.is_ascii();
            true
        });
        let alone = words.len() == 1 && tails.is_empty() && words[0].chars().count() == 1 && !words[0].is_ascii();
        (!words.is_empty()).then_some(Term { words, is_prefix: is_prefix || alone, is_exact })
    }
}

impl Filters {
    /// Takes a filter; `false` if it is none. Its value may be in quotation marks and go on in `rest`.
    fn take(&mut self, word: &str, rest: &mut &str) -> bool {
        let Some((name, value)) = word.split_once(':') else { return false };
        let (mut value, mut after) = (value.to_owned(), *rest);
        if let Some(begin) = value.strip_prefix('"') {
            match begin.split_once('"') {
                Some((inside, _)) => value = inside.to_owned(),
                None => {
                    let end = rest.find('"').unwrap_or(rest.len());
                    value = format!("{begin}{}", &rest[..end]);
                    after = rest.get(end + 1..).unwrap_or("");
                }
            }
        }
        let value = value.trim();
        if value.is_empty() {
            return false;
        }
        let known = match name.to_ascii_lowercase().as_str() {
            "source" => set(&mut self.source, Some(value.to_owned())),
            "model" => set(&mut self.model, Some(value.to_owned())),
            "project" => set(&mut self.project, Some(value.to_owned())),
            "conversation" => set(&mut self.conversation, Some(value.to_owned())),
            "after" => set(&mut self.after, day(value)),
            "before" => set(&mut self.before, day(value)),
            "rating" => set(&mut self.rating, rating(value)),
            "is" => match value.to_ascii_lowercase().as_str() {
                "archived" => set(&mut self.archived, Some(true)),
                "active" => set(&mut self.archived, Some(false)),
                "pinned" | "starred" => switch(&mut self.pinned),
                _ => false,
            },
            "has" => value.eq_ignore_ascii_case("code") && switch(&mut self.has_code),
            "in" => value.eq_ignore_ascii_case("title") && switch(&mut self.in_title),
            _ => false,
        };
        if known {
            *rest = after;
        }
        known
    }
}

fn set<T>(filter: &mut Option<T>, value: Option<T>) -> bool {
    let is_one = value.is_some();
    if is_one {
        *filter = value;
    }
    is_one
}

fn switch(filter: &mut bool) -> bool {
    *filter = true;
    true
}

fn rating(value: &str) -> Option<Rating> {
    match value.to_ascii_lowercase().as_str() {
        "up" | "good" | "+" => Some(Rating::Up),
        "down" | "bad" | "-" => Some(Rating::Down),
        _ => None,
    }
}

/// The beginning of a year, a month or a day.
fn day(value: &str) -> Option<Timestamp> {
    let numbers = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let whole = match (numbers, value.len()) {
        (true, 4) => format!("{value}-01-01"),
        (true, 7) => format!("{value}-01"),
        (true, 10) => value.to_owned(),
        _ => return None,
    };
    Timestamp::parse(&format!("{whole}T00:00:00Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::{Query, Term};
    use proptest::prelude::*;

    fn words(term: &Term) -> String {
        let mut text = term.words.join(" ");
        if term.is_exact {
            text = format!("\"{text}\"");
        }
        if term.is_prefix {
            text.push('*');
        }
        text
    }

    fn parsed(text: &str) -> (Vec<String>, Vec<String>) {
        let query = Query::parse(text);
        (query.terms.iter().map(words).collect(), query.without.iter().map(words).collect())
    }

    #[test]
    fn words_phrases_exclusions_and_beginnings() {
        let (terms, without) = parsed("The \"exact Words\" -not -\"two words\" beg* snake_case en");
        assert_eq!(terms, ["the", "\"exact words\"", "beg*", "snake case", "en*"]);
        assert_eq!(without, ["not", "\"two words\""]);
        assert_eq!(parsed("end ").0, ["end"]);
        assert_eq!(parsed("- a -").0, ["a"]);
        assert_eq!(parsed("\"open").0, ["\"open\""]);
    }

    #[test]
    fn of_scripts_without_spaces_pairs_are_asked_for() {
        assert_eq!(parsed("天空蓝 x").0, ["天空 空蓝", "x*"]);
        assert_eq!(parsed("天 x").0, ["天*", "x*"]);
    }

    #[test]
    fn filters_are_read_and_what_cannot_be_one_is_words() {
        let query = Query::parse(
            "source:claude model:\"GPT 4\" project:house after:2025-03 before:2026 is:pinned rating:up has:code in:title is:archived boiler",
        );
        let filters = &query.filters;
        assert_eq!(filters.source.as_deref(), Some("claude"));
        assert_eq!(filters.model.as_deref(), Some("GPT 4"));
        assert_eq!(filters.project.as_deref(), Some("house"));
        assert_eq!(filters.after.map(|time| time.to_string()).as_deref(), Some("2025-03-01T00:00:00.000Z"));
        assert!(filters.pinned && filters.has_code && filters.in_title && filters.archived == Some(true));
        assert_eq!(query.terms.len(), 1);
        let query = Query::parse("std::fmt rating:funny after:soon http://a.b");
        assert_eq!(query.terms.len(), 4);
        assert_eq!(query.filters, super::Filters::default());
    }

    proptest! {
        #[test]
        fn any_text_is_a_query(text in any::<String>(), more in "[\"\\-:*a is]{0,20}") {
            let query = Query::parse(&(text + &more));
            prop_assert!(query.terms.iter().chain(&query.without).all(|term| !term.words.is_empty()));
        }
    }
}
