//! Cutting text into the words of the index. What is stored and what is asked for go through the same cut.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// The bytes of a word after which it takes no more characters; the rest of a longer one (keys, packed data) is left out.
pub(super) const MAXIMUM_WORD: usize = 64;

/// A word, and where it is in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token<'a> {
    /// In lower case, without accents, in compatibility form. Of scripts without spaces, two characters that follow each other; the last of a run
    /// also alone, so that each character begins a token.
    pub word: &'a str,
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    /// The word alone is only the end of a run: it has no meaning in a phrase.
    pub is_tail: bool,
}

/// Gives the words of a text one after the other, until `take` says that it is enough.
pub(super) fn each(text: &str, mut take: impl FnMut(Token<'_>) -> bool) {
    let mut word = String::new();
    let mut start = None;
    // The character before, of a run without spaces.
    let mut before: Option<(usize, String)> = None;
    let mut go_on = true;
    let mut at = 0;
    loop {
        // Most of most texts: letters that are folded a run at a time.
        let run = text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if run > 0 {
            if let Some((from, single)) = before.take() {
                go_on = go_on && take(Token { word: &single, start: from, end: at, is_tail: true });
            }
            start.get_or_insert(at);
            let (from, room) = (word.len(), MAXIMUM_WORD.saturating_sub(word.len()));
            word.push_str(&text[at..at + run.min(room)]);
            word[from..].make_ascii_lowercase();
            at += run;
        }
        let next = text[at..].chars().next();
        let kind = next.map_or(Kind::Separator, kind);
        if kind != Kind::Dense
            && !(kind == Kind::Mark && before.is_some())
            && let Some((from, single)) = before.take()
        {
            go_on = go_on && take(Token { word: &single, start: from, end: at, is_tail: true });
        }
        if !(kind == Kind::Word || kind == Kind::Mark && start.is_some())
            && let Some(from) = start.take()
            && !word.is_empty()
        {
            go_on = go_on && take(Token { word: &word, start: from, end: at, is_tail: false });
            word.clear();
        }
        let Some(character) = next.filter(|_| go_on) else { return };
        match kind {
            Kind::Word => {
                start.get_or_insert(at);
                fold(character, &mut word);
            }
            Kind::Mark => match &mut before {
                Some((_, single)) => single.push(character),
                None if start.is_some() => fold(character, &mut word),
                None => {}
            },
            Kind::Dense => {
                let mut single = String::new();
                fold(character, &mut single);
                if let Some((from, first)) = before.replace((at, single.clone())) {
                    let end = at + character.len_utf8();
                    go_on = take(Token { word: &(first + &single), start: from, end, is_tail: false });
                }
            }
            Kind::Separator => {}
        }
        at += character.len_utf8();
    }
}

/// The words that an identifier is made of: `parseHTMLPage` gives `parse`, `html`, `page`. Nothing if it is one word.
pub(super) fn parts_of_identifier(identifier: &str) -> Vec<String> {
    if !identifier.is_ascii() || !identifier.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()) {
        return Vec::new();
    }
    let bytes = identifier.as_bytes();
    let begins = |at: usize| {
        bytes[at].is_ascii_uppercase()
            && (bytes[at - 1].is_ascii_lowercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase))
    };
    let mut parts = Vec::new();
    let mut from = 0;
    for at in (1..bytes.len()).filter(|&at| begins(at)).chain([bytes.len()]) {
        parts.push(identifier[from..at].to_ascii_lowercase());
        from = at;
    }
    if parts.len() < 2 { Vec::new() } else { parts }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// Of a script that has no spaces between words.
    Dense,
    /// Belongs to what is before it.
    Mark,
    Separator,
}

fn kind(character: char) -> Kind {
    if character.is_ascii() {
        return if character.is_ascii_alphanumeric() { Kind::Word } else { Kind::Separator };
    }
    if is_combining_mark(character) {
        return Kind::Mark;
    }
    if is_dense(character) {
        return Kind::Dense;
    }
    if character.is_alphanumeric() { Kind::Word } else { Kind::Separator }
}

