//! Perplexity's threads, as its exporters save them up to November 2026.
//!
//! ```text
//! { "metadata": { "thread_title", "thread_id", "thread_created_at", "thread_updated_at" },
//!   "conversations": [ { "uuid", "query", "answer", "model", "timestamp", "sources": [ { "title", "url", "snippet" } ], "related_queries" } ] }
//!
//! { "status", "entries": [ { "uuid", "context_uuid", "thread_title", "query_str", "display_model", "entry_created_datetime",
//!     "blocks": [ { "markdown_block": { "answer", "chunks" } } | { "web_result_block": { "web_results": [ { "name", "url", "snippet" } ] } } ] } ],
//!   "thread_metadata": { "title", "created_at", "updated_at" } }
//! ```
//!
//! Each entry is a question with its answer.

use crate::{
    lenient::{List, Shape, Text, TextOr, Time, Type, lenient_object},
    provider::{Collector, Context, Kind, Notes, Provider},
    providers::assemble::{self, Room, assemble, chain},
};
use aios_model::{Conversation, Message, Part, Role, Source};

mod citation;

pub(crate) struct Perplexity;

const SOURCE: Source = Source::new("perplexity");

lenient_object! {
    struct RawThread<'de> {
        "entries" => entries: TextOr<'de, List<RawEntry<'de>>>,
        "thread_metadata" => about: RawAbout<'de>,
    } known ["status" "background_entries" "has_next_page" "next_cursor" "thread_url_slug"]
}

lenient_object! {
    /// What stands before the entries of the older form.
    struct RawHead<'de> {
        "metadata" => about: RawAbout<'de>,
    }
}

lenient_object! {
    struct RawAbout<'de> {
        "title" => title: Text<'de>,
        "thread_title" => thread_title: Text<'de>,
        "thread_id" => id: Text<'de>,
        "created_at" => created: Time,
        "updated_at" => updated: Time,
        "thread_created_at" => thread_created: Time,
        "thread_updated_at" => thread_updated: Time,
    }
}

lenient_object! {
    /// An entry of either form.
    struct RawEntry<'de> {
        "uuid" => uuid: Text<'de>,
        "backend_uuid" => backend_uuid: Text<'de>,
        "context_uuid" => thread: Text<'de>,
        "thread_url_slug" => slug: Text<'de>,
        "thread_title" => title: Text<'de>,
        "query" => query: Text<'de>,
        "query_str" => query_str: Text<'de>,
        "answer" => answer: Text<'de>,
        "blocks" => blocks: List<RawBlock<'de>>,
        "model" => model: Text<'de>,
        "display_model" => display_model: Text<'de>,
        "user_selected_model" => selected_model: Text<'de>,
        "timestamp" => timestamp: Time,
        "entry_created_datetime" => created: Time,
        "entry_updated_datetime" => updated: Time,
        "updated_datetime" => touched: Time,
        "sources" => sources: TextOr<'de, List<RawSource<'de>>>,
    }
}

lenient_object! {
    struct RawBlock<'de> {
        "markdown_block" => markdown: RawMarkdown<'de>,
        "web_result_block" => results: RawResults<'de>,
    }
}

lenient_object! {
    struct RawMarkdown<'de> {
        "answer" => answer: Text<'de>,
        "chunks" => chunks: List<Text<'de>>,
    }
}

lenient_object! {
    struct RawResults<'de> {
        "web_results" => results: TextOr<'de, List<RawSource<'de>>>,
    }
}

lenient_object! {
    struct RawSource<'de> {
        "title" => title: Text<'de>,
        "name" => name: Text<'de>,
        "url" => url: Text<'de>,
        "snippet" => snippet: Text<'de>,
    }
}

impl Provider for Perplexity {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Perplexity"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"query_str\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        if shape.get("entries") == Some(Type::List) && (shape.has(&["thread_metadata"]) || shape.has(&["status"])) {
            return Some(Kind::Conversation);
        }
        let entry = shape.get("query") == Some(Type::Text) && shape.has(&["uuid", "answer"]);
        entry.then_some(Kind::Piece)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let raw: RawThread<'_> = crate::json::from_slice(element)?;
        let TextOr::Other(List(mut entries)) = raw.entries else { return Ok(None) };
        if !entries.iter().any(|entry| entry.query_str.filled().is_some()) {
            return Ok(None);
        }
        raw.unknown.iter().for_each(|name| context.notes.unknown("Perplexity thread field", name));
        entries.sort_by_key(|entry| entry.created.0);
        let first = &entries[0];
        let id = first.thread.owned().or_else(|| first.slug.owned()).or_else(|| first.uuid.owned());
        let title = first.title.owned();
        let messages = entries.into_iter().flat_map(RawEntry::convert).collect();
        Ok(Some(thread(&raw.about, id, title, messages, context.notes)))
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::<Entries>::default())
    }
}

