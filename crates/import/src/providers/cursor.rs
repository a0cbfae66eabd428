//! Transcripts of Cursor's agent (`agent-transcripts/<uuid>.jsonl`), as seen in 2026: one line a message, without ids and times.
//!
//! ```text
//! {"role":"user","message":{"content":[{"type":"text","text":"<user_query>\n…\n</user_query>"}]}}
//! {"role":"assistant","message":{"content":[{"type":"tool_use","name","input"}]}}
//! ```

use crate::{
    elements::MAXIMUM_ELEMENT,
    lenient::{Shape, Text, Type, lenient_object},
    provider::{Collector, Context, Kind, Provider},
    providers::{
        claude_code::block::{self, Content},
        local::{Chain, content_id, message},
    },
    tree,
};
use aios_model::{Conversation, Part, Role, Source};

pub(crate) struct Cursor;

const SOURCE: Source = Source::new("cursor");

lenient_object! {
    struct RawLine<'de> {
        "role" => role: Text<'de>,
        "message" => message: RawMessage<'de>,
    }
}

lenient_object! {
    struct RawMessage<'de> {
        "content" => content: Content<'de>,
    }
}

impl Provider for Cursor {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Cursor"
    }

    fn mark(&self) -> &'static [u8] {
        b"<user_query>"
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is_line = shape.get("role") == Some(Type::Text)
            && shape.get("message") == Some(Type::Object)
            && shape.names().all(|name| matches!(name, "role" | "message" | "timestamp" | "id"));
        is_line.then_some(Kind::Piece)
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::new(Transcript::default()))
    }
}

#[derive(Default)]
struct Transcript {
    chain: Chain,
    /// What was said so far, as an id: it makes ids that are the same however long the transcript has become since.
    said: String,
    held: usize,
    full: bool,
    done: bool,
}

impl Collector for Transcript {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let raw: RawLine<'_> = crate::json::from_slice(element)?;
        let role = match raw.role.as_str() {
            "user" => Role::User,
            "assistant" => Role::Assistant,
            "tool" => Role::Tool,
            "system" => Role::System,
            _ => return Ok(false),
        };
        if self.held.saturating_add(element.len()) > MAXIMUM_ELEMENT {
            if !std::mem::replace(&mut self.full, true) {
                context.notes.warnings.push(format!(
                    "The transcript is larger than {} MiB, the most that one may be: what was said before this line was kept.",
                    MAXIMUM_ELEMENT >> 20
                ));
            }
            return Ok(true);
        }
        self.held += element.len();
        let mut parts = block::convert(&raw.message.content, context.notes);
        if role == Role::User {
            parts.iter_mut().for_each(unwrap_query);
        }
        if !parts.is_empty() {
            self.said = content_id(&[self.said.as_bytes(), element]);
            let mut message = message(self.said.clone(), role, None, parts);
            message.hidden = role == Role::System;
            self.chain.push(message);
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended || std::mem::replace(&mut self.done, true) {
            return None;
        }
        let chain = std::mem::take(&mut self.chain);
        // The only id that a transcript has is in its name. Without it, the first question and answer tell it from others.
        let stem = context.name.split('.').next().unwrap_or_default();
        let source_id = if is_uuid(stem) {
            stem.to_ascii_lowercase()
        } else {
            let beginning = chain.nodes.get(1).or(chain.nodes.first())?;
            format!("unnamed-{}", beginning.id)
        };
        let tree = tree::arrange(chain.nodes, chain.last.as_deref());
        Some(Conversation {
            active_leaf: tree.active_leaf,
            messages: tree.messages,
            ..Conversation::new(SOURCE, source_id)
        })
    }

    fn beside(&self) -> &'static str {
        "a transcript in which nothing was said"
    }
}

/// Takes the marks away that Cursor puts around what a person wrote.
fn unwrap_query(part: &mut Part) {
    if let Part::Text { text } = part
        && let Some(inside) =
            text.trim().strip_prefix("<user_query>").and_then(|rest| rest.strip_suffix("</user_query>"))
    {
        *text = inside.trim_matches('\n').to_owned();
    }
}

fn is_uuid(name: &str) -> bool {
    name.len() == 36
        && name.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
