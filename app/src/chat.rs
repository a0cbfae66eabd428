//! The chat module, under the names that AI OS people know.

pub mod components;
pub mod hooks;
pub mod pages;
pub mod services;
pub mod types;
pub mod utils;
