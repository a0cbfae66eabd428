//! What a row of the activity says that was done: its title begins (in Japanese also ends) with a verb in the language of the account.

use aios_model::Rating;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Deed<'a> {
    /// Something was asked: the prompt.
    Prompt(&'a str),
    /// Gemini made a document: its title.
    Canvas(&'a str),
    /// An answer was rated.
    Rating(Option<Rating>),
    /// Something else, or a verb that is not known here: the whole title.
    Other(&'a str),
}

/// Verbs before a prompt, as seen in exports. Longer ones stand before those that they begin with.
const PROMPTS: [&str; 15] = [
    "Prompted with: ",
    "Prompted: ",
    "Prompted ",
    "Live Prompt ",
    "Asked Gemini: ",
    "Asked Bard: ",
    "Asked ",
    "Said ",
    "Branched ",
    "Eingegebener Prompt: ",
    "Fez uma pergunta: ",
    "Perguntou ",
    "Pokyn ",
    "Gav instruktionen ",
    "送信したメッセージ: ",
];

/// Verbs behind a prompt.
const PROMPTS_BEHIND: [&str; 2] = [" と入力しました", "と入力しました"];

const CANVAS: [&str; 1] = ["Created Gemini Canvas titled "];

const RATINGS: [&str; 2] = ["Gave feedback: ", "フィードバックを送信しました: "];

/// Reads a title. Spaces of any kind count as one.
pub(super) fn read(title: &str) -> Deed<'_> {
    let title = title.trim_start();
    if let Some(prompt) = PROMPTS.iter().find_map(|verb| without(title, verb)) {
        return Deed::Prompt(prompt);
    }
    if let Some(prompt) = PROMPTS_BEHIND.iter().find_map(|verb| title.trim_end().strip_suffix(verb)) {
        return Deed::Prompt(prompt.trim());
    }
    if let Some(name) = CANVAS.iter().find_map(|verb| without(title, verb)) {
        return Deed::Canvas(name);
    }
    if let Some(words) = RATINGS.iter().find_map(|verb| without(title, verb)) {
        return Deed::Rating(match words {
            "Good response" => Some(Rating::Up),
            "Bad response" => Some(Rating::Down),
            _ => None,
        });
    }
    Deed::Other(title.trim())
}

/// What is behind a verb; also if nothing is.
fn without<'a>(title: &'a str, verb: &str) -> Option<&'a str> {
    let mut rest = title.chars();
    for expected in verb.chars() {
        match rest.next() {
            Some(found) if found == expected || (expected == ' ' && found.is_whitespace()) => {}
            // The space at the end is cut where no prompt follows.
            None if expected == ' ' => return Some(""),
            _ => return None,
        }
    }
    Some(rest.as_str().trim())
}

/// A prompt without the sentence behind it that counts its attachments.
pub(super) fn without_count(prompt: &str) -> &str {
    let trimmed = prompt.trim_end();
    // In each language it is three words.
    let start = trimmed.rmatch_indices(char::is_whitespace).nth(2).map_or(0, |(at, _)| at);
    if is_count(&trimmed[start..]) { trimmed[..start].trim_end() } else { prompt }
}

/// Whether a line counts attachments (`Attached 2 files.`) or pictures in the answer (`1 generated image.`).
pub(super) fn is_count(line: &str) -> bool {
    let line = line.trim().trim_end_matches(['.', '。']);
    let number = |text: &str| (1..4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["Attached", count, "file" | "files"] | [count, "generated", "image" | "images"] => number(count),
        [count, noun, "angehängt"] => number(count) && noun.starts_with("Datei"),
        ["添付ファイル", count, "件"] => number(count),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Deed, is_count, read, without_count};
    use aios_model::Rating;

    #[test]
    fn verbs_of_many_languages_are_known() {
        for (title, prompt) in [
            ("Prompted Why?", "Why?"),
            ("Prompted\u{a0}Why?", "Why?"),
            ("Prompted ", ""),
            ("Prompted", ""),
            ("Asked Bard: Why?", "Why?"),
            ("Eingegebener Prompt: Warum?", "Warum?"),
            ("Pokyn\u{a0}Proč?", "Proč?"),
            ("Gav instruktionen vilken?", "vilken?"),
            ("送信したメッセージ: なぜ", "なぜ"),
            ("なぜ と入力しました", "なぜ"),
        ] {
            assert_eq!(read(title), Deed::Prompt(prompt), "{title}");
        }
        assert_eq!(read("Promptedly said"), Deed::Other("Promptedly said"));
        assert_eq!(read("Used Gemini Apps"), Deed::Other("Used Gemini Apps"));
        assert_eq!(read("Created Gemini Canvas titled Chairs"), Deed::Canvas("Chairs"));
        assert_eq!(read("Gave feedback: Good response"), Deed::Rating(Some(Rating::Up)));
        assert_eq!(read("Gave feedback: Bad response"), Deed::Rating(Some(Rating::Down)));
        assert_eq!(read("Gave feedback: Other"), Deed::Rating(None));
    }

    #[test]
    fn the_sentence_that_counts_attachments_is_no_part_of_a_prompt() {
        assert_eq!(without_count("Look at this Attached 2 files."), "Look at this");
        assert_eq!(without_count("Sieh\n1 Datei angehängt."), "Sieh");
        assert_eq!(without_count("Attached 1 file."), "");
        assert_eq!(without_count("Draw a cat\n1 generated image."), "Draw a cat");
        assert_eq!(without_count("I Attached 1 file. Look"), "I Attached 1 file. Look");
        assert_eq!(without_count("Was ist eine Datei"), "Was ist eine Datei");
        assert!(is_count("2 Datei(en) angehängt.") && is_count("添付ファイル 1 件") && !is_count("Attached files"));
    }
}
