use aios_import::{Input, OpenedFile};
use aios_model::{FullReport, Undone};
use aios_protocol::{
    import::{Compare, Compared, SaveOutcome},
    worker::Event,
};
use std::collections::BTreeMap;

/// What the worker needs from where it runs.
#[expect(async_fn_in_trait, reason = "a worker has one thread: its futures need not be Send")]
pub trait Host {
    /// Files that were chosen.
    type Files: Files;

    /// A report that is kept outside of the worker's memory.
    type Report;

    /// Tells the page.
    fn post(&self, event: &Event);

    /// Asks the server how conversations compare with the history.
    ///
    /// # Errors
    /// If the server does not answer as it should.
    async fn compare(&self, compare: &Compare) -> Result<Compared, ServerError>;

    /// Tells the server that an import of files with these names begins.
    ///
    /// # Errors
    /// If the server does not answer as it should.
    async fn begin(&self, import_id: &str, names: &[String]) -> Result<(), ServerError>;

    /// Has the server store conversations; the body is a `SaveBatch` as JSON.
    ///
    /// # Errors
    /// If the server does not answer as it should. Then it is not known whether they were stored; sending them again does no harm.
    async fn save(&self, body: String) -> Result<Vec<SaveOutcome>, ServerError>;

    /// Has the server store a file of a conversation, which the query names as `aios_protocol::import::FILE_PATH` says.
    ///
    /// # Errors
    /// If it was not stored.
    async fn store_file(&self, query: &[(&str, &str)], file: OpenedFile<'_>) -> Result<(), ServerError>;

    /// Has the server import a database: one of the files, by its position.
    ///
    /// # Errors
    /// If the server does not answer as it should. Then it is not known what was stored; sending it again does no harm.
    async fn store_database(
        &self,
        files: &Self::Files,
        position: usize,
        query: &[(&str, &str)],
    ) -> Result<FullReport, ServerError>;

    /// Keeps a report, which comes in pieces.
    fn report(&self, pieces: &mut dyn Iterator<Item = String>) -> Self::Report;

    /// Where a report can be downloaded.
    fn address(&self, report: &Self::Report) -> String;

    /// Tells the server that an import is over, with its report.
    ///
    /// # Errors
    /// If the server does not answer as it should. What was stored is stored all the same.
    async fn finish(&self, import_id: &str, cancelled: bool, report: &Self::Report) -> Result<(), ServerError>;

    /// Has the server take away everything that an import brought, and says what went.
    ///
    /// # Errors
    /// If the server does not answer as it should. Asking again goes on.
    async fn undo(&self, import_id: &str) -> Result<Undone, ServerError>;

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

    /// What the files are called, in their order.
    fn names(&self) -> Vec<String>;

    /// Whether the file in this position begins with these bytes.
    fn begins_with(&self, position: usize, bytes: &[u8]) -> bool;

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
    /// A file could not be read to its end.
    #[error("{0}")]
    Unread(String),
    /// The browser has no room for what was to be sent.
    #[error("The browser could not make it ready to be sent.")]
    NotSent,
    /// It answered with something that is no answer to the question.
    #[error("The server answered with something else than it was asked for. Is another program listening there?")]
    NotUnderstood,
}

impl ServerError {
    /// The error that an answer with this status and body means; server functions send their errors as
    /// `{"Kind":"sentence"}`, the routes that take files as a sentence.
    pub fn from_answer(status: u16, body: &str) -> ServerError {
        if status == 413 {
            return ServerError::TooLarge;
        }
        let kinds: Option<BTreeMap<String, String>> = serde_json::from_str(body).ok();
        let is_sentence = !body.is_empty() && body.len() < 500 && !body.starts_with(['<', '{']);
        let sentence = match kinds {
            Some(mut kinds) => kinds.remove("message").or_else(|| kinds.into_values().next()),
            None => is_sentence.then(|| body.trim().to_owned()),
        };
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
        let typed = ServerError::from_answer(500, r#"{"kind":"refused","message":"The disk is full."}"#);
        assert_eq!(typed, error);
        assert_eq!(ServerError::from_answer(415, "No picture.").to_string(), "The server refused: No picture.");
        assert_eq!(ServerError::from_answer(502, "<html>").to_string(), "The server refused: status 502");
        assert_eq!(ServerError::from_answer(413, ""), ServerError::TooLarge);
    }
}
