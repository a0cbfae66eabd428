use super::{
    canvas::RawCanvas,
    citation::{self, RawCitation, RawReference},
    content::{Context, RawContent},
    sandbox,
};
use crate::{
    lenient::{Flag, List, Number, Text, TextOr, Time, lenient_object},
    provider::Notes,
};
use aios_model::{Message, Part, Role};

lenient_object! {
    struct RawMessage<'de> {
        "author" => author: TextOr<'de, RawAuthor<'de>>,
        "role" => loose_role: Text<'de>,
        "create_time" => create_time: Time,
        "content" => content: TextOr<'de, Box<RawContent<'de>>>,
        "weight" => weight: Number,
        "recipient" => recipient: Text<'de>,
        "channel" => channel: Text<'de>,
        "metadata" => metadata: RawMetadata<'de>,
    } known ["id" "update_time" "status" "end_turn"]
}

lenient_object! {
    struct RawAuthor<'de> {
        "role" => role: Text<'de>,
        "name" => name: Text<'de>,
    }
}

lenient_object! {
    struct RawMetadata<'de> {
        "model_slug" => model_slug: Text<'de>,
        "resolved_model_slug" => resolved_model_slug: Text<'de>,
        "is_visually_hidden_from_conversation" => hidden: Flag,
        "is_user_system_message" => user_system: Flag,
        "user_context_message_data" => user_context: RawUserContext<'de>,
        "attachments" => attachments: List<RawAttachment<'de>>,
        "citations" => citations: List<RawCitation<'de>>,
        "content_references" => references: List<RawReference<'de>>,
        "image_gen_title" => image_title: Text<'de>,
        "targeted_reply" => targeted_reply: Text<'de>,
        "canvas" => canvas: RawCanvas<'de>,
        "aggregate_result" => run: RawRun<'de>,
    }
}

lenient_object! {
    struct RawUserContext<'de> {
        "about_user_message" => about_user: Text<'de>,
        "about_model_message" => about_model: Text<'de>,
    }
}

lenient_object! {
    struct RawAttachment<'de> {
        "id" => id: Text<'de>,
        "file_id" => file_id: Text<'de>,
        "name" => name: Text<'de>,
        "size" => size: Number,
        "mime_type" => mime_type: Text<'de>,
        "mimeType" => mime_type_too: Text<'de>,
    }
}

lenient_object! {
    /// How code ran.
    struct RawRun<'de> {
        "status" => status: Text<'de>,
        "final_expression_output" => value: Text<'de>,
        "messages" => messages: List<RawRunMessage<'de>>,
    }
}

lenient_object! {
    struct RawRunMessage<'de> {
        "image_url" => image_url: Text<'de>,
        "text" => text: Text<'de>,
    }
}

