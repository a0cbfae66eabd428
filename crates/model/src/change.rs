//! The history as rows, for copies of it elsewhere: what a copy is filled with, what has changed since, and what was changed in the copy.
//!
//! Numbers of conversations and turns are those of the history itself, so a copy holds the same rows. Times are milliseconds since 1970 in UTC.

use serde::{Deserialize, Serialize};

/// A conversation without its turns.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedConversation {
    /// Its number.
    pub id: i64,
    /// Its id.
    pub session_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it began.
    pub started: i64,
    /// When something was last said in it.
    pub last_updated: i64,
    /// Put away.
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
    /// Kept at the top.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pinned: bool,
    /// Turns in it, all branches included.
    pub turn_count: u32,
    /// Where it was held.
    pub source: String,
    /// The model of the latest answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The first words of the first question.
    #[serde(default)]
    pub preview: String,
    /// The last turn of the branch that is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_turn: Option<i64>,
    /// The project that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The instructions that the model is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
}

/// A turn with its rating.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedTurn {
    /// Its number.
    pub id: i64,
    /// The number of its conversation.
    pub conversation: i64,
    /// The turn before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<i64>,
    /// Turns before it on its branch.
    pub index: u32,
    /// When it began.
    pub timestamp: i64,
    /// `streaming`, `complete`, `stopped`, `interrupted` or `failed`.
    pub status: String,
    /// The model that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Tokens of the question, if counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_tokens: Option<u32>,
    /// Tokens of the answer, if counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistant_tokens: Option<u32>,
    /// The question, as markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_message: String,
    /// The answer, as markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub assistant_message: String,
    /// The ids of its messages at the source, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_message_ids: Option<String>,
    /// What its messages are beyond the two texts, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<String>,
    /// What its reader thought of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<GivenRating>,
}

/// What a reader thought of an answer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenRating {
    /// `up` or `down`.
    pub rating: String,
    /// Why, as a tag or a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// More words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When.
    pub rated_at: i64,
}

/// The rating of a turn, if it has one now.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedRating {
    /// The number of the turn.
    pub turn: i64,
    /// The rating; nothing if it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<GivenRating>,
}

/// All files of a conversation.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedFiles {
    /// The number of the conversation.
    pub conversation: i64,
    /// The files, in the order of their references.
    pub files: Vec<ChangedFile>,
}

/// A file of a conversation, without its bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedFile {
    /// The reference of the part of a message that it belongs to.
    pub reference: String,
    /// SHA-256 of its bytes: under it they are served.
    pub hash: String,
    /// Its name in the export.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
}

/// What has changed: rows as they are now, and the numbers of those that are gone.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePage {
    /// Which history this is: it stays the same as long as its database, or a backup of it, is used.
    #[serde(default)]
    pub history: String,
    /// Where the next page goes on: `after`.
    pub cursor: String,
    /// There is nothing more at this moment.
    pub is_end: bool,
    /// Conversations that are new or changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conversations: Vec<ChangedConversation>,
    /// Turns that are new or changed. Their conversations may stand in a later page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<ChangedTurn>,
    /// Ratings that are new, changed or taken back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<ChangedRating>,
    /// Files of conversations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ChangedFiles>,
    /// Conversations that were deleted, with everything in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone_conversations: Vec<i64>,
    /// Turns that were deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone_turns: Vec<i64>,
}

/// Conversations without their turns, those begun last first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConversationRows {
    /// The conversations.
    pub conversations: Vec<ChangedConversation>,
    /// Where the next page goes on: `before`. Nothing at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// Turns of conversations that were asked for, in the order in which these were named.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TurnRows {
    /// The turns, in the order of their numbers within a conversation.
    pub turns: Vec<ChangedTurn>,
    /// Files of the conversations that are whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ChangedFiles>,
    /// How many of the named conversations are whole with this page; one that is not there any more counts.
    pub whole: u32,
    /// Turns of the first one that is not whole go on behind this: `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
}

/// A change that was made to a copy while the history could not be reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingChange {
    /// Its own id: however often it is sent, it is made once. At most 64 characters.
    pub id: String,
    /// What was changed.
    pub change: Intent,
}

/// What was changed, and what it was before: it is made only where the history still says the same, so nobody's later change is lost.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Intent {
    /// A conversation got a name; an empty one takes it away.
    Rename {
        /// Which.
        session_id: String,
        /// What it was called.
        before: Option<String>,
        /// What it is to be called.
        name: String,
    },
    /// A conversation was put away or brought back.
    Archive {
        /// Which.
        session_id: String,
        /// Put away.
        archived: bool,
    },
    /// A turn was rated, or its rating taken back.
    Rate {
        /// Which.
        turn: i64,
        /// `up` or `down` as it was.
        before: Option<String>,
        /// `up` or `down` as it is to be.
        rating: Option<String>,
    },
}

/// What became of a change that had waited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Replayed {
    /// It is made, now or when it was first sent.
    Made,
    /// It was changed otherwise in the meantime, and stays so.
    Kept,
    /// What it was about is gone.
    Gone,
    /// It is no change that can be made.
    Refused,
}

fn is_false(value: &bool) -> bool {
    !value
}
