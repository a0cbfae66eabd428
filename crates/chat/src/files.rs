//! Writing small files so that they are there as a whole or as they were.

use crate::Error;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Writes `content` to `path`: into a new file beside it, which then takes its name. Not forced to the disk: what is written here can be
/// made again, and an import writes thousands of files.
///
/// # Errors
/// [`Error::File`]; then `path` is as it was.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let attempt = || -> io::Result<()> {
        // Unique, so that two writers do not share it; the leading dot keeps it out of listings if a crash leaves it.
        let temporary = path.with_file_name(format!(".{}.writing", uuid::Uuid::now_v7().simple()));
        let written = File::create_new(&temporary).and_then(|mut file| file.write_all(content));
        let renamed = written.and_then(|()| fs::rename(&temporary, path));
        if renamed.is_err() {
            // What matters is the first error.
            let _ = fs::remove_file(&temporary);
        }
        renamed
    };
    attempt().map_err(|source| Error::File { path: path.to_owned(), source })
}
