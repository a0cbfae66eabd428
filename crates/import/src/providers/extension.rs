//! Conversations as browser extensions and small programs write them: no standard, but nearly all are an object with a list of messages.
//!
//! ```text
//! { "id", "title", "url", "exportedAt", "messages": [ {"role" | "author" | "type" | "sender" | "from", "content" | "text" | "parts", …} ] }
//! ```
//!
//! It comes last of all, so that everything that is known better is read by who knows it. Where the conversation was held is what the file says of
//! itself: its address, the program or model that it names, its roles; otherwise it is "other".

use crate::{
    lenient::{Flag, List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Context, Kind, Notes, Provider},
    providers::{UniqueIds, assemble::content_id, gemini::short_hash},
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role, Source};

pub(crate) struct Extension;

lenient_object! {
    struct RawCapture<'de> {
        "id" => id: Text<'de>,
        "conversationId" => conversation_id: Text<'de>,
        "conversation_id" => conversation_key: Text<'de>,
        "sessionId" => session_id: Text<'de>,
        "chatId" => chat_id: Text<'de>,
        "title" => title: Text<'de>,
        "name" => name: Text<'de>,
        "url" => url: Text<'de>,
        "link" => link: Text<'de>,
        "source" => source: Text<'de>,
        "platform" => platform: Text<'de>,
        "provider" => provider: Text<'de>,
        "service" => service: Text<'de>,
        "author" => author: Text<'de>,
        "exporter" => exporter: Text<'de>,
        "model" => model: Text<'de>,
        "systemPrompt" => system_prompt: Text<'de>,
        "createdTime" => created_time: Time,
        "createTime" => create_time: Time,
        "createdAt" => created_at: Time,
        "created_at" => created_key: Time,
        "startTime" => start_time: Time,
        "date" => date: Time,
        "lastModifiedTime" => modified_time: Time,
        "updateTime" => update_time: Time,
        "updatedAt" => updated_at: Time,
        "updated_at" => updated_key: Time,
        "messages" => messages: List<RawMessage<'de>>,
        "data" => data: List<RawMessage<'de>>,
    }
}

lenient_object! {
    struct RawMessage<'de> {
        "id" => id: Text<'de>,
        "role" => role: Text<'de>,
        "author" => author: TextOr<'de, RawAuthor<'de>>,
        "type" => kind: Text<'de>,
        "sender" => sender: Text<'de>,
        "from" => from: Text<'de>,
        "content" => content: TextOr<'de, List<TextOr<'de, RawPart<'de>>>>,
        "text" => text: Text<'de>,
        "parts" => parts: List<TextOr<'de, RawPart<'de>>>,
        "isThought" => is_thought: Flag,
        "model_thoughts" => thoughts: Text<'de>,
        "model" => model: Text<'de>,
        "timestamp" => timestamp: Time,
        "time" => time: Time,
        "date" => date: Time,
        "createdAt" => created_at: Time,
        "created_at" => created_key: Time,
        "createTime" => create_time: Time,
    }
}

lenient_object! {
    struct RawAuthor<'de> {
        "role" => role: Text<'de>,
        "name" => name: Text<'de>,
    }
}

lenient_object! {
    struct RawPart<'de> {
        "type" => kind: Text<'de>,
        "text" => text: Text<'de>,
        "thought" => thought: Flag,
        "content" => content: Text<'de>,
    }
}

impl Provider for Extension {
    fn source(&self) -> Source {
        Source::from_name("")
    }

    fn title(&self) -> &'static str {
        "a browser extension"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"messages\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let list = |key| shape.get(key) == Some(Type::List);
        (list("messages") || (list("data") && shape.has(&["round_count"]))).then_some(Kind::Conversation)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawCapture<'_> = crate::json::from_slice(element)?;
        Ok(raw.convert(context.notes))
    }
}

