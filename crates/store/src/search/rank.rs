//! How well a turn answers a query, by its text.

use super::tokens::each;
use aios_model::SnippetPart;

/// How much of each side of a turn is looked at, in bytes.
const LOOKED_AT: usize = 32 * 1024;

/// The length of a text that is neither short nor long, in bytes.
const USUAL_LENGTH: f64 = 1500.0;

/// Bytes of a snippet, and how many of them come before the first hit at least.
const SNIPPET: usize = 200;
const BEFORE: usize = 40;

/// Days after which a turn is half as recent.
const HALF_RECENT: f64 = 90.0;

/// Words to look for.
pub(super) struct Wanted {
    words: Vec<(String, Match)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Match {
    Whole,
    Beginning,
    Part,
}

impl Wanted {
    pub fn new(words: impl Iterator<Item = (String, bool)>, parts: bool) -> Wanted {
        let kind = |is_prefix| match (parts, is_prefix) {
            (true, _) => Match::Part,
            (_, true) => Match::Beginning,
            _ => Match::Whole,
        };
        Wanted { words: words.map(|(word, is_prefix)| (word, kind(is_prefix))).collect() }
    }

    /// The number of the word that this one is.
    fn find(&self, found: &str) -> Option<usize> {
        self.words.iter().position(|(word, kind)| match kind {
            Match::Whole => found == word,
            Match::Beginning => found.starts_with(word.as_str()),
            Match::Part => found.contains(word.as_str()),
        })
    }
}

/// A place in a text where a word is.
#[derive(Clone, Copy)]
pub(super) struct Place {
    word: usize,
    start: usize,
    end: usize,
}

/// Where the words are in a text.
pub(super) fn places(text: &str, wanted: &Wanted) -> Vec<Place> {
    let mut places = Vec::new();
    each(text, |token| {
        if let Some(word) = wanted.find(token.word) {
            places.push(Place { word, start: token.start, end: token.end });
        }
        token.end < LOOKED_AT
    });
    places
}

/// How well a turn answers, whose question and answer have the words at these places and are so many bytes together: the words of a question weigh
/// more, and saying a word often is worth less each time. `strictness` is that of the strictest expression that found it, `age` in days.
pub(super) fn score(sides: [&[Place]; 2], bytes: usize, wanted: &Wanted, strictness: f64, age: f64) -> f64 {
    let mut times = vec![0.0; wanted.words.len()];
    for (places, weight) in sides.into_iter().zip([1.5, 1.0]) {
        for place in places {
            times[place.word] += weight;
        }
    }
    let length = bytes as f64 / USUAL_LENGTH;
    let said: f64 = times.iter().map(|times| times / (times + 0.3 + 0.9 * length.min(20.0))).sum();
    let recency = 1.0 / (1.0 + age.max(0.0) / HALF_RECENT);
    (said / wanted.words.len().max(1) as f64 + strictness) * (0.6 + 0.4 * recency)
}

/// The stretch of a text with most of the words, these marked; `None` if none of them is in it.
pub(super) fn snippet(text: &str, wanted: &Wanted) -> Option<Vec<SnippetPart>> {
    stretch(text, &places(text, wanted), wanted)
}

/// [`snippet`] of a text whose words are at these places.
pub(super) fn stretch(text: &str, places: &[Place], wanted: &Wanted) -> Option<Vec<SnippetPart>> {
    let different = |from: usize| {
        let inside = places[from..].iter().take_while(|place| place.end <= places[from].start + SNIPPET - BEFORE);
        let mut seen = vec![false; wanted.words.len()];
        inside.for_each(|place| seen[place.word] = true);
        seen.into_iter().filter(|seen| *seen).count()
    };
    // Of equals, the first.
    let best = (0..places.len().min(1000)).rev().max_by_key(|&from| different(from))?;
    let first = places[best].start;
    let start = if first <= BEFORE { 0 } else { boundary(text, first - BEFORE) };
    let end = boundary(text, (start + SNIPPET).max(places[best].end).min(text.len()));
    let mut parts = Vec::new();
    let mut push = |piece: &str, hit: bool| {
        let piece = piece.replace(|character: char| character.is_control(), " ");
        match parts.last_mut() {
            _ if piece.is_empty() => {}
            Some(SnippetPart { text, hit: before }) if *before == hit => text.push_str(&piece),
            _ => parts.push(SnippetPart { text: piece, hit }),
        }
    };
    if start > 0 {
        push("…", false);
    }
    let mut at = start;
    for place in places.iter().filter(|place| place.start >= start && place.end <= end) {
        // Pairs of characters overlap.
        let from = place.start.max(at);
        if from < place.end {
            push(&text[at..from], false);
            push(&text[from..place.end], true);
            at = place.end;
        }
    }
    push(&text[at..end], false);
    if end < text.len() {
        push("…", false);
    }
    Some(parts)
}

/// The beginning of the word that this position is in, if it is not far, else of the character.
fn boundary(text: &str, at: usize) -> usize {
    let character = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    if at >= text.len() {
        return text.len();
    }
    let (at, near) = (character(at), character(at.saturating_sub(24)));
    let space = text[near..at].char_indices().rev().find(|(_, character)| character.is_whitespace());
    space.map_or(at, |(position, character)| near + position + character.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::{Wanted, places, score, snippet};
    use proptest::prelude::*;

    fn wanted(words: &[&str]) -> Wanted {
        Wanted::new(words.iter().map(|word| ((*word).to_owned(), false)), false)
    }

    fn marked(text: &str, words: &[&str]) -> Option<String> {
        let parts = snippet(text, &wanted(words))?;
        Some(parts.into_iter().map(|part| if part.hit { format!("[{}]", part.text) } else { part.text }).collect())
    }

    #[test]
    fn a_snippet_is_the_stretch_with_most_words() {
        let text = format!("needle {} a hay and a needle {}", "x ".repeat(200), "y ".repeat(200));
        let shown = marked(&text, &["needle", "hay"]).unwrap();
        assert!(shown.contains("a [hay] and a [needle]") && shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert_eq!(marked("天空蓝色", &["天空", "空蓝"]).as_deref(), Some("[天空蓝]色"));
        assert_eq!(marked("nothing", &["needle"]), None);
    }

    #[test]
    fn what_says_more_is_newer_or_asks_for_it_comes_first() {
        let one = wanted(&["boiler"]);
        let score = |question: &str, answer: &str, age| {
            let sides = [question, answer].map(|text| places(text, &one));
            score([&sides[0], &sides[1]], question.len() + answer.len(), &one, 0.0, age)
        };
        assert!(score("boiler?", "x", 1.0) > score("x", "boiler", 1.0));
        assert!(score("x", "boiler boiler", 1.0) > score("x", "boiler", 1.0));
        assert!(score("x", "boiler", 1.0) > score("x", "boiler", 400.0));
        assert!(score("x", "boiler", 1.0) > score("x", &format!("boiler{}", " word".repeat(1000)), 1.0));
    }

    proptest! {
        #[test]
        fn a_snippet_is_a_stretch_of_the_text(text in "[a-zäß天 \\n]{0,400}", word in "[a-z]{1,3}") {
            let Some(parts) = snippet(&text, &Wanted::new([(word, true)].into_iter(), false)) else { return Ok(()) };
            let whole: String = parts.iter().map(|part| part.text.as_str()).collect();
            prop_assert!(parts.iter().any(|part| part.hit));
            prop_assert!(text.replace('\n', " ").contains(whole.trim_matches('…')), "{whole}");
        }
    }
}
