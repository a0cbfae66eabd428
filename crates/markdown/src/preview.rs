//! Markdown to one line of plain text.

use pulldown_cmark::{Event, TagEnd};

use crate::escape::is_direction_override;
use crate::piece::{self, Piece};
use crate::scan::{Scanner, floor_char_boundary};

/// How much of a text is read at a time.
const STEP: usize = 2 * 1024;

/// The text of a markdown document on one line, for titles and previews: at most `limit` characters, of which the last
/// is `…` if there is more.
///
/// White space is collapsed; control characters and marks that reorder text are left out. Code, formulas and raw HTML
/// stay as they are written. Only the first blocks are read, as many as the limit needs.
///
/// ```
/// assert_eq!(aios_markdown::plain_text("# A *title*\n\nand [more](https://example.org)", 12), "A title and…");
/// ```
pub fn plain_text(markdown: &str, limit: usize) -> String {
    let mut line = OneLine { text: String::new(), length: 0, limit, space: false };
    let mut scanner = Scanner::default();
    let mut pieces = Vec::new();
    let mut rest = markdown;
    while !line.is_full() {
        let step = floor_char_boundary(rest, STEP);
        if rest.is_empty() {
            scanner.finish(&mut pieces);
        } else {
            scanner.push(&rest[..step].replace("\r\n", "\n").replace('\r', "\n"), &mut pieces);
        }
        for piece in pieces.drain(..) {
            line.push_piece(&piece);
        }
        if rest.is_empty() {
            break;
        }
        rest = &rest[step..];
    }
    line.finish()
}

struct OneLine {
    text: String,
    /// In characters.
    length: usize,
    limit: usize,
    /// Whether white space comes before what is next.
    space: bool,
}

impl OneLine {
    fn is_full(&self) -> bool {
        self.length > self.limit
    }

    fn push_piece(&mut self, piece: &Piece) {
        match piece {
            Piece::Code { code, .. } => self.push(code),
            Piece::Markdown(text) => {
                for event in piece::parser(text) {
                    if self.is_full() {
                        return;
                    }
                    match event {
                        Event::Text(text)
                        | Event::Code(text)
                        | Event::InlineMath(text)
                        | Event::DisplayMath(text)
                        | Event::Html(text)
                        | Event::InlineHtml(text) => self.push(&text),
                        Event::SoftBreak | Event::HardBreak | Event::Rule => self.push(" "),
                        Event::End(
                            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
                        ) => {}
                        Event::End(_) => self.push(" "),
                        Event::Start(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
                    }
                }
            }
        }
        self.push(" ");
    }

    fn push(&mut self, text: &str) {
        for character in text.chars() {
            if self.is_full() {
                return;
            }
            if character.is_whitespace() {
                self.space = !self.text.is_empty();
            } else if !character.is_control() && !is_direction_override(character) {
                // A space counts once something follows it.
                if std::mem::take(&mut self.space) {
                    self.text.push(' ');
                    self.length += 1;
                }
                self.text.push(character);
                self.length += 1;
            }
        }
    }

    fn finish(mut self) -> String {
        if !self.is_full() {
            return self.text;
        }
        if self.limit == 0 {
            return String::new();
        }
        // Room for the ellipsis; then back to where a character that is seen as one starts.
        let mut next = None;
        while self.length >= self.limit || self.text.ends_with('\u{200d}') || next.is_some_and(extends) {
            next = self.text.pop();
            self.length = self.length.saturating_sub(1);
        }
        self.text.truncate(self.text.trim_end().len());
        self.text.push('…');
        self.text
    }
}

/// Whether a character changes the one before it: accents, joiners, variants, skin tones, tags.
fn extends(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{200d}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{1f3fb}'..='\u{1f3ff}'
            | '\u{e0020}'..='\u{e007f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn markup_goes_and_words_stay_apart() {
        let text =
            "# Title\n\n- one\n- **two** `three`\n\n| a | b |\n|---|---|\n| c | d |\n\n```rust\nfn main() {}\n```\n";
        assert_eq!(plain_text(text, 100), "Title one two three a b c d fn main() {}");
        assert_eq!(plain_text("a\r\nb\tc\u{0}\u{202e}d &amp; ![picture](x)", 100), "a b cd & picture");
        assert_eq!(plain_text("<b>bold</b>", 100), "<b>bold</b>");
        assert_eq!(plain_text("", 10), "");
    }

    #[test]
    fn it_is_never_longer_than_the_limit() {
        assert_eq!(plain_text("abcdef", 6), "abcdef");
        assert_eq!(plain_text("abcdefg", 6), "abcde…");
        assert_eq!(plain_text("abcd efgh", 6), "abcd…");
        assert_eq!(plain_text("abc", 1), "…");
        assert_eq!(plain_text("abc", 0), "");
    }

    #[test]
    fn a_family_is_not_cut_apart() {
        assert_eq!(plain_text("ab👩\u{200d}👩\u{200d}👧x", 5), "ab…");
        assert_eq!(plain_text("ae\u{301}bc", 3), "a…");
    }

    #[test]
    fn only_the_start_of_a_long_text_is_read() {
        let text = "word ".repeat(1_000_000);
        assert_eq!(plain_text(&text, 9), "word wor…");
    }
}
