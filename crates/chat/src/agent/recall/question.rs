//! What a question about one's own past asks for: words, times and sources.

use super::{
    dates::{self, When},
    words,
};
use aios_model::{Role, Timestamp};

/// Words before the name of a source that make it a source and not a thing to look for.
const BEFORE_SOURCE: &str = "in with to from on by at ask asked tell told via using through mit bei an aus auf von vom in im fragte gefragt frage";

/// Beginnings of a question that goes on with the one before.
const GOES_ON: &str = "and und what about how about but aber or oder then dann also auch was ist mit wie ist es";

/// The most characters of a question that are looked at; what was sent with it may be long.
const MAXIMUM_QUESTION: usize = 1000;

/// Questions that one may go on with, at most.
const MAXIMUM_BEFORE: usize = 10;

/// A question, understood.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Question {
    /// What it is about.
    pub(super) words: Vec<String>,
    /// When it was said.
    pub(super) when: Option<When>,
    /// Where it was said, as the history names it.
    pub(super) source: Option<&'static str>,
}

impl Question {
    /// What the last question of a conversation asks for. What it leaves out, it takes from the one before: “and in summer?” asks for the same
    /// words, “and the roof?” for the same time.
    pub(super) fn of_history(history: &[(Role, String)], now: Timestamp) -> Question {
        let asked = history.iter().rev().filter(|(role, _)| *role == Role::User).take(MAXIMUM_BEFORE);
        let mut asked: Vec<&str> = asked.map(|(_, text)| beginning(text)).collect();
        asked.reverse();
        let mut before: Option<Question> = None;
        for text in &asked {
            let mut question = Question::of(text, now);
            if let Some(before) = before.take() {
                let adds = question.when.is_some() || question.source.is_some();
                if question.words.is_empty() && adds {
                    question.words = before.words;
                    question.when = question.when.or(before.when);
                    question.source = question.source.or(before.source);
                } else if goes_on(text) && !question.words.is_empty() && !adds {
                    question.when = before.when;
                    question.source = before.source;
                }
            }
            before = Some(question);
        }
        let mut question = before.unwrap_or_default();
        if question.words.is_empty() && question.when.is_none() && question.source.is_none() {
            question.words = words::of_question(asked.last().copied().unwrap_or_default());
        }
        question
    }

    /// What a question asks for by itself. Without a word that says something it has none.
    pub(super) fn of(text: &str, now: Timestamp) -> Question {
        let tokens: Vec<&str> = text.split_whitespace().collect();
        let plain: Vec<String> = tokens.iter().map(|token| plain(token)).collect();
        let mut question = Question::default();
        let mut rest: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            if question.when.is_none()
                && let Some((when, length)) = dates::read(&plain[at..], now)
            {
                question.when = Some(when);
                at += length.max(1);
                continue;
            }
            let follows = at > 0 && BEFORE_SOURCE.split(' ').any(|word| word == plain[at - 1]);
            if let (true, None, Some(source)) = (follows, question.source, source(&plain[at])) {
                question.source = Some(source);
            } else {
                rest.push(tokens[at]);
            }
            at += 1;
        }
        question.words = words::telling(&rest.join(" "));
        question
    }

    /// What a model asks for.
    pub(crate) fn of_tool(query: &str, after: Option<&str>, before: Option<&str>, from: Option<&str>) -> Question {
        let (after, before) = (after.and_then(dates::iso), before.and_then(dates::iso));
        Question {
            words: words::of_question(query),
            when: (after.is_some() || before.is_some())
                .then(|| When::between(after.map(|(begin, _)| begin), before.map(|(begin, _)| begin))),
            source: from.map(plain).as_deref().and_then(source),
        }
    }

    /// Nothing in it can be looked for.
    pub(super) fn is_empty(&self) -> bool {
        *self == Question::default()
    }
}

fn beginning(text: &str) -> &str {
    text.char_indices().nth(MAXIMUM_QUESTION).map_or(text, |(end, _)| &text[..end])
}

/// In lower case, without what stands around it.
fn plain(token: &str) -> String {
    token.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase()
}

fn goes_on(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    let mut words = text.split(|character: char| !character.is_alphanumeric());
    words.next().is_some_and(|first| !first.is_empty() && GOES_ON.split(' ').any(|word| word == first))
}

fn source(word: &str) -> Option<&'static str> {
    Some(match word {
        "chatgpt" | "openai" => "chatgpt",
        "claude" | "anthropic" => "claude",
        "gemini" | "bard" => "gemini",
        "copilot" => "copilot",
        "aios" => "aios",
        "grok" => "grok",
        "deepseek" => "deepseek",
        "perplexity" => "perplexity",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Question;
    use aios_model::{Role, Timestamp};
    use proptest::prelude::*;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-22T12:00:00Z").unwrap()
    }

    fn understood(questions: &[&str]) -> (Vec<String>, Option<String>, Option<&'static str>) {
        let history: Vec<_> = questions.iter().map(|text| (Role::User, (*text).to_owned())).collect();
        let question = Question::of_history(&history, now());
        (question.words, question.when.map(|when| when.label), question.source)
    }

    fn case(questions: &[&str], words: &[&str], when: Option<&str>, source: Option<&str>) {
        let (found, label, from) = understood(questions);
        assert_eq!(
            (found.iter().map(String::as_str).collect::<Vec<_>>(), label.as_deref(), from),
            (words.to_vec(), when, source),
            "{questions:?}"
        );
    }

    #[test]
    fn words_times_and_sources_are_told_apart_in_both_languages() {
        let any_spring = Some("March to May of any year");
        case(&["What did I decide about the boiler in spring?"], &["boiler"], any_spring, None);
        case(&["Was habe ich im Frühling über die Heizung entschieden?"], &["Heizung"], any_spring, None);
        case(
            &["What did I ask ChatGPT about taxes last March?"],
            &["taxes"],
            Some("2026-03-01 to 2026-03-31"),
            Some("chatgpt"),
        );
        case(&["Was habe ich Claude gefragt?"], &["Claude"], None, None);
        case(
            &["Was sagte ich letzte Woche bei Gemini zur Miete?"],
            &["Miete"],
            Some("2026-11-09 to 2026-11-15"),
            Some("gemini"),
        );
        case(&["holiday plans from 2024"], &["holiday", "plans"], Some("2024-01-01 to 2024-12-31"), None);
        case(&["spring boot and Claude Monet"], &["spring", "boot", "Claude", "Monet"], None, None);
        case(&["What did I do yesterday?"], &[], Some("2026-11-21"), None);
    }

    #[test]
    fn what_a_question_leaves_out_it_takes_from_the_one_before() {
        let first = "What did I decide about the boiler in spring?";
        case(&[first, "and in summer?"], &["boiler"], Some("June to August of any year"), None);
        case(&[first, "Und im Sommer 2024?"], &["boiler"], Some("2024-06-01 to 2024-08-31"), None);
        case(&[first, "and with Claude?"], &["boiler"], Some("March to May of any year"), Some("claude"));
        case(&[first, "and the roof?"], &["roof"], Some("March to May of any year"), None);
        case(&[first, "Which bicycle did I buy?"], &["bicycle", "buy"], None, None);
        case(&[first, "Who was that?"], &["Who", "was", "that"], None, None);
    }

    proptest! {
        #[test]
        fn any_text_is_a_question(text in "\\PC{0,60}", more in "(in|last|vor|3|ago|tagen|may|2024|9999|since|to| ){0,12}") {
            let question = Question::of(&format!("{text} {more}"), now());
            prop_assert!(question.words.iter().all(|word| !word.is_empty()));
        }
    }
}
