use crate::agent::AgentError;
use std::path::PathBuf;

/// Why an operation of the chat module did not do what it was asked. Unless a variant says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such conversation.
    #[error("no conversation {session_id}")]
    NotFound {
        /// The id that was asked for.
        session_id: String,
    },
    /// There is no such turn.
    #[error("no turn {turn_id}")]
    TurnNotFound {
        /// The id that was asked for.
        turn_id: i64,
    },
    /// There is no such import.
    #[error("no import {import_id}")]
    ImportNotFound {
        /// The id that was asked for.
        import_id: String,
    },
    /// There is no such file in the history.
    #[error("no file {hash}")]
    FileNotFound {
        /// The hash that was asked for.
        hash: String,
    },
    /// What was asked for makes no sense as it is.
    #[error("{what}")]
    Invalid {
        /// What is wrong and what would be right, as a sentence for a person.
        what: String,
    },
    /// An answer is being written in this conversation; one at a time.
    #[error("an answer is being written in conversation {session_id}")]
    Busy {
        /// The conversation.
        session_id: String,
    },
    /// The program is about to end.
    #[error("the program is shutting down")]
    ShuttingDown,
    /// The history could not be read or written.
    #[error("history: {0}")]
    Store(aios_store::Error),
    /// An agent could not be set up.
    #[error("agent: {0}")]
    Agent(#[from] AgentError),
    /// A file of the data folder or of Feeds could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something that only a fault in this program explains.
    #[error("internal fault: {what}")]
    Internal {
        /// Where and what.
        what: String,
    },
}

/// Kinds of [`Error`], as a door needs them to choose how to answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorKind {
    /// What was named does not exist.
    NotFound,
    /// The request itself is wrong.
    Invalid,
    /// Right, but not now.
    Busy,
    /// The fault is on this side.
    Internal,
}

impl From<aios_store::Error> for Error {
    fn from(error: aios_store::Error) -> Error {
        match error {
            aios_store::Error::NoImport { import_id } => Error::ImportNotFound { import_id },
            aios_store::Error::ImportUndone { .. } => {
                Error::invalid("This import was undone: nothing more is stored of it. Begin a new import.")
            }
            aios_store::Error::NoConversation { session_id } => Error::NotFound { session_id },
            aios_store::Error::NoTurn { turn_id } => Error::TurnNotFound { turn_id },
            aios_store::Error::InTrash { .. } => {
                Error::invalid("This conversation is in the trash. Nothing was added to it: restore it first.")
            }
            error => Error::Store(error),
        }
    }
}

impl Error {
    /// Which kind it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::NotFound { .. }
            | Error::TurnNotFound { .. }
            | Error::ImportNotFound { .. }
            | Error::FileNotFound { .. } => ErrorKind::NotFound,
            Error::Invalid { .. } => ErrorKind::Invalid,
            Error::Busy { .. } | Error::ShuttingDown => ErrorKind::Busy,
            Error::Store(_) | Error::Agent(_) | Error::File { .. } | Error::Internal { .. } => ErrorKind::Internal,
        }
    }

    /// What happened, what was kept and what to do, for the person at the screen. Names no path and no query.
    pub fn message_for_people(&self) -> String {
        match self {
            Error::NotFound { .. } => "This conversation does not exist, or was deleted.".into(),
            Error::TurnNotFound { .. } => "This message does not exist, or was deleted.".into(),
            Error::ImportNotFound { .. } => "There is no such import in this history.".into(),
            Error::FileNotFound { .. } => "There is no such file in this history, or it was deleted.".into(),
            Error::Invalid { what } => what.clone(),
            Error::Busy { .. } => {
                "An answer is still being written here. Your message was not sent: wait for the end, or stop the answer, and send it again."
                    .into()
            }
            Error::ShuttingDown => {
                "AI OS Chat is shutting down. Your message was not sent: send it again when it is back.".into()
            }
            Error::Store(aios_store::Error::Full { .. }) => {
                "The disk is full. What was saved before is safe; nothing of this request was saved. Make room on it and try again.".into()
            }
            Error::Store(aios_store::Error::NoBackup { .. }) => {
                "No backup could be made. The history itself is safe; look for free space on the disk and at the log.".into()
            }
            Error::Store(_) => {
                "The history could not be read or written. What was saved before is safe; nothing of this request was saved. Try again; if it \
                 happens again, look for free space on the disk and at the log."
                    .into()
            }
            Error::Agent(error) => error.to_string(),
            Error::File { .. } => {
                "A file of the data folder could not be read or written. The history itself is safe; look for free space and permissions."
                    .into()
            }
            Error::Internal { .. } => {
                "Something went wrong inside AI OS Chat. What was saved is safe; the log says more. Try again.".into()
            }
        }
    }

    /// The disk has no room left.
    pub fn is_full(&self) -> bool {
        matches!(self, Error::Store(aios_store::Error::Full { .. }))
    }

    /// [`Error::Invalid`], with a sentence for a person.
    pub fn invalid(what: impl Into<String>) -> Error {
        Error::Invalid { what: what.into() }
    }
}
