//! Cuts a growing text into pieces that can be rendered on their own.
//!
//! A piece is one or a few top-level blocks. Where one ends depends on the text up to the line after it and on
//! nothing later, and not on how the text arrives; so the pieces of a stream are the pieces of the whole.
//!
//! The scanner is sure of the places where it cuts: after a line that only a new top-level block can follow. Where a
//! line alone does not tell, the piece goes on, and the parser sorts out what is in it.

use crate::code;
use crate::line::{FenceStart, Line, ListMarker};
use crate::piece::{self, Piece};
use crate::tex;

/// A piece that is longer is cut at the next item of its list or row of its table.
const LONG: usize = 16 * 1024;

/// No piece but a code block is longer, whatever is in it.
const LONGEST: usize = 64 * 1024;

/// A longer line counts as several; the rest of it starts nothing.
const LONGEST_LINE: usize = 16 * 1024;

/// A longer line does not close a code block.
const LONGEST_FENCE: usize = 256;

/// A head of a table that is longer is not repeated.
const LONGEST_TABLE_HEAD: usize = 2 * 1024;

/// What the open piece is, as far as it matters for where it ends.
#[derive(Debug, Default)]
enum Kind {
    /// Nothing is open.
    #[default]
    Nothing,
    /// One line that is a block: a heading, a rule.
    Single,
    /// Text, or a table.
    Paragraph {
        /// The length of the first two lines, if they look like the head of a table.
        table_head: Option<usize>,
    },
    Quote,
    /// A list.
    List {
        /// The column where the content of the open item starts.
        content: usize,
        after_blank: bool,
    },
    /// A footnote, or lines that are its likes in that indentation by four columns keeps them together.
    Indented {
        after_blank: bool,
    },
    IndentedCode,
    /// An HTML block, and what ends it; a blank line if nothing.
    Html(Option<&'static str>),
    Fence(Fence),
}

/// An open code block.
#[derive(Debug)]
pub(crate) struct Fence {
    marker: u8,
    length: usize,
    indent: usize,
    pub(crate) language: String,
    pub(crate) code: String,
    /// Whether the start of the current line is already in `code`.
    in_line: bool,
}

impl Fence {
    fn new(start: &FenceStart<'_>) -> Self {
        let FenceStart { marker, length, indent, info } = *start;
        Self { marker, length, indent, language: code::language(info), code: String::new(), in_line: false }
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = Line::new(line);
        !line.is_indented() && line.rest.len() >= self.length && line.rest.bytes().all(|byte| byte == self.marker)
    }

    /// Whether the start of a line may still become a closing fence, or its indentation is not complete.
    fn may_be_closed_by(&self, start: &str) -> bool {
        let line = Line::new(start);
        !line.is_indented() && line.rest.bytes().all(|byte| byte == self.marker)
    }

    fn push_start_of_line(&mut self, start: &str) {
        // A tab of which only a part is indentation leaves spaces.
        let mut columns = 0;
        let mut taken = 0;
        for byte in start.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')) {
            if columns >= self.indent {
                break;
            }
            columns += if byte == b'\t' { 4 - columns % 4 } else { 1 };
            taken += 1;
        }
        self.code.extend(std::iter::repeat_n(' ', columns.saturating_sub(self.indent)));
        self.code.push_str(&start[taken..]);
        self.in_line = !start.ends_with('\n');
    }
}

/// What is still open, for a view of it.
#[derive(Debug)]
pub(crate) enum Open<'a> {
    /// Markdown of which more may come.
    Markdown(String),
    /// A code block of which more may come.
    Code(&'a Fence),
}

/// See the [module](self).
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    kind: Kind,
    /// The complete lines of the open piece.
    text: String,
    /// The start of the current line, as far as it is not in the open piece.
    line: String,
    /// Whether the start of the current line is already in the open piece, or was in the one before.
    in_line: bool,
    /// Whether a line of the piece is outside of the quote, item or footnote before it: it goes on with the text in
    /// there or starts a paragraph of its own, which only the parser knows.
    in_doubt: bool,
    /// What ends the formula that a line of the open paragraph has begun, and where in the piece it begins. Its lines begin no blocks.
    formula: Option<(&'static str, usize)>,
}

impl Scanner {
    /// Takes more text, and gives the pieces that it ends to `out`. Line endings are line feeds.
    pub(crate) fn push(&mut self, mut more: &str, out: &mut Vec<Piece>) {
        while !more.is_empty() {
            let to_line_end = more.find('\n').map_or(more.len(), |at| at + 1);
            if let Kind::Fence(fence) = &mut self.kind
                && fence.in_line
            {
                let (line, rest) = more.split_at(to_line_end);
                fence.code.push_str(line);
                fence.in_line = !line.ends_with('\n');
                more = rest;
                continue;
            }
            let longest = if matches!(self.kind, Kind::Fence(_)) { LONGEST_FENCE } else { LONGEST_LINE };
            let room = longest - self.line.len();
            let taken = floor_char_boundary(more, to_line_end.min(room));
            self.line.push_str(&more[..taken]);
            more = &more[taken..];
            // Nothing is taken when the next character does not fit.
            let is_complete = taken == 0 || taken == room || self.line.ends_with('\n');
            if matches!(self.kind, Kind::Fence(_)) {
                self.take_line_of_code(is_complete, out);
            } else if is_complete {
                self.take_line(out);
            }
        }
    }

