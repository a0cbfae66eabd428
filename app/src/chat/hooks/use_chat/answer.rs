use crate::chat::{
    services::markdown::{self, Growing},
    utils::rendered::rendered,
};
use aios_markdown::{Open, Options};
use leptos::{html, prelude::*};
use std::sync::Arc;

/// A finished block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its HTML.
    pub html: Arc<str>,
    /// How often it was made anew: at the end of a text a block may learn what it referred to.
    pub version: u32,
}

/// The words of an answer as they come: finished blocks are made once, and only the open one is touched.
#[derive(Clone, Copy)]
pub struct Answer {
    /// What the model thought first, as markdown.
    pub reasoning: RwSignal<String>,
    /// The blocks that are finished, in order.
    pub finished: RwSignal<Vec<Block>>,
    /// HTML of the block that is being written.
    pub open: RwSignal<String>,
    /// Where that is shown: more code is appended there, not made anew.
    pub open_element: NodeRef<html::Div>,
    /// What tells its ids from those of other texts on the page.
    key: i64,
    /// The text so far.
    text: StoredValue<String>,
    /// None until more comes.
    stream: StoredValue<Option<Box<dyn Growing>>>,
    /// What has come since the last frame.
    waiting: StoredValue<String>,
    frame_is_asked_for: StoredValue<bool>,
    last_sequence: StoredValue<u64>,
}

impl Answer {
    /// An answer with that much text so far.
    ///
    /// `key` is that of its turn.
    pub fn stored(key: i64, text: &str, reasoning: String) -> Answer {
        Answer {
            reasoning: RwSignal::new(reasoning),
            finished: RwSignal::new(here(key).unwrap_or_else(|| blocks(text, key))),
            open: RwSignal::new(String::new()),
            open_element: NodeRef::new(),
            key,
            text: StoredValue::new(text.to_owned()),
            stream: StoredValue::new(None),
            waiting: StoredValue::new(String::new()),
            frame_is_asked_for: StoredValue::new(false),
            last_sequence: StoredValue::new(0),
        }
    }

    /// The markdown so far.
    pub fn text(self) -> String {
        let waiting = self.waiting.get_value();
        self.text.with_value(|text| format!("{text}{waiting}"))
    }

    /// Nothing has come yet.
    pub fn is_empty(self) -> bool {
        self.finished.with(Vec::is_empty) && self.open.with(String::is_empty)
    }

    /// The number of the last event that was seen.
    pub fn last_sequence(self) -> u64 {
        self.last_sequence.get_value()
    }

    /// Gets ready for more behind event `after`: what is there is written on.
    pub fn go_on(self, after: u64, growth: RwSignal<u32>) {
        let text = self.text();
        self.clear_text();
        self.last_sequence.set_value(after);
        self.waiting.set_value(text);
        self.show(growth);
    }

    /// Takes note of an event; false if it was seen before. The first event of all begins the text anew: a page that was loaded in the
    /// middle of an answer shows what was stored by then, and hears the whole again.
    pub fn is_next(self, sequence: u64) -> bool {
        let last = self.last_sequence.get_value();
        if sequence != last + 1 {
            return false;
        }
        if last == 0 {
            self.clear_text();
            self.reasoning.set(String::new());
        }
        self.last_sequence.set_value(sequence);
        true
    }

    /// Appends to the text. The page is touched once a frame, however many pieces come.
    pub fn append(self, delta: &str, growth: RwSignal<u32>) {
        self.waiting.update_value(|waiting| waiting.push_str(delta));
        if !self.frame_is_asked_for.get_value() {
            self.frame_is_asked_for.set_value(true);
            request_animation_frame(move || {
                // The conversation may have been closed in between.
                if self.frame_is_asked_for.try_get_value() == Some(true) {
                    self.show(growth);
                }
            });
        }
    }

    /// Shows everything and closes the last block.
    pub fn finish(self, growth: RwSignal<u32>) {
        self.show(growth);
        if let Some(Some(update)) =
            self.stream.try_update_value(|stream| stream.take().map(|mut stream| stream.finish()))
        {
            self.take(update);
        }
    }

    /// Shows another text instead: that which there is at event `sequence`.
    pub fn replace(self, text: &str, sequence: u64) {
        self.last_sequence.set_value(sequence);
        if self.text() != text {
            self.clear_text();
            self.text.set_value(text.to_owned());
            self.finished.set(blocks(text, self.key));
        }
    }

    fn clear_text(self) {
        self.text.set_value(String::new());
        self.waiting.set_value(String::new());
        self.stream.set_value(None);
        self.finished.set(Vec::new());
        self.open.set(String::new());
    }

    fn show(self, growth: RwSignal<u32>) {
        self.frame_is_asked_for.set_value(false);
        let delta = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        if delta.is_empty() {
            return;
        }
        self.text.update_value(|text| text.push_str(&delta));
        let push = |stream: &mut Option<Box<dyn Growing>>| {
            if let Some(stream) = stream {
                return Some(stream.push(&delta));
            }
            let stream = stream.insert(markdown::growing(options(self.key))?);
            self.finished.update(Vec::clear);
            Some(self.text.with_value(|text| stream.push(text)))
        };
        match self.stream.try_update_value(push) {
            Some(Some(update)) => self.take(update),
            Some(None) => self.open.set(self.text.with_value(|text| aios_markdown::verbatim(text))),
            None => {}
        }
        growth.update(|growth| *growth += 1);
    }

    fn take(self, update: aios_markdown::Update) {
        let aios_markdown::Update { finished, open, revised } = update;
        if !finished.is_empty() || !revised.is_empty() {
            self.finished.update(|blocks| {
                blocks.extend(finished.into_iter().map(Block::new));
                for (position, html) in revised {
                    if let Some(block) = blocks.get_mut(position) {
                        *block = Block { html: html.into(), version: block.version + 1 };
                    }
                }
            });
        }
        match open {
            Open::Html(html) => self.open.set(html),
            Open::Code { lines, rest } => self.append_code(&lines, &rest),
        }
    }

    fn append_code(self, lines: &str, rest: &str) {
        #[cfg(feature = "hydrate")]
        if let Some(element) =
            self.open_element.get_untracked().and_then(|open| open.query_selector(".rest").ok().flatten())
        {
            if !lines.is_empty() {
                // Neither can fail: the element is in the page.
                drop(element.insert_adjacent_html("beforebegin", lines));
                element.set_text_content(None);
            }
            drop(element.append_with_str_1(rest));
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (lines, rest);
    }
}

impl Block {
    fn new(html: String) -> Block {
        Block { html: html.into(), version: 0 }
    }
}

/// The blocks that the server has rendered.
fn here(key: i64) -> Option<Vec<Block>> {
    rendered(&format!("#turn-{key} > .answer > .prose"), |prose| {
        #[cfg(feature = "hydrate")]
        {
            let next = |block: &web_sys::Element| block.next_element_sibling();
            let blocks = std::iter::successors(prose.first_element_child(), next);
            // The last one is where an open block would be.
            blocks
                .filter(|block| block.next_element_sibling().is_some())
                .map(|block| Block::new(block.inner_html()))
                .collect()
        }
        #[cfg(not(feature = "hydrate"))]
        match *prose {}
    })
}

fn blocks(text: &str, key: i64) -> Vec<Block> {
    markdown::blocks(text, options(key)).into_iter().map(Block::new).collect()
}

fn options(key: i64) -> Options {
    Options { id_prefix: format!("answer{key}-"), code_actions: true, ..Options::default() }
}
