//! Sessions of Codex (`~/.codex/sessions/…/rollout-….jsonl`), as seen in 2025 and 2026.
//!
//! ```text
//! {"timestamp","type":"session_meta","payload":{"id","cwd","instructions","forked_from_id"}}
//! {"timestamp","type":"turn_context","payload":{"model","cwd"}}
//! {"timestamp","type":"response_item","payload":{"type":"message"|"reasoning"|"function_call"|"function_call_output"|…}}
//! {"timestamp","type":"event_msg","payload":{"type":"user_message"|"agent_message"|"thread_rolled_back"|…}}
//! ```
//!
//! What is said is there twice, as items and as events; the events are read only where there are no items. Until autumn 2025 items were lines themselves,
//! behind a first line `{"id","timestamp","instructions"}`.

use crate::{
    elements::MAXIMUM_ELEMENT,
    lenient::{Object, Shape, Text, Time, Type, lenient_object},
    provider::{Collector, Context, Kind, Provider},
    providers::{
        fallback_id,
        local::{Chain, basename, content_id, message},
    },
    tree,
};
use aios_model::{Conversation, Message, Part, Role, Source, Timestamp};
use item::{RawItem, is_not_said};
use std::collections::VecDeque;

mod item;

pub(crate) struct Codex;

const SOURCE: Source = Source::new("codex");

lenient_object! {
    struct RawLine<'de> {
        "timestamp" => timestamp: Time,
        "type" => kind: Text<'de>,
        "record_type" => record: Text<'de>,
        "payload" => payload: Object<RawItem<'de>>,
    }
}

impl Provider for Codex {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Codex"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"session_meta\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is_line = shape.get("type") == Some(Type::Text) && shape.get("payload") == Some(Type::Object);
        let is_old_beginning = shape.has(&["id", "timestamp", "instructions"])
            && shape.names().all(|name| matches!(name, "id" | "timestamp" | "instructions" | "git" | "cwd"));
        (is_line || is_old_beginning).then_some(Kind::Piece)
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::new(Sessions::default()))
    }
}

/// The sessions of a file: mostly one.
#[derive(Default)]
struct Sessions {
    current: Option<Session>,
    whole: VecDeque<Conversation>,
    /// Bytes of the lines of the session at hand.
    held: usize,
    full: bool,
}

/// A session that goes on.
#[derive(Default)]
struct Session {
    id: String,
    forked_from: Option<String>,
    created: Option<Timestamp>,
    folder: Option<String>,
    instructions: Option<String>,
    title: Option<String>,
    model: Option<String>,
    chain: Chain,
    /// What the person said, as positions in the chain: by these it is counted how far a session is taken back.
    questions: Vec<usize>,
    /// There are items: the events say the same again.
    has_items: bool,
    events: Vec<Message>,
}

impl Collector for Sessions {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let line: RawLine<'_> = crate::json::from_slice(element)?;
        let kind = line.kind.as_str();
        let Object(Some(item)) = line.payload else {
            return self.take_old(element, &line, context);
        };
        if !matches!(
            kind,
            "session_meta"
                | "turn_context"
                | "response_item"
                | "event_msg"
                | "compacted"
                | "token_usage_record"
                | "world_state"
                | "inter_agent_communication"
                | "inter_agent_communication_metadata"
        ) && self.current.is_none()
        {
            return Ok(false);
        }
        if kind == "session_meta" {
            self.begin(&item, line.timestamp.0);
        }
        if !self.hold(element, context) {
            return Ok(true);
        }
        let session = self.current.get_or_insert_default();
        let time = line.timestamp.0.or(item.timestamp.0);
        match kind {
            "response_item" => session.item(&item, time, element, context),
            "event_msg" => session.event(&item, time, element),
            "turn_context" => {
                session.model = item.model.owned().or(session.model.take());
                session.folder = session.folder.take().or_else(|| item.cwd.owned());
            }
            "compacted" => {
                if let Some(text) = item.message.filled() {
                    let summary = message(content_id(&[element]), Role::System, time, vec![Part::text(text)]);
                    session.chain.push(Message { hidden: true, ..summary });
                }
            }
            "session_meta"
            | "token_usage_record"
            | "world_state"
            | "inter_agent_communication"
            | "inter_agent_communication_metadata" => {}
            kind => context.notes.unknown("Codex line type", kind),
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, _: &mut Context<'_>) -> Option<Conversation> {
        if ended && let Some(session) = self.current.take() {
            self.whole.push_back(session.conversation());
        }
        self.whole.pop_front()
    }

    fn beside(&self) -> &'static str {
        "notes of Codex about a session, without what was said in it"
    }
}

impl Sessions {
    /// A line of the first form: an item without an envelope.
    fn take_old(&mut self, element: &[u8], line: &RawLine<'_>, context: &mut Context<'_>) -> serde_json::Result<bool> {
        let item: RawItem<'_> = crate::json::from_slice(element)?;
        if line.kind.filled().is_none() {
            if line.record.filled().is_some() {
                return Ok(self.current.is_some());
            }
            if item.id.filled().is_none() || item.timestamp.0.is_none() {
                return Ok(false);
            }
            self.begin(&item, item.timestamp.0);
            return Ok(true);
        }
        if self.current.is_none() {
            return Ok(false);
        }
        if self.hold(element, context) {
            let session = self.current.get_or_insert_default();
            session.item(&item, item.timestamp.0, element, context);
        }
        Ok(true)
    }

