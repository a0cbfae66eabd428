//! Between the page and its worker, as JSON strings by `postMessage`.
//!
//! What was found and what became of it stays with the worker: a page that held the lines of a large export would pay for what nobody looks at.
//! It asks for the lines that are in sight, and is told numbers of the rest.
//!
//! [`Command::Outline`] is posted as an array `[json, File, File, …]`: files travel as handles, so no byte is copied. Every other message
//! is a JSON string alone. The enums are tagged from outside (`{"outline":{"job":1}}`): reading one that is tagged from inside
//! would cost the page a second decoder.

use aios_model::{ImportTotals, Source, Timestamp, Warning};
use serde::{Deserialize, Serialize};

/// From page to worker.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Read the files that come with this message and say what is in them. They are kept for [`Command::Commit`] under the number of the job;
    /// those of earlier jobs are forgotten.
    Outline {
        /// Chosen by the page; comes back in every event about it.
        job: u32,
        /// What to call the files, in their order: a file of a folder has its path below that folder. Without a name here it has its own.
        #[serde(default)]
        names: Vec<String>,
    },
    /// Say what stands in the lines that fit a filter, from one of them on. Answered by [`Event::Lines`].
    Show {
        /// The job.
        job: u32,
        /// Which lines.
        filter: Filter,
        /// The first one wanted, counted among those that fit, from 0.
        first: u32,
        /// How many.
        count: u32,
    },
    /// Choose lines to be stored, or not. Answered by [`Event::Lines`], as what was last shown.
    Choose {
        /// The job.
        job: u32,
        /// Which.
        choice: Choice,
    },
    /// Store what is chosen.
    Commit {
        /// The job of the outline.
        job: u32,
        /// The import that the batches belong to.
        import_id: String,
        /// Also write text files into `Feeds/`.
        feeds: bool,
    },
    /// Take away everything that an import brought. Answered by [`Event::Undone`].
    Undo {
        /// The job.
        job: u32,
        /// The import.
        import_id: String,
    },
    /// Stop what is being done for a job after the conversation at hand. What was stored stays.
    Cancel {
        /// The job.
        job: u32,
    },
}

/// Which lines to show. In the preview they stand as in the files, in the report problems come first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Filter {
    /// Words that are all in the title, in any case and order.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Only of this source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Only in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<LineState>,
}

/// A change to what is chosen. What cannot be stored is never chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// One line: its number, and whether it is to be stored.
    One(u32, bool),
    /// All that fit the filter.
    All,
    /// None that fits the filter.
    None,
    /// Of those that fit the filter, exactly those that are new.
    New,
}

/// What is to be said of a conversation: before the commit how it compares with the history, after it what became of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// It cannot be read, or could not be stored.
    Failed,
    /// Not in the history.
    New,
    /// In the history with other content.
    Changed,
    /// In the history with this content.
    Same,
    /// The server could not be asked whether it is in the history.
    Unknown,
    /// Nothing is in it.
    Empty,
    /// Left out.
    Skipped,
    /// It was in the history; what was new was added.
    Updated,
    /// Stored for the first time.
    Imported,
    /// It was in the history with this content.
    Unchanged,
}

/// A conversation, before the commit or after it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the job, the same before the commit and after it.
    pub number: u32,
    /// Where it was held.
    pub source: Source,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When something was last said in it, else when it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Turns in it, all branches included.
    pub turns: u32,
    /// What is to be said of it.
    pub state: LineState,
    /// It is to be stored; none if that cannot be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<bool>,
    /// The conversation that it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Why it was left out or failed, and where in the files it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How many conversations of a source are in a state.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Count {
    /// Where they were held.
    pub source: Source,
    /// What is to be said of them.
    pub state: LineState,
    /// How many.
    pub conversations: u32,
    /// Turns in them, all branches included.
    pub turns: u32,
}

/// How far a pass over the files is.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Reached {
    /// Bytes read of the files so far.
    pub bytes: u64,
    /// Bytes of the files.
    pub total_bytes: u64,
    /// Conversations read so far.
    pub conversations: u32,
    /// Pictures and other files that were stored so far.
    #[serde(default)]
    pub stored_files: u32,
    /// Bytes a second, smoothed; 0 until it can be told.
    #[serde(default)]
    pub rate: u64,
    /// Seconds that are left at that rate, if it can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u32>,
}

/// How a job ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With all that was to be done.
    Done,
    /// It was cancelled.
    Cancelled,
    /// Early: what happened, what was kept, what to do, as a sentence for a person.
    Failed(String),
}

/// What is in the files of a job.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Outlined {
    /// Conversations by source and state.
    pub counts: Vec<Count>,
    /// Names of databases of AI OS among the files. What is in them is seen when they are stored.
    #[serde(default)]
    pub databases: Vec<String>,
    /// What could not be taken as it is.
    pub warnings: Vec<Warning>,
    /// Files in which no conversation was found, and why.
    pub refused: Vec<Warning>,
}

/// Some lines of a job.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Window {
    /// The first of them, counted among those that fit the filter, from 0.
    pub first: u32,
    /// How many fit the filter.
    pub matching: u32,
    /// How many are chosen, whether they fit or not.
    pub chosen: u32,
    /// The lines.
    pub lines: Vec<Line>,
}

/// What became of everything. What the numbers say was stored is stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Committed {
    /// How it ended.
    pub ending: Ending,
    /// Counts of the report.
    pub totals: ImportTotals,
    /// Pictures and other files that were stored.
    #[serde(default)]
    pub stored_files: u32,
    /// What could not be taken as it was.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Fields and types that this version does not know, and how often each was seen: a new form of export shows here first.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// The address of the whole report as a JSON file, as long as the worker lives; empty if there is none.
    #[serde(default)]
    pub report: String,
}

impl Committed {
    /// A job that ended before anything was stored, and why.
    pub fn failed(problem: String) -> Committed {
        Committed {
            ending: Ending::Failed(problem),
            totals: ImportTotals::default(),
            stored_files: 0,
            warnings: Vec::new(),
            unknown: Vec::new(),
            report: String::new(),
        }
    }
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
        /// How far.
        reached: Reached,
    },
    /// The files were read for the first time.
    Outlined {
        /// The job.
        job: u32,
        /// What is in them.
        outlined: Outlined,
    },
    /// The lines that were asked for.
    Lines {
        /// The job.
        job: u32,
        /// The lines.
        window: Window,
    },
    /// An import was undone, or could not be.
    Undone {
        /// The job.
        job: u32,
        /// It is undone.
        done: bool,
        /// What went or what was in the way, as a sentence for a person.
        message: String,
    },
    /// A commit is over.
    Committed {
        /// The job.
        job: u32,
        /// What became of everything.
        committed: Committed,
    },
}
