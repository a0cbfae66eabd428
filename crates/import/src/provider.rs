use crate::{companions::Companions, lenient::Shape, providers};
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
    fn read(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<Option<Conversation>> {
        let (_, _) = (element, context);
        Ok(None)
    }

    /// Reads one element that says something about conversations, into `context.notes.companions`.
    ///
    /// # Errors
    /// Only if the element is no JSON at all.
    fn companion(&self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<()> {
        let (_, _) = (element, context);
        Ok(())
    }

    /// Puts the pieces of one document together, for a kind of export whose elements are [`Kind::Piece`]s.
    fn collector(&self) -> Option<Box<dyn Collector>> {
        None
    }

    /// How to cut up a document that is no JSON and begins like this (at most 4 KiB, as UTF-8); `None` if it is none of this kind.
    fn cut(&self, head: &[u8]) -> Option<Cut> {
        let _ = head;
        None
    }
}

/// Puts conversations together out of elements that are rows, lines or messages of them. There is one for each document.
///
/// It holds what is not yet whole, and so has to bound how much that may be.
pub(crate) trait Collector {
    /// Takes one element; `false` if it is none of this kind.
    ///
    /// # Errors
    /// Only if the element cannot be read at all. It is then given once more, mended.
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool>;

    /// A conversation that is whole. Asked for after each element until there is none, and again at the end of the document, when all that is left
    /// is as whole as it will be.
    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation>;

    /// What the document holds, named for a person, if no conversation came of it.
    fn beside(&self) -> &'static str;
}

/// How a document that is no JSON is cut into elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cut {
    /// The JSON value behind the first of these bytes; all else is passed over.
    JsonBehind(&'static [u8]),
    /// Pieces that begin with these bytes; what is before the first is passed over. They are given to the [`Collector`] as they are.
    At(&'static [u8]),
}

/// What a provider may need to know beside the element, and where it says what it noticed.
pub(crate) struct Context<'a> {
    /// The name of the document without its folders: some exports have the title of a conversation there and nowhere else. Never used to decide
    /// what a document is.
    pub name: &'a str,
    /// What stands before the elements in the object around them, as the beginning of JSON (`{"metadata":{},"conversations":[`). Empty if there is none.
    pub head: &'a [u8],
    /// What was noticed.
    pub notes: &'a mut Notes,
}

/// What an element is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A conversation.
    Conversation,
    /// A part of one: a row, a line, a message. The provider's collector takes it.
    Piece,
    /// Something that says more about conversations, named for a person: [`Provider::companion`] reads it.
    Companion(&'static str),
    /// Something else of the same export, named for a person: known, and not imported.
    Beside(&'static str),
}

/// Every kind of export that is read, most particular first.
static REGISTRY: &[&dyn Provider] = &[
    &providers::aios::AiOs,
    &providers::claude::Claude,
    &providers::deepseek::DeepSeek,
    &providers::chatgpt::ChatGpt,
    &providers::gemini::Gemini,
    &providers::copilot::Copilot,
    &providers::codex::Codex,
    &providers::claude_code::ClaudeCode,
    &providers::grok::Grok,
    &providers::open_webui::OpenWebUi,
    &providers::librechat::LibreChat,
    &providers::chatbot_ui::ChatbotUi,
    &providers::le_chat::LeChat,
    &providers::perplexity::Perplexity,
    &providers::microsoft_copilot::MicrosoftCopilot,
    &providers::cursor::Cursor,
    &providers::openai::OpenAi,
    // The least particular: any list of messages among other things.
    &providers::extension::Extension,
];

/// What to call the kinds of export that are read, each once.
pub(crate) fn titles() -> Vec<&'static str> {
    let mut titles = Vec::new();
    for provider in REGISTRY.iter() {
        if !titles.contains(&provider.title()) {
            titles.push(provider.title());
        }
    }
    titles
}

/// The kind of export that an element belongs to, by its content alone.
pub(crate) fn recognise(shape: &Shape) -> Option<(&'static dyn Provider, Kind)> {
    REGISTRY.iter().find_map(|provider| Some((*provider, provider.recognise(shape)?)))
}

/// The kind of export that a document belongs to that is no JSON, and how to cut it up.
pub(crate) fn recognise_document(head: &[u8]) -> Option<(&'static dyn Provider, Cut)> {
    REGISTRY.iter().find_map(|provider| Some((*provider, provider.cut(head)?)))
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
    /// What files beside the conversations say about them.
    pub companions: Companions,
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
