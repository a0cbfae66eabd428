use crate::{input::Shared, stream::Budget};
use memchr::memmem;
use std::{
    borrow::Cow,
    io::{self, BufReader, Read},
};

mod salvage;

/// The most entries that are kept of an archive. The largest export that was reported, 6 GB with all its media, is far below.
const MAXIMUM_ENTRIES: usize = 200_000;

/// The most bytes that all names of an archive may take.
const MAXIMUM_NAMES: usize = 32 * 1024 * 1024;

/// The size of an entry of which nobody knows the end.
pub(crate) const CUT_OFF: u64 = u64::MAX;

/// The longest end that a zip can have: the record itself and a comment, and before it what says where the record of zip64 is.
const LONGEST_END: u64 = 22 + 0xffff + 20;

/// The table of contents of a zip (its central directory), kept small: about 50 bytes an entry and its name.
///
/// It is read here and not by a library, since none keeps entries of the same name apart, bounds what is read, and gets by with the wrong sizes that
/// macOS writes into zips above 4 GiB. The format is PKWARE's APPNOTE 6.3.10, sections 4.3.12 to 4.3.16 and 4.5.3.
#[derive(Debug)]
pub(crate) struct Directory {
    records: Vec<Record>,
    /// All names, one behind the other.
    names: Vec<u8>,
    /// What was put before the zip: bytes by which all positions in it are off.
    prefix: u64,
    /// Entries that are in it and were not kept: those above the most that there may be, or behind damage.
    pub left_out: u64,
    /// It is missing, and this is what was found without it. There may have been more.
    pub is_salvaged: bool,
}

/// One entry.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Record {
    name: (u32, u16),
    /// Where its own header is, as the directory says.
    pub header: u64,
    /// Bytes that it takes in the archive.
    pub compressed: u64,
    /// Bytes that it has when it is unpacked, as the directory says.
    pub size: u64,
    /// The checksum of the unpacked bytes.
    pub crc: u32,
    method: u16,
    encrypted: bool,
}

/// Why a zip cannot be opened.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Unopened {
    /// Its table of contents is missing or no such table.
    Damaged,
    /// It is one file of several that make up a zip.
    InParts,
}

/// How the bytes of an entry are packed, if that is a way that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Packing {
    Stored,
    Deflated,
}

impl Record {
    /// How it is packed; else what stands in the way, as the end of a sentence.
    pub fn packing(&self) -> Result<Packing, &'static str> {
        if self.encrypted {
            return Err("is encrypted: unpack the zip with its password and choose the files inside");
        }
        match self.method {
            0 => Ok(Packing::Stored),
            8 => Ok(Packing::Deflated),
            9 => Err("is packed with Deflate64, which is not read here: unpack the zip and choose the files inside"),
            12 => Err("is packed with bzip2, which is not read here: unpack the zip and choose the files inside"),
            14 | 95 => Err("is packed with LZMA, which is not read here: unpack the zip and choose the files inside"),
            20 | 93 => {
                Err("is packed with Zstandard, which is not read here: unpack the zip and choose the files inside")
            }
            _ => Err("is packed in an unusual way: unpack the zip and choose the files inside"),
        }
    }
}

impl Directory {
    /// Reads the end of the zip and its directory, and nothing else. If it is missing, looks for the entries themselves, for which some may have to be
    /// inflated.
    ///
    /// # Errors
    /// If there are none of them either.
    pub fn open(source: &Shared<'_>, budget: &Budget) -> Result<Directory, Unopened> {
        match Directory::read(source) {
            Err(Unopened::Damaged) => {
                let found = Directory::salvage(source, budget);
                if found.records.is_empty() { Err(Unopened::Damaged) } else { Ok(found) }
            }
            other => other,
        }
    }