    /// Ends the text.
    pub(crate) fn finish(&mut self, out: &mut Vec<Piece>) {
        if !self.line.is_empty() || self.in_line || matches!(&self.kind, Kind::Fence(fence) if fence.in_line) {
            self.push("\n", out);
        }
        self.close(out);
        self.in_line = false;
    }

    /// The open piece, with the line that is not complete.
    pub(crate) fn open(&self) -> Open<'_> {
        match &self.kind {
            Kind::Fence(fence) => Open::Code(fence),
            _ => Open::Markdown([self.text.as_str(), self.line.as_str()].concat()),
        }
    }

    fn take_line_of_code(&mut self, is_complete: bool, out: &mut Vec<Piece>) {
        let Kind::Fence(fence) = &mut self.kind else { return };
        if self.line.ends_with('\n') && fence.is_closed_by(&self.line) {
            self.line.clear();
            self.close(out);
        } else if is_complete || !fence.may_be_closed_by(&self.line) {
            fence.push_start_of_line(&self.line);
            self.line.clear();
        }
    }

    fn take_line(&mut self, out: &mut Vec<Piece>) {
        let text = std::mem::take(&mut self.line);
        let was_in_line = std::mem::replace(&mut self.in_line, !text.ends_with('\n'));
        let line = Line::new(&text);
        if self.text.len() + text.len() > LONGEST {
            self.close(out);
        }
        if !was_in_line {
            self.end_before(line, out);
        }
        if matches!(self.kind, Kind::Nothing) {
            if line.is_blank() {
                return;
            }
            if !was_in_line
                && !self.in_line
                && !line.is_indented()
                && let Some(fence) = line.fence()
            {
                self.kind = Kind::Fence(Fence::new(&fence));
                return;
            }
            self.kind = kind(line);
        } else if !was_in_line {
            self.go_on(line, text.len());
        }
        let in_formula = self.formula.is_some();
        self.follow_formula(line);
        self.text.push_str(&text);
        if !in_formula && self.ends_after(line) {
            self.close(out);
        }
    }

    /// Closes the open piece if `line` does not belong to it.
    fn end_before(&mut self, line: Line<'_>, out: &mut Vec<Piece>) {
        if self.formula.is_some() {
            let is_underline = line.is_heading_underline();
            let marker = list_marker(line);
            if matches!(self.kind, Kind::Paragraph { .. }) && (is_underline || marker.is_some()) {
                // Should the formula never end, the line is what it looks like: the piece goes on as if it were.
                self.kind = marker.map_or(Kind::Indented { after_blank: false }, |marker| Kind::List {
                    content: marker.content,
                    after_blank: false,
                });
                self.in_doubt = true;
                return;
            }
            if is_underline {
                return;
            }
        }
        let ends = match self.kind {
            Kind::Nothing | Kind::Single | Kind::Fence(_) => false,
            Kind::Paragraph { .. } => {
                line.is_blank()
                    || !line.is_heading_underline() && interrupts(line)
                    || list_marker(line).is_some_and(|marker| marker.interrupts_paragraph)
            }
            Kind::Quote => line.is_blank() || !line.is_quote() && self.ends_container(line),
            Kind::List { content, after_blank } => {
                !line.is_blank()
                    && line.indent < content
                    && if list_marker(line).is_some() {
                        self.text.len() > LONG
                    } else {
                        after_blank || self.ends_container(line)
                    }
            }
            Kind::Indented { after_blank } => {
                !line.is_blank() && !line.is_indented() && (after_blank || self.ends_container(line))
            }
            Kind::IndentedCode => !line.is_blank() && !line.is_indented(),
            Kind::Html(end) => end.is_none() && line.is_blank(),
        };
        if ends {
            self.close(out);
        } else if let Kind::Paragraph { table_head: Some(head) } = self.kind
            && head <= LONGEST_TABLE_HEAD
            && self.text.len() > LONG
        {
            self.cut_table(head, out);
        }
    }

    /// Notes whether a formula of several lines is open behind `line`.
    fn follow_formula(&mut self, line: Line<'_>) {
        self.formula = match self.formula {
            None if matches!(self.kind, Kind::Paragraph { .. }) => {
                tex::opens_display(line.rest).map(|closing| (closing, self.text.len()))
            }
            Some((closing, start))
                if !line.is_blank()
                    && !line.rest.contains(closing)
                    && self.text.len().saturating_sub(start) <= tex::LONGEST =>
            {
                Some((closing, start))
            }
            _ => None,
        };
    }

    /// Cuts a long table before its next row; the rest of it starts with the same head.
    fn cut_table(&mut self, head: usize, out: &mut Vec<Piece>) {
        if piece::is_one_table(&self.text) {
            let rest = self.text[..head].to_owned();
            out.push(Piece::Markdown(std::mem::replace(&mut self.text, rest)));
        } else {
            self.kind = Kind::Paragraph { table_head: None };
        }
    }

    /// Whether a line that is not inside the open quote, list or footnote cannot go on with the text in there.
    fn ends_container(&self, line: Line<'_>) -> bool {
        if self.in_doubt {
            !line.is_heading_underline() && !line.is_quote() && interrupts(line)
        } else {
            interrupts(line) || list_marker(line).is_some()
        }
    }

    /// Notes what `line`, with its length, means for the lines after it.
    fn go_on(&mut self, line: Line<'_>, length: usize) {
        let marker = list_marker(line);
        let is_outside = match &mut self.kind {
            Kind::Paragraph { table_head } => {
                let is_second = self.text.find('\n').is_some_and(|end| end + 1 == self.text.len());
                if is_second && line.is_table_delimiter() {
                    *table_head = Some(self.text.len() + length);
                }
                table_head.is_some()
            }
            Kind::Quote => !line.is_quote(),
            Kind::List { content, after_blank } => {
                *after_blank = line.is_blank();
                !line.is_blank() && line.indent < *content
            }
            Kind::Indented { after_blank } => {
                *after_blank = line.is_blank();
                !line.is_blank() && !line.is_indented()
            }
            _ => false,
        };
        self.in_doubt |= is_outside && marker.is_none();
        // Going on too long costs nothing but time. Ending too early would tear a block apart.
        match marker {
            Some(marker) if is_outside => self.kind = Kind::List { content: marker.content, after_blank: false },
            None if is_outside && line.is_indented() && !matches!(self.kind, Kind::List { .. }) => {
                self.kind = Kind::Indented { after_blank: false };
            }
            _ => {}
        }
    }

    /// Whether the open piece ends with `line`, its last one.
    fn ends_after(&self, line: Line<'_>) -> bool {
        match self.kind {
            Kind::Single => !self.in_line,
            // A paragraph that starts with a bracket may be definitions, and then the line is no underline.
            Kind::Paragraph { table_head: None } => {
                !line.is_indented()
                    && line.is_heading_underline()
                    && self.text.trim_end_matches('\n').contains('\n')
                    && !self.text.trim_start().starts_with('[')
            }
            Kind::Html(Some(end)) => {
                line.rest.as_bytes().windows(end.len()).any(|part| part.eq_ignore_ascii_case(end.as_bytes()))
            }
            _ => false,
        }
    }

    fn close(&mut self, out: &mut Vec<Piece>) {
        self.in_doubt = false;
        self.formula = None;
        match std::mem::take(&mut self.kind) {
            Kind::Nothing => {}
            Kind::Fence(Fence { language, code, .. }) => out.push(Piece::Code { language, code }),
            _ => out.push(Piece::Markdown(std::mem::take(&mut self.text))),
        }
    }
}

