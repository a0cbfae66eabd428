//! How well a line answers to what was typed.

/// What a match inside a word costs: more than any place of a match at a beginning in a line of a usual length.
const INSIDE: usize = 100;

/// How far a line is from what was typed, the nearest first; none if a word of it is nowhere in the line. Both are folded by [`fold`].
///
/// Each word has to begin a word of the line; the further behind that one is, the further the line. Scripts without spaces, and those who remember the
/// middle of a word, find words inside others behind all those.
pub fn distance(typed: &str, line: &str) -> Option<usize> {
    let mut total = usize::from(!line.starts_with(typed));
    for word in words(typed) {
        let begun = words(line).position(|candidate| candidate.starts_with(word));
        total += match begun {
            Some(place) => place,
            None => INSIDE + line.find(word)?,
        };
    }
    Some(total)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| character.is_whitespace() || character.is_ascii_punctuation())
        .filter(|word| !word.is_empty())
}

/// Makes what people mean the same the same: case and accents fall.
pub fn fold(text: &str) -> String {
    #[cfg(feature = "hydrate")]
    {
        // The browser knows Unicode already.
        let folded = js_sys::JsString::from(text.trim()).normalize("NFD").to_lower_case();
        String::from(folded).chars().filter(|character| !('\u{300}'..'\u{370}').contains(character)).collect()
    }
    #[cfg(not(feature = "hydrate"))]
    text.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{distance, fold};
    use proptest::prelude::*;

    fn nearest<'a>(typed: &str, lines: &[&'a str]) -> Vec<&'a str> {
        let typed = fold(typed);
        let mut found: Vec<(usize, &str)> =
            lines.iter().filter_map(|line| Some((distance(&typed, &fold(line))?, *line))).collect();
        found.sort_by_key(|(distance, _)| *distance);
        found.into_iter().map(|(_, line)| line).collect()
    }

    #[test]
    fn beginnings_of_words_find_a_line_in_any_order() {
        let lines = ["Bread on Sunday", "A leak under the sink", "Sunday bread, again"];
        assert_eq!(nearest("sun br", &lines), ["Sunday bread, again", "Bread on Sunday"]);
        assert_eq!(nearest("bread", &lines), ["Bread on Sunday", "Sunday bread, again"]);
        assert_eq!(nearest("s l", &lines), ["A leak under the sink"]);
        assert_eq!(nearest("bread sink", &lines), [""; 0]);
    }

    #[test]
    fn the_middle_of_a_word_is_found_behind_all_beginnings() {
        assert_eq!(
            nearest("port", &["An import", "Passports of five people by the port", "Port of call"]),
            ["Port of call", "Passports of five people by the port", "An import"]
        );
        assert_eq!(nearest("朝に", &["パンは日曜の朝に。"]), ["パンは日曜の朝に。"]);
    }

    proptest! {
        #[test]
        fn any_line_is_found_by_itself_and_nothing_breaks(line in ".{0,40}", typed in ".{0,10}") {
            let folded = fold(&line);
            prop_assert!(distance(&folded, &folded).is_some());
            let _ = distance(&fold(&typed), &folded);
        }
    }
}
