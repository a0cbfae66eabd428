//! Who uses a data folder: one server, commands beside it, or nobody but a restoration. The system lets go of a lock however a program ends.

use super::Error;
use crate::settings::folder;
use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// Held by a server, so that there is only one.
const SERVING: &str = "lock";

/// Shared by all who have a history open.
const USING: &str = "in-use";

/// Makes sure that no other server uses the folder for as long as the files are held, and that nobody replaces the history.
pub(super) fn serving(data: &Path) -> Result<[File; 2], Error> {
    let serving = open(data, SERVING)?;
    match serving.try_lock() {
        Ok(()) => Ok([serving, beside(data)?]),
        Err(TryLockError::WouldBlock) => Err(Error::InUse(data.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(data, source)),
    }
}

/// Makes sure that nobody replaces the history.
pub(super) fn beside(data: &Path) -> Result<File, Error> {
    let using = open(data, USING)?;
    held(using.try_lock_shared(), using, data)
}

/// Makes sure that nobody else uses the folder.
pub(super) fn alone(data: &Path) -> Result<[File; 2], Error> {
    let (serving, using) = (open(data, SERVING)?, open(data, USING)?);
    Ok([held(serving.try_lock(), serving, data)?, held(using.try_lock(), using, data)?])
}

fn held(locked: Result<(), TryLockError>, file: File, data: &Path) -> Result<File, Error> {
    match locked {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy(data.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(data, source)),
    }
}

fn open(data: &Path, name: &str) -> Result<File, Error> {
    folder::create(data)?;
    let file = File::options().create(true).truncate(false).write(true).open(data.join(name));
    file.map_err(|source| failed(data, source))
}

fn failed(data: &Path, source: std::io::Error) -> Error {
    folder::CreateError { path: data.to_owned(), source }.into()
}
