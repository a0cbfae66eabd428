use aios_import::Input;
use aios_protocol::{
    import::{Compare, Compared, SaveOutcome},
    worker::Event,
};

/// What the worker needs from where it runs.
#[expect(async_fn_in_trait, reason = "a worker has one thread: its futures need not be Send")]
pub trait Host {
    /// Files that were chosen.
    type Files: Files;

    /// Tells the page.
    fn post(&self, event: &Event);

    /// Asks the server how conversations compare with the history.
    ///
    /// # Errors
    /// If the server does not answer as it should.
    async fn compare(&self, compare: &Compare) -> Result<Compared, ServerError>;

    /// Has the server store conversations; the body is a `SaveBatch` as JSON.
    ///
    /// # Errors
    /// If the server does not answer as it should. Then it is not known whether they were stored; sending them again does no harm.
    async fn save(&self, body: String) -> Result<Vec<SaveOutcome>, ServerError>;

    /// Milliseconds since some moment.
    fn now(&self) -> f64;

    /// Lets commands that wait be heard.
    async fn breathe(&self);
}

/// Files that can be read any number of times.
#[expect(async_fn_in_trait, reason = "a worker has one thread: its futures need not be Send")]
pub trait Files {
    /// The files from their beginnings.
    fn inputs(&self) -> Vec<Input<'static>>;

    /// Has the bytes that will probably be asked for next ready. Asked for between any two items; inputs give the right bytes without it too,
    /// but where waiting costs time they may take longer.
    async fn read_ahead(&self) {}
}

/// Why the server could not do what it was asked for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ServerError {
    /// There is no connection.
    #[error("The server does not answer. Look whether aios-chat still runs.")]
    Unreachable,
    /// What was sent is more than it takes.
    #[error("It is larger than the server takes at once.")]
    TooLarge,
    /// It answered with an error.
    #[error("The server refused: {0}")]
    Refused(String),
    /// It answered with something that is no answer to the question.
    #[error("The server answered with something else than it was asked for. Is another program listening there?")]
    NotUnderstood,
}

impl ServerError {
    /// The error that an answer with this status and body means; server functions send their errors as `{"Kind":"sentence"}`.
    pub fn from_answer(status: u16, body: &str) -> ServerError {
        if status == 413 {
            return ServerError::TooLarge;
        }
        let kinds: Option<std::collections::HashMap<String, String>> = serde_json::from_str(body).ok();
        let sentence = kinds.and_then(|kinds| kinds.into_values().next());
        ServerError::Refused(sentence.unwrap_or_else(|| format!("status {status}")))
    }
}

#[cfg(test)]
mod tests {
    use super::ServerError;

    #[test]
    fn the_sentence_of_a_server_function_is_taken_over() {
        let error = ServerError::from_answer(500, r#"{"Refused":"The disk is full."}"#);
        assert_eq!(error.to_string(), "The server refused: The disk is full.");
        assert_eq!(ServerError::from_answer(502, "<html>").to_string(), "The server refused: status 502");
        assert_eq!(ServerError::from_answer(413, ""), ServerError::TooLarge);
    }
}
