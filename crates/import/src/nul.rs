use aios_model::{Conversation, Feedback, Message, Part};
use memchr::memchr;

/// Takes NUL characters out of a conversation: SQLite and C libraries end text there. Those that JSON names at its top are mended before it is
/// read, but web pages, databases and JSON inside of strings bring their own. In ids, which must stay different, U+FFFD takes their place.
pub(crate) fn take_out(conversation: &mut Conversation) {
    let Conversation {
        source: _,
        source_id,
        title,
        created: _,
        updated: _,
        project,
        model,
        system_prompt,
        summary,
        archived: _,
        starred: _,
        messages,
        active_leaf,
    } = conversation;
    id(source_id);
    active_leaf.iter_mut().for_each(id);
    for text in [title, project, model, system_prompt, summary] {
        text.iter_mut().for_each(clean);
    }
    messages.iter_mut().for_each(message);
}

fn message(message: &mut Message) {
    let Message { id: own, parent, role: _, created: _, model, hidden: _, parts, rating: _, feedback } = message;
    id(own);
    parent.iter_mut().for_each(id);
    model.iter_mut().for_each(clean);
    if let Some(Feedback { reason, comment }) = feedback {
        reason.iter_mut().chain(comment).for_each(clean);
    }
    parts.iter_mut().for_each(part);
}

fn part(part: &mut Part) {
    match part {
        Part::Text { text } => clean(text),
        Part::Reasoning { text, summary } => {
            clean(text);
            summary.iter_mut().for_each(clean);
        }
        Part::Code { language, text } => {
            clean(text);
            language.iter_mut().for_each(clean);
        }
        Part::ToolCall { id: own, name, input } => {
            own.iter_mut().for_each(id);
            clean(name);
            clean(input);
        }
        Part::ToolResult { id: own, name, output, error: _ } => {
            own.iter_mut().for_each(id);
            name.iter_mut().for_each(clean);
            clean(output);
        }
        Part::Image { reference, media_type, description } => {
            id(reference);
            media_type.iter_mut().chain(description).for_each(clean);
        }
        Part::Attachment { name, reference, media_type, size: _, text } => {
            clean(name);
            reference.iter_mut().for_each(id);
            media_type.iter_mut().chain(text).for_each(clean);
        }
        Part::Citation { title, url, text } => title.iter_mut().chain(url).chain(text).for_each(clean),
        Part::Artifact { id: own, title, language, text } => {
            id(own);
            clean(text);
            title.iter_mut().chain(language).for_each(clean);
        }
        Part::Unsupported { kind, text } => {
            clean(kind);
            clean(text);
        }
    }
}

fn clean(text: &mut String) {
    if memchr(0, text.as_bytes()).is_some() {
        text.retain(|character| character != '\0');
    }
}

fn id(id: &mut String) {
    if memchr(0, id.as_bytes()).is_some() {
        *id = id.replace('\0', "\u{fffd}");
    }
}

#[cfg(test)]
mod tests {
    use super::take_out;
    use aios_model::{Conversation, Message, Part, Role, Source};

    #[test]
    fn no_nul_is_left_anywhere() {
        let mut conversation = Conversation::new(Source::AIOS, "a\0b");
        conversation.title = Some("\0title".to_owned());
        conversation.active_leaf = Some("m\0".to_owned());
        let mut message = Message::text("m\0", None, Role::User, "x\0y");
        message.parts.push(Part::ToolCall {
            id: Some("\0".to_owned()),
            name: "n\0".to_owned(),
            input: "\0i".to_owned(),
        });
        conversation.messages.push(message);
        take_out(&mut conversation);
        let json = serde_json::to_string(&conversation).unwrap();
        assert!(!json.contains("\\u0000"), "{json}");
        assert_eq!(conversation.messages[0].parts[0], Part::text("xy"));
        assert_eq!(conversation.active_leaf.as_deref(), Some("m\u{fffd}"));
    }
}
