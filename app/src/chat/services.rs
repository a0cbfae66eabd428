//! Doors to the server.

pub mod chat_api;
