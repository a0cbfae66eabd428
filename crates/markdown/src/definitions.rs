//! What the pieces of one document tell each other: link reference definitions and footnotes.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use pulldown_cmark::{BrokenLink, BrokenLinkCallback, CowStr, Event, Tag};
use unicase::UniCase;

use crate::piece;

/// How many bytes of addresses and titles all references of a document may expand to. A definition is written once
/// and used many times, so that without a limit a short text could become a very long page.
const EXPANSION: usize = 256 * 1024;

/// The definitions that are known so far. The first one of a label counts.
#[derive(Debug)]
pub(crate) struct Definitions {
    links: HashMap<UniCase<String>, Link>,
    /// The number of the piece that defines a footnote.
    footnotes: HashMap<UniCase<String>, usize>,
    /// The number of the finished piece that refers to a footnote first.
    references: HashMap<UniCase<String>, usize>,
    /// What is left of the limit.
    pub(crate) expansion: usize,
}

/// Where a reference leads.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) address: String,
    pub(crate) title: String,
}

impl Default for Definitions {
    fn default() -> Self {
        Self { links: HashMap::new(), footnotes: HashMap::new(), references: HashMap::new(), expansion: EXPANSION }
    }
}

impl Definitions {
    /// Adds what `text`, which is the piece with this number, defines.
    pub(crate) fn learn(&mut self, text: &str, number: usize) {
        if !text.contains("]:") {
            return;
        }
        let parser = piece::parser(text);
        for (label, link) in parser.reference_definitions().iter() {
            self.links.entry(UniCase::new(label.to_owned())).or_insert_with(|| Link {
                address: link.dest.to_string(),
                title: link.title.as_deref().unwrap_or_default().to_owned(),
            });
        }
        if text.contains("[^") {
            for event in parser {
                if let Event::Start(Tag::FootnoteDefinition(label)) = event {
                    self.footnotes.entry(UniCase::new(label.into_string())).or_insert(number);
                }
            }
        }
    }

    /// The definition of a link's label.
    pub(crate) fn link(&self, label: &str) -> Option<&Link> {
        self.links.get(&UniCase::new(label.to_owned()))
    }

    /// The number of the piece that defines a footnote.
    pub(crate) fn footnote(&self, label: &str) -> Option<usize> {
        self.footnotes.get(&UniCase::new(label.to_owned())).copied()
    }

    /// Whether no piece before the one with this number refers to a footnote.
    pub(crate) fn is_first_reference(&self, label: &str, number: usize) -> bool {
        self.references.get(&UniCase::new(label.to_owned())).is_none_or(|first| *first == number)
    }

    /// Notes the footnotes that the finished piece with this number refers to.
    pub(crate) fn note_references(&mut self, labels: BTreeSet<String>, number: usize) {
        for label in labels {
            self.references.entry(UniCase::new(label)).or_insert(number);
        }
    }
}

/// Answers the parser's questions for links that a piece does not define itself.
#[derive(Debug)]
pub(crate) struct Resolver<'a> {
    pub(crate) definitions: &'a Definitions,
    /// The labels that nobody defines.
    pub(crate) missing: &'a RefCell<BTreeSet<String>>,
}

impl<'a> BrokenLinkCallback<'a> for Resolver<'_> {
    fn handle_broken_link(&mut self, link: BrokenLink<'a>) -> Option<(CowStr<'a>, CowStr<'a>)> {
        let Some(Link { address, title }) = self.definitions.link(&link.reference) else {
            self.missing.borrow_mut().insert(link.reference.into_string());
            return None;
        };
        Some((address.clone().into(), title.clone().into()))
    }
}
