//! Zips as others write them, byte by byte, and of any size: what is between their parts takes no memory.

use std::{
    cell::Cell,
    io::{self, Read, Seek, SeekFrom},
    rc::Rc,
};

/// An entry as it is written.
#[derive(Clone)]
pub struct Raw<'a> {
    pub name: &'a [u8],
    pub method: u16,
    pub flags: u16,
    /// What stands in the archive.
    pub data: Vec<u8>,
    /// The size of the entry in the archive, zeros after `data` included.
    pub compressed: u64,
    pub size: u64,
    pub crc: u32,
}

impl<'a> Raw<'a> {
    pub fn stored(name: &'a [u8], bytes: &[u8]) -> Raw<'a> {
        let length = bytes.len() as u64;
        Raw { name, method: 0, flags: 0, data: bytes.to_vec(), compressed: length, size: length, crc: crc(bytes) }
    }

    pub fn deflated(name: &'a [u8], bytes: &[u8]) -> Raw<'a> {
        let data = deflate(bytes);
        Raw { method: 8, compressed: data.len() as u64, data, ..Raw::stored(name, bytes) }
    }

    /// A stored file of zeros that takes no memory.
    pub fn zeros(name: &'a [u8], length: u64) -> Raw<'a> {
        Raw { compressed: length, size: length, ..Raw::stored(name, b"") }
    }
}

/// How the zip is written.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    Plain,
    Zip64,
    /// Sizes and checksums behind the data.
    Descriptors,
    /// As macOS does above 4 GiB: what does not fit loses its upper half.
    Wrapped,
}

pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::bufread::DeflateEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut packed).unwrap();
    packed
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    flate2::bufread::GzEncoder::new(bytes, flate2::Compression::default()).read_to_end(&mut packed).unwrap();
    packed
}

/// A zip with these entries behind `prefix`.
pub fn zip(entries: &[Raw<'_>], form: Form, prefix: &[u8]) -> Sparse {
    let mut file = Sparse::default();
    file.push(prefix);
    let start = file.length;
    let mut directory = Vec::new();
    for entry in entries {
        let header = file.length - start;
        file.push(&local(entry, form));
        let data = file.length;
        file.push(&entry.data);
        file.length = data + entry.compressed;
        if form == Form::Descriptors {
            let sizes = [entry.crc, entry.compressed as u32, entry.size as u32];
            file.push(&[b"PK\x07\x08".as_slice(), &sizes.map(u32::to_le_bytes).concat()].concat());
        }
        directory.extend(central(entry, form, header));
    }
    let at = file.length - start;
    file.push(&directory);
    file.push(&end(entries.len() as u64, directory.len() as u64, at, form, file.length - start));
    file
}

fn local(entry: &Raw<'_>, form: Form) -> Vec<u8> {
    let descriptors = form == Form::Descriptors;
    let flags = entry.flags | if descriptors { 8 } else { 0 };
    let sizes = if descriptors { [0; 3] } else { [entry.crc, entry.compressed as u32, entry.size as u32] };
    let mut bytes = b"PK\x03\x04\x14\0".to_vec();
    bytes.extend([flags, entry.method, 0, 0].map(u16::to_le_bytes).concat());
    bytes.extend(sizes.map(u32::to_le_bytes).concat());
    // A field that says nothing, as many programs write.
    bytes.extend([entry.name.len() as u16, 5].map(u16::to_le_bytes).concat());
    bytes.extend(entry.name);
    bytes.extend(b"UT\x01\0\0");
    bytes
}

fn central(entry: &Raw<'_>, form: Form, header: u64) -> Vec<u8> {
    let wide = form == Form::Zip64;
    let low = |value: u64| if wide { u32::MAX } else { value as u32 };
    let extra = if wide {
        [&[1, 0, 24, 0][..], &[entry.size, entry.compressed, header].map(u64::to_le_bytes).concat()].concat()
    } else {
        Vec::new()
    };
    let mut bytes = b"PK\x01\x02\x14\0\x14\0".to_vec();
    bytes.extend([entry.flags, entry.method, 0, 0].map(u16::to_le_bytes).concat());
    bytes.extend([entry.crc, low(entry.compressed), low(entry.size)].map(u32::to_le_bytes).concat());
    bytes.extend([entry.name.len() as u16, extra.len() as u16, 0, 0, 0].map(u16::to_le_bytes).concat());
    bytes.extend([0, low(header)].map(u32::to_le_bytes).concat());
    bytes.extend(entry.name);
    bytes.extend(extra);
    bytes
}

fn end(entries: u64, size: u64, at: u64, form: Form, here: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if form == Form::Zip64 {
        bytes.extend(b"PK\x06\x06");
        bytes.extend(44u64.to_le_bytes());
        bytes.extend([45u16, 45].map(u16::to_le_bytes).concat());
        bytes.extend([0u32; 2].map(u32::to_le_bytes).concat());
        bytes.extend([entries, entries, size, at].map(u64::to_le_bytes).concat());
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(here.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
    }
    let low = |value: u64| if form == Form::Zip64 { u32::MAX } else { value as u32 };
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let count = if form == Form::Zip64 { u16::MAX } else { entries as u16 };
    bytes.extend([count; 2].map(u16::to_le_bytes).concat());
    bytes.extend([low(size), low(at)].map(u32::to_le_bytes).concat());
    bytes.extend(4u16.to_le_bytes());
    bytes.extend(b"note");
    bytes
}

/// A file with zeros between its pieces. Counts what is read of it.
#[derive(Clone, Default)]
pub struct Sparse {
    pieces: Vec<(u64, Vec<u8>)>,
    pub length: u64,
    position: u64,
    pub read: Rc<Cell<u64>>,
}

impl Sparse {
    fn push(&mut self, bytes: &[u8]) {
        self.pieces.push((self.length, bytes.to_vec()));
        self.length += bytes.len() as u64;
    }

    /// All of it.
    pub fn bytes(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes).unwrap();
        bytes
    }
}

impl Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(usize::try_from(self.length.saturating_sub(self.position)).unwrap_or(usize::MAX));
        let buffer = &mut buffer[..count];
        buffer.fill(0);
        let (from, to) = (self.position, self.position + count as u64);
        let first = self.pieces.partition_point(|(at, bytes)| at + bytes.len() as u64 <= from);
        for (at, bytes) in self.pieces[first..].iter().take_while(|(at, _)| *at < to) {
            let (start, end) = (from.max(*at), to.min(at + bytes.len() as u64));
            if start < end {
                buffer[(start - from) as usize..(end - from) as usize]
                    .copy_from_slice(&bytes[(start - at) as usize..(end - at) as usize]);
            }
        }
        self.position = to;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(position) => position,
            SeekFrom::End(offset) => self.length.saturating_add_signed(offset),
            SeekFrom::Current(offset) => self.position.saturating_add_signed(offset),
        };
        Ok(self.position)
    }
}
