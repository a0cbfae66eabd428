//! The copy: the history on the browser's own disk, in a worker of its own.
//!
//! The worker owns a SQLite database in the origin's private file system, with the tables and the search of `aios_store`. It fills it from the
//! server's feed of changes, the conversations last talked in first, and answers from it: lists, conversations and search results as HTML, which
//! the page without a server shows. What is changed there is made in the copy and waits in its outbox for the server.
//!
//! An [`Engine`] is all of that without a browser: it says what it wants from the server ([`Engine::next`]) and takes the answer ([`Engine::took`]),
//! so the tests are its server. `web` is the browser's side: the file system, requests, messages. `public/copy.js` starts the worker, in one page at a
//! time, and gives it the questions of all pages.
//!
//! **Invariant:** the server's history is the truth. The copy can be thrown away at any time but for its outbox, and nothing here says something
//! else than the copy holds.

mod ask;
mod engine;
mod imports;
mod pages;
#[cfg(target_arch = "wasm32")]
mod web;

pub use crate::{
    ask::{Answer, Ask, Fields, Page, State},
    engine::{Engine, Error, Request, Took},
};
