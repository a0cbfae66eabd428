//! How the messages of a turn are stored beside its two texts, without storing a text twice.
//!
//! `user_message` and `assistant_message` hold the texts as [`aios_model::Turn`] derives them. `messages_json` holds, message by
//! message, only what they do not say, and every value that follows from its neighbours is left out:
//!
//! | key | value | left out if |
//! |---|---|---|
//! | `i` | id | `source_message_ids` has it |
//! | `p` | parent | it is the message before (for the first message: none) |
//! | `r` | role | it is the user's and first, or the assistant's and later |
//! | `t` | time in milliseconds | unknown |
//! | `m` | model | unknown |
//! | `h` | hidden | shown |
//! | `u` | rating | none |
//! | `w` | what was said about the rating | nothing |
//! | `n` | position in the export | one more than the message before |
//! | `c` | parts | one text part, which is the whole text of that side |
//!
//! A part whose words stand in the text of its side is a range of bytes of it: `{"s":[start, length]}`, with `"code":true` and
//! `"language"` for code. Any other part is written out.

use crate::{Error, error::During};
use aios_model::{Feedback, Message, Part, Rating, Role, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

/// The two texts of a turn.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub user: &'a str,
    pub assistant: &'a str,
}

impl<'a> Texts<'a> {
    fn of(self, role: Role) -> Option<&'a str> {
        match role {
            Role::User => Some(self.user),
            Role::Assistant => Some(self.assistant),
            Role::System | Role::Tool => None,
        }
    }
}

/// A message with its position among the messages of the export that it came from, if it came from one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct Placed<M> {
    pub position: Option<u32>,
    pub message: M,
}

/// What is stored of a turn beside its texts.
#[derive(Clone, Copy)]
pub(crate) struct Stored<'a> {
    pub turn_id: i64,
    pub source_message_ids: Option<&'a str>,
    pub messages_json: Option<&'a str>,
    pub texts: Texts<'a>,
}

