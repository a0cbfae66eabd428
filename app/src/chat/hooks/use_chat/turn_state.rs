use super::Answer;
use crate::chat::types::chat::Progress;
use aios_model::{Part, Rating, Role, StoredTurn, Timestamp};
use leptos::prelude::*;
use std::sync::Arc;

/// Something that the answer did or stands on, beside its words.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// It called a tool.
    ToolCall {
        /// The tool.
        name: String,
        /// The arguments.
        input: String,
    },
    /// The tool answered.
    ToolResult {
        /// The answer.
        output: String,
        /// It failed.
        error: bool,
    },
    /// A source that it leans on.
    Citation {
        /// Its title, else its address.
        title: String,
        /// The words quoted from it.
        text: String,
    },
    /// Something that this version cannot show, by its provider's name.
    Unsupported {
        /// The name.
        kind: String,
        /// Whatever text it had.
        text: String,
    },
}

/// A file or picture that came with a message.
#[derive(Clone, PartialEq, Debug)]
pub struct Enclosure {
    /// What it is called.
    pub name: String,
    /// The text that was taken from it.
    pub text: Option<String>,
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
    /// How many answers or wordings stand beside it, and which this is, from 1.
    pub branch: Option<(usize, usize)>,
    /// What the answer did beside its words.
    pub steps: RwSignal<Vec<Step>>,
    /// The answer.
    pub answer: Answer,
}

impl TurnState {
    /// A turn that is stored.
    pub fn stored(turn: &StoredTurn) -> TurnState {
        let visible = || turn.messages.iter().filter(|message| !message.hidden);
        let steps = visible().flat_map(|message| &message.parts).filter_map(step).collect();
        let asked = visible().filter(|message| message.role == Role::User).flat_map(|message| &message.parts);
        let position = turn.siblings.iter().position(|sibling| *sibling == turn.id);
        TurnState {
            key: turn.id,
            client_id: String::new(),
            id: RwSignal::new(Some(turn.id)),
            timestamp: RwSignal::new(Some(turn.timestamp)),
            user_message: turn.user_message.as_str().into(),
            enclosures: asked.filter_map(enclosure).collect(),
            model: RwSignal::new(turn.model.clone()),
            progress: RwSignal::new(Progress::Stored(turn.status)),
            error: RwSignal::new(None),
            rating: RwSignal::new(turn.rating),
            branch: position.filter(|_| turn.siblings.len() > 1).map(|position| (position + 1, turn.siblings.len())),
            steps: RwSignal::new(steps),
            answer: Answer::stored(turn.id, &turn.assistant_message, reasoning(turn)),
        }
    }

    /// A turn that is being sent.
    pub fn sending(key: i64, client_id: String, text: String) -> TurnState {
        TurnState {
            key,
            client_id,
            id: RwSignal::new(None),
            timestamp: RwSignal::new(None),
            user_message: text.into(),
            enclosures: Vec::new(),
            model: RwSignal::new(None),
            progress: RwSignal::new(Progress::Sending),
            error: RwSignal::new(None),
            rating: RwSignal::new(None),
            branch: None,
            steps: RwSignal::new(Vec::new()),
            answer: Answer::stored(key, "", String::new()),
        }
    }
}

fn reasoning(turn: &StoredTurn) -> String {
    let mut reasoning = String::new();
    for part in turn.messages.iter().filter(|message| !message.hidden).flat_map(|message| &message.parts) {
        if let Part::Reasoning { text, summary } = part {
            for words in
                [summary.as_deref().map(|summary| format!("**{summary}**")), Some(text.clone())].into_iter().flatten()
            {
                if !words.trim().is_empty() {
                    if !reasoning.is_empty() {
                        reasoning.push_str("\n\n");
                    }
                    reasoning.push_str(&words);
                }
            }
        }
    }
    reasoning
}

fn step(part: &Part) -> Option<Step> {
    match part {
        Part::ToolCall { name, input, .. } => Some(Step::ToolCall { name: name.clone(), input: input.clone() }),
        Part::ToolResult { output, error, .. } => Some(Step::ToolResult { output: output.clone(), error: *error }),
        Part::Citation { title, url, text } => Some(Step::Citation {
            title: title.clone().or_else(|| url.clone()).unwrap_or_else(|| "Source".to_owned()),
            text: text.clone().unwrap_or_default(),
        }),
        Part::Unsupported { kind, text } => Some(Step::Unsupported { kind: kind.clone(), text: text.clone() }),
        Part::Text { .. }
        | Part::Reasoning { .. }
        | Part::Code { .. }
        | Part::Image { .. }
        | Part::Attachment { .. } => None,
    }
}

fn enclosure(part: &Part) -> Option<Enclosure> {
    match part {
        Part::Attachment { name, text, .. } => Some(Enclosure { name: name.clone(), text: text.clone() }),
        Part::Image { reference, description, .. } => {
            Some(Enclosure { name: description.clone().unwrap_or_else(|| reference.clone()), text: None })
        }
        _ => None,
    }
}
