//! Conversations of Workspace accounts: `Gemini in Workspace/Conversation History/conversation_<N>.txt`, which is JSON.
//!
//! ```text
//! { "title", "creation_time", "last_modification_time", "conversation_turns": [
//!     {"user_turn": {"prompt", "turn_index", "turn_last_modified", "turn_deleted_time"}} |
//!     {"system_turn": {"text": [{"data"} | {"cards": [{"content"}]}], "images", "model_thoughts": [{"headline", "description"}], …}} ] }
//! ```
//!
//! A turn that comes again with the index of an earlier one was edited or asked for again: it is a branch beside it.

use super::SOURCE;
use crate::{
    lenient::{List, Object, Text, TextOr, Time, lenient_object},
    provider::Context,
    providers::fallback_id,
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role};
use std::collections::HashMap;

lenient_object! {
    struct RawConversation<'de> {
        "title" => title: Text<'de>,
        "creation_time" => created: Time,
        "last_modification_time" => updated: Time,
        "conversation_turns" => turns: List<RawTurn<'de>>,
    } known []
}

lenient_object! {
    struct RawTurn<'de> {
        "user_turn" => user: Object<RawUser<'de>>,
        "system_turn" => system: Object<RawSystem<'de>>,
    } known []
}

lenient_object! {
    struct RawUser<'de> {
        "prompt" => prompt: Text<'de>,
        "turn_index" => index: Text<'de>,
        "turn_last_modified" => modified: Time,
        "turn_deleted_time" => deleted: Time,
        "images" => images: List<TextOr<'de, RawImage<'de>>>,
    } known []
}

lenient_object! {
    struct RawSystem<'de> {
        "text" => texts: List<RawText<'de>>,
        "images" => images: List<TextOr<'de, RawImage<'de>>>,
        "model_thoughts" => thoughts: List<RawThought<'de>>,
        "turn_index" => index: Text<'de>,
        "turn_last_modified" => modified: Time,
        "turn_deleted_time" => deleted: Time,
    } known []
}

lenient_object! {
    struct RawText<'de> {
        "data" => data: Text<'de>,
        "cards" => cards: List<RawCard<'de>>,
    }
}

lenient_object! {
    struct RawCard<'de> {
        "content" => content: Text<'de>,
    }
}

lenient_object! {
    struct RawImage<'de> {
        "name" => name: Text<'de>,
        "file_name" => file_name: Text<'de>,
    }
}

lenient_object! {
    struct RawThought<'de> {
        "headline" => headline: Text<'de>,
        "description" => description: Text<'de>,
    }
}

/// Reads a conversation.
pub(super) fn read(element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Conversation> {
    let raw: RawConversation<'_> = crate::json::from_slice(element)?;
    raw.unknown.iter().for_each(|name| context.notes.unknown("Gemini conversation field", name));
    let mut nodes: Vec<Node> = Vec::new();
    // The first node of each role and index, and how many there are.
    let mut places: HashMap<(&str, String), (usize, u32)> = HashMap::new();
    let mut at = 0;
    for turn in raw.turns.0 {
        turn.unknown.iter().for_each(|name| context.notes.unknown("Gemini turn", name));
        let messages = [turn.user.0.map(RawUser::convert), turn.system.0.map(RawSystem::convert)];
        for (mut message, index, unknown) in messages.into_iter().flatten() {
            unknown.iter().for_each(|name| context.notes.unknown("Gemini turn field", name));
            let role = if message.role == Role::User { "user" } else { "model" };
            let index = if index.is_empty() { at.to_string() } else { index };
            at += 1;
            let (first, count) =
                *places.entry((role, index.clone())).and_modify(|(_, count)| *count += 1).or_insert((nodes.len(), 1));
            let parent = match nodes.get(first) {
                Some(sibling) => sibling.parent.clone(),
                None => nodes.last().map(|node| node.id.clone()),
            };
            message.id = format!("{role}-{index}");
            if count > 1 {
                message.id.push_str(&format!("-{count}"));
            }
            let empty = message.parts.is_empty();
            nodes.push(Node {
                id: message.id.clone(),
                parent,
                created: message.created,
                message: (!empty).then_some(message),
            });
        }
    }
    let last = nodes.last().map(|node| node.id.clone());
    let tree = tree::arrange(nodes, last.as_deref());
    let title = raw.title.owned();
    let times = || tree.messages.iter().filter_map(|message| message.created);
    let source_id = fallback_id(title.as_deref().unwrap_or_default(), raw.created.0, &tree.messages);
    Ok(Conversation {
        title,
        created: raw.created.0.or_else(|| times().min()),
        updated: raw.updated.0.or_else(|| times().max()),
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..Conversation::new(SOURCE, source_id)
    })
}

type Converted = (Message, String, Vec<String>);

impl RawUser<'_> {
    fn convert(self) -> Converted {
        let mut parts: Vec<Part> = self.prompt.owned().map(Part::text).into_iter().collect();
        parts.extend(self.images.0.iter().filter_map(image));
        (message(Role::User, parts, self.modified, self.deleted), self.index.as_str().to_owned(), self.unknown)
    }
}

impl RawSystem<'_> {
    fn convert(self) -> Converted {
        let mut parts = Vec::new();
        for thought in self.thoughts.0 {
            if thought.headline.filled().is_some() || thought.description.filled().is_some() {
                let text = thought.description.as_str().to_owned();
                parts.push(Part::Reasoning { text, summary: thought.headline.owned() });
            }
        }
        for text in self.texts.0 {
            parts.extend(text.data.owned().map(Part::text));
            parts.extend(text.cards.0.into_iter().filter_map(|card| card.content.owned()).map(Part::text));
        }
        parts.extend(self.images.0.iter().filter_map(image));
        (message(Role::Assistant, parts, self.modified, self.deleted), self.index.as_str().to_owned(), self.unknown)
    }
}

/// What was deleted is kept, and not shown.
fn message(role: Role, parts: Vec<Part>, modified: Time, deleted: Time) -> Message {
    Message {
        id: String::new(),
        parent: None,
        role,
        created: modified.0,
        model: None,
        hidden: deleted.0.is_some(),
        parts,
        rating: None,
        feedback: None,
    }
}

fn image(image: &TextOr<'_, RawImage<'_>>) -> Option<Part> {
    let name = match image {
        TextOr::Text(name) => name,
        TextOr::Other(image) => image.file_name.filled().or(image.name.filled())?,
        TextOr::Nothing => return None,
    };
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
    (!name.is_empty()).then(|| Part::Image { reference: name.to_owned(), media_type: None, description: None })
}
