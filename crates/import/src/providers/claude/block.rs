use crate::{
    lenient::{Flag, Json, List, Text, TextOr, lenient_object},
    provider::Notes,
};
use aios_model::Part;

lenient_object! {
    /// All fields of all types of block; which are there depends on `type`.
    struct RawBlock<'de> {
        "type" => kind: Text<'de>,
        "text" => text: Text<'de>,
        "citations" => citations: List<RawCitation<'de>>,
        "thinking" => thinking: Text<'de>,
        "summaries" => summaries: List<RawSummary<'de>>,
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "input" => input: Json,
        "tool_use_id" => tool_use_id: Text<'de>,
        "content" => content: TextOr<'de, List<RawResult<'de>>>,
        "structured_content" => structured: Json,
        "message" => message: Text<'de>,
        "is_error" => is_error: Flag,
        "title" => title: Text<'de>,
        "flag" => flag: Text<'de>,
        "helpline" => helpline: Json,
        "data" => data: Text<'de>,
        "file_uuid" => file_uuid: Text<'de>,
        "file_name" => file_name: Text<'de>,
    }
}

lenient_object! {
    struct RawSummary<'de> {
        "summary" => summary: Text<'de>,
    }
}

lenient_object! {
    struct RawCitation<'de> {
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "details" => details: RawDetails<'de>,
    }
}

lenient_object! {
    struct RawDetails<'de> {
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
    }
}

lenient_object! {
    /// A piece of what a tool answered.
    struct RawResult<'de> {
        "type" => kind: Text<'de>,
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "text" => text: Text<'de>,
        "file_uuid" => file_uuid: Text<'de>,
        "file_path" => file_path: Text<'de>,
        "name" => name: Text<'de>,
    }
}

/// The most sources that are taken from one block.
const MAXIMUM_CITATIONS: usize = 200;

impl RawBlock<'_> {
    /// What tells it from others.
    pub fn words(&self) -> [&str; 4] {
        [self.text.as_str(), self.thinking.as_str(), self.name.as_str(), self.input.0.as_deref().unwrap_or_default()]
    }

    /// Adds what is in the block.
    pub fn convert(self, notes: &mut Notes, parts: &mut Vec<Part>) {
        match self.kind.as_str() {
            "text" => {
                parts.extend(self.text.filled().map(Part::text));
                cite(&self.citations.0, parts);
            }
            "voice_note" => {
                parts.extend([&self.title, &self.text].into_iter().filter_map(|text| text.filled()).map(Part::text))
            }
            "thinking" => {
                let summaries: Vec<&str> =
                    self.summaries.0.iter().filter_map(|summary| summary.summary.filled()).collect();
                let summary = Some(summaries.join("\n")).filter(|summary| !summary.is_empty());
                if self.thinking.filled().is_some() || summary.is_some() {
                    parts.push(Part::Reasoning { text: self.thinking.as_str().to_owned(), summary });
                }
            }
            "tool_use" | "server_tool_use" | "mcp_tool_use" => parts.push(Part::ToolCall {
                id: self.id.owned(),
                name: self.name.as_str().to_owned(),
                input: self.input.0.unwrap_or_default(),
            }),
            "tool_result" | "mcp_tool_result" | "web_search_tool_result" => {
                let mut pictures = Vec::new();
                let output = match self.content {
                    TextOr::Text(text) => text.into_owned(),
                    TextOr::Other(List(results)) => {
                        let texts: Vec<String> =
                            results.into_iter().filter_map(|result| result.convert(&mut pictures)).collect();
                        texts.join("\n\n")
                    }
                    TextOr::Nothing => String::new(),
                };
                let output = Some(output).filter(|output| !output.trim().is_empty()).or(self.structured.0);
                let output = output.unwrap_or_else(|| self.message.as_str().to_owned());
                parts.push(Part::ToolResult {
                    id: self.tool_use_id.owned(),
                    name: self.name.owned(),
                    output,
                    error: self.is_error.set(),
                });
                parts.append(&mut pictures);
            }
            "image" if self.file_uuid.filled().is_some() => parts.push(Part::Image {
                reference: self.file_uuid.as_str().to_owned(),
                media_type: None,
                description: self.file_name.owned(),
            }),
            // The provider worried about what was said, and showed whom to call.
            "flag" => {
                let helpline = self.helpline.0.as_deref().filter(|helpline| *helpline != "null");
                let words: Vec<&str> = self.flag.filled().into_iter().chain(helpline).collect();
                if !words.is_empty() {
                    parts.push(Part::Unsupported { kind: "flag".to_owned(), text: words.join("\n\n") });
                }
            }
            // How many tokens were left; always null.
            "token_budget" => {}
            kind => {
                let words =
                    [&self.title, &self.name, &self.flag, &self.text, &self.thinking, &self.data, &self.message];
                let mut words: Vec<&str> = words.into_iter().filter_map(Text::filled).collect();
                if let TextOr::Text(text) = &self.content {
                    words.push(text);
                }
                words.extend(self.summaries.0.iter().filter_map(|summary| summary.summary.filled()));
                words.extend(self.input.0.as_deref().filter(|input| !matches!(*input, "null" | "{}" | "[]")));
                if kind.is_empty() && words.is_empty() {
                    return;
                }
                notes.unknown("Claude block type", kind);
                parts.push(Part::Unsupported { kind: kind.to_owned(), text: words.join("\n\n") });
                if let TextOr::Other(List(results)) = self.content {
                    let mut inside: Vec<String> = Vec::new();
                    for result in results {
                        inside.extend(result.convert(parts));
                    }
                    if !inside.is_empty() {
                        parts.push(Part::Unsupported { kind: format!("{kind} content"), text: inside.join("\n\n") });
                    }
                }
                cite(&self.citations.0, parts);
            }
        }
    }
}

