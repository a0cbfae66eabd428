//! Conversations as they are listed to be put in order.

use serde::{Deserialize, Serialize};

/// A page of such a list.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Shelf {
    /// The conversations.
    pub lines: Vec<ShelfLine>,
    /// Filters to choose from; none if there is nothing to choose.
    pub chips: Vec<Chip>,
    /// Names of the projects that there are.
    pub projects: Vec<String>,
    /// The address of the next page, if there is one.
    pub next: Option<String>,
}

/// A conversation, in words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ShelfLine {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it was held, and whatever else there is to say of it.
    pub about: String,
}

/// A filter.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Chip {
    /// What it is called, with how many it lets through.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// It holds now.
    pub is_on: bool,
}
