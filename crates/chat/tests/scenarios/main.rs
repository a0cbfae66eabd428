//! What people do with the chat module, walked through from the outside.

#![expect(clippy::unwrap_used, reason = "helpers of tests panic as tests do; clippy knows only functions with #[test]")]

mod exports;
mod durable;
mod imports;
mod management;
mod open_ai;
mod operations;
mod recall;
mod streams;
mod support;
