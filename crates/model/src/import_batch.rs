//! An import as the history remembers it.

use crate::{ImportReport, ImportTotals, ReportItem, Timestamp, Warning};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// How far an import got.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BatchState {
    /// Nobody said that it ended: it is under way, or whoever ran it is gone. What it brought is here.
    Unfinished,
    /// It ran to its end.
    Finished,
    /// Its owner stopped it. What it had brought is here.
    Cancelled,
    /// Undoing it began and did not end. Undoing it again goes on.
    Undoing,
    /// What it brought is gone.
    Undone,
}

/// What went when an import was undone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Undone {
    /// Conversations that went as a whole.
    pub conversations: u32,
    /// Turns that went, those of whole conversations included.
    pub turns: u32,
    /// Conversations that stay without what the import brought to them: they were here before, or something was said in them since.
    pub kept: u32,
    /// Turns and descriptions of conversations that are again as they were before the import.
    pub restored: u32,
    /// Ratings that went.
    pub ratings: u32,
    /// Pictures and other files that went.
    pub files: u32,
}

/// `2 conversations, 4 turns went; 1 conversation stays with what was there before or was written since`.
impl fmt::Display for Undone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count: u32, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let went: Vec<String> = [
            (self.conversations, "conversation"),
            (self.turns, "turn"),
            (self.ratings, "rating"),
            (self.files, "file"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, one)| counted(count, one))
        .collect();
        match went.as_slice() {
            [] => formatter.write_str("nothing was left to go")?,
            went => write!(formatter, "{} went", went.join(", "))?,
        }
        match self.kept {
            0 => Ok(()),
            kept => write!(
                formatter,
                "; {} {} with what was there before or was written since",
                counted(kept, "conversation"),
                if kept == 1 { "stays" } else { "stay" }
            ),
        }
    }
}

/// One import.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ImportBatch {
    /// Its id, made by whoever began it.
    pub id: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; `None` if nobody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// How far it got.
    pub state: BatchState,
    /// Names of the files that it read, as the person named them.
    #[serde(default)]
    pub files: Vec<String>,
    /// What became of the conversations in the files. While it is unfinished: of those that were stored so far.
    pub totals: ImportTotals,
    /// Conversations here that it brought.
    pub conversations: u32,
    /// Turns here that it brought.
    pub turns: u32,
    /// Pictures and other files here that it brought.
    pub stored_files: u32,
    /// Its report can be had.
    pub has_report: bool,
    /// What went when it was undone; so far, if that did not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<Undone>,
}

impl ImportBatch {
    /// The most names that [`ImportBatch::names`] spells out.
    const NAMES: usize = 3;

    /// What it is listed with: `112 files: a.json, b.json, c.json, …`. The number comes first, as names may be too long for a line.
    pub fn names(&self) -> String {
        match self.files.len() {
            0 => "Files without a name".to_owned(),
            1..=Self::NAMES => self.files.join(", "),
            length => format!("{length} files: {}, …", self.files[..Self::NAMES].join(", ")),
        }
    }
}

/// Where to go on in the list of imports: the last one seen. The list runs from the latest to the oldest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BatchCursor {
    /// When it began.
    pub started: Timestamp,
    /// Its id, which orders those of the same moment.
    pub id: String,
}

/// One page of the list of imports.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct BatchPage {
    /// The imports, latest first.
    pub batches: Vec<ImportBatch>,
    /// Where the next page goes on; `None` at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<BatchCursor>,
}

/// Everything that is said about an import at its end: what is downloaded, and what `import --json` prints.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct FullReport {
    /// Every conversation that was found, in reading order.
    pub conversations: Vec<ReportItem>,
    /// Counts of `conversations`.
    pub totals: ImportTotals,
    /// What could not be taken as it was.
    pub warnings: Vec<Warning>,
    /// Files in which no conversation was found, and why.
    #[serde(default)]
    pub refused: Vec<Warning>,
    /// Fields and types that this version does not know, and how often: a new form of export shows here first.
    #[serde(default)]
    pub unknown: BTreeMap<String, u64>,
    /// What lies beside conversations in the files and is not imported.
    #[serde(default)]
    pub beside: Vec<Warning>,
}

impl From<ImportReport> for FullReport {
    fn from(report: ImportReport) -> FullReport {
        let ImportReport { conversations, totals, warnings } = report;
        FullReport { conversations, totals, warnings, ..FullReport::default() }
    }
}

/// A picture or another file of a conversation, whose bytes are here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoredFile {
    /// The reference of the part of a message that it belongs to.
    pub reference: String,
    /// SHA-256 of its bytes, as 64 lower-case hexadecimal digits: under it the bytes are served.
    pub hash: String,
    /// Its name in the export. Not safe as a path.
    pub name: String,
    /// What it is, by its first bytes; `application/octet-stream` for what is not shown in a page.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
}

#[cfg(test)]
mod tests {
    use super::Undone;

    #[test]
    fn what_went_is_told_as_a_sentence() {
        assert_eq!(Undone::default().to_string(), "nothing was left to go");
        let undone = Undone { conversations: 1, turns: 12, kept: 1, ..Undone::default() };
        assert_eq!(
            undone.to_string(),
            "1 conversation, 12 turns went; 1 conversation stays with what was there before or was written since"
        );
    }
}
