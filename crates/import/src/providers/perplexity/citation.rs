//! The marks `[1]` in an answer, which count its sources from 1.

use crate::providers::assemble::link;

/// Text with its marks as links. In code they are no marks.
pub(super) fn with_links(text: &str, urls: &[Option<&str>]) -> String {
    let mut linked = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_code = false;
    while let Some(at) = rest.find(['[', '`']) {
        linked.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('`') {
            let ticks = rest.len() - rest.trim_start_matches('`').len();
            in_code = !in_code;
            linked.push_str(&rest[..ticks]);
            rest = &rest[ticks..];
            continue;
        }
        match mark(rest, urls).filter(|_| !in_code) {
            Some((link, after)) => {
                linked.push_str(&link);
                rest = after;
            }
            None => {
                linked.push('[');
                rest = &rest[1..];
            }
        }
    }
    linked.push_str(rest);
    linked
}

/// The link for the mark that a text begins with, and what comes behind it. A link is no mark.
fn mark<'a>(text: &'a str, urls: &[Option<&str>]) -> Option<(String, &'a str)> {
    let (number, after) = text.strip_prefix('[')?.split_once(']')?;
    let position = number.parse::<usize>().ok()?.checked_sub(1)?;
    if number.len() > 3 || after.starts_with('(') {
        return None;
    }
    Some((link(number, urls.get(position).copied().flatten()?)?, after))
}

#[cfg(test)]
mod tests {
    use super::with_links;
    use proptest::prelude::*;

    #[test]
    fn marks_become_links_where_there_is_a_source() {
        let urls = [Some("https://a.example"), None];
        let text = "So[1][2][3], `x[1]` and [1](y) ```\n[1]\n``` [01] [";
        let expected = "So[1](https://a.example)[2][3], `x[1]` and [1](y) ```\n[1]\n``` [01](https://a.example) [";
        assert_eq!(with_links(text, &urls), expected);
    }

    proptest! {
        #[test]
        fn without_sources_nothing_changes(text in "[a`0-9\\[\\]()ä]{0,40}") {
            prop_assert_eq!(with_links(&text, &[]), text);
        }
    }
}
