use crate::{lenient::Shape, providers};
use aios_model::{Conversation, Source};
use std::collections::BTreeMap;

/// One kind of export: all that is known about its JSON is behind this.
///
/// A new one is a file in `providers/` and a line in [`REGISTRY`].
pub(crate) trait Provider: Sync {
    /// The name that its conversations carry.
    fn source(&self) -> Source;

    /// What to call it in a sentence.
    fn title(&self) -> &'static str;

    /// Whether an element with this shape is a conversation of this kind, or something that comes beside conversations.
    fn recognise(&self, shape: &Shape) -> Option<Kind>;

    /// Bytes that tell this kind even in an element that was cut off.
    fn mark(&self) -> &'static [u8];

    /// Reads one element; `None` if it is no conversation of this kind. Whatever is missing or odd in it costs that piece only.
    ///
    /// # Errors
    /// Only if the element is no JSON at all.
    fn read(&self, element: &[u8], notes: &mut Notes) -> serde_json::Result<Option<Conversation>>;
}

/// What an element is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A conversation.
    Conversation,
    /// Something else of the same export, named for a person: known, and not imported.
    Beside(&'static str),
}

/// Every kind of export that is read, most particular first.
static REGISTRY: [&dyn Provider; 2] = [&providers::claude::Claude, &providers::chatgpt::ChatGpt];

/// The kind of export that an element belongs to, by its content alone.
pub(crate) fn recognise(shape: &Shape) -> Option<(&'static dyn Provider, Kind)> {
    REGISTRY.iter().find_map(|provider| Some((*provider, provider.recognise(shape)?)))
}

/// What an element that was cut off seems to be.
pub(crate) fn guess(bytes: &[u8]) -> Option<&'static dyn Provider> {
    REGISTRY.iter().find(|provider| memchr::memmem::find(bytes, provider.mark()).is_some()).copied()
}

/// What was noticed while a conversation was read.
#[derive(Default)]
pub(crate) struct Notes {
    /// What could not be taken as it was, as sentences for a person.
    pub warnings: Vec<String>,
    /// Fields and types that this version does not know, and how often.
    pub unknown: BTreeMap<String, u64>,
}

impl Notes {
    /// The most unknown names that are kept: a hostile file can make up any number.
    const MAXIMUM_UNKNOWN: usize = 500;

    /// Counts something unknown. Long names are cut.
    pub fn unknown(&mut self, what: &str, name: &str) {
        let name: String = name.chars().take(60).collect();
        self.add_unknown(format!("{what} {name}"), 1);
    }

    /// Counts something unknown that was counted elsewhere.
    pub fn add_unknown(&mut self, name: String, count: u64) {
        if self.unknown.len() < Self::MAXIMUM_UNKNOWN || self.unknown.contains_key(&name) {
            *self.unknown.entry(name).or_default() += count;
        }
    }
}