impl RawCapture<'_> {
    /// The conversation; `None` if its messages are none.
    fn convert(self, notes: &mut Notes) -> Option<Conversation> {
        let source = self.source();
        let model = self.model.owned();
        let title = self.title.owned().or_else(|| self.name.owned());
        let texts = [&self.id, &self.conversation_id, &self.conversation_key, &self.session_id, &self.chat_id];
        let stated = texts.into_iter().chain([&self.url, &self.link]).find_map(|text| text.owned());
        let created =
            [self.created_time, self.create_time, self.created_at, self.created_key, self.start_time, self.date];
        let updated = [self.modified_time, self.update_time, self.updated_at, self.updated_key];
        let messages = if self.messages.0.is_empty() { self.data.0 } else { self.messages.0 };
        if !messages.iter().any(RawMessage::is_message) {
            return None;
        }
        let own_ids = messages.iter().all(|message| message.id.filled().is_some());
        let mut nodes: Vec<Node> = Vec::new();
        let mut ids = UniqueIds::default();
        for message in messages {
            if let Some(mut message) = message.convert(notes) {
                message.id = ids.make(message.id);
                let parent = nodes.last().map(|node| node.id.clone());
                nodes.push(Node { id: message.id.clone(), parent, created: message.created, message: Some(message) });
            }
        }
        let last = nodes.last().map(|node| node.id.clone());
        let tree = tree::arrange(nodes, last.as_deref());
        let times = || tree.messages.iter().filter_map(|message| message.created);
        let created = created.into_iter().find_map(|time| time.0).or_else(|| times().min());
        let updated = updated.into_iter().find_map(|time| time.0).or_else(|| times().max());
        let source_id = match stated {
            Some(id) if own_ids => id,
            // Messages without the ids that the official export has must not mix with its messages under one conversation.
            Some(id) => format!("capture-{id}"),
            // Programs begin every conversation with the same instructions, so that its beginning does not tell which it is.
            None => content_id(&tree.messages),
        };
        Some(Conversation {
            title,
            created,
            updated,
            model,
            system_prompt: self.system_prompt.owned(),
            active_leaf: tree.active_leaf,
            messages: tree.messages,
            ..Conversation::new(source, source_id)
        })
    }

    /// Where the conversation was held, by what the file says of itself.
    fn source(&self) -> Source {
        const NAMES: [(&str, &[&str]); 9] = [
            ("gemini", &["gemini", "bard.google", "aistudio"]),
            ("chatgpt", &["chatgpt", "openai", "gpt-"]),
            ("claude", &["claude", "anthropic"]),
            ("grok", &["grok", "x.ai"]),
            ("deepseek", &["deepseek"]),
            ("copilot", &["copilot"]),
            ("perplexity", &["perplexity"]),
            ("mistral", &["mistral", "le chat"]),
            ("qwen", &["qwen"]),
        ];
        let host = |text: &str| text.split("://").nth(1).map(|rest| rest.split('/').next().unwrap_or(rest).to_owned());
        let address = [&self.url, &self.link].into_iter().find_map(|text| host(text.as_str()));
        let words =
            [&self.source, &self.platform, &self.provider, &self.service, &self.exporter, &self.author, &self.model];
        let said = address.into_iter().chain(words.into_iter().filter_map(Text::owned));
        let named = |text: &str| {
            let text = text.to_lowercase();
            NAMES.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(name, _)| *name)
        };
        if let Some(name) = said.into_iter().find_map(|text| named(&text)) {
            return Source::new(name);
        }
        // Only Google calls this role `model`.
        let google = self
            .messages
            .0
            .iter()
            .chain(&self.data.0)
            .any(|message| matches!(message.role().as_str(), "model" | "gemini"));
        if google { super::gemini::SOURCE } else { Source::from_name("") }
    }
}

