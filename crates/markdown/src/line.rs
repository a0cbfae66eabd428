//! What one line, seen alone, could begin.
//!
//! These are CommonMark's block starts, as pulldown-cmark reads them. Where a rule is long (HTML blocks) the parser
//! itself is asked about the one line.

use pulldown_cmark::{Event, Tag};

use crate::piece;

/// A fence that opens a code block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FenceStart<'a> {
    /// `` ` ``, `~`, or `:` for the blocks of AI OS.
    pub(crate) marker: u8,
    /// How many markers; a closing fence has at least as many.
    pub(crate) length: usize,
    /// Columns before the fence, which are taken from every line of the code too.
    pub(crate) indent: usize,
    /// What follows the markers.
    pub(crate) info: &'a str,
}

/// A list marker at the start of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListMarker {
    /// The column where the content of the item starts: lines that are indented as far belong to it.
    pub(crate) content: usize,
    /// Whether it may follow a line of a paragraph directly: it has content, and is a bullet or number 1.
    pub(crate) interrupts_paragraph: bool,
}

/// One line, with or without its line ending.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Columns of white space at the start; a tab goes to the next multiple of four.
    pub(crate) indent: usize,
    /// The line from its first character that is not white space, without white space at the end.
    pub(crate) rest: &'a str,
}

impl<'a> Line<'a> {
    pub(crate) fn new(line: &'a str) -> Self {
        let mut indent = 0;
        let mut start = 0;
        for byte in line.bytes() {
            match byte {
                b' ' => indent += 1,
                b'\t' => indent += 4 - indent % 4,
                _ => break,
            }
            start += 1;
        }
        Self { indent, rest: line[start..].trim_end_matches([' ', '\t', '\n']) }
    }

    pub(crate) fn is_blank(self) -> bool {
        self.rest.is_empty()
    }

    /// Indented so far that it is code, or more of a paragraph, and starts nothing else.
    pub(crate) fn is_indented(self) -> bool {
        self.indent >= 4
    }

    pub(crate) fn is_quote(self) -> bool {
        !self.is_indented() && self.rest.starts_with('>')
    }

    /// One to six `#`, then white space or nothing.
    pub(crate) fn is_heading(self) -> bool {
        let text = self.rest.trim_start_matches('#');
        matches!(self.rest.len() - text.len(), 1..=6) && (text.is_empty() || text.starts_with([' ', '\t']))
    }

    /// The line of `=` or `-` that turns the paragraph above it into a heading.
    pub(crate) fn is_heading_underline(self) -> bool {
        !self.is_blank() && (self.rest.bytes().all(|byte| byte == b'=') || self.rest.bytes().all(|byte| byte == b'-'))
    }

    /// Three or more of one of `*`, `-`, `_`.
    pub(crate) fn is_rule(self) -> bool {
        let Some(marker) = self.rest.bytes().next().filter(|byte| b"*-_".contains(byte)) else { return false };
        let mut count = 0;
        for byte in self.rest.bytes() {
            match byte {
                b' ' | b'\t' => {}
                byte if byte == marker => count += 1,
                _ => return false,
            }
        }
        count >= 3
    }

    /// The row of a table that separates its head from its body.
    pub(crate) fn is_table_delimiter(self) -> bool {
        self.rest.contains('|')
            && self.rest.contains('-')
            && self.rest.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
    }

    /// `[^label]:`
    pub(crate) fn is_footnote(self) -> bool {
        self.rest
            .strip_prefix("[^")
            .and_then(|label| label.split_once(']'))
            .is_some_and(|(label, after)| !label.trim().is_empty() && !label.contains('[') && after.starts_with(':'))
    }

