//! Prompts of AI Studio, which it keeps in the Drive folder "Google AI Studio", as files without an ending. The title is the file's name.
//!
//! ```text
//! { "runSettings": {"model": "models/gemini-…"}, "systemInstruction": {"text" | "parts"},
//!   "chunkedPrompt": { "chunks": [ {"role": "user" | "model", "text" | "parts", "isThought", "createTime", "executableCode",
//!       "codeExecutionResult", "inlineFile" | "inlineImage" | "inlineData", "driveDocument" | "driveImage" | …, "grounding",
//!       "errorMessage", "branchParent"} ], "pendingInputs": never sent } }
//! ```

use super::SOURCE;
use crate::{
    lenient::{Flag, List, Object, Text, TextOr, Time, lenient_object},
    provider::{Context, Notes},
    providers::{UniqueIds, fallback_id},
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

lenient_object! {
    struct RawPrompt<'de> {
        "id" => id: Text<'de>,
        "title" => title: Text<'de>,
        "displayName" => display_name: Text<'de>,
        "createTime" => created: Time,
        "updateTime" => updated: Time,
        "runSettings" => settings: RawSettings<'de>,
        "systemInstruction" => system: TextOr<'de, RawSystem<'de>>,
        "chunkedPrompt" => prompt: RawChunks<'de>,
    } known ["pendingInputs" "citations" "applets" "branchParent" "userFeedback"]
}

lenient_object! {
    struct RawSettings<'de> {
        "model" => model: Text<'de>,
    }
}

lenient_object! {
    struct RawSystem<'de> {
        "text" => text: Text<'de>,
        "parts" => parts: List<RawPart<'de>>,
    }
}

lenient_object! {
    struct RawChunks<'de> {
        "chunks" => chunks: List<RawChunk<'de>>,
    }
}

lenient_object! {
    struct RawChunk<'de> {
        "id" => id: Text<'de>,
        "role" => role: Text<'de>,
        "text" => text: Text<'de>,
        "isThought" => is_thought: Flag,
        "parts" => parts: List<RawPart<'de>>,
        "createTime" => created: Time,
        "executableCode" => code: Object<RawCode<'de>>,
        "codeExecutionResult" => result: Object<RawResult<'de>>,
        "inlineFile" => inline_file: Object<RawInline<'de>>,
        "inlineImage" => inline_image: Object<RawInline<'de>>,
        "inlineData" => inline_data: Object<RawInline<'de>>,
        "inlineAudio" => inline_audio: Object<RawInline<'de>>,
        "driveDocument" => document: Object<RawFile<'de>>,
        "driveImage" => image: Object<RawFile<'de>>,
        "driveVideo" => video: Object<RawFile<'de>>,
        "driveAudio" => audio: Object<RawFile<'de>>,
        "youtubeVideo" => youtube: Object<RawFile<'de>>,
        "grounding" => grounding: RawGrounding<'de>,
        "citations" => citations: List<RawSource<'de>>,
        "errorMessage" => error: Text<'de>,
        "branchParent" => branch_parent: RawFile<'de>,
    } known ["tokenCount" "finishReason" "thinkingBudget" "thinkingLevel" "thoughtSignature" "thoughtSignatures" "branchChildren" "isEdited" "safetyRatings"
        "isGeneratedUsingApiKey" "aspectRatio"]
}

lenient_object! {
    struct RawPart<'de> {
        "text" => text: Text<'de>,
        "thought" => thought: Flag,
        "inlineData" => inline_data: Object<RawInline<'de>>,
        "executableCode" => code: Object<RawCode<'de>>,
        "codeExecutionResult" => result: Object<RawResult<'de>>,
    } known ["thoughtSignature"]
}

lenient_object! {
    struct RawCode<'de> {
        "language" => language: Text<'de>,
        "code" => code: Text<'de>,
    }
}

lenient_object! {
    struct RawResult<'de> {
        "outcome" => outcome: Text<'de>,
        "output" => output: Text<'de>,
    }
}

lenient_object! {
    struct RawInline<'de> {
        "mimeType" => media_type: Text<'de>,
        "data" => data: Text<'de>,
    }
}

lenient_object! {
    struct RawFile<'de> {
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
    }
}

lenient_object! {
    struct RawGrounding<'de> {
        "groundingChunks" => chunks: List<RawGroundingChunk<'de>>,
        "groundingSources" => sources: List<RawSource<'de>>,
        "corroborationSegments" => segments: List<RawSource<'de>>,
    }
}

lenient_object! {
    struct RawGroundingChunk<'de> {
        "web" => web: RawSource<'de>,
    }
}

lenient_object! {
    struct RawSource<'de> {
        "uri" => address: Text<'de>,
        "title" => title: Text<'de>,
    }
}

