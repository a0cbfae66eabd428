//! ChatGPT's data export, as seen from 2023 to November 2026.
//!
//! ```text
//! [ { "title", "id" and/or "conversation_id", "create_time", "update_time": seconds, "current_node": node id,
//!     "default_model_slug", "gizmo_id": "g-p-…" for a project, "is_archived", "is_starred", …,
//!     "mapping": { node id: { "parent": node id, "children": [node id], "message": null or
//!         { "author": { "role", "name" }, "create_time", "recipient", "weight", "metadata": {…},
//!           "content": { "content_type": "text", "parts": […] } or one of many others } } } } ]
//! ```
//!
//! Since 2026 in several files (`conversations-000.json`, …), and in a form with neither `children` nor most of the message's fields.
//! The web page of the export (`chat.html`) has the same list in a script.
//! Ratings, names of files and tables of contents are taken to the conversations; all other files lie beside: known by their fields, not
//! imported.

use crate::{
    json,
    lenient::{Entries, Flag, List, Object, Shape, Text, Time, Type, lenient_object},
    provider::{Context, Cut, Kind, Notes, Provider},
    providers::fallback_id,
    tree::{self, Node},
};
use aios_model::{Conversation, Message, Part, Role, Source};
use memchr::memmem;
use message::RawMessage;
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

mod canvas;
mod citation;
mod companion;
mod content;
mod message;
mod sandbox;

pub(crate) struct ChatGpt;

/// What stands before the conversations in the web page of an export.
const SCRIPT: &[u8] = b"var jsonData = ";

/// AI OS's own name for it.
const SOURCE: Source = Source::new("chatgpt");

lenient_object! {
    struct RawConversation<'de> {
        "id" => id: Text<'de>,
        "conversation_id" => conversation_id: Text<'de>,
        "title" => title: Text<'de>,
        "create_time" => create_time: Time,
        "update_time" => update_time: Time,
        "current_node" => current_node: Text<'de>,
        "default_model_slug" => default_model_slug: Text<'de>,
        "gizmo_id" => gizmo_id: Text<'de>,
        "is_archived" => is_archived: Flag,
        "is_starred" => is_starred: Flag,
        "mapping" => mapping: Object<Entries<'de, RawNode<'de>>>,
    } known [
        "moderation_results" "plugin_ids" "gizmo_type" "conversation_template_id" "is_read_only" "is_study_mode"
        "is_do_not_remember" "is_anonymous" "is_temporary_chat" "safe_urls" "blocked_urls" "conversation_origin" "voice"
        "async_status" "disabled_tool_ids" "memory_scope" "context_scopes" "atlas_mode_enabled" "sugar_item_id"
        "sugar_item_visible" "owner" "pinned_time" "workspace_id" "user_id"
    ]
}

lenient_object! {
    /// What a browser extension put around what the web application got.
    struct RawEnvelope<'de> {
        "raw_provider_payload" => conversation: RawConversation<'de>,
    }
}

lenient_object! {
    /// Small, as there are many and they are moved: what is large in it is in boxes.
    struct RawNode<'de> {
        "parent" => parent: Text<'de>,
        "children" => children: List<Text<'de>>,
        "message" => message: Object<Box<RawMessage<'de>>>,
    }
}

impl Provider for ChatGpt {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "ChatGPT"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"mapping\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        if shape.get("mapping") == Some(Type::Object) {
            // DeepSeek's export has a mapping too.
            let deepseek = shape.has(&["inserted_at"]) && !shape.has(&["current_node"]);
            return (!deepseek).then_some(Kind::Conversation);
        }
        if shape.get("raw_provider_payload") == Some(Type::Object) {
            return Some(Kind::Conversation);
        }
        if let Some(companion) = companion::recognise(shape) {
            return Some(companion);
        }
        let beside = if shape.has(&["conversation_id", "is_anonymous"]) {
            "the list of shared conversations of a ChatGPT export"
        } else if shape.has(&["chatgpt_plus_user"]) || shape.has(&["email", "phone_number", "birth_year"]) {
            "the account data of a ChatGPT export"
        } else {
            return None;
        };
        Some(Kind::Beside(beside))
    }

    fn companion(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<()> {
        companion::read(element, context.notes)
    }

    /// The web page of the export has all conversations in a script.
    fn cut(&self, head: &[u8]) -> Option<Cut> {
        let is_page =
            memmem::find(head, b"<title>ChatGPT Data Export").is_some() || memmem::find(head, SCRIPT).is_some();
        is_page.then_some(Cut::JsonBehind(SCRIPT))
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawConversation<'_> = json::from_slice(element)?;
        if raw.mapping.0.is_some() {
            return Ok(convert(raw, context.notes));
        }
        let envelope: RawEnvelope<'_> = json::from_slice(element)?;
        Ok(convert(envelope.conversation, context.notes))
    }
}

