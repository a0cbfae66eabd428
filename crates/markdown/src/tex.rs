//! Where formulas begin and end, in a form that the parser takes.
//!
//! Models write formulas between dollar signs, and between `\(` and `\)` or `\[` and `\]`, which to the parser are escaped brackets. They break
//! lines in them that would begin a list. And they write prices.

use std::borrow::Cow;
use std::iter::Peekable;
use std::ops::Range;

use crate::line::Line;
use crate::piece;
use crate::scan::goes_on;

/// The longest formula that may have several lines or brackets around it, in bytes. The end of one is looked for no further.
pub(crate) const LONGEST: usize = 4 * 1024;

/// A text in which dollar signs stand around formulas and nowhere else.
pub(crate) struct WithDollars<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Whether it ends in a formula that the text has not ended.
    pub(crate) is_open: bool,
}

/// The text with dollar signs around formulas, each on one line, and with a backslash before all others.
///
/// A dollar sign begins a formula if no letter or digit is before it and no space behind it, and the next one ends it if no space is before it and no
/// letter or digit behind it (so do pandoc and GitHub). A display begins its line, and one in brackets ends it too: `\[1\]` in a sentence is a bracket.
/// Code stays as it is, and so does what looks like a tag.
///
/// `grows` says that more of the text may come; what then begins a formula is one already.
pub(crate) fn with_dollars(text: &str, grows: bool) -> WithDollars<'_> {
    let dollars = text.bytes().filter(|byte| *byte == b'$').take(2).count();
    if !text.contains("\\(") && !text.contains("\\[") && dollars < if grows { 1 } else { 2 } {
        return WithDollars { text: Cow::Borrowed(text), is_open: false };
    }
    let mut rewriter = Rewriter {
        text,
        grows,
        code: code_in(text),
        closing: ["\\)", "\\]", "$$"].map(|mark| text.match_indices(mark).peekable()),
        out: String::with_capacity(text.len()),
        written: 0,
        is_open: false,
    };
    rewriter.rewrite();
    rewriter.out.push_str(&text[rewriter.written..]);
    WithDollars { text: Cow::Owned(rewriter.out), is_open: rewriter.is_open }
}

/// The closing marks of one kind, of which only those ahead are looked at.
type Marks<'a> = Peekable<std::str::MatchIndices<'a, &'static str>>;

struct Rewriter<'a> {
    text: &'a str,
    grows: bool,
    code: Vec<Range<usize>>,
    /// Of round brackets, square brackets and displays between dollar signs.
    closing: [Marks<'a>; 3],
    out: String,
    /// How much of the text is in `out`.
    written: usize,
    /// It ends in a formula that the text does not end.
    is_open: bool,
}

impl<'a> Rewriter<'a> {
    fn rewrite(&mut self) {
        let bytes = self.text.as_bytes();
        let mut code = std::mem::take(&mut self.code).into_iter().peekable();
        let mut at = 0;
        while let Some(step) = self.text[at..].find(['\\', '$', '<']) {
            at += step;
            while code.next_if(|range| range.end <= at).is_some() {}
            if let Some(range) = code.peek().filter(|range| range.start <= at) {
                at = range.end;
                continue;
            }
            let code_ahead = code.peek().map_or(bytes.len(), |range| range.start);
            at = match (bytes[at], bytes.get(at + 1)) {
                (b'\\', Some(b'(')) => self.bracket(at, code_ahead, 0, "$"),
                (b'\\', Some(b'[')) => self.bracket(at, code_ahead, 1, "$$"),
                // What is behind a backslash is not the start of anything.
                (b'\\', _) => at + 2,
                (b'$', Some(b'$')) => self.display(at, code_ahead),
                (b'$', _) => self.inline(at, code_ahead),
                (b'<', Some(next)) if next.is_ascii_alphabetic() || *next == b'/' => {
                    let line = self.text[at..].split('\n').next().unwrap_or_default();
                    at + line.find('>').unwrap_or(0) + 1
                }
                _ => at + 1,
            };
            at = at.min(bytes.len());
            while !self.text.is_char_boundary(at) {
                at += 1;
            }
        }
    }

    /// A formula in brackets, if one begins here; where to go on.
    fn bracket(&mut self, at: usize, code: usize, kind: usize, sign: &'static str) -> usize {
        let begins_line = is_start_of_line(self.before(at));
        if sign == "$$" && !begins_line {
            return at + 2;
        }
        let Some(end) = self.closing(kind, at + 2) else { return self.open(at, code, sign) };
        let tex = &self.text[at + 2..end];
        let after = self.text[end + 2..].split('\n').next().unwrap_or_default();
        let ends_line = after.trim_matches(|c: char| c.is_whitespace() || ".,;".contains(c)).is_empty();
        if end > code || !is_formula(tex) || tex.contains('$') || sign == "$$" && !ends_line {
            return at + 2;
        }
        self.write(at, end + 2, sign, tex)
    }

