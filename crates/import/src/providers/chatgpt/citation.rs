//! Marks in the text of an answer that stand for sources, made into links or taken out.
//!
//! Since 2024 a mark is `U+E200 cite U+E202 turn0search3 U+E201` and `metadata.content_references` says what it stands for; before, it was
//! `【172†source】` and `metadata.citations`. Positions count Unicode code points.

use crate::{
    lenient::{List, Number, Text, lenient_object},
    providers::assemble::{escaped, link},
};
use aios_model::Part;
use memchr::{
    memchr2_iter,
    memmem::{self, Finder},
};
use std::{borrow::Cow, ops::Range, sync::LazyLock};

lenient_object! {
    struct RawReference<'de> {
        "type" => kind: Text<'de>,
        "name" => name: Text<'de>,
        "matched_text" => matched_text: Text<'de>,
        "start_idx" => start: Number,
        "end_idx" => end: Number,
        "alt" => alt: Text<'de>,
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "items" => items: List<RawSource<'de>>,
        "fallback_items" => fallback_items: List<RawSource<'de>>,
        "sources" => sources: List<RawSource<'de>>,
        "item" => item: RawSource<'de>,
        "products" => products: List<RawSource<'de>>,
        "images" => images: List<RawSource<'de>>,
        "safe_urls" => safe_urls: List<Text<'de>>,
    }
}

lenient_object! {
    struct RawSource<'de> {
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "supporting_websites" => supporting: List<RawSupporting<'de>>,
    }
}

lenient_object! {
    struct RawSupporting<'de> {
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
    }
}

lenient_object! {
    struct RawCitation<'de> {
        "start_ix" => start: Number,
        "end_ix" => end: Number,
        "metadata" => source: RawCited<'de>,
    }
}

lenient_object! {
    struct RawCited<'de> {
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "text" => text: Text<'de>,
    }
}

/// The longest mark that is taken out as a whole, in bytes: an opening mark whose end is missing must not take the rest of the text along.
const LONGEST_MARK: usize = 4000;

/// The most links in place of one mark; if there are more sources, all become parts too.
const MAXIMUM_LINKS: usize = 10;

/// How many marks whose position is wrong are looked for in the text.
const SEARCHES: usize = 200;

/// Makes links of the marks in text parts, and takes out those that nothing is known about. Sources without a mark become parts.
pub(super) fn resolve(parts: &mut Vec<Part>, references: &[RawReference<'_>], citations: &[RawCitation<'_>]) {
    let mut shown = vec![false; references.len()];
    let mut cited = vec![false; citations.len()];
    for part in parts.iter_mut() {
        let Part::Text { text } = part else { continue };
        if !may_hold_marks(text) {
            continue;
        }
        if let Cow::Owned(whole) = restored(text) {
            *text = whole;
        }
        if find_mark(text).is_none() {
            continue;
        }
        let positions = Positions::new(text);
        let mut changes: Vec<(Range<usize>, String)> = Vec::new();
        let mut searches = 0;
        for (reference, shown) in references.iter().zip(&mut shown) {
            let mark = &*restored(reference.matched_text.as_str());
            if !mark.contains(is_mark) {
                continue;
            }
            let stated = positions.range(reference.start, reference.end).filter(|range| &text[range.clone()] == mark);
            let found = stated.or_else(|| {
                searches += 1;
                let start = text.find(mark).filter(|_| searches <= SEARCHES)?;
                Some(start..start + mark.len())
            });
            if let Some(range) = found {
                changes.push((range, replacement(reference)));
                *shown = reference.kind.as_str() == "hidden" || reference.sources().len() <= MAXIMUM_LINKS;
            }
        }
        for (citation, cited) in citations.iter().zip(&mut cited) {
            let range = positions.range(citation.start, citation.end);
            if let Some(range) =
                range.filter(|range| text[range.clone()].starts_with('【') && text[range.clone()].ends_with('】'))
            {
                let link = link(citation.source.title.as_str(), citation.source.url.as_str());
                changes.push((range, link.map(|link| format!(" {link}")).unwrap_or_default()));
                *cited = true;
            }
        }
        *text = without_marks(&changed(text, changes));
    }
    let footnotes = references.iter().zip(shown).filter(|(_, shown)| !shown).flat_map(|(reference, _)| {
        let part = |(title, url): (&str, &str)| Part::Citation {
            title: Some(title.to_owned()).filter(|title| !title.trim().is_empty()),
            url: Some(url.to_owned()),
            text: None,
        };
        reference.sources().into_iter().map(part)
    });
    let unlinked = citations.iter().zip(cited).filter(|(_, cited)| !cited).map(|(citation, _)| {
        let RawCited { title, url, text } = &citation.source;
        Part::Citation { title: title.owned(), url: url.owned(), text: text.owned() }
    });
    let mut added: Vec<Part> = Vec::new();
    for part in footnotes.chain(unlinked) {
        let empty = matches!(&part, Part::Citation { title: None, url: None, text: None });
        if !empty && !added.contains(&part) && added.len() < SEARCHES {
            added.push(part);
        }
    }
    parts.append(&mut added);
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{e200}'..='\u{e206}' | '【')
}

