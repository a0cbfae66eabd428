use aios_model::{Conversation, Source};
use aios_protocol::import::{BATCH_BYTES, BATCH_CONVERSATIONS};

/// Conversations on their way to the server, as JSON.
pub(crate) struct Batch {
    head: String,
    body: String,
    sent: Vec<Sent>,
}

/// A conversation of a batch.
pub(crate) struct Sent {
    /// Its number in the ledger.
    pub number: u32,
    pub source: Source,
    pub source_id: String,
    /// References of its pictures and other files that are in the inputs.
    pub files: Vec<String>,
}

impl Batch {
    pub fn new(import_id: &str, feeds: bool) -> Batch {
        let import_id = serde_json::to_string(import_id).unwrap_or_default();
        let head = format!("{{\"import_id\":{import_id},\"feeds\":{feeds},\"conversations\":[");
        Batch { body: head.clone(), head, sent: Vec::new() }
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
        self.sent.len() >= BATCH_CONVERSATIONS || (!self.sent.is_empty() && self.body.len() + json.len() > BATCH_BYTES)
    }

    pub fn push(&mut self, json: &str, sent: Sent) {
        if !self.sent.is_empty() {
            self.body.push(',');
        }
        self.body.push_str(json);
        self.sent.push(sent);
    }

    pub fn is_empty(&self) -> bool {
        self.sent.is_empty()
    }

    /// The body of the request, and what is in it. The batch is empty then.
    pub fn take(&mut self) -> (String, Vec<Sent>) {
        let mut body = std::mem::replace(&mut self.body, self.head.clone());
        body.push_str("]}");
        (body, std::mem::take(&mut self.sent))
    }
}
