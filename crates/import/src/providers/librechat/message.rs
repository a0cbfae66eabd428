use crate::{
    lenient::{Flag, Json, List, Number, Text, TextOr, Time, lenient_object},
    provider::Notes,
    providers::assemble::{self, picture},
};
use aios_model::{Feedback, Message, Part, Rating, Role};

lenient_object! {
    struct RawMessage<'de> {
        "messageId" => id: Text<'de>,
        "parentMessageId" => parent: Text<'de>,
        "isCreatedByUser" => is_user: Flag,
        "sender" => sender: Text<'de>,
        "model" => model: Text<'de>,
        "createdAt" => created: Time,
        "text" => text: Text<'de>,
        "content" => content: TextOr<'de, List<RawPart<'de>>>,
        "files" => files: List<RawFile<'de>>,
        "attachments" => attachments: List<RawFile<'de>>,
        "feedback" => feedback: RawFeedback<'de>,
        "error" => error: Flag,
        "plugin" => plugin: RawPlugin<'de>,
        "plugins" => plugins: List<RawPlugin<'de>>,
    } known [
        "_id" "__v" "conversationId" "endpoint" "updatedAt" "unfinished" "user" "tokenCount" "finish_reason" "isEdited" "children" "depth"
        "siblingIndex" "iconURL" "thread_id" "summary" "summaryTokenCount" "cancelled" "conversationSignature" "clientId" "invocationId"
        "_meiliIndex" "expiredAt" "attachmentIds" "metadata" "contextMeta" "addedConvo" "quotes"
    ]
}

lenient_object! {
    struct RawPart<'de> {
        "type" => kind: Text<'de>,
        "text" => text: TextOr<'de, RawValue<'de>>,
        "think" => think: TextOr<'de, RawValue<'de>>,
        "error" => error: Text<'de>,
        "tool_call" => tool_call: RawCall<'de>,
        "image_file" => image_file: RawFile<'de>,
        "image_url" => image_url: TextOr<'de, RawAddress<'de>>,
    }
}

lenient_object! {
    struct RawValue<'de> {
        "value" => value: Text<'de>,
    }
}

lenient_object! {
    struct RawAddress<'de> {
        "url" => url: Text<'de>,
    }
}

lenient_object! {
    struct RawCall<'de> {
        "id" => id: Text<'de>,
        "type" => kind: Text<'de>,
        "name" => name: Text<'de>,
        "args" => arguments: Json,
        "output" => output: Json,
        "function" => function: RawFunction<'de>,
        "code_interpreter" => code: RawCode<'de>,
    }
}

lenient_object! {
    struct RawFunction<'de> {
        "name" => name: Text<'de>,
        "arguments" => arguments: Json,
        "output" => output: Json,
    }
}

lenient_object! {
    /// A tool of the time before tool calls.
    struct RawPlugin<'de> {
        "latest" => name: Text<'de>,
        "inputs" => inputs: Json,
        "input" => input: Json,
        "outputs" => outputs: Json,
    }
}

lenient_object! {
    struct RawCode<'de> {
        "input" => input: Text<'de>,
        "outputs" => outputs: Json,
    }
}

lenient_object! {
    struct RawFile<'de> {
        "file_id" => id: Text<'de>,
        "filename" => name: Text<'de>,
        "filepath" => path: Text<'de>,
        "type" => media_type: Text<'de>,
        "bytes" => size: Number,
        "text" => text: Text<'de>,
        "web_search" => search: RawSearch<'de>,
    }
}

lenient_object! {
    struct RawSearch<'de> {
        "organic" => organic: List<RawPage<'de>>,
        "topStories" => stories: List<RawPage<'de>>,
    }
}

lenient_object! {
    struct RawPage<'de> {
        "title" => title: Text<'de>,
        "link" => link: Text<'de>,
        "snippet" => snippet: Text<'de>,
    }
}

lenient_object! {
    struct RawFeedback<'de> {
        "rating" => rating: Text<'de>,
        "tag" => tag: TextOr<'de, RawTag<'de>>,
        "text" => text: Text<'de>,
    }
}

lenient_object! {
    struct RawTag<'de> {
        "key" => key: Text<'de>,
    }
}

impl RawMessage<'_> {
    /// The id of the message, and the message in the canonical form; `None` if nothing is in it.
    pub fn convert(self, notes: &mut Notes) -> (String, Option<Message>) {
        self.unknown.iter().for_each(|name| notes.unknown("LibreChat message field", name));
        let is_user = self.is_user.0.unwrap_or_else(|| self.sender.as_str().eq_ignore_ascii_case("user"));
        let role = if is_user { Role::User } else { Role::Assistant };
        let mut parts = Vec::new();
        if let TextOr::Other(List(content)) = self.content {
            content.into_iter().for_each(|part| part.convert(notes, &mut parts));
        } else if let TextOr::Text(text) = &self.content {
            parts.extend(assemble::text(text));
        }
        self.plugins.0.into_iter().chain([self.plugin]).for_each(|plugin| plugin.convert(&mut parts));
        let said = |part: &Part| matches!(part, Part::Text { .. } | Part::Reasoning { .. } | Part::Unsupported { .. });
        if !parts.iter().any(said) {
            if self.error.set() {
                let text = self.text.as_str().to_owned();
                parts.push(Part::Unsupported { kind: "error".to_owned(), text });
            } else {
                with_thinking(self.text.as_str(), &mut parts);
            }
        }
        for file in self.files.0.into_iter().chain(self.attachments.0) {
            file.convert(&mut parts);
        }
        let id = self.id.as_str().to_owned();
        let rating = match self.feedback.rating.as_str() {
            "thumbsUp" => Some(Rating::Up),
            "thumbsDown" => Some(Rating::Down),
            _ => None,
        };
        let reason = match &self.feedback.tag {
            TextOr::Text(tag) => Some(tag.clone().into_owned()),
            TextOr::Other(tag) => tag.key.owned(),
            TextOr::Nothing => None,
        };
        let feedback = Feedback { reason, comment: self.feedback.text.owned() };
        let message = assemble::message(&id, role, self.created.0, parts).map(|message| Message {
            model: if is_user { None } else { self.model.owned() },
            rating,
            feedback: (feedback != Feedback::default()).then_some(feedback),
            ..message
        });
        (id, message)
    }
}