    /// Begins a session, unless this is the beginning of the one that the session at hand was forked from: it is copied into it.
    fn begin(&mut self, item: &RawItem<'_>, time: Option<Timestamp>) {
        let id = item.id.filled().or(item.session.filled()).unwrap_or_default();
        if let Some(session) = &self.current {
            if session.id == id || session.forked_from.as_deref() == Some(id) {
                return;
            }
            // A fork of a fork has the beginnings of all of them in a row.
            if session.chain.nodes.is_empty() && session.forked_from.is_some() {
                return;
            }
        }
        let begun = Session {
            id: id.to_owned(),
            forked_from: item.forked_from.owned(),
            created: item.timestamp.0.or(time),
            folder: item.cwd.owned(),
            instructions: item.base_instructions.text.owned().or_else(|| item.instructions.owned()),
            ..Session::default()
        };
        if let Some(before) = self.current.replace(begun) {
            self.whole.push_back(before.conversation());
        }
        self.held = 0;
        self.full = false;
    }

    /// Whether the session is not too large with this line as well.
    fn hold(&mut self, element: &[u8], context: &mut Context<'_>) -> bool {
        if self.held.saturating_add(element.len()) <= MAXIMUM_ELEMENT {
            self.held += element.len();
            return true;
        }
        if !std::mem::replace(&mut self.full, true) {
            context.notes.warnings.push(format!(
                "The session is larger than {} MiB, the most that one may be: what was said before this line was kept.",
                MAXIMUM_ELEMENT >> 20
            ));
        }
        false
    }
}

impl Session {
    fn item(&mut self, item: &RawItem<'_>, time: Option<Timestamp>, element: &[u8], context: &mut Context<'_>) {
        self.has_items = true;
        self.events.clear();
        let Some((role, parts)) = item.said(context.notes) else { return };
        let hidden = role == Role::System || (role == Role::User && is_not_said(&parts));
        let id = item.id.owned().unwrap_or_else(|| content_id(&[element]));
        let model = self.model.clone().filter(|_| role == Role::Assistant);
        self.push(Message { hidden, model, ..message(id, role, time, parts) });
    }

    fn push(&mut self, message: Message) {
        if message.role == Role::User && !message.hidden {
            self.questions.push(self.chain.nodes.len());
        }
        self.chain.push(message);
    }

    fn event(&mut self, item: &RawItem<'_>, time: Option<Timestamp>, element: &[u8]) {
        let (role, text) = match item.kind.as_str() {
            "user_message" => (Role::User, &item.message),
            "agent_message" => (Role::Assistant, &item.message),
            "agent_reasoning" => (Role::Assistant, &item.text),
            "thread_name_updated" => {
                self.title = item.thread_name.owned().or(self.title.take());
                return;
            }
            "error" => {
                let error = Part::Unsupported { kind: "error".to_owned(), text: item.message.as_str().to_owned() };
                let error = message(content_id(&[element]), Role::Assistant, time, vec![error]);
                // Errors are no items.
                return if self.has_items { self.push(error) } else { self.events.push(error) };
            }
            "thread_rolled_back" => return self.take_back(item.num_turns.count().unwrap_or(0)),
            _ => return,
        };
        let Some(text) = text.owned().filter(|_| !self.has_items) else { return };
        let part = match item.kind.as_str() {
            "agent_reasoning" => Part::Reasoning { text, summary: None },
            _ => Part::text(text),
        };
        let model = self.model.clone().filter(|_| role == Role::Assistant);
        self.events.push(Message { model, ..message(content_id(&[element]), role, time, vec![part]) });
    }

    /// The person went back by so many questions: what comes next is another branch.
    fn take_back(&mut self, turns: u64) {
        let kept = self.questions.len().saturating_sub(usize::try_from(turns).unwrap_or(usize::MAX));
        if let Some(&question) = self.questions.get(kept) {
            self.chain.last.clone_from(&self.chain.nodes[question].parent);
            self.questions.truncate(kept);
        }
    }

    fn conversation(mut self) -> Conversation {
        for event in std::mem::take(&mut self.events) {
            self.push(event);
        }
        let tree = tree::arrange(self.chain.nodes, self.chain.last.as_deref());
        let times = || tree.messages.iter().filter_map(|message| message.created);
        let source_id = Some(self.id).filter(|id| !id.is_empty());
        let source_id = source_id.unwrap_or_else(|| fallback_id("", None, &tree.messages));
        Conversation {
            title: self.title,
            created: self.created.or_else(|| times().min()),
            updated: times().max().or(self.created),
            project: self.folder.as_deref().map(basename).filter(|name| !name.is_empty()),
            system_prompt: self.instructions,
            active_leaf: tree.active_leaf,
            messages: tree.messages,
            ..Conversation::new(SOURCE, source_id)
        }
    }
}
