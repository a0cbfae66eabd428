use super::message::file_id;
use crate::{
    lenient::{Json, List, Number, Object, Text, TextOr, lenient_object},
    provider::Notes,
};
use aios_model::{Part, Role};

lenient_object! {
    /// All fields of all types of content; which are there depends on `content_type`.
    struct RawContent<'de> {
        "content_type" => content_type: Text<'de>,
        "parts" => parts: List<TextOr<'de, Box<RawPart<'de>>>>,
        "text" => text: Text<'de>,
        "language" => language: Text<'de>,
        "content" => content: Text<'de>,
        "thoughts" => thoughts: List<RawThought<'de>>,
        "result" => result: Text<'de>,
        "summary" => summary: Text<'de>,
        "url" => url: Text<'de>,
        "domain" => domain: Text<'de>,
        "title" => title: Text<'de>,
        "name" => name: Text<'de>,
        "snippet" => snippet: Text<'de>,
        "user_profile" => user_profile: Text<'de>,
        "user_instructions" => user_instructions: Text<'de>,
        "model_set_context" => model_set_context: Text<'de>,
        "repo_summary" => repo_summary: Text<'de>,
        "structured_context" => structured_context: Json,
        "output_str" => output: Text<'de>,
        "screenshot" => screenshot: Object<Box<RawPart<'de>>>,
        "state" => state: Json,
        "asset_pointer" => asset_pointer: Text<'de>,
        "description" => description: Text<'de>,
        "message" => message: Text<'de>,
        "error" => error: Text<'de>,
        "query" => query: Text<'de>,
        "data" => data: Json,
        "workspaces" => workspaces: Json,
    }
}

lenient_object! {
    /// A part that is no text.
    struct RawPart<'de> {
        "content_type" => content_type: Text<'de>,
        "asset_pointer" => asset_pointer: Text<'de>,
        "size_bytes" => size_bytes: Number,
        "format" => format: Text<'de>,
        "text" => text: Text<'de>,
        "metadata" => metadata: RawPartMetadata<'de>,
        "audio_asset_pointer" => audio: RawPointer<'de>,
        "video_container_asset_pointer" => video: RawPointer<'de>,
        "frames_asset_pointers" => frames: List<TextOr<'de, RawPointer<'de>>>,
    }
}

lenient_object! {
    struct RawPointer<'de> {
        "asset_pointer" => asset_pointer: Text<'de>,
        "size_bytes" => size_bytes: Number,
        "format" => format: Text<'de>,
    }
}

lenient_object! {
    struct RawPartMetadata<'de> {
        "dalle" => dalle: RawDalle<'de>,
    }
}

lenient_object! {
    struct RawDalle<'de> {
        "prompt" => prompt: Text<'de>,
        "serialization_title" => title: Text<'de>,
    }
}

lenient_object! {
    struct RawThought<'de> {
        "summary" => summary: Text<'de>,
        "content" => content: Text<'de>,
        "chunks" => chunks: List<Text<'de>>,
    }
}

/// What the message around some content says about it.
pub(crate) struct Context {
    pub role: Role,
    /// The name of the tool that speaks.
    pub tool: Option<String>,
    /// The tool that is spoken to.
    pub called: Option<String>,
    /// What ties a call and its results.
    pub call: Option<String>,
    /// It is said to nobody: the model thinks.
    pub thinks: bool,
}

impl Context {
    /// Text that is said, written to a tool, or answered by one.
    pub fn text(&self, text: impl Into<String>) -> Part {
        match (&self.called, self.role) {
            (Some(tool), Role::Assistant) => {
                Part::ToolCall { id: self.call.clone(), name: tool.clone(), input: text.into() }
            }
            (_, Role::Tool) => self.result(text, false),
            _ if self.thinks => Part::Reasoning { text: text.into(), summary: None },
            _ => Part::text(text),
        }
    }

    fn result(&self, output: impl Into<String>, error: bool) -> Part {
        Part::ToolResult { id: self.call.clone(), name: self.tool.clone(), output: output.into(), error }
    }
}

