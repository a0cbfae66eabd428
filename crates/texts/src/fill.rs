//! Templates and what is put into them. A template is words with `{0}` for the first argument, and `{0|oone turn|x{0} turns}` for words that are selected by
//! it: behind each bar a letter for a category of numbers or the number itself, and what is said of those; `x` fits all.

use crate::{Language, numbers::grouped};

/// What is put in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// As it is.
    Words(&'a str),
    /// With its thousands apart.
    Count(u32),
}

/// The words of a template with all values in their places. What a template does not say well, it does not say: the build has looked at all of
/// them.
pub(crate) fn fill(template: &str, values: &[Value], language: Language) -> String {
    let mut text = String::new();
    append(&mut text, template, values, language);
    text
}

fn append(text: &mut String, template: &str, values: &[Value], language: Language) {
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        let mut characters = behind.chars();
        let position = characters.next().and_then(|digit| digit.to_digit(10)).unwrap_or_default();
        let value = values.get(position as usize);
        let (inside, after) = split(characters.as_str());
        rest = after;
        match value {
            Some(Value::Count(count)) if !inside.is_empty() => {
                let words = variant(inside, *count, language);
                append(text, words, values, language);
            }
            Some(Value::Count(count)) => text.push_str(&grouped(*count)),
            // What somebody else has written may run the other way: it stands apart, so that the words around it stay in order (Unicode, annex 9).
            // So do the parts of what was put together here already, which therefore needs no more.
            Some(Value::Words(words)) if language.is_right_to_left() && !words.contains('\u{2068}') => {
                text.push('\u{2068}');
                text.push_str(words);
                text.push('\u{2069}');
            }
            Some(Value::Words(words)) => text.push_str(words),
            None => {}
        }
    }
    text.push_str(rest);
}

/// What is before the brace that closes, and what is behind it.
fn split(text: &str) -> (&str, &str) {
    let mut depth = 0;
    for (position, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                return text.split_at_checked(position).map_or((text, ""), |(a, b)| (a, b.get(1..).unwrap_or("")));
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    (text, "")
}

/// The words for a number.
fn variant(variants: &str, count: u32, language: Language) -> &str {
    let category = language.category(count);
    let mut rest = variants;
    loop {
        let Some((_, behind)) = rest.split_once('|') else { return "" };
        let mut characters = behind.chars();
        let key = characters.next();
        let words = characters.as_str();
        let fits = key == Some(category) || key == Some('x') || key.and_then(|key| key.to_digit(10)) == Some(count);
        if fits {
            // No bar is in what is put in, as selectors do not stand in each other.
            return words.split_once('|').map_or(words, |(words, _)| words);
        }
        rest = words;
    }
}
