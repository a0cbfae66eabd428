//! Chatbot UI's export of all conversations, in its versions 1 to 4.
//!
//! ```text
//! { "version": 4, "history": [ { "id", "name", "messages": [ { "role", "content" } ], "model": { "id" }, "prompt", "folderId" } ],
//!   "folders": [ { "id", "name", "type" } ], "prompts": [ … ] }
//! [ the conversations of "history" ]                                          in version 1
//! ```

use crate::{
    lenient::{List, Object, Shape, Text, TextOr, Type, lenient_object},
    provider::{Collector, Context, Kind, Notes, Provider},
    providers::{
        assemble::{assemble, chain},
        openai::RawMessage,
    },
};
use aios_model::{Conversation, Source};
use std::{collections::VecDeque, mem};

pub(crate) struct ChatbotUi;

const SOURCE: Source = Source::new("chatbot-ui");

lenient_object! {
    struct RawExport<'de> {
        "history" => history: TextOr<'de, List<Object<RawConversation<'de>>>>,
        "folders" => folders: List<RawFolder<'de>>,
    }
}

lenient_object! {
    struct RawFolder<'de> {
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
    }
}

lenient_object! {
    struct RawConversation<'de> {
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
        "messages" => messages: List<RawMessage<'de>>,
        "model" => model: RawModel<'de>,
        "prompt" => prompt: Text<'de>,
        "folderId" => folder: Text<'de>,
    } known ["temperature" "key"]
}

lenient_object! {
    struct RawModel<'de> {
        "id" => id: Text<'de>,
        "name" => name: Text<'de>,
    }
}

impl Provider for ChatbotUi {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Chatbot UI"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"history\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is = |key, kind| shape.get(key) == Some(kind);
        if is("history", Type::List) && is("folders", Type::List) {
            return Some(Kind::Piece);
        }
        let one = is("messages", Type::List) && shape.has(&["id", "name", "prompt"]);
        (one && is("model", Type::Object)).then_some(Kind::Conversation)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawConversation<'_> = crate::json::from_slice(element)?;
        let named = raw.id.filled().is_some() && !raw.messages.0.is_empty();
        Ok(named.then(|| convert(raw, &[], context.notes)))
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::<Export>::default())
    }
}

/// The conversations of an export, which is one element: a browser keeps no more than a few megabytes for it.
#[derive(Default)]
struct Export {
    conversations: VecDeque<Conversation>,
}

impl Collector for Export {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let mut raw: RawExport<'_> = crate::json::from_slice(element)?;
        let TextOr::Other(List(history)) = mem::take(&mut raw.history) else { return Ok(false) };
        let read = history.into_iter().filter_map(|one| Some(convert(one.0?, &raw.folders.0, context.notes)));
        self.conversations.extend(read);
        Ok(true)
    }

    fn conversation(&mut self, _: bool, _: &mut Context<'_>) -> Option<Conversation> {
        self.conversations.pop_front()
    }

    fn beside(&self) -> &'static str {
        "folders and prompts of Chatbot UI"
    }
}

fn convert(raw: RawConversation<'_>, folders: &[RawFolder<'_>], notes: &mut Notes) -> Conversation {
    raw.unknown.iter().for_each(|name| notes.unknown("Chatbot UI conversation field", name));
    // In the first version, 0 is no folder.
    let folder = raw.folder.filled().filter(|id| *id != "0").map(|id| {
        let found = folders.iter().find(|folder| folder.id.filled() == Some(id)).and_then(|folder| folder.name.owned());
        found.unwrap_or_else(|| format!("Folder {}", id.chars().take(8).collect::<String>()))
    });
    let messages = raw.messages.0.into_iter().filter_map(|message| message.convert(notes)).collect();
    let head = Conversation {
        title: raw.name.owned(),
        project: folder,
        model: raw.model.id.owned().or_else(|| raw.model.name.owned()),
        system_prompt: raw.prompt.owned(),
        ..Conversation::new(SOURCE, raw.id.as_str())
    };
    assemble(head, chain(messages), None, notes)
}
