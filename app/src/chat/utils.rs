//! Constants and pure helpers.

pub mod clipboard;
pub mod code_file;
pub mod constants;
pub mod current;
pub mod dates;
pub mod draft;
pub mod favourites;
pub mod keys;
pub mod numbers;
pub mod quote;
pub mod random_id;
pub mod rendered;
pub mod send_key;
pub mod sentences;
#[cfg(feature = "hydrate")]
pub mod sign_in;
