//! A text that grows, as it can be read aloud: sentence by sentence, without the signs of its markdown.

/// Bytes of a sentence after which it is given as far as it is: what has no end shall not be kept, and be looked through again and again.
const LONGEST: usize = 500;

/// The text since the last sentence that was given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sentences {
    waiting: String,
    /// What waits is not the beginning of its line.
    is_in_line: bool,
    /// The fence that ends the code which the text is in.
    fence: Option<&'static str>,
}

impl Sentences {
    /// Takes more of the text, and gives what is finished now. However a text is cut into pieces, what is given in the end is the same.
    ///
    /// `code` is what is said instead of code.
    pub fn push(&mut self, more: &str, code: &str) -> String {
        let mut given = String::new();
        for character in more.chars() {
            let is_ended = character.is_whitespace() && self.fence.is_none() && self.is_sentence();
            if is_ended || character == '\n' || self.waiting.len() >= LONGEST {
                self.give(&mut given, code);
            }
            match character {
                '\n' => self.is_in_line = false,
                _ => self.waiting.push(character),
            }
            if self.fence.is_none() && matches!(character, '。' | '！' | '？') {
                self.give(&mut given, code);
            }
        }
        given
    }

    /// Gives the rest: nothing more comes.
    pub fn finish(&mut self) -> String {
        let mut given = String::new();
        self.give(&mut given, "");
        *self = Sentences::default();
        given
    }

    /// Whether what waits is one, if it ends here. `1.` is the number of an item.
    fn is_sentence(&self) -> bool {
        let Some(words) = self.waiting.trim_end().strip_suffix(['.', '!', '?', '…', ':']) else { return false };
        words.trim_start().chars().any(|character| !character.is_ascii_digit())
    }

    fn give(&mut self, given: &mut String, code: &str) {
        let text = std::mem::take(&mut self.waiting);
        let begins_line = !std::mem::replace(&mut self.is_in_line, true);
        let fence = ["```", "~~~"].into_iter().find(|fence| begins_line && text.trim_start().starts_with(fence));
        match (self.fence, fence) {
            (None, Some(_)) => {
                self.fence = fence;
                add(given, code);
            }
            (Some(open), Some(fence)) if open == fence => self.fence = None,
            (Some(_), _) => {}
            (None, None) => add(given, &spoken(&text)),
        }
    }
}

fn add(given: &mut String, text: &str) {
    // A line of a table that only divides says nothing.
    if !text.contains(char::is_alphanumeric) {
        return;
    }
    if !given.is_empty() {
        given.push(' ');
    }
    given.push_str(text);
}

/// A text without the signs of markdown, and without the addresses of links.
fn spoken(text: &str) -> String {
    let text = text.trim().trim_start_matches(['#', '>', '-', '+', '*', ' ']);
    let mut spoken = String::new();
    let mut is_address = false;
    let mut before = ' ';
    for character in text.chars() {
        match character {
            '(' if before == ']' => is_address = true,
            ')' if is_address => is_address = false,
            _ if is_address => {}
            '*' | '`' | '[' | ']' | '~' => {}
            '|' => spoken.push(' '),
            _ => spoken.push(character),
        }
        before = character;
    }
    spoken.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::Sentences;
    use proptest::prelude::*;

    fn given(pieces: &[&str]) -> Vec<String> {
        let mut sentences = Sentences::default();
        let mut given: Vec<String> = pieces.iter().map(|piece| sentences.push(piece, "Code.")).collect();
        given.push(sentences.finish());
        given.into_iter().filter(|given| !given.is_empty()).collect()
    }

    #[test]
    fn a_sentence_is_given_when_it_is_finished_and_not_before() {
        assert_eq!(
            given(&["Three of th", "em: 06:00. And", " 3.14 ", "of pi! Wh", "y?"]),
            ["Three of them: 06:00.", "And 3.14 of pi!", "Why?"]
        );
        assert_eq!(given(&["パンは朝に。日", "曜の"]), ["パンは朝に。", "日曜の"]);
    }

    #[test]
    fn signs_of_markdown_are_not_read_aloud_and_code_is_only_named() {
        let text = "## Plan\n\n1. **Mix** the `dough`\n2. see [the book](https://a.test/b)\n\n| a | b |\n|---|---|\n\n```rust\nfn a() {}\n```\nDone.\n";
        assert_eq!(given(&[text]), ["Plan 1. Mix the dough 2. see the book a b Code. Done."]);
    }

    #[test]
    fn a_text_without_an_end_is_given_in_pieces() {
        let mut sentences = Sentences::default();
        let longest = (0..100).map(|_| sentences.push(&"a".repeat(100), "").len()).max();
        assert!(longest.is_some_and(|longest| (400..700).contains(&longest)), "{longest:?}");
    }

    proptest! {
        #[test]
        fn the_pieces_make_no_difference(pieces in prop::collection::vec("[a-c `~.!?\\n|。]{0,12}", 0..12)) {
            let whole: String = pieces.concat();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(given(&pieces).join(" "), given(&[&whole]).join(" "));
        }
    }
}
