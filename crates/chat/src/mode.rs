//! Which history is open, kept in a small file across restarts.

use crate::Error;
use aios_protocol::agents::DatabaseMode;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The word in the file.
fn word(mode: DatabaseMode) -> &'static str {
    match mode {
        DatabaseMode::Personal => "personal",
        DatabaseMode::Demo => "demo",
    }
}

fn path(data: &Path) -> PathBuf {
    data.join("mode")
}

/// The mode that was chosen last; the person's own history if none was, or if the file cannot be understood.
pub(crate) fn load(data: &Path) -> DatabaseMode {
    match fs::read_to_string(path(data)) {
        Ok(text) if text.trim() == word(DatabaseMode::Demo) => DatabaseMode::Demo,
        Ok(text) if text.trim() == word(DatabaseMode::Personal) => DatabaseMode::Personal,
        Err(error) if error.kind() == io::ErrorKind::NotFound => DatabaseMode::Personal,
        other => {
            tracing::warn!(path = %path(data).display(), ?other, "the mode is not readable: the personal history is opened");
            DatabaseMode::Personal
        }
    }
}

/// Keeps the mode.
pub(crate) fn save(data: &Path, mode: DatabaseMode) -> Result<(), Error> {
    crate::files::write(&path(data), word(mode).as_bytes())
}
