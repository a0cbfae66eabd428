//! Rendering a text while it grows.

use crate::code;
use crate::definitions::Definitions;
use crate::escape::{escape, visible};
use crate::highlight::Highlighter;
use crate::options::Options;
use crate::piece::Piece;
use crate::render::{Missing, Rendered, render_markdown, render_piece};
use crate::scan::{Open as OpenPiece, Scanner};

/// What a stream shows after it got more text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// The HTML of the blocks that are finished now, to follow those that were finished before.
    pub finished: Vec<String>,
    /// What is shown after the last finished block.
    pub open: Open,
    /// Blocks that have another HTML now, by their place among all finished blocks. Only [`Stream::finish`] has any:
    /// they refer to something that was defined after them.
    pub revised: Vec<(usize, String)>,
}

/// The end of the text, of which more may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    /// HTML that takes the place of what was open before. May be empty.
    Html(String),
    /// More of the code block that is open already. Its last line, which is not coloured before it ends, is the text of the one
    /// `<span class="rest">` in it.
    Code {
        /// HTML of the lines that ended, the first of which began in that element: it goes before the element, whose text is gone then.
        /// Empty if no line ended.
        lines: String,
        /// Text, not HTML, to append to that element.
        rest: String,
    },
}

impl Default for Open {
    fn default() -> Self {
        Self::Html(String::new())
    }
}

/// Renders a text that arrives in pieces, such as an answer while it is generated.
///
/// A block that is finished is rendered once. Each push renders the open block again, which is at most 64 KiB long; in
/// a fenced code block it gives only what is new. What came before has no part in the cost of a push.
///
/// After [`finish`](Self::finish), all finished blocks with their revisions are, joined, what
/// [`render`](crate::render()) makes of the whole text, wherever it was split.
///
/// ```
/// use aios_markdown::{Open, Options, Stream};
///
/// let mut stream = Stream::new(Options::default());
/// let update = stream.push("First *paragraph*.\n\nSec");
/// assert_eq!(update.finished, ["<p dir=\"auto\">First <em>paragraph</em>.</p>"]);
/// assert_eq!(update.open, Open::Html("<p dir=\"auto\">Sec</p>".to_owned()));
///
/// let update = stream.push("ond.");
/// assert_eq!(update.open, Open::Html("<p dir=\"auto\">Second.</p>".to_owned()));
/// assert_eq!(stream.finish().finished, ["<p dir=\"auto\">Second.</p>"]);
/// ```
#[derive(Debug)]
pub struct Stream {
    options: Options,
    scanner: Scanner,
    definitions: Definitions,
    /// How many pieces were cut.
    pieces: usize,
    /// How many blocks were given out; a piece without text gives none.
    blocks: usize,
    /// The blocks that refer to something that is not defined.
    unresolved: Vec<Unresolved>,
    shown_code: Option<ShownCode>,
    after_carriage_return: bool,
}

/// How much of the open code block was given out.
#[derive(Debug)]
struct ShownCode {
    highlighter: Highlighter,
    /// Where the last line begins.
    line: usize,
    end: usize,
}

impl ShownCode {
    /// The HTML of the lines that ended since, and the text behind them that was not given out.
    fn advance<'a>(&mut self, code: &'a str) -> (String, &'a str) {
        let mut lines = String::new();
        if let Some(feed) = code[self.end..].rfind('\n') {
            let line = self.end + feed + 1;
            self.highlighter.write(&mut lines, &code[self.line..line]);
            (self.line, self.end) = (line, line);
        }
        let rest = &code[self.end..];
        self.end = code.len();
        (lines, rest)
    }
}

#[derive(Debug)]
struct Unresolved {
    block: usize,
    number: usize,
    text: String,
    missing: Missing,
}

