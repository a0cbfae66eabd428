//! Fitting a conversation into what a model can take.

use crate::{
    agent::{Agent, AgentError, AgentEvent, AgentRequest, estimate, tools},
    files,
};
use aios_model::Role;
use aios_protocol::agents::AgentModel;
use aios_store::{
    Database,
    notes::{self, AnswerNotes},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures::{
    StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use std::{path::PathBuf, sync::Arc};

/// Tokens that a model is taken to have if nobody says: what small local ones have.
const UNKNOWN_CONTEXT: u32 = 8192;

/// The most bytes of one picture, and of all pictures of a request. Providers refuse larger ones.
const MAXIMUM_PICTURE: u64 = 5 * 1024 * 1024;
const MAXIMUM_PICTURES: usize = 15 * 1024 * 1024;

/// An agent that is given what fits: of the earlier turns the latest, whole ones; the new message whatever its length. It tells what was left
/// out, reads the pictures, lets the model search the history if that is wanted, and estimates the tokens if the provider reports none.
pub(crate) struct Fitted {
    pub(crate) agent: Arc<dyn Agent>,
    pub(crate) database: Arc<Database>,
    /// Where the bytes of the history's files lie.
    pub(crate) folder: PathBuf,
    /// Tokens that the model can take, if known.
    pub(crate) context_length: Option<u32>,
    /// The model may search the history.
    pub(crate) search_history: bool,
}

impl Agent for Fitted {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        self.agent.models()
    }

    fn answer(&self, mut request: AgentRequest) -> BoxStream<'static, AgentEvent> {
        if !self.agent.takes_pictures(&request.model) {
            request.pictures.clear();
        }
        let notice = fit(&mut request, self.context_length.unwrap_or(UNKNOWN_CONTEXT) as usize);
        let (agent, database, folder) = (self.agent.clone(), self.database.clone(), self.folder.clone());
        let search_history = self.search_history;
        let counting = Counting {
            input: request.estimated_tokens(),
            output: 0,
            reported: false,
            turn_id: request.turn_id,
            database: database.clone(),
        };
        let notices = stream::iter(notice.clone().map(AgentEvent::Notice));
        let answering = async move {
            note(&database, request.turn_id, AnswerNotes { notice, ..AnswerNotes::default() }).await;
            read_pictures(&mut request, &folder).await;
            if search_history { tools::answer(agent, database, request) } else { agent.answer(request) }
        };
        let events = stream::once(answering).flatten();
        let counted = stream::unfold((events.boxed(), counting), |(mut events, mut counting)| async {
            let event = events.next().await?;
            counting.count(&event).await;
            Some((event, (events, counting)))
        });
        notices.chain(counted).boxed()
    }
}

/// Leaves out the oldest messages until the request fits into three quarters of `context`: the rest is for the answer, and for an estimate
/// that is too low. Returns what the reader is told.
fn fit(request: &mut AgentRequest, context: usize) -> Option<String> {
    let budget = context / 4 * 3;
    let mut left_out = request.left_out;
    let mut tokens = request.estimated_tokens();
    let last = request.history.iter().rposition(|(role, _)| *role == Role::User).unwrap_or(0);
    let mut dropped = 0;
    while tokens > budget && dropped < last {
        // A question goes with its answer, so that a user speaks first.
        loop {
            tokens = tokens.saturating_sub(estimate(&request.history[dropped].1));
            left_out += u32::from(request.history[dropped].0 == Role::User);
            dropped += 1;
            if dropped >= last || request.history[dropped].0 == Role::User {
                break;
            }
        }
    }
    request.history.drain(..dropped);
    request.pictures.retain_mut(|picture| {
        let stays = picture.message >= dropped;
        picture.message = picture.message.saturating_sub(dropped);
        stays
    });
    if left_out == 0 {
        return None;
    }
    request.left_out = left_out;
    let turns = if left_out == 1 { "The first turn".to_owned() } else { format!("The first {left_out} turns") };
    let Some(summary) = request.summary.take() else {
        return Some(format!(
            "{turns} of this conversation did not fit into the model's memory and {} not given to it.",
            if left_out == 1 { "was" } else { "were" }
        ));
    };
    let prompt = request.system_prompt.get_or_insert_default();
    if !prompt.is_empty() {
        prompt.push_str("\n\n");
    }
    prompt.push_str(&format!("Summary of the earlier part of this conversation:\n{summary}"));
    Some(format!("{turns} of this conversation did not fit into the model's memory; it was given the summary instead."))
}

