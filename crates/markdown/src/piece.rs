//! A piece of a text, as the scanner cuts it, and the parser that reads it.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::definitions::Resolver;

/// A piece of a text that is rendered on its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A fenced code block of the top level.
    Code {
        /// As [`crate::code::language`] makes it.
        language: String,
        /// The lines between the fences.
        code: String,
    },
    /// Anything else.
    Markdown(String),
}

/// The extensions of CommonMark that are understood.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_MATH);

/// A parser of text that needs nothing from the rest of the document.
pub(crate) fn parser(text: &str) -> Parser<'_, Resolver<'_>> {
    Parser::new_with_broken_link_callback(text, OPTIONS, None)
}

/// A parser that finds definitions in the rest of the document. It has the same type as the other: the generic parser
/// is a large part of what the page loads, and is there once.
pub(crate) fn parser_with<'a>(text: &'a str, resolver: Resolver<'a>) -> Parser<'a, Resolver<'a>> {
    Parser::new_with_broken_link_callback(text, OPTIONS, Some(resolver))
}

/// Where code stands in a text, in order; what looks like a formula is none here.
pub(crate) fn code_in(text: &str) -> Vec<Range<usize>> {
    let parser: Parser<'_, Resolver<'_>> =
        Parser::new_with_broken_link_callback(text, OPTIONS.difference(Options::ENABLE_MATH), None);
    let is_code = |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    parser.into_offset_iter().filter(|(event, _)| is_code(event)).map(|(_, range)| range).collect()
}

/// Whether `text` is a table and nothing else.
pub(crate) fn is_one_table(text: &str) -> bool {
    let mut events = parser(text);
    matches!(events.next(), Some(Event::Start(Tag::Table(_))))
        && events.find(|event| matches!(event, Event::End(TagEnd::Table))).is_some()
        && events.next().is_none()
}
