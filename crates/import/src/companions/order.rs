//! Companions are read before the conversations that they say something about. What a file is, is still decided by its content: here it is
//! only decided which comes first.

use crate::{
    archive::is_media,
    elements::Elements,
    input::Waiting,
    lenient::Shape,
    provider::{self, Kind},
    splitter::{Splitter, Step},
    stream::{Document, HEAD},
};
use std::io::Read;

/// How many files are looked into to find their order: a folder of any size may be chosen.
const MAXIMUM_LOOKED_INTO: usize = 2000;

/// Whether a name sounds like that of a companion.
pub(crate) fn sounds_like_companion(name: &str) -> bool {
    const BEGINNINGS: [&str; 5] =
        ["message_feedback", "conversation_asset_file_names", "library_files", "projects", "export_manifest"];
    let name = name.to_ascii_lowercase();
    let (folders, base) = name.rsplit_once(['/', '\\']).unwrap_or(("", &name));
    BEGINNINGS.iter().any(|beginning| base.starts_with(beginning))
        || folders.rsplit(['/', '\\']).next() == Some("projects")
}

/// Puts files that seem to be companions, and archives that seem to have nothing else in them, before all others. Among each, the order stays.
pub(crate) fn companions_first(inputs: &mut Vec<Waiting<'_>>) {
    if inputs.len() < 2 {
        return;
    }
    let mut budget = MAXIMUM_LOOKED_INTO;
    let (first, others): (Vec<_>, Vec<_>) = std::mem::take(inputs)
        .into_iter()
        .map(|mut input| {
            let is_first = sounds_like_companion(&input.name)
                || (budget > 0 && !is_media(&input.name) && {
                    budget -= 1;
                    seems_companion(&mut input)
                });
            (is_first, input)
        })
        .partition(|(is_first, _)| *is_first);
    inputs.extend(first.into_iter().chain(others).map(|(_, input)| input));
}

/// Whether a file seems to hold companions only. What cannot be read does not.
fn seems_companion(input: &mut Waiting<'_>) -> bool {
    if let Some(directory) = input.directory() {
        let Ok(directory) = directory else { return false };
        let names = directory.records().iter().map(|record| directory.name(record));
        let (companions, others): (Vec<_>, Vec<_>) = names.partition(|name| sounds_like_companion(name));
        let conversations = others.iter().any(|name| name.to_ascii_lowercase().contains("conversation"));
        return !conversations && !companions.is_empty();
    }
    let Ok(bytes) = &input.bytes else { return false };
    let mut head = Vec::new();
    if bytes.at(0).take(HEAD as u64).read_to_end(&mut head).is_err() {
        return false;
    }
    let shape = first_shape(head);
    shape.is_some_and(|shape| matches!(provider::recognise(&shape), Some((_, Kind::Companion(_)))))
}

/// The fields of the first element of a document that begins like this, as far as they are in it.
fn first_shape(head: Vec<u8>) -> Option<Shape> {
    let mut elements = Elements::new(Document { head, rest: Box::new(std::io::empty()) }.text());
    loop {
        match elements.step() {
            Step::Working => {}
            Step::Element(element) => return crate::json::from_slice(elements.bytes(&element)).ok(),
            Step::End(_) => break,
            Step::Broken { .. } | Step::TooLarge { .. } => return None,
        }
    }
    // What was cut off in the middle is ended behind its last text.
    let begun = elements.unfinished();
    let end = memchr::memmem::rfind(begun, b"\",")?;
    let ended = [&begun[..=end], b"}"].concat();
    crate::json::from_slice(&ended).ok()
}

#[cfg(test)]
mod tests {
    use super::{companions_first, first_shape, sounds_like_companion};
    use crate::{Input, input::Waiting};
    use std::io::Cursor;

    #[test]
    fn names_of_companions_are_told_from_those_of_conversations() {
        for name in ["message_feedback.json", "Export/Library_Files.json", "projects/0a-1b.json", "data\\projects.json"]
        {
            assert!(sounds_like_companion(name), "{name}");
        }
        for name in ["conversations.json", "conversations-000.json", "projects/x/notes.txt", "conversations/1.json"] {
            assert!(!sounds_like_companion(name), "{name}");
        }
    }

    #[test]
    fn the_fields_of_an_element_are_known_before_it_is_whole() {
        let names =
            |head: &str| first_shape(head.into()).map(|shape| shape.names().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(names(r#"[{"a":1,"b":{}},{"c"#).as_deref(), Some(&["a".to_owned(), "b".to_owned()][..]));
        assert_eq!(names(r#"{"file_1.dat":"x","file_2.dat":"y","fil"#).map(|names| names.len()), Some(2));
        assert_eq!(names("<html>"), None);
        assert_eq!(names(""), None);
    }

    #[test]
    fn companions_come_first_whatever_they_are_called() {
        let ratings = r#"[{"id":"1","conversation_id":"c","rating":"up"}]"#;
        let mut inputs: Vec<_> = vec![
            Input::new("a.json", Cursor::new("[]")),
            Input::new("b.json", Cursor::new(ratings)),
            Input::new("c.png", Cursor::new(ratings)),
            Input::new("projects.json", Cursor::new("[]")),
        ]
        .into_iter()
        .map(Waiting::new)
        .collect();
        companions_first(&mut inputs);
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(names, ["b.json", "projects.json", "a.json", "c.png"]);
    }
}