/// Adds the sources of a text, each once.
fn cite(citations: &[RawCitation<'_>], parts: &mut Vec<Part>) {
    let before = parts.len();
    for citation in citations.iter().take(MAXIMUM_CITATIONS) {
        let title = citation.title.owned().or_else(|| citation.details.title.owned());
        let url = citation.url.owned().or_else(|| citation.details.url.owned());
        let part = Part::Citation { title, url, text: None };
        let empty = matches!(&part, Part::Citation { title: None, url: None, .. });
        if !empty && !parts[before..].contains(&part) {
            parts.push(part);
        }
    }
}

impl RawResult<'_> {
    /// The words of it; a picture goes to `pictures`.
    fn convert(self, pictures: &mut Vec<Part>) -> Option<String> {
        let file = self.file_uuid.filled().or(self.file_path.filled());
        if self.kind.as_str() == "image"
            && let Some(reference) = file
        {
            pictures.push(Part::Image { reference: reference.to_owned(), media_type: None, description: None });
            return None;
        }
        let words: Vec<&str> =
            [&self.title, &self.name, &self.url, &self.text].into_iter().filter_map(Text::filled).chain(file).collect();
        if words.is_empty() {
            return self.kind.filled().map(|kind| format!("[{kind}]"));
        }
        Some(words.join("\n"))
    }
}

/// The text of a message without the notes that stand in it for blocks which the exporting device could not show.
pub(super) fn without_placeholders(text: &str) -> String {
    const PLACEHOLDERS: [&str; 4] = [
        "```\nThis block is not supported on your current device yet.\n```",
        "This block is not supported on your current device yet.",
        "Viewing artifacts created via the Analysis Tool web feature preview isn’t yet supported on mobile.",
        "Viewing artifacts created via the Analysis Tool web feature preview isn't yet supported on mobile.",
    ];
    if !PLACEHOLDERS.iter().any(|placeholder| text.contains(placeholder)) {
        return text.to_owned();
    }
    let text = PLACEHOLDERS.iter().fold(text.to_owned(), |text, placeholder| text.replace(placeholder, ""));
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_placeholders;

    #[test]
    fn notes_about_unsupported_blocks_go_and_other_text_keeps_its_space() {
        let note = "```\nThis block is not supported on your current device yet.\n```";
        assert_eq!(without_placeholders(&format!("{note}\n\nAn answer.\n\n{note}")), "An answer.");
        assert_eq!(without_placeholders(note), "");
        assert_eq!(without_placeholders("  as it is  "), "  as it is  ");
    }
}
