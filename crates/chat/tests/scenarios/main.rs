//! What people do with the chat module, walked through from the outside.

#![expect(clippy::unwrap_used, reason = "helpers of tests panic as tests do; clippy knows only functions with #[test]")]

mod dialects;
mod durable;
mod exports;
mod forget;
mod imports;
mod management;
mod model_server;
mod models;
mod open_ai;
mod operations;
mod recall;
mod streams;
mod support;
mod tabs;
