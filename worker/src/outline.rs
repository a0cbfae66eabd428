use crate::{host::Host, jobs::Job, pace::Pace};
use aios_import::{Found, Item, Reader};
use aios_model::content_hash;
use aios_protocol::{
    import::{Compare, CompareKey},
    worker::{Event, Outlined},
};

/// How many conversations the server is asked about at once.
const PIECE: usize = 200;

/// Reads the files of a job and says what is in them.
pub(crate) async fn outline<H: Host>(host: &H, number: u32, job: &Job<H::Files>) {
    let (inputs, databases) = job.inputs();
    let mut reader = Reader::new(inputs);
    let mut pass = Outline { host, job, piece: Vec::new(), asks: true };
    let mut pace = Pace::new(host, number, &job.files, &job.cancelled);
    while let Some(item) = reader.next() {
        match item {
            Item::Conversation(found) => pass.conversation(&found).await,
            Item::Left(report, location) => job.ledger.borrow_mut().left(*report, location),
            Item::Warning(warning) => job.notes.borrow_mut().warn(warning),
            Item::Refused(location, sentence) => job.notes.borrow_mut().refuse(location, sentence),
            Item::Working => {}
        }
        if !pace.go_on(&reader).await {
            return;
        }
    }
    pass.compare().await;
    pace.report(&reader);
    job.notes.borrow_mut().finish(reader.summary());
    let notes = job.notes.borrow();
    let outlined = Outlined {
        counts: job.ledger.borrow().counts(),
        databases: databases.iter().map(|database| database.name.clone()).collect(),
        warnings: notes.warnings_for_people(),
        refused: notes.refused_for_people(),
    };
    host.post(&Event::Outlined { job: number, outlined });
}

struct Outline<'a, H: Host> {
    host: &'a H,
    job: &'a Job<H::Files>,
    /// Conversations that the server was not yet asked about.
    piece: Vec<(u32, CompareKey)>,
    /// The server answers such questions.
    asks: bool,
}

impl<H: Host> Outline<'_, H> {
    async fn conversation(&mut self, found: &Found) {
        let conversation = &found.conversation;
        let number = self.job.ledger.borrow_mut().found(found);
        if !self.asks {
            return;
        }
        let key = CompareKey {
            source: conversation.source.clone(),
            source_id: conversation.source_id.clone(),
            content_hash: content_hash(conversation),
        };
        self.piece.push((number, key));
        if self.piece.len() == PIECE {
            self.compare().await;
        }
    }

    /// Asks how the conversations at hand compare with the history.
    async fn compare(&mut self) {
        if self.piece.is_empty() {
            return;
        }
        let (numbers, keys): (Vec<u32>, Vec<CompareKey>) = std::mem::take(&mut self.piece).into_iter().unzip();
        match self.host.compare(&Compare { keys }).await {
            Ok(compared) if compared.novelties.len() == numbers.len() => {
                let mut ledger = self.job.ledger.borrow_mut();
                numbers.iter().zip(compared.novelties).for_each(|(number, novelty)| ledger.compared(*number, novelty));
            }
            // What is new cannot be told then; storing says it anyway.
            _ => self.asks = false,
        }
    }
}