    pub(crate) fn list_marker(self) -> Option<ListMarker> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (width, is_first) = match self.rest.as_bytes().get(digits)? {
            b'-' | b'+' | b'*' if digits == 0 => (1, true),
            b'.' | b')' if (1..=9).contains(&digits) => (digits + 1, self.rest[..digits].parse() == Ok(1)),
            _ => return None,
        };
        let after = &self.rest[width..];
        let column = self.indent + width;
        if after.is_empty() {
            return Some(ListMarker { content: column + 1, interrupts_paragraph: false });
        }
        let mut spaces = 0;
        for byte in after.bytes() {
            match byte {
                b' ' => spaces += 1,
                b'\t' => spaces += 4 - (column + spaces) % 4,
                _ => break,
            }
        }
        // Five or more: one belongs to the marker, the rest to indented code in the item.
        let spaces = match spaces {
            0 => return None,
            1..=4 => spaces,
            _ => 1,
        };
        Some(ListMarker { content: column + spaces, interrupts_paragraph: is_first })
    }

    pub(crate) fn fence(self) -> Option<FenceStart<'a>> {
        let marker = *self.rest.as_bytes().first().filter(|byte| b"`~:".contains(byte))?;
        let length = self.rest.bytes().take_while(|byte| *byte == marker).count();
        let info = self.rest[length..].trim();
        let opens = length >= 3
            && match marker {
                b'`' => !info.contains('`'),
                b':' => matches!(info, "execute" | "result"),
                _ => true,
            };
        opens.then_some(FenceStart { marker, length, indent: self.indent, info })
    }

    /// Whether the line starts an HTML block; `in_paragraph` asks for one that may follow a line of text directly.
    pub(crate) fn is_html(self, in_paragraph: bool) -> bool {
        if !self.rest.starts_with('<') {
            return false;
        }
        let before = if in_paragraph { "text\n" } else { "" };
        piece::parser(&[before, self.rest, "\n"].concat()).any(|event| matches!(event, Event::Start(Tag::HtmlBlock)))
    }

    /// What ends the HTML block that starts here; `None` for one that a blank line ends.
    pub(crate) fn html_end(self) -> Option<&'static str> {
        const TAGS: [(&str, &str); 4] =
            [("<pre", "</pre>"), ("<style", "</style>"), ("<script", "</script>"), ("<textarea", "</textarea>")];
        for (start, end) in TAGS {
            let is_tag = self.rest.get(..start.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(start))
                && self.rest[start.len()..].bytes().next().is_none_or(|byte| b" \t>".contains(&byte));
            if is_tag {
                return Some(end);
            }
        }
        match self.rest.as_bytes() {
            [b'<', b'!', b'-', b'-', ..] => Some("-->"),
            [b'<', b'?', ..] => Some("?>"),
            [b'<', b'!', b'[', ..] => Some("]]>"),
            [b'<', b'!', ..] => Some(">"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FenceStart, Line, ListMarker};

    #[test]
    fn tabs_count_to_the_next_multiple_of_four() {
        assert_eq!(Line::new("  \tx\n").indent, 4);
        assert_eq!(Line::new("\t\tx").indent, 8);
    }

    #[test]
    fn the_content_of_an_item_starts_after_its_marker_and_spaces() {
        let marker = |line| Line::new(line).list_marker();
        assert_eq!(marker("- a"), Some(ListMarker { content: 2, interrupts_paragraph: true }));
        assert_eq!(marker(" 10.  a"), Some(ListMarker { content: 6, interrupts_paragraph: false }));
        assert_eq!(marker("-\n"), Some(ListMarker { content: 2, interrupts_paragraph: false }));
        assert_eq!(marker("-      code"), Some(ListMarker { content: 2, interrupts_paragraph: true }));
        assert_eq!(marker("-a"), None);
        assert_eq!(marker("1234567890. a"), None);
    }

    #[test]
    fn a_backtick_fence_has_no_backtick_in_its_info() {
        assert_eq!(
            Line::new("  ```rust\n").fence(),
            Some(FenceStart { marker: b'`', length: 3, indent: 2, info: "rust" })
        );
        assert_eq!(Line::new("``` a`b").fence(), None);
        assert_eq!(Line::new("``").fence(), None);
        assert_eq!(Line::new(":::note").fence(), None);
        assert!(Line::new(":::execute").fence().is_some());
    }

    #[test]
    fn html_starts_are_those_of_commonmark() {
        assert!(Line::new("<div>").is_html(true));
        assert!(Line::new("<span>").is_html(false));
        assert!(!Line::new("<span>").is_html(true));
        assert!(!Line::new("<https://example.org>").is_html(false));
        assert_eq!(Line::new("<PRE>").html_end(), Some("</pre>"));
        assert_eq!(Line::new("<prefix>").html_end(), None);
    }
}
