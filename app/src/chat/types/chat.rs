//! A conversation as it is shown, and the states of a chat.

use aios_model::{ConversationSummary, Rating, Timestamp, TurnStatus};
use serde::{Deserialize, Serialize};

/// A conversation that is open. It holds what the page shows, not all that is stored: the page's bytes are waited for.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OpenConversation {
    /// Its line in the list.
    pub summary: ConversationSummary,
    /// The instructions that the model is given.
    pub system_prompt: Option<String>,
    /// Instructions to choose from: number and name.
    pub presets: Vec<(i64, String)>,
    /// Those that it uses while it has none of its own.
    pub preset: Option<i64>,
    /// Turns of one branch, oldest first; a window of them.
    pub turns: Vec<OpenTurn>,
    /// Turns before the first of `turns`.
    pub earlier_turns: u32,
    /// Turns behind the last of them.
    pub later_turns: u32,
    /// They are on another branch than the active one.
    pub is_aside: bool,
}

/// Which turns of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Place {
    /// The last ones.
    #[default]
    End,
    /// Those around this one; the last ones if it is not there any more.
    Turn(i64),
    /// Those around the one of this number, from 1.
    Number(u32),
    /// Those right before this one.
    Before(i64),
    /// Those right behind it.
    After(i64),
}

/// A turn of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OpenTurn {
    /// Its id.
    pub id: i64,
    /// When it began.
    pub timestamp: Timestamp,
    /// The user's words, as markdown.
    pub user_message: String,
    /// What came with them.
    pub enclosures: Vec<Enclosure>,
    /// What the model thought first, as markdown.
    pub reasoning: String,
    /// What the answer did beside its words.
    pub steps: Vec<Step>,
    /// The answer, as markdown.
    pub assistant_message: String,
    /// The model that answered.
    pub model: Option<String>,
    /// How far it got.
    pub status: TurnStatus,
    /// What went wrong, as a sentence for a person.
    pub error: Option<String>,
    /// What its reader thought of it.
    pub rating: Option<Rating>,
    /// The turns that stand beside each other here, this one included, oldest first; empty if it is the only one.
    pub siblings: Vec<i64>,
}

/// Something that an answer did or stands on, beside its words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Step {
    /// It called a tool.
    ToolCall {
        /// The tool.
        name: String,
        /// The arguments.
        input: String,
    },
    /// The tool answered.
    ToolResult {
        /// The answer.
        output: String,
        /// It failed.
        error: bool,
    },
    /// Something to know of how it came about.
    Notice(String),
    /// A source that it leans on.
    Citation {
        /// Its title, else its address.
        title: String,
        /// The words quoted from it.
        text: String,
    },
    /// It wrote a document beside the conversation, or a new version of one.
    Artifact {
        /// Its title, else its language.
        title: String,
        /// What it is written in.
        language: Option<String>,
        /// Its text.
        text: String,
        /// Which version it is, from 1, and how many there are; none if earlier ones may not be at hand.
        version: Option<(u32, u32)>,
        /// There is no later version.
        is_latest: bool,
    },
    /// A picture or another file came with it.
    Enclosure(Enclosure),
    /// Something that this version cannot show, by its provider's name.
    Unsupported {
        /// The name.
        kind: String,
        /// Whatever text it had.
        text: String,
    },
}

/// A file or picture that came with a message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Enclosure {
    /// What it is called.
    pub name: String,
    /// The text that was taken from it.
    pub text: Option<String>,
    /// It is a picture.
    pub is_picture: bool,
    /// Its bytes, if they are here.
    pub file: Option<FileHere>,
}

/// The bytes of a file that are here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FileHere {
    /// Under which they are served.
    pub hash: String,
    /// A page can show them as a picture.
    pub is_picture: bool,
    /// How many.
    pub size: u64,
}

/// The connection to the server, as a person is told of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Connection {
    /// The first try is under way.
    #[default]
    Connecting,
    /// Messages go through.
    Open,
    /// Lost; it is tried again by itself.
    Lost,
    /// The server speaks another version than this page.
    Outdated,
}

/// How far a turn is, from the first key to the last word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Shown here, not yet acknowledged by the server.
    Sending,
    /// The server refused it, and why. Nothing was stored; the text is kept here.
    NotSent(String),
    /// Stored.
    Stored(TurnStatus),
}

impl Progress {
    /// The answer may still grow.
    pub fn is_running(&self) -> bool {
        matches!(self, Progress::Sending | Progress::Stored(TurnStatus::Streaming))
    }
}
