//! Tokens of programs, queries, sheets of style and settings.

use super::syntax::{Quote, Syntax};
use super::{Line, State, Token};
use crate::scan::floor_char_boundary;

/// Letters that stand before a quote and belong to it (`f'…'`, `b"…"`, `L'…'`).
const PREFIXES: &str = " b br c f fr L r R rb rf u u8 ";

/// The longest word that can be a keyword.
const LONGEST_KEYWORD: usize = 16;

/// How far behind a quote the one is looked for that closes a single character.
const LONGEST_CHARACTER: usize = 12;

/// Writes a line that begins in `state`, and gives the state at its end.
pub(super) fn read(syntax: &Syntax, state: State, line: &mut Line<'_>) -> State {
    let text = line.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    if let State::Within { token, end, escapes, .. } = state {
        match line.delimited(0, 0, token, end, escapes) {
            Some(end) => at = end,
            None => return state,
        }
    }
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let follows_word = at > 0 && (is_word(syntax, bytes[at - 1]) || bytes[at - 1] == b'$');
        if syntax
            .line_comments
            .iter()
            .any(|start| rest.starts_with(start.as_bytes()) && !(byte == b'#' && follows_word))
        {
            line.token(at, bytes.len(), Token::Comment);
            return State::Code;
        }
        if let Some((start, end)) = syntax.block_comment.filter(|(start, _)| rest.starts_with(start.as_bytes())) {
            match line.delimited(at, at + start.len(), Token::Comment, end, false) {
                Some(end) => at = end,
                None => return State::Within { token: Token::Comment, end, escapes: false, in_tag: false },
            }
        } else if let Some(quote) = syntax.quotes.iter().find(|quote| rest.starts_with(quote.mark.as_bytes())) {
            match string(syntax, quote, line, at) {
                Some(end) => at = end,
                None if quote.spans_lines => {
                    return State::Within {
                        token: Token::Text,
                        end: quote.mark,
                        escapes: quote.escapes,
                        in_tag: false,
                    };
                }
                None => return State::Code,
            }
        } else if byte == b'\'' && syntax.has_characters {
            match character(rest) {
                Some(length) => {
                    line.token(at, at + length, Token::Text);
                    at += length;
                }
                None => at += 1,
            }
        } else if byte.is_ascii_digit() {
            let end = number(bytes, at);
            line.token(at, end, Token::Number);
            at = end;
        } else if is_word(syntax, byte) || syntax.sigils.contains(&byte) {
            at = word(syntax, line, at);
        } else {
            at += 1;
        }
    }
    State::Code
}

/// Writes a string; gives where it ended, or nothing if the line ended first.
fn string(syntax: &Syntax, quote: &Quote, line: &mut Line<'_>, at: usize) -> Option<usize> {
    let from = at + quote.mark.len();
    let is_key = |end: usize| is_key(syntax, line.text.as_bytes(), end);
    // Whether a string is a key is known at its end, which is looked for only where keys are.
    let token = if syntax.key_ends.is_empty() {
        Token::Text
    } else {
        let end = line.text[from..].find(quote.mark).map(|end| from + end + quote.mark.len());
        if end.is_some_and(is_key) { Token::Name } else { Token::Text }
    };
    line.delimited(at, from, token, quote.mark, quote.escapes)
}

/// The length of a character between quotes; nothing if this is another use of the quote (a lifetime, an apostrophe).
fn character(rest: &[u8]) -> Option<usize> {
    let from = match rest.get(1)? {
        b'\\' => 3,
        b'\'' => return None,
        // A character has as many bytes as its first one says.
        0xf0.. => 5,
        0xe0.. => 4,
        0xc0.. => 3,
        _ => 2,
    };
    let to = if rest[1] == b'\\' { LONGEST_CHARACTER } else { from + 1 };
    let end = rest.get(from..to.min(rest.len()))?.iter().position(|byte| *byte == b'\'')?;
    Some(from + end + 1)
}

fn number(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        let is_point = *byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'%' || is_point) {
            break;
        }
        at += 1;
    }
    at
}

/// Writes a word and gives where it ended.
fn word(syntax: &Syntax, line: &mut Line<'_>, start: usize) -> usize {
    let text = line.text;
    let bytes = text.as_bytes();
    let length = bytes[start + 1..].iter().take_while(|byte| is_word(syntax, **byte)).count();
    let end = start + 1 + length;
    let word = &text[start..end];
    if bytes.get(end) == Some(&b'\'') && !is_listed(PREFIXES, word) && !syntax.sigils.contains(&bytes[start]) {
        // An apostrophe.
        return end + 1;
    }
    let is_keyword = if syntax.ignores_case {
        is_listed(syntax.keywords, &word[..floor_char_boundary(word, LONGEST_KEYWORD + 1)].to_ascii_lowercase())
    } else {
        is_listed(syntax.keywords, word)
    };
    let is_type = || {
        let mut rest = word.bytes();
        rest.next().is_some_and(|first| first.is_ascii_uppercase()) && rest.any(|byte| byte.is_ascii_lowercase())
    };
    if is_keyword {
        line.token(start, end, Token::Keyword);
    } else if (syntax.sigils.contains(&bytes[start]) && length > 0)
        || is_key(syntax, bytes, end)
        || (syntax.has_calls && (bytes.get(end) == Some(&b'(') || is_type()))
    {
        line.token(start, end, Token::Name);
    }
    end
}

/// Whether a word is in a list, whose words have a space on either side.
fn is_listed(list: &str, word: &str) -> bool {
    word.len() <= LONGEST_KEYWORD && list.split(' ').any(|listed| !listed.is_empty() && listed == word)
}

/// Whether what ends here is a key: the sign behind it says so, unless it begins an address (`https://`).
fn is_key(syntax: &Syntax, bytes: &[u8], end: usize) -> bool {
    if syntax.key_ends.is_empty() {
        return false;
    }
    let spaces = bytes[end..].iter().take(4).take_while(|byte| **byte == b' ').count();
    bytes.get(end + spaces).is_some_and(|byte| syntax.key_ends.contains(byte))
        && bytes.get(end + spaces + 1) != Some(&b'/')
}

fn is_word(syntax: &Syntax, byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 || (byte == b'-' && syntax.has_dashes)
}
