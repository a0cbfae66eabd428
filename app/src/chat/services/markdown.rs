//! Markdown as HTML, by a part of the page that is loaded once the page is alive: what the server has rendered is taken as it is.

#[cfg(feature = "hydrate")]
use crate::lazy::part;
use crate::texts::texts;
use aios_markdown::{Labels, Options, Stream, Update};
use std::sync::OnceLock;

/// A text that grows.
pub trait Growing: Send + Sync {
    /// Appends to it.
    fn push(&mut self, delta: &str) -> Update;
    /// Says that nothing more comes.
    fn finish(&mut self) -> Update;
}

impl Growing for Stream {
    fn push(&mut self, delta: &str) -> Update {
        Stream::push(self, delta)
    }

    fn finish(&mut self) -> Update {
        Stream::finish(self)
    }
}

/// What the part can do.
#[derive(Clone, Copy)]
struct Renderer {
    blocks: fn(&str, Options) -> Vec<String>,
    code_block: fn(&str, &str, &Options) -> String,
    growing: fn(Options) -> Box<dyn Growing>,
}

static RENDERER: OnceLock<Renderer> = OnceLock::new();

#[cfg(feature = "hydrate")]
part! { markdown:
    fn renderer() -> Renderer {
        all()
    }
}

fn all() -> Renderer {
    Renderer {
        blocks: |text, options| aios_markdown::blocks(text, labelled(options)),
        code_block: |language, code, options| aios_markdown::code_block(language, code, &labelled(options.clone())),
        growing: |options| Box::new(Stream::new(labelled(options))),
    }
}

/// With the names of controls in the language of the page.
fn labelled(options: Options) -> Options {
    let texts = texts();
    let labels = Labels {
        table: texts.wide_table(),
        task_done: texts.task_done(),
        task_open: texts.task_open(),
        footnote_back: texts.footnote_back(),
        picture: texts.picture(),
        wrap_code: texts.wrap(),
        copy_code: texts.copy(),
        save_code: texts.download(),
    };
    Options { labels, ..options }
}

/// Loads what renders. If that fails texts are shown as they were written, and it is tried again the next time.
#[cfg(feature = "hydrate")]
pub async fn load() {
    if RENDERER.get().is_none()
        && let Ok(renderer) = renderer().await
    {
        RENDERER.get_or_init(|| renderer);
    }
}

/// What renders is here. On the server it always is.
pub fn is_loaded() -> bool {
    loaded().is_some()
}

fn loaded() -> Option<&'static Renderer> {
    #[cfg(not(feature = "split"))]
    RENDERER.get_or_init(all);
    RENDERER.get()
}

/// A text that grows; `None` as long as nothing can render it.
pub fn growing(options: Options) -> Option<Box<dyn Growing>> {
    loaded().map(|renderer| (renderer.growing)(options))
}

/// The HTML of a text, block by block.
pub fn blocks(text: &str, options: Options) -> Vec<String> {
    match loaded() {
        Some(renderer) => (renderer.blocks)(text, options),
        None if text.trim().is_empty() => Vec::new(),
        None => vec![aios_markdown::verbatim(text)],
    }
}

/// The HTML of a text.
pub fn render(text: &str) -> String {
    blocks(text, Options::default()).concat()
}

/// The HTML of code as a block of its own.
pub fn code_block(language: &str, code: &str, options: &Options) -> String {
    match loaded() {
        Some(renderer) => (renderer.code_block)(language, code, options),
        None => aios_markdown::verbatim(code),
    }
}
