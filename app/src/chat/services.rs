//! Doors to the server.

pub mod chat_api;
#[cfg(feature = "ssr")]
pub mod import_list;
#[cfg(feature = "ssr")]
pub mod open_conversation;
mod text_json;
