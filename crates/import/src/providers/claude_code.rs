//! Sessions of Claude Code, as seen in 2025 and 2026: one line a message or a piece of one, in `~/.claude/projects/…/<session>.jsonl`; the same lines in
//! the list `loglines` come from the web.
//!
//! ```text
//! { "type": "user" | "assistant" | "system" | "attachment" | …, "uuid", "parentUuid", "logicalParentUuid", "sessionId", "timestamp", "cwd",
//!   "isSidechain", "agentId", "isMeta", "isCompactSummary", "message": { "id", "role", "model", "content": text | [blocks] } }
//! { "type": "summary", "summary", "leafUuid" }   { "type": "custom-title", "customTitle", "sessionId" }
//! ```
//!
//! A message of the model is a line for each block, all with one `message.id`. Answers of tools have the type `user`. What another agent said
//! that the model started (`isSidechain`) is kept as hidden messages where it was started; in files of their own they are conversations.

use crate::{
    elements::MAXIMUM_ELEMENT,
    lenient::{Json, Shape, Type},
    provider::{Collector, Context, Kind, Provider},
    providers::local::content_id,
};
use aios_model::{Conversation, Source};
use line::{RawLine, Title, title_of};
use session::Session;
use std::{collections::HashMap, vec};

pub(super) mod block;
mod command;
mod line;
mod session;

pub(crate) struct ClaudeCode;

const SOURCE: Source = Source::new("claude-code");

impl Provider for ClaudeCode {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Claude Code"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"parentUuid\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is = |key, kind| shape.get(key) == Some(kind);
        let is_message = (is("message", Type::Object) || is("message", Type::Text))
            && (is("uuid", Type::Text) || is("sessionId", Type::Text) || is("timestamp", Type::Text));
        let is_other = (is("summary", Type::Text) && is("leafUuid", Type::Text))
            || (is("snapshot", Type::Object) && is("messageId", Type::Text))
            || (is("attachment", Type::Object) && is("timestamp", Type::Text))
            || (is("sessionId", Type::Text) && shape.get("messages").is_none() && shape.get("payload").is_none());
        (is("type", Type::Text) && (is_message || is_other)).then_some(Kind::Piece)
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::new(Sessions::default()))
    }
}

/// The sessions of a file: mostly one.
#[derive(Default)]
struct Sessions {
    sessions: Vec<Session>,
    /// Where each is, by its id.
    index: HashMap<String, usize>,
    /// The session of the line before.
    current: usize,
    /// Lines about sessions that end with a message, whichever session that is in.
    summaries: Vec<(Option<String>, String)>,
    /// Bytes of the lines that are held.
    held: usize,
    full: bool,
    whole: Option<vec::IntoIter<Conversation>>,
}

impl Collector for Sessions {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let raw: RawLine<'_> = crate::json::from_slice(element)?;
        if !raw.is_one() {
            return Ok(false);
        }
        if self.held.saturating_add(element.len()) > MAXIMUM_ELEMENT {
            if !std::mem::replace(&mut self.full, true) {
                context.notes.warnings.push(format!(
                    "The session is larger than {} MiB, the most that one may be: what was said before this line was kept.",
                    MAXIMUM_ELEMENT >> 20
                ));
            }
            return Ok(true);
        }
        self.held += element.len();
        match title_of(&raw) {
            Some((Title::Summary { leaf }, summary)) => {
                self.summaries.push((leaf, summary));
                return Ok(true);
            }
            Some(title) => {
                let current = self.session(raw.session.filled());
                self.sessions[current].titles.push(title);
                return Ok(true);
            }
            None => {}
        }
        let id = || {
            // Line breaks and blanks between values may differ from export to export.
            let compact: Json = crate::json::from_slice(element).unwrap_or_default();
            content_id(&[compact.0.unwrap_or_default().as_bytes()])
        };
        let Some(line) = raw.convert(id, context.notes) else { return Ok(true) };
        self.current = self.session(raw.session.filled());
        let session = &mut self.sessions[self.current];
        if session.folder.is_none() {
            session.folder = raw.cwd.owned();
        }
        session.lines.push(line);
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended {
            return None;
        }
        if self.whole.is_none() {
            self.name_sessions();
            let sessions = std::mem::take(&mut self.sessions).into_iter();
            let sessions = sessions.filter(|session| !session.lines.is_empty());
            let whole: Vec<Conversation> = sessions.flat_map(|session| session.conversations(context.notes)).collect();
            self.whole = Some(whole.into_iter());
        }
        self.whole.as_mut()?.next()
    }

    fn beside(&self) -> &'static str {
        "notes of Claude Code about a session, without what was said in it"
    }
}

impl Sessions {
    /// The session with this id; without one, that of the line before.
    fn session(&mut self, id: Option<&str>) -> usize {
        let Some(id) = id else {
            if self.sessions.is_empty() {
                self.sessions.push(Session::default());
            }
            return self.current;
        };
        if let Some(&at) = self.index.get(id) {
            return at;
        }
        self.index.insert(id.to_owned(), self.sessions.len());
        self.sessions.push(Session { id: id.to_owned(), ..Session::default() });
        self.sessions.len() - 1
    }

    /// Gives each session the summary of its last message; a single session also that of one that it goes on from.
    fn name_sessions(&mut self) {
        let mut session_of: HashMap<&str, usize> = HashMap::new();
        for (at, session) in self.sessions.iter().enumerate() {
            session.lines.iter().for_each(|line| {
                session_of.entry(&line.id).or_insert(at);
            });
        }
        let single = (self.sessions.len() == 1).then_some(0);
        let at = |leaf: &Option<String>| leaf.as_deref().and_then(|leaf| session_of.get(leaf).copied());
        // Those of other sessions first: of several titles the last is taken.
        let (own, other): (Vec<_>, Vec<_>) =
            self.summaries.iter().map(|(leaf, text)| (at(leaf), text.clone())).partition(|(at, _)| at.is_some());
        for (at, summary) in other.into_iter().chain(own) {
            if let Some(at) = at.or(single) {
                self.sessions[at].titles.push((Title::Summary { leaf: None }, summary));
            }
        }
    }
}
