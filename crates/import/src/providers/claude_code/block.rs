use crate::{
    lenient::{Flag, Json, List, Text, TextOr, lenient_object},
    provider::Notes,
    providers::local::content_id,
};
use aios_model::Part;

lenient_object! {
    /// All fields of all types of block; which are there depends on `type`.
    struct RawBlock<'de> {
        "type" => kind: Text<'de>,
        "text" => text: Text<'de>,
        "thinking" => thinking: Text<'de>,
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "input" => input: Json,
        "tool_use_id" => tool_use_id: Text<'de>,
        "content" => content: Content<'de>,
        "is_error" => is_error: Flag,
        "source" => source: RawSource<'de>,
        "title" => title: Text<'de>,
        "url" => url: Text<'de>,
        "tool_name" => tool_name: Text<'de>,
    }
}

lenient_object! {
    struct RawSource<'de> {
        "media_type" => media_type: Text<'de>,
        "data" => data: Text<'de>,
        "url" => url: Text<'de>,
    }
}

/// Text, or blocks and texts.
pub(crate) type Content<'de> = TextOr<'de, List<TextOr<'de, RawBlock<'de>>>>;

/// Whether a message is made of answers of tools, and of nothing said.
pub(crate) fn has_results(content: &Content<'_>) -> bool {
    let TextOr::Other(List(blocks)) = content else { return false };
    blocks.iter().any(|block| matches!(block, TextOr::Other(block) if block.kind.as_str().ends_with("tool_result")))
}

/// What is in a message.
pub(crate) fn convert(content: &Content<'_>, notes: &mut Notes) -> Vec<Part> {
    let mut parts = Vec::new();
    match content {
        TextOr::Text(text) => add_text(text, &mut parts),
        TextOr::Other(List(blocks)) => {
            for block in blocks {
                match block {
                    TextOr::Text(text) => add_text(text, &mut parts),
                    TextOr::Other(block) => block.convert(notes, &mut parts),
                    TextOr::Nothing => {}
                }
            }
        }
        TextOr::Nothing => {}
    }
    parts
}

fn add_text(text: &str, parts: &mut Vec<Part>) {
    if !text.trim().is_empty() {
        parts.push(Part::text(text));
    }
}

impl RawBlock<'_> {
    fn convert(&self, notes: &mut Notes, parts: &mut Vec<Part>) {
        match self.kind.as_str() {
            "text" => add_text(self.text.as_str(), parts),
            // The text of a thought is often left out, and only its signature there.
            "thinking" => parts
                .extend(self.thinking.filled().map(|text| Part::Reasoning { text: text.to_owned(), summary: None })),
            "tool_use" | "server_tool_use" | "mcp_tool_use" => parts.push(Part::ToolCall {
                id: self.id.owned(),
                name: self.name.as_str().to_owned(),
                input: self.input.0.clone().unwrap_or_default(),
            }),
            kind if kind.ends_with("tool_result") => {
                let mut pictures = Vec::new();
                let output = self.output(&mut pictures);
                let (id, error) = (self.tool_use_id.owned(), self.is_error.set());
                parts.push(Part::ToolResult { id, name: None, output, error });
                parts.append(&mut pictures);
            }
            "image" => parts.push(self.image()),
            "document" => parts.push(Part::Attachment {
                name: self.title.filled().unwrap_or("document").to_owned(),
                reference: None,
                media_type: self.source.media_type.owned(),
                size: None,
                // Binary files are in base64, and not kept.
                text: self.source.data.owned().filter(|_| self.source.media_type.as_str().starts_with("text/")),
            }),
            "" if self.text.filled().is_some() => add_text(self.text.as_str(), parts),
            kind => {
                if !matches!(kind, "redacted_thinking" | "fallback") {
                    notes.unknown("Claude Code block type", if kind.is_empty() { "(none)" } else { kind });
                }
                let words = [&self.title, &self.text, &self.thinking].into_iter().find_map(Text::owned);
                parts.push(Part::Unsupported { kind: kind.to_owned(), text: words.unwrap_or_default() });
            }
        }
    }

    /// The reference is made of the picture itself: it has no name.
    fn image(&self) -> Part {
        let data = if self.source.data.filled().is_some() { &self.source.data } else { &self.source.url };
        let reference = format!("image-{}", content_id(&[data.as_str().as_bytes()]));
        Part::Image { reference, media_type: self.source.media_type.owned(), description: None }
    }

    /// What a tool answered, as text.
    fn output(&self, pictures: &mut Vec<Part>) -> String {
        let blocks = match &self.content {
            TextOr::Text(text) => return text.to_string(),
            TextOr::Other(List(blocks)) => blocks,
            TextOr::Nothing => return String::new(),
        };
        let mut lines: Vec<&str> = Vec::new();
        for block in blocks {
            match block {
                TextOr::Text(text) => lines.push(text),
                TextOr::Other(block) if block.kind.as_str() == "image" => pictures.push(block.image()),
                TextOr::Other(block) => {
                    let words = [&block.text, &block.title, &block.url, &block.tool_name];
                    lines.extend(words.into_iter().filter_map(Text::filled));
                }
                TextOr::Nothing => {}
            }
        }
        lines.join("\n")
    }
}
