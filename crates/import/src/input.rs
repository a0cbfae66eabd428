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

/// A reader over an input that others read too: it keeps a position of its own.
#[derive(Clone)]
pub(crate) struct Shared<'a> {
    source: Rc<RefCell<Box<dyn ReadSeek + 'a>>>,
    position: u64,
    length: u64,
}

impl<'a> Shared<'a> {
    pub fn new(mut bytes: Box<dyn ReadSeek + 'a>) -> io::Result<Shared<'a>> {
        let length = bytes.seek(SeekFrom::End(0))?;
        Ok(Shared { source: Rc::new(RefCell::new(bytes)), position: 0, length })
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// The same bytes from `position` on.
    pub fn at(&self, position: u64) -> Shared<'a> {
        Shared { position, ..self.clone() }
    }
}

impl Read for Shared<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length {
            return Ok(0);
        }
        let room = buffer.len().min(usize::try_from(self.length - self.position).unwrap_or(usize::MAX));
        let mut source = self.source.borrow_mut();
        source.seek(SeekFrom::Start(self.position))?;
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
