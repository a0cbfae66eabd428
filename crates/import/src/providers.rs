//! One file for each kind of export, with all that is known about its JSON.

pub(crate) mod chatgpt;
pub(crate) mod claude;

use aios_model::{Message, Part, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// An id for a conversation that has none: the same for the same beginning, so that a later export of it is recognised.
fn fallback_id(title: &str, created: Option<Timestamp>, messages: &[Message]) -> String {
    let mut hash = Sha256::new();
    hash.update(created.map_or(0, Timestamp::milliseconds).to_le_bytes());
    match messages.first() {
        Some(first) => {
            hash.update(&first.id);
            for part in &first.parts {
                if let Part::Text { text } = part {
                    hash.update(text);
                }
            }
        }
        None => hash.update(title),
    }
    hash.finalize()[..16].iter().fold("unnamed-".to_owned(), |mut id, byte| {
        // Writing into a string cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}