/// Reads a prompt.
pub(super) fn read(element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Conversation> {
    let raw: RawPrompt<'_> = crate::json::from_slice(element)?;
    raw.unknown.iter().for_each(|name| context.notes.unknown("AI Studio field", name));
    let model = raw.settings.model.filled().map(|model| model.strip_prefix("models/").unwrap_or(model).to_owned());
    let mut nodes: Vec<Node> = Vec::new();
    let mut ids = UniqueIds::default();
    let mut known: HashSet<String> = HashSet::new();
    for chunk in raw.prompt.chunks.0 {
        chunk.unknown.iter().for_each(|name| context.notes.unknown("AI Studio chunk field", name));
        let above = chunk.branch_parent.id.filled().filter(|id| known.contains(*id)).map(str::to_owned);
        let Some(mut message) = chunk.convert(model.as_deref(), context.notes) else { continue };
        let before = nodes.last_mut().and_then(|node| node.message.as_mut()).filter(|_| above.is_none());
        if let Some(before) = before.filter(|before| belong_together(before, &message)) {
            before.parts.append(&mut message.parts);
            continue;
        }
        known.insert(message.id.clone());
        message.id = ids.make(message.id);
        let parent = above.or_else(|| nodes.last().map(|node| node.id.clone()));
        nodes.push(Node { id: message.id.clone(), parent, created: message.created, message: Some(message) });
    }
    let last = nodes.last().map(|node| node.id.clone());
    let tree = tree::arrange(nodes, last.as_deref());
    let title = raw.title.owned().or_else(|| raw.display_name.owned()).or_else(|| title_of(context.name));
    let times = || tree.messages.iter().filter_map(|message| message.created);
    // Copies of a prompt begin with the same messages, so that the title counts as well.
    let source_id = raw.id.owned().unwrap_or_else(|| {
        let words = title.as_deref().unwrap_or_default();
        let begin = fallback_id(words, raw.created.0, &tree.messages);
        format!("{begin}-{}", hash(&[words]))
    });
    Ok(Conversation {
        title,
        created: raw.created.0.or_else(|| times().min()),
        updated: raw.updated.0.or_else(|| times().max()),
        model,
        system_prompt: match raw.system {
            TextOr::Text(text) => (!text.trim().is_empty()).then(|| text.into_owned()),
            TextOr::Other(system) => system.convert(),
            TextOr::Nothing => None,
        },
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..Conversation::new(SOURCE, source_id)
    })
}

/// A prompt and the files that were given with it are chunks of their own.
fn belong_together(before: &Message, after: &Message) -> bool {
    let has_words = |message: &Message| message.parts.iter().any(|part| matches!(part, Part::Text { .. }));
    before.role == Role::User && after.role == Role::User && !(has_words(before) && has_words(after))
}

/// The name of a file as a title.
fn title_of(name: &str) -> Option<String> {
    let name = [".json", ".txt", ".prompt"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name).trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// A short hash of texts.
pub(crate) fn hash(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    hash.finalize()[..8].iter().fold(String::new(), |id, byte| format!("{id}{byte:02x}"))
}

impl RawSystem<'_> {
    fn convert(self) -> Option<String> {
        let parts: Vec<&str> = self.parts.0.iter().filter_map(|part| part.text.filled()).collect();
        self.text.owned().or_else(|| (!parts.is_empty()).then(|| parts.join("\n\n")))
    }
}

impl RawChunk<'_> {
    /// The chunk as a message; `None` if nothing is in it.
    fn convert(self, model: Option<&str>, notes: &mut Notes) -> Option<Message> {
        let (role, hidden) = match self.role.as_str() {
            "user" => (Role::User, false),
            "model" | "assistant" => (Role::Assistant, false),
            "system" => (Role::System, true),
            other => {
                notes.unknown("AI Studio role", other);
                (Role::Assistant, false)
            }
        };
        let mut parts = Vec::new();
        let thought = self.is_thought.set();
        // The text repeats the parts.
        let in_parts = self.parts.0.iter().any(|part| part.text.filled().is_some());
        if !in_parts && let Some(text) = self.text.filled() {
            parts.push(words(text, thought));
        }
        for part in &self.parts.0 {
            part.unknown.iter().for_each(|name| notes.unknown("AI Studio part field", name));
            // A text may come in pieces, which go on where the one before ends.
            let part_thought = thought || part.thought.set();
            match (parts.last_mut(), part.text.0.as_deref().filter(|text| !text.is_empty())) {
                (_, None) => {}
                (Some(Part::Reasoning { text, .. }), Some(more)) if part_thought => text.push_str(more),
                (Some(Part::Text { text }), Some(more)) if !part_thought => text.push_str(more),
                (_, Some(text)) => parts.push(words(text, part_thought)),
            }
            parts.extend(part.inline_data.0.as_ref().and_then(RawInline::convert));
            parts.extend(part.code.0.as_ref().and_then(RawCode::convert));
            parts.extend(part.result.0.as_ref().map(RawResult::convert));
        }
        for inline in [&self.inline_file, &self.inline_image, &self.inline_data, &self.inline_audio] {
            let part = inline.0.as_ref().and_then(RawInline::convert);
            parts.extend(part.filter(|part| !parts.contains(part)));
        }
        for code in self.code.0.iter().filter_map(RawCode::convert).chain(self.result.0.iter().map(RawResult::convert))
        {
            // Which may be repeated as well.
            if !parts.contains(&code) {
                parts.push(code);
            }
        }
        self.files(&mut parts);
        self.grounding.convert(self.citations, &mut parts);
        if let Some(text) = self.error.owned() {
            parts.push(Part::Unsupported { kind: "error".to_owned(), text });
        }
        if parts.is_empty() {
            return None;
        }
        let time = self.created.0.map(|time| time.to_string()).unwrap_or_default();
        let first = parts.iter().find_map(|part| match part {
            Part::Text { text } | Part::Reasoning { text, .. } | Part::Code { text, .. } => Some(text.as_str()),
            Part::ToolResult { output, .. } => Some(output.as_str()),
            Part::Image { reference, .. } => Some(reference.as_str()),
            Part::Attachment { reference, .. } => reference.as_deref(),
            _ => None,
        });
        Some(Message {
            id: self.id.owned().unwrap_or_else(|| hash(&[self.role.as_str(), &time, first.unwrap_or_default()])),
            parent: None,
            role,
            created: self.created.0,
            model: model.filter(|_| role == Role::Assistant).map(str::to_owned),
            hidden,
            parts,
            rating: None,
            feedback: None,
        })
    }

    /// Files in Drive. Their bytes are not in the export.
    fn files(&self, parts: &mut Vec<Part>) {
        if let Some(image) = &self.image.0
            && let Some(reference) = image.id.owned()
        {
            parts.push(Part::Image { reference, media_type: None, description: image.name.owned() });
        }
        for (file, kind) in [(&self.document, "Document"), (&self.video, "Video"), (&self.audio, "Audio")] {
            let Some(file) = &file.0 else { continue };
            let name = file.name.owned().unwrap_or_else(|| format!("{kind} in Google Drive"));
            parts.push(Part::Attachment { name, reference: file.id.owned(), media_type: None, size: None, text: None });
        }
        if let Some(id) = self.youtube.0.as_ref().and_then(|video| video.id.filled()) {
            let is_id = id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
            parts.push(Part::Citation {
                title: Some(format!("YouTube video {id}")),
                url: is_id.then(|| format!("https://www.youtube.com/watch?v={id}")),
                text: None,
            });
        }
    }
}

