//! The files beside the conversations of an export that say more about them.

use super::SOURCE;
use crate::{
    companions::{Companions, FileName, GivenRating},
    lenient::{Entries, List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Kind, Notes},
    providers::media_type_of_name,
};
use aios_model::{Feedback, Rating};

lenient_object! {
    /// A line of any of these files; which fields are there depends on the file.
    struct RawCompanion<'de> {
        "id" => id: Text<'de>,
        "message_id" => message_id: Text<'de>,
        "conversation_id" => conversation_id: Text<'de>,
        "rating" => rating: Text<'de>,
        "content" => content: TextOr<'de, RawFeedback<'de>>,
        "create_time" => create_time: Time,
        "file_id" => file_id: Text<'de>,
        "file_name" => file_name: Text<'de>,
        "mime_type" => mime_type: Text<'de>,
        "logical_files" => logical_files: Entries<'de, RawLogicalFile<'de>>,
        "export_files" => export_files: List<RawFile<'de>>,
    }
}

lenient_object! {
    /// In the export it is JSON inside a text.
    struct RawFeedback<'de> {
        "tags" => tags: List<Text<'de>>,
        "text" => text: Text<'de>,
    }
}

lenient_object! {
    struct RawLogicalFile<'de> {
        "files" => files: List<TextOr<'de, RawFile<'de>>>,
    }
}

lenient_object! {
    struct RawFile<'de> {
        "path" => path: Text<'de>,
        "name" => name: Text<'de>,
    }
}

/// Which of these files an element with this shape is of.
pub(super) fn recognise(shape: &Shape) -> Option<Kind> {
    Some(Kind::Companion(if shape.has(&["rating", "conversation_id"]) {
        "the ratings of a ChatGPT export"
    } else if shape.has(&["file_id", "file_name"]) || maps_files(shape) {
        "the names of the files of a ChatGPT export"
    } else if shape.has(&["logical_files"]) || shape.get("export_files") == Some(Type::List) {
        "the table of contents of a ChatGPT export"
    } else {
        return None;
    }))
}

/// Whether it is the object that gives the ids of files their names: `{ "file_0123.dat": "cat.png", … }`.
fn maps_files(shape: &Shape) -> bool {
    let is_id = |name: &str| {
        let id = name.strip_prefix("file_").or(name.strip_prefix("file-"));
        id.is_some_and(|id| id.bytes().any(|byte| byte.is_ascii_digit()))
    };
    shape.all(Type::Text) && shape.names().next().is_some_and(is_id) && {
        let ids = shape.names().filter(|name| is_id(name)).count();
        ids * 2 > shape.names().count()
    }
}

/// Takes what one element says.
pub(super) fn read(element: &[u8], notes: &mut Notes) -> serde_json::Result<()> {
    let raw: RawCompanion<'_> = crate::json::from_slice(element)?;
    if let Some(conversation) = raw.conversation_id.filled().filter(|_| raw.rating.filled().is_some()) {
        match rating(raw.rating.as_str()) {
            Some(rating) => {
                let ids = [&raw.message_id, &raw.id].into_iter().filter_map(Text::owned);
                let given = GivenRating {
                    message: ids.collect(),
                    created: raw.create_time.0,
                    rating,
                    feedback: feedback(&raw.content),
                };
                notes.companions.rate(SOURCE, conversation, given);
            }
            None => notes.unknown("ChatGPT rating", raw.rating.as_str()),
        }
    } else if let (Some(id), Some(name)) = (raw.file_id.filled(), raw.file_name.filled()) {
        name_file(&mut notes.companions, id, name, raw.mime_type.owned());
    } else if !raw.logical_files.0.is_empty() || !raw.export_files.0.is_empty() {
        for file in raw.logical_files.0.iter().flat_map(|(_, logical)| &logical.files.0) {
            match file {
                TextOr::Text(path) => notes.companions.expect(path),
                TextOr::Other(file) => notes.companions.expect(file.path.filled().unwrap_or(file.name.as_str())),
                TextOr::Nothing => {}
            }
        }
        raw.export_files.0.iter().for_each(|file| notes.companions.expect(file.path.as_str()));
    } else {
        let names: Entries<'_, Text<'_>> = crate::json::from_slice(element)?;
        for (id, name) in &names.0 {
            if let Some(name) = name.filled() {
                name_file(&mut notes.companions, id, name, None);
            }
        }
    }
    Ok(())
}

