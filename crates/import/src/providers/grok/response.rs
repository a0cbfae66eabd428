use super::markup;
use crate::{
    lenient::{Flag, Json, List, Object, Text, TextOr, Time, lenient_object},
    provider::Notes,
    providers::assemble::{self, picture},
};
use aios_model::{Message, Part, Role, Timestamp};

lenient_object! {
    /// A response of an export, or an item of a capture.
    struct RawResponse<'de> {
        "response" => inner: Object<Box<RawResponse<'de>>>,
        "_id" => own_id: Text<'de>,
        "chat_item_id" => item_id: Text<'de>,
        "parent_response_id" => parent: Text<'de>,
        "sender" => sender: Text<'de>,
        "sender_type" => sender_type: Text<'de>,
        "message" => message: Text<'de>,
        "query" => query: Text<'de>,
        "model" => model: Text<'de>,
        "create_time" => create_time: TextOr<'de, RawDate<'de>>,
        "created_at_ms" => created_at: Time,
        "thinking_trace" => thinking: Text<'de>,
        "deepsearch_headers" => deepsearch: List<RawHeader<'de>>,
        "file_attachments" => files: List<TextOr<'de, RawFile<'de>>>,
        "image_attachments" => images: List<TextOr<'de, RawFile<'de>>>,
        "generated_image_urls" => generated: List<Text<'de>>,
        "card_attachments_json" => cards: List<Text<'de>>,
        "card_attachments" => captured_cards: List<Text<'de>>,
        "web_search_results" => web_results: List<RawPage<'de>>,
        "cited_web_search_results" => cited_results: List<RawPage<'de>>,
        "is_partial" => is_partial: Flag,
        "error" => error: TextOr<'de, RawError<'de>>,
    } known [
        "share_link" "conversation_id" "manual" "partial" "shared" "query_type" "metadata" "steps" "xpost_ids" "xposts" "media_types"
        "thinking_start_time" "thinking_end_time" "grok_mode" "ui_layout" "request_metadata" "is_control" "file_uris" "webpage_urls"
        "image_edit_uris" "tool_responses" "agent_thinking_traces" "effective_model" "feedback_labels" "cited_xposts" "cited_post_ids"
        "cited_web_results" "follow_up_suggestions" "card_ids" "rag_results" "search_product_results" "connector_search_results"
    ]
}

lenient_object! {
    struct RawDate<'de> {
        "$date" => date: TextOr<'de, RawLong<'de>>,
    }
}

lenient_object! {
    struct RawLong<'de> {
        "$numberLong" => milliseconds: Text<'de>,
    }
}

lenient_object! {
    struct RawHeader<'de> {
        "header" => header: Text<'de>,
        "steps" => steps: List<RawStep<'de>>,
    }
}

lenient_object! {
    struct RawStep<'de> {
        "final_message" => message: Text<'de>,
    }
}

lenient_object! {
    struct RawFile<'de> {
        "file_name" => name: Text<'de>,
        "fileName" => camel_name: Text<'de>,
        "media_id" => media_id: Text<'de>,
        "file_id" => id: Text<'de>,
        "mime_type" => media_type: Text<'de>,
        "url" => url: Text<'de>,
    }
}

lenient_object! {
    struct RawPage<'de> {
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "preview" => preview: Text<'de>,
        "snippet" => snippet: Text<'de>,
    }
}

lenient_object! {
    struct RawError<'de> {
        "message" => message: Text<'de>,
        "details" => details: Json,
    }
}

impl<'de> RawResponse<'de> {
    /// What is in the wrapper of an export; itself if there is none.
    pub fn unwrapped(mut self) -> RawResponse<'de> {
        match self.inner.0.take() {
            Some(inner) => *inner,
            None => self,
        }
    }
}

