use crate::{Part, Timestamp};
use serde::{Deserialize, Serialize};

/// One message: who said what, when, in answer to which other message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its id, unique within the conversation.
    pub id: String,
    /// The message it follows. `None` for a root; a conversation may have several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Who said it.
    pub role: Role,
    /// When it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The model that said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Kept but not shown: the provider hid it as well.
    #[serde(default, skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// What it is made of, in order.
    pub parts: Vec<Part>,
    /// What its reader thought of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// What its reader said about the rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Feedback>,
}

/// Words that go with a [`Rating`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Feedback {
    /// Why: the provider's tags, separated by `, `.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// In the reader's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Message {
    /// A visible message of one text part.
    pub fn text(id: impl Into<String>, parent: Option<&str>, role: Role, text: impl Into<String>) -> Message {
        Message {
            id: id.into(),
            parent: parent.map(str::to_owned),
            role,
            created: None,
            model: None,
            hidden: false,
            parts: vec![Part::text(text)],
            rating: None,
            feedback: None,
        }
    }
}

/// Who said a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
    /// Instructions to the model.
    System,
    /// A tool answering the model.
    Tool,
}

/// A thumb.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rating {
    /// Good.
    Up,
    /// Bad.
    Down,
}

fn is_false(value: &bool) -> bool {
    !value
}
