//! Files of the data folder: small ones that are there as a whole or as they were, and those of conversations, whose bytes lie in
//! `files/<first two digits>/<hash>` under the SHA-256 of themselves.

use crate::{Error, chat::blocking};
use aios_protocol::{agents::DatabaseMode, import::FILE_BYTES};
use aios_store::Database;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use media::media_type;
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

mod media;

/// What is younger may belong to an import that another process runs at this moment.
const LEFT_BEHIND: Duration = Duration::from_secs(60 * 60);

/// The first bytes of a file, by which it is told what it is.
const HEAD: usize = 64;

/// Writes `content` to `path`: into a new file beside it, which then takes its name. Not forced to the disk: what is written here can be
/// made again, and an import writes thousands of files.
///
/// # Errors
/// [`Error::File`]; then `path` is as it was.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let attempt = || -> io::Result<()> {
        // Unique, so that two writers do not share it; the leading dot keeps it out of listings if a crash leaves it.
        let temporary = path.with_file_name(format!(".{}.writing", Uuid::now_v7().simple()));
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

/// Where the bytes of a history's files lie.
pub(crate) fn folder(data: &Path, mode: DatabaseMode) -> PathBuf {
    data.join(match mode {
        DatabaseMode::Personal => "files",
        DatabaseMode::Demo => "files-demo",
    })
}

/// Where the bytes with a hash lie. The hash is one that this program made: hexadecimal digits.
pub(crate) fn path(folder: &Path, hash: &str) -> PathBuf {
    folder.join(hash.get(..2).unwrap_or_default()).join(hash)
}

/// Bytes that have come in and lie in a file that is not known yet.
pub(crate) struct Received {
    pub hash: String,
    pub media_type: &'static str,
    pub size: u64,
    unfinished: Unfinished,
}

/// A file that goes unless it gets its name, also if nobody waits any more for what becomes of it.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It is gone if it got its name. Else the next start takes it away.
        let _ = fs::remove_file(&self.0);
    }
}

/// Takes bytes in, piece by piece, up to 64 MiB.
///
/// # Errors
/// [`Error::Invalid`] if there are more, or they end early; [`Error::File`]. Nothing is kept then.
pub(crate) async fn receive(folder: &Path, bytes: impl Stream<Item = io::Result<Bytes>>) -> Result<Received, Error> {
    let unfinished = Unfinished(folder.join(format!(".{}.writing", Uuid::now_v7().simple())));
    let failed = |source| Error::File { path: folder.to_owned(), source };
    tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    let (mut hasher, mut size, mut head) = (Sha256::new(), 0u64, Vec::with_capacity(HEAD));
    write_stream(&unfinished.0, bytes, FILE_BYTES, |piece| {
        size += piece.len() as u64;
        head.extend(piece.iter().take(HEAD - head.len()));
        hasher.update(piece);
    })
    .await?;
    let hash = hasher.finalize().iter().fold(String::with_capacity(64), |mut digits, byte| {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    Ok(Received { hash, media_type: media_type(&head), size, unfinished })
}

/// Writes a new file as the bytes come, and has them on the disk before it returns. `look` sees every piece.
///
/// # Errors
/// [`Error::Invalid`] if there are more than `limit`, or they end early; [`Error::File`]. What is written stays: it is the caller's to remove.
pub(crate) async fn write_stream(
    path: &Path,
    bytes: impl Stream<Item = io::Result<Bytes>>,
    limit: u64,
    mut look: impl FnMut(&[u8]),
) -> Result<(), Error> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    let mut file = tokio::fs::File::create_new(path).await.map_err(failed)?;
    let mut bytes = pin!(bytes);
    let mut size = 0;
    while let Some(piece) = bytes.next().await {
        let piece = piece.map_err(|error| {
            Error::invalid(format!("This file could not be read to its end, and nothing was stored of it ({error})."))
        })?;
        size += piece.len() as u64;
        if size > limit {
            return Err(Error::invalid(format!(
                "This file is larger than {} MiB, the most that is taken of one, and was left out.",
                limit >> 20
            )));
        }
        look(&piece);
        file.write_all(&piece).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)
}

impl Received {
    /// Gives the bytes their name. If there are such bytes already, these take their place: they are younger, and so no process that
    /// starts now takes them for left behind.
    ///
    /// # Errors
    /// [`Error::File`].
    pub(crate) async fn keep(self, folder: &Path) -> Result<(), Error> {
        let target = path(folder, &self.hash);
        let unfinished = self.unfinished;
        blocking("keeping a file", move || {
            let parent = target.parent().map_or(Ok(()), fs::create_dir_all);
            let kept = parent.and_then(|()| fs::rename(&unfinished.0, &target));
            kept.map_err(|source| Error::File { path: target, source })
        })
        .await
    }
}

/// Removes the bytes with these hashes; those that are not there are as good as removed.
///
/// # Errors
/// [`Error::File`].
pub(crate) async fn remove(folder: &Path, hashes: Vec<String>) -> Result<(), Error> {
    let folder = folder.to_owned();
    blocking("removing files", move || {
        for hash in hashes {
            let path = path(&folder, &hash);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::File { path, source: error });
                }
                _ => {}
            }
        }
        Ok(())
    })
    .await
}

/// Removes what a program that was killed left behind: bytes that the history does not know, and files that no conversation has. What is younger
/// than an hour is left alone.
///
/// # Errors
/// [`Error::Store`]; what cannot be listed or removed is left for the next start.
pub(crate) fn sweep(data: &Path, mode: DatabaseMode, database: &Database) -> Result<(), Error> {
    let folder = folder(data, mode);
    if !folder.is_dir() {
        return Ok(());
    }
    let unused = database.write_blocking(|transaction| aios_store::files::forget_unused(transaction))?;
    let unused = unused.into_iter().map(|hash| path(&folder, &hash));
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let is_old = |entry: &fs::DirEntry| {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > LEFT_BEHIND))
    };
    let mut left = Vec::new();
    for entry in entries(&folder) {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            left.extend(entries(&entry.path()).filter(is_old).map(|entry| entry.path()));
        } else if is_old(&entry) {
            left.push(entry.path());
        }
    }
    let left = database.read_blocking(move |connection| {
        let mut unknown = Vec::new();
        for path in left {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if aios_store::files::get(connection, &name)?.is_none() {
                unknown.push(path);
            }
        }
        Ok(unknown)
    })?;
    for path in unused.chain(left) {
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "a file that nothing needs could not be removed");
        }
    }
    Ok(())
}
