use crate::{Source, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where in the input of an import something is, as exactly as it is known.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Location {
    /// The file, as the person named it. Not safe as a path.
    pub file: String,
    /// The entry of an archive, if the file is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// The position in the list of conversations, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<u64>,
    /// The position among the lines, rows or messages, from 0, in a file whose conversations are put together of such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<u64>,
    /// The offset in bytes, of the inflated entry if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte: Option<u64>,
}

/// `export.zip › conversations.json, conversation 12, byte 34567`; positions count from 1 for people.
impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(entry) = &self.entry {
            write!(formatter, " › {entry}")?;
        }
        if let Some(element) = self.element {
            write!(formatter, ", conversation {}", element.saturating_add(1))?;
        }
        if let Some(piece) = self.piece {
            write!(formatter, ", piece {}", piece.saturating_add(1))?;
        }
        if let Some(byte) = self.byte {
            write!(formatter, ", byte {byte}")?;
        }
        Ok(())
    }
}

/// Something that an import could not take as it was, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Warning {
    /// Where.
    pub location: Location,
    /// What happened and what was kept, as a sentence for a person.
    pub message: String,
}

/// What an import found out about one conversation before it is stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OutlineItem {
    /// Where it was held.
    pub source: Source,
    /// Its id there.
    pub source_id: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When something was last said in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Messages in it, hidden ones included.
    pub messages: u32,
    /// Turns in it, all branches included.
    pub turns: u32,
    /// Leaves of its tree of turns: 1 for a straight conversation.
    pub branches: u32,
    /// Hash of the content, by [`content_hash`](crate::content_hash()): equal hashes mean nothing to do.
    pub content_hash: String,
}

/// How a conversation in an export compares with the history, before it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Novelty {
    /// Not in the history.
    New,
    /// In the history with other content.
    Changed,
    /// In the history with this content.
    Same,
}

/// What became of a conversation in an import.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImportStatus {
    /// Stored for the first time.
    Imported,
    /// It was there; what is new was added.
    Updated,
    /// It was there with the same content.
    Unchanged,
    /// Left out, for the reason given: nothing in it, or not chosen.
    Skipped,
    /// Could not be read or stored, for the reason given.
    Failed,
}

/// One conversation in the report of an import.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReportItem {
    /// Where it was held.
    pub source: Source,
    /// Its id there; empty if it could not be read so far.
    pub source_id: String,
    /// The conversation that it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// When it began.
    pub created: Option<Timestamp>,
    /// When something was last said in it.
    pub updated: Option<Timestamp>,
    /// Messages in it.
    pub messages: u32,
    /// Turns in it.
    pub turns: u32,
    /// Leaves of its tree of turns.
    pub branches: u32,
    /// What became of it.
    pub status: ImportStatus,
    /// Why, if it was skipped or failed.
    pub reason: Option<String>,
    /// Where it is in the files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Counts of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ImportTotals {
    /// Stored for the first time.
    pub imported: u32,
    /// Grown by what was new.
    pub updated: u32,
    /// Already there.
    pub unchanged: u32,
    /// Left out with a reason.
    pub skipped: u32,
    /// Not read or not stored, with a reason.
    pub failed: u32,
}

impl ImportTotals {
    /// Counts one conversation.
    pub fn count(&mut self, status: ImportStatus) {
        match status {
            ImportStatus::Imported => self.imported += 1,
            ImportStatus::Updated => self.updated += 1,
            ImportStatus::Unchanged => self.unchanged += 1,
            ImportStatus::Skipped => self.skipped += 1,
            ImportStatus::Failed => self.failed += 1,
        }
    }
}

/// What became of everything in an import.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Every conversation that was found, in reading order.
    pub conversations: Vec<ReportItem>,
    /// Counts of `conversations`.
    pub totals: ImportTotals,
    /// What could not be taken as it was.
    pub warnings: Vec<Warning>,
}

impl ImportReport {
    /// Adds one conversation and counts it.
    pub fn push(&mut self, item: ReportItem) {
        self.totals.count(item.status);
        self.conversations.push(item);
    }
}
