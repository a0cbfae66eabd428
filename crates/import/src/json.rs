//! JSON into values of Rust.

use serde::Deserialize;

/// Reads a value from JSON.
///
/// # Errors
/// If it is not JSON, or not UTF-8.
pub(crate) fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
    // Checked once and as a whole, by SIMD where there is such, the strings in it need no check of their own.
    match simdutf8::basic::from_utf8(json) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(json),
    }
}
