//! Names of files that every file system and every zip program takes.

use aios_model::ConversationSummary;

/// The most characters of a title in a name. With four bytes each, date, number and ending it stays below the 255 bytes that file systems take.
const MAXIMUM_TITLE: usize = 50;

/// `2026-01-31 Title.md`, or with a number behind the title, which keeps names of the same day and title apart. The date in front keeps it from
/// being a name that a system reserves or hides.
pub(super) fn file_name(summary: &ConversationSummary, number: Option<i64>, ending: &str) -> String {
    let title = safe(summary.display_name().unwrap_or("Untitled"));
    let title = if title.is_empty() { "Untitled".to_owned() } else { title };
    let (year, month, day) = summary.started.date();
    let number = number.map(|number| format!(" ({number})")).unwrap_or_default();
    format!("{year:04}-{month:02}-{day:02} {title}{number}.{ending}")
}

/// The letters and digits of a text, single spaces, and few signs between.
pub(super) fn safe(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|character| if character.is_alphanumeric() || "-_,+".contains(character) { character } else { ' ' })
        .collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    words.join(" ").chars().take(MAXIMUM_TITLE).collect::<String>().trim_end().to_owned()
}

/// A reference as a path inside of a zip, if it is one that stays inside.
pub(super) fn inner_path(reference: &str) -> Option<&str> {
    let path = reference.split_once("://").map_or(reference, |(_, path)| path);
    let is_safe = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.len() <= 200
            && !segment.chars().any(|character| character.is_control() || "\\:*?\"<>|".contains(character))
    };
    (path.len() <= 400 && path.split('/').all(is_safe)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::{inner_path, safe};
    use proptest::prelude::*;

    #[test]
    fn a_reference_stays_inside_of_the_zip() {
        assert_eq!(inner_path("file-service://file-1"), Some("file-1"));
        for outside in ["../a", "/a", "a/../b", "c:a", "a\\b", "", "a\n"] {
            assert_eq!(inner_path(outside), None, "{outside:?}");
        }
    }

    proptest! {
        #[test]
        fn any_title_is_safe(title in "\\PC{0,80}|[./\\\\:\u{0}-\u{20}]{0,9}") {
            let name = safe(&title);
            prop_assert!(name.len() <= 200 && !name.contains(['/', '\\', ':', '.', '\0', '\n', '"']));
            prop_assert_eq!(name.trim(), &name);
        }
    }
}
