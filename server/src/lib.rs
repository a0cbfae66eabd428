//! The host of AI OS Chat.
//!
//! Everything here is a door: it parses, asks `aios_chat::Chat`, and answers. [`router`] has the doors for browsers (pages, server functions,
//! the [`socket`], the files of the [`site`]) and for AI OS's own clients (the [`contract`]), all behind the [`guard`]; [`command`] has those for people at a terminal.
//!
//! **Invariant:** no SQL and no model server's protocol is known here.

// The types of the pages are deep, and their futures are laid out here.
#![recursion_limit = "256"]

pub mod access;
mod backup;
pub mod command;
pub mod contract;
pub mod embedded;
mod exports;
mod files;
pub mod guard;
mod imports;
pub mod listener;
mod modes;
mod pages;
pub mod router;
pub mod settings;
pub mod site;
pub mod socket;