    fn read(source: &Shared<'_>) -> Result<Directory, Unopened> {
        let mut directory =
            Directory { records: Vec::new(), names: Vec::new(), prefix: 0, left_out: 0, is_salvaged: false };
        let end = End::find(source)?;
        directory.prefix = end.start.saturating_sub(end.declared_start);
        let mut stream = BufReader::with_capacity(64 * 1024, source.at(end.start).take(end.size));
        let mut count: u64 = 0;
        // Where there is damage the rest cannot be found.
        while directory.read_record(&mut stream).is_ok_and(|found| found) {
            count += 1;
        }
        let kept = directory.records.len() as u64;
        // The count of an old zip is of 16 bits, and macOS lets it run over.
        let missing =
            if end.is_zip64 { end.entries.saturating_sub(count) } else { end.entries.wrapping_sub(count) & 0xffff };
        directory.left_out = (count - kept).saturating_add(missing);
        Ok(directory)
    }

    /// Reads the next record, and keeps it unless there are too many. Says whether there was one.
    fn read_record(&mut self, stream: &mut impl Read) -> io::Result<bool> {
        let mut fixed = [0; 46];
        stream.read_exact(&mut fixed)?;
        if fixed[..4] != *b"PK\x01\x02" {
            return Ok(false);
        }
        let (flags, method) = (short(&fixed, 8), short(&fixed, 10));
        let mut record = Record {
            name: (0, short(&fixed, 28)),
            header: u64::from(word(&fixed, 42)),
            compressed: u64::from(word(&fixed, 20)),
            size: u64::from(word(&fixed, 24)),
            crc: word(&fixed, 16),
            method,
            encrypted: flags & 1 != 0 || method == 99,
        };
        let start = self.names.len();
        let mut rest = vec![0; usize::from(record.name.1) + usize::from(short(&fixed, 30))];
        stream.read_exact(&mut rest)?;
        io::copy(&mut stream.take(u64::from(short(&fixed, 32))), &mut io::sink())?;
        let (name, extra) = rest.split_at(usize::from(record.name.1));
        record.widen(extra);
        if self.records.len() < MAXIMUM_ENTRIES && start + name.len() <= MAXIMUM_NAMES {
            // Names take far less than 4 GiB.
            record.name.0 = start as u32;
            self.names.extend_from_slice(name);
            self.records.push(record);
        }
        Ok(true)
    }

    /// The entries, in their order in the directory.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The name of an entry. Bytes that are no text are replaced. Hostile: used in reports and to match references only, never as a path.
    pub fn name(&self, record: &Record) -> Cow<'_, str> {
        let start = record.name.0 as usize;
        String::from_utf8_lossy(&self.names[start..start + usize::from(record.name.1)])
    }

    /// Where the bytes of an entry begin; `None` if its header is not where it should be. Reads half a kilobyte.
    pub fn locate(&self, source: &Shared<'_>, record: &Record) -> Option<u64> {
        let start = record.name.0 as usize;
        let name = &self.names[start..start + usize::from(record.name.1)];
        // What macOS writes into zips above 4 GiB lacks the upper half of positions.
        let wrapped = (1..=(source.length() >> 32).min(64)).map(|times| record.header.checked_add(times << 32));
        [record.header.checked_add(self.prefix), Some(record.header)]
            .into_iter()
            .chain(wrapped)
            .flatten()
            .find_map(|header| data_behind(source, header, name))
    }
}

impl Record {
    /// Takes what has no room in the record itself from the field of zip64.
    fn widen(&mut self, mut extra: &[u8]) {
        while extra.len() >= 4 {
            let (kind, length) = (short(extra, 0), usize::from(short(extra, 2)));
            let Some(mut field) = extra.get(4..4 + length) else { return };
            extra = &extra[4 + length..];
            if kind != 1 {
                continue;
            }
            for value in [&mut self.size, &mut self.compressed, &mut self.header] {
                if *value == u64::from(u32::MAX)
                    && let Some((wide, rest)) = field.split_at_checked(8)
                {
                    *value = long(wide, 0);
                    field = rest;
                }
            }
            return;
        }
    }
}

