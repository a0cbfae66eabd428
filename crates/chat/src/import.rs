//! Importing files natively: the same pipeline as in the browser, for the command line and for doors that get whole files.

use crate::{Chat, Error};
use aios_import::{Found, Input, Item, Reader};
use aios_model::{Conversation, ImportReport, ImportStatus, Location, Novelty, ReportItem, content_hash};
use aios_protocol::import::{BATCH_BYTES, BATCH_CONVERSATIONS, Compare, CompareKey, SaveBatch, SaveOutcome};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
};
use tokio::{runtime::Handle, sync::watch};
use uuid::Uuid;

/// How to import.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ImportOptions {
    /// Store nothing; say what would be done.
    pub dry_run: bool,
    /// Also write text files into Feeds.
    pub feeds: bool,
}

/// How far an import is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Bytes read of the files so far.
    pub bytes: u64,
    /// Bytes of the files.
    pub total_bytes: u64,
    /// Conversations found so far.
    pub conversations: u32,
}

/// What an import did.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Imported {
    /// What became of every conversation.
    pub report: ImportReport,
    /// Files in which no conversation was found, and why, as a sentence for a person.
    pub refused: Vec<(Location, String)>,
    /// Fields and types that this version does not know, and how often.
    pub unknown: BTreeMap<String, u64>,
    /// What lies beside conversations in the files and is not imported, and where.
    pub beside: Vec<(Location, String)>,
}

/// The import tool.
#[derive(Clone, Copy, Debug)]
pub struct ImportConvos;

impl ImportConvos {
    /// Reads export files (JSON or zip, of any provider and size), and stores their conversations batch by batch. Importing twice is importing
    /// once. A file, a conversation or a batch that fails costs itself and a line in the result, nothing else.
    ///
    /// `progress` is called now and then, not for every conversation. Dropping the future stops after the conversation at hand; what was stored
    /// stays.
    ///
    /// # Errors
    /// [`Error::Internal`] if the reader itself panicked; batches before that are stored.
    pub async fn import_conversations(
        chat: &Chat,
        files: &[PathBuf],
        options: ImportOptions,
        mut progress: impl FnMut(Progress),
    ) -> Result<Imported, Error> {
        let (told, mut heard) = watch::channel(Progress::default());
        let run = Run {
            chat: chat.clone(),
            handle: Handle::current(),
            options,
            told,
            import_id: Uuid::now_v7().to_string(),
            waiting: Vec::new(),
            imported: Imported::default(),
        };
        let files = files.to_owned();
        let mut running = tokio::task::spawn_blocking(move || run.all(&files));
        loop {
            tokio::select! {
                Ok(()) = heard.changed() => {
                    let now = *heard.borrow_and_update();
                    progress(now);
                }
                imported = &mut running => {
                    return imported.map_err(|error| Error::Internal { what: format!("importing: {error}") });
                }
            }
        }
    }
}

/// An import on a thread that may block.
struct Run {
    chat: Chat,
    handle: Handle,
    options: ImportOptions,
    told: watch::Sender<Progress>,
    import_id: String,
    /// What was found and is not yet in the report, in reading order.
    waiting: Vec<Waiting>,
    imported: Imported,
}

enum Waiting {
    /// To be stored.
    Found(Box<Found>),
    /// Left out.
    Left(Box<ReportItem>),
}

