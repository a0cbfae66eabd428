//! Mistral's Le Chat: `chat-<id>.json`, each a list of messages in no order, as seen up to November 2026.
//!
//! ```text
//! [ { "id", "chatId", "role", "createdAt", "content", "contentChunks": null or [ { "type": "text" | "tool_call" | "reference" | … } ],
//!     "reaction": "neutral" | "like" | "dislike", "reactionDetail", "reactionComment", "files": [ { "type", "name" } ], "canvas" } ]
//! ```
//!
//! Neither a title nor what a message answers is said: the messages follow each other by time.

use crate::{
    lenient::{Json, List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Collector, Context, Kind, Notes, Provider},
    providers::{
        assemble::{self, Room, assemble, chain, picture},
        openai::role,
    },
};
use aios_model::{Conversation, Feedback, Message, Part, Rating, Role, Source};
use std::collections::BTreeMap;

pub(crate) struct LeChat;

const SOURCE: Source = Source::new("le-chat");

lenient_object! {
    struct RawMessage<'de> {
        "id" => id: Text<'de>,
        "chatId" => chat: Text<'de>,
        "role" => role: Text<'de>,
        "createdAt" => created: Time,
        "content" => content: Text<'de>,
        "contentChunks" => chunks: List<Json>,
        "reaction" => reaction: Text<'de>,
        "reactionDetail" => detail: Text<'de>,
        "reactionComment" => comment: Text<'de>,
        "model" => model: Text<'de>,
        "files" => files: List<RawFile<'de>>,
        "canvas" => canvas: List<RawCanvas<'de>>,
    } known ["version" "quotes" "preference" "preferenceOver" "context" "parentId" "parentVersion" "updatedAt" "agentId" "status"]
}

lenient_object! {
    struct RawChunk<'de> {
        "type" => kind: Text<'de>,
        "text" => text: Text<'de>,
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "publicArguments" => arguments: Json,
        "publicResult" => result: Json,
        "referenceIds" => references: List<Text<'de>>,
        "imageUrl" => image: TextOr<'de, RawAddress<'de>>,
    }
}

lenient_object! {
    struct RawAddress<'de> {
        "url" => url: Text<'de>,
    }
}

lenient_object! {
    struct RawFile<'de> {
        "type" => kind: Text<'de>,
        "name" => name: Text<'de>,
    }
}

lenient_object! {
    struct RawCanvas<'de> {
        "id" => id: Text<'de>,
        "title" => title: Text<'de>,
        "content" => content: Text<'de>,
        "type" => kind: Text<'de>,
    }
}

impl Provider for LeChat {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Le Chat"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"chatId\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let says = shape.has(&["contentChunks"]) || shape.has(&["content"]);
        (shape.get("chatId") == Some(Type::Text) && shape.has(&["role", "createdAt"]) && says).then_some(Kind::Piece)
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::<Chats>::default())
    }
}

/// Messages by the conversation they are of.
#[derive(Default)]
struct Chats {
    chats: BTreeMap<String, Vec<Message>>,
    room: Room,
}

impl Collector for Chats {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let raw: RawMessage<'_> = crate::json::from_slice(element)?;
        let Some(chat) = raw.chat.owned() else { return Ok(false) };
        if self.room.take(element.len(), context.notes) {
            self.chats.entry(chat).or_default().extend(raw.convert(context.notes));
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended {
            return None;
        }
        let (id, mut messages) = self.chats.pop_first()?;
        // A question and its answer may have the same time.
        messages.sort_by_key(|message| (message.created.is_none(), message.created, message.role != Role::User));
        Some(assemble(Conversation::new(SOURCE, id), chain(messages), None, context.notes))
    }

    fn beside(&self) -> &'static str {
        "messages of Le Chat without a word"
    }
}

impl RawMessage<'_> {
    fn convert(self, notes: &mut Notes) -> Option<Message> {
        self.unknown.iter().for_each(|name| notes.unknown("Le Chat message field", name));
        let mut parts = Vec::new();
        // Pieces of text follow each other without a break; what stands between them is a mark.
        let mut text = String::new();
        for json in self.chunks.0.into_iter().filter_map(|chunk| chunk.0) {
            match crate::json::from_str::<RawChunk<'_>>(&json) {
                Ok(chunk) => chunk.convert(&json, notes, &mut text, &mut parts),
                Err(_) => text.push_str(&json),
            }
        }
        parts.extend(assemble::text(&text));
        if !parts.iter().any(|part| matches!(part, Part::Text { .. })) {
            parts.extend(assemble::text(self.content.as_str()));
        }
        parts.extend(self.canvas.0.into_iter().filter_map(RawCanvas::convert));
        parts.extend(self.files.0.into_iter().filter_map(RawFile::convert));
        let role = role(self.role.as_str(), notes);
        let message = assemble::message(self.id.as_str(), role, self.created.0, parts)?;
        let rating = match self.reaction.as_str() {
            "like" => Some(Rating::Up),
            "dislike" => Some(Rating::Down),
            _ => None,
        };
        let feedback = Feedback { reason: self.detail.owned(), comment: self.comment.owned() };
        Some(Message {
            model: self.model.owned(),
            rating,
            feedback: (feedback != Feedback::default()).then_some(feedback),
            ..message
        })
    }
}

impl RawChunk<'_> {
    /// Adds the piece to the text or to the parts; of an unknown one all of its JSON is kept.
    fn convert(self, json: &str, notes: &mut Notes, text: &mut String, parts: &mut Vec<Part>) {
        let mut end_text = |parts: &mut Vec<Part>| parts.extend(assemble::text(&std::mem::take(text)));
        match self.kind.as_str() {
            "text" => text.push_str(self.text.as_str()),
            "reference" => {
                for number in self.references.0.iter().filter_map(Text::filled) {
                    text.push_str(&format!("[{number}]"));
                }
            }
            "tool_call" => {
                end_text(parts);
                let name = self.name.owned().unwrap_or_else(|| "tool".to_owned());
                let (id, input) = (self.id.owned(), self.arguments.0.unwrap_or_default());
                parts.push(Part::ToolCall { id: id.clone(), name: name.clone(), input });
                if let Some(output) = self.result.0 {
                    parts.push(Part::ToolResult { id, name: Some(name), output, error: false });
                }
            }
            "image_url" => {
                end_text(parts);
                match &self.image {
                    TextOr::Text(address) => parts.push(picture(address, None)),
                    TextOr::Other(address) => parts.push(picture(address.url.as_str(), None)),
                    TextOr::Nothing => parts.push(picture("image", None)),
                }
            }
            other => {
                end_text(parts);
                notes.unknown("Le Chat content", other);
                parts.push(Part::Unsupported { kind: other.to_owned(), text: json.to_owned() });
            }
        }
    }
}

impl RawCanvas<'_> {
    fn convert(self) -> Option<Part> {
        let text = self.content.owned()?;
        let title = self.title.owned();
        let id = self.id.owned().or_else(|| title.clone()).unwrap_or_else(|| "canvas".to_owned());
        let language = self.kind.filled().map(|kind| kind.rsplit('/').next().unwrap_or(kind).to_ascii_lowercase());
        Some(Part::Artifact { id, title, language, text })
    }
}

impl RawFile<'_> {
    fn convert(self) -> Option<Part> {
        let name = self.name.owned()?;
        if self.kind.as_str() == "image" {
            return Some(Part::Image { reference: name, media_type: None, description: None });
        }
        Some(Part::Attachment { reference: Some(name.clone()), name, media_type: None, size: None, text: None })
    }
}
