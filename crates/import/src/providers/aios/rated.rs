//! Answers that somebody found good or bad: each line is a conversation of one turn.

use crate::{
    lenient::{List, Shape, Text, Time, lenient_object},
    provider::Notes,
    providers::{
        assemble::{self, assemble, chain},
        openai::role,
    },
};
use aios_model::{Conversation, Feedback, Message, Rating, Role, Source, Timestamp};

lenient_object! {
    struct RawGood<'de> {
        "messages" => messages: List<RawMessage<'de>>,
        "_meta" => about: RawBad<'de>,
    }
}

lenient_object! {
    struct RawMessage<'de> {
        "role" => role: Text<'de>,
        "content" => content: Text<'de>,
    }
}

lenient_object! {
    struct RawBad<'de> {
        "message_id" => message_id: Text<'de>,
        "conversation_id" => conversation_id: Text<'de>,
        "user_message" => user: Text<'de>,
        "assistant_message" => assistant: Text<'de>,
        "reason" => reason: Text<'de>,
        "rated_at" => rated_at: Time,
    }
}

/// Reads a line of either kind; `None` if it is neither.
pub(super) fn read(element: &[u8], notes: &mut Notes) -> serde_json::Result<Option<Conversation>> {
    let shape: Shape = crate::json::from_slice(element)?;
    if shape.has(&["messages", "_meta"]) {
        let raw: RawGood<'_> = crate::json::from_slice(element)?;
        let said = raw.messages.0.iter().filter_map(|message| {
            let part = assemble::text(message.content.as_str())?;
            assemble::message("", role(message.role.as_str(), notes), None, vec![part])
        });
        let messages = said.collect();
        return Ok(Some(turn(messages, Rating::Up, None, &raw.about, notes)));
    }
    if !shape.has(&["user_message", "assistant_message"]) {
        return Ok(None);
    }
    let raw: RawBad<'_> = crate::json::from_slice(element)?;
    let said = [(Role::User, &raw.user), (Role::Assistant, &raw.assistant)]
        .into_iter()
        .filter_map(|(role, said)| assemble::message("", role, None, vec![assemble::text(said.as_str())?]));
    let feedback = raw.reason.owned().map(|reason| Feedback { reason: None, comment: Some(reason) });
    Ok(Some(turn(said.collect(), Rating::Down, feedback, &raw, notes)))
}

/// A turn of its own: which turns were before it is not said, and the conversation it is of may be imported as well.
fn turn(
    mut messages: Vec<Message>,
    rating: Rating,
    feedback: Option<Feedback>,
    about: &RawBad<'_>,
    notes: &mut Notes,
) -> Conversation {
    let rated_at: Option<Timestamp> = about.rated_at.0;
    for message in &mut messages {
        message.created = rated_at;
    }
    if let Some(answer) = messages.iter_mut().rev().find(|message| message.role == Role::Assistant) {
        answer.rating = Some(rating);
        answer.feedback = feedback;
    }
    let ids = about.conversation_id.filled().zip(about.message_id.filled());
    let id = match ids {
        Some((conversation, message)) => format!("rated-{conversation}-{message}"),
        None => assemble::content_id(&messages),
    };
    assemble(Conversation::new(Source::AIOS, id), chain(messages), None, notes)
}
