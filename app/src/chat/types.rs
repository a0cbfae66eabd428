//! States that views distinguish.

pub mod chat;
pub mod imports;
pub mod ratings;
pub mod settings;
pub mod shelf;
