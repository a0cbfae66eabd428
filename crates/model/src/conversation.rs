use crate::{Message, Source, Timestamp};
use serde::{Deserialize, Serialize};

/// One conversation with everything that is known about it, independent of where it came from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Conversation {
    /// Where it was held.
    pub source: Source,
    /// Its id there. With [`source`](Self::source) it is the key under which importing twice is importing once.
    pub source_id: String,
    /// The title, if it has one. Never derived: showing something for an untitled conversation is the reader's business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When something was last said in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The project or folder it was filed under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The model that it was held with, where one is named for the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The instructions that the model was given, custom instructions included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// What its provider noted down about it, for the model rather than for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Put away by its owner.
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
    /// Marked by its owner.
    #[serde(default, skip_serializing_if = "is_false")]
    pub starred: bool,
    /// The messages, as a tree by [`Message::parent`]. Order among siblings is their order here.
    pub messages: Vec<Message>,
    /// The id of the message at the end of the branch that its owner saw last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_leaf: Option<String>,
}

impl Conversation {
    /// An empty conversation.
    pub fn new(source: Source, source_id: impl Into<String>) -> Conversation {
        Conversation {
            source,
            source_id: source_id.into(),
            title: None,
            created: None,
            updated: None,
            project: None,
            model: None,
            system_prompt: None,
            summary: None,
            archived: false,
            starred: false,
            messages: Vec::new(),
            active_leaf: None,
        }
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
