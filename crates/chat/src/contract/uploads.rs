//! An export in three steps: its bytes come, it is looked at, and it is imported.
//!
//! The bytes lie in `uploads` in the data folder under names of ours. What is not imported within an hour goes, also when the program ends; no
//! more than [`KEPT`] wait at a time.

use super::Contract;
use crate::{
    Error,
    chat::blocking,
    files,
    import::{ImportOptions, Imported, import_named},
    stream::locked,
};
use aios_import::{Input, Item, Reader};
use aios_model::{ImportStatus, Part, Source, Timestamp};
use aios_protocol::agents::DatabaseMode;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;
use uuid::Uuid;

/// The most bytes of an upload: AI OS's limit.
pub const MAXIMUM_UPLOAD: u64 = 50 * 1024 * 1024;

/// Conversations that a preview shows.
const SHOWN: usize = 10;

/// Uploads that may wait to be imported; of more, the oldest goes.
const KEPT: usize = 16;

/// How long an upload may wait.
const EXPIRY: Duration = Duration::from_secs(60 * 60);

/// The most characters of a name.
const MAXIMUM_NAME: usize = 200;

/// Why an upload was not kept.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It has more than [`MAXIMUM_UPLOAD`] bytes.
    #[error("File exceeds 50 MB limit")]
    TooLarge,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

/// What is in an upload.
#[derive(Clone, PartialEq, Debug)]
pub struct Preview {
    /// Whose export it is.
    pub source: Source,
    /// Conversations that would be here after the import.
    pub conversations: u32,
    /// The first ten.
    pub first: Vec<PreviewLine>,
}

/// A conversation of an upload.
#[derive(Clone, PartialEq, Debug)]
pub struct PreviewLine {
    /// Its id in the export.
    pub id: String,
    /// Its name, if it has one.
    pub title: Option<String>,
    /// Messages in it.
    pub messages: u32,
    /// When it began, if the export says so.
    pub created: Option<Timestamp>,
    /// It has pictures or other files.
    pub has_attachments: bool,
}

pub(super) struct Uploads {
    folder: PathBuf,
    waiting: Mutex<HashMap<String, Upload>>,
}

#[derive(Clone)]
struct Upload {
    name: String,
    /// The last one to let go removes it.
    file: Arc<Stored>,
    since: Instant,
    /// Conversations were found in it.
    is_known: bool,
}

struct Stored(PathBuf);

impl Drop for Stored {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an upload is still there; the next start removes it");
        }
    }
}

impl Uploads {
    pub(super) fn new(data: &Path, mode: DatabaseMode) -> Uploads {
        let folder = data.join("uploads").join(match mode {
            DatabaseMode::Personal => "personal",
            DatabaseMode::Demo => "demo",
        });
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "uploads of an earlier run could not be removed");
            }
            _ => {}
        }
        Uploads { folder, waiting: Mutex::default() }
    }

    fn get(&self, id: &str) -> Option<Upload> {
        let mut waiting = locked(&self.waiting);
        waiting.retain(|_, upload| upload.since.elapsed() < EXPIRY);
        waiting.get(id).cloned()
    }

    fn add(&self, id: String, upload: Upload) {
        let mut waiting = locked(&self.waiting);
        waiting.retain(|_, upload| upload.since.elapsed() < EXPIRY);
        while waiting.len() >= KEPT {
            let oldest = waiting.iter().min_by_key(|(_, upload)| upload.since).map(|(id, _)| id.clone());
            oldest.map(|id| waiting.remove(&id));
        }
        waiting.insert(id, upload);
    }
}

impl Contract {
    /// Takes the bytes of an export, piece by piece, and returns the upload's id. `name` is what the person calls it.
    ///
    /// # Errors
    /// [`ReceiveError::TooLarge`]; [`Error::Invalid`] if the bytes end early, [`Error::File`]. Nothing is kept then.
    pub async fn receive(
        &self,
        name: &str,
        bytes: impl Stream<Item = io::Result<Bytes>>,
    ) -> Result<String, ReceiveError> {
        let folder = self.0.uploads.folder.clone();
        let id = Uuid::now_v7().simple().to_string();
        let file = Stored(folder.join(&id));
        blocking("making the folder of uploads", move || {
            fs::create_dir_all(&folder).map_err(|source| Error::File { path: folder, source })
        })
        .await?;
        let size = AtomicU64::new(0);
        let counted = bytes.map(|piece| {
            let length = piece.as_ref().map_or(0, Bytes::len) as u64;
            size.fetch_add(length, Ordering::Relaxed);
            piece
        });
        let written = files::write_stream(&file.0, counted, MAXIMUM_UPLOAD, |_| {}).await;
        if size.load(Ordering::Relaxed) > MAXIMUM_UPLOAD {
            return Err(ReceiveError::TooLarge);
        }
        written?;
        self.0.uploads.add(
            id.clone(),
            Upload { name: plain(name), file: Arc::new(file), since: Instant::now(), is_known: false },
        );
        Ok(id)
    }

