//! Constants and pure helpers.

pub mod clipboard;
pub mod constants;
pub mod dates;
pub mod draft;
pub mod numbers;
pub mod random_id;
