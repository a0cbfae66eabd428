use crate::{
    lenient::{Flag, Json, List, Number, Text, TextOr, Time, lenient_object},
    provider::Notes,
    providers::local::{content_id, list_or_object},
};
use aios_model::{Part, Role};

lenient_object! {
    /// All fields of all kinds of line; which are there depends on the type.
    struct RawItem<'de> {
        "type" => kind: Text<'de>,
        "id" => id: Text<'de>,
        "session_id" => session: Text<'de>,
        "forked_from_id" => forked_from: Text<'de>,
        "timestamp" => timestamp: Time,
        "cwd" => cwd: Text<'de>,
        "instructions" => instructions: Text<'de>,
        "base_instructions" => base_instructions: RawPiece<'de>,
        "model" => model: Text<'de>,
        "role" => role: Text<'de>,
        "content" => content: TextOr<'de, List<RawPiece<'de>>>,
        "summary" => summary: TextOr<'de, List<RawPiece<'de>>>,
        "name" => name: Text<'de>,
        "arguments" => arguments: Json,
        "input" => input: Json,
        "action" => action: Json,
        "call_id" => call_id: Text<'de>,
        "output" => output: TextOr<'de, Output<'de>>,
        "result" => result: Text<'de>,
        "revised_prompt" => revised_prompt: Text<'de>,
        "message" => message: Text<'de>,
        "text" => text: Text<'de>,
        "num_turns" => num_turns: Number,
        "thread_name" => thread_name: Text<'de>,
    }
}

lenient_object! {
    struct RawPiece<'de> {
        "type" => kind: Text<'de>,
        "text" => text: Text<'de>,
        "image_url" => image: Text<'de>,
        "refusal" => refusal: Text<'de>,
    }
}

lenient_object! {
    struct RawOutput<'de> {
        "content" => content: Text<'de>,
        "success" => success: Flag,
        "tools" => tools: Json,
    }
}

/// What a tool answered: pieces, or text and whether it went well.
#[derive(Default)]
pub(crate) struct Output<'de> {
    pieces: Vec<RawPiece<'de>>,
    whole: RawOutput<'de>,
}

list_or_object!(Output,
    pieces => Output { pieces, whole: RawOutput::default() },
    whole => Output { pieces: Vec::new(), whole });

/// What Codex says to the model in the place of the person.
const NOT_SAID: [&str; 13] = [
    "<environment_context>",
    "<user_instructions>",
    "<permissions instructions>",
    "<collaboration_mode>",
    "<recommended_plugins>",
    "<apps_instructions>",
    "<plugins_instructions>",
    "<skills_instructions>",
    "<skill>",
    "<turn_aborted>",
    "<subagent_notification>",
    "<INSTRUCTIONS>",
    "# AGENTS.md instructions",
];

/// Whether these are notes of Codex to the model, and no words of the person.
pub(super) fn is_not_said(parts: &[Part]) -> bool {
    parts.iter().all(|part| {
        let Part::Text { text } = part else { return false };
        let text = text.trim_start();
        NOT_SAID.iter().any(|begin| text.starts_with(begin))
    })
}

