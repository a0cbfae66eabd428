use super::Answer;
use crate::chat::types::chat::{Enclosure, OpenTurn, Progress, Step};
use aios_model::{Rating, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;

/// How a turn came onto the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It is stored, or was said elsewhere.
    Stored,
    /// It was said here, at the end.
    Said,
    /// It was said here: the question of this turn once more.
    Again(i64),
    /// It was said here: another question in the place of this turn.
    Instead(i64),
}

/// A turn on the page.
#[derive(Clone)]
pub struct TurnState {
    /// Tells turns on the page apart: the turn's id, or a negative number for one that was said here.
    pub key: i64,
    /// What it was sent under; empty for a stored turn.
    pub client_id: String,
    /// Its id, once stored.
    pub id: RwSignal<Option<i64>>,
    /// When it began.
    pub timestamp: RwSignal<Option<Timestamp>>,
    /// The user's words.
    pub user_message: Arc<str>,
    /// What came with them.
    pub enclosures: Vec<Enclosure>,
    /// Who answers.
    pub model: RwSignal<Option<String>>,
    /// How far it is.
    pub progress: RwSignal<Progress>,
    /// What went wrong, as a sentence.
    pub error: RwSignal<Option<String>>,
    /// What its reader thinks of it.
    pub rating: RwSignal<Option<Rating>>,
    /// The turns that stand beside each other here, this one included; empty if it is the only one.
    pub siblings: RwSignal<Vec<i64>>,
    /// How it came here.
    pub origin: Origin,
    /// It was sent more than once: the answer may be over before it was heard of.
    pub sent_again: StoredValue<bool>,
    /// What the answer did beside its words.
    pub steps: RwSignal<Vec<Step>>,
    /// The answer.
    pub answer: Answer,
    /// What its signals end with, if not with the conversation.
    pub lives: Option<Owner>,
}

impl TurnState {
    /// A turn that is stored.
    pub fn stored(turn: &OpenTurn) -> TurnState {
        TurnState {
            key: turn.id,
            client_id: String::new(),
            id: RwSignal::new(Some(turn.id)),
            timestamp: RwSignal::new(Some(turn.timestamp)),
            user_message: turn.user_message.as_str().into(),
            enclosures: turn.enclosures.clone(),
            model: RwSignal::new(turn.model.clone()),
            progress: RwSignal::new(Progress::Stored(turn.status)),
            error: RwSignal::new(turn.error.clone()),
            rating: RwSignal::new(turn.rating),
            siblings: RwSignal::new(turn.siblings.clone()),
            origin: Origin::Stored,
            sent_again: StoredValue::new(false),
            steps: RwSignal::new(turn.steps.clone()),
            answer: Answer::stored(turn.id, &turn.assistant_message, turn.reasoning.clone()),
            lives: None,
        }
    }

    /// A turn that is being sent.
    pub fn sending(key: i64, client_id: String, text: Arc<str>, origin: Origin) -> TurnState {
        TurnState {
            key,
            client_id,
            id: RwSignal::new(None),
            timestamp: RwSignal::new(None),
            user_message: text,
            enclosures: Vec::new(),
            model: RwSignal::new(None),
            progress: RwSignal::new(Progress::Sending),
            error: RwSignal::new(None),
            rating: RwSignal::new(None),
            siblings: RwSignal::new(Vec::new()),
            origin,
            sent_again: StoredValue::new(false),
            steps: RwSignal::new(Vec::new()),
            answer: Answer::stored(key, "", String::new()),
            lives: None,
        }
    }
}
