//! The oldest log: lines with what was said, and with where a conversation begins and ends.

use crate::{
    lenient::{Text, Time, lenient_object},
    provider::{Collector, Context},
    providers::assemble::{self, Room, assemble, chain},
};
use aios_model::{Conversation, Message, Role, Source, Timestamp};

lenient_object! {
    struct RawLine<'de> {
        "timestamp" => timestamp: Time,
        "entry" => entry: Text<'de>,
        "convo_id" => id: Text<'de>,
    }
}

const STARTED: &str = "Conversation started.";
const ENDED: &str = "User ended the chat session.";

/// The conversation at hand, and the one that has just ended.
#[derive(Default)]
pub(super) struct Log {
    open: Held,
    whole: Option<Held>,
    room: Room,
}

#[derive(Default)]
struct Held {
    id: String,
    started: Option<Timestamp>,
    messages: Vec<Message>,
}

impl Log {
    fn end(&mut self) {
        let held = std::mem::take(&mut self.open);
        self.room = Room::default();
        if !held.messages.is_empty() {
            self.whole = Some(held);
        }
    }
}

impl Collector for Log {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let raw: RawLine<'_> = crate::json::from_slice(element)?;
        let Some(entry) = raw.entry.filled() else { return Ok(false) };
        let id = raw.id.as_str();
        if entry == STARTED || (!id.is_empty() && !self.open.id.is_empty() && id != self.open.id) {
            self.end();
        }
        if self.open.started.is_none() {
            self.open.started = raw.timestamp.0;
        }
        if !id.is_empty() {
            id.clone_into(&mut self.open.id);
        }
        if entry == ENDED {
            self.end();
        } else if entry != STARTED && self.room.take(element.len(), context.notes) {
            self.open.messages.extend(messages(entry, raw.timestamp.0));
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if ended && self.whole.is_none() {
            self.end();
        }
        let held = self.whole.take()?;
        let id = match held.started {
            _ if !held.id.is_empty() => held.id,
            Some(started) => format!("log-{started}"),
            None => assemble::content_id(&held.messages),
        };
        let head = Conversation { created: held.started, ..Conversation::new(Source::AIOS, id) };
        Some(assemble(head, chain(held.messages), None, context.notes))
    }

    fn beside(&self) -> &'static str {
        "a log without a word"
    }
}

/// What an entry says: the person, or the agent under its name, or one after the other.
fn messages(entry: &str, created: Option<Timestamp>) -> Vec<Message> {
    let said =
        |role, text: &str| assemble::message("", role, created, assemble::text(text.trim()).into_iter().collect());
    let Some(asked) = entry.strip_prefix("User:") else {
        let text = agent(entry).unwrap_or(entry);
        return said(Role::Assistant, text).into_iter().collect();
    };
    match asked.split_once("\nAssistant:") {
        Some((asked, answered)) => said(Role::User, asked).into_iter().chain(said(Role::Assistant, answered)).collect(),
        None => said(Role::User, asked).into_iter().collect(),
    }
}

/// What is behind the name of an agent: one word with a capital, and a colon.
fn agent(entry: &str) -> Option<&str> {
    let (name, text) = entry.split_once(": ")?;
    let is_name = name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric);
    is_name.then_some(text)
}
