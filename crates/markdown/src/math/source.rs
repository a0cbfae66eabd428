//! What is left of a formula's source, and what can be told of it without knowing what it means.

/// The rest of a formula.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Source<'a> {
    pub(super) fn new(tex: &'a str) -> Self {
        Self { rest: tex }
    }

    /// The first character of the rest.
    pub(super) fn first(&self) -> &'a str {
        let end = self.rest.chars().next().map_or(0, char::len_utf8);
        &self.rest[..end]
    }

    /// Goes behind the character that `mathml` was made of.
    pub(super) fn take(&mut self, character: char, mathml: String) -> String {
        self.rest = &self.rest[character.len_utf8()..];
        mathml
    }

    pub(super) fn skip(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(super) fn open(&mut self, character: char) -> Option<()> {
        self.skip(character).then_some(())
    }

    /// White space and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if !self.rest.starts_with('%') {
                return;
            }
            self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        }
    }

    /// The name of the command that is next: letters, or one other character.
    pub(super) fn command_ahead(&self) -> Option<&'a str> {
        let name = self.rest.strip_prefix('\\')?;
        let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
        let end = if letters == 0 { name.chars().next()?.len_utf8() } else { letters };
        Some(&name[..end])
    }

    pub(super) fn skip_command(&mut self, name: &str) -> bool {
        let is_next = self.command_ahead() == Some(name);
        if is_next {
            self.rest = &self.rest[1 + name.len()..];
        }
        is_next
    }

    /// What is between braces, as it is written. Braces in it come in pairs.
    pub(super) fn raw_argument(&mut self) -> Option<&'a str> {
        self.skip_space();
        self.open('{')?;
        let mut depth = 0_usize;
        let mut is_escaped = false;
        for (at, byte) in self.rest.bytes().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'{' => depth += 1,
                b'}' if depth == 0 => {
                    let argument = &self.rest[..at];
                    self.rest = &self.rest[at + 1..];
                    return Some(argument);
                }
                b'}' => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// The text of an argument, or the name in it: spaces stay, and what is escaped for TeX is not.
    pub(super) fn words(&mut self) -> Option<String> {
        let mut words = String::new();
        let mut characters = self.raw_argument()?.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                ' ' | '~' | '\n' => words.push('\u{a0}'),
                '{' | '}' | '$' => {}
                '\\' => match characters.next()? {
                    ' ' | ',' | ';' | ':' => words.push('\u{a0}'),
                    '!' => {}
                    escaped if escaped.is_ascii_alphabetic() => return None,
                    escaped => words.push(escaped),
                },
                '-' if characters.next_if_eq(&'-').is_some() => words.push('–'),
                other => words.push(other),
            }
        }
        Some(words)
    }
}
