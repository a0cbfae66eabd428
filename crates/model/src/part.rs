use serde::{Deserialize, Serialize};

/// A piece of a message.
///
/// Nothing in an export is dropped silently: what has no better home becomes [`Part::Unsupported`] with whatever text it had.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    /// Text, as markdown.
    Text {
        /// The markdown.
        text: String,
    },
    /// What the model thought before it answered.
    Reasoning {
        /// The thinking, as markdown.
        text: String,
        /// The heading that the provider shows for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<String>,
    },
    /// Code that stands apart from text.
    Code {
        /// The language, if named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// The code.
        text: String,
    },
    /// The model asked for a tool.
    ToolCall {
        /// Ties it to its result.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The tool.
        name: String,
        /// The arguments, as the model wrote them (often JSON).
        input: String,
    },
    /// What the tool answered.
    ToolResult {
        /// Ties it to its call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The tool.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The answer, as text.
        output: String,
        /// It failed.
        #[serde(default, skip_serializing_if = "is_false")]
        error: bool,
    },
    /// A picture.
    Image {
        /// Its file name or pointer in the export. Never an address to load from. Under this reference its bytes are stored, if the export
        /// had them.
        reference: String,
        /// Its media type, if named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        media_type: Option<String>,
        /// What it shows, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
    /// A file that came with the message.
    Attachment {
        /// Its name, as given by the person. Not safe as a path.
        name: String,
        /// Its pointer in the export, if it has one. Under it its bytes are stored, if the export had them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        /// Its media type, if named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        media_type: Option<String>,
        /// Its size in bytes, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<u64>,
        /// The text that the provider took from it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// A source that the answer leans on.
    Citation {
        /// Its title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// Its address. Hostile until checked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// The words quoted from it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// A document that the model wrote beside the conversation (ChatGPT's canvas, Claude's artifact), whole, as it was after this message.
    Artifact {
        /// The same for all versions of one document; unique within the conversation.
        id: String,
        /// Its title, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// What it is written in: a programming or markup language in lower case, as after the fence of a code block (`markdown`, `html`, `python`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        /// Its text.
        text: String,
    },
    /// Something that this version has no form for.
    Unsupported {
        /// The provider's name for it.
        kind: String,
        /// Whatever text it had.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
}

impl Part {
    /// A text part.
    pub fn text(text: impl Into<String>) -> Part {
        Part::Text { text: text.into() }
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
