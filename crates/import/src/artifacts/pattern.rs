//! The regular expressions of Python with which ChatGPT changes its documents, as far as they can be followed.

use regex_lite::{Captures, Regex, RegexBuilder};
use std::borrow::Cow;

/// The largest program that a pattern may become, in bytes. Real ones are sentences.
const MAXIMUM_PROGRAM: usize = 64 * 1024;

/// The most places that are changed at once.
const MAXIMUM_PLACES: usize = 10_000;

/// Whether a pattern stands for the whole text: that is how documents are written anew.
pub(super) fn is_everything(pattern: &str) -> bool {
    matches!(pattern, ".*" | "(?s).*" | "(?s)^.*$" | "^.*$" | "[\\s\\S]*" | "^[\\s\\S]*$" | ".+" | "(?s).+")
}

/// The text with what matches replaced: the first or, if asked, all. `None` if nothing matches, the pattern is none that is known here, it is unclear
/// what it stands for, or it comes to more than `room` bytes or more work than `effort` (in bytes of pattern times bytes of text), which it uses up.
///
/// Whether a dot matches the end of a line is not known: where it makes a difference, it is unclear what was changed.
pub(super) fn replace(
    text: &str,
    pattern: &str,
    replacement: &str,
    everywhere: bool,
    room: usize,
    effort: &mut u64,
) -> Option<String> {
    if is_everything(pattern) {
        return Some(replacement.to_owned());
    }
    if let Some(plain) = plain(pattern) {
        if plain.is_empty() {
            return None;
        }
        *effort = effort.checked_sub(text.len() as u64)?;
        let places = text
            .match_indices(&*plain)
            .map(|(at, found)| (at..at + found.len(), expanded(replacement, |group| (group == "0").then_some(found))));
        return changed(text, places, everywhere, room);
    }
    let compiled = |dot_matches_all: bool| {
        RegexBuilder::new(pattern).dot_matches_new_line(dot_matches_all).size_limit(MAXIMUM_PROGRAM).build().ok()
    };
    // What is repeated by a count is written once and compared many times.
    let counts = pattern.as_bytes().windows(2).any(|pair| pair[0] == b'{' && pair[1].is_ascii_digit());
    let weight = if counts { 2048 } else { pattern.len() as u64 };
    let mut by = |regex: &Regex| {
        let mut from = 0;
        let mut spent = false;
        let places = std::iter::from_fn(|| {
            let work = (text.len().checked_sub(from)? as u64).saturating_mul(weight);
            let Some(left) = effort.checked_sub(work) else {
                spent = true;
                return None;
            };
            *effort = left;
            let captures = regex.captures_at(text, from)?;
            let found = captures.get(0)?.range();
            // Behind an empty match, the search goes on with the next character.
            from = if found.is_empty() {
                found.end + text[found.end..].chars().next().map_or(1, char::len_utf8)
            } else {
                found.end
            };
            let instead = expanded(replacement, |group| named(&captures, group));
            Some((found, instead))
        });
        let result = changed(text, places, everywhere, room);
        result.filter(|_| !spent)
    };
    let narrow = by(&compiled(false)?);
    if !pattern.contains('.') {
        return narrow;
    }
    let wide = by(&compiled(true)?);
    match (narrow, wide) {
        (Some(narrow), Some(wide)) => (narrow == wide).then_some(narrow),
        (narrow, wide) => narrow.or(wide),
    }
}

/// The text with the changes made, of which there has to be one.
fn changed(
    text: &str,
    places: impl Iterator<Item = (std::ops::Range<usize>, String)>,
    everywhere: bool,
    room: usize,
) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut at = None;
    for (count, (range, instead)) in places.take(if everywhere { MAXIMUM_PLACES + 1 } else { 1 }).enumerate() {
        if count == MAXIMUM_PLACES || result.len() + instead.len() > room {
            return None;
        }
        result.push_str(&text[at.unwrap_or(0)..range.start]);
        result.push_str(&instead);
        at = Some(range.end);
    }
    result.push_str(&text[at?..]);
    (result.len() <= room).then_some(result)
}

fn named<'t>(captures: &Captures<'t>, group: &str) -> Option<&'t str> {
    let found = match group.parse() {
        Ok(number) => captures.get(number),
        Err(_) => captures.name(group),
    };
    // A group that took no part is empty.
    Some(found.map_or("", |found| found.as_str()))
}

