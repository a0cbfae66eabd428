//! The demo: a history of made-up conversations to try things on.

use crate::{Error, clock::now};
use aios_model::Conversation;
use aios_store::{
    Database, Transaction, conversations,
    imports::{self, SaveOptions},
};
use std::path::{Path, PathBuf};

mod guide;

pub(crate) use self::guide::Guide;

/// Conversations that nobody had, in the canonical form, latest last.
const CONVERSATIONS: &str = include_str!("demo/conversations.json");

/// Where the demo's database is, once there is one.
pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("demo.db")
}

/// Opens the demo's database, and fills it if there is nothing in it.
pub(crate) fn open(data: &Path) -> Result<Database, Error> {
    let database = Database::open(&path(data))?;
    let is_empty = |connection: &aios_store::Connection| {
        Ok(conversations::count(connection, false, None)? + conversations::count(connection, true, None)? == 0)
    };
    if database.read_blocking(is_empty)? {
        let conversations = made_up()?;
        database.write_blocking(move |transaction| fill(transaction, &conversations))?;
    }
    Ok(database)
}

/// Takes everything out that was said and brought here, and puts the made-up conversations back, in one transaction.
pub(crate) async fn reset(database: &Database) -> Result<(), Error> {
    let conversations = made_up()?;
    let reset = move |transaction: &Transaction<'_>| {
        conversations::delete_all(transaction)?;
        fill(transaction, &conversations)
    };
    Ok(database.write(reset).await?)
}

fn fill(transaction: &Transaction<'_>, conversations: &[Conversation]) -> Result<(), aios_store::Error> {
    for conversation in conversations {
        imports::save_conversation(transaction, conversation, SaveOptions::default(), now())?;
    }
    Ok(())
}

fn made_up() -> Result<Vec<Conversation>, Error> {
    serde_json::from_str(CONVERSATIONS)
        .map_err(|error| Error::Internal { what: format!("the demo's conversations: {error}") })
}

#[cfg(test)]
mod tests;
