use crate::{
    lenient::{Json, List, Number, Text, Time, lenient_object},
    provider::Notes,
    providers::assemble::{self, link},
};
use aios_model::{Message, Part, Role};
use std::collections::HashMap;

lenient_object! {
    struct RawMessage<'de> {
        "message_id" => id: Text<'de>,
        "parent_id" => parent: Text<'de>,
        "role" => role: Text<'de>,
        "model" => model: Text<'de>,
        "inserted_at" => created: Time,
        "files" => files: List<RawFile<'de>>,
        "fragments" => fragments: List<RawFragment<'de>>,
        "content" => content: Text<'de>,
        "thinking_content" => thinking: Text<'de>,
        "search_results" => results: List<RawPage<'de>>,
    } known [
        "thinking_enabled" "search_enabled" "ban_edit" "ban_regenerate" "status" "accumulated_token_usage" "has_pending_fragment"
        "auto_continue" "conversation_mode" "thinking_elapsed_secs" "search_status" "tips" "feedback"
    ]
}

lenient_object! {
    struct RawFragment<'de> {
        "type" => kind: Text<'de>,
        "content" => content: Text<'de>,
        "queries" => queries: Json,
        "results" => results: List<RawPage<'de>>,
        "result" => result: RawPage<'de>,
        "files" => files: List<RawFile<'de>>,
    }
}

lenient_object! {
    struct RawPage<'de> {
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "snippet" => snippet: Text<'de>,
        "cite_index" => number: Number,
    }
}

lenient_object! {
    struct RawFile<'de> {
        "id" => id: Text<'de>,
        "file_id" => file_id: Text<'de>,
        "file_name" => name: Text<'de>,
        "file_size" => size: Number,
    }
}

impl RawMessage<'_> {
    /// The message in the canonical form; `None` if nothing is in it. Without an `id`, it has its own.
    pub fn convert(self, id: Option<&str>, notes: &mut Notes) -> Option<Message> {
        self.unknown.iter().for_each(|name| notes.unknown("DeepSeek message field", name));
        let asks = |fragment: &RawFragment<'_>| fragment.kind.as_str() == "REQUEST";
        let answers = |fragment: &RawFragment<'_>| !matches!(fragment.kind.as_str(), "REQUEST" | "FILE");
        let role = match self.role.as_str() {
            "USER" | "user" => Role::User,
            "ASSISTANT" | "assistant" => Role::Assistant,
            "SYSTEM" | "system" => Role::System,
            _ if self.fragments.0.iter().any(asks) || !self.fragments.0.iter().any(answers) => Role::User,
            _ => Role::Assistant,
        };
        let mut links = HashMap::new();
        let found = self.fragments.0.iter().flat_map(|fragment| &fragment.results.0);
        for page in found.chain(&self.results.0) {
            if let (Some(number), Some(url)) = (page.number.count(), page.url.filled()) {
                links.insert(number, url.to_owned());
            }
        }
        let mut parts = Vec::new();
        if let Some(text) = self.thinking.owned() {
            parts.push(Part::Reasoning { text, summary: None });
        }
        parts.extend(self.results.0.into_iter().filter_map(RawPage::convert));
        parts.extend(self.content.filled().and_then(|content| assemble::text(&with_links(content, &links))));
        for fragment in self.fragments.0 {
            fragment.convert(&links, notes, &mut parts);
        }
        for file in self.files.0 {
            file.convert(&mut parts);
        }
        let id = id.unwrap_or(self.id.as_str());
        let message = assemble::message(id, role, self.created.0, parts)?;
        let model = if role == Role::Assistant { self.model.owned() } else { None };
        Some(Message { model, ..message })
    }
}

impl RawFragment<'_> {
    fn convert(self, links: &HashMap<u64, String>, notes: &mut Notes, parts: &mut Vec<Part>) {
        let content = self.content.as_str();
        match self.kind.as_str() {
            "REQUEST" => parts.extend(assemble::text(content)),
            "RESPONSE" => parts.extend(assemble::text(&with_links(content, links))),
            "THINK" => {
                let text = with_links(content, links);
                parts.extend((!text.trim().is_empty()).then_some(Part::Reasoning { text, summary: None }));
            }
            "FILE" => {}
            kind @ ("SEARCH" | "TOOL_SEARCH" | "TOOL_OPEN") => {
                let name = if kind == "TOOL_OPEN" { "open" } else { "search" };
                let asked = self.queries.0.filter(|queries| queries != "[]").or_else(|| self.content.owned());
                if let Some(input) = asked {
                    parts.push(Part::ToolCall { id: None, name: name.to_owned(), input });
                }
            }
            other => {
                notes.unknown("DeepSeek fragment", other);
                parts.push(Part::Unsupported { kind: other.to_owned(), text: content.to_owned() });
            }
        }
        let pages = self.results.0.into_iter().chain([self.result]);
        parts.extend(pages.filter_map(RawPage::convert));
        for file in self.files.0 {
            file.convert(parts);
        }
    }
}

impl RawPage<'_> {
    fn convert(self) -> Option<Part> {
        let (title, url, text) = (self.title.owned(), self.url.owned(), self.snippet.owned());
        (title.is_some() || url.is_some()).then_some(Part::Citation { title, url, text })
    }
}

impl RawFile<'_> {
    /// The file, unless it is there: a message has each in two places.
    fn convert(self, parts: &mut Vec<Part>) {
        let reference = self.id.owned().or_else(|| self.file_id.owned());
        let Some(new_name) = self.name.owned().or_else(|| reference.clone()) else { return };
        let new_size = self.size.count();
        let same = parts.iter_mut().find_map(|part| match part {
            Part::Attachment { name, reference: other, size, .. } if *name == new_name && *other == reference => {
                Some(size)
            }
            _ => None,
        });
        match same {
            Some(size) => *size = size.or(new_size),
            None => {
                parts.push(Part::Attachment { name: new_name, reference, media_type: None, size: new_size, text: None })
            }
        }
    }
}

/// Text with its marks `[citation:3]` as links to what was found.
fn with_links(text: &str, links: &HashMap<u64, String>) -> String {
    let mut linked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[citation:") {
        let after = &rest[at + "[citation:".len()..];
        linked.push_str(&rest[..at]);
        let resolved = after.split_once(']').and_then(|(number, after)| {
            let number: u64 = number.parse().ok()?;
            Some((link(&number.to_string(), links.get(&number)?)?, after))
        });
        match resolved {
            Some((link, after)) => {
                linked.push_str(&link);
                rest = after;
            }
            None => {
                linked.push_str("[citation:");
                rest = after;
            }
        }
    }
    linked.push_str(rest);
    linked
}