/// Whether a script has no spaces between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer (Unicode blocks of version 17).
fn is_dense(character: char) -> bool {
    matches!(u32::from(character),
        0x0e01..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3005..=0x3007 | 0x3041..=0x30ff | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3ffff)
        && character.is_alphanumeric()
}

/// Writes a character as it is compared, as long as the word is not too long.
fn fold(character: char, word: &mut String) {
    if word.len() >= MAXIMUM_WORD {
        return;
    }
    if character.is_ascii() {
        word.push(character.to_ascii_lowercase());
        return;
    }
    // A syllable of Hangul would fall apart into its letters.
    if matches!(u32::from(character), 0xac00..=0xd7a3) {
        word.push(character);
        return;
    }
    decompose_compatible(character, |piece| {
        if is_accent(piece) {
            return;
        }
        for lower in piece.to_lowercase() {
            match lower {
                'ß' => word.push_str("ss"),
                // Sigma has another form at the end of words.
                'ς' => word.push('σ'),
                _ if lower.is_alphanumeric() || is_combining_mark(lower) => word.push(lower),
                _ => {}
            }
        }
    });
}

/// Marks that may be left out in writing: accents of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic.
fn is_accent(character: char) -> bool {
    matches!(u32::from(character), 0x0300..=0x036f | 0x0591..=0x05c7 | 0x0610..=0x061a | 0x064b..=0x065f | 0x0670)
}

#[cfg(test)]
mod tests {
    use super::{MAXIMUM_WORD, each, parts_of_identifier};
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each(text, |token| {
            words.push(token.word.to_owned());
            true
        });
        words
    }

    #[test]
    fn words_are_cut_at_what_is_no_letter_and_compared_without_accents() {
        assert_eq!(words("Größe: ÀÉÎ, snake_case\u{301}!"), ["grosse", "aei", "snake", "case"]);
        assert_eq!(words("Ｆｕｌｌ ﬁne Ὀδυσσεύς ёж"), ["full", "fine", "οδυσσευσ", "еж"]);
        assert_eq!(words("한국어 문서"), ["한국어", "문서"]);
        assert_eq!(words("मुंबई"), ["मुंबई"]);
        assert_eq!(words("سَلَام"), ["سلام"]);
        assert!(words(" -- ! ").is_empty());
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        assert_eq!(words("天空蓝"), ["天空", "空蓝", "蓝"]);
        assert_eq!(words("a天b"), ["a", "天", "b"]);
        assert_eq!(words("ภาษา").len(), 4);
    }

    #[test]
    fn identifiers_have_parts() {
        assert_eq!(parts_of_identifier("parseHTMLPage"), ["parse", "html", "page"]);
        assert_eq!(parts_of_identifier("TokenStream"), ["token", "stream"]);
        for plain in ["Word", "WORD", "word", "ÄpfelBirnen", "", "A"] {
            assert!(parts_of_identifier(plain).is_empty(), "{plain}");
        }
    }

    #[test]
    fn a_long_word_is_cut() {
        assert_eq!(words(&"ä".repeat(500)), ["a".repeat(MAXIMUM_WORD)]);
    }

    proptest! {
        #[test]
        fn words_are_where_they_say(text in any::<String>()) {
            let (mut end, mut wrong) = (0, None);
            each(&text, |token| {
                let is_right = text.get(token.start..token.end).is_some()
                    && token.end >= end
                    && token.word.bytes().all(|byte| byte >= 0x80 || byte.is_ascii_alphanumeric());
                end = token.end;
                if !is_right {
                    wrong = Some(token.word.to_owned());
                }
                is_right
            });
            prop_assert_eq!(wrong, None);
        }

        #[test]
        fn words_without_marks_cut_again_give_themselves(text in "[a-zA-ZäÖß0-9 _éя天空]{0,20}") {
            let once = words(&text);
            prop_assert!(once.iter().all(|word| words(word).first() == Some(word)), "{once:?}");
        }
    }
}
