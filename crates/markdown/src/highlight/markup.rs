//! Tokens of HTML and XML.

use super::{Line, State, Token};

/// Writes a line that begins in `state`, and gives the state at its end.
pub(super) fn read(state: State, line: &mut Line<'_>) -> State {
    let text = line.text;
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut in_tag = state == State::Tag;
    if let State::Within { token, end, escapes, in_tag: was_in_tag } = state {
        match line.delimited(0, 0, token, end, escapes) {
            Some(end) => at = end,
            None => return state,
        }
        in_tag = was_in_tag;
    }
    while let Some(&byte) = bytes.get(at) {
        let delimited = match byte {
            b'<' if bytes[at..].starts_with(b"<!--") => Some((4, Token::Comment, "-->")),
            b'"' if in_tag => Some((1, Token::Text, "\"")),
            b'\'' if in_tag => Some((1, Token::Text, "'")),
            _ => None,
        };
        if let Some((length, token, end)) = delimited {
            match line.delimited(at, at + length, token, end, false) {
                Some(end) => at = end,
                None => return State::Within { token, end, escapes: false, in_tag },
            }
        } else if byte == b'<' && !in_tag {
            let mark = 1 + bytes[at + 1..].iter().take(1).filter(|byte| b"/!?".contains(byte)).count();
            let name = length_of_name(&bytes[at + mark..]);
            in_tag = name > 0;
            if in_tag {
                line.token(at + mark, at + mark + name, Token::Keyword);
            }
            at += mark + name;
        } else if in_tag && is_name(byte) {
            let name = length_of_name(&bytes[at..]);
            line.token(at, at + name, Token::Name);
            at += name;
        } else {
            in_tag &= byte != b'>';
            at += 1;
        }
    }
    if in_tag { State::Tag } else { State::Code }
}

fn length_of_name(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_name(**byte)).count()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_:.@".contains(&byte) || byte >= 0x80
}
