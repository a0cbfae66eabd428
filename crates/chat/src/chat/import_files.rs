//! Pictures and other files of conversations: their bytes lie in the data folder under the hash of their bytes, what they belong to is in the
//! history.

use super::{Chat, batches::valid_id};
use crate::{Error, clock::now, files, import};
use aios_model::{FullReport, Source, StoredFile};
use aios_protocol::{agents::DatabaseMode, import::DATABASE_BYTES};
use aios_store::Database;
use bytes::Bytes;
use futures::Stream;
use std::{io, path::PathBuf};

/// The most bytes of a reference or a name.
const MAXIMUM_WORDS: usize = 4096;

/// A file of an import, but for its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFile {
    /// The import that brings it.
    pub import_id: String,
    /// Where its conversation was held.
    pub source: Source,
    /// The conversation's id there. It is to be stored already.
    pub source_id: String,
    /// The reference of the part that it belongs to.
    pub reference: String,
    /// Its name in the export.
    pub name: String,
}

impl Chat {
    /// Stores the bytes of a picture or an attachment, piece by piece: memory does not grow with them. The same bytes are kept once, whatever
    /// refers to them.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the file is larger than 64 MiB, a name is longer than 4 KiB, or the bytes end early; [`Error::NotFound`] if its
    /// conversation is not here; [`Error::File`], [`Error::Store`]. Nothing is kept of it then.
    pub async fn import_file(
        &self,
        file: NewFile,
        bytes: impl Stream<Item = io::Result<Bytes>>,
    ) -> Result<StoredFile, Error> {
        valid_id(&file.import_id)?;
        if file.reference.is_empty() || file.reference.len() > MAXIMUM_WORDS || file.name.len() > MAXIMUM_WORDS {
            return Err(Error::invalid(
                "A file of an import has a reference, and neither that nor its name is longer than 4 KiB. Nothing was stored.",
            ));
        }
        let (mode, database) = self.open_history();
        let folder = files::folder(self.data(), mode);
        let received = files::receive(&folder, bytes).await?;
        let _guard = self.0.files.lock().await;
        let (hash, media_type, size) = (received.hash.clone(), received.media_type, received.size);
        // The bytes first: what the history says is here is here.
        received.keep(&folder).await?;
        let (session_id, stored_hash) = (file.source_id.clone(), hash.clone());
        let stored = database.write(move |transaction| {
            let source = Source::from_name(file.source.as_str());
            let new = aios_store::files::NewFile {
                import_id: Some(&file.import_id),
                source: &source,
                source_id: &file.source_id,
                reference: &file.reference,
                name: &file.name,
                hash: &stored_hash,
                media_type,
                size,
            };
            aios_store::files::put(transaction, &new, now())
        });
        match stored.await {
            Ok(stored) => Ok(stored),
            Err(error) => {
                let known = hash.clone();
                if database.read(move |connection| aios_store::files::get(connection, &known)).await?.is_none() {
                    files::remove(&folder, vec![hash]).await?;
                }
                Err(match error {
                    aios_store::Error::NoConversation { .. } => Error::NotFound { session_id },
                    error => error.into(),
                })
            }
        }
    }

    /// Imports the conversations of a `state.db` of AI OS into an import that goes on, and says what became of them. The bytes go to a file of the
    /// data folder first, which is removed at the end.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is larger than 4 GiB or ends early, [`Error::File`]. A database that cannot be read is no error but refused in the
    /// report.
    pub async fn import_database(
        &self,
        import_id: String,
        name: String,
        feeds: bool,
        bytes: impl Stream<Item = io::Result<Bytes>>,
    ) -> Result<FullReport, Error> {
        valid_id(&import_id)?;
        let uploaded = import::Scratch::new(self.data());
        files::write_stream(&uploaded.0, bytes, DATABASE_BYTES, |_| {}).await?;
        let name = name.chars().take(MAXIMUM_WORDS).collect();
        import::import_database(self, import_id, name, uploaded.0.clone(), feeds).await
    }

    /// A file of the history with the path of its bytes.
    ///
    /// # Errors
    /// [`Error::FileNotFound`] if no conversation has a file with this hash, [`Error::Store`].
    pub async fn open_file(&self, hash: &str) -> Result<(StoredFile, PathBuf), Error> {
        let (mode, database) = self.open_history();
        let missing = || Error::FileNotFound { hash: hash.chars().take(64).collect() };
        let wanted = hash.to_owned();
        let found = database.read(move |connection| aios_store::files::get(connection, &wanted)).await?;
        let found = found.ok_or_else(missing)?;
        let path = files::path(&files::folder(self.data(), mode), &found.hash);
        Ok((found, path))
    }

    /// Removes the bytes of files that no conversation has any more.
    pub(super) async fn forget_files(&self, mode: DatabaseMode, database: &Database) -> Result<(), Error> {
        let _guard = self.0.files.lock().await;
        let unused = database.write(|transaction| aios_store::files::forget_unused(transaction)).await?;
        files::remove(&files::folder(self.data(), mode), unused).await
    }
}