/// Reads the pictures, the latest first; those that are too large or cannot be read are not given.
async fn read_pictures(request: &mut AgentRequest, folder: &std::path::Path) {
    let mut room = MAXIMUM_PICTURES;
    for picture in request.pictures.iter_mut().rev() {
        let path = files::path(folder, &picture.hash);
        let size = tokio::fs::metadata(&path).await.map_or(u64::MAX, |metadata| metadata.len());
        if size > MAXIMUM_PICTURE || size > room as u64 {
            continue;
        }
        match tokio::fs::read(&path).await {
            Ok(bytes) => {
                room = room.saturating_sub(bytes.len());
                picture.base64 = BASE64_STANDARD.encode(bytes);
            }
            Err(error) => tracing::warn!(path = %path.display(), %error, "a picture could not be read"),
        }
    }
    request.pictures.retain(|picture| !picture.base64.is_empty());
}

/// Notes something of a turn; an answer is never lost over it.
async fn note(database: &Database, turn_id: i64, notes: AnswerNotes) {
    if notes == AnswerNotes::default() {
        return;
    }
    if let Err(error) = database.write(move |transaction| notes::note(transaction, turn_id, &notes)).await {
        tracing::warn!(turn_id, %error, "how an answer was made was not noted");
    }
}

/// Counts what comes, in case the provider does not.
struct Counting {
    input: usize,
    output: usize,
    reported: bool,
    turn_id: i64,
    database: Arc<Database>,
}

impl Counting {
    async fn count(&mut self, event: &AgentEvent) {
        match event {
            AgentEvent::Text(text) | AgentEvent::Reasoning(text) => self.output += text.len(),
            AgentEvent::Usage { .. } => self.reported = true,
            AgentEvent::End(_) | AgentEvent::Error(_) if !self.reported => {
                let count = |tokens: usize| u32::try_from(tokens).unwrap_or(u32::MAX);
                // Pieces are too short to be estimated one by one.
                let (turn_id, input, output) = (self.turn_id, count(self.input), count(self.output.div_ceil(4)));
                let estimate = move |transaction: &aios_store::Transaction<'_>| {
                    notes::estimate_tokens(transaction, turn_id, input, output)
                };
                if let Err(error) = self.database.write(estimate).await {
                    tracing::warn!(turn_id, %error, "the tokens of an answer were not estimated");
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fit;
    use crate::agent::{AgentRequest, Picture};
    use aios_model::Role;
    use proptest::prelude::*;

    fn request(texts: &[(&str, usize)]) -> AgentRequest {
        let role = |role: &str| if role == "user" { Role::User } else { Role::Assistant };
        let history = texts.iter().map(|(name, length)| (role(name), "x".repeat(*length))).collect();
        AgentRequest { history, ..AgentRequest::default() }
    }

    #[test]
    fn what_fits_is_given_whole_and_nothing_is_said() {
        let mut whole = request(&[("user", 40), ("assistant", 40), ("user", 40)]);
        assert_eq!(fit(&mut whole, 8192), None);
        assert_eq!(whole.history.len(), 3);
    }

    #[test]
    fn the_oldest_turns_are_left_out_with_their_pictures_and_the_new_message_never() {
        let mut long =
            request(&[("user", 4000), ("assistant", 4000), ("user", 40), ("assistant", 40), ("user", 40_000)]);
        let picture =
            |message| Picture { message, media_type: String::new(), hash: String::new(), base64: String::new() };
        long.pictures = vec![picture(0), picture(4)];
        let notice = fit(&mut long, 1000).unwrap();
        assert!(notice.starts_with("The first 2 turns"), "{notice}");
        assert_eq!((long.history.len(), long.pictures.len(), long.pictures[0].message), (1, 1, 0));
    }

    #[test]
    fn a_summary_stands_for_what_was_left_out() {
        let mut long = request(&[("user", 4000), ("assistant", 4000), ("user", 40)]);
        long.summary = Some("They spoke of boilers.".into());
        assert!(fit(&mut long, 1000).unwrap().contains("summary"));
        assert!(long.system_prompt.unwrap().ends_with("They spoke of boilers."));
    }

    proptest! {
        #[test]
        fn what_is_left_begins_with_the_user_and_ends_with_the_new_message(
            lengths in proptest::collection::vec(0usize..3000, 0..12), context in 0usize..4000
        ) {
            let mut texts: Vec<_> = lengths.iter().enumerate().map(|(at, length)| (if at % 2 == 0 { "user" } else { "assistant" }, *length)).collect();
            if texts.len() % 2 == 1 {
                texts.pop();
            }
            texts.push(("user", 7));
            let mut request = request(&texts);
            fit(&mut request, context);
            prop_assert!(request.history[0].0 == Role::User);
            prop_assert_eq!(request.history.last().unwrap(), &(Role::User, "x".repeat(7)));
        }
    }
}
