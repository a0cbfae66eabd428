use crate::{
    batch::{Batch, Sent},
    host::{Host, ServerError},
    jobs::Job,
    pace::Pace,
    report,
};
use aios_import::{Found, Item, Reader};
use aios_model::{ImportStatus, Location, Warning};
use aios_protocol::{
    import::SaveOutcome,
    worker::{Committed, Ending, Event},
};

/// How to store.
pub(crate) struct Order {
    pub import_id: String,
    pub feeds: bool,
}

/// Reads the files of a job again, has the server store what is chosen, and says what became of everything.
pub(crate) async fn commit<H: Host>(host: &H, number: u32, job: &Job<H::Files>, order: Order) {
    let mut pass = Commit { host, job, batch: Batch::new(&order.import_id, order.feeds), order, stored_files: 0 };
    let ending = pass.run(number).await.unwrap_or_else(|error| pass.failed(&error));
    let report = host.report(&mut report::pieces(&job.ledger.borrow(), &job.notes.borrow()));
    if !matches!(ending, Ending::Failed(_)) {
        // An import of which the server does not hear that it ended is listed as not finished. What it stored is there all the same.
        drop(host.finish(&pass.order.import_id, ending == Ending::Cancelled, &report).await);
    }
    let notes = job.notes.borrow();
    let committed = Committed {
        ending,
        totals: job.ledger.borrow().totals(),
        stored_files: pass.stored_files,
        warnings: notes.refused_for_people().into_iter().chain(notes.warnings_for_people()).collect(),
        unknown: notes.unknown_for_people(),
        report: host.address(&report),
    };
    host.post(&Event::Committed { job: number, committed });
}

struct Commit<'a, H: Host> {
    host: &'a H,
    job: &'a Job<H::Files>,
    order: Order,
    batch: Batch,
    stored_files: u32,
}

