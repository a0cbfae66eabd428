use crate::simd::{BLOCK, Block, escaped, strings};
use memchr::memchr2;

/// Finds where the elements of a JSON document begin and end, without parsing them.
///
/// It is fed consecutive pieces of any size and keeps no bytes. Elements are the elements of a top-level array, of the array under a
/// wrapper key ([`WRAPPER_KEYS`]) of a top-level object, and any other top-level object itself; several top-level values may follow each
/// other (JSON Lines). It checks as much of the grammar as tells that it is lost: brackets match (to a depth of 128), and outside
/// strings only what JSON has there. So a quotation mark that is missing or too many is noticed at the next word of text.
pub(crate) struct Scanner {
    place: Place,
    /// Open brackets of the element at hand.
    depth: u64,
    /// Which of the outermost 128 are braces.
    braces: u128,
    in_string: bool,
    escaped: bool,
    /// In a top-level object, which may turn out to be a wrapper.
    top_object: bool,
    /// In a wrapper: after its list comes the rest of it.
    in_wrapper: bool,
    key: Key,
}

/// The keys of a top-level object under which a list of conversations is, or of lines of one.
const WRAPPER_KEYS: [&[u8]; 3] = [b"conversations", b"chats", b"loglines"];

#[derive(Clone, Copy, PartialEq, Debug)]
enum Place {
    /// Between top-level values.
    Top,
    /// In a list, before, after or between elements.
    List,
    /// In an element that is an object, an array or a string.
    Element,
    /// In an element that is a number or a word.
    Scalar,
    /// In what follows the list in a wrapper.
    Rest,
}

/// What the scanner came upon. It stands right behind the byte that told.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Event {
    /// The byte before begins an element.
    Start,
    /// The element ends here.
    End,
    /// The element that had begun is a wrapper; its elements follow.
    Wrapper,
    /// A list was closed.
    ListEnd,
    /// The byte before cannot be where it is.
    Broken,
}

/// Where the input ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Ended {
    /// Between top-level values, as it should.
    Whole,
    /// In a list that was not closed.
    InList,
    /// In an element.
    InElement,
    /// In an element that is in no list.
    InTopElement,
}

/// The last string at the top of a top-level object; longer ones are cut.
#[derive(Default)]
struct Key {
    bytes: [u8; 16],
    length: usize,
}

impl Key {
    fn push(&mut self, bytes: &[u8]) {
        let room = self.bytes.len() - self.length;
        let taken = bytes.len().min(room);
        self.bytes[self.length..self.length + taken].copy_from_slice(&bytes[..taken]);
        self.length += taken;
    }
}

impl Scanner {
    pub fn new() -> Scanner {
        Scanner {
            place: Place::Top,
            depth: 0,
            braces: 0,
            in_string: false,
            escaped: false,
            top_object: false,
            in_wrapper: false,
            key: Key::default(),
        }
    }

    /// A scanner that stands in a list, before an element.
    pub fn in_list() -> Scanner {
        Scanner { place: Place::List, ..Scanner::new() }
    }

    /// Goes on to the next event. Returns how many of the bytes it went past, and the event; without one all were.
    pub fn scan(&mut self, bytes: &[u8]) -> (usize, Option<Event>) {
        let mut at = 0;
        while at < bytes.len() {
            let (passed, event) = match self.place {
                Place::Top => self.scan_top(bytes[at]),
                Place::List => self.scan_list(bytes[at]),
                Place::Scalar => self.scan_scalar(bytes[at]),
                Place::Element | Place::Rest => self.scan_inside(&bytes[at..]),
            };
            at += passed;
            if event.is_some() {
                return (at, event);
            }
        }
        (at, None)
    }

    /// Where the input ended, if it ends here.
    pub fn ended(&self) -> Ended {
        match self.place {
            Place::Top => Ended::Whole,
            Place::List | Place::Rest => Ended::InList,
            Place::Element if self.top_object => Ended::InTopElement,
            Place::Element | Place::Scalar => Ended::InElement,
        }
    }

