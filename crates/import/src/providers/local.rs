//! What the logs of programs on a person's own machine have in common: paths that say who the person is, and messages without ids.

use crate::tree::Node;
use aios_model::{Message, Part, Role, Timestamp};
use sha2::{Digest, Sha256};
use std::{collections::HashSet, fmt::Write};

/// The last name of a path or address of either kind of slash, with `%20` and the like resolved: folders tell who the person is.
pub(crate) fn basename(path: &str) -> String {
    let path = path.trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = (byte == b'%').then(|| after.get(..2)).flatten();
        let value = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(value.unwrap_or(byte));
        rest = if value.is_some() { &after[2..] } else { after };
    }
    let name = String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned());
    // An escaped slash is a slash.
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// An id made of content, for what has none: the same for the same content, wherever it is.
pub(crate) fn content_id(pieces: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update((piece.len() as u64).to_le_bytes());
        hash.update(piece);
    }
    hash.finalize()[..12].iter().fold(String::new(), |mut id, byte| {
        // Writing into a string cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// A message that nobody rated.
pub(crate) fn message(id: String, role: Role, created: Option<Timestamp>, parts: Vec<Part>) -> Message {
    Message { id, parent: None, role, created, model: None, hidden: false, parts, rating: None, feedback: None }
}

/// Messages of which each follows the one before, as nodes of a tree.
#[derive(Default)]
pub(crate) struct Chain {
    pub nodes: Vec<Node>,
    /// What the next one follows.
    pub last: Option<String>,
    ids: HashSet<String>,
    /// How many ids were taken already.
    copies: usize,
}

impl Chain {
    /// Adds a message at the end. Should its id be taken, it gets another one.
    pub fn push(&mut self, mut message: Message) {
        while !self.ids.insert(message.id.clone()) {
            // The count goes on over all ids, so that this ends after one step nearly always.
            self.copies += 1;
            message.id = format!("{}~{}", message.id, self.copies + 1);
        }
        self.nodes.push(Node {
            id: message.id.clone(),
            parent: self.last.replace(message.id.clone()),
            created: message.created,
            message: Some(message),
        });
    }
}

/// Reads a list or an object, and nothing from anything else.
macro_rules! list_or_object {
    ($name:ident, $list:ident => $from_list:expr, $object:ident => $from_object:expr) => {
        impl<'de> serde::Deserialize<'de> for $name<'de> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Any<'de>(std::marker::PhantomData<&'de ()>);
                impl<'de> serde::de::Visitor<'de> for Any<'de> {
                    type Value = $name<'de>;
                    $crate::lenient::default_for!(scalars);
                    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                        let $crate::lenient::List($list) =
                            serde::Deserialize::deserialize(serde::de::value::SeqAccessDeserializer::new(list))?;
                        Ok($from_list)
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
                        let $object =
                            serde::Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(object))?;
                        Ok($from_object)
                    }
                }
                deserializer.deserialize_any(Any(std::marker::PhantomData))
            }
        }
    };
}
pub(crate) use list_or_object;

#[cfg(test)]
mod tests {
    use super::basename;

    #[test]
    fn only_the_last_name_of_a_path_is_kept() {
        assert_eq!(basename("/home/someone/a%20b/notes%2Emd"), "notes.md");
        assert_eq!(basename(r"C:\Users\someone\project\"), "project");
        assert_eq!(basename("file:///c%3A/Users/someone/100%"), "100%");
        assert_eq!(basename("home%2Fsomeone%2Fa.rs"), "a.rs");
        assert_eq!(basename("a%ff.rs"), "a%ff.rs");
        assert_eq!(basename("/"), "");
    }
}
