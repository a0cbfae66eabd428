//! Takes trees of JSON objects apart that are nested as deep as a conversation is long: parsers of JSON give up at a depth of 128, and one that recursed
//! would run out of stack.

use memchr::memchr2;

/// An object of a tree, without the objects below it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Flat {
    /// The object as JSON; the lists of those below it are empty.
    pub json: Vec<u8>,
    /// The object above it, as a position in the result of [`flatten`].
    pub parent: Option<usize>,
}

/// The object that `json` is and all objects in its lists under one of `keys`, in theirs, and so on; each behind the one above it.
///
/// Takes time in proportion to the length, whatever the depth. JSON that is broken or cut off gives objects that are. What is no object in such a list is
/// left out.
pub(crate) fn flatten(json: &[u8], keys: &[&str]) -> Vec<Flat> {
    let mut flattener = Flattener { json, keys, at: 0, copied: 0, flats: Vec::new(), open: Vec::new() };
    while flattener.at < json.len() {
        flattener.step();
        if flattener.open.is_empty() && !flattener.flats.is_empty() {
            break;
        }
    }
    flattener.copy();
    flattener.flats
}

/// What is open, from the outside in.
enum Open {
    /// An object of the tree: its position, how many brackets are open in it that are no part of the tree, and where its last key is.
    Object { flat: usize, depth: u64, key: (usize, usize) },
    /// A list of objects of the tree, in the object at this position; brackets that are open in it around no object of the tree.
    List { flat: usize, depth: u64 },
}

struct Flattener<'a> {
    json: &'a [u8],
    keys: &'a [&'a str],
    at: usize,
    /// What is before was copied or belongs nowhere.
    copied: usize,
    flats: Vec<Flat>,
    open: Vec<Open>,
}

impl Flattener<'_> {
    fn step(&mut self) {
        let byte = self.json[self.at];
        if byte == b'"' {
            let start = self.at + 1;
            self.pass_string();
            if let Some(Open::Object { depth: 0, key, .. }) = self.open.last_mut() {
                *key = (start, self.at.saturating_sub(1).max(start));
            }
            return;
        }
        self.at += 1;
        match (self.open.last_mut(), byte) {
            (None | Some(Open::List { depth: 0, .. }), b'{') => self.enter(),
            (None, _) => {}
            (Some(Open::List { depth, .. }), b'[' | b'{') => *depth += 1,
            (Some(Open::List { depth: 0, .. }), b']') => {
                self.open.pop();
                // From here on all belongs to the object around the list, the list's closing bracket included.
                self.copied = self.at - 1;
            }
            (Some(Open::List { depth, .. }), b']' | b'}') => *depth = depth.saturating_sub(1),
            (Some(Open::Object { depth: 0, key, flat }), b'[')
                if self.keys.iter().any(|wanted| wanted.as_bytes() == &self.json[key.0..key.1]) =>
            {
                let flat = *flat;
                self.copy();
                self.open.push(Open::List { flat, depth: 0 });
            }
            (Some(Open::Object { depth, .. }), b'[' | b'{') => *depth += 1,
            (Some(Open::Object { depth: 0, .. }), b']' | b'}') => {
                self.copy();
                self.open.pop();
            }
            (Some(Open::Object { depth, .. }), b']' | b'}') => *depth -= 1,
            _ => {}
        }
    }

    /// Begins an object of the tree, at the brace that was just passed.
    fn enter(&mut self) {
        let parent = match self.open.last() {
            Some(Open::List { flat, .. }) => Some(*flat),
            _ => None,
        };
        self.copied = self.at - 1;
        self.flats.push(Flat { json: Vec::new(), parent });
        self.open.push(Open::Object { flat: self.flats.len() - 1, depth: 0, key: (0, 0) });
    }

    /// Copies what was passed to the object at hand.
    fn copy(&mut self) {
        if let Some(Open::Object { flat, .. }) = self.open.last() {
            self.flats[*flat].json.extend_from_slice(&self.json[self.copied..self.at]);
        }
        self.copied = self.at;
    }

    /// Goes behind the end of the string that begins here.
    fn pass_string(&mut self) {
        self.at += 1;
        while let Some(found) = self.json.get(self.at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            self.at += found;
            if self.json[self.at] == b'"' {
                self.at += 1;
                return;
            }
            self.at += 2;
        }
        self.at = self.json.len();
    }
}

#[cfg(test)]
mod tests {
    use super::flatten;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn flat(json: &str) -> Vec<(String, Option<usize>)> {
        flatten(json.as_bytes(), &["messages", "children"])
            .into_iter()
            .map(|flat| (String::from_utf8(flat.json).unwrap(), flat.parent))
            .collect()
    }

    #[test]
    fn objects_stand_behind_the_one_above_them() {
        let json = r#" {"t":"[{","messages":[ {"id":1,"x":{"children":[{}]},"children":[{"id":2,"children":[]},null,"a]",[1],{"id":3}]} , {"id":4}],"z":[2]} "#;
        let expected = [
            (r#"{"t":"[{","messages":[],"z":[2]}"#, None),
            (r#"{"id":1,"x":{"children":[{}]},"children":[]}"#, Some(0)),
            (r#"{"id":2,"children":[]}"#, Some(1)),
            (r#"{"id":3}"#, Some(1)),
            (r#"{"id":4}"#, Some(0)),
        ];
        assert_eq!(flat(json), expected.map(|(json, parent)| (json.to_owned(), parent)));
    }

    #[test]
    fn a_chain_of_100_000_is_no_trouble() {
        let json = format!("{}{}", r#"{"children":["#.repeat(100_000) + "{}", "]}".repeat(100_000));
        let found = flat(&json);
        assert_eq!(found.len(), 100_001);
        assert!(found[..100_000].iter().all(|(json, _)| json == r#"{"children":[]}"#));
        assert_eq!(found[100_000], ("{}".to_owned(), Some(99_999)));
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = "[a\"\\\\\\[\\]{}]{0,6}".prop_map(|text| json!({ "text": text, "other": [{ "children": text }] }));
        leaf.prop_recursive(5, 30, 4, |inner| {
            ("[a\"{}]{0,4}", proptest::collection::vec(inner, 0..4))
                .prop_map(|(text, children)| json!({ "text": text, "children": children, "end": 1 }))
        })
    }

    proptest! {
        #[test]
        fn a_tree_can_be_put_together_again(tree in tree()) {
            let flats = flatten(tree.to_string().as_bytes(), &["children"]);
            let mut objects: Vec<Value> = flats.iter().map(|flat| serde_json::from_slice(&flat.json).unwrap()).collect();
            for at in (1..objects.len()).rev() {
                let object = objects.remove(at);
                let above = objects[flats[at].parent.unwrap()]["children"].as_array_mut().unwrap();
                above.insert(0, object);
            }
            prop_assert_eq!(&objects[0], &tree);
        }

        #[test]
        fn any_bytes_are_survived(text in "[a\"\\\\\\[\\]{},:]{0,40}") {
            flatten(format!("{{\"children\":[{text}").as_bytes(), &["children"]);
            flatten(text.as_bytes(), &["", "a"]);
        }
    }
}
