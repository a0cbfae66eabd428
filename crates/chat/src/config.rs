use crate::agent::Protocol;
use aios_protocol::agents::DatabaseMode;
use std::{fmt, path::PathBuf, time::Duration};

/// What a [`Chat`](crate::Chat) is opened with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The folder that holds the databases (`personal.db`, `demo.db`). Made if it does not exist.
    pub data: PathBuf,
    /// The history that everybody has to use; if not said, whoever asks may choose.
    pub mode: Option<DatabaseMode>,
    /// Where text files of imported conversations go; `Feeds` inside [`data`](Self::data) if not said.
    pub feeds: Option<PathBuf>,
    /// The model servers that may be asked. Only this list says which addresses are called; no client can add to it.
    pub providers: Vec<ProviderConfig>,
    /// The model that answers when a message names none: `recall` or `<provider>/<model>`. If not said, the first model of the first
    /// provider that has one, else Recall.
    pub default_model: Option<String>,
    /// The instructions for conversations that have none of their own.
    pub system_prompt: Option<String>,
    /// New conversations are named by the model that answered first. Otherwise they are called by their first words.
    pub name_conversations: bool,
}

/// A model server.
#[derive(Clone, Debug, Default)]
pub struct ProviderConfig {
    /// The first half of its models' ids: 1 to 32 of `a-z`, `0-9`, `-`, `_` and `.`, unique, and not `recall`.
    pub name: String,
    /// Where its API is, up to and including the version: `http://127.0.0.1:8091/v1`, or for Ollama and AI OS without one.
    pub base_url: String,
    /// Sent as a bearer token, if it needs one.
    pub api_key: Option<Secret>,
    /// The models to offer. If empty, the server is asked for its own list.
    pub models: Vec<String>,
    /// What it speaks.
    pub protocol: Protocol,
    /// How long it may say nothing before it is given up; 120 seconds if not said.
    pub patience: Option<Duration>,
    /// It was looked for, not configured: that it is not there is not worth a word, and it is not waited for.
    pub found: bool,
}

/// A value that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `value` from being printed.
    pub fn new(value: impl Into<String>) -> Secret {
        Secret(value.into())
    }

    /// The value, for the one place that has to send it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Secret {
        Secret(value)
    }
}
