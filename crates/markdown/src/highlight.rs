//! Colours for code: five kinds of tokens, found line by line.
//!
//! This is not a parser of any language. It knows comments, strings, numbers, words that a language keeps for itself,
//! and names that something is done with, which is what a reader's eye looks for. What it does not know stays as it is.
//!
//! A line is read once and from its start; only what goes on in the next line (a comment, a string, a tag) is kept. So
//! the cost is that of the text, and a code block that is still being written is coloured as its lines end, as it will
//! be when it is whole.

mod lexer;
mod markup;
mod syntax;

use crate::escape::escape;
use syntax::{Kind, Syntax};

/// How many bytes of a code block are coloured: each token is an element, and a page has room for some thousands.
const LONGEST: usize = 48 * 1024;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Keyword,
    Text,
    Comment,
    Number,
    Name,
    Added,
    Removed,
}

impl Token {
    fn tags(self) -> (&'static str, &'static str) {
        match self {
            Self::Keyword => ("<span class=\"keyword\">", "</span>"),
            Self::Text => ("<span class=\"string\">", "</span>"),
            Self::Comment => ("<span class=\"comment\">", "</span>"),
            Self::Number => ("<span class=\"number\">", "</span>"),
            Self::Name => ("<span class=\"name\">", "</span>"),
            Self::Added => ("<ins>", "</ins>"),
            Self::Removed => ("<del>", "</del>"),
        }
    }
}

/// What a line begins in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Code,
    /// A comment or string that ends with `end`, where a backslash may hide the end.
    Within { token: Token, end: &'static str, escapes: bool, in_tag: bool },
    /// Between the angle brackets of a tag.
    Tag,
}

/// Colours the lines of one code block, in order.
#[derive(Debug)]
pub(crate) struct Highlighter {
    /// Nothing for a language that is not known, and behind the limit.
    syntax: Option<&'static Syntax>,
    state: State,
    /// What is left of the limit.
    left: usize,
}

impl Highlighter {
    /// For a language as [`crate::code::language`] makes it.
    pub(crate) fn new(language: &str) -> Self {
        Self { syntax: syntax::of(language), state: State::Code, left: LONGEST }
    }

    /// Appends the HTML of whole lines. The last line of all may lack its line feed.
    pub(crate) fn write(&mut self, out: &mut String, lines: &str) {
        let mut rest = lines;
        while let Some(syntax) = self.syntax.filter(|_| !rest.is_empty()) {
            let end = rest.find('\n').unwrap_or(rest.len());
            let Some(left) = self.left.checked_sub(end) else {
                self.syntax = None;
                break;
            };
            self.left = left;
            let mut line = Line { out, text: &rest[..end], written: 0 };
            self.state = match syntax.kind {
                Kind::Code => lexer::read(syntax, self.state, &mut line),
                Kind::Markup => markup::read(self.state, &mut line),
                Kind::Difference => difference(&mut line),
            };
            line.plain(end);
            // The line feed stands outside of any element.
            let next = rest.len().min(end + 1);
            out.push_str(&rest[end..next]);
            rest = &rest[next..];
        }
        escape(out, rest);
    }
}

/// A line that is being written.
struct Line<'a> {
    out: &'a mut String,
    text: &'a str,
    written: usize,
}

impl Line<'_> {
    /// Writes what comes before `end` as it is.
    fn plain(&mut self, end: usize) {
        escape(self.out, &self.text[self.written..end]);
        self.written = end;
    }

    /// Writes a token, and what comes before it as it is.
    fn token(&mut self, start: usize, end: usize, token: Token) {
        self.plain(start);
        let (before, after) = token.tags();
        self.out.push_str(before);
        self.plain(end);
        self.out.push_str(after);
    }

    /// Writes a comment or string whose contents begin at `from`, up to its end or that of the line.
    ///
    /// Gives where it ended, or nothing if it goes on.
    fn delimited(&mut self, start: usize, from: usize, token: Token, end: &str, escapes: bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            if escapes && bytes[at] == b'\\' {
                at += 2;
            } else if bytes[at..].starts_with(end.as_bytes()) {
                self.token(start, at + end.len(), token);
                return Some(at + end.len());
            } else {
                at += 1;
            }
        }
        if start < bytes.len() {
            self.token(start, bytes.len(), token);
        }
        None
    }
}

/// A line of a difference between two files.
fn difference(line: &mut Line<'_>) -> State {
    let token = match line.text.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Token::Comment,
        [b'+', ..] => Token::Added,
        [b'-', ..] => Token::Removed,
        [b'@', b'@', ..] => Token::Name,
        _ => return State::Code,
    };
    line.token(0, line.text.len(), token);
    State::Code
}

#[cfg(test)]
mod tests;
