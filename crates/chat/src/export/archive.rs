//! A zip that is written while it is sent.

use crate::Error;
use aios_model::Timestamp;
use bytes::Bytes;
use std::{
    fs::File,
    io::{self, Read as _, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Bytes of a file that are at hand at once.
const PIECE: usize = 256 * 1024;

/// What was written and is not yet sent.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zip.
pub(super) struct Archive {
    writer: Option<ZipWriter<StreamWriter<Written>>>,
    written: Written,
}

impl Archive {
    pub fn new() -> Archive {
        let written = Written::default();
        Archive { writer: Some(ZipWriter::new_stream(written.clone())), written }
    }

    /// A file with a text.
    pub fn text(&mut self, name: &str, time: Timestamp, text: &str) -> Result<(), Error> {
        self.begin(name, time, CompressionMethod::Deflated)?;
        self.write(text.as_bytes())
    }

    /// Begins a file whose bytes follow. Pictures are compressed already.
    pub fn begin_file(&mut self, name: &str, time: Timestamp) -> Result<(), Error> {
        self.begin(name, time, CompressionMethod::Stored)
    }

    /// Some more bytes of the file that was begun; `false` at its end.
    pub fn some_of(&mut self, file: &mut File) -> Result<bool, Error> {
        let mut piece = Vec::with_capacity(PIECE);
        let count = file.take(PIECE as u64).read_to_end(&mut piece).map_err(failed)?;
        self.write(&piece)?;
        Ok(count > 0)
    }

    fn begin(&mut self, name: &str, time: Timestamp, method: CompressionMethod) -> Result<(), Error> {
        let (year, month, day) = time.date();
        // Zips know the years from 1980 to 2107 only.
        let date = u16::try_from(year).ok().zip(u8::try_from(month).ok()).zip(u8::try_from(day).ok());
        let date = date.and_then(|((year, month), day)| DateTime::from_date_and_time(year, month, day, 0, 0, 0).ok());
        let options =
            SimpleFileOptions::default().compression_method(method).last_modified_time(date.unwrap_or_default());
        self.writer()?.start_file(name, options).map_err(failed)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer()?.write_all(bytes).map_err(failed)
    }

    fn writer(&mut self) -> Result<&mut ZipWriter<StreamWriter<Written>>, Error> {
        self.writer.as_mut().ok_or_else(|| Error::Internal { what: "writing into a zip that has ended".to_owned() })
    }

    /// The directory at the end.
    pub fn finish(&mut self) -> Result<(), Error> {
        match self.writer.take() {
            Some(writer) => writer.finish().map(drop).map_err(failed),
            None => Ok(()),
        }
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> Bytes {
        Bytes::from(mem::take(&mut *self.written.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Internal { what: format!("writing a zip: {error}") }
}
