use super::details;
use crate::{
    lenient::{Json, List, Number, Text, TextOr, Time, lenient_object},
    provider::Notes,
    providers::{
        assemble::{self, picture},
        openai::content::RawContent,
    },
};
use aios_model::{Feedback, Message, Part, Rating, Role};

lenient_object! {
    struct RawMessage<'de> {
        "id" => id: Text<'de>,
        "parentId" => parent: Text<'de>,
        "childrenIds" => children: List<Text<'de>>,
        "role" => role: Text<'de>,
        "content" => content: TextOr<'de, List<RawContent<'de>>>,
        "timestamp" => timestamp: Time,
        "model" => model: Text<'de>,
        "files" => files: List<RawFile<'de>>,
        "sources" => sources: List<RawSource<'de>>,
        "citations" => citations: List<RawSource<'de>>,
        "code_executions" => executions: List<RawExecution<'de>>,
        "annotation" => annotation: RawAnnotation<'de>,
        "error" => error: TextOr<'de, RawError<'de>>,
    } known [
        "models" "modelName" "modelIdx" "userContext" "lastSentence" "usage" "info" "done" "status" "statusHistory" "context"
        "originalContent" "selectedModelId" "followUps" "feedbackId" "merged" "embeds" "user" "output" "arena" "favorite" "tags" "completedAt"
    ]
}

lenient_object! {
    struct RawFile<'de> {
        "type" => kind: Text<'de>,
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "url" => url: Text<'de>,
        "size" => size: Number,
        "content_type" => media_type: Text<'de>,
        "content" => content: Text<'de>,
        "file" => file: RawInnerFile<'de>,
    }
}

lenient_object! {
    struct RawInnerFile<'de> {
        "filename" => name: Text<'de>,
        "data" => data: RawData<'de>,
        "meta" => meta: RawMeta<'de>,
    }
}

lenient_object! {
    struct RawData<'de> {
        "content" => content: Text<'de>,
    }
}

lenient_object! {
    struct RawMeta<'de> {
        "name" => name: Text<'de>,
        "content_type" => media_type: Text<'de>,
        "size" => size: Number,
    }
}

lenient_object! {
    /// What an answer leans on: one thing that was searched, and the pieces that were found in it.
    struct RawSource<'de> {
        "source" => source: RawOrigin<'de>,
        "document" => documents: List<Text<'de>>,
        "metadata" => metadata: List<RawOrigin<'de>>,
    }
}

lenient_object! {
    struct RawOrigin<'de> {
        "name" => name: Text<'de>,
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "source" => source: Text<'de>,
    }
}

lenient_object! {
    struct RawExecution<'de> {
        "language" => language: Text<'de>,
        "code" => code: Text<'de>,
        "result" => result: RawResult<'de>,
    }
}

lenient_object! {
    struct RawResult<'de> {
        "output" => output: Json,
        "error" => error: Text<'de>,
    }
}

lenient_object! {
    struct RawAnnotation<'de> {
        "rating" => rating: Number,
        "reason" => reason: Text<'de>,
        "comment" => comment: Text<'de>,
    }
}

lenient_object! {
    struct RawError<'de> {
        "content" => content: Json,
        "detail" => detail: Text<'de>,
    }
}

impl RawMessage<'_> {
    /// The message in the canonical form; `None` if nothing is in it. Its own id is taken if `id` is empty.
    pub fn convert(self, id: &str, notes: &mut Notes) -> Option<Message> {
        self.unknown.iter().for_each(|name| notes.unknown("Open WebUI message field", name));
        let role = match self.role.filled() {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some("system") => Role::System,
            Some("tool") => Role::Tool,
            other => {
                notes.unknown("Open WebUI role", other.unwrap_or("(none)"));
                Role::Assistant
            }
        };
        let mut parts = Vec::new();
        match self.content {
            TextOr::Text(content) if role == Role::Assistant => details::split(&content, notes, &mut parts),
            TextOr::Text(content) => parts.extend(assemble::text(&content)),
            TextOr::Other(List(blocks)) => blocks.into_iter().for_each(|block| block.convert(notes, &mut parts)),
            TextOr::Nothing => {}
        }
        self.executions.0.into_iter().for_each(|execution| execution.convert(&mut parts));
        parts.extend(self.files.0.into_iter().filter_map(RawFile::convert));
        let sources = self.sources.0.into_iter().chain(self.citations.0);
        sources.for_each(|source| source.convert(&mut parts));
        let error = match self.error {
            TextOr::Text(text) => Some(text.into_owned()),
            TextOr::Other(error) => error.content.0.or_else(|| error.detail.owned()),
            TextOr::Nothing => None,
        };
        parts.extend(error.map(|text| Part::Unsupported { kind: "error".to_owned(), text }));
        let id = if id.is_empty() { self.id.as_str() } else { id };
        let message = assemble::message(id, role, self.timestamp.0, parts)?;
        let rating = match self.annotation.rating.0 {
            Some(rating) if rating > 0.0 => Some(Rating::Up),
            Some(rating) if rating < 0.0 => Some(Rating::Down),
            _ => None,
        };
        let feedback = Feedback { reason: self.annotation.reason.owned(), comment: self.annotation.comment.owned() };
        Some(Message {
            model: if role == Role::Assistant { self.model.owned() } else { None },
            rating,
            feedback: (feedback != Feedback::default()).then_some(feedback),
            ..message
        })
    }
}

impl RawFile<'_> {
    fn convert(self) -> Option<Part> {
        let name = self.name.owned().or_else(|| self.file.name.owned()).or_else(|| self.file.meta.name.owned());
        if self.kind.as_str() == "image" {
            return Some(picture(self.url.filled().or(self.id.filled())?, name));
        }
        let text = self.file.data.content.owned().or_else(|| self.content.owned());
        let reference = self.id.owned();
        Some(Part::Attachment {
            // Pages of the web are files as well; their address is their name.
            name: name.or_else(|| self.url.owned()).or_else(|| reference.clone())?,
            reference,
            media_type: self.media_type.owned().or_else(|| self.file.meta.media_type.owned()),
            size: self.size.count().or_else(|| self.file.meta.size.count()),
            text,
        })
    }
}

impl RawSource<'_> {
    /// A citation for each piece, or one for the whole if no piece is named.
    fn convert(self, parts: &mut Vec<Part>) {
        let is_address = |text: &&str| text.starts_with("https://") || text.starts_with("http://");
        let whole = &self.source;
        for number in 0..self.documents.0.len().max(self.metadata.0.len()).max(1) {
            let piece = self.metadata.0.get(number);
            let title = piece.and_then(|piece| piece.title.filled().or(piece.name.filled())).or(whole.name.filled());
            let url = piece.and_then(|piece| piece.url.filled().or(piece.source.filled()).filter(is_address));
            let url = url.or(whole.url.filled()).or(whole.name.filled().filter(is_address));
            let text = self.documents.0.get(number).and_then(Text::owned);
            if title.is_some() || url.is_some() || text.is_some() {
                parts.push(Part::Citation { title: title.map(str::to_owned), url: url.map(str::to_owned), text });
            }
        }
    }
}

impl RawExecution<'_> {
    fn convert(self, parts: &mut Vec<Part>) {
        if let Some(text) = self.code.owned() {
            parts.push(Part::Code { language: self.language.owned(), text });
        }
        let error = self.result.error.owned();
        if let Some(output) = error.clone().or(self.result.output.0) {
            parts.push(Part::ToolResult { id: None, name: None, output, error: error.is_some() });
        }
    }
}