/// The messages of a turn, read back.
#[derive(Default)]
pub(crate) struct Decoded {
    pub messages: Vec<Placed<Message>>,
    /// They say something that the two texts do not.
    pub says_more: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredMessage {
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    parent: Option<Option<String>>,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(rename = "h", default, skip_serializing_if = "is_false")]
    hidden: bool,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    rating: Option<Rating>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    feedback: Option<Feedback>,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<StoredPart>>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredPart {
    Range {
        #[serde(rename = "s")]
        range: (usize, usize),
        #[serde(default, skip_serializing_if = "is_false")]
        code: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    Whole(Part),
}

/// A `null` that is there, as opposed to a key that is not.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The role that a message has if none is stored.
fn usual_role(number: usize) -> Role {
    if number == 0 { Role::User } else { Role::Assistant }
}

/// The value of `messages_json` for a turn. `with_ids`: they are not in `source_message_ids`.
pub(crate) fn encode(messages: &[Placed<&Message>], texts: Texts<'_>, with_ids: bool) -> Result<String, Error> {
    let mut stored = Vec::with_capacity(messages.len());
    let mut previous: Option<&Placed<&Message>> = None;
    let (mut user_cursor, mut assistant_cursor) = (0, 0);
    for (number, placed) in messages.iter().enumerate() {
        // Named one by one, so that a field added to the model is not forgotten here.
        let Message { id, parent, role, created, model, hidden, parts, rating, feedback } = placed.message;
        let usual_position = previous.and_then(|previous| previous.position).map(|position| position.saturating_add(1));
        let cursor = if *role == Role::User { &mut user_cursor } else { &mut assistant_cursor };
        let text = texts.of(*role).filter(|_| !hidden);
        stored.push(StoredMessage {
            id: with_ids.then(|| id.clone()),
            parent: (parent.as_deref() != previous.map(|previous| previous.message.id.as_str()))
                .then(|| parent.clone()),
            role: (*role != usual_role(number)).then_some(*role),
            created: *created,
            model: model.clone(),
            hidden: *hidden,
            rating: *rating,
            feedback: feedback.clone(),
            position: placed.position.filter(|_| placed.position != usual_position),
            parts: encode_parts(parts, text, cursor),
        });
        previous = Some(placed);
    }
    serde_json::to_string(&stored).during("writing the messages of a turn")
}

/// `None` if the only part is the whole text of its side.
fn encode_parts(parts: &[Part], text: Option<&str>, cursor: &mut usize) -> Option<Vec<StoredPart>> {
    if let ([Part::Text { text: part }], Some(text)) = (parts, text)
        && part == text
    {
        return None;
    }
    Some(parts.iter().map(|part| encode_part(part, text, cursor)).collect())
}

fn encode_part(part: &Part, text: Option<&str>, cursor: &mut usize) -> StoredPart {
    let (words, code, language) = match part {
        Part::Text { text } => (text, false, None),
        Part::Code { language, text } => (text, true, language.clone()),
        _ => return StoredPart::Whole(part.clone()),
    };
    // The text was derived from the parts in this order, so each is found at once, right behind the one before. Blank parts are not in it.
    let rest = text.filter(|_| !words.trim().is_empty()).and_then(|text| text.get(*cursor..));
    match rest.and_then(|rest| rest.find(words.as_str())) {
        Some(offset) => {
            let start = *cursor + offset;
            *cursor = start + words.len();
            StoredPart::Range { range: (start, words.len()), code, language }
        }
        None => StoredPart::Whole(part.clone()),
    }
}

/// The messages of a stored turn; none if nothing is stored beside the texts.
pub(crate) fn decode(stored: Stored<'_>) -> Result<Decoded, Error> {
    let corrupt = |what, reason: String| Error::Corrupt { what, place: format!("turn {}", stored.turn_id), reason };
    let Some(json) = stored.messages_json else { return Ok(Decoded::default()) };
    let rows: Vec<StoredMessage> =
        serde_json::from_str(json).map_err(|error| corrupt("messages_json", error.to_string()))?;
    let mut ids = source_ids(stored.turn_id, stored.source_message_ids)?.into_iter();
    let mut decoded = Decoded { messages: Vec::with_capacity(rows.len()), says_more: false };
    for (number, row) in rows.into_iter().enumerate() {
        let previous: Option<&Placed<Message>> = decoded.messages.last();
        let id =
            row.id.or_else(|| ids.next()).ok_or_else(|| corrupt("messages_json", "a message has no id".to_owned()))?;
        let role = row.role.unwrap_or(usual_role(number));
        let text = stored.texts.of(role);
        let parent = row.parent.unwrap_or_else(|| previous.map(|previous| previous.message.id.clone()));
        let position = row.position.or_else(|| previous.and_then(|previous| previous.position)?.checked_add(1));
        let parts = match row.parts {
            None => vec![Part::text(text.unwrap_or_default())],
            Some(parts) => {
                decoded.says_more |= parts.iter().any(|part| matches!(part, StoredPart::Whole(_)));
                let parts = parts.into_iter().map(|part| decode_part(part, text));
                parts
                    .collect::<Option<_>>()
                    .ok_or_else(|| corrupt("messages_json", "a range is outside of the text".to_owned()))?
            }
        };
        let (created, model, hidden, rating, feedback) = (row.created, row.model, row.hidden, row.rating, row.feedback);
        let message = Message { id, parent, role, created, model, hidden, parts, rating, feedback };
        decoded.messages.push(Placed { position, message });
    }
    Ok(decoded)
}

fn decode_part(part: StoredPart, text: Option<&str>) -> Option<Part> {
    match part {
        StoredPart::Whole(part) => Some(part),
        StoredPart::Range { range: (start, length), code, language } => {
            let text = text?.get(start..start.checked_add(length)?)?.to_owned();
            Some(if code { Part::Code { language, text } } else { Part::Text { text } })
        }
    }
}

/// The ids in a `source_message_ids`; none if the turn was said here.
pub(crate) fn source_ids(turn_id: i64, column: Option<&str>) -> Result<Vec<String>, Error> {
    let Some(json) = column else { return Ok(Vec::new()) };
    serde_json::from_str(json).map_err(|error| Error::Corrupt {
        what: "source_message_ids",
        place: format!("turn {turn_id}"),
        reason: error.to_string(),
    })
}
