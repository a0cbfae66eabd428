//! The elements that formulas are made of. Every tag and attribute is a literal here or in `read`; what is in them comes through `escape`.

use crate::escape::escape_plain_order;

/// Text in an element. `start` is the start tag without its bracket, so that it may have attributes.
pub(super) fn leaf(start: &str, text: &str, end: &str) -> String {
    let mut out = String::with_capacity(start.len() + text.len() + end.len() + 1);
    out.push_str(start);
    out.push('>');
    escape_plain_order(&mut out, text);
    out.push_str(end);
    out
}

/// A letter or a word. A letter alone slants, unless it is `upright`.
pub(super) fn identifier(text: &str, upright: bool) -> String {
    leaf(if upright { "<mi mathvariant=\"normal\"" } else { "<mi" }, text, "</mi>")
}

pub(super) fn number(text: &str) -> String {
    leaf("<mn", text, "</mn>")
}

pub(super) fn text(text: &str) -> String {
    leaf("<mtext", text, "</mtext>")
}

pub(super) fn operator(text: &str) -> String {
    leaf("<mo", text, "</mo>")
}

/// A delimiter as high as its own letter.
pub(super) fn delimiter(text: &str) -> String {
    leaf("<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\"", text, "</mo>")
}

/// A delimiter as high as what is around it.
pub(super) fn fence(start: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { leaf(start, text, "</mo>") }
}

pub(super) const OPENING: &str = "<mo form=\"prefix\" stretchy=\"true\"";
pub(super) const CLOSING: &str = "<mo form=\"postfix\" stretchy=\"true\"";
pub(super) const BETWEEN: &str = "<mo stretchy=\"true\" lspace=\".2em\" rspace=\".2em\"";

/// A gap of a width that the table of symbols has.
pub(super) fn space(width: &'static str) -> String {
    ["<mspace width=\"", width, "\"></mspace>"].concat()
}

/// An element around others that are written already.
pub(super) fn around(start: &str, children: &[&str], end: &str) -> String {
    let mut out =
        String::with_capacity(start.len() + end.len() + children.iter().map(|child| child.len()).sum::<usize>());
    out.push_str(start);
    children.iter().for_each(|child| out.push_str(child));
    out.push_str(end);
    out
}

/// What stands in the place of one element.
pub(super) fn row(children: &[String]) -> String {
    match children {
        [child] => child.clone(),
        children => ["<mrow>", &children.concat(), "</mrow>"].concat(),
    }
}

/// A base with what is above or below it, or beside it.
pub(super) fn scripts(base: &str, below: Option<&str>, above: Option<&str>, limits: bool) -> String {
    match (below, above, limits) {
        (None, None, _) => base.to_owned(),
        (Some(below), None, false) => around("<msub>", &[base, below], "</msub>"),
        (None, Some(above), false) => around("<msup>", &[base, above], "</msup>"),
        (Some(below), Some(above), false) => around("<msubsup>", &[base, below, above], "</msubsup>"),
        (Some(below), None, true) => around("<munder>", &[base, below], "</munder>"),
        (None, Some(above), true) => around("<mover>", &[base, above], "</mover>"),
        (Some(below), Some(above), true) => around("<munderover>", &[base, below, above], "</munderover>"),
    }
}
