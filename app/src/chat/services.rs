//! Doors to the server.

pub mod chat_api;
#[cfg(feature = "ssr")]
pub mod import_list;
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod open_conversation;
#[cfg(feature = "ssr")]
pub mod rating_list;
#[cfg(feature = "ssr")]
mod refusals;
#[cfg(feature = "ssr")]
mod shelf;
mod text_json;
