//! Agents: whoever writes the answers.
//!
//! An [`Agent`] turns a question with its history into a stream of typed [`AgentEvent`]s. Dropping the stream cancels the answer and
//! closes the connection below it. There are two: [`ModelServer`] for every server that speaks one of the dialects of [`Protocol`], each of
//! which is a file, and [`recall`] for the built-in search in one's own history. [`tools`] lets models search it as well.
//!
//! **Invariant:** outside this module nobody knows a model server's protocol.

mod ai_os;
mod anthropic;
mod connection;
mod dialect;
mod error;
mod event_source;
mod framing;
mod gemini;
mod ollama;
mod open_ai;
mod reading;
pub mod recall;
mod server;
pub mod tools;

pub use self::{dialect::Protocol, error::AgentError, server::ModelServer};

use aios_model::Role;
use aios_protocol::agents::AgentModel;
use futures::{future::BoxFuture, stream::BoxStream};

/// Writes answers.
pub trait Agent: Send + Sync {
    /// The models that it can answer with. May take as long as its server takes: callers bound it.
    ///
    /// # Errors
    /// [`AgentError`] if its server cannot be asked.
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>>;

    /// Begins an answer. The stream ends with exactly one [`AgentEvent::End`] or [`AgentEvent::Error`]; one that ends without either was cut
    /// off. Dropping it cancels the answer.
    fn answer(&self, request: AgentRequest) -> BoxStream<'static, AgentEvent>;

    /// A model takes pictures.
    fn takes_pictures(&self, _model: &str) -> bool {
        false
    }

    /// Its models may be given tools.
    fn takes_tools(&self) -> bool {
        false
    }
}

/// What an agent answers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AgentRequest {
    /// The turn that is being answered.
    pub turn_id: i64,
    /// The model, without the provider's name.
    pub model: String,
    /// Instructions.
    pub system_prompt: Option<String>,
    /// What was said so far, oldest first; the last is the user's new message. Roles are user and assistant, in turns.
    pub history: Vec<(Role, String)>,
    /// Turns of the conversation that are not in the history, because there are too many.
    pub left_out: u32,
    /// What the conversation was about so far, if somebody summarised it; told when turns are left out.
    pub summary: Option<String>,
    /// Pictures that were sent with messages of the history; only for models that take them.
    pub pictures: Vec<Picture>,
    /// What the model may call.
    pub tools: Vec<Tool>,
    /// What it has called so far for this answer, and what came of it.
    pub rounds: Vec<ToolRound>,
}

/// A picture that was sent with a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// The message: its place in the history.
    pub message: usize,
    /// Such as `image/png`.
    pub media_type: String,
    /// SHA-256 of its bytes, under which they lie in the data folder.
    pub hash: String,
    /// Its bytes, in base64; empty until they are read.
    pub base64: String,
}

/// Something that a model may call.
#[derive(Clone, PartialEq, Debug)]
pub struct Tool {
    /// What the model calls it.
    pub name: &'static str,
    /// What it is good for, as the model is told.
    pub description: &'static str,
    /// A JSON schema of its arguments.
    pub parameters: serde_json::Value,
}

/// A call of a tool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToolCall {
    /// Ties it to its result.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The arguments, as the model wrote them: JSON, if it kept to the schema.
    pub input: String,
}

/// What came of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToolResult {
    /// It failed.
    pub error: bool,
    /// What the model is told.
    pub output: String,
}

/// What a model said and called before it went on, and what came of each call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ToolRound {
    /// What it said.
    pub text: String,
    /// What it called.
    pub calls: Vec<ToolCall>,
    /// What came of each.
    pub results: Vec<ToolResult>,
}

impl AgentRequest {
    /// The message to be answered; empty if there is none.
    pub fn question(&self) -> &str {
        self.history.iter().rev().find(|(role, _)| *role == Role::User).map_or("", |(_, text)| text)
    }

    fn pictures_of(&self, message: usize) -> impl Iterator<Item = &Picture> {
        self.pictures.iter().filter(move |picture| picture.message == message)
    }

    /// Tokens of all of it, by [`estimate`].
    pub fn estimated_tokens(&self) -> usize {
        let system = self.system_prompt.iter();
        let rounds = self.rounds.iter().flat_map(|round| round.results.iter().map(|result| &result.output));
        system.chain(self.history.iter().map(|(_, text)| text)).chain(rounds).map(|text| estimate(text)).sum::<usize>()
            + self.pictures.len() * TOKENS_OF_A_PICTURE
    }
}

/// About what a picture of usual size costs with the large providers.
const TOKENS_OF_A_PICTURE: usize = 1000;

/// About how many tokens a text has: four bytes each of ASCII, two characters of other alphabets, one of Chinese, Japanese and Korean, and four
/// for the frame of a message. Errs towards too many.
pub fn estimate(text: &str) -> usize {
    let twelfths: usize = text
        .chars()
        .map(|character| match character {
            '\0'..='\u{7f}' => 3,
            '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'.. => 12,
            _ => 6,
        })
        .sum();
    twelfths.div_ceil(12) + 4
}

/// A piece of an answer, as an agent gives it.
#[derive(Clone, PartialEq, Debug)]
pub enum AgentEvent {
    /// More of the text.
    Text(String),
    /// More of the thinking before the text.
    Reasoning(String),
    /// A tool was called.
    ToolCall {
        /// Ties it to its result.
        id: String,
        /// The tool.
        name: String,
        /// The arguments, as the model wrote them.
        input: String,
    },
    /// A tool answered.
    ToolResult {
        /// Ties it to its call.
        id: String,
        /// It failed.
        error: bool,
        /// The answer.
        output: String,
    },
    /// Something that the reader of the answer should know of how it was made, as a sentence. Not part of the answer.
    Notice(String),
    /// Tokens, as the provider counts them; a later event replaces an earlier one.
    Usage {
        /// Of what the model was given.
        input_tokens: Option<u32>,
        /// Of what it wrote.
        output_tokens: Option<u32>,
    },
    /// The answer is whole.
    End(FinishReason),
    /// The answer failed; what came before it stands.
    Error(AgentError),
}

/// Why an answer ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FinishReason {
    /// The model had said everything.
    Stop,
    /// It reached its limit of tokens.
    Length,
    /// The provider withheld the rest.
    Filtered,
    /// Something else, in the provider's words.
    Other(String),
}
