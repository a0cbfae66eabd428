use aios_model::{Conversation, ImportStatus, ReportItem};
use aios_protocol::import::{BATCH_BYTES, BATCH_CONVERSATIONS, SaveOutcome};

/// Conversations on their way to the server, as JSON, with their lines of the report. Lines of what was left out in between go along, so that
/// the report is in reading order.
pub(crate) struct Batch {
    head: String,
    body: String,
    lines: Vec<Line>,
    conversations: usize,
}

enum Line {
    /// What becomes of it, the server says.
    Sent(ReportItem),
    Known(ReportItem),
}

impl Batch {
    pub fn new(import_id: &str, feeds: bool) -> Batch {
        let import_id = serde_json::to_string(import_id).unwrap_or_default();
        let head = format!("{{\"import_id\":{import_id},\"feeds\":{feeds},\"conversations\":[");
        Batch { body: head.clone(), head, lines: Vec::new(), conversations: 0 }
    }

    /// A conversation as the batch takes it.
    ///
    /// # Errors
    /// Never for conversations of the importer: they are strings, numbers and lists.
    pub fn json(conversation: &Conversation) -> serde_json::Result<String> {
        serde_json::to_string(conversation)
    }

    /// Whether the batch should go before this conversation is added.
    pub fn is_full_for(&self, json: &str) -> bool {
        self.conversations >= BATCH_CONVERSATIONS
            || (self.conversations > 0 && self.body.len() + json.len() > BATCH_BYTES)
    }

    pub fn push(&mut self, json: &str, report: ReportItem) {
        if self.conversations > 0 {
            self.body.push(',');
        }
        self.body.push_str(json);
        self.conversations += 1;
        self.lines.push(Line::Sent(report));
    }

    /// Adds the line of something that is not stored.
    pub fn note(&mut self, report: ReportItem) {
        self.lines.push(Line::Known(report));
    }

    pub fn is_empty(&self) -> bool {
        self.conversations == 0
    }

    /// The body of the request. The lines stay.
    pub fn take_body(&mut self) -> String {
        self.conversations = 0;
        let mut body = std::mem::replace(&mut self.body, self.head.clone());
        body.push_str("]}");
        body
    }

    /// The lines, as the server says what became of each.
    pub fn saved(&mut self, outcomes: Vec<SaveOutcome>) -> Vec<ReportItem> {
        let mut outcomes = outcomes.into_iter();
        self.settle(|line| match outcomes.next() {
            Some(SaveOutcome { source, source_id, session_id, status, reason, .. })
                if source == line.source && source_id == line.source_id =>
            {
                ReportItem { session_id, status, reason, ..line }
            }
            _ => failed(line, "The server did not say what became of it."),
        })
    }

    /// The lines, none of which was stored.
    pub fn unsaved(&mut self, status: ImportStatus, reason: &str) -> Vec<ReportItem> {
        self.body.clone_from(&self.head);
        self.conversations = 0;
        self.settle(|line| ReportItem { status, reason: Some(reason.to_owned()), ..line })
    }

    fn settle(&mut self, mut settled: impl FnMut(ReportItem) -> ReportItem) -> Vec<ReportItem> {
        let lines = std::mem::take(&mut self.lines);
        lines
            .into_iter()
            .map(|line| match line {
                Line::Sent(line) => settled(line),
                Line::Known(line) => line,
            })
            .collect()
    }
}

fn failed(line: ReportItem, reason: &str) -> ReportItem {
    ReportItem { status: ImportStatus::Failed, reason: Some(reason.to_owned()), ..line }
}
