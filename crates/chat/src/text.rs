//! Small functions on text from outside.

/// Escapes every character that can mean something in markdown, so that the text reads as it is. For one line: a line feed
/// is left as it is.
pub(crate) fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The text on one line, white space collapsed, at most `maximum` characters; what is cut off is marked by `…`.
pub(crate) fn one_line(text: &str, maximum: usize) -> String {
    let printable =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect::<String>();
    let line = printable.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(maximum) {
        None => line,
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
    }
}

/// The text as one segment of a URL's path: everything but unreserved characters is percent-encoded.
pub(crate) fn path_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => segment.push(char::from(byte)),
            other => segment.push_str(&format!("%{other:02X}")),
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::{escape_markdown, one_line, path_segment};

    #[test]
    fn nothing_in_quoted_text_is_markup() {
        assert_eq!(escape_markdown("![x](y) <b> `c` # 1. a"), r"\!\[x\]\(y\) \<b\> \`c\` \# 1\. a");
    }

    #[test]
    fn a_line_is_one_line_and_not_too_long() {
        assert_eq!(one_line(" a\n\tb\u{0} c ", 20), "a b c");
        assert_eq!(one_line("äöü ab", 4), "äöü…");
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(path_segment("../a b?#ä)"), "..%2Fa%20b%3F%23%C3%A4%29");
    }
}
