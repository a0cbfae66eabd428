use crate::{
    elements::{CHUNK, MAXIMUM_ELEMENT},
    splitter::{Element, Ending, Splitter, Step},
};
use memchr::memmem;
use std::io::{self, Read};

/// Cuts a text into the pieces that begin with a mark, one in memory at a time. What is before the first mark is passed over.
pub(crate) struct Pieces<'a> {
    stream: Box<dyn Read + 'a>,
    mark: &'static [u8],
    buffer: Vec<u8>,
    /// Offset in the stream of the first byte of `buffer`.
    base: u64,
    /// How far marks were looked for, in `buffer`.
    searched: usize,
    /// Where the piece at hand begins, in `buffer`.
    start: Option<usize>,
    count: u64,
    maximum: usize,
    ending: Option<Ending>,
}

impl<'a> Pieces<'a> {
    pub fn new(stream: Box<dyn Read + 'a>, mark: &'static [u8]) -> Pieces<'a> {
        Pieces::with_maximum(stream, mark, MAXIMUM_ELEMENT)
    }

    fn with_maximum(stream: Box<dyn Read + 'a>, mark: &'static [u8], maximum: usize) -> Pieces<'a> {
        Pieces { stream, mark, buffer: Vec::new(), base: 0, searched: 0, start: None, count: 0, maximum, ending: None }
    }

    /// The piece at hand, which ends here.
    fn piece(&mut self, end: usize) -> Option<Step> {
        let start = self.start.take()?;
        let (number, byte) = (self.count, self.base + start as u64);
        self.count += 1;
        Some(Step::Element(Element { range: start..end, number, byte, doubtful: false }))
    }

    /// Reads more behind what is still needed.
    fn fill(&mut self) {
        let kept = self.start.unwrap_or(self.searched);
        self.buffer.drain(..kept);
        self.base += kept as u64;
        self.searched -= kept;
        self.start = self.start.map(|start| start - kept);
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK, 0);
        let result = loop {
            match self.stream.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(before + *result.as_ref().unwrap_or(&0));
        let byte = self.base + self.buffer.len() as u64;
        match result {
            Ok(0) => self.ending = Some(Ending::Whole),
            Ok(_) => {}
            Err(error) => self.ending = Some(Ending::Unreadable { byte, reason: error.to_string() }),
        }
    }
}

impl Splitter for Pieces<'_> {
    fn step(&mut self) -> Step {
        loop {
            if let Some(found) = memmem::find(&self.buffer[self.searched..], self.mark) {
                let at = self.searched + found;
                let piece = self.piece(at);
                self.start = Some(at);
                self.searched = at + self.mark.len();
                match piece {
                    Some(piece) => return piece,
                    None => continue,
                }
            }
            // The last bytes may be the beginning of a mark.
            self.searched = self.buffer.len().saturating_sub(self.mark.len() - 1).max(self.searched);
            if let Some(ending) = &self.ending {
                let ending = ending.clone();
                return self.piece(self.buffer.len()).unwrap_or(Step::End(ending));
            }
            if let Some(start) = self.start.filter(|start| self.buffer.len() - start > self.maximum) {
                self.start = None;
                self.count += 1;
                return Step::TooLarge { number: self.count - 1, byte: self.base + start as u64 };
            }
            self.fill();
            return Step::Working;
        }
    }

    fn bytes(&self, element: &Element) -> &[u8] {
        &self.buffer[element.range.clone()]
    }

    fn unfinished(&self) -> &[u8] {
        &self.buffer[self.start.unwrap_or(0)..]
    }

    fn found_again(&mut self, _: &Element) {}
}

/// What is behind the first occurrence of a mark; nothing if it does not occur.
pub(crate) struct Behind<R> {
    stream: R,
    mark: &'static [u8],
    /// What was read and not yet given; once the mark is found, what is behind it.
    buffer: Vec<u8>,
    found: bool,
}

impl<R: Read> Behind<R> {
    pub fn new(stream: R, mark: &'static [u8]) -> Behind<R> {
        Behind { stream, mark, buffer: Vec::new(), found: false }
    }

    /// Reads up to the mark. Says whether there is one.
    fn find(&mut self) -> io::Result<bool> {
        while !self.found {
            if let Some(at) = memmem::find(&self.buffer, self.mark) {
                self.buffer.drain(..at + self.mark.len());
                self.found = true;
                break;
            }
            let passed = self.buffer.len().saturating_sub(self.mark.len() - 1);
            self.buffer.drain(..passed);
            let before = self.buffer.len();
            self.buffer.resize(before + CHUNK, 0);
            let count = self.stream.read(&mut self.buffer[before..])?;
            self.buffer.truncate(before + count);
            if count == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl<R: Read> Read for Behind<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.find()? {
            return Ok(0);
        }
        if self.buffer.is_empty() {
            return self.stream.read(buffer);
        }
        let count = buffer.len().min(self.buffer.len());
        buffer[..count].copy_from_slice(&self.buffer[..count]);
        self.buffer.drain(..count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::{Behind, Pieces};
    use crate::splitter::{Ending, Splitter, Step};
    use proptest::prelude::*;
    use std::io::Read;

    /// Gives at most so many bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(buffer.len());
            self.0.read(&mut buffer[..count])
        }
    }

    fn pieces(text: &[u8], size: usize, maximum: usize) -> Vec<String> {
        let mut pieces = Pieces::with_maximum(Box::new(Slow(text, size)), b"<p>", maximum);
        let mut found = Vec::new();
        loop {
            match pieces.step() {
                Step::Element(element) => {
                    let text = String::from_utf8_lossy(pieces.bytes(&element)).into_owned();
                    found.push(format!("{}@{} {text}", element.number, element.byte));
                }
                Step::Working => {}
                Step::End(Ending::Whole) => return found,
                other => found.push(format!("{other:?}")),
            }
        }
    }

    #[test]
    fn pieces_begin_with_the_mark() {
        for size in 1..20 {
            assert_eq!(pieces(b"head<p>a<<p>b", size, 99), ["0@4 <p>a<", "1@9 <p>b"], "{size}");
        }
        assert!(pieces(b"nothing", 3, 99).is_empty());
    }

    #[test]
    fn a_piece_that_is_too_large_is_passed_over() {
        let found = pieces(b"<p>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa<p>b", 5, 12);
        assert_eq!(found, ["TooLarge { number: 0, byte: 0 }", "1@34 <p>b"]);
    }

    #[test]
    fn what_is_behind_a_mark_is_read() {
        for size in 1..9 {
            let mut text = String::new();
            Behind::new(Slow(b"<script>x = [1] x = 2", size), b"x = ").read_to_string(&mut text).unwrap();
            assert_eq!(text, "[1] x = 2");
        }
        let mut text = String::new();
        Behind::new(Slow(b"nothing", 2), b"x = ").read_to_string(&mut text).unwrap();
        assert_eq!(text, "");
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text_behind_the_first_mark(
            text in proptest::collection::vec(proptest::sample::select(b"<p>a".to_vec()), 0..60), size in 1usize..9
        ) {
            let text = String::from_utf8(text).unwrap();
            let found: String = pieces(text.as_bytes(), size, 999).iter().map(|piece| piece.split_once(' ').unwrap().1.to_owned()).collect();
            prop_assert_eq!(found, text.find("<p>").map_or("", |at| &text[at..]));
        }
    }
}