impl RawContent<'_> {
    /// The parts, and whether the provider hides such content.
    ///
    /// `run` is what the tool printed, according to the message, and `failed` whether it failed.
    pub fn convert(self, context: &Context, run: &str, failed: bool, notes: &mut Notes) -> (Vec<Part>, bool) {
        let kind = self.content_type.as_str();
        let parts = match kind {
            "" | "text" | "multimodal_text" => return (self.spoken(context, notes), false),
            "code" => match (&context.called, context.role) {
                (Some(_), Role::Assistant) => vec![context.text(self.text.as_str())],
                // The tool repeats what it was asked.
                (_, Role::Tool) => vec![Part::ToolCall {
                    id: context.call.clone(),
                    name: context.tool.clone().unwrap_or_else(|| "code_interpreter".to_owned()),
                    input: self.text.as_str().to_owned(),
                }],
                _ => vec![Part::Code {
                    language: self.language.owned().filter(|language| language != "unknown"),
                    text: self.text.as_str().to_owned(),
                }],
            },
            "execution_output" => vec![context.result(self.text.filled().unwrap_or(run), failed)],
            "citable_code_output" => vec![context.result(self.output.as_str(), failed)],
            "system_error" => vec![context.result(joined(&[&self.name, &self.text], ": "), true)],
            "thoughts" => self.reasoning(),
            "reasoning_recap" => {
                let recap = |summary: &str| Part::Reasoning { text: String::new(), summary: Some(summary.to_owned()) };
                self.content.filled().into_iter().chain(self.texts()).map(recap).collect()
            }
            "image_asset_pointer" if self.asset_pointer.filled().is_some() => vec![image(&self.asset_pointer, None)],
            // What a program sees on its screen.
            "computer_output" => {
                let mut parts: Vec<Part> = self
                    .state
                    .0
                    .iter()
                    .filter(|state| *state != "{}")
                    .map(|state| context.result(state, false))
                    .collect();
                let pointer = self.screenshot.0.map(|screenshot| screenshot.asset_pointer).unwrap_or_default();
                parts.extend(pointer.filled().map(|_| image(&pointer, None)));
                return (parts, true);
            }
            "tether_quote" => vec![Part::Citation {
                title: self.title.owned().or_else(|| self.domain.owned()),
                url: self.url.owned(),
                text: self.text.owned(),
            }],
            "tether_browsing_display" => return (self.filled_result(context, &[&self.result, &self.summary]), true),
            "sonic_webpage" => {
                let pieces = [&self.title, &self.url, &self.text, &self.snippet];
                return (self.filled_result(context, &pieces), true);
            }
            "user_editable_context" => return (texts(&[&self.user_profile, &self.user_instructions]), true),
            "model_editable_context" => {
                let mut parts = texts(&[&self.model_set_context, &self.repo_summary]);
                parts.extend(self.structured_context.0.filter(|text| text != "null").map(Part::text));
                return (parts, true);
            }
            _ => self.unsupported(notes),
        };
        (parts, false)
    }

    /// What is said in words and pictures.
    fn spoken(self, context: &Context, notes: &mut Notes) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for part in self.parts.0 {
            match part {
                TextOr::Text(text) if !text.trim().is_empty() => parts.push(context.text(text)),
                TextOr::Other(part) => part.convert(context, notes, &mut parts),
                TextOr::Text(_) | TextOr::Nothing => {}
            }
        }
        if parts.is_empty() {
            // Loose forms have the text here.
            parts.extend(self.text.filled().or(self.content.filled()).map(|text| context.text(text)));
        }
        parts
    }

    /// The parts that are text.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.parts.0.iter().filter_map(|part| match part {
            TextOr::Text(text) if !text.trim().is_empty() => Some(&**text),
            _ => None,
        })
    }

    /// What the model thought.
    fn reasoning(&self) -> Vec<Part> {
        let thoughts = self.thoughts.0.iter().map(|thought| {
            let chunks: Vec<&str> = thought.chunks.0.iter().filter_map(Text::filled).collect();
            let text = thought.content.filled().map_or_else(|| chunks.join("\n\n"), str::to_owned);
            (text, thought.summary.owned())
        });
        // Some captures have the thoughts as texts.
        let texts = self.content.filled().into_iter().chain(self.texts()).map(|text| (text.to_owned(), None));
        let filled = thoughts.chain(texts).filter(|(text, summary)| !text.is_empty() || summary.is_some());
        filled.map(|(text, summary)| Part::Reasoning { text, summary }).collect()
    }

    fn filled_result(&self, context: &Context, pieces: &[&Text<'_>]) -> Vec<Part> {
        let text = joined(pieces, "\n");
        if text.is_empty() { Vec::new() } else { vec![context.result(&text, false)] }
    }

    /// Content of a type that this version does not know, with all the text that is in it.
    fn unsupported(self, notes: &mut Notes) -> Vec<Part> {
        let kind = self.content_type.as_str().to_owned();
        notes.unknown("ChatGPT content type", &kind);
        let mut lines: Vec<&str> = [
            &self.name,
            &self.title,
            &self.url,
            &self.text,
            &self.content,
            &self.summary,
            &self.result,
            &self.snippet,
            &self.output,
            &self.user_profile,
            &self.user_instructions,
            &self.model_set_context,
            &self.repo_summary,
            &self.description,
            &self.message,
            &self.error,
            &self.query,
        ]
        .into_iter()
        .filter_map(Text::filled)
        .chain(
            [&self.structured_context, &self.data, &self.workspaces, &self.state]
                .into_iter()
                .filter_map(|json| json.0.as_deref()),
        )
        .collect();
        let mut pictures: Vec<Part> =
            self.asset_pointer.filled().map(|_| image(&self.asset_pointer, None)).into_iter().collect();
        let screenshot = self.screenshot.0.map(TextOr::Other);
        for part in self.parts.0.iter().chain(&screenshot) {
            match part {
                TextOr::Text(text) if !text.trim().is_empty() => lines.push(text),
                TextOr::Other(part) => {
                    lines.extend(part.text.filled());
                    pictures.extend(part.asset_pointer.filled().map(|_| image(&part.asset_pointer, None)));
                }
                TextOr::Text(_) | TextOr::Nothing => {}
            }
        }
        for thought in &self.thoughts.0 {
            let chunks = thought.chunks.0.iter();
            lines.extend([&thought.summary, &thought.content].into_iter().chain(chunks).filter_map(Text::filled));
        }
        let mut parts = vec![Part::Unsupported { kind, text: lines.join("\n\n") }];
        parts.append(&mut pictures);
        parts
    }
}

