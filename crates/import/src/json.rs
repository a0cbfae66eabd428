//! JSON into values of Rust.

use reader::Reader;
use serde::{Deserialize, de::Error};

mod number;
mod reader;
mod skip;
mod string;

/// Reads a value from JSON.
///
/// It takes and refuses what serde_json does, and gives the same values; the tests hold that. It is faster, above all in WebAssembly: strings are looked
/// through sixteen bytes at once, what is unescaped is written once, into the string that is handed out, and what is passed over is not taken apart.
///
/// # Errors
/// If it is not JSON, or not UTF-8.
pub(crate) fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> serde_json::Result<T> {
    // Checked once and as a whole, by SIMD where there is such, the strings in it need no check of their own.
    match simdutf8::basic::from_utf8(json) {
        Ok(text) => from_str(text),
        Err(error) => Err(Error::custom(error)),
    }
}

/// Reads a value from JSON.
///
/// # Errors
/// If it is not JSON.
pub(crate) fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> serde_json::Result<T> {
    let mut reader = Reader::new(json);
    T::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(|problem| problem.explain(json))
}

#[cfg(test)]
mod tests;
