//! Imports as batches: begun, ended, listed, with a report, and undone.

use super::{Chat, blocking};
use crate::{Error, clock::now, feeds::Feeds};
use aios_model::{BatchCursor, BatchPage, FullReport, ImportBatch};
use aios_protocol::{
    agents::DatabaseMode,
    import::{Begin, Finish},
};
use aios_store::{
    Connection, Database, exports,
    imports::{
        batches::{self, Ending},
        undo::{self, Touched},
    },
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::io::{Read as _, Write as _};

/// The most bytes of the id of an import.
const MAXIMUM_IMPORT_ID: usize = 64;

/// The most names of files that are kept of an import.
const MAXIMUM_FILES: usize = 1000;

/// The most characters of such a name.
const MAXIMUM_FILE_NAME: usize = 500;

/// Conversations that are undone in one transaction: other writes wait for it.
const UNDO_PIECE: u32 = 50;

impl Chat {
    /// Says that an import begins. Nothing of it is stored yet; saying it again only changes the names of its files.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an id that is not 1 to 64 bytes, or of an import that was undone; [`Error::Store`].
    pub async fn import_begin(&self, begin: Begin) -> Result<(), Error> {
        valid_id(&begin.import_id)?;
        let Begin { import_id, files } = begin;
        let names = files.iter().take(MAXIMUM_FILES);
        let names: Vec<String> = names.map(|name| name.chars().take(MAXIMUM_FILE_NAME).collect()).collect();
        self.database().write(move |transaction| batches::begin(transaction, &import_id, &names, now())).await?;
        Ok(())
    }

    /// Says how an import ended, and keeps its report.
    ///
    /// # Errors
    /// As [`import_begin`](Chat::import_begin).
    pub async fn import_finish(&self, finish: Finish) -> Result<ImportBatch, Error> {
        valid_id(&finish.import_id)?;
        let Finish { import_id, cancelled, report } = finish;
        let (totals, packed) = blocking("packing a report", move || Ok((report.totals, pack(&report)?))).await?;
        let id = import_id.clone();
        self.database()
            .write(move |transaction| {
                let ending = Ending { cancelled, totals, report: &packed };
                batches::finish(transaction, &id, ending, now())
            })
            .await?;
        self.import_batch(&import_id).await
    }

    /// A page of imports, latest first: `limit` of them, at most 200.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn imports(&self, after: Option<BatchCursor>, limit: u32) -> Result<BatchPage, Error> {
        Ok(self.database().read(move |connection| batches::list(connection, after.as_ref(), limit)).await?)
    }

    /// One import.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`], [`Error::Store`].
    pub async fn import_batch(&self, import_id: &str) -> Result<ImportBatch, Error> {
        let id = import_id.to_owned();
        let found = self.database().read(move |connection| batches::get(connection, &id)).await?;
        found.ok_or_else(|| Error::ImportNotFound { import_id: import_id.to_owned() })
    }

    /// The report of an import as JSON, which reads as a [`FullReport`]; `None` for an import that nobody ended.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`], [`Error::Store`]; [`Error::Internal`] if what is stored is damaged.
    pub async fn import_report(&self, import_id: &str) -> Result<Option<String>, Error> {
        let id = import_id.to_owned();
        let read = move |connection: &Connection| {
            Ok((batches::get(connection, &id)?.is_some(), batches::report(connection, &id)?))
        };
        match self.database().read(read).await? {
            (false, _) => Err(Error::ImportNotFound { import_id: import_id.to_owned() }),
            (true, None) => Ok(None),
            (true, Some(packed)) => blocking("reading a report", move || unpack(&packed).map(Some)).await,
        }
    }

    /// Takes away everything that an import brought: conversations, turns in others, ratings, files, and text files in Feeds; what it changed is
    /// again as it was. What was said, named or rated here stays, also in a conversation that it brought. What went is in
    /// [`ImportBatch::undone`]. If the program ends in the middle, undoing it again goes on.
    ///
    /// # Errors
    /// [`Error::ImportNotFound`]; [`Error::Invalid`] if it was undone already; [`Error::Store`] and [`Error::File`]: then it is undone in part.
    pub async fn undo_import(&self, import_id: &str) -> Result<ImportBatch, Error> {
        let (mode, database) = self.open_history();
        let id = import_id.to_owned();
        match database.write(move |transaction| undo::begin(transaction, &id, now())).await {
            Err(aios_store::Error::ImportUndone { .. }) => {
                return Err(Error::invalid("This import was undone before. Nothing was changed."));
            }
            other => other?,
        }
        loop {
            let id = import_id.to_owned();
            let touched = database.read(move |connection| undo::touched(connection, &id, UNDO_PIECE)).await?;
            if touched.is_empty() {
                break;
            }
            if mode == DatabaseMode::Personal {
                // First: if the program ends behind this, the conversations are found again.
                self.remove_feeds(touched.iter().filter(|touched| touched.goes)).await?;
            }
            let id = import_id.to_owned();
            let kept = database
                .write(move |transaction| {
                    let mut kept = Vec::new();
                    for touched in touched {
                        if undo::undo(transaction, &id, &touched)?.kept > 0 {
                            kept.push(touched.session_id);
                        }
                    }
                    Ok(kept)
                })
                .await?;
            self.tell_shown(kept.clone()).await;
            if mode == DatabaseMode::Personal && !kept.is_empty() {
                self.rewrite_feeds(&database, kept).await?;
            }
        }
        self.forget_files(mode, &database).await?;
        self.forget_titles(&database).await?;
        let id = import_id.to_owned();
        let finished = database.write(move |transaction| {
            undo::finish(transaction, &id, now())?;
            batches::get(transaction, &id)
        });
        let batch = finished.await?.ok_or_else(|| Error::ImportNotFound { import_id: import_id.to_owned() })?;
        self.changed(None);
        Ok(batch)
    }

    /// Removes the text files of conversations that go.
    async fn remove_feeds(&self, gone: impl Iterator<Item = &Touched>) -> Result<(), Error> {
        let gone: Vec<Touched> = gone.cloned().collect();
        let folder = self.feeds();
        blocking("removing from Feeds", move || {
            let mut feeds = Feeds::new(folder);
            let mut remove = |gone: &Touched| {
                feeds.remove(&gone.source, gone.source_id.as_deref().unwrap_or_default(), &gone.session_id)
            };
            gone.iter().try_for_each(&mut remove)
        })
        .await
    }

    /// Writes the text files of conversations anew, where there are any.
    async fn rewrite_feeds(&self, database: &Database, session_ids: Vec<String>) -> Result<(), Error> {
        for session_id in session_ids {
            let id = session_id.clone();
            let conversation = database.read(move |connection| exports::conversation(connection, &id)).await?;
            let folder = self.feeds();
            if let Some(conversation) = conversation {
                blocking("rewriting Feeds", move || Feeds::new(folder).rewrite(&conversation, &session_id)).await?;
            }
        }
        Ok(())
    }
}

/// The id of an import that the client made.
pub(super) fn valid_id(import_id: &str) -> Result<(), Error> {
    if import_id.is_empty() || import_id.len() > MAXIMUM_IMPORT_ID {
        return Err(Error::invalid("The id of an import has 1 to 64 bytes. Nothing was stored."));
    }
    Ok(())
}

pub(super) fn pack(report: &FullReport) -> Result<Vec<u8>, Error> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let written = serde_json::to_writer(&mut packed, report).map_err(std::io::Error::from);
    let packed = written.and_then(|()| packed.flush()).and_then(|()| packed.finish());
    packed.map_err(|error| Error::Internal { what: format!("packing a report: {error}") })
}

pub(super) fn unpack(packed: &[u8]) -> Result<String, Error> {
    let mut json = String::new();
    let read = GzDecoder::new(packed).read_to_string(&mut json);
    read.map_err(|error| Error::Internal { what: format!("reading a report: {error}") })?;
    Ok(json)
}
