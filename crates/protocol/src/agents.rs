//! Who can answer, and which history is open.

use serde::{Deserialize, Serialize};

/// A model that can answer, as a line in the selector.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentModel {
    /// What [`ClientMessage::Send`](crate::socket::ClientMessage::Send) calls it: `recall`, or `<provider>/<model>`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Who runs it: `recall`, `openai`, `ollama`, …
    pub provider: String,
    /// One line about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tokens that it can take, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u32>,
}

/// The models that can answer now.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AgentModels {
    /// The models; the built-in Recall is always among them.
    pub models: Vec<AgentModel>,
    /// The id of the one that answers when nothing else is asked for.
    pub current: String,
    /// Why a configured provider offers nothing, each as a sentence for a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// The cookie that says, for as long as the browser is open, which history its pages show: `demo`, or anything else for the person's own.
pub const MODE_COOKIE: &str = "aios_mode";

/// Which history is open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseMode {
    /// The person's own.
    #[default]
    Personal,
    /// Made-up conversations to try things on; no model is asked.
    Demo,
}
