use std::time::Duration;

/// Why an agent gave no answer, or not all of it. `Display` is one sentence for the person who waits for the answer.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum AgentError {
    /// The server wants a key and none is configured.
    #[error("{provider} asks for an API key and none is configured: set one and send the message again.")]
    NoKey {
        /// The provider's configured name.
        provider: String,
    },
    /// The server refuses the key.
    #[error("{provider} does not accept the configured API key: check the key and what it is allowed to do.")]
    Unauthorized {
        /// The provider's configured name.
        provider: String,
    },
    /// Too many requests, or the quota is used up.
    #[error("{provider} takes no more requests at the moment{}.", wait(*retry_after))]
    RateLimited {
        /// The provider's configured name.
        provider: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server has a fault of its own.
    #[error("{provider} has a problem of its own (HTTP {status}): try again in a moment.")]
    Unavailable {
        /// The provider's configured name.
        provider: String,
        /// The HTTP status.
        status: u16,
    },
    /// The server refuses the request for another reason.
    #[error("{provider} refused the request (HTTP {status}): {message}")]
    Rejected {
        /// The provider's configured name.
        provider: String,
        /// The HTTP status; 200 if the refusal came in the middle of the stream.
        status: u16,
        /// What the server said: one line, at most 300 characters.
        message: String,
    },
    /// The conversation is longer than the model can take.
    #[error(
        "This conversation is longer than {model} can take: start a new one, or choose a model with a larger context."
    )]
    ContextTooLong {
        /// The model.
        model: String,
    },
    /// The server does not have the model.
    #[error("{provider} has no model called {model}: choose another one.")]
    NoSuchModel {
        /// The provider's configured name.
        provider: String,
        /// The model.
        model: String,
    },
    /// Nothing listens at the address.
    #[error("Nothing answers at {address} ({provider}): is the model server running?")]
    ConnectionRefused {
        /// The provider's configured name.
        provider: String,
        /// Host and port.
        address: String,
    },
    /// The address cannot be reached: no such host, no route, no TLS.
    #[error("{provider} cannot be reached at {address}: check the network and the address.")]
    Unreachable {
        /// The provider's configured name.
        provider: String,
        /// Host and port.
        address: String,
    },
    /// Nothing came for too long.
    #[error("{provider} has said nothing for {} seconds and was given up; what had arrived is kept. Try again, or choose a faster model.", after.as_secs().max(1))]
    TimedOut {
        /// The provider's configured name.
        provider: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The connection ended before the answer did.
    #[error("The connection to {provider} ended in the middle of the answer; what had arrived is kept. Try again.")]
    CutOff {
        /// The provider's configured name.
        provider: String,
    },
    /// The server sent what its protocol does not allow.
    #[error(
        "{provider} sent something that is not part of the protocol ({detail}); what had arrived before is kept. Try again, or choose another model."
    )]
    Malformed {
        /// The provider's configured name.
        provider: String,
        /// What was wrong, without the server's own words.
        detail: String,
    },
    /// The answer is longer than this program keeps.
    #[error("The answer grew beyond {limit} MB and was ended; what had arrived is kept.")]
    TooLong {
        /// The limit, in megabytes.
        limit: usize,
    },
    /// The model called tools until the end, also when it had none any more.
    #[error(
        "The model only went on searching and gave no answer: ask again without the search, or choose another model."
    )]
    OnlySearched,
    /// The own history could not be searched.
    #[error("The history could not be searched: {message}")]
    History {
        /// Why.
        message: String,
    },
    /// A provider's configuration is wrong.
    #[error("The provider {provider} is not configured properly: {message}.")]
    Misconfigured {
        /// The provider's configured name.
        provider: String,
        /// What is wrong.
        message: String,
    },
}

impl AgentError {
    /// The same request may do better in a while, with nothing changed: a retry is worth offering.
    pub fn may_pass(&self) -> bool {
        match self {
            AgentError::RateLimited { .. }
            | AgentError::Unavailable { .. }
            | AgentError::ConnectionRefused { .. }
            | AgentError::Unreachable { .. }
            | AgentError::TimedOut { .. }
            | AgentError::CutOff { .. }
            | AgentError::Malformed { .. }
            | AgentError::History { .. } => true,
            AgentError::NoKey { .. }
            | AgentError::Unauthorized { .. }
            | AgentError::Rejected { .. }
            | AgentError::ContextTooLong { .. }
            | AgentError::NoSuchModel { .. }
            | AgentError::TooLong { .. }
            | AgentError::OnlySearched
            | AgentError::Misconfigured { .. } => false,
        }
    }
}

fn wait(retry_after: Option<Duration>) -> String {
    match retry_after.map(|duration| duration.as_secs().max(1)) {
        Some(1) => ": try again in 1 second".into(),
        Some(seconds) if seconds < 120 => format!(": try again in {seconds} seconds"),
        Some(seconds) => format!(": try again in {} minutes", seconds.div_ceil(60)),
        None => ": try again later".into(),
    }
}
