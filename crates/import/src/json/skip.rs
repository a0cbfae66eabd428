use super::reader::{Problem, Reader};

impl Reader<'_> {
    /// Goes behind a value of any depth.
    pub(super) fn skip(&mut self) -> Result<(), Problem> {
        let mut open = Open::default();
        loop {
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    self.skip_string()?;
                }
                b'{' => {
                    self.at += 1;
                    if self.peek() == b'}' {
                        self.at += 1;
                    } else {
                        open.push(true);
                        self.skip_key()?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    if self.peek() == b']' {
                        self.at += 1;
                    } else {
                        open.push(false);
                        continue;
                    }
                }
                b'n' => self.word("null")?,
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'-' | b'0'..=b'9' => self.skip_number()?,
                _ => return Err(Problem::SYNTAX),
            }
            loop {
                let Some(is_object) = open.last() else { return Ok(()) };
                match (self.peek(), is_object) {
                    (b',', _) => {
                        self.at += 1;
                        if is_object {
                            self.skip_key()?;
                        }
                        break;
                    }
                    (b'}', true) | (b']', false) => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => return Err(Problem::SYNTAX),
                }
            }
        }
    }

    fn skip_key(&mut self) -> Result<(), Problem> {
        self.expect(b'"')?;
        self.skip_string()?;
        self.expect(b':')
    }

    /// Goes behind a number, however large.
    fn skip_number(&mut self) -> Result<(), Problem> {
        self.at += usize::from(self.byte() == b'-');
        let start = self.at;
        let length = self.skip_digits()?;
        if length > 1 && self.text.as_bytes()[start] == b'0' {
            return Err(Problem::SYNTAX);
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.skip_digits()?;
        }
        if matches!(self.byte(), b'e' | b'E') {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), b'+' | b'-'));
            self.skip_digits()?;
        }
        Ok(())
    }

    /// Goes behind one digit or more, and says how many.
    fn skip_digits(&mut self) -> Result<usize, Problem> {
        let start = self.at;
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        if self.at > start { Ok(self.at - start) } else { Err(Problem::SYNTAX) }
    }

    /// Goes behind a number and gives how it is written.
    pub(super) fn number_as_written(&mut self) -> Result<&str, Problem> {
        let start = self.at;
        self.skip_number()?;
        Ok(&self.text[start..self.at])
    }
}

/// Which brackets are open: a bit for each, set for braces, the innermost lowest.
#[derive(Default)]
struct Open {
    depth: u32,
    bits: u64,
    /// The outer ones, sixty-four at a time.
    outer: Vec<u64>,
}

impl Open {
    fn push(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.bits);
        }
        self.bits = self.bits << 1 | u64::from(is_object);
        self.depth += 1;
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.bits >>= 1;
        if self.depth.is_multiple_of(64) {
            self.bits = self.outer.pop().unwrap_or(0);
        }
    }

    /// Whether the innermost is a brace; `None` if nothing is open.
    fn last(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.bits & 1 == 1)
    }
}