impl RawMessage<'_> {
    /// Who said it; an unknown role is the model's.
    pub fn role(&self) -> Role {
        match self.role_name() {
            "user" => Role::User,
            "system" | "developer" => Role::System,
            "tool" | "function" => Role::Tool,
            _ => Role::Assistant,
        }
    }

    fn role_name(&self) -> &str {
        match &self.author {
            TextOr::Other(author) => author.role.as_str(),
            TextOr::Text(role) => role,
            TextOr::Nothing => self.loose_role.as_str(),
        }
    }

    /// Whether it is a message of the model to a tool.
    pub fn is_call(&self) -> bool {
        self.role() == Role::Assistant && self.tool_called().is_some()
    }

    /// Whether it is a message of a tool that has what the tool was asked.
    pub fn repeats_call(&self) -> bool {
        matches!(&self.content, TextOr::Other(content) if content.content_type.as_str() == "code")
    }

    fn tool_called(&self) -> Option<&str> {
        self.recipient.filled().filter(|recipient| !matches!(*recipient, "all" | "assistant" | "user"))
    }

    /// Whether it is what the model remembers of other conversations.
    pub fn is_memory(&self) -> bool {
        matches!(&self.content, TextOr::Other(content) if content.content_type.as_str() == "model_editable_context")
    }

    /// Custom instructions, if that is what the message is.
    pub fn instructions(&self) -> Option<String> {
        let context = &self.metadata.user_context;
        let mut pieces: Vec<&str> =
            [&context.about_user, &context.about_model].into_iter().filter_map(Text::filled).collect();
        if let TextOr::Other(content) = &self.content
            && pieces.is_empty()
        {
            pieces = [&content.user_profile, &content.user_instructions].into_iter().filter_map(Text::filled).collect();
        }
        (!pieces.is_empty()).then(|| pieces.join("\n\n"))
    }

    /// The message in the canonical form; `None` if nothing is in it.
    pub fn convert(self, id: &str, call: Option<&str>, notes: &mut Notes) -> Option<Message> {
        self.unknown.iter().for_each(|name| notes.unknown("ChatGPT message field", name));
        let role = self.role();
        if !matches!(self.role_name(), "user" | "assistant" | "system" | "developer" | "tool" | "function") {
            notes.unknown("ChatGPT role", self.role_name());
        }
        let tool = match &self.author {
            TextOr::Other(author) => author.name.owned(),
            _ => None,
        };
        let called = self.tool_called().map(str::to_owned);
        let hidden_tool = called.as_deref().or(tool.as_deref()).is_some_and(|tool| is_hidden_tool(tool, role));
        let thinks = role == Role::Assistant && self.channel.as_str() == "analysis";
        let context = Context { role, tool, called, call: call.map(str::to_owned), thinks };
        let printed = self.metadata.run.messages.0.iter().filter_map(|message| message.text.filled());
        let printed: Vec<&str> = printed.chain(self.metadata.run.value.filled()).collect();
        let failed = self.metadata.run.status.as_str().starts_with("failed");
        let (mut parts, hidden_content) = match self.content {
            TextOr::Text(text) => (vec![context.text(text)], false),
            TextOr::Other(content) => content.convert(&context, &printed.join("\n"), failed, notes),
            TextOr::Nothing => (Vec::new(), false),
        };
        if role == Role::Assistant {
            citation::resolve(&mut parts, &self.metadata.references.0, &self.metadata.citations.0);
            sandbox::attach(&mut parts);
        }
        if let Some(title) = self.metadata.image_title.filled() {
            for part in &mut parts {
                if let Part::Image { description: description @ None, .. } = part {
                    *description = Some(title.to_owned());
                }
            }
        }
        // The words of an earlier message that this one is about.
        let reply = self.metadata.targeted_reply.owned();
        parts.extend(reply.map(|text| Part::Citation { title: None, url: None, text: Some(text) }));
        for message in self.metadata.run.messages.0 {
            if let Some(url) = message.image_url.filled() {
                parts.push(Part::Image { reference: file_id(url).to_owned(), media_type: None, description: None });
            }
        }
        attach(&mut parts, &self.metadata.attachments.0);
        parts.retain(|part| !matches!(part, Part::Text { text } if text.trim().is_empty()));
        let hidden = hidden_content
            || (hidden_tool && !parts.iter().any(|part| matches!(part, Part::Citation { .. } | Part::Image { .. })))
            || is_directive(role, &parts)
            || self.metadata.hidden.set()
            || self.weight.0 == Some(0.0)
            || (role == Role::System && !self.metadata.user_system.set());
        let model = self.metadata.model_slug.owned().or_else(|| self.metadata.resolved_model_slug.owned());
        (!parts.is_empty()).then(|| Message {
            id: id.to_owned(),
            parent: None,
            role,
            created: self.create_time.0,
            model: model.filter(|_| role == Role::Assistant),
            hidden,
            parts,
            rating: None,
            feedback: None,
        })
    }
}

/// Whether ChatGPT shows nothing of what goes to and comes from a tool: its memory, and what it reads on the web.
fn is_hidden_tool(tool: &str, role: Role) -> bool {
    match tool {
        "bio" => true,
        "web" | "web.run" | "web.search" | "browser" | "dalle.text2im" => role == Role::Tool,
        _ => false,
    }
}

/// Whether a tool only tells the model not to repeat the picture that it made.
fn is_directive(role: Role, parts: &[Part]) -> bool {
    role == Role::Tool
        && parts.iter().all(
            |part| matches!(part, Part::ToolResult { output, .. } if output.contains("do not say or show ANYTHING")),
        )
}

/// The id of a file, out of `file-service://file-…`, `sediment://file_…` and the like.
pub(super) fn file_id(pointer: &str) -> &str {
    pointer.split_once("://").map_or(pointer, |(_, id)| id)
}

/// Adds the files that came with a message. Pictures that are parts already only learn what their file is.
fn attach(parts: &mut Vec<Part>, attachments: &[RawAttachment<'_>]) {
    for attachment in attachments {
        let type_named = attachment.mime_type.owned().or_else(|| attachment.mime_type_too.owned());
        let name = attachment.name.owned();
        let id = attachment.id.filled().or(attachment.file_id.filled());
        let picture = parts.iter_mut().find_map(|part| match part {
            Part::Image { reference, media_type, description } if Some(reference.as_str()) == id => {
                Some((media_type, description))
            }
            _ => None,
        });
        match picture {
            Some((media_type, description)) => {
                *media_type = media_type.take().or(type_named);
                *description = description.take().or(name);
            }
            None => {
                if let Some(name) = name.or_else(|| id.map(str::to_owned)) {
                    parts.push(Part::Attachment {
                        name,
                        reference: id.map(str::to_owned),
                        media_type: type_named,
                        size: attachment.size.count(),
                        text: None,
                    });
                }
            }
        }
    }
}
