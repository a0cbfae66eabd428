//! Markdown to HTML that is safe to put into a page, at once or while the text still grows.
//!
//! Messages come from language models, export files and other people. Nothing in them may become markup: HTML in the
//! text is shown as text, links lead to addresses of a short list of kinds and say where, and no picture is fetched
//! from elsewhere. This is not a filter behind a renderer: the writer makes every tag and attribute itself, from
//! literals, and foreign text gets in through one function that escapes it.
//!
//! # The nouns
//!
//! - A **text** is markdown: CommonMark with tables, strikethrough, task lists, footnotes, bare addresses, formulas
//!   between dollar signs or `\(` and `\)`, and the `:::execute` and `:::result` blocks of AI OS. Formulas become MathML.
//! - A **piece** is a part of a text that is rendered on its own: a block of the top level, or a few that cannot be
//!   told apart line by line. The **scanner** cuts a text into pieces, and where it cuts does not depend on what
//!   follows.
//! - A **block** is the HTML of a piece.
//! - **Definitions** (`[label]: address`, `[^label]: note`) are what pieces know of each other. A reference to a later
//!   definition is text until the text ends, and then a link; the first definition of a label counts, except that a
//!   piece prefers its own.
//! - A **[`Stream`]** takes a text in parts and gives out blocks: those that are finished, once, and the open one each
//!   time.
//!
//! [`render()`] is a stream that gets everything at once. So there is one algorithm, and what was streamed is what a
//! reload shows.
//!
//! # Limits
//!
//! A piece that is not a fenced code block is at most 64 KiB long. A list or table that is longer than 16 KiB is cut
//! at its next item or row and goes on as another one, a table with its head repeated; other blocks are cut at 64 KiB
//! between lines. A line of more than 16 KiB counts as several. Elements nest 32 deep; what is deeper keeps its text.
//! A formula of more than 8 KiB, or of
//! several lines and more than 4 KiB, is shown as its source. The first 48 KiB of a code block are coloured. All the references of a text expand to 256 KiB of addresses and titles at most. No text is left out by any of these.
//!
//! # Example
//!
//! ```
//! let html = aios_markdown::render("Hello *world*, <script>alert(1)</script> [click](javascript:alert(1))");
//! assert_eq!(
//!     html,
//!     "<p dir=\"auto\">Hello <em>world</em>, &lt;script&gt;alert(1)&lt;/script&gt; \
//!      <span class=\"link-blocked\" title=\"javascript:alert(1)\">click</span></p>"
//! );
//! ```

mod autolink;
mod code;
mod definitions;
mod destination;
mod escape;
mod footnote;
mod highlight;
mod line;
mod link;
mod math;
mod options;
mod piece;
mod preview;
mod render;
mod scan;
mod stream;
mod tex;
mod write;

pub use options::{Labels, Options};
pub use preview::plain_text;
pub use stream::{Open, Stream, Update};

/// The HTML of a text, with the default [`Options`].
pub fn render(markdown: &str) -> String {
    blocks(markdown, Options::default()).concat()
}

/// The HTML of a text as it was written, markup characters and all, for where nothing can be rendered.
///
/// ```
/// assert_eq!(aios_markdown::verbatim("*a* <b>"), "<pre dir=\"auto\">*a* &lt;b&gt;</pre>");
/// ```
pub fn verbatim(text: &str) -> String {
    let mut html = "<pre dir=\"auto\">".to_owned();
    escape::escape(&mut html, text);
    html + "</pre>"
}

/// The HTML of code as a block of its own, as a fence with this language around it would give it.
pub fn code_block(language: &str, code: &str, options: &Options) -> String {
    let mut html = String::new();
    code::write_code(&mut html, &code::language(language), code, options);
    html
}

/// The HTML of a text, block by block, as a [`Stream`] gives it.
pub fn blocks(markdown: &str, options: Options) -> Vec<String> {
    let mut stream = Stream::new(options);
    let mut blocks = stream.advance(markdown);
    let Update { finished, revised, .. } = stream.finish();
    blocks.extend(finished);
    for (block, html) in revised {
        blocks[block] = html;
    }
    blocks
}
