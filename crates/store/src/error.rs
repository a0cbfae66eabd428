use std::path::PathBuf;

/// What can go wrong in the store, and where.
#[derive(thiserror::Error, Debug)]
#[non_exhaustive]
pub enum Error {
    /// SQLite refused.
    #[error("{operation}: {source}")]
    Sqlite {
        /// What was being done, as a gerund: "listing conversations".
        operation: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// There is no such conversation.
    #[error("there is no conversation {session_id:?}")]
    NoConversation {
        /// The id that was asked for.
        session_id: String,
    },
    /// The conversation is in the trash: nothing is added to it there.
    #[error("the conversation {session_id:?} is in the trash")]
    InTrash {
        /// The id that was asked for.
        session_id: String,
    },
    /// There is no such turn, or not in the conversation that was named.
    #[error("there is no turn {turn_id} here")]
    NoTurn {
        /// The id that was asked for.
        turn_id: i64,
    },
    /// There is no such import.
    #[error("there is no import {import_id:?}")]
    NoImport {
        /// The id that was asked for.
        import_id: String,
    },
    /// The import was undone, or that began: nothing more is taken from it.
    #[error("the import {import_id:?} was undone")]
    ImportUndone {
        /// The import.
        import_id: String,
    },
    /// A conversation with this id is there already.
    #[error("there is a conversation {session_id:?} already")]
    Exists {
        /// The id that was to be new.
        session_id: String,
    },
    /// A stored value is not what this program writes.
    #[error("the stored {what} of {place} cannot be read: {reason}")]
    Corrupt {
        /// The column.
        what: &'static str,
        /// The row.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file was written by a later version of this program.
    #[error(
        "the database has version {found}, this program knows versions up to {known}: it was written by a newer aios-chat and was left as it is. Use that one, or restore the backup from before its update"
    )]
    Newer {
        /// Its version.
        found: u32,
        /// The latest that this program knows.
        known: u32,
    },
    /// The file is a database of another program.
    #[error("the file is a database of another program (application id {application_id})")]
    Foreign {
        /// What it says it is.
        application_id: i32,
    },
    /// The disk is full. What was acknowledged before is on it; nothing of this operation is.
    #[error("{operation}: the disk is full")]
    Full {
        /// What was being done, as a gerund.
        operation: &'static str,
    },
    /// The file, or the disk that it is on, may only be read.
    #[error("{} may only be read: the disk is mounted read-only, or the file belongs to somebody else", path.display())]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// A database is not as SQLite or this program left it.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// The first thing that is wrong.
        reason: String,
    },
    /// A backup could not be made. A migration or restoration that needs it is not begun then.
    #[error("no backup could be written to {}: {source}. Nothing was changed", path.display())]
    NoBackup {
        /// Where it was to be.
        path: PathBuf,
        /// Why.
        source: Box<Error>,
    },
    /// A file cannot be read, written or moved.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder of the database cannot be made.
    #[error("cannot create the folder {}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite cannot keep a write-ahead log beside the file: the file system does not allow it.
    #[error("the database cannot have a write-ahead log here (its journal is {mode:?}): use a local disk")]
    NoWriteAheadLog {
        /// The journal mode that it has instead.
        mode: String,
    },
    /// A thread of the database cannot be started.
    #[error("cannot start a database thread: {source}")]
    Thread {
        /// What the system said.
        source: std::io::Error,
    },
    /// A value cannot be written as JSON.
    #[error("{operation}: {source}")]
    Json {
        /// What was being done.
        operation: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The write was undone because the transaction that it shared with others could not be committed.
    #[error("nothing was written: {reason}")]
    NotCommitted {
        /// What SQLite said to the commit.
        reason: String,
    },
    /// The closure that was to read or write panicked; what it had written was undone.
    #[error("the operation panicked: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// The database has been closed.
    #[error("the database is closed")]
    Closed,
}

/// Says what was being done when SQLite or JSON refused.
pub(crate) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T, Error>;
}

impl<T> During<T> for rusqlite::Result<T> {
    fn during(self, operation: &'static str) -> Result<T, Error> {
        self.map_err(|source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Error::Full { operation },
            _ => Error::Sqlite { operation, source },
        })
    }
}

impl<T> During<T> for serde_json::Result<T> {
    fn during(self, operation: &'static str) -> Result<T, Error> {
        self.map_err(|source| Error::Json { operation, source })
    }
}
