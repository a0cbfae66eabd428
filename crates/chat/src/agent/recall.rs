//! Recall: the built-in agent that needs no model. It understands what a question about one's own past asks for
//! (words, times, sources: `question`) and answers from the person's own history, by full-text search, in quotes.
//!
//! It never invents: every sentence but its own few is quoted, with a link to the turn, a date and a source. What it quotes is escaped, so
//! that no quoted text can become markup, a link or an image of the answer.

pub(super) mod answer;
mod dates;
pub(super) mod question;
mod words;

use self::{
    answer::{Found, FoundHit, OtherTime},
    dates::show,
    question::Question,
};
use super::{Agent, AgentError, AgentEvent, AgentRequest, FinishReason};
use crate::clock::now;
use aios_model::{SearchHit, StoredTurn};
use aios_protocol::agents::AgentModel;
use aios_store::{Connection, Database, search, turns};
use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use std::{collections::HashMap, sync::Arc};

/// Turns that one search may bring.
const HITS: u32 = 60;

/// Turns that are quoted of one conversation.
const TURNS_A_CONVERSATION: usize = 3;

/// Conversations that are quoted.
const CONVERSATIONS: usize = 6;

/// Searches the history that it is given.
pub struct Recall {
    database: Arc<Database>,
}

impl Recall {
    /// Its id in the selector.
    pub const ID: &'static str = "recall";

    /// Recall over a history.
    pub fn new(database: Arc<Database>) -> Recall {
        Recall { database }
    }

    /// Its line in the selector.
    pub fn model() -> AgentModel {
        AgentModel {
            id: Recall::ID.into(),
            name: "Recall".into(),
            provider: Recall::ID.into(),
            description: Some("Searches your own history and quotes it; not a language model.".into()),
            context_length: None,
        }
    }
}

impl Agent for Recall {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        ready(Ok(vec![Recall::model()])).boxed()
    }

    fn answer(&self, request: AgentRequest) -> BoxStream<'static, AgentEvent> {
        let database = self.database.clone();
        let turn_id = request.turn_id;
        let question = Question::of_history(&request.history, now());
        let searching = async move {
            let asked = question.clone();
            let found = match asked.is_empty() {
                true => Ok(Vec::new()),
                false => database.read(move |connection| find(connection, &question, turn_id)).await,
            };
            let (asked, found, other_time) = match found {
                // Better something from another time than nothing, as long as it is said.
                Ok(found) if found.is_empty() && asked.when.is_some() && !asked.words.is_empty() => {
                    let wider = Question { when: None, ..asked.clone() };
                    let found = database.read(move |connection| find(connection, &wider, turn_id)).await;
                    (asked, found, OtherTime(true))
                }
                found => (asked, found, OtherTime(false)),
            };
            let events: Vec<AgentEvent> = match found {
                Ok(found) => {
                    let pieces = answer::pieces(&asked, &found, other_time).into_iter().map(AgentEvent::Text);
                    pieces.chain([AgentEvent::End(FinishReason::Stop)]).collect()
                }
                Err(error) => vec![AgentEvent::Error(AgentError::History { message: error.to_string() })],
            };
            stream::iter(events)
        };
        stream::once(searching).flatten().boxed()
    }
}

/// The turns that a question asks for, grouped by conversation, best first: those that say all of its words, else those that say most.
pub(super) fn find(
    connection: &Connection,
    question: &Question,
    asked_in: i64,
) -> Result<Vec<Found>, aios_store::Error> {
    let mut found = group(connection, search_all(connection, question, &question.words)?, asked_in)?;
    if found.is_empty() && question.words.len() > 1 {
        found = group(connection, search_any(connection, question)?, asked_in)?;
    }
    Ok(found)
}

/// Turns that say all these words, in one of the question's periods and at its source.
fn search_all(
    connection: &Connection,
    question: &Question,
    words: &[String],
) -> Result<Vec<SearchHit>, aios_store::Error> {
    let mut query = words.join(" ");
    if let Some(source) = question.source {
        query.push_str(&format!(" source:{source}"));
    }
    let Some(when) = &question.when else { return search::search(connection, &query, HITS) };
    let mut hits = Vec::new();
    for (after, before) in &when.periods {
        let mut query = query.clone();
        for (name, time) in [("after", after), ("before", before)] {
            if let Some(time) = time {
                query.push_str(&format!(" {name}:{}", show(*time)));
            }
        }
        hits.extend(search::search(connection, &query, HITS - hits.len() as u32)?);
        if hits.len() >= HITS as usize {
            break;
        }
    }
    Ok(hits)
}

/// Turns that say any of the words; those that say more of them, and rarer ones, first.
fn search_any(connection: &Connection, question: &Question) -> Result<Vec<SearchHit>, aios_store::Error> {
    let mut scored: HashMap<i64, (f64, SearchHit)> = HashMap::new();
    for word in &question.words {
        let hits = search_all(connection, question, std::slice::from_ref(word))?;
        // A word that is everywhere tells little.
        let weight = 1.0 + 1.0 / (1.0 + hits.len() as f64);
        for (rank, hit) in hits.into_iter().enumerate() {
            let score = weight - rank as f64 / 1000.0;
            scored.entry(hit.turn_id).and_modify(|(sum, _)| *sum += score).or_insert((score, hit));
        }
    }
    let mut hits: Vec<_> = scored.into_values().collect();
    // The later turn first among equals, so that the same history always gives the same answer.
    hits.sort_by(|(a, left), (b, right)| b.total_cmp(a).then(right.turn_id.cmp(&left.turn_id)));
    Ok(hits.into_iter().map(|(_, hit)| hit).collect())
}

fn group(connection: &Connection, hits: Vec<SearchHit>, asked_in: i64) -> Result<Vec<Found>, aios_store::Error> {
    let mut groups: Vec<Found> = Vec::new();
    for hit in hits {
        if hit.turn_id == asked_in {
            continue;
        }
        let at = groups.iter().position(|group| group.conversation.session_id == hit.conversation.session_id);
        if at.map_or(groups.len() >= CONVERSATIONS, |at| groups[at].hits.len() >= TURNS_A_CONVERSATION) {
            continue;
        }
        // Recall's own answers quote what is found anyway.
        let Some(turn) = turns::get_turn(connection, hit.turn_id)?.filter(|turn| !is_recall(turn)) else { continue };
        let at = at.unwrap_or_else(|| {
            groups.push(Found { conversation: hit.conversation.clone(), hits: Vec::new(), opening: None });
            groups.len() - 1
        });
        if is_of_name(&hit) {
            groups[at].opening = Some((turn.id, turn.timestamp, turn.user_message));
        } else if !groups[at].hits.iter().any(|known| known.hit.turn_id == hit.turn_id) {
            groups[at].hits.push(FoundHit { hit, user: turn.user_message, assistant: turn.assistant_message });
        }
    }
    Ok(groups)
}

/// What was found is the name of the conversation, not something that was said.
fn is_of_name(hit: &SearchHit) -> bool {
    let snippet: String = hit.snippet.iter().map(|part| part.text.as_str()).collect();
    hit.conversation.name.as_ref() == Some(&snippet)
}

fn is_recall(turn: &StoredTurn) -> bool {
    turn.model.as_deref() == Some(Recall::ID)
}
