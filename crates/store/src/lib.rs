//! The history in SQLite: what was said, by whom, when, on which branch, and what its reader thought of it.
//!
//! Three nouns carry it. A **conversation** (`convos`) is a line in the list. A **turn** (`convo_turns`) is a user message with the
//! answer to it; turns form a tree, and one branch of it is active. A **rating** (`message_ratings`) belongs to a turn.
//!
//! Every operation is a plain function over a `rusqlite::Connection`, so the same SQL runs natively and in WebAssembly; the time is
//! passed in, never read. Natively, [`Database`] owns the file: one thread writes, a few read.
//!
//! **Invariants:** only this crate knows SQL. A function that writes is to be called inside a transaction (`Database::write` gives
//! one), so that it happens as a whole or not at all. An acknowledged write is on disk.
//!
//! ```
//! use aios_model::Timestamp;
//! use aios_store::{conversations::{self, Window}, schema, turns::{self, NewTurn}};
//!
//! let mut connection = aios_store::rusqlite::Connection::open_in_memory()?;
//! schema::migrate(&mut connection)?;
//! let now = Timestamp::from_milliseconds(0);
//! turns::add_turn(&connection, "first", &NewTurn::new("Why is the sky blue?", "Rayleigh scattering."), now)?;
//! let found = conversations::get(&connection, "first", Window::default())?.expect("it was just written");
//! assert_eq!(found.turns[0].assistant_message, "Rayleigh scattering.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(not(target_family = "wasm"))]
pub mod backup;
pub mod changes;
#[cfg(not(target_family = "wasm"))]
pub mod check;
pub mod contract;
pub mod conversations;
pub mod copy;
#[cfg(not(target_family = "wasm"))]
mod database;
mod encoding;
mod error;
pub mod exports;
pub mod files;
pub mod forget;
pub mod imports;
pub mod notes;
#[cfg(not(target_family = "wasm"))]
pub mod original;
pub mod presets;
pub mod ratings;
pub mod schema;
pub mod search;
pub mod streams;
mod text;
pub mod trash;
pub mod turns;

#[cfg(not(target_family = "wasm"))]
pub use crate::database::{Database, Journal};
use crate::error::During;
pub use crate::error::Error;
pub use rusqlite::{self, Connection, Transaction};

/// Runs `write` as a whole or not at all, inside of a transaction or on its own.
fn atomically<T>(
    connection: &Connection,
    operation: &'static str,
    write: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    connection.execute_batch("SAVEPOINT atomically").during(operation)?;
    let written = write();
    let end = match &written {
        Ok(_) => "RELEASE atomically",
        Err(_) => "ROLLBACK TO atomically; RELEASE atomically",
    };
    let ended = connection.execute_batch(end).during(operation);
    // Why it failed says more than that it could not be undone (SQLite may have ended the whole transaction by itself).
    written.and_then(|value| ended.map(|()| value))
}
