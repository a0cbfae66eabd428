//! Keeping a person's own history safe: backups, the way back from one, and checking it. The demo is made up and needs no backup.

use crate::{Chat, Error, chat::blocking, demo, files};
use aios_protocol::agents::DatabaseMode;
use aios_store::{backup, check};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

pub use aios_store::check::Check;

/// The database of the person's own history in a data folder.
pub fn personal(data: &Path) -> PathBuf {
    data.join("personal.db")
}

/// The database of a history in a data folder; that of the demo is there once somebody looked at it.
pub fn database(data: &Path, mode: DatabaseMode) -> PathBuf {
    match mode {
        DatabaseMode::Personal => personal(data),
        DatabaseMode::Demo => demo::path(data),
    }
}

/// A backup that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backup {
    /// The database.
    pub path: PathBuf,
    /// The folder with the bytes of files, if it was asked for.
    pub files: Option<PathBuf>,
    /// The bytes of files that were copied, and not there already.
    pub copied: u64,
}

/// A history that took the place of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// Where the history that was there before is kept, if there was one.
    pub kept: Option<PathBuf>,
    /// The bytes of files that came with it and were not there already.
    pub copied: u64,
}

/// A backup that is gone when this is dropped.
#[derive(Debug)]
pub struct TemporaryBackup(PathBuf);

impl TemporaryBackup {
    /// The database.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TemporaryBackup {
    fn drop(&mut self) {
        // It lies among the backups, where the person finds what could not be removed.
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %self.0.display(), %error, "a backup that was downloaded could not be removed");
        }
    }
}

impl Chat {
    /// Copies the person's own history to a file that stands alone, while it is in use; to `backups` in the data folder if no target is named.
    /// With `with_files`, the bytes of its files go to a folder beside it (`<name>-files`).
    ///
    /// # Errors
    /// [`Error::Store`] if there is no room, or the target cannot be written: then what was there is as it was. [`Error::File`].
    pub async fn backup(&self, target: Option<PathBuf>, with_files: bool) -> Result<Backup, Error> {
        let data = self.data().to_owned();
        let path = match target {
            Some(target) => target,
            None => backup::place(&personal(&data), "backup")?,
        };
        self.personal().backup(path.clone()).await?;
        if !with_files {
            return Ok(Backup { path, files: None, copied: 0 });
        }
        blocking("copying files into a backup", move || {
            let folder = files_beside(&path);
            // After the database: files that come meanwhile are too many, not too few.
            let copied = copy_files(&files::folder(&data, DatabaseMode::Personal), &folder)?;
            Ok(Backup { path, files: Some(folder), copied })
        })
        .await
    }

    /// A backup to be sent to somebody.
    ///
    /// # Errors
    /// As [`backup`](Chat::backup).
    pub async fn temporary_backup(&self) -> Result<TemporaryBackup, Error> {
        let path = backup::place(&personal(self.data()), &format!("download-{}", Uuid::now_v7().simple()))?;
        let backup = TemporaryBackup(path);
        self.personal().backup(backup.path().to_owned()).await?;
        Ok(backup)
    }
}

/// Reads a whole history of a data folder, and looks for the bytes of its files. Changes nothing; it may be in use.
///
/// # Errors
/// [`Error::Store`] where SQLite cannot go on.
pub fn check(data: &Path, mode: DatabaseMode) -> Result<Check, Error> {
    let folder = files::folder(data, mode);
    let file = |hash: &str, size: u64| match fs::metadata(files::path(&folder, hash)) {
        Ok(found) if found.len() == size => None,
        Ok(found) => Some(format!("the file {hash} has {} bytes and should have {size}", found.len())),
        Err(error) => Some(format!("the file {hash} cannot be found: {error}")),
    };
    Ok(check::run(&database(data, mode), file)?)
}

/// Puts a backup in the place of the history of a data folder, which no program may have open. The history that was there is kept among the
/// backups; files whose bytes lie beside the backup are brought back, and none is removed.
///
/// # Errors
/// [`Error::Store`] if the backup is damaged, of a later program, or there is no room; [`Error::File`]. The history is as it was then.
pub fn restore(data: &Path, from: &Path) -> Result<Restored, Error> {
    backup::verify(from)?;
    let beside = files_beside(from);
    // Before the database: too many files are no harm.
    let copied = match beside.is_dir() {
        true => copy_files(&beside, &files::folder(data, DatabaseMode::Personal))?,
        false => 0,
    };
    let kept = backup::restore(from, &personal(data))?;
    Ok(Restored { kept, copied })
}

fn files_beside(backup: &Path) -> PathBuf {
    let mut name = backup.file_stem().unwrap_or_default().to_owned();
    name.push("-files");
    backup.with_file_name(name)
}

/// Copies the bytes of files that `to` does not have. Under their hashes they never change.
fn copy_files(from: &Path, to: &Path) -> Result<u64, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    let mut copied = 0;
    if !from.is_dir() {
        return Ok(copied);
    }
    for folder in fs::read_dir(from).map_err(failed(from))? {
        let folder = folder.map_err(failed(from))?;
        if !folder.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let target = to.join(folder.file_name());
        fs::create_dir_all(&target).map_err(failed(&target))?;
        for file in fs::read_dir(folder.path()).map_err(failed(&folder.path()))? {
            let file = file.map_err(failed(&folder.path()))?;
            let name = file.file_name();
            let is_hash = name.len() == 64 && name.as_encoded_bytes().iter().all(u8::is_ascii_hexdigit);
            let path = target.join(&name);
            if !is_hash || path.exists() {
                continue;
            }
            let unfinished = target.join(format!(".{}.writing", Uuid::now_v7().simple()));
            fs::copy(file.path(), &unfinished).and_then(|_| fs::rename(&unfinished, &path)).map_err(failed(&path))?;
            copied += 1;
        }
    }
    Ok(copied)
}