    fn scan_top(&mut self, byte: u8) -> (usize, Option<Event>) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => (1, None),
            b'[' => {
                self.place = Place::List;
                (1, None)
            }
            b'{' => {
                self.enter(byte);
                self.top_object = true;
                (1, Some(Event::Start))
            }
            _ => (1, Some(Event::Broken)),
        }
    }

    fn scan_list(&mut self, byte: u8) -> (usize, Option<Event>) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => (1, None),
            b']' => {
                self.place = if self.in_wrapper { Place::Rest } else { Place::Top };
                // The wrapper's own brace is still open.
                (self.depth, self.braces) = if self.in_wrapper { (1, 1) } else { (0, 0) };
                self.top_object = self.in_wrapper;
                self.key.length = 0;
                (1, Some(Event::ListEnd))
            }
            b'{' | b'[' | b'"' => {
                self.enter(byte);
                (1, Some(Event::Start))
            }
            _ if CLASS[usize::from(byte)] == PLAIN && byte != b':' => {
                self.place = Place::Scalar;
                (1, Some(Event::Start))
            }
            _ => (1, Some(Event::Broken)),
        }
    }

    fn scan_scalar(&mut self, byte: u8) -> (usize, Option<Event>) {
        match byte {
            b',' | b']' | b' ' | b'\t' | b'\r' | b'\n' => {
                self.place = Place::List;
                (0, Some(Event::End))
            }
            _ if CLASS[usize::from(byte)] == PLAIN => (1, None),
            _ => (1, Some(Event::Broken)),
        }
    }

    /// The first byte of an element.
    fn enter(&mut self, byte: u8) {
        self.place = Place::Element;
        self.top_object = false;
        self.in_string = byte == b'"';
        self.escaped = false;
        self.depth = u64::from(byte != b'"');
        self.braces = u128::from(byte == b'{');
        self.key.length = 0;
    }

    /// Inside an element or the rest of a wrapper: nearly all bytes of a file come through here.
    fn scan_inside(&mut self, bytes: &[u8]) -> (usize, Option<Event>) {
        let mut at = self.pass_blocks(bytes);
        while at < bytes.len() {
            if self.in_string {
                at += self.scan_string(&bytes[at..]);
                if !self.in_string && self.depth == 0 {
                    self.place = Place::List;
                    return (at, Some(Event::End));
                }
                continue;
            }
            let Some(plain) = bytes[at..].iter().position(|byte| CLASS[usize::from(*byte)] != PLAIN) else {
                return (bytes.len(), None);
            };
            at += plain + 1;
            let byte = bytes[at - 1];
            match CLASS[usize::from(byte)] {
                QUOTE => {
                    self.in_string = true;
                    self.key.length = 0;
                }
                OPEN if self.opens_list(byte) => {
                    self.place = Place::List;
                    let event = if self.in_wrapper { None } else { Some(Event::Wrapper) };
                    self.in_wrapper = true;
                    self.depth = 0;
                    return (at, event);
                }
                OPEN => {
                    if self.depth < 128 {
                        let bit = 1 << self.depth;
                        self.braces = if byte == b'{' { self.braces | bit } else { self.braces & !bit };
                    }
                    self.depth += 1;
                    at += self.pass_blocks(&bytes[at..]);
                }
                CLOSE => {
                    self.depth -= 1;
                    if self.depth < 128 && (self.braces >> self.depth & 1 == 1) != (byte == b'}') {
                        return (at, Some(Event::Broken));
                    }
                    if self.depth == 0 {
                        let was_element = self.place == Place::Element;
                        let at_top = self.top_object;
                        self.place = if at_top { Place::Top } else { Place::List };
                        self.in_wrapper &= !at_top;
                        if was_element {
                            return (at, Some(Event::End));
                        }
                        return (at, None);
                    }
                }
                COMMA => {
                    if self.depth == 1 {
                        self.key.length = 0;
                    }
                }
                _ => return (at, Some(Event::Broken)),
            }
        }
        (at, None)
    }

    /// Goes past as many whole blocks as there are without an event, and without anything at the top of what may be a wrapper. Returns how many bytes that
    /// are.
    fn pass_blocks(&mut self, bytes: &[u8]) -> usize {
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let passed = blocks.iter().take_while(|block| self.pass_block(block)).count();
        passed * BLOCK
    }

    /// Goes past a block; if it cannot be passed, everything stays as it is, and byte by byte the reason is found.
    fn pass_block(&mut self, bytes: &[u8; BLOCK]) -> bool {
        let at_top = u64::from(self.top_object);
        if self.depth <= at_top {
            return false;
        }
        let block = Block::new(bytes);
        if self.in_string && !self.escaped && !block.has_end_of_string() {
            return true;
        }
        let (escaped, escapes_next) = escaped(block.equal(b'\\'), self.escaped);
        let quotes = block.equal(b'"') & !escaped;
        let inside = strings(quotes, self.in_string);
        let structure = block.structure();
        let mut other = structure.other & !inside;
        while other != 0 {
            if CLASS[usize::from(bytes[other.trailing_zeros() as usize])] != PLAIN {
                return false;
            }
            other &= other - 1;
        }
        // Where they are nested deeper than 64, brackets are taken byte by byte.
        let (mut depth, mut braces) = (self.depth, self.braces as u64);
        let mut brackets = structure.brackets & !inside;
        while brackets != 0 {
            let byte = bytes[brackets.trailing_zeros() as usize];
            brackets &= brackets - 1;
            let is_brace = u64::from(matches!(byte, b'{' | b'}'));
            if matches!(byte, b'{' | b'[') {
                if depth >= 64 {
                    return false;
                }
                braces = braces & !(1 << depth) | is_brace << depth;
                depth += 1;
            } else {
                depth -= 1;
                if depth <= at_top || depth >= 64 || braces >> depth & 1 != is_brace {
                    return false;
                }
            }
        }
        self.braces = self.braces >> 64 << 64 | u128::from(braces);
        self.depth = depth;
        (self.in_string, self.escaped) = (inside >> 63 != 0, escapes_next);
        if quotes != 0 {
            self.key.length = 0;
        }
        true
    }

    /// Whether this bracket opens the list of a wrapper.
    fn opens_list(&self, byte: u8) -> bool {
        byte == b'[' && self.top_object && self.depth == 1 && WRAPPER_KEYS.contains(&&self.key.bytes[..self.key.length])
    }

    /// Goes to the end of the string that it is in, or to the end of the bytes.
    fn scan_string(&mut self, bytes: &[u8]) -> usize {
        let mut at = usize::from(std::mem::take(&mut self.escaped));
        while let Some(found) = bytes.get(at..).and_then(find_end) {
            if self.top_object && self.depth == 1 {
                self.key.push(&bytes[at..at + found]);
            }
            at += found + 1;
            if bytes[at - 1] == b'"' {
                self.in_string = false;
                return at;
            }
            if at == bytes.len() {
                self.escaped = true;
                return at;
            }
            at += 1;
        }
        if self.top_object && self.depth == 1 {
            self.key.push(bytes.get(at..).unwrap_or_default());
        }
        bytes.len()
    }
}