    /// A display between dollar signs, if one begins here; where to go on.
    fn display(&mut self, at: usize, code: usize) -> usize {
        let Some(end) = self.closing(2, at + 2) else { return self.open(at, code, "$$") };
        let tex = &self.text[at + 2..end];
        if end > code || !is_formula(tex) {
            return at + 2;
        }
        if !tex.contains('\n') || self.before(at).contains('>') {
            return end + 2;
        }
        self.write(at, end + 2, "$$", tex)
    }

    /// A formula between single dollar signs, if one begins here; where to go on.
    fn inline(&mut self, at: usize, code: usize) -> usize {
        let rest = &self.text[at + 1..];
        let may_begin = !self.text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
            && rest.starts_with(|c: char| !c.is_whitespace());
        let end = rest.match_indices('$').map(|(end, _)| end).find(|end| !is_escaped(&rest[..*end]));
        if let Some(end) = end.filter(|end| may_begin && *end > 0 && at + 1 + end < code) {
            let (tex, after) = (&rest[..end], &rest[end + 1..]);
            let may_end = !tex.ends_with(char::is_whitespace)
                && is_paragraph(tex)
                && !after.starts_with(|c: char| c.is_ascii_alphanumeric());
            if may_end {
                let end = at + 2 + end;
                let is_whole = !tex.contains('\n') || self.before(at).contains('>');
                return if is_whole { end } else { self.write(at, end, "$", tex) };
            }
        }
        if may_begin && end.is_none() && rest.contains('\\') && self.grows {
            return self.open(at, code, "$");
        }
        self.out.push_str(&self.text[self.written..at]);
        self.out.push('\\');
        self.written = at;
        at + 1
    }

    /// A formula that the text does not end, if it may still: it is closed here, and nothing is left to read.
    fn open(&mut self, at: usize, code: usize, sign: &'static str) -> usize {
        let start = at + if self.text[at..].starts_with(['\\']) { 2 } else { sign.len() };
        let tex = &self.text[start..];
        // Half of what closes it.
        let tex = tex.strip_suffix(['\\', '$']).unwrap_or(tex);
        let may_be = self.grows && code == self.text.len() && tex.len() <= LONGEST && is_paragraph(tex);
        if !may_be || tex.contains(['$', '`']) || self.before(at).contains('>') {
            return at + 2;
        }
        self.out.push_str(&self.text[self.written..at]);
        if !tex.trim().is_empty() {
            self.push(sign, tex);
        }
        self.is_open = true;
        self.written = self.text.len();
        self.written
    }

    fn write(&mut self, at: usize, end: usize, sign: &str, tex: &str) -> usize {
        self.out.push_str(&self.text[self.written..at]);
        self.push(sign, tex);
        self.written = end;
        end
    }

    /// Writes a formula on one line, without its comments.
    fn push(&mut self, sign: &str, tex: &str) {
        self.out.push_str(sign);
        for (number, line) in tex.trim().split('\n').enumerate() {
            if number > 0 {
                self.out.push(' ');
            }
            let comment = line.match_indices('%').map(|(at, _)| at).find(|at| !is_escaped(&line[..*at]));
            self.out.push_str(line[..comment.unwrap_or(line.len())].trim());
        }
        self.out.push_str(sign);
    }

    /// The next closing mark of a kind.
    fn closing(&mut self, kind: usize, from: usize) -> Option<usize> {
        let marks = &mut self.closing[kind];
        while marks.next_if(|(at, _)| *at < from).is_some() {}
        marks.peek().map(|(at, _)| *at).filter(|at| at - from <= LONGEST)
    }

    /// The line before a place.
    fn before(&self, at: usize) -> &'a str {
        self.text[..at].rsplit('\n').next().unwrap_or_default()
    }
}

/// Whether only marks of lists and quotes stand on a line.
fn is_start_of_line(line: &str) -> bool {
    line.trim_matches(|c: char| c.is_whitespace() || "->*+.)".contains(c) || c.is_ascii_digit()).is_empty()
}

fn is_formula(tex: &str) -> bool {
    !tex.trim().is_empty() && tex.len() <= LONGEST && !tex.contains('`') && is_paragraph(tex)
}

/// Whether no line but the first begins something that the scanner would not take for a part of a formula.
fn is_paragraph(tex: &str) -> bool {
    !tex.contains('\n')
        || tex.trim_end().split('\n').skip(1).map(Line::new).all(|line| goes_on(line) && !line.is_blank())
}

/// Whether what follows is escaped: an odd number of backslashes is before it.
fn is_escaped(before: &str) -> bool {
    (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
}

/// Where code stands, in order.
fn code_in(text: &str) -> Vec<Range<usize>> {
    if !text.contains(['`', '\t']) && !text.contains("~~~") && !text.contains("    ") {
        return Vec::new();
    }
    piece::code_in(text)
}

/// The start of a formula of several lines that a line begins: what ends it.
pub(crate) fn opens_display(line: &str) -> Option<&'static str> {
    let (rest, closing) = match (line.strip_prefix("$$"), line.strip_prefix("\\[")) {
        (Some(rest), _) => (rest, "$$"),
        (_, Some(rest)) => (rest, "\\]"),
        _ => return None,
    };
    (!rest.contains(closing)).then_some(closing)
}

#[cfg(test)]
mod tests;
