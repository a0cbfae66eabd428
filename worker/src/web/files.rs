use crate::Files;
use aios_import::Input;
use js_sys::Uint8Array;
use std::io::{self, Read, Seek, SeekFrom};
use web_sys::{File, FileReaderSync};

/// Files that a person chose: handles, no bytes.
pub(super) struct ChosenFiles(pub Vec<File>);

impl Files for ChosenFiles {
    fn inputs(&self) -> Vec<Input<'static>> {
        self.0.iter().map(|file| Input::new(file.name(), FileBytes::new(file.clone()))).collect()
    }
}

/// The bytes of a file, read in slices as they are needed.
struct FileBytes {
    file: File,
    position: u64,
    length: u64,
}

impl FileBytes {
    fn new(file: File) -> FileBytes {
        // Sizes are whole numbers far below 2^53.
        let length = file.size() as u64;
        FileBytes { file, position: 0, length }
    }
}

impl Read for FileBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.position.saturating_add(buffer.len() as u64).min(self.length);
        if end <= self.position {
            return Ok(0);
        }
        let failed = |_| {
            io::Error::other(
                "the browser cannot read it any more; it was probably moved or changed since it was chosen",
            )
        };
        let slice = self.file.slice_with_f64_and_f64(self.position as f64, end as f64).map_err(failed)?;
        let array = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(&slice)).map_err(failed)?;
        let bytes = Uint8Array::new(&array);
        let count = (bytes.length() as usize).min(buffer.len());
        bytes.slice(0, count as u32).copy_to(&mut buffer[..count]);
        self.position += count as u64;
        Ok(count)
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
