//! Text to HTML text and attribute values.

/// Appends `text`, escaped for element content and for attribute values in double quotes.
///
/// Control characters that HTML does not allow become U+FFFD, so that what is there stays visible.
pub(crate) fn escape(out: &mut String, text: &str) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replacement = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\t' | b'\n' => continue,
            0..0x20 | 0x7f => "\u{fffd}",
            _ => continue,
        };
        out.push_str(&text[written..at]);
        out.push_str(replacement);
        written = at + 1;
    }
    out.push_str(&text[written..]);
}

/// The text as [`escape`] shows it, for a place that takes text instead of HTML.
pub(crate) fn visible(text: &str) -> String {
    text.replace(|character: char| character.is_ascii_control() && !"\t\n".contains(character), "\u{fffd}")
}

/// Whether a character changes the direction of the text after it, up to the end of the block.
///
/// They have no place where a reader decides whether to follow a link.
pub(crate) fn is_direction_override(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Appends `text` as [`escape`] does, without the characters that could show it in another order.
pub(crate) fn escape_plain_order(out: &mut String, text: &str) {
    for part in text.split(is_direction_override) {
        escape(out, part);
    }
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_plain_order};

    #[test]
    fn markup_and_control_characters_are_replaced() {
        let mut out = String::new();
        escape(&mut out, "<a b=\"c\">&\0\u{1b}[1m\té\n");
        assert_eq!(out, "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}\u{fffd}[1m\té\n");
    }

    #[test]
    fn direction_overrides_are_left_out_of_links() {
        let mut out = String::new();
        escape_plain_order(&mut out, "a\u{202e}b\u{2066}<");
        assert_eq!(out, "ab&lt;");
    }
}
