use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fields of a form, by their names.
pub type Fields = BTreeMap<String, String>;

/// What a page asks, or tells.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
pub enum Ask {
    /// What an address shows.
    Page {
        /// Its path.
        path: String,
        /// What is behind its question mark.
        #[serde(default)]
        query: Fields,
    },
    /// Turns that have the words, best first.
    Search {
        /// What was typed.
        query: String,
        /// At most so many.
        limit: u32,
    },
    /// A form of a page was sent.
    Change {
        /// Where the form leads.
        action: String,
        /// What is in it.
        fields: Fields,
        /// An id that no other change has.
        id: String,
    },
    /// What the import worker asks the server for, while there is none.
    Import {
        /// The path of the request.
        path: String,
        /// What is sent with it.
        body: String,
    },
    /// Which turns are to be kept here.
    Keep {
        /// Of conversations in which something was said in so many months; of all if nothing is said.
        months: Option<u32>,
    },
    /// The server may be there again, or have something new.
    Look,
}

/// The answer to an [`Ask`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// What is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// What the server would have answered, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// A change was made here and waits for the server.
    #[serde(default)]
    pub changed: bool,
    /// Why there is no answer, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A page, or a part of one. All of it is markup of ours with foreign text escaped.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Page {
    /// What the window is called, as text.
    pub title: String,
    /// The list of conversations, as HTML; empty where it was not asked for.
    pub side: String,
    /// The page, as HTML.
    pub main: String,
}

/// How it is with the copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct State {
    /// Conversations that are here.
    pub conversations: u32,
    /// Conversations whose turns are still to come.
    pub wanted: u32,
    /// Conversations whose turns are not here because there was no room for them.
    pub left_out: u32,
    /// Changes, and parts of imports, that wait for the server.
    pub waiting: u32,
    /// Of the changes that waited, how many were not made since the row had changed on the server, or was gone.
    pub not_made: u32,
    /// It is as the server was when it was last asked.
    pub is_whole: bool,
    /// The server did not answer when it was last asked.
    pub is_offline: bool,
    /// Bytes of the database.
    pub bytes: u64,
}
