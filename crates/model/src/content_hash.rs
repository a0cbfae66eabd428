use crate::Conversation;
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, io};

/// The hash of everything in a conversation: SHA-256 over its JSON, as 64 lower-case hexadecimal digits.
///
/// The same conversation has the same hash everywhere, so equal hashes mean that there is nothing to store. The JSON is written
/// straight into the hash: memory does not grow with the conversation.
pub fn content_hash(conversation: &Conversation) -> String {
    let mut hasher = Hasher(Sha256::new());
    // Neither side can fail: hashing takes any bytes, and a conversation is only strings, numbers, flags and lists of them.
    let written = serde_json::to_writer(&mut hasher, conversation);
    debug_assert!(written.is_ok(), "a conversation is always JSON");
    hasher.0.finalize().iter().fold(String::with_capacity(64), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

struct Hasher(Sha256);

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::content_hash;
    use crate::{Conversation, Message, Role, Source};

    #[test]
    fn the_hash_is_that_of_the_json_and_changes_with_every_word() {
        let mut conversation = Conversation::new(Source::AIOS, "a");
        let empty = content_hash(&conversation);
        // printf '{"source":"aios","source_id":"a","messages":[]}' | sha256sum
        assert_eq!(empty, "d974f12fedf1788366fc1df697a3f16fc6aacb75fca0bd2818162cddcc0fa7bc");
        conversation.messages.push(Message::text("1", None, Role::User, "word"));
        let one = content_hash(&conversation);
        assert_ne!(one, empty);
        conversation.messages[0] = Message::text("1", None, Role::User, "Word");
        assert_ne!(content_hash(&conversation), one);
        assert_eq!(one.len(), 64);
    }
}