impl RawResponse<'_> {
    pub fn id(&self) -> &str {
        self.own_id.filled().or(self.item_id.filled()).unwrap_or_default()
    }

    pub fn created(&self) -> Option<Timestamp> {
        let text = match &self.create_time {
            TextOr::Text(text) => text,
            TextOr::Other(RawDate { date: TextOr::Text(text) }) => text,
            TextOr::Other(RawDate { date: TextOr::Other(long) }) => long.milliseconds.as_str(),
            _ => return self.created_at.0,
        };
        match text.trim().parse() {
            Ok(milliseconds) => Some(Timestamp::from_milliseconds(milliseconds)),
            Err(_) => Timestamp::parse(text).ok(),
        }
    }

    /// The message in the canonical form; `None` if nothing is in it.
    pub fn convert(self, notes: &mut Notes) -> Option<Message> {
        self.unknown.iter().for_each(|name| notes.unknown("Grok response field", name));
        let sender = self.sender.filled().or(self.sender_type.filled()).unwrap_or_default();
        let role = match sender.to_ascii_lowercase().as_str() {
            "human" | "user" => Role::User,
            "assistant" | "agent" => Role::Assistant,
            other => {
                notes.unknown("Grok sender", other);
                Role::Assistant
            }
        };
        let (id, created) = (self.id().to_owned(), self.created());
        let mut parts = Vec::new();
        if let Some(text) = self.thinking.owned() {
            parts.push(Part::Reasoning { text, summary: None });
        }
        parts.extend(self.deepsearch.0.iter().filter_map(RawHeader::convert));
        let cards = self.cards.0.iter().chain(&self.captured_cards.0).filter_map(Text::filled);
        let said = self.message.filled().or(self.query.filled().filter(|_| role == Role::User)).unwrap_or_default();
        if role == Role::Assistant {
            markup::split(said, &markup::cards(cards), notes, &mut parts);
        } else {
            parts.extend(assemble::text(said));
        }
        parts.extend(self.files.0.into_iter().filter_map(|file| file_part(file, role == Role::Assistant)));
        parts.extend(self.images.0.into_iter().filter_map(|file| file_part(file, true)));
        parts.extend(self.generated.0.iter().filter_map(Text::filled).map(|address| picture(address, None)));
        // Those that are cited are among those that were found.
        let cited = if self.cited_results.0.is_empty() { self.web_results.0 } else { self.cited_results.0 };
        parts.extend(cited.into_iter().filter_map(RawPage::convert));
        let error = match &self.error {
            TextOr::Text(text) => Some(text.clone().into_owned()),
            TextOr::Other(error) => error.message.owned().or_else(|| error.details.0.clone()),
            TextOr::Nothing => None,
        };
        parts.extend(error.map(|text| Part::Unsupported { kind: "error".to_owned(), text }));
        let message = assemble::message(&id, role, created, parts)?;
        let model = if role == Role::Assistant { self.model.owned() } else { None };
        Some(Message { model, ..message })
    }
}

impl RawHeader<'_> {
    fn convert(&self) -> Option<Part> {
        let steps: Vec<&str> = self.steps.0.iter().filter_map(|step| step.message.filled()).collect();
        (!steps.is_empty()).then(|| Part::Reasoning { text: steps.join("\n\n"), summary: self.header.owned() })
    }
}

/// A file: of an export its id only. What Grok attaches are pictures.
fn file_part(file: TextOr<'_, RawFile<'_>>, is_picture: bool) -> Option<Part> {
    let (reference, name, media_type) = match file {
        TextOr::Text(id) => (id.trim().to_owned(), None, None),
        TextOr::Other(file) => {
            let name = file.name.owned().or_else(|| file.camel_name.owned());
            let reference = file.media_id.owned().or_else(|| file.id.owned()).or_else(|| name.clone());
            let address = || file.url.filled().map(|url| assemble::last_segment(url).to_owned());
            (reference.or_else(address)?, name, file.media_type.owned())
        }
        TextOr::Nothing => return None,
    };
    if reference.is_empty() {
        return None;
    }
    if is_picture || media_type.as_ref().is_some_and(|media_type| media_type.starts_with("image/")) {
        return Some(Part::Image { reference, media_type, description: name });
    }
    let name = name.unwrap_or_else(|| reference.clone());
    Some(Part::Attachment { name, reference: Some(reference), media_type, size: None, text: None })
}

impl RawPage<'_> {
    fn convert(self) -> Option<Part> {
        let (title, url) = (self.title.owned(), self.url.owned());
        let text = self.preview.owned().or_else(|| self.snippet.owned());
        (title.is_some() || url.is_some()).then_some(Part::Citation { title, url, text })
    }
}