/// A thread of these messages. `id` and `title` are those of its first entry.
fn thread(
    about: &RawAbout<'_>,
    id: Option<String>,
    title: Option<String>,
    messages: Vec<Message>,
    notes: &mut Notes,
) -> Conversation {
    let head = Conversation {
        title: about.thread_title.owned().or_else(|| about.title.owned()).or(title),
        created: about.thread_created.0.or(about.created.0),
        updated: about.thread_updated.0.or(about.updated.0),
        ..Conversation::new(SOURCE, about.id.owned().or(id).unwrap_or_default())
    };
    assemble(head, chain(messages), None, notes)
}

/// The entries of a file in the older form: they are one thread.
#[derive(Default)]
struct Entries {
    id: Option<String>,
    messages: Vec<Message>,
    room: Room,
}

impl Collector for Entries {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        let raw: RawEntry<'_> = crate::json::from_slice(element)?;
        if raw.query.filled().is_none() && raw.answer.filled().is_none() {
            return Ok(false);
        }
        if self.id.is_none() {
            self.id = raw.uuid.owned();
        }
        if self.room.take(element.len(), context.notes) {
            self.messages.extend(raw.convert());
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if !ended || self.messages.is_empty() {
            return None;
        }
        // The list that the head opens is closed, so that what stands before it can be read.
        let head = [context.head, b"]}"].concat();
        let raw: RawHead<'_> = crate::json::from_slice(&head).unwrap_or_default();
        Some(thread(&raw.about, self.id.take(), None, std::mem::take(&mut self.messages), context.notes))
    }

    fn beside(&self) -> &'static str {
        "a thread of Perplexity without a word"
    }
}

impl RawEntry<'_> {
    /// The question, and its answer with its sources.
    fn convert(self) -> Vec<Message> {
        let created = self.timestamp.0.or(self.created.0).or(self.updated.0).or(self.touched.0);
        let id = self.uuid.owned().or_else(|| self.backend_uuid.owned());
        let id = |end: &str| id.as_ref().map(|id| format!("{id}-{end}")).unwrap_or_default();
        let asked = self.query.filled().or(self.query_str.filled()).unwrap_or_default();
        let question =
            assemble::message(&id("query"), Role::User, created, assemble::text(asked).into_iter().collect());

        // Several blocks may have the answer, each whole.
        let answer = self.answer.owned().or_else(|| {
            self.blocks.0.iter().find_map(|block| {
                let joined = || block.markdown.chunks.0.iter().map(Text::as_str).collect::<String>();
                block.markdown.answer.owned().or_else(|| Some(joined()).filter(|text| !text.trim().is_empty()))
            })
        });
        let mut sources = Vec::new();
        let listed = self.blocks.0.into_iter().map(|block| block.results.results).chain([self.sources]);
        for source in
            listed.filter_map(|list| if let TextOr::Other(List(list)) = list { Some(list) } else { None }).flatten()
        {
            sources.extend(source.convert());
        }
        let urls: Vec<Option<&str>> = sources
            .iter()
            .map(|source| if let Part::Citation { url, .. } = source { url.as_deref() } else { None })
            .collect();
        let mut parts = Vec::new();
        parts.extend(answer.and_then(|answer| assemble::text(&citation::with_links(&answer, &urls))));
        parts.append(&mut sources);
        let model = self.model.owned().or_else(|| self.display_model.owned()).or_else(|| self.selected_model.owned());
        let answer = assemble::message(&id("answer"), Role::Assistant, created, parts);
        question.into_iter().chain(answer.map(|answer| Message { model, ..answer })).collect()
    }
}

impl RawSource<'_> {
    fn convert(self) -> Option<Part> {
        let (title, url) = (self.title.owned().or_else(|| self.name.owned()), self.url.owned());
        let text = self.snippet.owned();
        // One without either keeps its place: marks in the answer count them.
        (title.is_some() || url.is_some() || text.is_some()).then_some(Part::Citation { title, url, text })
    }
}
