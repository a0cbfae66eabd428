//! The conversations in a database that the original AI OS made (its `state.db`).
//!
//! Its two tables of conversations are copied into a file of our own in the data folder, where they become ours by the same migration that takes
//! over a whole database; the person's file is only read. All conversations get the source `aios` and their session id as their id there, so that
//! a later copy of the same database adds what is new. What AI OS keeps beside the words (weights, summaries, snapshots) is not taken over.

use aios_model::{Conversation, Source};
use aios_store::{
    Connection,
    conversations::{self, ListQuery},
    exports, original,
};
use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;

/// What the names of our copies begin with.
const PREFIX: &str = ".importing-";

/// A copy that is older was left behind by a program that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// The conversations one after the other, read when they are asked for.
pub(super) struct Conversations {
    // Before the file below it: they go in this order.
    connection: Connection,
    session_ids: VecDeque<String>,
    _copy: Scratch,
}

/// A file that goes when it is done with.
pub(crate) struct Scratch(pub PathBuf);

impl Scratch {
    /// A name in the data folder that nothing has.
    pub fn new(data: &Path) -> Scratch {
        Scratch(data.join(format!("{PREFIX}{}", Uuid::now_v7().simple())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for name in ["", "-wal", "-shm", "-journal"] {
            // Most are not there. What stays, a later start takes away.
            let _ = fs::remove_file(beside(&self.0, name));
        }
    }
}

impl Conversations {
    /// Copies what is in the database at `path`, or says why not, as a sentence for a person.
    pub fn open(data: &Path, path: &Path) -> Result<Conversations, String> {
        let copy = Scratch::new(data);
        let quiet =
            without_log(data, path).map_err(|error| format!("This AI OS database cannot be copied: {error}."))?;
        let opened = original::copy(quiet.as_ref().map_or(path, |quiet| &quiet.0), &copy.0).and_then(|connection| {
            let session_ids = session_ids(&connection)?;
            Ok((connection, session_ids))
        });
        match opened {
            Ok((connection, session_ids)) => Ok(Conversations { connection, session_ids, _copy: copy }),
            Err(aios_store::Error::Foreign { .. }) => Err(
                "This file is an SQLite database, but not one of AI OS: the tables of its conversations are missing. Choose its state.db.".to_owned(),
            ),
            Err(error) => {
                tracing::warn!(%error, "an AI OS database was not read");
                Err(format!(
                    "This AI OS database cannot be read ({error}). Stop AI OS and import a copy of the file; nothing of it was stored."
                ))
            }
        }
    }
}

impl Iterator for Conversations {
    type Item = Result<Conversation, String>;

    fn next(&mut self) -> Option<Result<Conversation, String>> {
        let session_id = self.session_ids.pop_front()?;
        match exports::conversation(&self.connection, &session_id) {
            Ok(found) => Some(Ok(from_original(found?))),
            Err(error) => {
                Some(Err(format!("The conversation {session_id} could not be read ({error}) and was left out.")))
            }
        }
    }
}

/// A copy of a database with its write-ahead log, if it is written with one: SQLite would make files beside it, only to read it. `None` if it
/// can be read where it is.
fn without_log(data: &Path, path: &Path) -> io::Result<Option<Scratch>> {
    // The version that may read it, the 20th byte, is 2 for a log (<https://www.sqlite.org/fileformat2.html>).
    let mut head = [0; 20];
    File::open(path)?.read_exact(&mut head)?;
    if head[19] != 2 {
        return Ok(None);
    }
    let copy = Scratch::new(data);
    fs::copy(path, &copy.0)?;
    match fs::copy(beside(path, "-wal"), beside(&copy.0, "-wal")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(Some(copy)),
    }
}

fn beside(path: &Path, name: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(name);
    path.into()
}

/// Removes copies that a program that was killed left behind.
pub(crate) fn sweep(data: &Path) {
    for entry in fs::read_dir(data).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > LEFT_BEHIND));
        if is_old && entry.file_name().to_string_lossy().starts_with(PREFIX) {
            drop(Scratch(entry.path()));
        }
    }
}

fn session_ids(connection: &Connection) -> Result<VecDeque<String>, aios_store::Error> {
    let mut ids = VecDeque::new();
    for archived in [false, true] {
        let mut query = ListQuery { archived, limit: conversations::MAXIMUM_PAGE, ..ListQuery::default() };
        loop {
            let page = conversations::list(connection, &query)?;
            ids.extend(page.conversations.into_iter().map(|line| line.session_id));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
    }
    Ok(ids)
}

fn from_original(conversation: Conversation) -> Conversation {
    // The migration writes the beginning of 1970 for a time that cannot be read.
    let known = |time: &aios_model::Timestamp| time.milliseconds() != 0;
    let messages = conversation.messages.into_iter().map(|mut message| {
        message.created = message.created.filter(known);
        message
    });
    Conversation {
        source: Source::AIOS,
        created: conversation.created.filter(known),
        updated: conversation.updated.filter(known),
        messages: messages.collect(),
        ..conversation
    }
}