/// Text that may begin with what the model thought, between `:::thinking` and `:::`.
fn with_thinking(text: &str, parts: &mut Vec<Part>) {
    let thought = text.trim_start().strip_prefix(":::thinking\n").and_then(|rest| rest.split_once("\n:::"));
    let rest = match thought {
        Some((thought, rest)) => {
            parts.push(Part::Reasoning { text: thought.trim().to_owned(), summary: None });
            rest.trim_start_matches('\n')
        }
        None => text,
    };
    parts.extend(assemble::text(rest));
}

impl RawPart<'_> {
    fn convert(self, notes: &mut Notes, parts: &mut Vec<Part>) {
        let value = |text: &TextOr<'_, RawValue<'_>>| match text {
            TextOr::Text(text) => text.clone().into_owned(),
            TextOr::Other(text) => text.value.as_str().to_owned(),
            TextOr::Nothing => String::new(),
        };
        match self.kind.as_str() {
            "text" => parts.extend(assemble::text(&value(&self.text))),
            "think" | "reasoning" => {
                let text = value(&self.think);
                parts.extend((!text.trim().is_empty()).then_some(Part::Reasoning { text, summary: None }));
            }
            "tool_call" => self.tool_call.convert(parts),
            "image_file" => self.image_file.convert(parts),
            "image_url" => match &self.image_url {
                TextOr::Text(address) => parts.push(picture(address, None)),
                TextOr::Other(address) => parts.push(picture(address.url.as_str(), None)),
                TextOr::Nothing => {}
            },
            "error" => {
                let text = self.error.owned().unwrap_or_else(|| value(&self.text));
                parts.push(Part::Unsupported { kind: "error".to_owned(), text });
            }
            // Says which agent answers from here on.
            "agent_update" => {}
            other => {
                notes.unknown("LibreChat content", other);
                parts.push(Part::Unsupported { kind: other.to_owned(), text: value(&self.text) });
            }
        }
    }
}

impl RawCall<'_> {
    fn convert(self, parts: &mut Vec<Part>) {
        if let Some(text) = self.code.input.owned() {
            parts.push(Part::Code { language: Some("python".to_owned()), text });
            if let Some(output) = self.code.outputs.0.filter(|outputs| outputs != "[]") {
                let name = Some("code_interpreter".to_owned());
                parts.push(Part::ToolResult { id: self.id.owned(), name, output, error: false });
            }
            return;
        }
        let name = self.name.owned().or_else(|| self.function.name.owned());
        let name = name.or_else(|| self.kind.owned()).unwrap_or_else(|| "tool".to_owned());
        let input = self.arguments.0.or(self.function.arguments.0).unwrap_or_default();
        parts.push(Part::ToolCall { id: self.id.owned(), name: name.clone(), input });
        if let Some(output) = self.output.0.or(self.function.output.0) {
            parts.push(Part::ToolResult { id: self.id.owned(), name: Some(name), output, error: false });
        }
    }
}

impl RawPlugin<'_> {
    fn convert(self, parts: &mut Vec<Part>) {
        let empty = |json: &String| matches!(json.as_str(), "[]" | "{}");
        let input = self.inputs.0.or(self.input.0).filter(|json| !empty(json));
        let output = self.outputs.0.filter(|json| !empty(json));
        if input.is_none() && output.is_none() {
            return;
        }
        let name = self.name.owned().unwrap_or_else(|| "plugin".to_owned());
        parts.push(Part::ToolCall { id: None, name: name.clone(), input: input.unwrap_or_default() });
        if let Some(output) = output {
            parts.push(Part::ToolResult { id: None, name: Some(name), output, error: false });
        }
    }
}

impl RawFile<'_> {
    /// A picture, a file, or the pages that a search found.
    fn convert(self, parts: &mut Vec<Part>) {
        for page in self.search.organic.0.into_iter().chain(self.search.stories.0) {
            let (title, url, text) = (page.title.owned(), page.link.owned(), page.snippet.owned());
            if title.is_some() || url.is_some() {
                parts.push(Part::Citation { title, url, text });
            }
        }
        let name = self.name.owned().or_else(|| self.path.filled().map(|path| assemble::last_segment(path).to_owned()));
        let media_type = self.media_type.owned().filter(|media_type| media_type.contains('/'));
        let Some(reference) = self.id.owned().or_else(|| name.clone()) else { return };
        let part = if media_type.as_ref().is_some_and(|media_type| media_type.starts_with("image/")) {
            Part::Image { reference, media_type, description: name }
        } else {
            Part::Attachment {
                name: name.unwrap_or_else(|| reference.clone()),
                reference: Some(reference),
                media_type,
                size: self.size.count(),
                text: self.text.owned(),
            }
        };
        // The same file is often in two of the lists.
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
}
