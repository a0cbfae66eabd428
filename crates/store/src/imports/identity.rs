//! The session id of an imported conversation.

use super::hexadecimal;
use crate::{Error, error::During};
use aios_model::Source;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The longest id of a source, in bytes, that is taken into a session id as it is.
const MAXIMUM_ID: usize = 100;

/// A free session id for a conversation: `imported_<id>` as AI OS has it; with a hash in place of an id that is not safe in a URL or a file
/// name; with the source (and then a number) behind it if another conversation has that.
pub(super) fn session_id(connection: &Connection, source: &Source, source_id: &str) -> Result<String, Error> {
    const OPERATION: &str = "finding a session id";
    let mut taken =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM convos WHERE session_id = ?1)").during(OPERATION)?;
    let first = format!("imported_{}", safe(source, source_id));
    let with_source = format!("{first}_{source}");
    let numbered = (2u64..).map(|number| format!("{with_source}_{number}"));
    for candidate in [first, with_source.clone()].into_iter().chain(numbered) {
        if !taken.query_row([&candidate], |row| row.get::<_, bool>(0)).during(OPERATION)? {
            return Ok(candidate);
        }
    }
    unreachable!("a database does not hold 2^64 conversations")
}

fn safe<'a>(source: &Source, source_id: &'a str) -> Cow<'a, str> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !source_id.is_empty() && source_id.len() <= MAXIMUM_ID && source_id.bytes().all(is_safe) {
        return Cow::Borrowed(source_id);
    }
    let hash = Sha256::new().chain_update(source.as_str()).chain_update([0]).chain_update(source_id).finalize();
    Cow::Owned(hexadecimal(&hash[..8]))
}
