use crate::{
    scanner::{Ended, Event, Scanner},
    splitter::{Element, Ending, Splitter, Step},
};
use memchr::memchr_iter;
use std::io::{self, Read};

/// How many bytes are read at a time.
pub const CHUNK: usize = 256 * 1024;

/// The largest element that is read, in bytes. The largest conversation that was reported has 70 to 80 MB.
pub const MAXIMUM_ELEMENT: usize = 256 * 1024 * 1024;

/// The most that is kept of what stands before the elements in a wrapper, in bytes.
const MAXIMUM_HEAD: usize = 64 * 1024;

/// How many bytes are looked at again, per file, in search of the next whole element after a broken one.
const SEARCH_BUDGET: u64 = 1024 * 1024 * 1024;

/// How much white space there may be around the comma between two elements, in bytes, where the next whole element is looked for.
const GAP: usize = 1024;

/// Cuts a stream of JSON into its elements, one in memory at a time.
///
/// After a broken element it looks for the next place where an element may begin. Until [`found_again`](Elements::found_again) says that this
/// was one indeed, elements are [`doubtful`](Element::doubtful): they may be the inside of another.
pub(crate) struct Elements<'a> {
    stream: Box<dyn Read + 'a>,
    /// What was read and is still needed, up to `filled`; behind it is room for more.
    buffer: Vec<u8>,
    filled: usize,
    /// Offset in the stream of the first byte of `buffer`.
    base: u64,
    /// How far the scanner has come, in `buffer`.
    scanned: usize,
    /// Where the element at hand begins, in `buffer`.
    start: Option<usize>,
    scanner: Scanner,
    state: State,
    /// Elements that came before.
    count: u64,
    /// The key that elements here begin with, quotation marks included; empty if not known yet.
    first_key: Vec<u8>,
    /// What stands before the elements in a wrapper.
    head: Vec<u8>,
    budget: u64,
    maximum: usize,
    /// The stream is at its end, and why if it should not be.
    stream_end: Option<Option<String>>,
    /// Elements are lines, not in a list, as far as can be told after damage.
    lines: bool,
    /// What follows the first list is no JSON and does not matter.
    only_first: bool,
    /// In a list that is an element of the list.
    inside: bool,
    /// Offset in the stream of the last place that was broken.
    broken_at: u64,
    /// The end came while searching.
    lost: bool,
    /// An element that did not end, by its number and its offset, while it is not known whether there are whole ones in it.
    unended: Option<(u64, u64)>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Every element is what it seems to be.
    Sure,
    /// Between elements that may be the inside of others.
    Doubtful,
    /// Looking for a place where an element may begin, from this position of the buffer on.
    Searching(usize),
    Ended,
}

