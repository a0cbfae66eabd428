use super::reader::{Problem, Reader};
use crate::simd::ends_of_runs;
use std::borrow::Cow;

impl<'de> Reader<'de> {
    /// Goes behind the string whose opening quotation mark was just passed, and gives what it says.
    pub(super) fn string(&mut self) -> Result<Cow<'de, str>, Problem> {
        let start = self.at;
        match self.run() {
            b'"' => {
                let text = &self.text[start..self.at];
                self.at += 1;
                Ok(Cow::Borrowed(text))
            }
            b'\\' => self.unescaped(start).map(Cow::Owned),
            _ => Err(Problem::SYNTAX),
        }
    }

    /// Goes behind the string whose opening quotation mark was just passed.
    pub(super) fn skip_string(&mut self) -> Result<(), Problem> {
        loop {
            match self.run() {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => match self.text.as_bytes().get(self.at + 1) {
                    // Halves of characters do not matter in what is passed over.
                    Some(b'u') => {
                        self.unit()?;
                    }
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
                    _ => return Err(Problem::SYNTAX),
                },
                _ => return Err(Problem::SYNTAX),
            }
        }
    }

    /// Goes to the next quotation mark, backslash or control character, and gives it; NUL at the end.
    #[inline]
    fn run(&mut self) -> u8 {
        let rest = &self.text.as_bytes()[self.at..];
        let (sixteens, tail) = rest.as_chunks::<16>();
        for (number, sixteen) in sixteens.iter().enumerate() {
            let ends = ends_of_runs(sixteen);
            if ends != 0 {
                self.at += number * 16 + ends.trailing_zeros() as usize;
                return self.byte();
            }
        }
        let length = tail.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(tail.len());
        self.at += rest.len() - tail.len() + length;
        self.byte()
    }

    /// The rest of a string, from its beginning, where the first backslash is reached.
    #[inline(never)]
    fn unescaped(&mut self, start: usize) -> Result<String, Problem> {
        let mut text = String::with_capacity(self.room(start));
        text.push_str(&self.text[start..self.at]);
        loop {
            let simple = match self.text.as_bytes().get(self.at + 1) {
                Some(character @ (b'"' | b'\\' | b'/')) => Some(char::from(*character)),
                Some(b'n') => Some('\n'),
                Some(b't') => Some('\t'),
                Some(b'r') => Some('\r'),
                Some(b'b') => Some('\u{8}'),
                Some(b'f') => Some('\u{c}'),
                Some(b'u') => None,
                _ => return Err(Problem::SYNTAX),
            };
            text.push(match simple {
                Some(character) => {
                    self.at += 2;
                    character
                }
                None => self.character()?,
            });
            if !self.push_run(&mut text)? {
                return Ok(text);
            }
        }
    }

    /// Takes what comes before the next escape. Says whether there is one; else the string is at its end, and passed.
    fn push_run(&mut self, text: &mut String) -> Result<bool, Problem> {
        let start = self.at;
        // Escapes often follow each other.
        if self.byte() == b'\\' {
            return Ok(true);
        }
        let end = self.run();
        text.push_str(&self.text[start..self.at]);
        match end {
            b'\\' => Ok(true),
            b'"' => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(Problem::SYNTAX),
        }
    }

    /// How many bytes the string has at most that begins at `start`, so that it is written into memory that need not grow: no escape stands for more bytes than
    /// half of its own.
    fn room(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut ahead = Reader::new(self.text);
        ahead.at = self.at;
        let mut saved = 0;
        while ahead.run() == b'\\' {
            let length = if bytes.get(ahead.at + 1) == Some(&b'u') { 6 } else { 2 };
            saved += length / 2;
            ahead.at = bytes.len().min(ahead.at + length);
        }
        ahead.at.saturating_sub(start + saved)
    }

    /// The character that the escape at hand stands for, with the one behind it if it is half of a pair.
    fn character(&mut self) -> Result<char, Problem> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            // A second half alone is no character.
            return char::from_u32(first).ok_or(Problem::SYNTAX);
        }
        if !self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            return Err(Problem::SYNTAX);
        }
        let second = self.unit()?;
        let pair = (0xdc00..0xe000).contains(&second).then(|| 0x10000 + ((first - 0xd800) << 10 | (second - 0xdc00)));
        pair.and_then(char::from_u32).ok_or(Problem::SYNTAX)
    }

    /// The number of the escape `\uXXXX` at hand.
    fn unit(&mut self) -> Result<u32, Problem> {
        let digits = self.text.as_bytes().get(self.at + 2..self.at + 6).ok_or(Problem::SYNTAX)?;
        let unit = digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?));
        self.at += 6;
        unit.ok_or(Problem::SYNTAX)
    }
}
