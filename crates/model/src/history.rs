use crate::{Message, Rating, Source, StoredFile, Timestamp};
use serde::{Deserialize, Serialize};

/// How far a turn got.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnStatus {
    /// The answer is being written.
    Streaming,
    /// The answer is whole.
    #[default]
    Complete,
    /// The person stopped it; what had come is kept.
    Stopped,
    /// The program ended in the middle; what had come is kept.
    Interrupted,
    /// The agent failed; what had come is kept.
    Failed,
}

impl TurnStatus {
    /// The word for it in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            TurnStatus::Streaming => "streaming",
            TurnStatus::Complete => "complete",
            TurnStatus::Stopped => "stopped",
            TurnStatus::Interrupted => "interrupted",
            TurnStatus::Failed => "failed",
        }
    }

    /// The status with that word.
    pub fn from_word(word: &str) -> Option<TurnStatus> {
        use TurnStatus::{Complete, Failed, Interrupted, Stopped, Streaming};
        [Streaming, Complete, Stopped, Interrupted, Failed].into_iter().find(|status| status.as_str() == word)
    }
}

/// A conversation as a line in a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// Its id here.
    pub session_id: String,
    /// Its name, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it was held.
    pub source: Source,
    /// When it began.
    pub started: Timestamp,
    /// When something was last said in it.
    pub last_updated: Timestamp,
    /// Turns in it, all branches included.
    pub turn_count: u32,
    /// Put away.
    #[serde(default)]
    pub archived: bool,
    /// Kept at the top.
    #[serde(default)]
    pub pinned: bool,
    /// The model of the latest answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The first words of its first question: at most 100 characters, one line.
    #[serde(default)]
    pub preview: String,
}

impl ConversationSummary {
    /// What to call it: its name, else its first words, else `None`.
    pub fn display_name(&self) -> Option<&str> {
        self.name
            .as_deref()
            .filter(|name| !name.trim().is_empty())
            .or_else(|| Some(self.preview.as_str()).filter(|preview| !preview.is_empty()))
    }
}

/// Where to go on in a list of conversations: the last line seen. Lists run from the latest to the oldest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ListCursor {
    /// Its `last_updated`.
    pub last_updated: Timestamp,
    /// Its `session_id`, which orders those of the same moment.
    pub session_id: String,
}

/// One page of a list of conversations.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct ConversationPage {
    /// The lines, latest first.
    pub conversations: Vec<ConversationSummary>,
    /// Where the next page goes on; `None` at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<ListCursor>,
}

/// A turn as it is stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoredTurn {
    /// Its id.
    pub id: i64,
    /// The turn before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<i64>,
    /// When it began.
    pub timestamp: Timestamp,
    /// The user's words, as markdown.
    pub user_message: String,
    /// The answer, as markdown.
    pub assistant_message: String,
    /// Tokens of the user's message, if counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_tokens: Option<u32>,
    /// Tokens of the answer, if counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistant_tokens: Option<u32>,
    /// The model that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How far it got.
    #[serde(default)]
    pub status: TurnStatus,
    /// Everything that was said in it (reasoning, tools, attachments, hidden messages); empty if the two texts say it all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Message>,
    /// Turns with the same parent, this one included, oldest first; empty if it is the only one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub siblings: Vec<i64>,
    /// What its reader thought of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
}

/// A conversation with turns of its active branch.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoredConversation {
    /// Its line in the list.
    pub summary: ConversationSummary,
    /// The instructions that the model is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// Turns of the active branch, oldest first; a window of them if a limit was asked for.
    pub turns: Vec<StoredTurn>,
    /// Turns on the active branch before the first of `turns`.
    pub earlier_turns: u32,
    /// The files of all its parts whose bytes are here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<StoredFile>,
}

/// A piece of a snippet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SnippetPart {
    /// The text, raw: whoever shows it escapes it.
    pub text: String,
    /// It is what was searched for.
    pub hit: bool,
}

/// A turn that a search found.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SearchHit {
    /// The conversation that it is in.
    pub conversation: ConversationSummary,
    /// The turn.
    pub turn_id: i64,
    /// When it was said.
    pub timestamp: Timestamp,
    /// The words around the hit, from either side of the turn.
    pub snippet: Vec<SnippetPart>,
}
