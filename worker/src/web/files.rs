use crate::Files;
use aios_import::Input;
use js_sys::Uint8Array;
use std::{
    cell::RefCell,
    io::{self, Read, Seek, SeekFrom},
    rc::{Rc, Weak},
};
use stream::ByteStream;
use wasm_bindgen::JsValue;
use web_sys::{File, FileReaderSync};

mod stream;

/// How many bytes are asked of the browser at once. Each question goes to another process and back, which takes as long as reading a megabyte.
const AHEAD: u64 = 4 * 1024 * 1024;

/// How many bytes are asked for where reading begins anew: most often little is needed there.
const FIRST: u64 = 64 * 1024;

/// Files that a person chose: handles, no bytes.
pub(super) struct ChosenFiles {
    pub files: Vec<File>,
    /// What to call them, in their order; without a name here they have their own.
    names: Vec<String>,
    /// Those that are being read.
    reading: RefCell<Vec<Weak<RefCell<Window>>>>,
}

impl ChosenFiles {
    pub fn new(files: Vec<File>, names: Vec<String>) -> ChosenFiles {
        ChosenFiles { files, names, reading: RefCell::default() }
    }

    fn name(&self, position: usize) -> String {
        self.names.get(position).cloned().or_else(|| Some(self.files.get(position)?.name())).unwrap_or_default()
    }
}

impl Files for ChosenFiles {
    fn inputs(&self) -> Vec<Input<'static>> {
        let mut reading = self.reading.borrow_mut();
        reading.retain(|window| window.strong_count() > 0);
        let input = |(position, file): (usize, &File)| {
            let window = Rc::new(RefCell::new(Window::new(file.clone())));
            reading.push(Rc::downgrade(&window));
            Input::new(self.name(position), FileBytes { window })
        };
        self.files.iter().enumerate().map(input).collect()
    }

    fn names(&self) -> Vec<String> {
        (0..self.files.len()).map(|position| self.name(position)).collect()
    }

    fn begins_with(&self, position: usize, bytes: &[u8]) -> bool {
        // What cannot be read is refused by the reader, with the reason.
        let head = self.files.get(position).and_then(|file| {
            let slice = file.slice_with_f64_and_f64(0.0, bytes.len() as f64).ok()?;
            FileReaderSync::new().ok()?.read_as_array_buffer(&slice).ok()
        });
        head.is_some_and(|head| Uint8Array::new(&head).to_vec() == bytes)
    }

    async fn read_ahead(&self) {
        let hungry = self.reading.borrow().iter().filter_map(Weak::upgrade).find(|window| window.borrow().is_used_up());
        let Some(window) = hungry else { return };
        let (file, position, stream, used) = window.borrow_mut().take();
        // Whatever goes wrong here goes wrong again when the bytes are asked for, and is reported then.
        let stream = stream.filter(|stream| stream.position() == position);
        let Some(mut stream) = stream.or_else(|| ByteStream::open(&file, position)) else { return };
        if let Some(bytes) = stream.next(used).await {
            let mut window = window.borrow_mut();
            window.slice = Some((position, bytes));
            window.stream = Some(stream);
        }
    }
}

/// The part of a file that is at hand.
struct Window {
    file: File,
    reader: Option<FileReaderSync>,
    position: u64,
    length: u64,
    /// Bytes at hand, and where they begin.
    slice: Option<(u64, Uint8Array)>,
    /// Gives the bytes behind them.
    stream: Option<ByteStream>,
}

impl Window {
    fn new(file: File) -> Window {
        // Sizes are whole numbers far below 2^53.
        let length = file.size() as u64;
        Window { file, reader: None, position: 0, length, slice: None, stream: None }
    }

    /// Whether what was at hand has been read to its end, so that the next bytes are wanted.
    fn is_used_up(&self) -> bool {
        self.position < self.length
            && self.slice.as_ref().is_some_and(|(start, slice)| start + u64::from(slice.length()) == self.position)
    }

    /// What reading ahead needs; the bytes at hand go along, for their memory.
    fn take(&mut self) -> (File, u64, Option<ByteStream>, Option<Uint8Array>) {
        (self.file.clone(), self.position, self.stream.take(), self.slice.take().map(|(_, slice)| slice))
    }

    /// Bytes that the position lies in, and where they begin: those at hand, or the browser is asked and waited for.
    fn slice(&mut self) -> Result<(u64, Uint8Array), JsValue> {
        let mut ahead = FIRST;
        if let Some((start, slice)) = &self.slice {
            let end = start + u64::from(slice.length());
            if (*start..end).contains(&self.position) {
                return Ok((*start, slice.clone()));
            }
            if self.position == end {
                ahead = AHEAD;
            }
        }
        let end = self.position.saturating_add(ahead).min(self.length);
        let blob = self.file.slice_with_f64_and_f64(self.position as f64, end as f64)?;
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => FileReaderSync::new()?,
        };
        let bytes = Uint8Array::new(&reader.read_as_array_buffer(&blob)?.into());
        self.reader = Some(reader);
        self.slice = Some((self.position, bytes.clone()));
        Ok((self.position, bytes))
    }
}

/// The bytes of a file.
struct FileBytes {
    window: Rc<RefCell<Window>>,
}

impl Read for FileBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut window = self.window.borrow_mut();
        if window.position >= window.length || buffer.is_empty() {
            return Ok(0);
        }
        let (start, slice) = window.slice().map_err(|_| {
            io::Error::other(
                "the browser cannot read it any more; it was probably moved or changed since it was chosen",
            )
        })?;
        // A slice has 4 MiB at most.
        let offset = (window.position - start) as u32;
        let count = slice.length().saturating_sub(offset).min(u32::try_from(buffer.len()).unwrap_or(u32::MAX));
        slice.subarray(offset, offset + count).copy_to(&mut buffer[..count as usize]);
        window.position += u64::from(count);
        Ok(count as usize)
    }
}

impl Seek for FileBytes {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut window = self.window.borrow_mut();
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => window.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => window.position.checked_add_signed(offset),
        };
        window.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(window.position)
    }
}
