//! What a model is given: the instructions, and as much of the conversation as fits.

use crate::agent::AgentRequest;
use aios_model::{Role, StoredTurn};
use aios_store::{
    Database,
    conversations::{self, Window},
};

/// Turns that are looked at, at most.
const MAXIMUM_TURNS: u32 = 200;

/// Characters of earlier turns that a model is given, at most. About 6,000 tokens of English: it fits into the 8,192 that small local
/// models take, with room for the instructions and the answer.
const BUDGET: usize = 24_000;

/// What `turn_id`, the latest turn of the active branch, is to be answered from. Instructions are the conversation's own, else
/// `system_prompt`.
///
/// Of the earlier turns the latest are given, whole ones, up to [`BUDGET`] characters; the new message is given whatever its length.
/// A question without an answer (failed, or stopped before its first word) is put together with the one after it, because many models
/// insist that user and assistant take turns.
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
    let stored = database
        .read(move |connection| conversations::get(connection, &id, Window { last: Some(MAXIMUM_TURNS) }))
        .await?
        .ok_or(aios_store::Error::NoConversation { session_id: session_id.to_owned() })?;
    Ok(AgentRequest {
        turn_id,
        model: model.to_owned(),
        system_prompt: stored.system_prompt.filter(|prompt| !prompt.trim().is_empty()).or(system_prompt),
        history: history(&stored.turns, turn_id),
    })
}

fn history(turns: &[StoredTurn], turn_id: i64) -> Vec<(Role, String)> {
    let end = turns.iter().position(|turn| turn.id == turn_id).map_or(turns.len(), |index| index + 1);
    let turns = &turns[..end];
    let mut spent = 0;
    let mut begin = turns.len().saturating_sub(1);
    for (index, turn) in turns.iter().enumerate().rev().skip(1) {
        spent += turn.user_message.chars().count() + turn.assistant_message.chars().count();
        if spent > BUDGET {
            break;
        }
        begin = index;
    }
    let mut history: Vec<(Role, String)> = Vec::new();
    for turn in &turns[begin..] {
        for (role, text) in [(Role::User, &turn.user_message), (Role::Assistant, &turn.assistant_message)] {
            if text.trim().is_empty() {
                continue;
            }
            match history.last_mut() {
                Some((last, before)) if *last == role => {
                    before.push_str("\n\n");
                    before.push_str(text);
                }
                _ => history.push((role, text.clone())),
            }
        }
    }
    history
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, history};
    use aios_model::{Role, StoredTurn, Timestamp, TurnStatus};
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
    fn the_latest_turns_that_fit_are_given_and_the_new_message_always() {
        let long = "x".repeat(BUDGET - 9);
        let turns = [turn(1, "old", "old"), turn(2, &long, "fits"), turn(3, &"y".repeat(BUDGET * 2), "")];
        let history = history(&turns, 3);
        assert_eq!(history.iter().map(|(_, text)| text.len()).collect::<Vec<_>>(), [BUDGET - 9, 4, BUDGET * 2]);
    }

    #[test]
    fn a_question_without_an_answer_joins_the_next() {
        let turns = [turn(1, "a", "b"), turn(2, "c", ""), turn(3, "d", "")];
        let expected = [(Role::User, "a"), (Role::Assistant, "b"), (Role::User, "c\n\nd")];
        assert_eq!(history(&turns, 3), expected.map(|(role, text)| (role, text.to_owned())));
    }

    proptest! {
        #[test]
        fn roles_take_turns_and_the_last_word_is_the_users(
            texts in proptest::collection::vec(("[a-z]{0,2}", "[a-z]{0,2}"), 0..8)
        ) {
            let mut turns: Vec<_> = texts.iter().enumerate().map(|(id, (user, assistant))| turn(id as i64, user, assistant)).collect();
            turns.push(turn(99, "new", ""));
            let history = history(&turns, 99);
            prop_assert!(history.windows(2).all(|pair| pair[0].0 != pair[1].0));
            prop_assert!(history.last().is_some_and(|(role, text)| *role == Role::User && text.ends_with("new")));
        }
    }
}