/// What a piece is that starts with `line`, which starts no fence.
fn kind(line: Line<'_>) -> Kind {
    if line.is_indented() {
        Kind::IndentedCode
    } else if line.is_footnote() {
        Kind::Indented { after_blank: false }
    } else if line.is_rule() || line.is_heading() {
        Kind::Single
    } else if let Some(marker) = list_marker(line) {
        Kind::List { content: marker.content, after_blank: false }
    } else if line.is_quote() {
        Kind::Quote
    } else if line.is_html(false) {
        Kind::Html(line.html_end())
    } else {
        Kind::Paragraph { table_head: None }
    }
}

/// The list marker that `line` starts with, if it starts an item.
fn list_marker(line: Line<'_>) -> Option<ListMarker> {
    if line.is_indented() || line.is_rule() { None } else { line.list_marker() }
}

/// Whether a formula may go on with `line`, whatever list or heading it seems to make.
pub(crate) fn goes_on(line: Line<'_>) -> bool {
    line.is_heading_underline() || !interrupts(line)
}

/// Whether `line` starts a block wherever a paragraph could go on. Lists are another matter.
fn interrupts(line: Line<'_>) -> bool {
    !line.is_indented()
        && (line.is_rule()
            || line.is_heading()
            || line.is_quote()
            || line.is_footnote()
            || line.fence().is_some()
            || line.is_html(true))
}

/// The last place at or before `at` where `text` can be cut; its length if `at` is beyond.
pub(crate) fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests;
