use crate::{Conversation, Feedback, Message, Part, Rating, Role, Timestamp};
use xxhash_rust::xxh3::Xxh3;

/// The hash of everything in a conversation: `2-` and 32 lower-case hexadecimal digits.
///
/// The same conversation has the same hash everywhere, so equal hashes mean that there is nothing to store. Hashes of another version (the number
/// before the dash; version 1 was SHA-256 over the JSON, 64 digits and no dash) compare as unequal: what was imported before is then
/// compared row by row once.
///
/// It is XXH3 with 128 bits over all fields, each with its length or presence before it. That keeps any two conversations apart that were not made to be
/// confused. Who makes two such can only keep his own second one from being stored: the hash is compared only between conversations of
/// the same source and id.
pub fn content_hash(conversation: &Conversation) -> String {
    let mut hash = Hash { state: Xxh3::new(), waiting: [0; WAITING], waits: 0 };
    hash.conversation(conversation);
    hash.flush();
    format!("2-{:032x}", hash.state.digest128())
}

/// Bytes that wait before they are hashed together: most fields are shorter than a call is long.
const WAITING: usize = 256;

struct Hash {
    state: Xxh3,
    waiting: [u8; WAITING],
    waits: usize,
}

/// Every structure is taken apart by name: a new field is missed by the compiler until it is hashed too.
impl Hash {
    fn conversation(&mut self, conversation: &Conversation) {
        let Conversation {
            source,
            source_id,
            title,
            created,
            updated,
            project,
            model,
            system_prompt,
            summary,
            archived,
            starred,
            messages,
            active_leaf,
        } = conversation;
        self.text(source.as_str());
        self.text(source_id);
        for text in [title, project, model, system_prompt, summary, active_leaf] {
            self.optional(text.as_deref());
        }
        self.time(*created);
        self.time(*updated);
        self.flag(*archived);
        self.flag(*starred);
        self.number(messages.len() as u64);
        messages.iter().for_each(|message| self.message(message));
    }

    fn message(&mut self, message: &Message) {
        let Message { id, parent, role, created, model, hidden, parts, rating, feedback } = message;
        self.text(id);
        self.optional(parent.as_deref());
        self.number(match role {
            Role::User => 0,
            Role::Assistant => 1,
            Role::System => 2,
            Role::Tool => 3,
        });
        self.time(*created);
        self.optional(model.as_deref());
        self.flag(*hidden);
        self.number(match rating {
            None => 0,
            Some(Rating::Up) => 1,
            Some(Rating::Down) => 2,
        });
        self.flag(feedback.is_some());
        if let Some(Feedback { reason, comment }) = feedback {
            self.optional(reason.as_deref());
            self.optional(comment.as_deref());
        }
        self.number(parts.len() as u64);
        parts.iter().for_each(|part| self.part(part));
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text { text } => {
                self.number(0);
                self.text(text);
            }
            Part::Reasoning { text, summary } => {
                self.number(1);
                self.text(text);
                self.optional(summary.as_deref());
            }
            Part::Code { language, text } => {
                self.number(2);
                self.optional(language.as_deref());
                self.text(text);
            }
            Part::ToolCall { id, name, input } => {
                self.number(3);
                self.optional(id.as_deref());
                self.text(name);
                self.text(input);
            }
            Part::ToolResult { id, name, output, error } => {
                self.number(4);
                self.optional(id.as_deref());
                self.optional(name.as_deref());
                self.text(output);
                self.flag(*error);
            }
            Part::Image { reference, media_type, description } => {
                self.number(5);
                self.text(reference);
                self.optional(media_type.as_deref());
                self.optional(description.as_deref());
            }
            Part::Attachment { name, reference, media_type, size, text } => {
                self.number(6);
                self.text(name);
                self.optional(reference.as_deref());
                self.optional(media_type.as_deref());
                self.flag(size.is_some());
                self.number(size.unwrap_or(0));
                self.optional(text.as_deref());
            }
            Part::Citation { title, url, text } => {
                self.number(7);
                self.optional(title.as_deref());
                self.optional(url.as_deref());
                self.optional(text.as_deref());
            }
            Part::Artifact { id, title, language, text } => {
                self.number(8);
                self.text(id);
                self.optional(title.as_deref());
                self.optional(language.as_deref());
                self.text(text);
            }
            Part::Unsupported { kind, text } => {
                self.number(9);
                self.text(kind);
                self.text(text);
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if bytes.len() > WAITING - self.waits {
            self.flush();
        }
        match self.waiting.get_mut(self.waits..self.waits + bytes.len()) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.waits += bytes.len();
            }
            None => self.state.update(bytes),
        }
    }

    fn flush(&mut self) {
        self.state.update(&self.waiting[..self.waits]);
        self.waits = 0;
    }

    fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    fn flag(&mut self, flag: bool) {
        self.bytes(&[u8::from(flag)]);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.flag(text.is_some());
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn time(&mut self, time: Option<Timestamp>) {
        self.flag(time.is_some());
        self.number(time.map_or(0, |time| time.milliseconds().cast_unsigned()));
    }
}

#[cfg(test)]
mod tests {
    use super::content_hash;
    use crate::{Conversation, Message, Part, Role, Source};
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn the_hash_is_the_same_on_every_machine_and_changes_with_every_word() {
        let mut conversation = Conversation::new(Source::AIOS, "a");
        let empty = content_hash(&conversation);
        assert_eq!(empty, "2-f702dfc72dde3c79a48987fa9a94790e");
        conversation.messages.push(Message::text("1", None, Role::User, "word"));
        let one = content_hash(&conversation);
        assert_eq!(one, "2-99c68362a88ceeaae1c294bc336d21b2");
        conversation.messages[0] = Message::text("1", None, Role::User, "Word");
        assert_ne!(content_hash(&conversation), one);
    }

    /// Texts of which some moves and swaps leave the bytes in a row the same.
    fn texts() -> impl Strategy<Value = Option<String>> {
        proptest::option::of("[ab]{0,2}")
    }

    proptest! {
        #[test]
        fn different_conversations_have_different_hashes(
            all in proptest::collection::vec((texts(), texts(), texts(), texts(), 0usize..4), 2..20)
        ) {
            let mut contents = HashSet::new();
            let mut hashes = HashSet::new();
            for (title, project, id, text, kind) in all {
                let text = text.unwrap_or_default();
                let mut conversation = Conversation::new(Source::AIOS, "a");
                (conversation.title, conversation.project) = (title, project);
                let mut message = Message::text("1", None, Role::Assistant, "");
                message.parts = match kind {
                    0 => vec![Part::text(text)],
                    1 => text.chars().map(Part::text).collect(),
                    2 => vec![Part::ToolResult { id, name: None, output: text, error: false }],
                    _ => vec![Part::ToolResult { id: None, name: id, output: text, error: false }],
                };
                conversation.messages.push(message);
                contents.insert(serde_json::to_string(&conversation).unwrap());
                hashes.insert(content_hash(&conversation));
            }
            prop_assert_eq!(contents.len(), hashes.len());
        }
    }
}
