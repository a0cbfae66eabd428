//! Texts made from other texts.

/// Characters of a preview; AI OS's own number.
const PREVIEW_CHARACTERS: usize = 100;

/// The first words of a text on one line: runs of white space and control characters become a space, at most 100 characters.
pub(crate) fn preview(text: &str) -> String {
    let mut preview = String::new();
    let mut characters = 0;
    let separators = |character: char| character.is_whitespace() || character.is_control();
    for word in text.split(separators).filter(|word| !word.is_empty()) {
        if characters > 0 {
            preview.push(' ');
            characters += 1;
        }
        for character in word.chars() {
            if characters >= PREVIEW_CHARACTERS {
                preview.truncate(preview.trim_end().len());
                return preview;
            }
            preview.push(character);
            characters += 1;
        }
    }
    preview
}

#[cfg(test)]
mod tests {
    use super::preview;

    #[test]
    fn a_preview_is_one_line_of_at_most_100_characters() {
        assert_eq!(preview("  What\n\n is\tthis\u{0}? "), "What is this ?");
        assert_eq!(preview(&"ä".repeat(300)).chars().count(), 100);
        assert_eq!(preview(&"abc ".repeat(50)).chars().count(), 99, "no space at the end");
        assert_eq!(preview(" \n"), "");
    }
}