/// Where the first mark is. Its first byte is looked for, which is far faster than looking at each character.
fn find_mark(text: &str) -> Option<usize> {
    memchr2_iter(0xe3, 0xee, text.as_bytes()).find(|at| text[*at..].starts_with(is_mark))
}

/// Whether there is anything in a text that [`restored`] or [`is_mark`] look for. Nearly all texts have none, and bytes are found faster than characters.
fn may_hold_marks(text: &str) -> bool {
    // The first two bytes of U+E200 to U+E206, and the beginnings of the other forms.
    static FORMS: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| {
        let forms: [&[u8]; 4] = [b"\xee\x88", "【".as_bytes(), b"\\ue20", "\u{e3}\u{20ac}".as_bytes()];
        forms.map(Finder::new)
    });
    // All but the third begin beyond ASCII.
    let forms = if text.is_ascii() { &FORMS[2..3] } else { &FORMS[..] };
    forms.iter().any(|form| form.find(text.as_bytes()).is_some())
}

/// What stands where a mark was.
fn replacement(reference: &RawReference<'_>) -> String {
    if reference.kind.as_str() == "hidden" {
        return String::new();
    }
    let sources = reference.sources();
    let mut links: Vec<String> =
        sources.into_iter().take(MAXIMUM_LINKS).filter_map(|(title, url)| link(title, url)).collect();
    links.dedup();
    if !links.is_empty() {
        let links = links.join(", ");
        // A list of links has a title of its own.
        return match reference.title.filled().filter(|_| reference.kind.as_str() == "nav_list") {
            Some(title) => format!(" ({}: {links})", escaped(title)),
            None => format!(" ({links})"),
        };
    }
    let mark = reference.matched_text.as_str();
    let named = mark.strip_prefix('\u{e200}').map(name_of).filter(|name| !name.is_empty());
    match reference.alt.filled().or(named) {
        Some(words) => words.to_owned(),
        // A file that was searched.
        None => reference.name.filled().map(|name| format!(" ({})", escaped(name))).unwrap_or_default(),
    }
}

impl RawReference<'_> {
    /// Titles and addresses of all that it stands for, each address once.
    fn sources<'a>(&'a self) -> Vec<(&'a str, &'a str)> {
        if self.kind.as_str() == "hidden" {
            return Vec::new();
        }
        let mut found: Vec<(&str, &str)> = Vec::new();
        let mut add = |title: &'a Text<'_>, url: &'a Text<'_>| {
            if let Some(url) = url.filled()
                && found.len() < SEARCHES
                && !found.iter().any(|(_, known)| *known == url)
            {
                found.push((title.as_str(), url));
            }
        };
        let items = if self.items.0.is_empty() { &self.fallback_items } else { &self.items };
        let lists = [items, &self.sources, &self.products, &self.images];
        for source in lists.into_iter().flat_map(|list| &list.0).chain([&self.item]) {
            add(&source.title, &source.url);
            source.supporting.0.iter().for_each(|source| add(&source.title, &source.url));
        }
        add(&self.title, &self.url);
        if found.is_empty() {
            found.extend(self.safe_urls.0.iter().filter_map(Text::filled).take(SEARCHES).map(|url| ("", url)));
        }
        found
    }
}

