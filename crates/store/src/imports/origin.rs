//! What an imported conversation had that no column of `convos` holds, as JSON in `origin_json`.

use crate::{Error, encoding::Placed, error::During};
use aios_model::{Conversation, Message, Timestamp, TurnTree};
use serde::{Deserialize, Serialize};

/// The rest of an imported conversation.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// When it began, as the export says (the column has a fallback).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When something was last said, as the export says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The model named for the whole (the column has that of the latest answer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What its provider noted down about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The message at the end of the branch seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_leaf: Option<String>,
    /// The turn that was made active for it: as long as this is so, `active_leaf` holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_turn: Option<i64>,
    /// Messages that are in no turn, because nothing visible follows or precedes them: hidden ones and instructions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loose: Vec<Placed<Message>>,
}

impl Origin {
    pub fn new(
        conversation: &Conversation,
        tree: &TurnTree<'_>,
        positions: &Positions<'_>,
        active_turn: Option<i64>,
    ) -> Origin {
        let mut in_turn = vec![false; conversation.messages.len()];
        for message in tree.turns.iter().flat_map(|turn| &turn.messages) {
            if let Some(position) = positions.of(message) {
                in_turn[position as usize] = true;
            }
        }
        let loose = conversation.messages.iter().zip(0u32..).zip(in_turn).filter(|(_, in_turn)| !in_turn);
        Origin {
            created: conversation.created,
            updated: conversation.updated,
            model: conversation.model.clone(),
            summary: conversation.summary.clone(),
            active_leaf: conversation.active_leaf.clone(),
            active_turn,
            loose: loose
                .map(|((message, position), _)| Placed { position: Some(position), message: message.clone() })
                .collect(),
        }
    }

    pub fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self).during("writing what an imported conversation had")
    }

    pub fn from_json(session_id: &str, json: Option<&str>) -> Result<Origin, Error> {
        let Some(json) = json else { return Ok(Origin::default()) };
        serde_json::from_str(json).map_err(|error| Error::Corrupt {
            what: "origin_json",
            place: format!("conversation {session_id:?}"),
            reason: error.to_string(),
        })
    }
}

/// Finds the position of a message that is borrowed from a conversation, by its place in memory: ids may repeat in a broken export.
pub(crate) struct Positions<'a>(&'a [Message]);

impl<'a> Positions<'a> {
    pub fn new(conversation: &'a Conversation) -> Positions<'a> {
        Positions(&conversation.messages)
    }

    pub fn of(&self, message: &Message) -> Option<u32> {
        let offset = std::ptr::from_ref(message).addr().checked_sub(self.0.as_ptr().addr())?;
        let position = offset / size_of::<Message>();
        self.0.get(position).filter(|found| std::ptr::eq(*found, message))?;
        u32::try_from(position).ok()
    }
}
