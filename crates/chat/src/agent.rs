//! Agents: whoever writes the answers.
//!
//! An [`Agent`] turns a question with its history into a stream of typed [`AgentEvent`]s. Dropping the stream cancels the answer and
//! closes the connection below it. One file for each implementation: [`open_ai`] for every server that speaks OpenAI's chat completions
//! (llama.cpp, LM Studio, vLLM, Ollama, OpenRouter, OpenAI, …) and [`recall`] for the built-in search in one's own history.
//!
//! **Invariant:** outside this module nobody knows a model server's protocol.

mod error;
pub mod open_ai;
pub mod recall;

pub use error::AgentError;

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
}

/// What an agent answers.
#[derive(Clone, PartialEq, Debug)]
pub struct AgentRequest {
    /// The turn that is being answered.
    pub turn_id: i64,
    /// The model, without the provider's name.
    pub model: String,
    /// Instructions.
    pub system_prompt: Option<String>,
    /// What was said so far, oldest first; the last is the user's new message. Roles are user and assistant, in turns.
    pub history: Vec<(Role, String)>,
}

impl AgentRequest {
    /// The message to be answered; empty if there is none.
    pub fn question(&self) -> &str {
        self.history.iter().rev().find(|(role, _)| *role == Role::User).map_or("", |(_, text)| text)
    }
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
