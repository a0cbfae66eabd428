//! The JSON of OpenAI's chat completions, as the many servers that speak it really write it: everything optional, nulls anywhere.

use serde::{Deserialize, Serialize};

/// The body of `POST …/chat/completions`.
#[derive(Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) messages: Vec<RequestMessage<'a>>,
    pub(super) stream: bool,
    pub(super) stream_options: StreamOptions,
}

#[derive(Serialize)]
pub(super) struct RequestMessage<'a> {
    pub(super) role: &'static str,
    pub(super) content: &'a str,
}

#[derive(Serialize)]
pub(super) struct StreamOptions {
    pub(super) include_usage: bool,
}

/// One event of the stream.
#[derive(Deserialize)]
pub(super) struct Chunk {
    #[serde(default)]
    pub(super) choices: Option<Vec<Choice>>,
    #[serde(default)]
    pub(super) usage: Option<Usage>,
    #[serde(default)]
    pub(super) error: Option<ErrorBody>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) delta: Option<Delta>,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Delta {
    #[serde(default)]
    pub(super) content: Option<Content>,
    /// DeepSeek, llama.cpp, vLLM.
    #[serde(default)]
    pub(super) reasoning_content: Option<String>,
    /// OpenRouter, Ollama, Groq.
    #[serde(default)]
    pub(super) reasoning: Option<String>,
    #[serde(default)]
    pub(super) tool_calls: Option<Vec<ToolCallDelta>>,
}

/// A string nearly everywhere; Mistral's reasoning models send typed pieces.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Pieces(Vec<ContentPiece>),
}

#[derive(Deserialize)]
pub(super) struct ContentPiece {
    #[serde(default)]
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) thinking: Option<Vec<ContentPiece>>,
}

#[derive(Deserialize)]
pub(super) struct ToolCallDelta {
    #[serde(default)]
    pub(super) index: Option<usize>,
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) function: Option<FunctionDelta>,
}

#[derive(Deserialize)]
pub(super) struct FunctionDelta {
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) arguments: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Usage {
    #[serde(default)]
    pub(super) prompt_tokens: Option<u32>,
    #[serde(default)]
    pub(super) completion_tokens: Option<u32>,
}

/// The body of an answer that is an error.
#[derive(Deserialize)]
pub(super) struct Failure {
    pub(super) error: ErrorBody,
}

/// OpenAI sends an object; small servers often just a sentence.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum ErrorBody {
    Details(ErrorDetails),
    Sentence(String),
}

#[derive(Deserialize)]
pub(super) struct ErrorDetails {
    #[serde(default)]
    pub(super) message: Option<String>,
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
    /// A word at OpenAI, the HTTP status as a number at llama.cpp and OpenRouter.
    #[serde(default)]
    pub(super) code: Option<Code>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Code {
    Number(u16),
    Word(String),
}

impl From<ErrorBody> for ErrorDetails {
    fn from(body: ErrorBody) -> ErrorDetails {
        match body {
            ErrorBody::Details(details) => details,
            ErrorBody::Sentence(message) => ErrorDetails { message: Some(message), kind: None, code: None },
        }
    }
}

/// The body of `GET …/models`.
#[derive(Deserialize)]
pub(super) struct Models {
    pub(super) data: Vec<Model>,
}

#[derive(Deserialize)]
pub(super) struct Model {
    pub(super) id: String,
    /// OpenRouter and Groq say how much a model can take, under different names.
    #[serde(default, alias = "context_window")]
    pub(super) context_length: Option<u32>,
}