/// The text that a pattern without any special character stands for.
fn plain(pattern: &str) -> Option<Cow<'_, str>> {
    if !pattern.contains(['\\', '.', '^', '$', '*', '+', '?', '{', '[', '|', '(', ')']) {
        return Some(Cow::Borrowed(pattern));
    }
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                escaped if !escaped.is_ascii_alphanumeric() => text.push(escaped),
                _ => return None,
            },
            '.' | '^' | '$' | '*' | '+' | '?' | '{' | '[' | '|' | '(' | ')' => return None,
            _ => text.push(character),
        }
    }
    Some(Cow::Owned(text))
}

/// What a replacement stands for, as Python's `Match.expand` has it: `\1`, `\g<name>` and a few escapes. What is none of these stays as it is.
fn expanded<'a>(replacement: &str, group: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut result = String::with_capacity(replacement.len());
    let mut rest = replacement;
    while let Some(at) = rest.find('\\') {
        result.push_str(&rest[..at]);
        let escape = &rest[at + 1..];
        let digits = escape.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let reference = escape.strip_prefix("g<").and_then(|name| name.split_once('>'));
        rest = match (escape.chars().next(), reference) {
            (Some('g'), Some((name, behind))) if group(name).is_some() => {
                result.push_str(group(name).unwrap_or_default());
                behind
            }
            (Some('1'..='9'), _) if group(&escape[..digits]).is_some() => {
                result.push_str(group(&escape[..digits]).unwrap_or_default());
                &escape[digits..]
            }
            (Some('n'), _) => {
                result.push('\n');
                &escape[1..]
            }
            (Some('t'), _) => {
                result.push('\t');
                &escape[1..]
            }
            (Some('\\'), _) => {
                result.push('\\');
                &escape[1..]
            }
            _ => {
                result.push('\\');
                escape
            }
        };
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::replace;
    use proptest::prelude::*;

    fn replaced(text: &str, pattern: &str, replacement: &str, everywhere: bool) -> Option<String> {
        replace(text, pattern, replacement, everywhere, 10_000, &mut 1_000_000)
    }

    #[test]
    fn everything_plain_text_and_patterns_are_replaced() {
        for (text, pattern, replacement, everywhere, expected) in [
            ("a\nb", ".*", "all \\1 new", false, "all \\1 new"),
            ("a+b a+b", r"a\+b", "c", false, "c a+b"),
            ("a b a", "a", "c", true, "c b c"),
            ("x = 1", r"x = (\d)", r"y = \1\n", false, "y = 1\n"),
            ("one two", r"(?P<w>\w+) (\w+)", r"\2 \g<w>", false, "two one"),
            ("Ä1 Ä2", r"Ä\d", "b", true, "b b"),
            ("head\nbody\ntail", r"head[\s\S]*?\n(t)", r"\1", false, "tail"),
            // A dot that has to match the end of a line.
            ("head\nbody", "head.body", "x", false, "x"),
            // An escape that Python does not know stays.
            ("a", "a", r"\d", false, r"\d"),
        ] {
            assert_eq!(replaced(text, pattern, replacement, everywhere).as_deref(), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_is_unclear_or_too_much_is_not_replaced() {
        // The rest of the line, or of the text?
        assert_eq!(replaced("a 1\nb", "a.*", "c", false), None);
        assert_eq!(replaced("a", "b", "c", false), None);
        assert_eq!(replaced("a", "(?=a)a", "c", false), None);
        assert_eq!(replaced("a", "(", "c", false), None);
        assert_eq!(replaced("a", "", "c", false), None);
        assert_eq!(replaced(&"a".repeat(9000), "a", "bb", true), None);
        assert_eq!(replaced(&"a".repeat(9000), "[a]", "", true), None);
        assert_eq!(replaced("a", "((((a{99}){99}){99}){99})", "b", true), None);
    }

    proptest! {
        #[test]
        fn any_pattern_is_taken(text in "[ab\nä]{0,20}", pattern in "[ab.*+?()\\[\\]\\\\|{}1ä^$]{0,8}", replacement in "[a\\\\1g<>]{0,8}", everywhere: bool) {
            let result = replace(&text, &pattern, &replacement, everywhere, 1000, &mut 100_000);
            prop_assert!(result.is_none_or(|result| result.len() <= 1000));
        }
    }
}
