//! The conversations in a database that the original AI OS made (its `state.db`).
//!
//! Its two tables of conversations are copied into a file of our own in the data folder, where they become ours by the same migration that takes
//! over a whole database; the person's file is only read. All conversations get the source `aios` and their session id as their id there, so that
//! a later copy of the same database adds what is new. What AI OS keeps beside the words (weights, summaries, snapshots) is not taken over.

use aios_import::{Input, Item, Reader};
use aios_model::{Location, StoredConversation, Timestamp, Warning};
use aios_store::{
    Connection,
    conversations::{self, ListQuery, Window},
    original,
};
use serde::Serialize;
use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, Cursor, Read as _},
    path::{Path, PathBuf},
    time::Duration,
};
use uuid::Uuid;

/// What the names of our copies begin with.
const PREFIX: &str = ".importing-";

/// A copy that is older was left behind by a program that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// The conversations one after the other, read when they are asked for, as a [`Reader`] gives those of an export.
pub(super) struct Conversations {
    name: String,
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
    /// Copies what is in the database at `path`, or says why not, as a sentence for a person. `name` is what the person calls it.
    pub fn open(data: &Path, name: &str, path: &Path) -> Result<Conversations, String> {
        let copy = Scratch::new(data);
        let quiet =
            without_log(data, path).map_err(|error| format!("This AI OS database cannot be copied: {error}."))?;
        let opened = original::copy(quiet.as_ref().map_or(path, |quiet| &quiet.0), &copy.0).and_then(|connection| {
            let session_ids = session_ids(&connection)?;
            Ok((connection, session_ids))
        });
        match opened {
            Ok((connection, session_ids)) => {
                Ok(Conversations { name: name.to_owned(), connection, session_ids, _copy: copy })
            }
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
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        let session_id = self.session_ids.pop_front()?;
        let location = Location { file: self.name.clone(), entry: Some(session_id.clone()), ..Location::default() };
        let export = conversations::get(&self.connection, &session_id, Window::default())
            .map_err(|error| error.to_string())
            .and_then(|found| serde_json::to_vec(&found.as_ref().map(Export::of)).map_err(|error| error.to_string()));
        let item = match export {
            Ok(export) => {
                let mut reader = Reader::new(vec![Input::new(self.name.clone(), Cursor::new(export))]);
                reader.find(|item| matches!(item, Item::Conversation(_) | Item::Left(..)))
            }
            Err(error) => {
                let message = format!("This conversation could not be read ({error}) and was left out.");
                return Some(Item::Warning(Warning { location, message }));
            }
        };
        Some(match item {
            Some(Item::Conversation(mut found)) => {
                found.location = location;
                Item::Conversation(found)
            }
            Some(Item::Left(mut report, _)) => {
                report.location = Some(location.clone());
                Item::Left(report, location)
            }
            _ => {
                let message = "This conversation is not understood and was left out.".to_owned();
                Item::Warning(Warning { location, message })
            }
        })
    }
}

/// A conversation as AI OS itself exports it. The importer's own reader of that takes it from here: a conversation is the same, down to the ids of its
/// messages, whether it comes out of the database or out of an export.
#[derive(Serialize)]
struct Export<'a> {
    session_id: &'a str,
    name: Option<&'a str>,
    started: Option<String>,
    last_updated: Option<String>,
    archived: bool,
    turns: Vec<ExportedTurn<'a>>,
}

#[derive(Serialize)]
struct ExportedTurn<'a> {
    timestamp: Option<String>,
    user: &'a str,
    assistant: &'a str,
}

impl Export<'_> {
    fn of(stored: &StoredConversation) -> Export<'_> {
        // The migration writes the beginning of 1970 for a time that cannot be read.
        let time = |time: Timestamp| (time.milliseconds() != 0).then(|| time.to_string());
        let turns = stored.turns.iter().map(|turn| ExportedTurn {
            timestamp: time(turn.timestamp),
            user: &turn.user_message,
            assistant: &turn.assistant_message,
        });
        Export {
            session_id: &stored.summary.session_id,
            name: stored.summary.name.as_deref(),
            started: time(stored.summary.started),
            last_updated: time(stored.summary.last_updated),
            archived: stored.summary.archived,
            turns: turns.collect(),
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
