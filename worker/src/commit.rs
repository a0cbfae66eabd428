use crate::{
    batch::Batch,
    host::{Files, Host, ServerError},
    outline::unknown,
    pace::Pace,
};
use aios_import::{Found, Item, Reader};
use aios_model::{ImportReport, ImportStatus, Warning};
use aios_protocol::worker::Event;
use std::{cell::Cell, collections::HashSet};

/// What to store, and how.
pub(crate) struct Order {
    pub import_id: String,
    /// Positions among the conversations that the outline told of; all if not said.
    pub chosen: Option<HashSet<u32>>,
    pub feeds: bool,
}

/// Reads files again and has the server store what was chosen.
pub(crate) async fn commit<H: Host>(host: &H, job: u32, files: &H::Files, order: Order, cancelled: &Cell<bool>) {
    let mut reader = Reader::new(files.inputs());
    let batch = Batch::new(&order.import_id, order.feeds);
    let mut pass = Commit { host, order, batch, report: ImportReport::default(), position: 0 };
    let mut pace = Pace::new(host, job, files, cancelled);
    let mut stopped = false;
    while let Some(item) = reader.next() {
        let result = match item {
            Item::Conversation(found) => pass.conversation(*found).await,
            Item::Left(report, _) => {
                pass.batch.note(*report);
                Ok(())
            }
            Item::Warning(warning) => {
                pass.report.warnings.push(warning);
                Ok(())
            }
            Item::Refused(location, message) => {
                pass.report.warnings.push(Warning { location, message });
                Ok(())
            }
            Item::Working => Ok(()),
        };
        if let Err(error) = result {
            return pass.fail(job, &error);
        }
        if !pace.go_on(&reader).await {
            stopped = true;
            break;
        }
    }
    if stopped {
        pass.give_up(ImportStatus::Skipped, "The import was cancelled before it was stored.");
    } else if pass.batch.is_empty() {
        // Lines of what was left out at the end are still there.
        pass.give_up(ImportStatus::Skipped, "");
    } else if let Err(error) = pass.send().await {
        return pass.fail(job, &error);
    }
    pace.report(&reader);
    pass.report.warnings.extend(unknown(&reader.summary()));
    host.post(&Event::Committed { job, cancelled: stopped, report: pass.report });
}

struct Commit<'a, H> {
    host: &'a H,
    order: Order,
    batch: Batch,
    report: ImportReport,
    /// Conversations before.
    position: u32,
}

impl<H: Host> Commit<'_, H> {
    async fn conversation(&mut self, found: Found) -> Result<(), ServerError> {
        let position = self.position;
        self.position += 1;
        if self.order.chosen.as_ref().is_some_and(|chosen| !chosen.contains(&position)) {
            self.batch.note(found.report(ImportStatus::Skipped, Some("It was not chosen.".to_owned())));
            return Ok(());
        }
        // What the server says replaces this status.
        let line = found.report(ImportStatus::Failed, None);
        let json = match Batch::json(&found.conversation) {
            Ok(json) => json,
            Err(error) => {
                let reason = format!("It could not be made ready for the server ({error}).");
                self.batch.note(found.report(ImportStatus::Failed, Some(reason)));
                return Ok(());
            }
        };
        drop(found);
        if self.batch.is_full_for(&json) {
            self.send().await?;
        }
        self.batch.push(&json, line);
        Ok(())
    }

    /// Sends what is at hand and waits for the answer: nothing more is read until it is stored.
    async fn send(&mut self) -> Result<(), ServerError> {
        match self.host.save(self.batch.take_body()).await {
            Ok(outcomes) => self.batch.saved(outcomes).into_iter().for_each(|line| self.report.push(line)),
            // That is the fault of these conversations, not of the next.
            Err(error @ ServerError::TooLarge) => self.give_up(ImportStatus::Failed, &error.to_string()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Puts what is at hand into the report as not stored.
    fn give_up(&mut self, status: ImportStatus, reason: &str) {
        self.batch.unsaved(status, reason).into_iter().for_each(|line| self.report.push(line));
    }

    fn fail(mut self, job: u32, error: &ServerError) {
        self.give_up(ImportStatus::Failed, &error.to_string());
        let totals = self.report.totals;
        let stored = totals.imported + totals.updated;
        let message = format!(
            "{error} Until then {stored} {} stored, and they stay. Import the same files again to go on: nothing is stored twice.",
            if stored == 1 { "conversation was" } else { "conversations were" }
        );
        self.host.post(&Event::Failed { job, message, report: self.report });
    }
}
