use crate::{
    archive::{Directory, Unopened},
    refusal,
    stream::Budget,
};
use std::{
    cell::{Cell, RefCell},
    io::{self, Read, Seek, SeekFrom},
    rc::Rc,
};

/// Something with bytes that can be read from any position.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// One file to import.
pub struct Input<'a> {
    /// Its name, as the person knows it: used in reports only, never to decide what it is and never as a path.
    pub name: String,
    /// Its bytes. Read in pieces of [`CHUNK`](crate::CHUNK) bytes; no buffering is needed.
    pub bytes: Box<dyn ReadSeek + 'a>,
}

impl<'a> Input<'a> {
    /// A file.
    pub fn new(name: impl Into<String>, bytes: impl ReadSeek + 'a) -> Input<'a> {
        Input { name: name.into(), bytes: Box::new(bytes) }
    }
}

/// An input, before and after it is read: its files may be asked for at any time.
pub(crate) struct Waiting<'a> {
    /// As the person knows it.
    pub name: String,
    /// Its bytes, or why they cannot be read.
    pub bytes: Result<Shared<'a>, String>,
    /// Its table of contents, if it is an archive and that was read.
    directory: Option<Result<Rc<Directory>, Unopened>>,
}

impl<'a> Waiting<'a> {
    pub fn new(input: Input<'a>) -> Waiting<'a> {
        let bytes = Shared::new(input.bytes).map_err(|error| error.to_string());
        Waiting { name: input.name, bytes, directory: None }
    }

    /// How many bytes it has; none if they cannot be read.
    pub fn length(&self) -> u64 {
        self.bytes.as_ref().map_or(0, Shared::length)
    }

    /// Its table of contents if it begins like a zip. Read once.
    pub fn directory(&mut self) -> Option<Result<Rc<Directory>, Unopened>> {
        let source = self.bytes.as_ref().ok()?;
        if self.directory.is_none() {
            let mut head = [0; 4];
            source.at(0).read_exact(&mut head).ok()?;
            if !refusal::is_zip(&head) {
                return None;
            }
            self.directory = Some(Directory::open(source, &Budget::of(source.length())).map(Rc::new));
        }
        self.directory.clone()
    }
}

/// A reader over an input that others read too: it keeps a position of its own.
#[derive(Clone)]
pub(crate) struct Shared<'a> {
    source: Rc<RefCell<Box<dyn ReadSeek + 'a>>>,
    /// Where its first byte is in the input.
    start: u64,
    position: u64,
    length: u64,
}

impl<'a> Shared<'a> {
    pub fn new(mut bytes: Box<dyn ReadSeek + 'a>) -> io::Result<Shared<'a>> {
        let length = bytes.seek(SeekFrom::End(0))?;
        Ok(Shared { source: Rc::new(RefCell::new(bytes)), start: 0, position: 0, length })
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// The same bytes from `position` on.
    pub fn at(&self, position: u64) -> Shared<'a> {
        Shared { position, ..self.clone() }
    }

    /// At most `length` of the bytes from `start` on, as if there were no others.
    pub fn part(&self, start: u64, length: u64) -> Shared<'a> {
        let start = start.min(self.length);
        let length = length.min(self.length - start);
        Shared { start: self.start + start, position: 0, length, ..self.clone() }
    }
}

impl Read for Shared<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length {
            return Ok(0);
        }
        let room = buffer.len().min(usize::try_from(self.length - self.position).unwrap_or(usize::MAX));
        let mut source = self.source.borrow_mut();
        source.seek(SeekFrom::Start(self.start + self.position))?;
        let count = source.read(&mut buffer[..room])?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Shared<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

/// Counts the bytes that go through it.
pub(crate) struct Counted<R> {
    pub inner: R,
    pub count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}
