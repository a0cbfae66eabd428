use crate::{
    input::{Counted, Shared},
    utf16::Utf16,
};
use flate2::{
    Crc,
    bufread::{DeflateDecoder, MultiGzDecoder},
};
use std::{
    cell::Cell,
    io::{self, Cursor, Read},
    rc::Rc,
};

/// How many bytes are looked at to tell what a file is.
pub(crate) const HEAD: usize = 4096;

/// Above so many times its size in the archive, an entry is refused, once [`RATIO_FROM`] bytes have come out of it. Chat histories inflate about
/// tenfold; deflate's most is 1032.
const MAXIMUM_RATIO: u64 = 200;
const RATIO_FROM: u64 = 16 * 1024 * 1024;

/// From so many bytes on the ratio holds for all together that is inflated out of one input: entries may overlap, and archives be nested.
const RATIO_OF_ALL_FROM: u64 = 256 * 1024 * 1024;

/// The most that one entry may inflate to, in bytes.
const MAXIMUM_INFLATED: u64 = 64 * 1024 * 1024 * 1024;

/// How many packed bytes are taken at once.
const BLOCK: usize = 64 * 1024;

/// Bytes of a document, and the first of them to tell what it is by.
pub(crate) struct Document<'a> {
    pub head: Vec<u8>,
    pub rest: Box<dyn Read + 'a>,
}

impl<'a> Document<'a> {
    /// Reads the head of a stream.
    pub fn open(mut stream: impl Read + 'a) -> io::Result<Document<'a>> {
        let mut head = Vec::with_capacity(HEAD);
        stream.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Document { head, rest: Box::new(stream) })
    }

    /// All its bytes.
    pub fn bytes(self) -> impl Read + 'a {
        Cursor::new(self.head).chain(self.rest)
    }

    /// The document as UTF-8 text without byte order mark.
    pub fn text(self) -> Box<dyn Read + 'a> {
        let Document { head, rest } = self;
        let (mark, big_endian) = match head.as_slice() {
            [0xef, 0xbb, 0xbf, ..] => (3, None),
            [0xff, 0xfe, ..] => (2, Some(false)),
            [0xfe, 0xff, ..] => (2, Some(true)),
            // JSON begins with two ASCII characters; a single NUL is damage.
            [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (0, Some(false)),
            [0, first, 0, second, ..] if *first != 0 && *second != 0 => (0, Some(true)),
            _ => (0, None),
        };
        let mut whole = Cursor::new(head).chain(rest);
        whole.get_mut().0.set_position(mark);
        match big_endian {
            None => Box::new(whole),
            Some(big_endian) => Box::new(Utf16::new(whole, big_endian)),
        }
    }
}

/// How much more may be inflated out of one input.
#[derive(Debug)]
pub(crate) struct Budget(Cell<u64>);

impl Budget {
    /// For an input of so many bytes.
    pub fn of(length: u64) -> Rc<Budget> {
        Rc::new(Budget(Cell::new(length.saturating_mul(MAXIMUM_RATIO).max(RATIO_OF_ALL_FROM))))
    }

    fn spend(&self, bytes: u64) -> io::Result<()> {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(too_much)
    }
}

fn too_much() -> io::Error {
    io::Error::other("it inflates to far more than any chat history does, so reading was stopped here")
}

/// How an entry of an archive is stored.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Stored {
    pub offset: u64,
    pub compressed: u64,
    /// Its bytes when it is unpacked, as the archive says.
    pub size: u64,
    pub crc: u32,
    pub deflated: bool,
}

/// The bytes of an entry of an archive. Its errors are sentences for a person.
pub(crate) fn entry<'a>(
    source: &Shared<'a>,
    stored: Stored,
    count: Rc<Cell<u64>>,
    budget: Rc<Budget>,
) -> Box<dyn Read + 'a> {
    let raw = Counted { inner: source.at(stored.offset).take(stored.compressed), count };
    let inner: Box<dyn Read + 'a> = if stored.deflated { Box::new(Inflated::new(raw)) } else { Box::new(raw) };
    let crc = Some((Crc::new(), stored.crc));
    Box::new(Checked { inner, crc, out: 0, compressed: stored.compressed, budget, kind: "zip" })
}

