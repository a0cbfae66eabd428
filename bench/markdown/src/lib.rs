//! The renderer of markdown as a module of its own, for `bench/browser/markdown.mjs`.

use aios_markdown::{Open, Options, Update};
use wasm_bindgen::prelude::wasm_bindgen;

/// A text that grows.
#[wasm_bindgen]
pub struct Stream {
    stream: aios_markdown::Stream,
    last: Update,
}

/// A text without words.
#[wasm_bindgen]
pub fn stream() -> Stream {
    let options = Options { code_actions: true, ..Options::default() };
    Stream { stream: aios_markdown::Stream::new(options), last: Update::default() }
}

#[wasm_bindgen]
impl Stream {
    /// Appends a piece; how many blocks are finished by it.
    pub fn push(&mut self, piece: &str) -> usize {
        self.last = self.stream.push(piece);
        self.last.finished.len()
    }

    /// The HTML of a block that the last piece has finished.
    pub fn finished(&mut self, block: usize) -> String {
        self.last.finished.get_mut(block).map(std::mem::take).unwrap_or_default()
    }

    /// The HTML of the open block; nothing if it is code that went on.
    pub fn open(&mut self) -> Option<String> {
        match &mut self.last.open {
            Open::Html(html) => Some(std::mem::take(html)),
            Open::Code { .. } => None,
        }
    }

    /// The lines of code that have ended, as HTML.
    pub fn lines(&mut self) -> String {
        match &mut self.last.open {
            Open::Code { lines, .. } => std::mem::take(lines),
            Open::Html(_) => String::new(),
        }
    }

    /// The text of the code's last line that is new.
    pub fn rest(&mut self) -> String {
        match &mut self.last.open {
            Open::Code { rest, .. } => std::mem::take(rest),
            Open::Html(_) => String::new(),
        }
    }
}
