//! States that views distinguish.

pub mod chat;
