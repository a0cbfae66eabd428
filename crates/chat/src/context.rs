//! What a model is given: the instructions, and as much of the conversation as fits.

mod fitting;

pub(crate) use self::fitting::Fitted;

use crate::agent::{AgentRequest, Picture};
use aios_model::{Part, Role, StoredFile, StoredTurn};
use aios_store::{
    Database,
    conversations::{self, Window},
    notes, presets,
};

/// Turns that are looked at, at most.
const MAXIMUM_TURNS: u32 = 400;

/// Characters of one attachment that a model is given, at most.
const MAXIMUM_ATTACHMENT: usize = 100_000;

/// What `turn_id`, a turn of the active branch, is to be answered from: every turn up to it that may be looked at; what fits into the model is
/// for [`Fitted`] to decide. Instructions are the conversation's own, else those of its preset, of the default preset, or `system_prompt`.
///
/// The text of attachments follows the message that they came with. A question without an answer (failed, or stopped before its first word)
/// is put together with the one after it, because many models insist that user and assistant take turns.
///
/// # Errors
/// If the history cannot be read.
pub(crate) async fn request(
    database: &Database,
    session_id: &str,
    turn_id: i64,
    model: &str,
    system_prompt: Option<String>,
) -> Result<AgentRequest, aios_store::Error> {
    let id = session_id.to_owned();
    let read = move |connection: &aios_store::Connection| {
        let stored = conversations::get(connection, &id, Window { last: Some(MAXIMUM_TURNS) })?;
        Ok((stored, presets::of_conversation(connection, &id)?, notes::summary(connection, &id)?))
    };
    let (stored, preset, summary) = database.read(read).await?;
    let stored = stored.ok_or(aios_store::Error::NoConversation { session_id: session_id.to_owned() })?;
    let own = stored.system_prompt.filter(|prompt| !prompt.trim().is_empty());
    let (history, pictures) = history(&stored.turns, &stored.files, turn_id);
    Ok(AgentRequest {
        turn_id,
        model: model.to_owned(),
        system_prompt: own.or(preset.map(|preset| preset.prompt)).or(system_prompt),
        history,
        left_out: stored.earlier_turns,
        summary,
        pictures,
        ..AgentRequest::default()
    })
}

fn history(turns: &[StoredTurn], files: &[StoredFile], turn_id: i64) -> (Vec<(Role, String)>, Vec<Picture>) {
    let end = turns.iter().position(|turn| turn.id == turn_id).map_or(turns.len(), |index| index + 1);
    let mut history: Vec<(Role, String)> = Vec::new();
    let mut pictures = Vec::new();
    for turn in &turns[..end] {
        let asked = format!("{}{}", turn.user_message, attachments(turn));
        for (role, text) in [(Role::User, &asked), (Role::Assistant, &turn.assistant_message)] {
            let mut pictures_here = if role == Role::User { pictures_of(turn, files) } else { Vec::new() };
            if text.trim().is_empty() && pictures_here.is_empty() {
                continue;
            }
            match history.last_mut() {
                Some((last, before)) if *last == role => {
                    before.push_str("\n\n");
                    before.push_str(text);
                }
                _ => history.push((role, text.clone())),
            }
            pictures_here.iter_mut().for_each(|picture| picture.message = history.len() - 1);
            pictures.append(&mut pictures_here);
        }
    }
    (history, pictures)
}

/// What the user sent with a turn, hidden messages aside.
fn parts(turn: &StoredTurn) -> impl Iterator<Item = &Part> {
    turn.messages
        .iter()
        .filter(|message| message.role == Role::User && !message.hidden)
        .flat_map(|message| &message.parts)
}

fn attachments(turn: &StoredTurn) -> String {
    let mut texts = String::new();
    for part in parts(turn) {
        if let Part::Attachment { name, text: Some(text), .. } = part {
            let name = crate::text::one_line(name, 100).replace('"', "'");
            let kept: String = text.chars().take(MAXIMUM_ATTACHMENT).collect();
            let cut = if kept.len() < text.len() { "\n[The rest of the file was left out.]" } else { "" };
            texts.push_str(&format!("\n\n<attachment name=\"{name}\">\n{kept}{cut}\n</attachment>"));
        }
    }
    texts
}

fn pictures_of(turn: &StoredTurn, files: &[StoredFile]) -> Vec<Picture> {
    let references = parts(turn).filter_map(|part| match part {
        Part::Image { reference, .. } | Part::Attachment { reference: Some(reference), .. } => Some(reference),
        _ => None,
    });
    let stored = references.filter_map(|reference| files.iter().find(|file| file.reference == *reference));
    // What all providers take.
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    stored
        .filter(|file| kinds.contains(&file.media_type.as_str()))
        .map(|file| Picture {
            message: 0,
            media_type: file.media_type.clone(),
            hash: file.hash.clone(),
            base64: String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::history;
    use aios_model::{Message, Part, Role, StoredFile, StoredTurn, Timestamp, TurnStatus};
    use proptest::prelude::*;

    fn turn(id: i64, user: &str, assistant: &str) -> StoredTurn {
        StoredTurn {
            id,
            parent_id: None,
            timestamp: Timestamp::from_milliseconds(0),
            user_message: user.into(),
            assistant_message: assistant.into(),
            user_tokens: None,
            assistant_tokens: None,
            model: None,
            status: TurnStatus::Complete,
            messages: Vec::new(),
            siblings: Vec::new(),
            rating: None,
        }
    }

    #[test]
    fn a_question_without_an_answer_joins_the_next() {
        let turns = [turn(1, "a", "b"), turn(2, "c", ""), turn(3, "d", "")];
        let expected = [(Role::User, "a"), (Role::Assistant, "b"), (Role::User, "c\n\nd")];
        assert_eq!(history(&turns, &[], 3).0, expected.map(|(role, text)| (role, text.to_owned())));
    }

    #[test]
    fn attachments_are_given_as_text_and_pictures_by_their_files() {
        let mut asked = turn(1, "What is this?", "");
        let mut message = Message::text("m", None, Role::User, "What is this?");
        message.parts.push(Part::Attachment {
            name: "a\".txt".into(),
            reference: None,
            media_type: None,
            size: None,
            text: Some("Milk".into()),
        });
        message.parts.push(Part::Image { reference: "p".into(), media_type: None, description: None });
        asked.messages = vec![message];
        let file = StoredFile {
            reference: "p".into(),
            hash: "00ff".into(),
            name: "p.png".into(),
            media_type: "image/png".into(),
            size: 3,
        };
        let (history, pictures) = history(&[turn(0, "", "Hello"), asked], &[file], 1);
        assert_eq!(history[1].1, "What is this?\n\n<attachment name=\"a'.txt\">\nMilk\n</attachment>");
        assert_eq!((pictures[0].message, pictures[0].hash.as_str()), (1, "00ff"));
    }

    proptest! {
        #[test]
        fn roles_take_turns_and_the_last_word_is_the_users(
            texts in proptest::collection::vec(("[a-z]{0,2}", "[a-z]{0,2}"), 0..8)
        ) {
            let mut turns: Vec<_> = texts.iter().enumerate().map(|(id, (user, assistant))| turn(id as i64, user, assistant)).collect();
            turns.push(turn(99, "new", ""));
            let (history, _) = history(&turns, &[], 99);
            prop_assert!(history.windows(2).all(|pair| pair[0].0 != pair[1].0));
            prop_assert!(history.last().is_some_and(|(role, text)| *role == Role::User && text.ends_with("new")));
        }
    }
}
