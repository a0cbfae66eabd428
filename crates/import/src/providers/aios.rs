//! AI OS's own exports: of this project, whole; and of the original, as of May 2026.
//!
//! ```text
//! { "version": "1.0", "platform": "AI_OS", "exported_at", "conversation": {…} or "conversations": [{…}] }
//!     { "session_id", "name", "started", "last_updated", "turns": [ { "timestamp", "user", "assistant", … } ], …,
//!       "canonical": the whole conversation (of this project only) }           such an object alone is a file below Feeds/
//! { "messages": [ { "role", "content" } ], "_meta": { "message_id", "conversation_id", "rated_at" } }       an answer that was found good
//! { "message_id", "conversation_id", "user_message", "assistant_message", "reason", "rated_at" }           one that was found bad
//! { "timestamp", "entry": "User: …", "convo_id" }                              a line of the oldest log
//! ```

use crate::{
    lenient::{Flag, List, Object, Shape, Text, Time, Type, lenient_object},
    provider::{Collector, Context, Kind, Notes, Provider},
    providers::assemble::{self, assemble, chain},
    tree::Node,
};
use aios_model::{Conversation, Message, Role, Source};
use serde::Deserialize;
use std::collections::HashSet;

mod log;
mod rated;

pub(crate) struct AiOs;

lenient_object! {
    struct RawEnvelope<'de> {
        "conversation" => conversation: Object<RawConversation<'de>>,
        "exported_at" => exported_at: Text<'de>,
    }
}

lenient_object! {
    struct RawConversation<'de> {
        "session_id" => session_id: Text<'de>,
        "name" => name: Text<'de>,
        "started" => started: Time,
        "last_updated" => updated: Time,
        "summary" => summary: Text<'de>,
        "archived" => archived: Flag,
        "turns" => turns: List<RawTurn<'de>>,
        "canonical" => canonical: Type,
    } known [
        "source" "turn_count" "total_turns" "state_snapshot" "weight" "channel" "last_message" "preview" "indexed" "id"
    ]
}

lenient_object! {
    struct RawTurn<'de> {
        "timestamp" => timestamp: Time,
        "user" => user: Text<'de>,
        "assistant" => assistant: Text<'de>,
    } known ["feed_type" "context_level" "metadata"]
}

/// The envelope around one conversation, as this project writes it.
#[derive(Deserialize)]
struct WholeEnvelope {
    conversation: Whole,
}

/// A conversation, as this project writes it. What stands beside the canonical form repeats it.
#[derive(Deserialize)]
struct Whole {
    canonical: Conversation,
}

impl Provider for AiOs {
    fn source(&self) -> Source {
        Source::AIOS
    }

    fn title(&self) -> &'static str {
        "AI OS"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"platform\":\"AI_OS\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is = |key, kind| shape.get(key) == Some(kind);
        let envelope = is("conversation", Type::Object) && shape.has(&["platform", "exported_at"]);
        let alone = is("turns", Type::List) && shape.has(&["session_id"]);
        let good = is("messages", Type::List) && is("_meta", Type::Object);
        let bad = shape.has(&["message_id", "conversation_id", "user_message", "assistant_message"]);
        if envelope || alone || good || bad {
            return Some(Kind::Conversation);
        }
        (is("entry", Type::Text) && shape.has(&["timestamp"])).then_some(Kind::Piece)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let in_envelope = |_| crate::json::from_slice::<WholeEnvelope>(element).map(|envelope| envelope.conversation);
        if let Ok(Whole { canonical }) = crate::json::from_slice(element).or_else(in_envelope) {
            return Ok(Some(checked(canonical, context.notes)));
        }
        let envelope: RawEnvelope<'_> = crate::json::from_slice(element)?;
        let raw = match envelope.conversation.0 {
            Some(conversation) => conversation,
            None => crate::json::from_slice(element)?,
        };
        if raw.session_id.filled().is_some() {
            return Ok(Some(convert(raw, context.notes)));
        }
        rated::read(element, context.notes)
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::<log::Log>::default())
    }
}

/// A canonical conversation as it is, unless somebody has changed it to what no importer makes: then in its canonical order.
fn checked(conversation: Conversation, notes: &mut Notes) -> Conversation {
    let source = Source::from_name(conversation.source.as_str());
    let mut before: HashSet<&str> = HashSet::with_capacity(conversation.messages.len());
    let is_in_order = conversation.messages.iter().all(|message| {
        let has_parent = message.parent.as_deref().is_none_or(|parent| before.contains(parent));
        before.insert(&message.id) && has_parent
    });
    if is_in_order && !conversation.source_id.trim().is_empty() {
        return Conversation { source, ..conversation };
    }
    let node = |message: Message| Node {
        id: message.id.clone(),
        parent: message.parent.clone(),
        created: message.created,
        message: Some(message),
    };
    let mut conversation = conversation;
    let nodes = std::mem::take(&mut conversation.messages).into_iter().map(node).collect();
    let active = conversation.active_leaf.take();
    assemble(Conversation { source, ..conversation }, nodes, active.as_deref(), notes)
}

/// A conversation of which there are the turns of one branch.
fn convert(raw: RawConversation<'_>, notes: &mut Notes) -> Conversation {
    raw.unknown.iter().for_each(|name| notes.unknown("AI OS conversation field", name));
    if raw.canonical != Type::Null {
        let sentence = "Its whole form could not be read (a newer version may have written it): the turns of the branch that was seen last were kept.";
        notes.warnings.push(sentence.to_owned());
    }
    let mut messages = Vec::with_capacity(2 * raw.turns.0.len());
    for turn in &raw.turns.0 {
        turn.unknown.iter().for_each(|name| notes.unknown("AI OS turn field", name));
        for (role, said) in [(Role::User, &turn.user), (Role::Assistant, &turn.assistant)] {
            let parts = said.filled().and_then(assemble::text).into_iter().collect();
            messages.extend(assemble::message("", role, turn.timestamp.0, parts));
        }
    }
    let head = Conversation {
        title: raw.name.owned(),
        created: raw.started.0,
        updated: raw.updated.0,
        summary: raw.summary.owned(),
        archived: raw.archived.set(),
        ..Conversation::new(Source::AIOS, raw.session_id.as_str())
    };
    assemble(head, chain(messages), None, notes)
}