/// What is packed with gzip, all members of it. Its errors are sentences for a person.
pub(crate) fn gunzip<'a>(packed: impl Read + 'a, compressed: u64, budget: Rc<Budget>) -> Box<dyn Read + 'a> {
    // It compares the checksum of each member by itself.
    let inner = Box::new(Blocks::new(MultiGzDecoder::new(io::BufReader::with_capacity(BLOCK, Blocks::new(packed)))));
    Box::new(Checked { inner, crc: None, out: 0, compressed, budget, kind: "gzip" })
}

/// How many bytes a deflated entry takes, how many come out of it, and their checksum; `None` if it does not end.
pub(crate) fn measure(source: &Shared<'_>, offset: u64, budget: &Budget) -> Option<(u64, u64, u32)> {
    let mut inflated = DeflateDecoder::new(io::BufReader::with_capacity(BLOCK, source.at(offset)));
    let (mut crc, mut buffer) = (Crc::new(), vec![0; 64 * 1024]);
    loop {
        let count = inflated.read(&mut buffer).ok()?;
        if count == 0 {
            return Some((inflated.total_in(), inflated.total_out(), crc.sum()));
        }
        budget.spend(count as u64).ok()?;
        crc.update(&buffer[..count]);
    }
}

/// The first bytes of an entry, as many as come out of its first half kilobyte: enough to tell pictures from text.
pub(crate) fn peek(source: &Shared<'_>, stored: Stored) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    source.at(stored.offset).take(stored.compressed.min(512)).read_to_end(&mut raw)?;
    if !stored.deflated {
        return Ok(raw);
    }
    let mut head = Vec::new();
    // That the rest is missing, or that it is damaged, is said when it is read.
    let _ = Inflated::new(raw.as_slice()).take(512).read_to_end(&mut head);
    Ok(head)
}

/// What is deflated, up to the very byte where it is damaged: flate2 tells of damage before what it inflated last, and how much that was hangs on how much it
/// was asked for.
struct Inflated<R>(DeflateDecoder<io::BufReader<R>>, Option<io::Error>);

impl<R: Read> Inflated<R> {
    fn new(packed: R) -> Inflated<R> {
        Inflated(DeflateDecoder::new(io::BufReader::with_capacity(BLOCK, packed)), None)
    }
}

impl<R: Read> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.1.take() {
            return Err(error);
        }
        let before = self.0.total_out();
        self.0.read(buffer).or_else(|error| {
            // It has written them there.
            let count = (self.0.total_out() - before) as usize;
            if count == 0 {
                return Err(error);
            }
            self.1 = Some(error);
            Ok(count)
        })
    }
}

/// Hands on what is read in whole blocks, so that it does not matter how much is asked for at once, nor how much comes: of what is packed with gzip, and
/// damaged, the same is lost every time.
struct Blocks<R> {
    inner: R,
    block: Vec<u8>,
    at: usize,
    error: Option<io::Error>,
}

impl<R: Read> Blocks<R> {
    fn new(inner: R) -> Blocks<R> {
        Blocks { inner, block: Vec::with_capacity(BLOCK), at: 0, error: None }
    }
}

