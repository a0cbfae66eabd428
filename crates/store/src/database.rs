//! The native owner of the database file.

use crate::{Error, backup, error::During, schema};
use async_channel::Sender;
use rusqlite::{Connection, OpenFlags, Transaction};
use std::{
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
    time::Duration,
};

mod place;
mod reader;
mod writer;

pub use place::Journal;

/// Jobs that may wait for the writer, or for a reader, before whoever brings another one has to wait as well.
const QUEUE: usize = 256;

/// How long a connection waits for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(10);

/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 64;

/// The database of the server: one thread that writes and a few that read, each with a connection of its own.
///
/// Both [`write`](Database::write) and [`read`](Database::read) take a closure to that thread and give back what it returned; they work
/// under any async runtime. Dropping the database ends what has been accepted and then closes the file.
pub struct Database {
    writes: Sender<Box<dyn writer::Write>>,
    /// `None` for a database in memory, which has one connection for everything.
    reads: Option<Sender<reader::Read>>,
    writer: Option<JoinHandle<()>>,
    readers: Vec<JoinHandle<()>>,
}

impl Database {
    /// Opens the file, or makes it with the folders above it, with the [`Journal`] that fits where it lies, and brings its schema up to date.
    /// A file that has to be migrated is copied first, to `backups/<name>-v<version>-<UTC>.db` beside it; the five newest of these are kept.
    ///
    /// # Errors
    /// [`Error::Folder`], [`Error::ReadOnly`], [`Error::NoWriteAheadLog`], [`Error::NoBackup`], what [`schema::migrate`] says, and what SQLite
    /// says: the file is no database, for example. A file of a later program is not touched.
    pub fn open(path: &Path) -> Result<Database, Error> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| Error::Folder { path: folder.to_owned(), source })?;
        }
        let journal = Journal::for_place(path);
        if journal == Journal::Rollback {
            tracing::warn!(
                path = %path.display(),
                "the history lies on what looks like a network or shared file system: it is kept with a rollback journal, which is slower. \
                 Only one machine may use it at a time; a local disk is better"
            );
        }
        Database::open_with(path, journal)
    }

    /// [`open`](Database::open) with this journal, in a folder that is there.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_with(path: &Path, journal: Journal) -> Result<Database, Error> {
        const OPERATION: &str = "opening the database";
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let writable = flags | OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = Connection::open_with_flags(path, writable).during(OPERATION)?;
        connection.busy_timeout(BUSY).during(OPERATION)?;
        if connection.is_readonly("main").during(OPERATION)? {
            return Err(Error::ReadOnly { path: path.to_owned() });
        }
        // Before anything is changed.
        backup::before_migration(&connection, path)?;
        let mode: String = connection
            .pragma_update_and_check(None, "journal_mode", journal.name(), |row| row.get(0))
            .during(OPERATION)?;
        if journal == Journal::WriteAheadLog && mode != journal.name() {
            return Err(Error::NoWriteAheadLog { mode });
        }
        let mut database = Database::start_writer(connection)?;
        let (reads, jobs) = async_channel::bounded(QUEUE);
        database.reads = Some(reads);
        let readers = thread::available_parallelism().map_or(2, usize::from).clamp(2, 4);
        for number in 1..=readers {
            let readable = flags | OpenFlags::SQLITE_OPEN_READ_ONLY;
            let connection = Connection::open_with_flags(path, readable).during(OPERATION)?;
            connection.busy_timeout(BUSY).during(OPERATION)?;
            // 2 MiB of pages each: what a list and a page of a conversation need.
            connection
                .execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cache_size = -2048")
                .during(OPERATION)?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS);
            let jobs = jobs.clone();
            let reader = spawn(format!("store-reader-{number}"), move || reader::run(connection, &jobs))?;
            database.readers.push(reader);
        }
        Ok(database)
    }

    /// A database that is gone when it is dropped. Reading and writing take turns on one connection.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open_in_memory() -> Result<Database, Error> {
        Database::start_writer(Connection::open_in_memory().during("opening a database in memory")?)
    }

    fn start_writer(mut connection: Connection) -> Result<Database, Error> {
        const OPERATION: &str = "opening the database";
        // FULL: with WAL, a commit is on disk when it returns, also after a power failure; group commit shares the price.
        connection
            .execute_batch(
                "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cache_size = -8192;
                PRAGMA journal_size_limit = 16777216",
            )
            .during(OPERATION)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        schema::migrate(&mut connection)?;
        let (writes, jobs) = async_channel::bounded(QUEUE);
        let writer = spawn("store-writer".to_owned(), move || writer::run(connection, &jobs))?;
        Ok(Database { writes, reads: None, writer: Some(writer), readers: Vec::new() })
    }

    /// Runs a closure in a transaction on the writer's thread and gives back what it returned, when that is on disk. If it returns an error
    /// or panics, nothing of it was written. Several closures may share one transaction and one flush; none sees another's failure.
    /// If the caller stops waiting, the closure runs nevertheless.
    ///
    /// The closure must not begin or end a transaction itself.
    ///
    /// # Errors
    /// What the closure returns; [`Error::Panicked`]; [`Error::NotCommitted`], for example if the disk is full; [`Error::Closed`].
    pub async fn write<T, F>(&self, write: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (job, answer) = writer::job(write);
        self.writes.send(job).await.map_err(|_| Error::Closed)?;
        answer.recv().await.map_err(|_| Error::Closed)?
    }

    /// [`write`](Database::write) for a thread that may block; not for async code.
    ///
    /// # Errors
    /// As `write`.
    pub fn write_blocking<T, F>(&self, write: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (job, answer) = writer::job(write);
        self.writes.send_blocking(job).map_err(|_| Error::Closed)?;
        answer.recv_blocking().map_err(|_| Error::Closed)?
    }

    /// Runs a closure on a reader's thread, all of it on one state of the database, and gives back what it returned. It sees every write
    /// that was acknowledged before.
    ///
    /// # Errors
    /// What the closure returns; what SQLite says if it tries to write; [`Error::Panicked`]; [`Error::Closed`].
    pub async fn read<T, F>(&self, read: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    {
        let Some(reads) = &self.reads else { return self.write(|transaction| read(transaction)).await };
        let (job, answer) = reader::job(read);
        reads.send(job).await.map_err(|_| Error::Closed)?;
        answer.recv().await.map_err(|_| Error::Closed)?
    }

    /// [`read`](Database::read) for a thread that may block; not for async code.
    ///
    /// # Errors
    /// As `read`.
    pub fn read_blocking<T, F>(&self, read: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    {
        let Some(reads) = &self.reads else { return self.write_blocking(|transaction| read(transaction)) };
        let (job, answer) = reader::job(read);
        reads.send_blocking(job).map_err(|_| Error::Closed)?;
        answer.recv_blocking().map_err(|_| Error::Closed)?
    }

    /// Copies the whole database, as it is at this moment, to a new file that stands alone, while reading and writing go on. What has that name
    /// already is replaced when the copy is complete and has been checked.
    ///
    /// # Errors
    /// As [`backup::copy`] says.
    pub async fn backup(&self, target: PathBuf) -> Result<(), Error> {
        self.read(move |connection| backup::copy(connection, &target)).await
    }

    /// The version of SQLite that is linked in, as `3.54.1`.
    pub fn sqlite_version() -> &'static str {
        rusqlite::version()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A closed queue still gives what is in it. Readers first: the writer is to be the last to close, since only it can move the
        // log into the file then.
        self.reads.as_ref().map(Sender::close);
        self.readers.drain(..).for_each(join);
        self.writes.close();
        self.writer.take().into_iter().for_each(join);
    }
}

/// Waits for a thread, unless it is this one: a closure may have held the last handle of the database.
fn join(thread: JoinHandle<()>) {
    if thread.thread().id() != thread::current().id() {
        // The threads catch the panics of what they run; one of their own has been printed already.
        let _ = thread.join();
    }
}

fn spawn(name: String, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Error> {
    thread::Builder::new().name(name).spawn(run).map_err(|source| Error::Thread { source })
}

/// Runs a closure; a panic becomes an error.
fn guarded<T>(run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<&str>()
            .map(|message| (*message).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        Err(Error::Panicked { message })
    })
}