impl<H: Host> Commit<'_, H> {
    async fn run(&mut self, number: u32) -> Result<Ending, ServerError> {
        let (inputs, databases) = self.job.inputs();
        self.job
            .ledger
            .borrow_mut()
            .begin("The import ended before this conversation was reached. Import the files again to go on.");
        self.host.begin(&self.order.import_id, &self.job.names()).await?;
        let mut reader = Reader::new(inputs);
        let mut pace = Pace::new(self.host, number, &self.job.files, &self.job.cancelled);
        // The reader tells of the same things in the same order as for the outline.
        let mut entries = 0..;
        while let Some(item) = reader.next() {
            match item {
                Item::Conversation(found) => {
                    let entry = entries.next().unwrap_or(u32::MAX);
                    self.conversation(entry, *found, &mut reader, &mut pace).await?;
                }
                Item::Left(..) => drop(entries.next()),
                Item::Warning(_) | Item::Refused(..) | Item::Working => {}
            }
            if !pace.go_on(&reader).await {
                let (_, sent) = self.batch.take();
                let reason = "The import was cancelled before it was stored.";
                self.job.ledger.borrow_mut().settle(&numbers(&sent), ImportStatus::Skipped, reason);
                return Ok(Ending::Cancelled);
            }
        }
        self.send(&mut reader, &mut pace).await?;
        for database in databases {
            self.database(database.position, &database.name).await?;
        }
        pace.report(&reader);
        Ok(if self.job.cancelled.get() { Ending::Cancelled } else { Ending::Done })
    }

    async fn conversation(
        &mut self,
        entry: u32,
        found: Found,
        reader: &mut Reader<'_>,
        pace: &mut Pace<'_, H>,
    ) -> Result<(), ServerError> {
        if !self.job.ledger.borrow().takes(entry, &found) {
            return Ok(());
        }
        let json = match Batch::json(&found.conversation) {
            Ok(json) => json,
            Err(error) => {
                let reason = format!("It could not be made ready for the server ({error}).");
                self.job.ledger.borrow_mut().settle(&[entry], ImportStatus::Failed, &reason);
                return Ok(());
            }
        };
        let files = found.files();
        let (source, source_id) = (found.conversation.source, found.conversation.source_id);
        if self.batch.is_full_for(&json) {
            self.send(reader, pace).await?;
        }
        self.batch.push(&json, Sent { number: entry, source, source_id, files });
        Ok(())
    }

    /// Sends what is at hand and waits for the answer: nothing more is read until it is stored. The files of what is stored follow.
    async fn send(&mut self, reader: &mut Reader<'_>, pace: &mut Pace<'_, H>) -> Result<(), ServerError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let (body, sent) = self.batch.take();
        let saved = self.host.save(body).await;
        let numbers = numbers(&sent);
        match saved {
            Ok(outcomes) => {
                let files = files(&sent, &outcomes);
                self.job.ledger.borrow_mut().saved(&numbers, outcomes);
                for (sent, reference) in files {
                    if !pace.go_on(reader).await {
                        break;
                    }
                    self.file(sent, reference, reader).await?;
                    pace.stored_files = self.stored_files;
                }
            }
            // That is the fault of these conversations, not of the next.
            Err(error @ ServerError::TooLarge) => {
                self.job.ledger.borrow_mut().settle(&numbers, ImportStatus::Failed, &error.to_string());
            }
            Err(error) => {
                self.job.ledger.borrow_mut().settle(&numbers, ImportStatus::Failed, &error.to_string());
                return Err(error);
            }
        }
        Ok(())
    }

    /// Sends a picture or another file of a conversation that is stored. What the server does not take is noted: the conversation is there
    /// without it.
    async fn file(&mut self, sent: &Sent, reference: &str, reader: &mut Reader<'_>) -> Result<(), ServerError> {
        let Some(file) = reader.open_file(reference) else { return Ok(()) };
        let name = file.name.clone();
        let query = [
            ("import_id", self.order.import_id.as_str()),
            ("source", sent.source.as_str()),
            ("source_id", &sent.source_id),
            ("reference", reference),
            ("name", &name),
        ];
        let problem = match self.host.store_file(&query, file).await {
            Ok(()) => {
                self.stored_files += 1;
                return Ok(());
            }
            Err(ServerError::Unreachable) => return Err(ServerError::Unreachable),
            Err(problem) => problem,
        };
        let message = format!("This file was not stored; the conversation is there without it. {problem}");
        self.job.notes.borrow_mut().warn(Warning { location: Location { file: name, ..Location::default() }, message });
        Ok(())
    }

    async fn database(&mut self, position: usize, name: &str) -> Result<(), ServerError> {
        if self.job.cancelled.get() {
            return Ok(());
        }
        let feeds = if self.order.feeds { "true" } else { "false" };
        let query = [("import_id", self.order.import_id.as_str()), ("name", name), ("feeds", feeds)];
        match self.host.store_database(&self.job.files, position, &query).await {
            Ok(report) => {
                self.job.ledger.borrow_mut().extend(report.conversations);
                let mut notes = self.job.notes.borrow_mut();
                report.warnings.into_iter().for_each(|warning| notes.warn(warning));
                report.refused.into_iter().for_each(|refused| notes.refuse(refused.location, refused.message));
            }
            Err(ServerError::Unreachable) => return Err(ServerError::Unreachable),
            Err(error) => {
                let location = Location { file: name.to_owned(), ..Location::default() };
                self.job.notes.borrow_mut().refuse(location, error.to_string());
            }
        }
        Ok(())
    }

    fn failed(&mut self, error: &ServerError) -> Ending {
        let totals = self.job.ledger.borrow().totals();
        let stored = totals.imported + totals.updated;
        let were = if stored == 1 { "conversation was" } else { "conversations were" };
        Ending::Failed(format!(
            "{error} Until then {stored} {were} stored, and they stay. Import the same files again to go on: nothing is stored twice."
        ))
    }
}

fn numbers(sent: &[Sent]) -> Vec<u32> {
    sent.iter().map(|sent| sent.number).collect()
}

/// Files of what was stored that the server has not yet.
fn files<'a>(sent: &'a [Sent], outcomes: &[SaveOutcome]) -> Vec<(&'a Sent, &'a str)> {
    let stored = sent.iter().zip(outcomes).filter(|(_, outcome)| outcome.session_id.is_some());
    stored
        .flat_map(|(sent, outcome)| {
            let wanted = sent.files.iter().filter(|reference| !outcome.files_here.contains(reference));
            wanted.map(move |reference| (sent, reference.as_str()))
        })
        .collect()
}