impl<'a> Elements<'a> {
    pub fn new(stream: Box<dyn Read + 'a>) -> Elements<'a> {
        Elements::with_maximum(stream, MAXIMUM_ELEMENT)
    }

    /// The elements of the list that a stream begins with; what follows it is passed over.
    pub fn of_first_list(stream: Box<dyn Read + 'a>) -> Elements<'a> {
        Elements { only_first: true, ..Elements::new(stream) }
    }

    fn with_maximum(stream: Box<dyn Read + 'a>, maximum: usize) -> Elements<'a> {
        Elements {
            stream,
            buffer: Vec::new(),
            filled: 0,
            base: 0,
            scanned: 0,
            start: None,
            scanner: Scanner::new(),
            state: State::Sure,
            count: 0,
            first_key: Vec::new(),
            head: Vec::new(),
            budget: SEARCH_BUDGET,
            maximum,
            lines: false,
            only_first: false,
            stream_end: None,
            inside: false,
            broken_at: 0,
            lost: false,
            unended: None,
        }
    }

    fn on_event(&mut self, event: Option<Event>) -> Option<Step> {
        match event {
            Some(Event::Start) => self.start = Some(self.scanned - 1),
            Some(Event::Wrapper) => {
                let start = self.start.take().unwrap_or(self.scanned);
                if self.scanned - start <= MAXIMUM_HEAD {
                    self.head = self.buffer[start..self.scanned].to_vec();
                }
            }
            Some(Event::ListEnd) => {
                if std::mem::take(&mut self.inside) {
                    self.scanner = Scanner::in_list();
                    self.state = State::Sure;
                } else if self.state == State::Doubtful {
                    // It may have been a list inside a broken element.
                    self.state = State::Searching(self.scanned);
                } else if self.only_first {
                    self.state = State::Ended;
                }
            }
            Some(Event::End) => {
                let start = self.start.take().unwrap_or(self.scanned);
                let doubtful = self.state == State::Doubtful;
                let element = Element {
                    range: start..self.scanned,
                    number: self.count,
                    byte: self.base + start as u64,
                    doubtful,
                };
                self.count += u64::from(!doubtful);
                return Some(Step::Element(element));
            }
            Some(Event::Broken) => {
                let byte = self.base + self.scanned as u64 - 1;
                return self.lose().then_some(Step::Broken { number: self.count - 1, byte });
            }
            None => {
                if self.start.is_some_and(|start| self.filled - start > self.maximum) {
                    let byte = self.base + self.start.unwrap_or(0) as u64;
                    return Some(if self.lose() {
                        Step::TooLarge { number: self.count - 1, byte }
                    } else {
                        Step::Working
                    });
                }
                if self.fill() {
                    return Some(Step::Working);
                }
                if self.state == State::Doubtful {
                    // An element that does not end may hold whole ones.
                    self.lose();
                    return None;
                }
                // Elements that are in no list are lines.
                self.lines |= self.count > 0 && self.scanner.ended() == Ended::InTopElement;
                if self.may_hold_others() {
                    let start = self.start.unwrap_or(0);
                    self.unended = Some((self.count, self.base + start as u64));
                    if self.first_key.is_empty() {
                        // It is the first: those behind it begin as it does, and what else is in it does not, as a rule.
                        self.first_key = first_key(&self.buffer[start..self.filled]).unwrap_or_default().to_vec();
                    }
                    self.lose();
                } else {
                    self.state = State::Ended;
                }
            }
        }
        None
    }

    /// Whether the element at hand, in which the stream ends, seems to have taken in those behind it: one wrong bracket can match all the others. A
    /// stream that was cut off seldom ends with a bracket; one that is a single object, and no list, often does.
    fn may_hold_others(&self) -> bool {
        self.start.is_some()
            && (!self.first_key.is_empty() || self.scanner.ended() != Ended::InTopElement)
            && matches!(self.buffer[..self.filled].trim_ascii_end(), [.., b']' | b'}'])
    }

    /// Gives the element at hand up. Says whether that is news: not if it was doubtful anyway.
    fn lose(&mut self) -> bool {
        let news = self.state == State::Sure;
        self.inside = false;
        let from = self.start.map_or(self.scanned, |start| start + 1);
        self.start = None;
        self.lost = self.budget == 0;
        self.state = if self.lost { State::Ended } else { State::Searching(from) };
        if news {
            self.broken_at = self.base + from as u64 - 1;
            self.count += 1;
        }
        news
    }

    /// The next position at or after `from` where an element may begin, and whether that is at the beginning of a line: else it is behind `},` and
    /// before the key that elements begin with.
    fn search(&self, from: usize) -> Option<(usize, bool)> {
        let end = self.searchable();
        let key = if self.first_key.is_empty() { b"\"" } else { self.first_key.as_slice() };
        memchr_iter(b'{', self.buffer.get(from..end)?).map(|at| from + at).find_map(|at| {
            let before = &self.buffer[at.saturating_sub(GAP)..at];
            let after = self.buffer[at + 1..self.filled.min(at + 1 + GAP)].trim_ascii_start();
            let follows = before.trim_ascii_end().strip_suffix(b",");
            if follows.is_some_and(|rest| rest.trim_ascii_end().ends_with(b"}")) && after.starts_with(key) {
                return Some((at, false));
            }
            // Lines of JSON begin at the margin, and nothing inside of them does.
            (before.ends_with(b"\n") && after.starts_with(b"\"")).then_some((at, true))
        })
    }

    /// How far can be searched, in `buffer`: behind every place there must be all that decides about it, however the stream is read.
    fn searchable(&self) -> usize {
        if self.stream_end.is_some() { self.filled } else { self.filled.saturating_sub(1 + GAP) }
    }

    /// Reads more. Bytes that nobody needs any more are dropped first. Says whether more came.
    fn fill(&mut self) -> bool {
        if self.stream_end.is_some() {
            return false;
        }
        // What comes before a place where an element may begin decides about it too.
        let kept = self.start.unwrap_or(self.scanned).saturating_sub(GAP);
        if kept > 0 {
            self.buffer.copy_within(kept..self.filled, 0);
            self.filled -= kept;
            self.base += kept as u64;
            self.scanned -= kept;
            self.start = self.start.map(|start| start - kept);
        }
        if self.buffer.len() > 16 * CHUNK && self.filled < CHUNK {
            // After a large element the memory is given back.
            self.buffer.truncate(4 * CHUNK);
            self.buffer.shrink_to_fit();
        }
        if self.buffer.len() < self.filled + CHUNK {
            self.buffer.resize((self.buffer.len() * 2).max(self.filled + CHUNK), 0);
        }
        let result = loop {
            match self.stream.read(&mut self.buffer[self.filled..][..CHUNK]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let count = *result.as_ref().unwrap_or(&0);
        self.filled += count;
        match result {
            Ok(0) => self.stream_end = Some(None),
            Err(error) => self.stream_end = Some(Some(error.to_string())),
            Ok(_) => {}
        }
        count > 0
    }

    fn ending(&self) -> Ending {
        let byte = self.base + self.filled as u64;
        match (&self.stream_end, self.scanner.ended()) {
            (Some(Some(reason)), _) => Ending::Unreadable { byte, reason: reason.clone() },
            _ if self.unended.is_some() && self.lines => Ending::InLine { byte },
            _ if self.unended.is_some() => Ending::Early { byte, in_element: true },
            _ if self.lost => Ending::Lost { from: self.broken_at, to: byte },
            (_, Ended::Whole) => Ending::Whole,
            (_, Ended::InList) if self.lines => Ending::Whole,
            (_, Ended::InElement | Ended::InTopElement) if self.lines => Ending::InLine { byte },
            (_, ended) => Ending::Early { byte, in_element: ended != Ended::InList },
        }
    }
}

impl Splitter for Elements<'_> {
    fn bytes(&self, element: &Element) -> &[u8] {
        &self.buffer[element.range.clone()]
    }

    fn head(&self) -> &[u8] {
        &self.head
    }

    fn unfinished(&self) -> &[u8] {
        // Behind the end nothing is dropped from the buffer any more.
        let unended = self.unended.map(|(_, byte)| (byte - self.base) as usize);
        unended.or(self.start).map_or(&[], |start| &self.buffer[start..self.filled])
    }

    fn look_inside(&mut self, element: &Element) {
        if self.state == State::Sure {
            self.state = State::Doubtful;
            self.inside = true;
            self.scanner = Scanner::in_list();
            self.scanned = element.range.start + 1;
        }
    }

    fn found_again(&mut self, element: &Element) {
        if self.state == State::Doubtful {
            self.state = State::Sure;
            self.count = element.number + 1;
        }
        if self.first_key.is_empty() {
            self.first_key = first_key(&self.buffer[element.range.clone()]).unwrap_or_default().to_vec();
        }
    }

    fn step(&mut self) -> Step {
        if self.state == State::Sure
            && let Some((number, byte)) = self.unended.take()
        {
            return Step::Broken { number, byte };
        }
        loop {
            match self.state {
                State::Ended => return Step::End(self.ending()),
                State::Searching(from) => match self.search(from) {
                    Some((found, at_margin)) => {
                        self.scanner = Scanner::in_list();
                        self.lines |= at_margin;
                        self.scanned = found;
                        self.start = None;
                        self.state = State::Doubtful;
                    }
                    None => {
                        let searched = self.searchable().max(from);
                        self.start = None;
                        self.scanned = searched;
                        if self.stream_end.is_some() {
                            self.lost = true;
                            self.state = State::Ended;
                            continue;
                        }
                        self.fill();
                        self.state = State::Searching(self.scanned);
                        return Step::Working;
                    }
                },
                State::Sure | State::Doubtful => {
                    let (passed, event) = self.scanner.scan(&self.buffer[self.scanned..self.filled]);
                    self.scanned += passed;
                    if self.state == State::Doubtful {
                        self.budget = self.budget.saturating_sub(passed as u64);
                    }
                    if let Some(step) = self.on_event(event) {
                        return step;
                    }
                }
            }
        }
    }
}

/// The key that an object begins with, quotation marks included.
fn first_key(object: &[u8]) -> Option<&[u8]> {
    let inside = object.strip_prefix(b"{")?.trim_ascii_start();
    let length = memchr_iter(b'"', inside).nth(1)?;
    (inside[0] == b'"' && length < 64).then(|| &inside[..=length])
}

#[cfg(test)]
mod tests;
