//! The worker: the importer, off the page's thread.
//!
//! The page posts [`Command`](aios_protocol::worker::Command)s and gets [`Event`](aios_protocol::worker::Event)s. An import is two passes over
//! the same files, which are never in memory as a whole: the outline says what is in them and how it compares with the history; the commit
//! sends what was chosen to the server in batches, each one transaction, waiting for every answer before it reads on. What was found, what is
//! chosen and what became of it are lines of a ledger that stays here: the page asks for those that it shows.
//!
//! Everything but `web` is independent of the browser: it asks its [`Host`] for what it needs, and the tests are such a host. The
//! importer is a pull parser, so a pass can wait (for the server, or for a command that cancels it) between any two conversations.
//!
//! **Invariant:** nothing here touches the DOM, and memory is bounded by the largest conversation, one batch, and a line a conversation.

mod batch;
mod commit;
mod host;
mod jobs;
mod ledger;
mod notes;
mod outline;
mod pace;
mod rate;
mod report;
#[cfg(target_arch = "wasm32")]
mod web;

pub use crate::{
    host::{Files, Host, ServerError},
    jobs::Jobs,
};