fn name_file(companions: &mut Companions, id: &str, name: &str, media_type: Option<String>) {
    // Messages know the file without the ending that it has in the archive.
    let id = id.split('.').next().unwrap_or(id);
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    companions.name_file(
        SOURCE,
        id,
        FileName {
            name: name.to_owned(),
            media_type: media_type.or_else(|| media_type_of_name(name).map(str::to_owned)),
        },
    );
}

/// A thumb, however it is spelled: `thumbsUp`, `thumbs_up`, `up`.
fn rating(word: &str) -> Option<Rating> {
    let letters: String =
        word.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect();
    match letters.as_str() {
        "thumbsup" | "thumbup" | "up" | "good" | "positive" | "like" => Some(Rating::Up),
        "thumbsdown" | "thumbdown" | "down" | "bad" | "negative" | "dislike" => Some(Rating::Down),
        _ => None,
    }
}

fn feedback(content: &TextOr<'_, RawFeedback<'_>>) -> Option<Feedback> {
    let from = |raw: &RawFeedback<'_>| {
        let tags: Vec<&str> = raw.tags.0.iter().filter_map(Text::filled).collect();
        Feedback { reason: (!tags.is_empty()).then(|| tags.join(", ")), comment: raw.text.owned() }
    };
    let feedback = match content {
        TextOr::Other(raw) => from(raw),
        TextOr::Text(text) if text.trim_start().starts_with('{') => match crate::json::from_str(text) {
            Ok(raw) => from(&raw),
            Err(_) => Feedback { reason: None, comment: Some(text.clone().into_owned()) },
        },
        TextOr::Text(text) => {
            Feedback { reason: None, comment: Some(text.trim().to_owned()).filter(|text| !text.is_empty()) }
        }
        TextOr::Nothing => Feedback::default(),
    };
    (feedback != Feedback::default()).then_some(feedback)
}

#[cfg(test)]
mod tests {
    use super::{feedback, rating, recognise};
    use crate::provider::Kind;
    use aios_model::Rating;

    #[test]
    fn thumbs_are_known_however_they_are_spelled() {
        for word in ["thumbsUp", "thumbs_up", "UP", "thumbs-up"] {
            assert_eq!(rating(word), Some(Rating::Up), "{word}");
        }
        assert_eq!(rating("thumbsDown"), Some(Rating::Down));
        assert_eq!(rating("5"), None);
    }

    #[test]
    fn the_words_of_a_rating_are_read_from_json_inside_a_text_and_from_text() {
        let read = |json: &str| feedback(&serde_json::from_str(json).unwrap());
        let words = |json: &str| read(json).map(|words| (words.reason, words.comment));
        let both = Some((Some("a, b".to_owned()), Some("c".to_owned())));
        assert_eq!(words(r#""{\"tags\":[\"a\",\"b\"],\"text\":\"c\"}""#), both);
        assert_eq!(words(r#"{"tags":["a","b"],"text":"c"}"#), both);
        assert_eq!(words(r#""just words""#), Some((None, Some("just words".to_owned()))));
        assert_eq!(words(r#""{broken""#), Some((None, Some("{broken".to_owned()))));
        assert_eq!(words(r#""{}""#), None);
        assert_eq!(words("null"), None);
    }

    #[test]
    fn only_a_list_of_ids_of_files_is_taken_for_one() {
        let kind = |json: &str| recognise(&serde_json::from_str(json).unwrap());
        assert!(matches!(kind(r#"{"file_01.dat":"a.png","file-Ab2":"b"}"#), Some(Kind::Companion(_))));
        for other in [r#"{"file_path":"a"}"#, r#"{"file_1":1}"#, "{}", r#"{"file_1":"a","x":"b","y":"c"}"#] {
            assert_eq!(kind(other), None, "{other}");
        }
    }
}