impl RawItem<'_> {
    /// What was said in it and by whom; `None` if nothing was.
    pub fn said(&self, notes: &mut Notes) -> Option<(Role, Vec<Part>)> {
        let mut parts = Vec::new();
        let call = |name: &str, input: &Json| Part::ToolCall {
            id: self.call_id.owned().or_else(|| self.id.owned()),
            name: self.name.filled().unwrap_or(name).to_owned(),
            input: input.0.clone().unwrap_or_default(),
        };
        let role = match self.kind.as_str() {
            "message" => {
                pieces(&self.content, &mut parts, notes);
                match self.role.as_str() {
                    "user" => Role::User,
                    "assistant" => Role::Assistant,
                    "system" | "developer" => Role::System,
                    other => {
                        notes.unknown("Codex role", other);
                        Role::System
                    }
                }
            }
            "reasoning" => {
                let (content, summary) = (words(&self.content), words(&self.summary));
                // What is encrypted cannot be read by anybody else.
                let (text, summary) = if content.is_empty() { (summary, None) } else { (content, Some(summary)) };
                let summary = summary.filter(|summary| !summary.is_empty());
                parts.extend((!text.is_empty()).then_some(Part::Reasoning { text, summary }));
                Role::Assistant
            }
            "function_call" => {
                parts.push(call("function", &self.arguments));
                Role::Assistant
            }
            "custom_tool_call" | "mcp_tool_call" => {
                let input = if self.input.0.is_some() { &self.input } else { &self.arguments };
                parts.push(call("tool", input));
                Role::Assistant
            }
            "local_shell_call" => {
                parts.push(call("local_shell", &self.action));
                Role::Assistant
            }
            "web_search_call" => {
                parts.push(call("web_search", &self.action));
                Role::Assistant
            }
            "tool_search_call" => {
                parts.push(call("tool_search", &self.arguments));
                Role::Assistant
            }
            "image_generation_call" => {
                parts.push(Part::ToolCall {
                    id: self.id.owned(),
                    name: "image_generation".to_owned(),
                    input: self.revised_prompt.as_str().to_owned(),
                });
                parts.extend(self.result.filled().map(image));
                Role::Assistant
            }
            "function_call_output" | "custom_tool_call_output" | "mcp_tool_call_output" | "tool_search_output" => {
                self.result(&mut parts);
                Role::Tool
            }
            "compaction" | "compaction_summary" | "ghost_snapshot" | "context_compaction" => return None,
            kind => {
                notes.unknown("Codex item type", kind);
                let text = [words(&self.content), self.text.as_str().to_owned()].concat();
                parts.push(Part::Unsupported { kind: kind.to_owned(), text });
                Role::Assistant
            }
        };
        (!parts.is_empty()).then_some((role, parts))
    }

    fn result(&self, parts: &mut Vec<Part>) {
        let mut pictures = Vec::new();
        let (output, error) = match &self.output {
            TextOr::Text(text) => (text.to_string(), false),
            TextOr::Other(output) if !output.pieces.is_empty() => {
                pictures.extend(output.pieces.iter().filter_map(|piece| piece.image.filled()).map(image));
                let texts: Vec<&str> = output.pieces.iter().filter_map(|piece| piece.text.filled()).collect();
                (texts.join("\n"), false)
            }
            TextOr::Other(output) => {
                let text = output.whole.content.owned().or_else(|| output.whole.tools.0.clone());
                (text.unwrap_or_default(), output.whole.success.0 == Some(false))
            }
            TextOr::Nothing => (String::new(), false),
        };
        parts.push(Part::ToolResult { id: self.call_id.owned(), name: self.name.owned(), output, error });
        parts.append(&mut pictures);
    }
}

/// A picture that is in the line itself: the reference is made of it.
fn image(data: &str) -> Part {
    let media_type = data.strip_prefix("data:").and_then(|rest| rest.split_once([';', ',']));
    Part::Image {
        reference: format!("image-{}", content_id(&[data.as_bytes()])),
        media_type: media_type.map(|(kind, _)| kind.to_owned()),
        description: None,
    }
}

fn pieces(content: &TextOr<'_, List<RawPiece<'_>>>, parts: &mut Vec<Part>, notes: &mut Notes) {
    let list = match content {
        TextOr::Text(text) => return parts.extend((!text.trim().is_empty()).then(|| Part::text(text.as_ref()))),
        TextOr::Other(List(list)) => list,
        TextOr::Nothing => return,
    };
    for piece in list {
        match piece.kind.as_str() {
            "input_text" | "output_text" | "text" | "summary_text" | "" => {
                parts.extend(piece.text.filled().map(Part::text));
            }
            "input_image" => parts.extend(piece.image.filled().map(image)),
            "refusal" => parts.extend(piece.refusal.filled().map(Part::text)),
            kind => {
                notes.unknown("Codex content type", kind);
                let text = piece.text.as_str().to_owned();
                parts.push(Part::Unsupported { kind: kind.to_owned(), text });
            }
        }
    }
}

/// The words of pieces, paragraphs apart.
fn words(content: &TextOr<'_, List<RawPiece<'_>>>) -> String {
    match content {
        TextOr::Text(text) => text.to_string(),
        TextOr::Other(List(list)) => {
            list.iter().filter_map(|piece| piece.text.filled()).collect::<Vec<_>>().join("\n\n")
        }
        TextOr::Nothing => String::new(),
    }
}
