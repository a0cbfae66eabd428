//! Bare addresses in text, after GFM's extended autolinks, for `http://` and `https://`.

/// Cuts `text` into plain parts and addresses, in order.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    let mut pending = None;
    std::iter::from_fn(move || {
        if let Some(address) = pending.take() {
            return Some(Part::Address(address));
        }
        if rest.is_empty() {
            return None;
        }
        let (start, end) = find(rest).unwrap_or((rest.len(), rest.len()));
        let (plain, address) = (&rest[..start], &rest[start..end]);
        rest = &rest[end..];
        match (plain.is_empty(), address.is_empty()) {
            (true, _) => Some(Part::Address(address)),
            (false, is_last) => {
                pending = (!is_last).then_some(address);
                Some(Part::Plain(plain))
            }
        }
    })
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Plain(&'a str),
    Address(&'a str),
}

fn find(text: &str) -> Option<(usize, usize)> {
    text.match_indices("http").find_map(|(start, _)| {
        let scheme = ["https://", "http://"].into_iter().find(|scheme| text[start..].starts_with(scheme))?;
        let is_inside_word = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        let has_host = text[start + scheme.len()..].starts_with(|first: char| first.is_alphanumeric() || first == '[');
        (!is_inside_word && has_host).then(|| (start, start + length(&text[start..])))
    })
}

/// How far an address reaches that starts the text: up to white space, a quote, a bracket of markup or the punctuation
/// of languages that put no space after it; then without the punctuation that belongs to the sentence.
fn length(text: &str) -> usize {
    let ends = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '<' | '>' | '"' | '`' | '“' | '”' | '«' | '»')
            || matches!(character, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let address = &text[..text.find(ends).unwrap_or(text.len())];
    let count = |bracket| address.bytes().filter(|byte| *byte == bracket).count();
    let mut unopened = count(b')').saturating_sub(count(b'('));
    let mut length = address.len();
    while let Some(last) = address[..length].bytes().next_back() {
        match last {
            b'?' | b'!' | b'.' | b',' | b':' | b';' | b'*' | b'_' | b'~' | b'\'' | b']' => {}
            b')' if unopened > 0 => unopened -= 1,
            _ => break,
        }
        length -= 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};

    fn addresses(text: &str) -> Vec<&str> {
        assert_eq!(
            parts(text)
                .map(|part| match part {
                    Part::Plain(text) | Part::Address(text) => text,
                })
                .collect::<String>(),
            text
        );
        parts(text)
            .filter_map(|part| match part {
                Part::Address(address) => Some(address),
                Part::Plain(_) => None,
            })
            .collect()
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("see https://example.org/a_b.", vec!["https://example.org/a_b"]),
            ("(https://example.org/a_(b))", vec!["https://example.org/a_(b)"]),
            ("https://example.org)))", vec!["https://example.org"]),
            ("\"http://a.example\" http://b.example?", vec!["http://a.example", "http://b.example"]),
            ("見る https://example.org。次", vec!["https://example.org"]),
            ("xhttps://example.org", vec![]),
            ("https:// nothing", vec![]),
            ("http and https", vec![]),
            ("https://example.org/\u{202e}gpj.exe", vec!["https://example.org/"]),
        ] {
            assert_eq!(addresses(text), expected, "{text}");
        }
    }
}
