use crate::{
    input::Shared,
    stream::{self, Budget, Stored},
};
use std::{
    io::{self, Read, Seek, SeekFrom},
    rc::Rc,
};

/// How many of the bytes that came last are kept: what is read twice in a zip, heads and the directory, lies near together.
const WINDOW: usize = 256 * 1024;

/// A deflated entry that can be read from any position: an archive inside an archive.
///
/// Its directory is at its end, and its entries are before. To keep it in memory would set a bound to its size, which is that of an export;
/// so it is inflated anew from its beginning whenever something is wanted that was passed. Entries are read in their order, so that is once for
/// the directory and once for all entries, as a rule.
pub(crate) struct Reinflated<'a> {
    source: Shared<'a>,
    stored: Stored,
    budget: Rc<Budget>,
    stream: Box<dyn Read + 'a>,
    /// What came out of the stream last, up to `end`.
    window: Vec<u8>,
    /// How far the stream is.
    end: u64,
    position: u64,
}

impl<'a> Reinflated<'a> {
    pub fn new(source: &Shared<'a>, stored: Stored, budget: Rc<Budget>) -> Reinflated<'a> {
        let stream = stream::entry(source, stored, Rc::default(), budget.clone());
        Reinflated { source: source.clone(), stored, budget, stream, window: Vec::new(), end: 0, position: 0 }
    }

    /// Inflates the next piece. Says whether there was one.
    fn advance(&mut self) -> io::Result<bool> {
        if self.window.len() >= 2 * WINDOW {
            self.window.drain(..self.window.len() - WINDOW);
        }
        let before = self.window.len();
        self.window.resize(before + 64 * 1024, 0);
        let count = self.stream.read(&mut self.window[before..]);
        self.window.truncate(before + *count.as_ref().unwrap_or(&0));
        let count = count?;
        self.end += count as u64;
        Ok(count > 0)
    }
}

impl Read for Reinflated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position < self.end - self.window.len() as u64 {
            self.stream = stream::entry(&self.source, self.stored, Rc::default(), self.budget.clone());
            self.window.clear();
            self.end = 0;
        }
        while self.position >= self.end {
            if self.position >= self.stored.size || !self.advance()? {
                return Ok(0);
            }
        }
        // The window is far smaller than any address space.
        let ready = &self.window[self.window.len() - (self.end - self.position) as usize..];
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Reinflated<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.stored.size.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::Reinflated;
    use crate::{
        input::Shared,
        stream::{Budget, Stored},
    };
    use proptest::prelude::*;
    use std::io::{Cursor, Read, Seek, SeekFrom, Write};

    fn deflated(bytes: &[u8]) -> Reinflated<'static> {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let (compressed, size) = (packed.len() as u64, bytes.len() as u64);
        let stored = Stored { offset: 0, compressed, size, crc: crc.sum(), deflated: true };
        Reinflated::new(&Shared::new(Box::new(Cursor::new(packed))).unwrap(), stored, Budget::of(1))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]

        #[test]
        fn it_reads_as_if_it_were_not_packed(places in proptest::collection::vec((0u64..1_100_000, 1usize..70_000), 1..12)) {
            let bytes: Vec<u8> = (0..1_000_000u32).flat_map(|number| [(number % 251) as u8]).collect();
            let (mut packed, mut plain) = (deflated(&bytes), Cursor::new(&bytes));
            for (place, length) in places {
                let (mut one, mut other) = (Vec::new(), Vec::new());
                packed.seek(SeekFrom::Start(place)).unwrap();
                plain.seek(SeekFrom::Start(place)).unwrap();
                packed.by_ref().take(length as u64).read_to_end(&mut one).unwrap();
                plain.by_ref().take(length as u64).read_to_end(&mut other).unwrap();
                prop_assert_eq!(one, other);
            }
        }
    }
}
