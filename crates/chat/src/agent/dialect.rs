//! The dialects that model servers speak: what each has of its own. Everything that they share is in [`server`](super::server).

use super::{AgentEvent, AgentRequest, FinishReason, ai_os, anthropic, framing::Framing, gemini, ollama, open_ai};
use serde::Deserialize;
use serde_json::Value;

/// Which protocol a model server speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// OpenAI's chat completions, as many servers speak it; the address ends with the version (`/v1`).
    #[default]
    OpenAi,
    /// Ollama's own.
    Ollama,
    /// Anthropic's messages; the address ends with the version (`/v1`).
    Anthropic,
    /// Google's Gemini; the address ends with the version (`/v1beta`).
    Gemini,
    /// The agent service of an AI OS.
    AiOs,
}

impl Protocol {
    pub(super) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Protocol::OpenAi => &open_ai::OpenAi,
            Protocol::Ollama => &ollama::Ollama,
            Protocol::Anthropic => &anthropic::Anthropic,
            Protocol::Gemini => &gemini::Gemini,
            Protocol::AiOs => &ai_os::AiOs,
        }
    }
}

/// What a dialect has of its own.
pub(super) trait Dialect: Send + Sync {
    /// How it cuts an answer.
    fn framing(&self) -> Framing;

    /// The header that a key goes into, and what stands before the key.
    fn key_header(&self) -> (&'static str, &'static str) {
        ("authorization", "Bearer ")
    }

    /// Headers that each request needs.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Where its models are listed, below the address.
    fn models_path(&self) -> &'static str;

    /// Reads that list; `None` if it is none.
    fn models(&self, body: &[u8]) -> Option<Vec<Listed>>;

    /// Where more is told about one model, and what to ask there.
    fn description(&self, _model: &str) -> Option<(&'static str, Value)> {
        None
    }

    /// Reads what was told about a model.
    fn describe(&self, _body: &[u8], _model: &mut Listed) {}

    /// Its models may be given tools.
    fn takes_tools(&self) -> bool {
        false
    }

    /// Where to ask for an answer, below the address, and with what body.
    fn question(&self, request: &AgentRequest) -> (String, Value);

    /// Reads the frames of one answer.
    fn reader(&self) -> Box<dyn Reader>;
}

/// Reads the frames of one answer.
pub(super) trait Reader: Send {
    /// Takes a frame and appends what it says. Says why the answer ended, if it did: nothing is read after that.
    ///
    /// # Errors
    /// What is wrong with the frame, or what the server says is wrong.
    fn frame(&mut self, frame: &str, events: &mut Vec<AgentEvent>) -> Result<Option<FinishReason>, Fault>;

    /// The body has ended: why the answer did, if the model had said so. Without it, it was cut.
    fn finish(&mut self, events: &mut Vec<AgentEvent>) -> Option<FinishReason>;
}

/// Why an answer cannot go on.
pub(super) enum Fault {
    /// The server does not keep to the protocol; how, in our words.
    Malformed(&'static str),
    /// The server says what is wrong.
    Said(Failure),
}

/// A model in a list.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Listed {
    /// As the server calls it.
    pub(super) id: String,
    /// What people call it, if that differs.
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    /// Tokens that it can take.
    pub(super) context_length: Option<u32>,
    /// It takes pictures, if the server says.
    pub(super) takes_pictures: Option<bool>,
}

/// What a server says of a failure, in the shapes of all dialects.
#[derive(Debug, Default)]
pub(super) struct Failure {
    pub(super) message: Option<String>,
    /// Words by which kinds are told apart.
    pub(super) kind: String,
    /// An HTTP status, if it says one in the body.
    pub(super) status: Option<u16>,
}

impl Failure {
    /// Reads `{"error": …}` of all dialects, or `{"detail": …}`; `None` if it is neither.
    pub(super) fn read(body: &Value) -> Option<Failure> {
        // Gemini sends a list of one.
        let body = body.get(0).unwrap_or(body);
        let error = body.get("error").filter(|error| !error.is_null()).or_else(|| body.get("detail"))?;
        if let Some(sentence) = error.as_str() {
            return Some(Failure { message: Some(sentence.to_owned()), ..Failure::default() });
        }
        let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        Some(Failure {
            message: error.get("message").and_then(Value::as_str).map(str::to_owned),
            // OpenAI and Anthropic say `type`, OpenAI `code` as a word, Gemini `status`.
            kind: [word("type"), word("code"), word("status")].join(" "),
            // llama.cpp, OpenRouter and Gemini.
            status: error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok()),
        })
    }
}

/// A number of tokens in JSON.
pub(super) fn tokens(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|count| u32::try_from(count).ok())
}

/// Text in JSON, if it says anything.
pub(super) fn said(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The reason in the provider's words, fit to be shown.
pub(super) fn other(reason: &str) -> FinishReason {
    FinishReason::Other(reason.chars().take(40).collect())
}
