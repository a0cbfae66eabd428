//! Mends JSON that is nearly right: what exporters get wrong inside an element, made readable without losing the rest of it.

use std::borrow::Cow;

/// JSON that was mended, and what was done.
pub(crate) struct Mended {
    pub json: Vec<u8>,
    /// What was done, as the end of a sentence; empty if nothing but NUL characters were removed.
    pub what: Vec<&'static str>,
}

/// How deep values may be nested. `serde_json` reads 128 levels, since it needs stack for each; nothing that was ever exported has a tenth of that.
const DEEPEST: usize = 100;

/// Replaces halves of surrogate pairs by U+FFFD (`serde_json` refuses them; VS Code and others write them), removes NUL characters (SQLite and
/// C libraries end text there), makes `NaN` and `Infinity` (Python writes them), numbers that have no room in 64 bits and what is nested too deep `null`, and mends bytes that are not UTF-8, raw control characters and unknown
/// escapes.
pub(crate) fn mend(json: &[u8]) -> Mended {
    let text = String::from_utf8_lossy(json);
    let mut mender = Mender { json: Vec::with_capacity(text.len()), what: Vec::new() };
    if matches!(text, Cow::Owned(_)) {
        mender.note("bytes that are not UTF-8 were replaced");
    }
    let mut rest = text.as_bytes();
    let mut in_string = false;
    let mut depth = 0;
    while let Some(&byte) = rest.first() {
        rest = match (in_string, byte) {
            (_, b'"') => {
                in_string = !in_string;
                mender.copy(rest, 1)
            }
            (true, b'\\') => mender.escape(rest),
            (true, 0) => &rest[1..],
            (true, ..0x20) => {
                mender.note("control characters were escaped");
                mender.json.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
                &rest[1..]
            }
            (false, b'N' | b'I' | b'-' | b'0'..=b'9') => mender.number(rest),
            (false, b'{' | b'[') if depth == DEEPEST => {
                mender.note("what is nested more than 100 deep was left out");
                mender.json.extend_from_slice(b"null");
                behind_brackets(rest)
            }
            (false, b'{' | b'[') => {
                depth += 1;
                mender.copy(rest, 1)
            }
            (false, b'}' | b']') => {
                depth = depth.saturating_sub(1);
                mender.copy(rest, 1)
            }
            _ => mender.copy(rest, 1),
        };
    }
    Mended { json: mender.json, what: mender.what }
}

struct Mender {
    json: Vec<u8>,
    what: Vec<&'static str>,
}

impl Mender {
    fn note(&mut self, what: &'static str) {
        if !self.what.contains(&what) {
            self.what.push(what);
        }
    }

    fn copy<'a>(&mut self, rest: &'a [u8], count: usize) -> &'a [u8] {
        self.json.extend_from_slice(&rest[..count]);
        &rest[count..]
    }

    fn number<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        for word in [&b"NaN"[..], b"Infinity", b"-Infinity"] {
            if let Some(after) = rest.strip_prefix(word) {
                self.note("numbers that are none were taken as missing");
                self.json.extend_from_slice(b"null");
                return after;
            }
        }
        let is_of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let length = rest.iter().position(|byte| !is_of_number(byte)).unwrap_or(rest.len());
        let number = std::str::from_utf8(&rest[..length]).ok().and_then(|digits| digits.parse::<f64>().ok());
        if number.is_some_and(f64::is_infinite) {
            self.note("numbers that are too large were taken as missing");
            self.json.extend_from_slice(b"null");
            return &rest[length..];
        }
        self.copy(rest, length.max(1))
    }

    /// At a backslash in a string.
    fn escape<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        match rest.get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.copy(rest, 2),
            Some(b'u') => match (unit(rest), rest.get(6..).and_then(unit)) {
                (Some(0), _) => &rest[6..],
                (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => self.copy(rest, 12),
                (Some(0xd800..0xe000), _) => {
                    self.note("halves of characters were replaced");
                    self.json.extend_from_slice(b"\\ufffd");
                    &rest[6..]
                }
                (Some(_), _) => self.copy(rest, 6),
                (None, _) => self.stray_backslash(rest),
            },
            _ => self.stray_backslash(rest),
        }
    }

    fn stray_backslash<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        self.note("unknown escapes were taken as they are");
        self.json.extend_from_slice(b"\\\\");
        &rest[1..]
    }
}

