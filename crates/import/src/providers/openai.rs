//! Messages in the form of OpenAI's chat interface: files for fine-tuning (JSON lines), logs, and lists of messages alone.
//!
//! ```text
//! { "messages": [ { "role", "content": text or [blocks], "name", "tool_calls": [ { "id", "function": { "name", "arguments" } } ], "tool_call_id" } ],
//!   "tools", "model", … }                  one conversation
//! { "role", "content", … }                 one message: all of a file are one conversation
//! ```
//!
//! These files name no conversation. Its id is made of all that was said in it, so that the same line is the same conversation wherever it stands.

use crate::{
    lenient::{Json, List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Collector, Context, Kind, Notes, Provider},
    providers::assemble::{self, Room, assemble, chain, content_id},
};
use aios_model::{Conversation, Message, Part, Role, Source};
use content::RawContent;

pub(super) mod content;

pub(crate) struct OpenAi;

const SOURCE: Source = Source::new("openai");

/// What a line for fine-tuning, or a request that was logged, may have beside its messages. A conversation with a name or an id is of some other program.
const BESIDE: [&str; 13] = [
    "messages",
    "model",
    "tools",
    "functions",
    "parallel_tool_calls",
    "metadata",
    "temperature",
    "top_p",
    "max_tokens",
    "stream",
    "response_format",
    "tool_choice",
    "weight",
];

lenient_object! {
    struct RawConversation<'de> {
        "model" => model: Text<'de>,
        "messages" => messages: List<RawMessage<'de>>,
    }
}

lenient_object! {
    /// A message of OpenAI's chat interface.
    struct RawMessage<'de> {
        "id" => id: Text<'de>,
        "role" => role: Text<'de>,
        "content" => content: TextOr<'de, List<RawContent<'de>>>,
        "reasoning_content" => reasoning: Text<'de>,
        "refusal" => refusal: Text<'de>,
        "name" => name: Text<'de>,
        "tool_calls" => tool_calls: List<RawCall<'de>>,
        "function_call" => function_call: RawFunction<'de>,
        "tool_call_id" => tool_call_id: Text<'de>,
        "model" => model: Text<'de>,
        "timestamp" => timestamp: Time,
        "created_at" => created_at: Time,
    }
}

lenient_object! {
    struct RawCall<'de> {
        "id" => id: Text<'de>,
        "type" => kind: Text<'de>,
        "function" => function: RawFunction<'de>,
    }
}

lenient_object! {
    struct RawFunction<'de> {
        "name" => name: Text<'de>,
        "arguments" => arguments: Json,
    }
}

impl Provider for OpenAi {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "OpenAI-style JSON lines"
    }

    fn mark(&self) -> &'static [u8] {
        b"{\"messages\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        if shape.get("messages") == Some(Type::List) {
            return shape.names().all(|name| BESIDE.contains(&name)).then_some(Kind::Conversation);
        }
        let says = shape.has(&["content"]) || shape.has(&["tool_calls"]);
        (shape.get("role") == Some(Type::Text) && says).then_some(Kind::Piece)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawConversation<'_> = crate::json::from_slice(element)?;
        let messages = raw.messages.0;
        // Messages of other forms have no role.
        if messages.is_empty() || messages.iter().any(|message| message.role.filled().is_none()) {
            return Ok(None);
        }
        let messages: Vec<Message> =
            messages.into_iter().filter_map(|message| message.convert(context.notes)).collect();
        let head = Conversation { model: raw.model.owned(), ..Conversation::new(SOURCE, content_id(&messages)) };
        Ok(Some(assemble(head, chain(messages), None, context.notes)))
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::<Messages>::default())
    }
}

/// The messages of a file that has nothing else.
#[derive(Default)]
struct Messages {
    messages: Vec<Message>,
    room: Room,
}

impl Collector for Messages {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let raw: RawMessage<'_> = crate::json::from_slice(element)?;
        if raw.role.filled().is_none() {
            return Ok(false);
        }
        if self.room.take(element.len(), context.notes) {
            self.messages.extend(raw.convert(context.notes));
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended || self.messages.is_empty() {
            return None;
        }
        let messages = std::mem::take(&mut self.messages);
        let head = Conversation::new(SOURCE, content_id(&messages));
        Some(assemble(head, chain(messages), None, context.notes))
    }

    fn beside(&self) -> &'static str {
        "messages without a word"
    }
}

impl RawMessage<'_> {
    /// The message in the canonical form, with its id if it has one; `None` if nothing is in it.
    pub fn convert(self, notes: &mut Notes) -> Option<Message> {
        let role = role(self.role.as_str(), notes);
        let mut parts = Vec::new();
        if let Some(text) = self.reasoning.owned() {
            parts.push(Part::Reasoning { text, summary: None });
        }
        match self.content {
            TextOr::Text(output) if role == Role::Tool => parts.push(Part::ToolResult {
                id: self.tool_call_id.owned(),
                name: self.name.owned(),
                output: output.into_owned(),
                error: false,
            }),
            TextOr::Text(text) => parts.extend(assemble::text(&text)),
            TextOr::Other(List(blocks)) => blocks.into_iter().for_each(|block| block.convert(notes, &mut parts)),
            TextOr::Nothing => {}
        }
        parts.extend(self.refusal.filled().and_then(assemble::text));
        for call in self.tool_calls.0 {
            if !matches!(call.kind.as_str(), "" | "function") {
                notes.unknown("kind of tool call", call.kind.as_str());
            }
            parts.extend(call.function.convert(call.id.owned()));
        }
        parts.extend(self.function_call.convert(None));
        let created = self.timestamp.0.or(self.created_at.0);
        let message = assemble::message(self.id.as_str(), role, created, parts)?;
        Some(Message { model: self.model.owned(), ..message })
    }
}

impl RawFunction<'_> {
    fn convert(self, id: Option<String>) -> Option<Part> {
        let name = self.name.owned()?;
        Some(Part::ToolCall { id, name, input: self.arguments.0.unwrap_or_default() })
    }
}

/// A role by the names that are in use for it.
pub(super) fn role(name: &str, notes: &mut Notes) -> Role {
    match name {
        "user" | "human" => Role::User,
        "assistant" | "model" | "ai" | "bot" => Role::Assistant,
        "system" | "developer" => Role::System,
        "tool" | "function" => Role::Tool,
        other => {
            notes.unknown("role", other);
            Role::Assistant
        }
    }
}
