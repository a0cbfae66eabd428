//! Makes what is shown of a conversation from what is stored of it.

use crate::chat::types::chat::{Enclosure, OpenConversation, OpenTurn, Step};
use aios_model::{Part, Role, StoredConversation, StoredTurn};

/// The conversation as it is shown.
pub fn open_conversation(stored: StoredConversation) -> OpenConversation {
    let StoredConversation { summary, system_prompt, turns, earlier_turns, .. } = stored;
    OpenConversation { summary, system_prompt, turns: turns.into_iter().map(open_turn).collect(), earlier_turns }
}

fn open_turn(turn: StoredTurn) -> OpenTurn {
    let visible = || turn.messages.iter().filter(|message| !message.hidden);
    let asked = visible().filter(|message| message.role == Role::User).flat_map(|message| &message.parts);
    let position = turn.siblings.iter().position(|sibling| *sibling == turn.id).filter(|_| turn.siblings.len() > 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    OpenTurn {
        id: turn.id,
        timestamp: turn.timestamp,
        enclosures: asked.filter_map(enclosure).collect(),
        reasoning: reasoning(&turn),
        steps: visible().flat_map(|message| &message.parts).filter_map(step).collect(),
        model: turn.model.clone(),
        status: turn.status,
        rating: turn.rating,
        branch: position.map(|position| (count(position + 1), count(turn.siblings.len()))),
        user_message: turn.user_message,
        assistant_message: turn.assistant_message,
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
        Part::Artifact { title, language, text, .. } => Some(Step::Artifact {
            title: title.clone().or_else(|| language.clone()).unwrap_or_else(|| "Document".to_owned()),
            text: text.clone(),
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
