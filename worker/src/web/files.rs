use crate::Files;
use aios_import::Input;
use js_sys::Uint8Array;
use std::io::{self, Read, Seek, SeekFrom};
use wasm_bindgen::JsValue;
use web_sys::{File, FileReaderSync};

/// Files that a person chose: handles, no bytes.
pub(super) struct ChosenFiles(pub Vec<File>);

impl Files for ChosenFiles {
    fn inputs(&self) -> Vec<Input<'static>> {
        self.0.iter().map(|file| Input::new(file.name(), FileBytes::new(file.clone()))).collect()
    }
}

/// How many bytes are asked of the browser at once. Each question goes to another process and back, which takes as long as reading a megabyte.
const AHEAD: u64 = 4 * 1024 * 1024;

/// How many bytes are asked for where reading begins anew: most often little is needed there.
const FIRST: u64 = 64 * 1024;

/// The bytes of a file, read ahead in slices.
struct FileBytes {
    file: File,
    reader: Option<FileReaderSync>,
    position: u64,
    length: u64,
    /// The slice that was read last, and where it begins.
    slice: Option<(u64, Uint8Array)>,
}

impl FileBytes {
    fn new(file: File) -> FileBytes {
        // Sizes are whole numbers far below 2^53.
        let length = file.size() as u64;
        FileBytes { file, reader: None, position: 0, length, slice: None }
    }

    /// The slice that the position lies in, and where it begins.
    fn slice(&mut self) -> Result<(u64, Uint8Array), JsValue> {
        let mut ahead = FIRST;
        if let Some((start, slice)) = self.slice.take() {
            let end = start + u64::from(slice.length());
            if (start..end).contains(&self.position) {
                self.slice = Some((start, slice.clone()));
                return Ok((start, slice));
            }
            if self.position == end {
                ahead = AHEAD;
            }
        }
        let end = self.position.saturating_add(ahead).min(self.length);
        let slice = self.file.slice_with_f64_and_f64(self.position as f64, end as f64)?;
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => FileReaderSync::new()?,
        };
        let bytes = Uint8Array::new(&reader.read_as_array_buffer(&slice)?.into());
        self.reader = Some(reader);
        self.slice = Some((self.position, bytes.clone()));
        Ok((self.position, bytes))
    }
}

impl Read for FileBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let (start, slice) = self.slice().map_err(|_| {
            io::Error::other(
                "the browser cannot read it any more; it was probably moved or changed since it was chosen",
            )
        })?;
        // A slice has 4 MiB at most.
        let offset = (self.position - start) as u32;
        let count = slice.length().saturating_sub(offset).min(u32::try_from(buffer.len()).unwrap_or(u32::MAX));
        slice.subarray(offset, offset + count).copy_to(&mut buffer[..count as usize]);
        self.position += u64::from(count);
        Ok(count as usize)
    }
}

impl Seek for FileBytes {
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