fn convert(raw: RawConversation<'_>, notes: &mut Notes) -> Option<Conversation> {
    let nodes = raw.mapping.0?.0;
    raw.unknown.iter().for_each(|name| notes.unknown("ChatGPT conversation field", name));
    let index: HashMap<&str, usize> = nodes.iter().enumerate().map(|(at, (id, _))| (&**id, at)).collect();
    let parents = parents(&nodes, &index);
    let calls = calls(&nodes, &index, &parents);
    let mut system_prompt = None;
    let mut canvases = HashMap::new();
    let mut memories = HashSet::new();
    let mut converted = Vec::with_capacity(nodes.len());
    for (at, ((id, node), parent)) in nodes.into_iter().zip(parents).enumerate() {
        let created = node.message.0.as_ref().and_then(|message| message.create_time.0);
        let message = node.message.0.and_then(|message| {
            if system_prompt.is_none() {
                system_prompt = message.instructions();
            }
            if message.is_memory() {
                memories.insert(id.to_string());
            }
            if let (Some(call), Some(canvas)) = (&calls[at], message.metadata.canvas.convert()) {
                canvases.entry(call.clone()).or_insert(canvas);
            }
            message.convert(&id, calls[at].as_deref(), notes)
        });
        converted.push(Node { id: id.into_owned(), parent, created, message });
    }
    let mut tree = tree::arrange(converted, raw.current_node.filled());
    canvas::follow(&mut tree.messages, &canvases, notes);
    if tree.circles > 0 {
        notes
            .warnings
            .push(format!("Messages answer each other in a circle ({} times); each circle was cut.", tree.circles));
    }
    let id = raw.conversation_id.filled().or(raw.id.filled());
    let id = id.map_or_else(|| fallback_id(raw.title.as_str(), raw.create_time.0, &tree.messages), str::to_owned);
    let times = || tree.messages.iter().filter_map(|message| message.created);
    Some(Conversation {
        title: raw.title.owned(),
        created: raw.create_time.0.or_else(|| times().min()),
        updated: raw.update_time.0.or_else(|| times().max()),
        project: raw.gizmo_id.filled().and_then(project),
        model: raw.default_model_slug.owned().filter(|model| model != "auto"),
        system_prompt: system_prompt.or_else(|| opening_instructions(&tree.messages, &memories)),
        archived: raw.is_archived.set(),
        starred: raw.is_starred.set(),
        active_leaf: tree.active_leaf,
        messages: tree.messages,
        ..Conversation::new(SOURCE, id)
    })
}

/// A node and its id.
type NamedNode<'de> = (Cow<'de, str>, RawNode<'de>);

/// The parent of each node: what it says itself, else the node that lists it as a child. If no node says anything, each follows the one before.
fn parents(nodes: &[NamedNode<'_>], index: &HashMap<&str, usize>) -> Vec<Option<String>> {
    let mut listed: HashMap<&str, &str> = HashMap::new();
    for (id, node) in nodes {
        for child in node.children.0.iter().filter_map(Text::filled) {
            listed.entry(child).or_insert(id);
        }
    }
    let linked: Vec<Option<String>> = nodes
        .iter()
        .map(|(id, node)| {
            let own = node.parent.filled().filter(|parent| index.contains_key(parent));
            own.or_else(|| listed.get(&**id).copied()).map(str::to_owned)
        })
        .collect();
    if linked.iter().any(Option::is_some) {
        return linked;
    }
    (0..nodes.len()).map(|at| Some(nodes[at.checked_sub(1)?].0.clone().into_owned())).collect()
}

/// For each node, the call of a tool that it belongs to: its own, or for a tool's answers the one above. Answers are tied to their calls by that.
fn calls(nodes: &[NamedNode<'_>], index: &HashMap<&str, usize>, parents: &[Option<String>]) -> Vec<Option<String>> {
    let message = |at: usize| nodes[at].1.message.0.as_deref();
    (0..nodes.len())
        .map(|at| {
            let own = message(at)?;
            if own.is_call() {
                return Some(nodes[at].0.to_string());
            }
            // A call has a handful of answers, one below the other; more are not looked for.
            let mut above = at;
            let mut repeated = None;
            for _ in 0..16 {
                if message(above).is_none_or(|message| message.role() != Role::Tool) {
                    break;
                }
                if message(above).is_some_and(RawMessage::repeats_call) {
                    repeated = Some(nodes[above].0.to_string());
                }
                let Some(next) = parents[above].as_deref().and_then(|parent| index.get(parent)) else { break };
                above = *next;
                if message(above).is_some_and(RawMessage::is_call) {
                    return Some(nodes[above].0.to_string());
                }
            }
            // Without the call itself, what the tool says of it is the call.
            repeated
        })
        .collect()
}

/// Exports have the id of a project only, not its name.
fn project(gizmo: &str) -> Option<String> {
    let id = gizmo.strip_prefix("g-p-")?;
    Some(format!("Project {}", id.chars().take(8).collect::<String>()))
}

/// The text of a system message before everything else; what the model remembers of other conversations is none.
fn opening_instructions(messages: &[Message], memories: &HashSet<String>) -> Option<String> {
    let first = messages.iter().find(|message| !memories.contains(&message.id))?;
    let first = Some(first).filter(|message| message.role == Role::System)?;
    first.parts.iter().find_map(|part| match part {
        Part::Text { text } if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    })
}
