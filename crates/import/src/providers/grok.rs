//! Grok: the export of an xAI account (`prod-grok-backend.json`), and a conversation as X's own interface sends it, as seen up to November 2026.
//!
//! ```text
//! { "conversations": [ { "conversation": { "id", "title", "create_time", "modify_time", "starred", "system_prompt_name" },
//!     "responses": [ { "response": { "_id", "sender": "human" | "assistant" | "ASSISTANT", "message", "model", "parent_response_id",
//!         "create_time": { "$date": { "$numberLong": milliseconds } } or text, "thinking_trace", "file_attachments": [id],
//!         "card_attachments_json": [JSON], … } } ] } ] }
//!
//! { "data": { "grok_conversation_items_by_rest_id": { "cursor", "items": [ { "chat_item_id", "created_at_ms", "sender_type": "User" | "Agent",
//!     "message", "thinking_trace", "deepsearch_headers", … } ] } } }
//! ```

use crate::{
    lenient::{Flag, List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Context, Kind, Notes, Provider},
    providers::assemble::{assemble, chain},
    tree::Node,
};
use aios_model::{Conversation, Message, Role, Source};
use response::RawResponse;

mod markup;
mod response;

pub(crate) struct Grok;

const SOURCE: Source = Source::new("grok");

lenient_object! {
    struct RawConversation<'de> {
        "conversation" => head: RawHead<'de>,
        "responses" => responses: TextOr<'de, List<RawResponse<'de>>>,
    }
}

lenient_object! {
    struct RawHead<'de> {
        "id" => id: Text<'de>,
        "title" => title: Text<'de>,
        "create_time" => created: Time,
        "modify_time" => modified: Time,
        "summary" => summary: Text<'de>,
        "starred" => starred: Flag,
        "leaf_response_id" => leaf: Text<'de>,
    } known [
        "user_id" "system_prompt_name" "system_prompt_id" "asset_ids" "root_asset_id" "temporary" "team_id"
        "media_types" "x_user_id" "shared_with_team" "shared_with_user_ids" "workspaces" "task_result_id" "controller" "asset_metadata"
    ]
}

lenient_object! {
    struct RawCapture<'de> {
        "data" => data: RawData<'de>,
    }
}

lenient_object! {
    struct RawData<'de> {
        "grok_conversation_by_rest_id" => head: RawCapturedHead<'de>,
        "grok_conversation_items_by_rest_id" => items: RawItems<'de>,
    }
}

lenient_object! {
    struct RawCapturedHead<'de> {
        "title" => title: Text<'de>,
        "is_pinned" => pinned: Flag,
    }
}

lenient_object! {
    struct RawItems<'de> {
        "cursor" => cursor: Text<'de>,
        "items" => items: TextOr<'de, List<RawResponse<'de>>>,
    }
}

impl Provider for Grok {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Grok"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"responses\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let exported = shape.get("conversation") == Some(Type::Object) && shape.get("responses") == Some(Type::List);
        let captured = shape.get("data") == Some(Type::Object) && shape.names().count() == 1;
        (exported || captured).then_some(Kind::Conversation)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawConversation<'_> = crate::json::from_slice(element)?;
        if let TextOr::Other(List(responses)) = raw.responses {
            return Ok(Some(exported(raw.head, responses, context.notes)));
        }
        let raw: RawCapture<'_> = crate::json::from_slice(element)?;
        match raw.data.items.items {
            TextOr::Other(List(items)) => {
                let partial = raw.data.items.cursor.filled().is_some();
                Ok(Some(captured(&raw.data.head, items, partial, context.notes)))
            }
            _ => Ok(None),
        }
    }
}

fn exported(raw: RawHead<'_>, responses: Vec<RawResponse<'_>>, notes: &mut Notes) -> Conversation {
    raw.unknown.iter().for_each(|name| notes.unknown("Grok conversation field", name));
    let nodes = nodes(responses, notes);
    let latest = nodes.iter().filter_map(|node| node.created).max();
    let head = Conversation {
        title: raw.title.owned(),
        created: raw.created.0,
        // It is not always moved when something is said.
        updated: raw.modified.0.max(latest),
        summary: raw.summary.owned(),
        starred: raw.starred.set(),
        ..Conversation::new(SOURCE, raw.id.as_str())
    };
    assemble(head, nodes, raw.leaf.filled(), notes)
}

/// A conversation as X's own interface sends it has no id: it gets one of its oldest message.
fn captured(raw: &RawCapturedHead<'_>, items: Vec<RawResponse<'_>>, partial: bool, notes: &mut Notes) -> Conversation {
    if partial {
        let sentence =
            "This capture may be a part of the conversation only: long ones are sent in pieces, and it names another.";
        notes.warnings.push(sentence.to_owned());
    }
    let nodes = nodes(items, notes);
    let head = Conversation { title: raw.title.owned(), starred: raw.pinned.set(), ..Conversation::new(SOURCE, "") };
    assemble(head, nodes, None, notes)
}

/// The responses as nodes: by what each answers, or by their times where none says.
fn nodes(responses: Vec<RawResponse<'_>>, notes: &mut Notes) -> Vec<Node> {
    let responses: Vec<RawResponse<'_>> = responses.into_iter().map(RawResponse::unwrapped).collect();
    if responses.iter().any(|response| response.parent.filled().is_some()) {
        let node = |response: RawResponse<'_>| Node {
            id: response.id().to_owned(),
            parent: response.parent.owned(),
            created: response.created(),
            message: response.convert(notes),
        };
        return responses.into_iter().map(node).collect();
    }
    let mut messages: Vec<Message> = responses.into_iter().filter_map(|response| response.convert(notes)).collect();
    if messages.iter().all(|message| message.created.is_some()) {
        // A question and its answer may have the same time.
        messages.sort_by_key(|message| (message.created, message.role != Role::User));
    }
    chain(messages)
}
