//! JSON into values of Rust.

use serde::{Deserialize, de::Error};

/// Reads a value from JSON.
///
/// # Errors
/// If it is not JSON, or not UTF-8.
pub(crate) fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
    // Checked once and as a whole, by SIMD where there is such, the strings in it need no check of their own. And the code that reads T exists once:
    // serde_json's own way from bytes would be another copy, for each type.
    match simdutf8::basic::from_utf8(json) {
        Ok(text) => serde_json::from_str(text),
        Err(error) => Err(Error::custom(error)),
    }
}