impl RawPart<'_> {
    fn convert(self, context: &Context, notes: &mut Notes, parts: &mut Vec<Part>) {
        let file = |pointer: &Text<'_>, format: &Text<'_>, size: Number, family: &str| {
            pointer.filled().map(|pointer| Part::Attachment {
                name: file_id(pointer).to_owned(),
                reference: Some(file_id(pointer).to_owned()),
                media_type: format.filled().map(|format| format!("{family}/{format}")),
                size: size.count(),
                text: None,
            })
        };
        match self.content_type.as_str() {
            "image_asset_pointer" => {
                let RawDalle { prompt, title } = &self.metadata.dalle;
                parts.push(image(&self.asset_pointer, prompt.owned().or_else(|| title.owned())));
            }
            // The words of a voice chat.
            "audio_transcription" => parts.extend(self.text.filled().map(|text| context.text(text))),
            "audio_asset_pointer" => parts.extend(file(&self.asset_pointer, &self.format, self.size_bytes, "audio")),
            "real_time_user_audio_video_asset_pointer" => {
                parts.extend(file(&self.audio.asset_pointer, &self.audio.format, self.audio.size_bytes, "audio"));
                parts.extend(file(&self.video.asset_pointer, &self.video.format, self.video.size_bytes, "video"));
                parts.extend(self.frames.0.iter().filter_map(|frame| match frame {
                    TextOr::Text(pointer) => Some(image(&Text(Some(pointer.clone())), None)),
                    TextOr::Other(frame) => frame.asset_pointer.filled().map(|_| image(&frame.asset_pointer, None)),
                    TextOr::Nothing => None,
                }));
            }
            "" | "text" if self.text.filled().is_some() => parts.push(context.text(self.text.as_str())),
            kind => {
                let text = self.text.filled().or(self.asset_pointer.filled().map(file_id)).unwrap_or_default();
                if kind.is_empty() && text.is_empty() {
                    return;
                }
                notes.unknown("ChatGPT part type", kind);
                parts.push(Part::Unsupported { kind: kind.to_owned(), text: text.to_owned() });
            }
        }
    }
}

fn image(pointer: &Text<'_>, description: Option<String>) -> Part {
    Part::Image { reference: file_id(pointer.as_str()).to_owned(), media_type: None, description }
}

fn texts(pieces: &[&Text<'_>]) -> Vec<Part> {
    pieces.iter().filter_map(|text| text.filled()).map(Part::text).collect()
}

fn joined(pieces: &[&Text<'_>], between: &str) -> String {
    pieces.iter().filter_map(|text| text.filled()).collect::<Vec<_>>().join(between)
}