    /// Whether an upload waits to be imported.
    pub fn has_upload(&self, id: &str) -> bool {
        self.0.uploads.get(id).is_some()
    }

    /// Looks at an upload and stores nothing.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`] if it was imported, has expired or never came; [`Error::Invalid`] with the reason if no conversation is in it.
    pub async fn preview(&self, id: &str) -> Result<Preview, Error> {
        let upload = self.upload(id)?;
        let options = ImportOptions { dry_run: true, feeds: false };
        let path = upload.file.0.clone();
        let imported = import_named(&self.0.chat, upload.name, path.clone(), options).await?;
        let found: Vec<_> =
            imported.report.conversations.iter().filter(|item| item.status != ImportStatus::Skipped).collect();
        let Some(source) = found.first().map(|item| item.source.clone()) else { return Err(nothing(&imported)) };
        let with_files = blocking("looking for files in an upload", move || Ok(with_files(&path))).await?;
        let first = found.iter().take(SHOWN).map(|item| PreviewLine {
            id: item.source_id.clone(),
            title: item.title.clone(),
            messages: item.messages,
            created: item.created,
            has_attachments: with_files.contains(&item.source_id),
        });
        if let Some(waiting) = locked(&self.0.uploads.waiting).get_mut(id) {
            waiting.is_known = true;
        }
        let conversations = u32::try_from(found.len()).unwrap_or(u32::MAX);
        Ok(Preview { source, conversations, first: first.collect() })
    }

    /// Imports an upload as one import, which is listed and can be undone, and lets go of its bytes.
    ///
    /// # Errors
    /// As [`preview`](Contract::preview), and [`Error::Store`]. The upload is still there then.
    pub async fn commit(&self, id: &str) -> Result<Imported, Error> {
        // A file with nothing in it is to be no import in the list.
        if !self.upload(id)?.is_known {
            self.preview(id).await?;
        }
        // Taken out first: whoever asks twice imports once.
        let Some(upload) = locked(&self.0.uploads.waiting).remove(id) else { return Err(not_found(id)) };
        let options = ImportOptions { dry_run: false, feeds: true };
        let imported = import_named(&self.0.chat, upload.name.clone(), upload.file.0.clone(), options).await;
        if imported.is_err() {
            self.0.uploads.add(id.to_owned(), upload);
        }
        imported
    }

    fn upload(&self, id: &str) -> Result<Upload, Error> {
        self.0.uploads.get(id).ok_or_else(|| not_found(id))
    }
}

fn not_found(id: &str) -> Error {
    Error::ImportNotFound { import_id: id.chars().take(64).collect() }
}

/// Why no conversation was found.
fn nothing(imported: &Imported) -> Error {
    let refused = imported.report.refused.first().map(|refused| refused.message.clone());
    let skipped = imported.report.conversations.iter().find_map(|item| item.reason.clone());
    Error::invalid(refused.or(skipped).unwrap_or_else(|| "There is no conversation in this file.".to_owned()))
}

/// Which of the first conversations have pictures or other files, by their ids. A database of AI OS has none.
fn with_files(path: &Path) -> Vec<String> {
    let Ok(file) = File::open(path) else { return Vec::new() };
    let found = Reader::new(vec![Input::new("upload", file)]).filter_map(|item| match item {
        Item::Conversation(found) => Some(found),
        _ => None,
    });
    let has_files = |part: &Part| matches!(part, Part::Image { .. } | Part::Attachment { .. });
    found
        .take(SHOWN)
        .filter(|found| found.conversation.messages.iter().any(|message| message.parts.iter().any(has_files)))
        .map(|found| found.conversation.source_id)
        .collect()
}

/// The last part of a name, without control characters.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|character| !character.is_control()).take(MAXIMUM_NAME).collect();
    if plain.is_empty() { "upload".to_owned() } else { plain }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_is_shown_and_never_a_path() {
        assert_eq!(plain("../../etc/pass\nwd"), "passwd");
        assert_eq!(plain(r"C:\exports\a.zip"), "a.zip");
        assert_eq!(plain("a/"), "upload");
    }
}
