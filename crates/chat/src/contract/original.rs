//! A `state.db` of the original AI OS that lies in the data folder: it is gone on with.

use crate::Error;
use aios_store::original;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What the original calls its database.
const ORIGINAL: &str = "state.db";

/// The personal history.
const PERSONAL: &str = "personal.db";

/// The copy, before it is whole.
const COPYING: &str = ".state.db.copying";

/// Makes the personal history out of a database of the original that lies in the data folder, if there is no history yet. What is gone on with
/// is a copy, with all of its tables; the original stays beside it as it is.
///
/// # Errors
/// [`Error::Store`] if it cannot be read, [`Error::File`] if the copy cannot take its name. Nothing is opened then: the person would see an empty
/// history instead of their own. A `state.db` that is empty or of another program is left alone.
pub(crate) fn adopt(data: &Path) -> Result<(), Error> {
    let (found, personal, copying) = (data.join(ORIGINAL), data.join(PERSONAL), data.join(COPYING));
    let is_there = |path: &Path| path.try_exists().map_err(|source| Error::File { path: path.to_owned(), source });
    if !is_there(&found)? || is_there(&personal)? {
        return Ok(());
    }
    remove(&copying)?;
    match original::duplicate(&found, &copying) {
        Ok(()) => {}
        Err(aios_store::Error::Foreign { .. }) => {
            tracing::warn!(path = %found.display(), "this is no database of AI OS: it is left alone");
            return remove(&copying);
        }
        Err(error) => {
            remove(&copying)?;
            return Err(Error::Store(error));
        }
    }
    fs::rename(&copying, &personal).map_err(|source| Error::File { path: personal, source })?;
    tracing::info!(path = %found.display(), "gone on with a copy of a database of AI OS");
    Ok(())
}

fn remove(path: &PathBuf) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(Error::File { path: path.clone(), source }),
        _ => Ok(()),
    }
}
