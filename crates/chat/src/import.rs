//! Importing files natively: the same pipeline as in the browser, for the command line and for doors that get whole files.

use crate::{Chat, Error};
use aios_model::{FullReport, ImportBatch};
use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::watch;
use uuid::Uuid;

mod database;
mod inputs;
mod run;

pub(crate) use self::{
    database::{Scratch, sweep},
    run::{import_database, import_named},
};

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
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Imported {
    /// What became of everything in the files.
    pub report: FullReport,
    /// The import, as it is listed and can be undone; `None` if nothing was to be stored.
    pub batch: Option<ImportBatch>,
    /// It was stopped before the end of the files.
    pub stopped: bool,
}

/// The import tool.
#[derive(Clone, Copy, Debug)]
pub struct ImportConvos;

impl ImportConvos {
    /// Reads export files (of any provider and size, packed or not; folders are walked; an AI OS `state.db` is taken as well), and stores their
    /// conversations batch by batch, with the pictures and other files that the export holds. Importing twice is importing once. A file, a
    /// conversation or a batch that fails costs itself and a line in the result, nothing else.
    ///
    /// All of it is one import, which is listed by [`Chat::imports`] and can be undone by [`Chat::undo_import`].
    ///
    /// `progress` is called now and then, not for every conversation; if it breaks, or the future is dropped, the import stops after the
    /// conversation at hand, and what was stored stays.
    ///
    /// ```
    /// use aios_chat::{Chat, Config, import::{ImportConvos, ImportOptions}};
    /// use std::ops::ControlFlow;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let export = folder.path().join("conversations.json");
    /// # std::fs::write(&export, r#"[{"uuid":"a","name":"Sky","chat_messages":[
    /// #     {"uuid":"b","sender":"human","text":"Why blue?"},{"uuid":"c","sender":"assistant","text":"Rayleigh."}]}]"#)?;
    /// let chat = Chat::open(Config { data: folder.path().join("data"), ..Config::default() })?;
    /// let imported = ImportConvos::import_conversations(&chat, &[export], ImportOptions::default(), |progress| {
    ///     println!("{} of {} bytes, {} conversations", progress.bytes, progress.total_bytes, progress.conversations);
    ///     ControlFlow::Continue(())
    /// })
    /// .await?;
    /// assert_eq!(imported.report.totals.imported, 1);
    ///
    /// let import_id = imported.batch.ok_or("nothing was to be stored")?.id;
    /// let undone = chat.undo_import(&import_id).await?.undone.ok_or("it was not undone")?;
    /// assert_eq!((undone.conversations, undone.turns), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Store`] if the import cannot be begun or ended; [`Error::Internal`] if the reader itself panicked. Batches before that are stored.
    pub async fn import_conversations(
        chat: &Chat,
        files: &[PathBuf],
        options: ImportOptions,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Imported, Error> {
        let (told, mut heard) = watch::channel(Progress::default());
        let stop = Arc::new(AtomicBool::new(false));
        let run = run::Run::new(chat, options, Uuid::now_v7().to_string(), told, stop.clone());
        let files = files.to_owned();
        let mut running = tokio::task::spawn_blocking(move || run.all(&files));
        loop {
            tokio::select! {
                Ok(()) = heard.changed() => {
                    let now = *heard.borrow_and_update();
                    if progress(now).is_break() {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                imported = &mut running => {
                    return imported.map_err(|error| Error::Internal { what: format!("importing: {error}") })?;
                }
            }
        }
    }
}