impl Run {
    fn all(mut self, files: &[PathBuf]) -> Imported {
        let mut inputs = Vec::new();
        for path in files {
            let name = path.to_string_lossy().into_owned();
            match open(path) {
                Ok(file) => inputs.push(Input::new(name, file)),
                Err(why) => self.imported.refused.push((Location { file: name, ..Location::default() }, why)),
            }
        }
        let mut reader = Reader::new(inputs);
        let mut read_at_last_flush = 0;
        while let Some(item) = reader.next() {
            match item {
                Item::Conversation(found) => self.waiting.push(Waiting::Found(found)),
                Item::Left(item, _) => self.waiting.push(Waiting::Left(item)),
                Item::Warning(warning) => self.imported.report.warnings.push(warning),
                Item::Refused(location, why) => self.imported.refused.push((location, why)),
                Item::Working => {}
            }
            let (bytes, total_bytes) = reader.progress();
            if self.waiting.len() >= BATCH_CONVERSATIONS || bytes - read_at_last_flush >= BATCH_BYTES as u64 {
                read_at_last_flush = bytes;
                self.flush();
            }
            let progress = Progress { bytes, total_bytes, conversations: reader.conversations() };
            if self.told.send(progress).is_err() {
                // Nobody waits for the end of this import any more.
                break;
            }
        }
        self.flush();
        let summary = reader.summary();
        self.imported.unknown = summary.unknown;
        self.imported.beside = summary.beside.into_iter().map(|(location, what)| (location, what.to_owned())).collect();
        self.imported
    }

    /// Stores what waits, and puts it into the report.
    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        // The report's lines first: storing takes the conversations.
        let mut conversations = Vec::new();
        let mut lines = Vec::new();
        for waiting in waiting {
            match waiting {
                Waiting::Left(line) => lines.push((*line, false)),
                Waiting::Found(found) => {
                    lines.push((found.report(ImportStatus::Failed, None), true));
                    conversations.push(found.conversation);
                }
            }
        }
        let outcomes = if conversations.is_empty() { Ok(Vec::new()) } else { self.store(conversations) };
        let (mut outcomes, failed) = match outcomes {
            Ok(outcomes) => (outcomes.into_iter(), None),
            Err(error) => {
                tracing::error!(%error, "a batch of an import was not stored");
                (Vec::new().into_iter(), Some(error.message_for_people()))
            }
        };
        for (mut line, was_found) in lines {
            if was_found {
                match outcomes.next() {
                    Some(outcome) => {
                        line.session_id = outcome.session_id;
                        line.status = outcome.status;
                        line.reason = outcome.reason;
                    }
                    None => line.reason.clone_from(&failed),
                }
            }
            self.imported.report.push(line);
        }
    }

    /// One outcome for each conversation; of a dry run, what it would be.
    fn store(&self, conversations: Vec<Conversation>) -> Result<Vec<Outcome>, Error> {
        if self.options.dry_run {
            let keys = conversations.iter().map(|conversation| CompareKey {
                source: conversation.source.clone(),
                source_id: conversation.source_id.clone(),
                content_hash: content_hash(conversation),
            });
            let compared = self.handle.block_on(self.chat.import_compare(Compare { keys: keys.collect() }))?;
            let outcome = |novelty| Outcome {
                session_id: None,
                status: match novelty {
                    Novelty::New => ImportStatus::Imported,
                    Novelty::Changed => ImportStatus::Updated,
                    Novelty::Same => ImportStatus::Unchanged,
                },
                reason: None,
            };
            return Ok(compared.novelties.into_iter().map(outcome).collect());
        }
        let batch = SaveBatch { import_id: self.import_id.clone(), feeds: self.options.feeds, conversations };
        let saved = self.handle.block_on(self.chat.import_save(batch))?;
        let outcome =
            |saved: SaveOutcome| Outcome { session_id: saved.session_id, status: saved.status, reason: saved.reason };
        Ok(saved.into_iter().map(outcome).collect())
    }
}

struct Outcome {
    session_id: Option<String>,
    status: ImportStatus,
    reason: Option<String>,
}

/// Opens a file, or says why not, as a sentence for a person.
fn open(path: &Path) -> Result<File, String> {
    let file = File::open(path).and_then(|file| Ok((file.metadata()?.is_dir(), file)));
    match file {
        Ok((false, file)) => Ok(file),
        Ok((true, _)) => Err("This is a folder: name the files in it.".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err("There is no such file.".to_owned()),
        Err(error) => Err(format!("This file cannot be opened: {error}.")),
    }
}