/// Where the data behind a local header begins, if there is one with this name.
fn data_behind(source: &Shared<'_>, header: u64, name: &[u8]) -> Option<u64> {
    let mut stream = BufReader::with_capacity(512, source.at(header));
    let mut fixed = [0; 30];
    stream.read_exact(&mut fixed).ok()?;
    if fixed[..4] != *b"PK\x03\x04" || usize::from(short(&fixed, 26)) != name.len() {
        return None;
    }
    let mut own = vec![0; name.len()];
    stream.read_exact(&mut own).ok()?;
    (own == name).then_some(header + 30 + name.len() as u64 + u64::from(short(&fixed, 28)))
}

/// What the end of a zip says about its directory.
struct End {
    start: u64,
    /// Where it says that the directory starts.
    declared_start: u64,
    size: u64,
    entries: u64,
    is_zip64: bool,
}

impl End {
    fn find(source: &Shared<'_>) -> Result<End, Unopened> {
        // Nearly all have no comment.
        End::find_in(source, 1024).or_else(|_| End::find_in(source, LONGEST_END))
    }

    /// Looks for the end among so many of the last bytes.
    fn find_in(source: &Shared<'_>, tail: u64) -> Result<End, Unopened> {
        let tail_start = source.length().saturating_sub(tail);
        let mut tail = Vec::new();
        source.at(tail_start).read_to_end(&mut tail).map_err(|_| Unopened::Damaged)?;
        let mut in_parts = false;
        for at in memmem::rfind_iter(&tail, b"PK\x05\x06") {
            let Some(record) = tail.get(at..at + 22) else { continue };
            if at + 22 + usize::from(short(record, 20)) > tail.len() {
                continue;
            }
            let wide = End::of_zip64(source, &tail[..at], tail_start + at as u64);
            let (end_of_directory, end) = wide.unwrap_or_else(|| {
                let end = End {
                    start: 0,
                    declared_start: u64::from(word(record, 16)),
                    size: u64::from(word(record, 12)),
                    entries: u64::from(short(record, 10)),
                    is_zip64: false,
                };
                (tail_start + at as u64, end)
            });
            // In a zip64 these fields may be filled with ones.
            in_parts |= !end.is_zip64 && !matches!(short(record, 4), 0 | 0xffff);
            if let Some(end) = end.settle(source, end_of_directory) {
                return Ok(end);
            }
        }
        Err(if in_parts { Unopened::InParts } else { Unopened::Damaged })
    }

    /// The end of a zip64, which stands before the old one; with it, where it stands.
    fn of_zip64(source: &Shared<'_>, before: &[u8], position: u64) -> Option<(u64, End)> {
        let locator = before.get(before.len().checked_sub(20)?..)?;
        if locator[..4] != *b"PK\x06\x07" {
            return None;
        }
        // Should something have been put before the zip, it is where such a record ends right before the locator.
        [Some(long(locator, 8)), position.checked_sub(20 + 56)].into_iter().flatten().find_map(|at| {
            let mut record = [0; 56];
            source.at(at).read_exact(&mut record).ok()?;
            (record[..4] == *b"PK\x06\x06").then(|| {
                let end = End {
                    start: 0,
                    declared_start: long(&record, 48),
                    size: long(&record, 40),
                    entries: long(&record, 32),
                    is_zip64: true,
                };
                (at, end)
            })
        })
    }

    /// Finds where the directory really starts: it should end where the record of its end begins.
    fn settle(self, source: &Shared<'_>, end_of_directory: u64) -> Option<End> {
        let starts = [end_of_directory.checked_sub(self.size), Some(self.declared_start)];
        let start = starts.into_iter().flatten().find(|start| {
            let mut signature = [0; 4];
            self.size == 0 || source.at(*start).read_exact(&mut signature).is_ok() && signature == *b"PK\x01\x02"
        })?;
        Some(End { start, ..self })
    }
}

fn short(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from(short(bytes, at)) | u32::from(short(bytes, at + 2)) << 16
}

fn long(bytes: &[u8], at: usize) -> u64 {
    u64::from(word(bytes, at)) | u64::from(word(bytes, at + 4)) << 32
}