impl RawMessage<'_> {
    fn role(&self) -> String {
        let author = match &self.author {
            TextOr::Text(text) => Some(text.as_ref()),
            TextOr::Other(author) => author.role.filled().or(author.name.filled()),
            TextOr::Nothing => None,
        };
        let stated =
            self.role.filled().or(author).or(self.sender.filled()).or(self.from.filled()).or(self.kind.filled());
        stated.unwrap_or_default().trim().to_lowercase()
    }

    fn is_message(&self) -> bool {
        let has_content = !matches!(self.content, TextOr::Nothing) || self.text.0.is_some() || !self.parts.0.is_empty();
        !self.role().is_empty() && has_content
    }

    /// The message; `None` if nothing is in it.
    fn convert(self, notes: &mut Notes) -> Option<Message> {
        let name = self.role();
        let (role, hidden) = match name.as_str() {
            "user" | "human" | "you" | "me" | "prompt" | "question" => (Role::User, false),
            "system" | "developer" => (Role::System, true),
            "tool" | "function" => (Role::Tool, false),
            "assistant" | "model" | "ai" | "bot" | "gemini" | "claude" | "chatgpt" | "gpt" | "grok" | "response"
            | "answer" => (Role::Assistant, false),
            other => {
                notes.unknown("message role", other);
                (Role::Assistant, false)
            }
        };
        let mut parts: Vec<Part> = Vec::new();
        if let Some(text) = self.thoughts.owned() {
            parts.push(Part::Reasoning { text, summary: None });
        }
        let thought = self.is_thought.set();
        let words = |text: String| if thought { Part::Reasoning { text, summary: None } } else { Part::Text { text } };
        let pieces = match self.content {
            TextOr::Text(text) => vec![TextOr::Text(text)],
            TextOr::Other(List(pieces)) => pieces,
            TextOr::Nothing => Vec::new(),
        };
        for piece in pieces.into_iter().chain(self.parts.0) {
            let part = match piece {
                TextOr::Text(text) => (!text.trim().is_empty()).then(|| words(text.into_owned())),
                TextOr::Other(part) => part.convert(notes, &words),
                TextOr::Nothing => None,
            };
            // The same is often said in two fields.
            parts.extend(part.filter(|part| !parts.contains(part)));
        }
        if parts.iter().all(|part| matches!(part, Part::Reasoning { .. }))
            && let Some(text) = self.text.owned()
        {
            let part = words(text);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let times = [self.timestamp, self.time, self.date, self.created_at, self.created_key, self.create_time];
        let created = times.into_iter().find_map(|time| time.0);
        let first = parts.iter().find_map(|part| match part {
            Part::Text { text } | Part::Reasoning { text, .. } => Some(text.as_str()),
            _ => None,
        });
        let id = self.id.owned().unwrap_or_else(|| short_hash(&[&name, first.unwrap_or_default()]));
        (!parts.is_empty()).then(|| Message {
            id,
            parent: None,
            role,
            created,
            model: self.model.owned(),
            hidden,
            parts,
            rating: None,
            feedback: None,
        })
    }
}

impl RawPart<'_> {
    fn convert(self, notes: &mut Notes, words: &impl Fn(String) -> Part) -> Option<Part> {
        let text = self.text.owned().or_else(|| self.content.owned());
        match self.kind.as_str() {
            _ if self.thought.set() => Some(Part::Reasoning { text: text?, summary: None }),
            "" | "text" | "output_text" | "input_text" | "markdown" => text.map(words),
            "thinking" | "reasoning" | "thought" => Some(Part::Reasoning { text: text?, summary: None }),
            kind => {
                notes.unknown("message part type", kind);
                Some(Part::Unsupported { kind: kind.to_owned(), text: text.unwrap_or_default() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RawCapture;
    use crate::provider::Notes;

    #[test]
    fn captures_that_begin_alike_and_have_no_id_are_told_apart() {
        let id = |answer: &str| {
            let capture = serde_json::json!({ "messages": [
                { "role": "system", "content": "Be kind." },
                { "role": "user", "content": "Why?" },
                { "role": "assistant", "content": answer },
            ] });
            let text = capture.to_string();
            let raw: RawCapture<'_> = serde_json::from_str(&text).unwrap();
            raw.convert(&mut Notes::default()).unwrap().source_id
        };
        assert_eq!(id("So."), id("So."));
        assert_ne!(id("So."), id("Because."));
    }
}