impl Stream {
    /// A stream without text.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            scanner: Scanner::default(),
            definitions: Definitions::default(),
            pieces: 0,
            blocks: 0,
            unresolved: Vec::new(),
            shown_code: None,
            after_carriage_return: false,
        }
    }

    /// Takes more text, of any length.
    pub fn push(&mut self, delta: &str) -> Update {
        let finished = self.advance(delta);
        let open = self.open();
        Update { finished, open, revised: Vec::new() }
    }

    /// Ends the text: nothing stays open. The stream can start another text after it, with the next block counted
    /// from zero.
    pub fn finish(&mut self) -> Update {
        let mut pieces = Vec::new();
        self.scanner.finish(&mut pieces);
        let finished = self.render(pieces);
        let revised = self.revise();
        *self = Self::new(self.options.clone());
        Update { finished, open: Open::default(), revised }
    }

    /// Takes more text and gives the blocks that are finished.
    pub(crate) fn advance(&mut self, delta: &str) -> Vec<String> {
        let mut pieces = Vec::new();
        if self.after_carriage_return || delta.contains('\r') {
            let delta = self.line_feeds(delta);
            self.scanner.push(&delta, &mut pieces);
        } else {
            self.scanner.push(delta, &mut pieces);
        }
        self.render(pieces)
    }

    /// Makes every line ending a line feed.
    fn line_feeds(&mut self, delta: &str) -> String {
        let mut text = String::with_capacity(delta.len());
        for character in delta.chars() {
            match character {
                '\r' => text.push('\n'),
                '\n' if self.after_carriage_return => {}
                _ => text.push(character),
            }
            self.after_carriage_return = character == '\r';
        }
        text
    }

    fn render(&mut self, pieces: Vec<Piece>) -> Vec<String> {
        if !pieces.is_empty() {
            self.shown_code = None;
        }
        let mut finished = Vec::new();
        for piece in pieces {
            let number = self.pieces;
            self.pieces += 1;
            if let Piece::Markdown(text) = &piece {
                self.definitions.learn(text, number);
            }
            let Rendered { html, missing, expansion, references } =
                render_piece(&piece, number, &self.definitions, &self.options);
            self.definitions.expansion -= expansion;
            self.definitions.note_references(references, number);
            if html.is_empty() {
                continue;
            }
            if let Piece::Markdown(text) = piece
                && !missing.is_empty()
            {
                self.unresolved.push(Unresolved { block: self.blocks, number, text, missing });
            }
            self.blocks += 1;
            finished.push(html);
        }
        finished
    }

    fn revise(&mut self) -> Vec<(usize, String)> {
        let mut revised = Vec::new();
        for Unresolved { block, number, text, missing } in std::mem::take(&mut self.unresolved) {
            if missing.is_any_in(&self.definitions) {
                let rendered = render_markdown(&text, number, false, &self.definitions, &self.options);
                self.definitions.expansion -= rendered.expansion;
                self.definitions.note_references(rendered.references, number);
                revised.push((block, rendered.html));
            }
        }
        revised
    }

    fn open(&mut self) -> Open {
        match self.scanner.open() {
            OpenPiece::Markdown(text) => {
                Open::Html(render_markdown(&text, self.pieces, true, &self.definitions, &self.options).html)
            }
            OpenPiece::Code(fence) => {
                if let Some(shown) = &mut self.shown_code {
                    let (lines, rest) = shown.advance(&fence.code);
                    return Open::Code { lines, rest: visible(rest) };
                }
                let highlighter = Highlighter::new(&fence.language);
                let mut shown = ShownCode { highlighter, line: 0, end: 0 };
                let (lines, rest) = shown.advance(&fence.code);
                self.shown_code = Some(shown);
                let mut html = String::new();
                code::write_start(&mut html, &fence.language, &self.options);
                html.push_str(&lines);
                html.push_str("<span class=\"rest\">");
                escape(&mut html, rest);
                html.push_str("</span>");
                html.push_str(code::END);
                Open::Html(html)
            }
        }
    }
}
