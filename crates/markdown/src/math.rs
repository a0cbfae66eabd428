//! Formulas: the one place that knows how TeX is shown.
//!
//! A formula becomes MathML, which browsers set by themselves; its source goes along as an annotation. One that cannot be read is shown as its
//! source. The readers of TeX that there are as libraries do not fit here: they style by attributes that the page's policy forbids, recurse
//! as deep as the text says, and are five times as large.

mod alphabet;
mod command;
mod element;
mod read;
mod source;
mod symbols;
mod table;

use crate::escape::escape;
use read::Reader;

/// A longer formula, in bytes, is shown as its source.
const LONGEST: usize = 8 * 1024;

/// Appends a formula; `display` for one that stands on its own line.
pub(crate) fn write_math(out: &mut String, tex: &str, display: bool) {
    if !write_mathml(out, tex, display) {
        write_source(out, tex, display);
    }
}

/// Appends a formula that is a block by itself, if it can be read.
pub(crate) fn write_formula(out: &mut String, tex: &str) -> bool {
    let start = out.len();
    out.push_str("<p>");
    let is_read = write_mathml(out, tex.trim(), true);
    out.push_str("</p>");
    if !is_read {
        out.truncate(start);
    }
    is_read
}

fn write_mathml(out: &mut String, tex: &str, display: bool) -> bool {
    let Some(mathml) = Some(tex).filter(|tex| tex.len() <= LONGEST).and_then(|tex| Reader::new(tex).formula()) else {
        return false;
    };
    // Wider than the page it scrolls by itself, by keyboard too.
    out.push_str(if display { "<span class=\"formula\" tabindex=\"0\"><math display=\"block\">" } else { "<math>" });
    out.push_str("<semantics>");
    out.push_str(&element::row(&mathml));
    out.push_str("<annotation encoding=\"application/x-tex\">");
    escape(out, tex);
    out.push_str("</annotation></semantics></math>");
    if display {
        out.push_str("</span>");
    }
    true
}

/// Appends the source of a formula.
pub(crate) fn write_source(out: &mut String, tex: &str, display: bool) {
    out.push_str(if display {
        "<code class=\"math\" dir=\"ltr\" data-display=\"\">"
    } else {
        "<code class=\"math\" dir=\"ltr\">"
    });
    escape(out, tex);
    out.push_str("</code>");
}
