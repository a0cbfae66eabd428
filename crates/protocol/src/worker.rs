//! Between the page and its worker, as JSON strings by `postMessage`.
//!
//! [`Command::Outline`] is posted as an array `[json, File, File, …]`: files travel as handles, so no byte is copied. Every other message
//! is a JSON string alone. The enums are tagged from outside (`{"outline":{"job":1}}`): reading one that is tagged from inside
//! would buffer every report and cost the page a second decoder.

use aios_model::{ImportReport, Location, Novelty, OutlineItem, Warning};
use serde::{Deserialize, Serialize};

/// From page to worker.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Read the files that come with this message and say what is in them. They are kept for [`Command::Commit`] under the number of the job.
    Outline {
        /// Chosen by the page; comes back in every event about it.
        job: u32,
    },
    /// Store conversations of a job.
    Commit {
        /// The job of the outline.
        job: u32,
        /// The import that the batches belong to.
        import_id: String,
        /// Positions in the outline to store; all if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chosen: Option<Vec<u32>>,
        /// Also write text files into `Feeds/`.
        feeds: bool,
    },
    /// Stop what is being done for a job after the conversation at hand. What was stored stays.
    Cancel {
        /// The job.
        job: u32,
    },
}

/// From worker to page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The worker runs and takes commands.
    Ready,
    /// How far a job is. At most about twenty a second.
    Progress {
        /// The job.
        job: u32,
        /// Bytes read of the files so far.
        bytes: u64,
        /// Bytes of the files.
        total_bytes: u64,
        /// Conversations read so far.
        conversations: u32,
    },
    /// What is in the files. Conversations come in pieces before it, in [`Event::Found`].
    Outlined {
        /// The job.
        job: u32,
        /// What could not be taken as it is.
        warnings: Vec<Warning>,
        /// Files in which no conversation was found, and why, as a sentence for a person.
        refused: Vec<(Location, String)>,
    },
    /// Some conversations of an outline, in reading order.
    Found {
        /// The job.
        job: u32,
        /// The conversations.
        items: Vec<OutlineItem>,
        /// How each compares with the history, in the same order; empty if the server could not be asked.
        novelties: Vec<Novelty>,
    },
    /// The job is done, or was cancelled; what the report says was stored is stored.
    Committed {
        /// The job.
        job: u32,
        /// It was cancelled.
        cancelled: bool,
        /// What became of everything.
        report: ImportReport,
    },
    /// The job ended early, and why, as a sentence for a person.
    Failed {
        /// The job.
        job: u32,
        /// What happened, what was kept, what to do.
        message: String,
        /// What became of everything until then.
        report: ImportReport,
    },
}
