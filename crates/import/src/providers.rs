//! One file for each kind of export, with all that is known about its JSON.

pub(crate) mod aios;
mod assemble;
pub(crate) mod chatbot_ui;
pub(crate) mod chatgpt;
pub(crate) mod claude;
pub(crate) mod claude_code;
pub(crate) mod codex;
pub(crate) mod copilot;
pub(crate) mod cursor;
pub(crate) mod deepseek;
pub(crate) mod extension;
pub(crate) mod gemini;
pub(crate) mod grok;
pub(crate) mod le_chat;
pub(crate) mod librechat;
mod local;
pub(crate) mod microsoft_copilot;
pub(crate) mod open_webui;
pub(crate) mod openai;
pub(crate) mod perplexity;

use aios_model::{Message, Part, Timestamp};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, fmt::Write};

/// The media type of a file with this name, as far as the common endings tell.
fn media_type_of_name(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "heic" => "image/heic",
        "avif" => "image/avif",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "m4a" => "audio/mp4",
        "ogg" => "audio/ogg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "html" => "text/html",
        "json" => "application/json",
        "zip" => "application/zip",
        _ => return None,
    })
}

/// An id for a conversation that has none: the same for the same beginning, so that a later export of it is recognised.
fn fallback_id(title: &str, created: Option<Timestamp>, messages: &[Message]) -> String {
    let mut hash = Sha256::new();
    hash.update(created.map_or(0, Timestamp::milliseconds).to_le_bytes());
    match messages.first() {
        Some(first) => {
            hash.update(&first.id);
            for part in &first.parts {
                if let Part::Text { text } = part {
                    hash.update(text);
                }
            }
        }
        None => hash.update(title),
    }
    unnamed(hash)
}

/// An id for a message that has none: the same for the same words.
fn fallback_message_id<'a>(created: Option<Timestamp>, words: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    hash.update(created.map_or(0, Timestamp::milliseconds).to_le_bytes());
    for word in words {
        hash.update(word);
        hash.update([0]);
    }
    unnamed(hash)
}

fn unnamed(hash: Sha256) -> String {
    hash.finalize()[..16].iter().fold("unnamed-".to_owned(), |mut id, byte| {
        // Writing into a string cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// Makes the ids of one conversation's messages different: from the second of the same on, they get a number.
#[derive(Default)]
struct UniqueIds(HashMap<String, u32>);

impl UniqueIds {
    fn make(&mut self, id: String) -> String {
        let mut unique = id.clone();
        while self.0.contains_key(&unique) {
            // The number goes on from the last one, so that this ends after one step nearly always.
            let times = self.0.entry(id.clone()).or_insert(1);
            *times += 1;
            unique = format!("{id}~{times}");
        }
        self.0.insert(unique.clone(), 1);
        unique
    }
}