impl<R: Read> Read for Blocks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            if let Some(error) = self.error.take() {
                return Err(error);
            }
            self.at = 0;
            self.block.clear();
            self.error = self.inner.by_ref().take(BLOCK as u64).read_to_end(&mut self.block).err();
            if self.block.is_empty() {
                return self.error.take().map_or(Ok(0), Err);
            }
        }
        let count = buffer.len().min(self.block.len() - self.at);
        buffer[..count].copy_from_slice(&self.block[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Compares the checksum at the end, and stops what grows beyond all bounds.
struct Checked<'a> {
    inner: Box<dyn Read + 'a>,
    crc: Option<(Crc, u32)>,
    out: u64,
    compressed: u64,
    budget: Rc<Budget>,
    kind: &'static str,
}

impl Read for Checked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let kind = self.kind;
        let damaged = |_| io::Error::other(format!("the {kind} is damaged or cut off here"));
        let count = self.inner.read(buffer).map_err(damaged)?;
        self.out += count as u64;
        if let Some((crc, expected)) = &mut self.crc {
            crc.update(&buffer[..count]);
            if count == 0 && crc.sum() != *expected {
                return Err(io::Error::other("its checksum is wrong, so the zip is damaged or cut off"));
            }
        }
        let bound = self.compressed.saturating_mul(MAXIMUM_RATIO).clamp(RATIO_FROM, MAXIMUM_INFLATED);
        if self.out > bound {
            return Err(too_much());
        }
        self.budget.spend(count as u64)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, DeflateDecoder, Document, Stored, entry, gunzip};
    use crate::input::Shared;
    use proptest::prelude::*;
    use std::io::{Cursor, Read, Write};

    fn text(bytes: &[u8]) -> String {
        let mut text = String::new();
        Document::open(bytes).unwrap().text().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn byte_order_marks_and_utf_16_are_read() {
        assert_eq!(text("\u{feff}[1]".as_bytes()), "[1]");
        let units: Vec<u8> = "\u{feff}[\"ä\"]".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&units), "[\"ä\"]");
        let units: Vec<u8> = "[\"ä\"]".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&units), "[\"ä\"]");
    }

    #[test]
    fn a_bomb_is_stopped() {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b' '; 40_000_000]).unwrap();
        let bomb = encoder.finish().unwrap();
        let mut whole = Vec::new();
        DeflateDecoder::new(bomb.as_slice()).read_to_end(&mut whole).unwrap();
        assert_eq!(whole.len(), 40_000_000);
        let stored = Stored { offset: 0, compressed: bomb.len() as u64, size: 40_000_000, crc: 0, deflated: true };
        let source = Shared::new(Box::new(Cursor::new(bomb))).unwrap();
        let mut reader = entry(&source, stored, Default::default(), Budget::of(1));
        let error = std::io::copy(&mut reader, &mut std::io::sink()).unwrap_err();
        assert!(error.to_string().contains("far more than any chat history"), "{error}");
    }

    /// Gives so many bytes at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let most = buffer.len().min(self.1);
            self.0.read(&mut buffer[..most])
        }
    }

    /// What comes out before the end or an error, when so much is asked for at once, and whether it was an error.
    fn read_by(mut stream: impl Read, size: usize) -> (Vec<u8>, bool) {
        let (mut whole, mut buffer) = (Vec::new(), vec![0; size]);
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return (whole, false),
                Ok(count) => whole.extend_from_slice(&buffer[..count]),
                Err(_) => return (whole, true),
            }
        }
    }

    proptest! {
        #[test]
        fn of_what_is_damaged_the_same_comes_out_however_it_is_read(
            words in proptest::collection::vec("[a-e]{1,9} ?", 1..300), place in 0.0f64..1.0, byte: u8, given in 1usize..40, asked in 1usize..40
        ) {
            let text = words.concat();
            let damaged = |mut packed: Vec<u8>| {
                let at = (packed.len() as f64 * place) as usize;
                packed[at] ^= byte;
                packed
            };
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            let packed = damaged(encoder.finish().unwrap());
            prop_assert_eq!(read_by(super::Inflated::new(Pieces(&packed, given)), asked), read_by(super::Inflated::new(packed.as_slice()), 1 << 16));
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            let packed = damaged(encoder.finish().unwrap());
            let unpacked = |given, asked| read_by(gunzip(Pieces(&packed, given), 1, Budget::of(1)), asked);
            prop_assert_eq!(unpacked(given, asked), unpacked(usize::MAX, 1 << 16));
        }
    }
}
