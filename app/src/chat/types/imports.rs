//! Imports as they are listed.

use aios_model::Timestamp;
use serde::{Deserialize, Serialize};

/// A page of imports, latest first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ImportList {
    /// The imports.
    pub lines: Vec<ImportLine>,
    /// The address of the next page, if there is one.
    pub next: Option<String>,
}

/// An import, in words: the page shows it and does nothing with it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ImportLine {
    /// Its id.
    pub id: String,
    /// When it began.
    pub started: Timestamp,
    /// Names of its files, as many as a line holds.
    pub names: String,
    /// How far it got, as a word for the style sheet.
    pub state: String,
    /// How far it got, as a sentence.
    pub state_words: String,
    /// What became of the conversations in it.
    pub outcome: String,
    /// Its report can be had.
    pub has_report: bool,
    /// There is something to undo.
    pub can_be_undone: bool,
}
