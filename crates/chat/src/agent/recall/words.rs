//! The words of a question that are worth searching for.

/// The most words that are searched for.
const MAXIMUM_WORDS: usize = 12;

/// Words of English questions that say nothing about what is asked.
const ENGLISH: &str = "a about again ago all already am an and any anything are as ask asked at be been before but by can chat chats conversation \
    conversations could decide decided decision did discuss discussed do does find for from had has have history how i if in into is it its know last me \
    mention mentioned my of on once or our out please recall remember said say search show so some something talk talked tell than \
    that the their them then there these they thing things this those time to up us was we were what when where which who why will \
    with would you your";

/// The same of German ones.
const GERMAN: &str = "aber alle als am an auch auf aus bei bin bitte da damals dann das dass dem den der des die doch du ein eine einem einen einer \
    eines entscheiden entschieden beschlossen er es etwas finde für gefragt gesagt gesprochen gibt habe haben hast hat hatte hatten ich ihr im in ins ist ja kann mal \
    man mein meine meinem meinen meiner mich mir mit nach noch nochmal nur oder schon sein sich sie sind so suche über um und uns \
    sagte vom von vor wann war waren warum was welche welcher welches wer wie wir wo worüber wurde zeig zeige zu zum zur";

/// How a script writes words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With spaces between them.
    Spaced,
    /// Chinese characters and katakana: what a Japanese or Chinese sentence is about.
    Content,
    /// Hiragana: mostly endings and particles.
    Hiragana,
}

/// The words, in their order, each once. Words that say nothing are left out while others remain. Japanese and Chinese have no spaces: a
/// run of one kind of characters counts as a word.
pub(super) fn of_question(question: &str) -> Vec<String> {
    let (telling, mut all) = read(question);
    all.truncate(MAXIMUM_WORDS);
    if telling.is_empty() { all } else { telling }
}

/// [`of_question`], but none if all of them say nothing.
pub(super) fn telling(question: &str) -> Vec<String> {
    read(question).0
}

/// The words that say something, and all of them.
fn read(question: &str) -> (Vec<String>, Vec<String>) {
    let mut words: Vec<(Kind, String)> = Vec::new();
    let mut before = None;
    for character in question.chars() {
        let kind = kind(character, before);
        match (kind, words.last_mut()) {
            (Some(kind), Some((last, word))) if before == Some(kind) && *last == kind => word.push(character),
            (Some(kind), _) => words.push((kind, character.into())),
            (None, _) => {}
        }
        before = kind;
    }
    let mut unique: Vec<(Kind, String)> = Vec::new();
    for (kind, word) in words {
        let word = word.trim_matches('\'').to_owned();
        if !word.is_empty() && !unique.iter().any(|(_, known)| known.to_lowercase() == word.to_lowercase()) {
            unique.push((kind, word));
        }
    }
    let says_something = |(kind, word): &&(Kind, String)| *kind != Kind::Hiragana && !is_stop_word(word);
    let telling = unique.iter().filter(says_something).map(|(_, word)| word.clone()).take(MAXIMUM_WORDS).collect();
    (telling, unique.into_iter().map(|(_, word)| word).collect())
}

fn is_stop_word(word: &str) -> bool {
    let word = word.to_lowercase();
    [ENGLISH, GERMAN].iter().any(|words| words.split(' ').any(|stop| stop == word))
}

/// `None` for what is between words.
fn kind(character: char, before: Option<Kind>) -> Option<Kind> {
    match character {
        '\u{3041}'..='\u{309f}' => Some(Kind::Hiragana),
        // The mark of a long vowel belongs to the katakana before it.
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3005}' => Some(Kind::Content),
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            Some(Kind::Content)
        }
        // In the middle of a word or at its end: don't, file_name, C++, F#.
        '\'' | '+' | '#' | '_' if before == Some(Kind::Spaced) => Some(Kind::Spaced),
        character if character.is_alphanumeric() => Some(Kind::Spaced),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{MAXIMUM_WORDS, of_question};
    use proptest::prelude::*;

    #[test]
    fn words_that_say_nothing_are_left_out_in_both_languages() {
        assert_eq!(of_question("What did I decide about the boiler in spring?"), ["boiler", "spring"]);
        assert_eq!(of_question("Was habe ich über die Wärmepumpe gesagt?"), ["Wärmepumpe"]);
    }

    #[test]
    fn they_are_kept_if_nothing_else_is_left() {
        assert_eq!(of_question("Who was that?"), ["Who", "was", "that"]);
        assert!(of_question("…?! — ").is_empty());
    }

    #[test]
    fn japanese_is_cut_where_the_characters_change() {
        assert_eq!(of_question("京都のラーメンについて"), ["京都", "ラーメン"]);
        assert_eq!(of_question("C++とRustの違い"), ["C++", "Rust", "違"]);
    }

    proptest! {
        #[test]
        fn words_are_few_not_empty_and_in_the_question(question in "\\PC{0,80}") {
            let words = of_question(&question);
            prop_assert!(words.len() <= MAXIMUM_WORDS);
            for word in words {
                prop_assert!(!word.is_empty() && question.contains(&word));
            }
        }
    }
}
