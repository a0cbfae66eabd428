//! One piece to HTML: the parser with what is known of the rest of the document, its events to the writer.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::code::write_code;
use crate::definitions::{Definitions, Resolver};
use crate::math::write_formula;
use crate::options::Options;
use crate::piece::{Piece, parser_with};
use crate::tex::{WithDollars, with_dollars};
use crate::write::Writer;

/// A rendered piece.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) html: String,
    /// Labels that the piece uses, and that are not defined.
    pub(crate) missing: Missing,
    /// How much the references in it expanded to.
    pub(crate) expansion: usize,
    /// The labels of the footnotes that it refers to.
    pub(crate) references: BTreeSet<String>,
}

/// Labels without a definition.
#[derive(Debug, Default)]
pub(crate) struct Missing {
    links: BTreeSet<String>,
    footnotes: BTreeSet<String>,
}

impl Missing {
    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.footnotes.is_empty()
    }

    /// Whether one of them is defined now.
    pub(crate) fn is_any_in(&self, definitions: &Definitions) -> bool {
        self.links.iter().any(|label| definitions.link(label).is_some())
            || self.footnotes.iter().any(|label| definitions.footnote(label).is_some())
    }
}

/// Renders the piece with this number.
pub(crate) fn render_piece(piece: &Piece, number: usize, definitions: &Definitions, options: &Options) -> Rendered {
    match piece {
        Piece::Code { language, code } => {
            let mut html = String::with_capacity(code.len() + code.len() / 8 + 128);
            if language != "math" || !write_formula(&mut html, code) {
                write_code(&mut html, language, code, options);
            }
            Rendered { html, missing: Missing::default(), expansion: 0, references: BTreeSet::new() }
        }
        Piece::Markdown(text) => render_markdown(text, number, false, definitions, options),
    }
}

/// Renders markdown as the piece with this number.
///
/// `grows` says that more of it may come.
pub(crate) fn render_markdown(
    text: &str,
    number: usize,
    grows: bool,
    definitions: &Definitions,
    options: &Options,
) -> Rendered {
    let WithDollars { text, is_open } = with_dollars(text, grows);
    let text = &*text;
    let (known, footnotes) = footnotes(text, definitions);
    let prefix = stubs(&known);
    let source = [prefix.as_str(), text].concat();
    let links = RefCell::default();
    let parser = parser_with(&source, Resolver { definitions, missing: &links });
    let mut writer = Writer::new(&source, number, definitions, options);
    writer.ends_in_open_formula = is_open;
    for (event, range) in parser.into_offset_iter() {
        if range.start >= prefix.len() {
            writer.event(event, range.end);
        }
    }
    let (html, expansion, references) = writer.finish();
    Rendered { html, missing: Missing { links: links.into_inner(), footnotes }, expansion, references }
}

/// The labels of footnotes that a text may refer to: those that are defined, and those that are not.
fn footnotes<'a>(text: &'a str, definitions: &Definitions) -> (BTreeSet<&'a str>, BTreeSet<String>) {
    let mut known = BTreeSet::new();
    let mut unknown = BTreeSet::new();
    for (at, _) in text.match_indices("[^") {
        let label = &text[at + 2..];
        let Some(end) = label.find([']', '[', '\n']).filter(|end| label[*end..].starts_with(']')) else { continue };
        let label = &label[..end];
        if definitions.footnote(label).is_some() {
            known.insert(label);
        } else {
            unknown.insert(label.to_owned());
        }
    }
    (known, unknown)
}

/// Empty footnotes for the parser, which takes a reference for one only when the same text defines it; then a rule,
/// after which any text starts afresh.
fn stubs(labels: &BTreeSet<&str>) -> String {
    let mut stubs = String::new();
    for label in labels {
        stubs.push_str("[^");
        stubs.push_str(label);
        stubs.push_str("]:\n\n");
    }
    if !stubs.is_empty() {
        stubs.push_str("---\n\n");
    }
    stubs
}
