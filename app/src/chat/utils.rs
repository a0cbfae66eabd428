//! Constants and pure helpers.

pub mod constants;
pub mod dates;
pub mod random_id;
