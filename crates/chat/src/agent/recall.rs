//! Recall: the built-in agent that needs no model. It answers from the person's own history, by full-text search, in quotes.
//!
//! It never invents: every sentence but its own few is quoted, with a link to the turn, a date and a source. What it quotes is escaped, so
//! that no quoted text can become markup, a link or an image of the answer.

mod answer;
mod words;

use self::answer::Found;
use super::{Agent, AgentError, AgentEvent, AgentRequest, FinishReason};
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
        let words = words::of_question(request.question());
        let searching = async move {
            let (asked, found) = match words.is_empty() {
                true => (words, Ok(Vec::new())),
                false => {
                    let asked = words.clone();
                    (asked, database.read(move |connection| find(connection, &words, turn_id)).await)
                }
            };
            let events: Vec<AgentEvent> = match found {
                Ok(found) => {
                    let pieces = answer::pieces(&asked, &found).into_iter().map(AgentEvent::Text);
                    pieces.chain([AgentEvent::End(FinishReason::Stop)]).collect()
                }
                Err(error) => vec![AgentEvent::Error(AgentError::History { message: error.to_string() })],
            };
            stream::iter(events)
        };
        stream::once(searching).flatten().boxed()
    }
}

/// The turns that say the words, grouped by conversation, best first: those that say all of them, else those that say most.
fn find(connection: &Connection, words: &[String], asked_in: i64) -> Result<Vec<Found>, aios_store::Error> {
    let mut hits = search::search(connection, &words.join(" "), HITS)?;
    let mut found = group(connection, hits, asked_in)?;
    if found.is_empty() && words.len() > 1 {
        hits = search_any(connection, words)?;
        found = group(connection, hits, asked_in)?;
    }
    Ok(found)
}

/// Turns that say any of the words; those that say more of them, and rarer ones, first.
fn search_any(connection: &Connection, words: &[String]) -> Result<Vec<SearchHit>, aios_store::Error> {
    let mut scored: HashMap<i64, (f64, SearchHit)> = HashMap::new();
    for word in words {
        let hits = search::search(connection, word, HITS)?;
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
        } else {
            groups[at].hits.push(hit);
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
