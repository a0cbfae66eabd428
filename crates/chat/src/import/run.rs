//! An import on a thread that may block.

use super::{
    ImportOptions, Imported, Progress, database,
    inputs::{Inputs, Lazy, Named},
};
use crate::{Chat, Error, NewFile};
use aios_import::{Input, Item, Reader};
use aios_model::{Conversation, FullReport, ImportStatus, Location, Novelty, ReportItem, Warning, content_hash};
use aios_protocol::import::{BATCH_BYTES, BATCH_CONVERSATIONS, Begin, Compare, CompareKey, Finish, SaveBatch};
use bytes::Bytes;
use std::{
    collections::HashSet,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{runtime::Handle, sync::watch};
use uuid::Uuid;

/// Files of a folder that are kept open; of more, each is opened when it is read.
const KEPT_OPEN: usize = 100;

/// Bytes of a picture that are at hand at once.
const PIECE: usize = 256 * 1024;

/// The most sentences about pictures and files that could not be kept.
const MAXIMUM_COMPLAINTS: usize = 100;

pub(super) struct Run {
    chat: Chat,
    handle: Handle,
    options: ImportOptions,
    told: watch::Sender<Progress>,
    stop: Arc<AtomicBool>,
    import_id: String,
    /// What was found and is not yet in the report, in reading order.
    waiting: Vec<Waiting>,
    conversations: u32,
    report: FullReport,
    complaints: usize,
}

enum Waiting {
    /// To be stored, with the references of its files.
    Found(Box<Conversation>, Box<ReportItem>, Vec<String>),
    /// Left out.
    Left(Box<ReportItem>),
}

/// What became of a conversation, and which of its files are still to be stored.
struct Outcome {
    session_id: Option<String>,
    status: ImportStatus,
    reason: Option<String>,
    files_here: Vec<String>,
}

impl Run {
    pub fn new(
        chat: &Chat,
        options: ImportOptions,
        import_id: String,
        told: watch::Sender<Progress>,
        stop: Arc<AtomicBool>,
    ) -> Run {
        Run {
            chat: chat.clone(),
            handle: Handle::current(),
            options,
            told,
            stop,
            import_id,
            waiting: Vec::new(),
            conversations: 0,
            report: FullReport::default(),
            complaints: 0,
        }
    }

    /// Imports what was named as one import.
    pub fn all(self, paths: &[PathBuf]) -> Result<Imported, Error> {
        let names = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        self.inputs(Inputs::of(paths), names)
    }

    /// Imports one file under another name than its path.
    fn named(self, name: String, path: PathBuf) -> Result<Imported, Error> {
        let mut inputs = Inputs::default();
        inputs.add(Named { name: name.clone(), path, walked: false });
        self.inputs(inputs, vec![name])
    }

    fn inputs(mut self, inputs: Inputs, names: Vec<String>) -> Result<Imported, Error> {
        if !self.options.dry_run {
            let begin = Begin { import_id: self.import_id.clone(), files: names };
            self.handle.block_on(self.chat.import_begin(begin))?;
        }
        self.report.refused.extend(inputs.refused);
        let mut stopped = self.exports(inputs.files);
        for Named { name, path, .. } in inputs.databases {
            stopped = stopped || self.database(&name, &path);
        }
        let batch = match self.options.dry_run {
            true => None,
            false => {
                let report = self.report.clone();
                let finish = Finish { import_id: self.import_id.clone(), cancelled: stopped, report };
                Some(self.handle.block_on(self.chat.import_finish(finish))?)
            }
        };
        Ok(Imported { report: self.report, batch, stopped })
    }

    /// Imports exports; `true` if that was stopped.
    fn exports(&mut self, files: Vec<Named>) -> bool {
        let keep_open = files.len() <= KEPT_OPEN;
        let mut inputs = Vec::new();
        let (mut walked, mut named) = (HashSet::new(), Vec::new());
        for Named { name, path, walked: is_walked } in files {
            match Lazy::new(&path, keep_open) {
                Ok(file) => inputs.push(Input::new(name.clone(), file)),
                Err(error) => self.refuse(&name, format!("This file cannot be opened: {error}.")),
            }
            if is_walked {
                walked.insert(name);
            } else {
                named.push(name);
            }
        }
        let mut reader = Reader::new(inputs);
        let mut read_at_last_flush = 0;
        let mut stopped = false;
        while let Some(item) = reader.next() {
            match item {
                // Among the files of a folder, pictures and the like are no surprise.
                Item::Refused(location, _) if walked.contains(&location.file) && !is_an_export(&location.file) => {}
                item => self.take(item),
            }
            let (bytes, total_bytes) = reader.progress();
            if self.waiting.len() >= BATCH_CONVERSATIONS || bytes - read_at_last_flush >= BATCH_BYTES as u64 {
                read_at_last_flush = bytes;
                self.flush(Some(&mut reader));
            }
            if self.is_stopped(Progress { bytes, total_bytes, conversations: reader.conversations() }) {
                stopped = true;
                break;
            }
        }
        self.flush(Some(&mut reader));
        self.conversations = reader.conversations();
        let summary = reader.summary();
        self.report.unknown = summary.unknown;
        let beside = |(location, what): (Location, _)| Warning { location, message: String::from(what) };
        self.report.beside.extend(summary.beside.into_iter().map(beside));
        if !stopped {
            self.tell_of_the_rest(&walked, &named);
        }
        stopped
    }

    /// Tells of files that nothing was said about: no conversation is in them, and nothing else that is known.
    fn tell_of_the_rest(&mut self, walked: &HashSet<String>, named: &[String]) {
        let report = &self.report;
        let notes = report.warnings.iter().chain(&report.refused).chain(&report.beside).map(|note| &note.location);
        let lines = report.conversations.iter().filter_map(|line| line.location.as_ref());
        let told: HashSet<&str> = notes.chain(lines).map(|location| location.file.as_str()).collect();
        let is_untold = |name: &&String| !told.contains(name.as_str());
        let others = walked.iter().filter(is_untold).count();
        let mut rest: Vec<Warning> = named
            .iter()
            .filter(is_untold)
            .map(|name| Warning {
                location: Location { file: name.clone(), ..Location::default() },
                message: "no conversation is in this file; if one refers to it, it is stored with that".to_owned(),
            })
            .collect();
        if others > 0 {
            let message =
                format!("{others} other files without conversations; those that one refers to are stored with it");
            rest.push(Warning { location: Location::default(), message });
        }
        self.report.beside.extend(rest);
    }

    /// Imports an AI OS database; `true` if that was stopped.
    fn database(&mut self, name: &str, path: &Path) -> bool {
        let conversations = match database::Conversations::open(self.chat.data(), name, path) {
            Ok(conversations) => conversations,
            Err(why) => {
                self.refuse(name, why);
                return false;
            }
        };
        for item in conversations {
            self.conversations += u32::from(matches!(item, Item::Conversation(_)));
            self.take(item);
            if self.waiting.len() >= BATCH_CONVERSATIONS {
                self.flush(None);
            }
            let progress = Progress { conversations: self.conversations, ..*self.told.borrow() };
            if self.is_stopped(progress) {
                self.flush(None);
                return true;
            }
        }
        self.flush(None);
        false
    }

    /// Keeps what was read until it is stored or reported.
    fn take(&mut self, item: Item) {
        match item {
            Item::Conversation(found) => {
                let line = found.report(ImportStatus::Failed, None);
                let files = found.files();
                self.waiting.push(Waiting::Found(Box::new(found.conversation), Box::new(line), files));
            }
            Item::Left(item, _) => self.waiting.push(Waiting::Left(item)),
            Item::Warning(warning) => self.report.warnings.push(warning),
            Item::Refused(location, message) => self.report.refused.push(Warning { location, message }),
            Item::Working => {}
        }
    }

    /// Tells how far it is, and hears whether that is enough, or whether nobody waits for the end any more.
    fn is_stopped(&self, progress: Progress) -> bool {
        self.told.send(progress).is_err() || self.stop.load(Ordering::Relaxed)
    }

    fn refuse(&mut self, file: &str, message: String) {
        let location = Location { file: file.to_owned(), ..Location::default() };
        self.report.refused.push(Warning { location, message });
    }

    /// Stores what waits, then its files, and puts it into the report.
    fn flush(&mut self, mut reader: Option<&mut Reader<'_>>) {
        // The report's lines first: storing takes the conversations.
        let mut conversations = Vec::new();
        let mut lines = Vec::new();
        for waiting in std::mem::take(&mut self.waiting) {
            match waiting {
                Waiting::Left(line) => lines.push((*line, None)),
                Waiting::Found(conversation, line, files) => {
                    lines.push((*line, Some(files)));
                    conversations.push(*conversation);
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
        for (mut line, files) in lines {
            if let Some(files) = files {
                match outcomes.next() {
                    Some(Outcome { session_id, status, reason, files_here }) => {
                        (line.session_id, line.status, line.reason) = (session_id, status, reason);
                        if let Some(reader) = reader.as_deref_mut().filter(|_| line.session_id.is_some()) {
                            let missing = files.iter().filter(|reference| !files_here.contains(reference));
                            missing.for_each(|reference| self.keep(reader, &line, reference));
                        }
                    }
                    None => line.reason.clone_from(&failed),
                }
            }
            self.report.totals.count(line.status);
            self.report.conversations.push(line);
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
                files_here: Vec::new(),
            };
            return Ok(compared.novelties.into_iter().map(outcome).collect());
        }
        let batch = SaveBatch { import_id: self.import_id.clone(), feeds: self.options.feeds, conversations };
        let saved = self.handle.block_on(self.chat.import_save(batch))?;
        let outcomes = saved.into_iter().map(|saved| Outcome {
            session_id: saved.session_id,
            status: saved.status,
            reason: saved.reason,
            files_here: saved.files_here,
        });
        Ok(outcomes.collect())
    }

    /// Stores the bytes of one file of a conversation.
    fn keep(&mut self, reader: &mut Reader<'_>, line: &ReportItem, reference: &str) {
        // It was there when the conversation was read; if it is not now, somebody took it away meanwhile.
        let Some(opened) = reader.open_file(reference) else { return };
        let file = NewFile {
            import_id: self.import_id.clone(),
            source: line.source.clone(),
            source_id: line.source_id.clone(),
            reference: reference.to_owned(),
            name: opened.name.clone(),
        };
        let stored = self.handle.block_on(self.chat.import_file(file, futures::stream::iter(Pieces(opened.bytes))));
        if let Err(error) = stored {
            tracing::warn!(reference, %error, "a file of a conversation was not stored");
            self.complaints += 1;
            if self.complaints <= MAXIMUM_COMPLAINTS {
                let message = format!("{}: {}", opened.name, error.message_for_people());
                self.report.warnings.push(Warning { location: line.location.clone().unwrap_or_default(), message });
            }
        }
    }
}

/// What is read, piece by piece.
struct Pieces<R>(R);

impl<R: Read> Iterator for Pieces<R> {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<io::Result<Bytes>> {
        let mut piece = Vec::with_capacity(PIECE);
        match self.0.by_ref().take(PIECE as u64).read_to_end(&mut piece) {
            Ok(0) => None,
            Ok(_) => Some(Ok(piece.into())),
            Err(error) => Some(Err(error)),
        }
    }
}

/// Whether a name is one that an export may have: what is wrong with such a file is worth telling even if nobody named it.
fn is_an_export(name: &str) -> bool {
    let extension = Path::new(name).extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| ["json", "jsonl", "zip", "gz", "html"].contains(&extension.as_str()))
}

/// Imports a database into an import that goes on, whoever began it.
///
/// # Errors
/// [`Error::Internal`] if reading panicked.
pub(crate) async fn import_database(
    chat: &Chat,
    import_id: String,
    name: String,
    path: PathBuf,
    feeds: bool,
) -> Result<FullReport, Error> {
    let (told, _heard) = watch::channel(Progress::default());
    let options = ImportOptions { dry_run: false, feeds };
    let mut run = Run::new(chat, options, import_id, told, Arc::default());
    let imported = tokio::task::spawn_blocking(move || {
        run.database(&name, &path);
        run.report
    });
    imported.await.map_err(|error| Error::Internal { what: format!("importing a database: {error}") })
}

/// Imports one file under the name that the person knows it by.
///
/// # Errors
/// As [`ImportConvos::import_conversations`](super::ImportConvos::import_conversations).
pub(crate) async fn import_named(
    chat: &Chat,
    name: String,
    path: PathBuf,
    options: ImportOptions,
) -> Result<Imported, Error> {
    let (told, _heard) = watch::channel(Progress::default());
    let run = Run::new(chat, options, Uuid::now_v7().to_string(), told, Arc::default());
    let imported = tokio::task::spawn_blocking(move || run.named(name, path));
    imported.await.map_err(|error| Error::Internal { what: format!("importing: {error}") })?
}
