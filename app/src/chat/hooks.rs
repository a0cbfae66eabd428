//! State with its rules, and the connections that feed it. On the server the connections are silent.

pub mod use_chat;
pub mod use_import;
pub mod use_keys;
pub mod use_library;
pub mod use_websocket;
