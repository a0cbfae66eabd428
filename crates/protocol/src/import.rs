//! The server functions and routes of an import. The worker calls them by itself, so that no conversation passes through the page.
//!
//! In their order: [`Begin`] names the files, [`Compare`] says what is new, [`SaveBatch`] stores conversations, [`FILE_PATH`] takes the bytes
//! of their pictures and attachments, [`DATABASE_PATH`] those of an AI OS database, and [`Finish`] says how it ended. Only saving has to be; an import of
//! which nobody says that it began or ended is listed as unfinished.

use aios_model::{Conversation, FullReport, ImportStatus, Novelty, Source};
use serde::{Deserialize, Serialize};

/// Path of the server function that takes a [`SaveBatch`] as JSON and answers with [`SaveOutcome`]s.
pub const SAVE_BATCH_PATH: &str = "/api/fn/import_save";

/// Path of the server function that takes a [`Compare`] as JSON and answers with one [`Novelty`] a key.
pub const COMPARE_PATH: &str = "/api/fn/import_compare";

/// Path of the server function that takes a [`Begin`] as JSON and answers with nothing.
pub const BEGIN_PATH: &str = "/api/fn/import_begin";

/// Path of the server function that takes a [`Finish`] as JSON and answers with the `ImportBatch` that it has become.
pub const FINISH_PATH: &str = "/api/fn/import_finish";

/// Path of the server function that undoes an import: its `import_id` as a form, answered with the `ImportBatch` that it has become.
pub const UNDO_PATH: &str = "/api/fn/import_undo";

/// `POST`: stores the bytes of one picture or attachment of a conversation that is stored already. The query names it: `import_id`, `source`,
/// `source_id` (the conversation), `reference` (the part's) and `name`, each percent-encoded; the body is the file. Answers with an
/// `aios_model::StoredFile` as JSON, or with a status from 400 on and a sentence as plain text.
pub const FILE_PATH: &str = "/api/import/file";

/// `POST`: imports a `state.db` of AI OS. The query has `import_id` and `name`, percent-encoded, and may have `feeds=true`; the body is the file.
/// Answers with a `FullReport` as JSON, or with a status from 400 on and a sentence as plain text.
pub const DATABASE_PATH: &str = "/api/import/database";

/// `GET` with the id of an import behind it: its `FullReport` as a JSON file to keep.
pub const REPORT_PATH: &str = "/api/import/report/";

/// `GET` with the hash of a file behind it: its bytes.
pub const FILES_PATH: &str = "/files/";

/// The most bytes of one file of an export.
pub const FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The most bytes of an AI OS database.
pub const DATABASE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The most bytes of a [`Finish`]; a conversation has about 400 of them.
pub const FINISH_BYTES: usize = 64 * 1024 * 1024;

/// The most bytes of conversations, as JSON, that one batch should hold. A single larger conversation makes a batch of its own.
pub const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// The most conversations in a batch.
pub const BATCH_CONVERSATIONS: usize = 500;

/// Says that an import begins. Saying it again changes nothing but the names.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Begin {
    /// The import: made by the client, 1 to 64 bytes.
    pub import_id: String,
    /// Names of the files, as the person named them; the first 1,000 are kept.
    pub files: Vec<String>,
}

/// Says how an import ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Finish {
    /// The import.
    pub import_id: String,
    /// Its owner stopped it.
    pub cancelled: bool,
    /// What became of everything.
    pub report: FullReport,
}

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
    /// References of its files whose bytes are here already: they need not be sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files_here: Vec<String>,
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