/// Where the code points of a text are: how many begin before each block of bytes, since that is counted far faster than each is noted.
struct Positions<'a> {
    text: &'a str,
    before: Vec<usize>,
}

impl Positions<'_> {
    const BLOCK: usize = 128;

    fn new(text: &str) -> Positions<'_> {
        let begins = |block: &[u8]| block.iter().filter(|byte| begins_character(**byte)).count();
        let blocks = text.as_bytes().chunks(Positions::BLOCK);
        let before = blocks.scan(0, |count, block| Some(std::mem::replace(count, *count + begins(block)))).collect();
        Positions { text, before }
    }

    /// The byte at which the code point with this number begins; the end of the text for the one behind the last.
    fn at(&self, number: Number) -> Option<usize> {
        let number = usize::try_from(number.count()?).ok()?;
        let block = self.before.partition_point(|before| *before <= number).checked_sub(1)?;
        let start = block * Positions::BLOCK;
        let bytes = self.text.as_bytes()[start..].iter().enumerate().filter(|(_, byte)| begins_character(**byte));
        let mut behind = bytes.map(|(at, _)| start + at).chain([self.text.len()]);
        behind.nth(number - self.before[block])
    }

    fn range(&self, start: Number, end: Number) -> Option<Range<usize>> {
        let (start, end) = (self.at(start)?, self.at(end)?);
        (start < end).then_some(start..end)
    }
}

fn begins_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// The text with the changes made; of those that overlap, the first.
fn changed(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, instead) in changes {
        if range.start >= at {
            result.push_str(&text[at..range.start]);
            let spaced = result.ends_with(char::is_whitespace);
            result.push_str(if spaced { instead.trim_start() } else { &instead });
            at = range.end;
        }
    }
    result + &text[at..]
}

/// The text with marks that some exports have in another form: as escapes inside the text, or as UTF-8 that was read as Windows-1252.
fn restored(text: &str) -> Cow<'_, str> {
    const FORMS: [(&str, &str); 11] = [
        ("\\ue200", "\u{e200}"),
        ("\\ue201", "\u{e201}"),
        ("\\ue202", "\u{e202}"),
        ("\\ue203", "\u{e203}"),
        ("\\ue204", "\u{e204}"),
        ("\\ue205", "\u{e205}"),
        ("\\ue206", "\u{e206}"),
        ("\u{e3}\u{20ac}\u{90}", "【"),
        ("\u{e2}\u{20ac}\u{a0}", "†"),
        ("\u{e3}\u{20ac}\u{2018}", "】"),
        ("\u{e3}\u{20ac}\u{91}", "】"),
    ];
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"\\ue20").is_none() && memmem::find(bytes, "\u{e3}\u{20ac}".as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(FORMS.iter().fold(text.to_owned(), |text, (form, mark)| text.replace(form, mark)))
}

/// Takes out all marks. Of a named thing the name stays, and what marks U+E203 to U+E206 wrap.
fn without_marks(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find_mark(rest) {
        result.push_str(&rest[..at]);
        rest = &rest[at..];
        let (close, whole) = match rest.chars().next() {
            Some('\u{e200}') => ('\u{e201}', true),
            Some('【') => ('】', false),
            _ => {
                rest = &rest[3..];
                continue;
            }
        };
        let mut longest = LONGEST_MARK.min(rest.len());
        while !rest.is_char_boundary(longest) {
            longest -= 1;
        }
        match rest[..longest].find(close) {
            Some(end) if whole => {
                result.push_str(name_of(&rest[3..end]));
                rest = &rest[end + 3..];
            }
            Some(end) if rest[..end].contains('†') => rest = &rest[end + 3..],
            _ => {
                // These brackets are punctuation in Chinese and Japanese.
                if !whole {
                    result.push('【');
                }
                rest = &rest[3..];
            }
        }
    }
    result + rest
}