fn words(text: &str, thought: bool) -> Part {
    let text = text.to_owned();
    if thought { Part::Reasoning { text, summary: None } } else { Part::Text { text } }
}

impl RawCode<'_> {
    fn convert(&self) -> Option<Part> {
        let language = self.language.filled().map(str::to_ascii_lowercase);
        Some(Part::Code { language, text: self.code.owned()? })
    }
}

impl RawResult<'_> {
    fn convert(&self) -> Part {
        Part::ToolResult {
            id: None,
            name: Some("code_execution".to_owned()),
            output: self.output.as_str().to_owned(),
            error: !matches!(self.outcome.as_str(), "" | "OUTCOME_OK" | "OUTCOME_UNSPECIFIED"),
        }
    }
}

impl RawInline<'_> {
    /// A file by its type and size: its bytes are base64 in the prompt and not imported.
    fn convert(&self) -> Option<Part> {
        let kind = self.media_type.filled().unwrap_or("application/octet-stream");
        let length = self.data.as_str().trim_end_matches('=').len() as u64;
        if length == 0 && self.media_type.filled().is_none() {
            return None;
        }
        let name = if kind.starts_with("image/") { "Picture in the prompt" } else { "File in the prompt" };
        Some(Part::Attachment {
            name: name.to_owned(),
            reference: None,
            media_type: self.media_type.owned(),
            size: Some(length / 4 * 3 + length % 4 * 3 / 4),
            text: None,
        })
    }
}

impl RawGrounding<'_> {
    /// The most sources that are taken from one answer.
    const MAXIMUM: usize = 200;

    fn convert(self, citations: List<RawSource<'_>>, parts: &mut Vec<Part>) {
        let chunks = self.chunks.0.into_iter().map(|chunk| chunk.web);
        let sources = chunks.chain(self.sources.0).chain(self.segments.0).chain(citations.0);
        let mut seen: Vec<String> = Vec::new();
        for source in sources {
            let Some(address) = source.address.owned().filter(|address| !seen.contains(address)) else { continue };
            seen.push(address.clone());
            parts.push(Part::Citation { title: source.title.owned(), url: Some(address), text: None });
            if seen.len() == Self::MAXIMUM {
                break;
            }
        }
    }
}
