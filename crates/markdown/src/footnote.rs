//! The ids of footnotes.

use std::fmt::Write;

/// Appends the id of the footnote with this label, which is matched without case. The label is foreign text: what is
/// not a plain letter or digit in it is written as its number.
pub(crate) fn write_id(out: &mut String, prefix: &str, label: &str) {
    write(out, prefix, "fn-", label);
}

/// Appends the id of the first reference to that footnote.
pub(crate) fn write_reference_id(out: &mut String, prefix: &str, label: &str) {
    write(out, prefix, "fnref-", label);
}

fn write(out: &mut String, prefix: &str, kind: &str, label: &str) {
    crate::escape::escape(out, prefix);
    out.push_str(kind);
    for character in label.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            out.push(character);
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "-{:x}-", u32::from(character));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::write_id;

    #[test]
    fn an_id_has_letters_digits_and_dashes() {
        let mut id = String::new();
        write_id(&mut id, "turn-5-", "Note 1\"é");
        assert_eq!(id, "turn-5-fn-note-20-1-22--e9-");
    }
}
