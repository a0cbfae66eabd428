//! The server functions of an import. The worker calls them by itself, so that no conversation passes through the page.

use aios_model::{Conversation, ImportStatus, Novelty, Source};
use serde::{Deserialize, Serialize};

/// Path of the server function that takes a [`SaveBatch`] as JSON and answers with [`SaveOutcome`]s.
pub const SAVE_BATCH_PATH: &str = "/api/fn/import_save";

/// Path of the server function that takes a [`Compare`] as JSON and answers with one [`Novelty`] a key.
pub const COMPARE_PATH: &str = "/api/fn/import_compare";

/// The most bytes of conversations, as JSON, that one batch should hold. A single larger conversation makes a batch of its own.
pub const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// The most conversations in a batch.
pub const BATCH_CONVERSATIONS: usize = 500;

/// Conversations to store in one transaction.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SaveBatch {
    /// The import that it belongs to, so that it can be undone as one: made by the client, at most 64 bytes.
    pub import_id: String,
    /// Also write text files into `Feeds/`.
    pub feeds: bool,
    /// The conversations.
    pub conversations: Vec<Conversation>,
}

/// What became of one conversation of a batch.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SaveOutcome {
    /// Where it was held.
    pub source: Source,
    /// Its id there.
    pub source_id: String,
    /// The conversation that it is here, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// What became of it.
    pub status: ImportStatus,
    /// Why, if it was skipped or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Asks how conversations of an export compare with the history.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Compare {
    /// The conversations, at most 10,000.
    pub keys: Vec<CompareKey>,
}

/// One conversation to compare.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CompareKey {
    /// Where it was held.
    pub source: Source,
    /// Its id there.
    pub source_id: String,
    /// Hash of its content, as in `OutlineItem`.
    pub content_hash: String,
}

/// The answer to [`Compare`], in its order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Compared {
    /// One for each key.
    pub novelties: Vec<Novelty>,
}