/// The first quotation mark or backslash. Most strings in exports are keys, ids and names of a few bytes: those are looked through here, eight bytes at
/// once, for which calling SIMD code would take longer.
fn find_end(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    /// Sets the highest bit of the lowest byte that is zero, and of none before it.
    const fn zero(bytes: u64) -> u64 {
        bytes.wrapping_sub(ONES) & !bytes & (ONES << 7)
    }
    let mut at = 0;
    for eight in bytes.chunks_exact(8).take(5) {
        let eight = u64::from_le_bytes(eight.try_into().unwrap_or_default());
        let found = zero(eight ^ (ONES * b'"' as u64)) | zero(eight ^ (ONES * b'\\' as u64));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    memchr2(b'"', b'\\', &bytes[at..]).map(|found| at + found)
}

const PLAIN: u8 = 0;
const QUOTE: u8 = 1;
const OPEN: u8 = 2;
const CLOSE: u8 = 3;
const COMMA: u8 = 4;
const INVALID: u8 = 5;

/// What a byte means outside strings. Plain are white space, colons, and what numbers and words are made of: `true`, `false`, `null`, and the
/// `NaN` and `Infinity` that Python writes.
const CLASS: [u8; 256] = {
    let mut class = [INVALID; 256];
    let plain = b" \t\r\n:0123456789+-.eEtrufalsnNIiy";
    let mut at = 0;
    while at < plain.len() {
        class[plain[at] as usize] = PLAIN;
        at += 1;
    }
    class[b'"' as usize] = QUOTE;
    class[b'{' as usize] = OPEN;
    class[b'[' as usize] = OPEN;
    class[b'}' as usize] = CLOSE;
    class[b']' as usize] = CLOSE;
    class[b',' as usize] = COMMA;
    class
};

#[cfg(test)]
mod tests {
    use super::{Ended, Event, Scanner};
    use proptest::prelude::*;

    /// The elements of a text, read in pieces of the given sizes, and how it ended.
    fn elements(text: &[u8], sizes: &[usize]) -> (Vec<String>, Result<Ended, usize>) {
        let (mut scanner, mut found, mut start) = (Scanner::new(), Vec::new(), 0);
        let (mut from, mut turn) = (0, 0);
        while from < text.len() {
            let to = (from + sizes[turn % sizes.len()]).min(text.len());
            turn += 1;
            let mut at = from;
            while at < to {
                let (passed, event) = scanner.scan(&text[at..to]);
                at += passed;
                match event {
                    Some(Event::Start) => start = at - 1,
                    Some(Event::End) => found.push(String::from_utf8_lossy(&text[start..at]).into_owned()),
                    Some(Event::Broken) => return (found, Err(at - 1)),
                    Some(Event::Wrapper | Event::ListEnd) | None => {}
                }
            }
            from = to;
        }
        (found, Ok(scanner.ended()))
    }

    fn whole(text: &str) -> Vec<String> {
        let (found, ended) = elements(text.as_bytes(), &[usize::MAX / 2]);
        assert_eq!(ended, Ok(Ended::Whole), "{text}");
        found
    }

    #[test]
    fn elements_of_a_list_are_found_whatever_they_are() {
        assert_eq!(
            whole(r#" [ {"a":[1,{"b":"}]\""}]} ,null,-1.5e3, "x]" ,[ ] ] "#),
            [r#"{"a":[1,{"b":"}]\""}]}"#, "null", "-1.5e3", r#""x]""#, "[ ]"]
        );
        assert!(whole("[]").is_empty());
        assert!(whole("").is_empty());
    }

    #[test]
    fn a_single_object_and_json_lines_are_elements() {
        assert_eq!(whole(r#"{"a":{"conversations":[1]}}"#), [r#"{"a":{"conversations":[1]}}"#]);
        assert_eq!(whole("{}\n{\"a\":1}\n"), ["{}", "{\"a\":1}"]);
    }

    #[test]
    fn a_wrapper_is_opened_and_its_rest_passed_over() {
        assert_eq!(
            whole(r#"{"v":"conversations","conversations" : [ {"a":1}, 2],"x":{"y":[3]}}"#),
            [r#"{"a":1}"#, "2"]
        );
        assert_eq!(whole(r#"{"conversations":[1],"x":"]","conversations":[2]}"#), ["1", "2"]);
    }

    #[test]
    fn what_cannot_be_is_noticed_where_it_is() {
        assert_eq!(elements(br#"[{"a":1},{"b":]}]"#, &[99]), (vec![r#"{"a":1}"#.to_owned()], Err(14)));
        assert_eq!(elements(br#"[{"a":"b" word"}]"#, &[99]).1, Err(10));
        assert_eq!(elements(b"<html>", &[99]).1, Err(0));
    }

    #[test]
    fn an_early_end_is_told_from_a_whole_one() {
        assert_eq!(elements(br#"[{"a":1},"#, &[99]).1, Ok(Ended::InList));
        assert_eq!(elements(br#"[{"a":"#, &[99]).1, Ok(Ended::InElement));
    }

    proptest! {
        #[test]
        fn the_end_of_a_string_is_where_it_is(bytes in proptest::collection::vec(prop_oneof![8 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'!')], 0..90)) {
            prop_assert_eq!(super::find_end(&bytes), bytes.iter().position(|byte| matches!(byte, b'"' | b'\\')));
        }

        #[test]
        fn the_size_of_the_pieces_changes_nothing(
            text in proptest::collection::vec(prop_oneof![
                proptest::sample::select(br#"{}[]",:\ 1n"#.to_vec()), any::<u8>()], 0..200),
            sizes in proptest::collection::vec(1usize..9, 1..5)
        ) {
            prop_assert_eq!(elements(&text, &sizes), elements(&text, &[usize::MAX / 2]));
        }

        #[test]
        fn every_list_that_serde_writes_is_split_as_serde_reads_it(
            strings in proptest::collection::vec("[\"\\\\{}\\[\\],:a]{0,12}", 0..6)
        ) {
            let list: Vec<serde_json::Value> =
                strings.iter().map(|text| serde_json::json!({ text.as_str(): [text, { "x": text }] })).collect();
            let text = serde_json::to_string(&list).unwrap();
            let split: Vec<serde_json::Value> =
                whole(&text).iter().map(|element| serde_json::from_str(element).unwrap()).collect();
            prop_assert_eq!(split, list);
        }
    }
}
