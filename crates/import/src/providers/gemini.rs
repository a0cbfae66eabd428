//! Gemini in all its forms: the activity of a Google account (Takeout, JSON or HTML), conversations of Workspace accounts, prompts of AI Studio, and
//! sessions of Gemini CLI. What each looks like is told in its file.

use crate::{
    lenient::{Shape, Type},
    provider::{Collector, Context, Cut, Kind, Provider},
};
use activity::Activity;
use aios_model::{Conversation, Source};

mod activity;
mod activity_html;
mod activity_json;
mod cli;
mod dates;
mod group;
mod html;
mod row;
mod studio;
mod verbs;
mod workspace;

pub(crate) use studio::hash as short_hash;

pub(crate) struct Gemini;

/// AI OS's own name for it.
pub(crate) const SOURCE: Source = Source::new("gemini");

impl Provider for Gemini {
    fn source(&self) -> Source {
        SOURCE
    }

    fn title(&self) -> &'static str {
        "Gemini"
    }

    fn mark(&self) -> &'static [u8] {
        b"\"Gemini Apps\""
    }

    fn recognise(&self, shape: &Shape) -> Option<Kind> {
        let is = |key, kind| shape.get(key) == Some(kind);
        if is("chunkedPrompt", Type::Object) || is("conversation_turns", Type::List) || cli::recognise(shape) {
            return Some(Kind::Conversation);
        }
        let row = is("title", Type::Text)
            && is("time", Type::Text)
            && (is("header", Type::Text) || is("products", Type::List));
        row.then_some(Kind::Piece)
    }

    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let shape: Shape = crate::json::from_slice(element)?;
        if shape.get("chunkedPrompt") == Some(Type::Object) {
            return studio::read(element, context).map(Some);
        }
        if shape.get("conversation_turns") == Some(Type::List) {
            return workspace::read(element, context).map(Some);
        }
        if cli::recognise(&shape) {
            return cli::read(element, context).map(Some);
        }
        Ok(None)
    }

    fn collector(&self) -> Option<Box<dyn Collector>> {
        Some(Box::new(Activity::default()))
    }

    fn cut(&self, head: &[u8]) -> Option<Cut> {
        activity_html::is_page(head).then_some(Cut::At(activity_html::ROW))
    }
}