/// What follows the value that begins with this bracket; nothing if it does not end.
fn behind_brackets(rest: &[u8]) -> &[u8] {
    let (mut depth, mut in_string, mut at) = (0_usize, false, 0);
    while let Some(byte) = rest.get(at) {
        at += 1;
        match (in_string, byte) {
            (_, b'"') => in_string = !in_string,
            (true, b'\\') => at += 1,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => {
                depth -= 1;
                if depth == 0 {
                    return &rest[at..];
                }
            }
            _ => {}
        }
    }
    &[]
}

/// The number of an escape `\uXXXX`.
fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::mend;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn mended(text: &[u8]) -> Value {
        serde_json::from_slice(&mend(text).json).unwrap()
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced_and_pairs_and_literal_backslashes_kept() {
        assert_eq!(mended(br#""a\ud83d b""#), json!("a\u{fffd} b"));
        assert_eq!(mended(br#""\udeaa\udead""#), json!("\u{fffd}\u{fffd}"));
        assert_eq!(mended(br#""\ud83d\ude00""#), json!("😀"));
        assert_eq!(mended(br#""\\ud83d""#), json!("\\ud83d"));
        assert_eq!(mended(br#""\\\ud83d""#), json!("\\\u{fffd}"));
        assert_eq!(mended(br#""\ud83d""#), json!("\u{fffd}"));
    }

    #[test]
    fn nul_characters_go_and_numbers_that_are_none_are_missing() {
        assert_eq!(mended(b"\"a\\u0000b\0c\\\\u0000\""), json!("abc\\u0000"));
        assert_eq!(mended(br#"[NaN,-Infinity,Infinity,-1,"NaN"]"#), json!([null, null, null, -1, "NaN"]));
    }

    #[test]
    fn raw_control_characters_bad_escapes_and_bad_bytes_are_mended() {
        assert_eq!(mended(b"\"a\nb\\'c\\uZZ\xff\""), json!("a\nb\\'c\\uZZ\u{fffd}"));
        let done = mend(b"\"a\nb\\'c\xff\"").what;
        assert_eq!(done.len(), 3, "{done:?}");
    }

    #[test]
    fn what_is_nested_too_deep_and_numbers_that_are_too_large_are_missing() {
        let deep = |depth: usize| format!("{}[\"]\\\"\"]{}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        assert_eq!(mend(deep(100).as_bytes()).json, deep(100).as_bytes());
        let expected = format!("{}null{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(String::from_utf8(mend(deep(101).as_bytes()).json).unwrap(), expected);
        assert_eq!(mended(b"[1e999,-1e999,1e-999,[12],-1]"), json!([null, null, 0.0, [12], -1]));
    }

    proptest! {
        #[test]
        fn what_is_right_stays_as_it_is(text in "\\PC{0,50}") {
            let json = serde_json::to_vec(&json!({ "text": text, "n": [1.5, -2] })).unwrap();
            prop_assert_eq!(mend(&json).json, json);
        }

        #[test]
        fn the_inside_of_any_string_can_be_read_afterwards(inside in proptest::collection::vec(any::<u8>(), 0..60)) {
            let inside: Vec<u8> = inside.into_iter().filter(|byte| *byte != b'"').collect();
            let mut json = vec![b'"'];
            json.extend(&inside);
            json.extend(b"x\"");
            prop_assert!(serde_json::from_slice::<String>(&mend(&json).json).is_ok());
        }
    }
}
