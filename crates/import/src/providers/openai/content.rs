//! What a message of OpenAI's chat interface is made of. Others write the same.

use crate::{
    lenient::{Json, Text, TextOr, lenient_object},
    provider::Notes,
    providers::assemble::{self, picture},
};
use aios_model::Part;

lenient_object! {
    struct RawContent<'de> {
        "type" => kind: Text<'de>,
        "text" => text: TextOr<'de, RawText<'de>>,
        "refusal" => refusal: Text<'de>,
        "thinking" => thinking: Text<'de>,
        "image_url" => image: TextOr<'de, RawAddress<'de>>,
        "file" => file: RawFile<'de>,
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "input" => input: Json,
    }
}

lenient_object! {
    struct RawText<'de> {
        "value" => value: Text<'de>,
    }
}

lenient_object! {
    struct RawAddress<'de> {
        "url" => url: Text<'de>,
    }
}

lenient_object! {
    struct RawFile<'de> {
        "filename" => name: Text<'de>,
        "file_id" => id: Text<'de>,
    }
}

impl RawContent<'_> {
    pub fn convert(self, notes: &mut Notes, parts: &mut Vec<Part>) {
        let text = match &self.text {
            TextOr::Text(text) => text,
            TextOr::Other(text) => text.value.as_str(),
            TextOr::Nothing => "",
        };
        match self.kind.as_str() {
            "text" | "input_text" | "output_text" | "" => parts.extend(assemble::text(text)),
            "refusal" => parts.extend(self.refusal.filled().and_then(assemble::text)),
            "thinking" | "reasoning" => {
                let text = self.thinking.filled().unwrap_or(text).to_owned();
                parts.extend((!text.trim().is_empty()).then_some(Part::Reasoning { text, summary: None }));
            }
            "image_url" | "input_image" => {
                let address = match &self.image {
                    TextOr::Text(address) => address,
                    TextOr::Other(address) => address.url.as_str(),
                    TextOr::Nothing => "image",
                };
                parts.push(picture(address, None));
            }
            "file" | "input_file" => {
                let reference = self.file.id.owned();
                let name = self.file.name.owned().or_else(|| reference.clone()).unwrap_or_else(|| "file".to_owned());
                parts.push(Part::Attachment { name, reference, media_type: None, size: None, text: None });
            }
            "tool_use" => parts.push(Part::ToolCall {
                id: self.id.owned(),
                name: self.name.owned().unwrap_or_else(|| "tool".to_owned()),
                input: self.input.0.unwrap_or_default(),
            }),
            other => {
                notes.unknown("message content", other);
                parts.push(Part::Unsupported { kind: other.to_owned(), text: text.to_owned() });
            }
        }
    }
}