/// The name in a mark `entity["people","Ada Lovelace","…"]`; empty for other marks.
fn name_of(mark: &str) -> &str {
    let inside = mark.strip_prefix("entity").and_then(|rest| rest.trim_start_matches('\u{e202}').strip_prefix('['));
    inside.and_then(|inside| inside.split('"').nth(3)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Number, Positions, RawCitation, RawReference, resolve, without_marks};
    use aios_model::Part;
    use proptest::prelude::*;
    use serde_json::json;

    fn resolved(text: &str, references: serde_json::Value, citations: serde_json::Value) -> Vec<Part> {
        let (references, citations) = (references.to_string(), citations.to_string());
        let references: Vec<RawReference<'_>> = serde_json::from_str(&references).unwrap();
        let citations: Vec<RawCitation<'_>> = serde_json::from_str(&citations).unwrap();
        let mut parts = vec![Part::text(text)];
        resolve(&mut parts, &references, &citations);
        parts
    }

    #[test]
    fn marks_become_links_by_position_and_by_their_text() {
        let mark = "\u{e200}cite\u{e202}turn0search3\u{e201}";
        let text = format!("Ä{mark} and{mark}.");
        let source = json!([{ "title": "A [b]", "url": "https://a.example/x(1)" }]);
        let references = json!([
            { "matched_text": mark, "start_idx": 1, "end_idx": 20, "items": source },
            { "matched_text": mark, "start_idx": 24, "end_idx": 43, "items": [], "fallback_items": source },
        ]);
        let link = " ([A \\[b\\]](https://a.example/x%281%29))";
        assert_eq!(resolved(&text, references, json!([])), [Part::text(format!("Ä{link} and{link}."))]);
        let wrong = json!([{ "matched_text": mark, "start_idx": 7, "end_idx": 9, "items": source }]);
        assert_eq!(resolved(&text, wrong, json!([])), [Part::text(format!("Ä{link} and."))]);
    }

    #[test]
    fn old_marks_become_links_and_those_without_a_source_go() {
        let citations =
            json!([{ "start_ix": 2, "end_ix": 12, "metadata": { "title": "T", "url": "http://t.example" } }]);
        let parts = resolved("ab【1†source】c【2†source】【注】", json!([]), citations);
        assert_eq!(parts, [Part::text("ab [T](http://t.example)c【注】")]);
    }

    #[test]
    fn sources_without_a_mark_become_parts() {
        let references = json!([{ "matched_text": " ", "sources": [{ "title": "S", "url": "https://s.example" }] }]);
        let citation = Part::Citation { title: Some("S".into()), url: Some("https://s.example".into()), text: None };
        assert_eq!(resolved("x", references, json!([])), [Part::text("x"), citation]);
    }

    #[test]
    fn what_is_left_of_marks_is_taken_out_and_no_text_with_them() {
        assert_eq!(without_marks("a\u{e200}cite\u{e202}x\u{e201}b\u{e203}c\u{e204}d"), "abcd");
        assert_eq!(without_marks("x \u{e200}entity\u{e202}[\"people\",\"Ada\",\"m\"]\u{e201}!"), "x Ada!");
        let long = "y".repeat(5000);
        assert_eq!(without_marks(&format!("a\u{e200}{long}\u{e201}")), format!("a{long}"));
        assert_eq!(resolved("a\\ue200cite\\ue202t\\ue201b", json!([]), json!([])), [Part::text("ab")]);
    }

    proptest! {
        #[test]
        fn code_points_are_where_they_are(text in "[aä你🦀]{0,400}") {
            let positions = Positions::new(&text);
            let known: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            for number in 0..=known.len() + 1 {
                let expected = known.get(number).copied().filter(|_| !text.is_empty());
                prop_assert_eq!(positions.at(Number(Some(number as f64))), expected);
            }
        }

        #[test]
        fn any_text_and_positions_are_taken(
            text in "[ab\u{e200}\u{e201}\u{e202}\u{e205}【】†ä]{0,30}", start in 0u32..40, end in 0u32..40, mark in "[\u{e200}\u{e201}a]{0,4}"
        ) {
            let references = json!([{ "matched_text": mark, "start_idx": start, "end_idx": end, "alt": "z" }]);
            let citations = json!([{ "start_ix": start, "end_ix": end, "metadata": {} }]);
            let parts = resolved(&text, references, citations);
            if let Part::Text { text } = &parts[0] {
                let left = text.chars().filter(|c| (0xe200..=0xe206).contains(&u32::from(*c))).count();
                prop_assert_eq!(left, 0);
            }
        }
    }
}
