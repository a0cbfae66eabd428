//! What the index holds of a turn.

use super::tokens::{each, parts_of_identifier};
use aios_model::{Message, Part};
use std::collections::HashMap;

/// The most bytes of one column of one turn that are indexed: what is behind is not found. Half a novel.
const MAXIMUM_TEXT: usize = 1024 * 1024;

/// A word is what a turn is about if it says it so often, and it is not too short to mean something.
const TOPIC_TIMES: u32 = 3;
const TOPIC_BYTES: usize = 4;
const MAXIMUM_TOPICS: usize = 12;

/// A turn has one topic for so many different words, and one more.
const WORDS_A_TOPIC: usize = 40;

/// The most parts of identifiers of one turn.
const MAXIMUM_PARTS: usize = 200;

/// Begins a mark, which no text can hold: it is no letter.
pub(super) const MARK: char = '\u{e000}';

/// Follows a mark before a topic.
const TOPIC: char = 't';

/// The columns of the index for one turn, words separated by spaces.
#[derive(Default, Debug, PartialEq)]
pub(super) struct Document {
    pub question: String,
    pub answer: String,
    pub more: String,
    pub topics: String,
}

/// What a turn is made of.
pub(super) struct Texts<'a> {
    pub question: &'a str,
    pub answer: &'a str,
    pub messages: &'a [Message],
    pub source: &'a str,
    pub model: Option<&'a str>,
}

impl Document {
    pub fn of(texts: &Texts<'_>) -> Document {
        let mut topics = Topics::default();
        let mut document = Document::default();
        for (text, column) in [(texts.question, &mut document.question), (texts.answer, &mut document.answer)] {
            topics.add(text, column);
        }
        let mut has_code = [texts.question, texts.answer].iter().any(|text| text.contains("```"));
        for part in texts.messages.iter().flat_map(|message| &message.parts) {
            has_code |= matches!(part, Part::Code { .. });
            for text in further(part) {
                topics.add(text, &mut document.more);
            }
        }
        document.topics = topics.finish();
        mark(&mut document.topics, &source_mark(texts.source));
        if let Some(model) = texts.model {
            mark(&mut document.topics, &model_mark(model));
        }
        if has_code {
            mark(&mut document.topics, &code_mark());
        }
        document
    }
}

/// Texts that neither side of a turn shows.
pub(super) fn further(part: &Part) -> [&str; 2] {
    match part {
        Part::Text { .. } | Part::Code { .. } => ["", ""],
        Part::Reasoning { text, summary } => [summary.as_deref().unwrap_or(""), text],
        Part::ToolCall { name, input, .. } => [name, input],
        Part::ToolResult { output, .. } => [output, ""],
        Part::Image { description, .. } => [description.as_deref().unwrap_or(""), ""],
        Part::Attachment { name, text, .. } => [name, text.as_deref().unwrap_or("")],
        Part::Citation { title, text, .. } => [title.as_deref().unwrap_or(""), text.as_deref().unwrap_or("")],
        Part::Artifact { title, text, .. } => [title.as_deref().unwrap_or(""), text],
        Part::Unsupported { text, .. } => [text, ""],
    }
}

/// The mark of what was held there.
pub(super) fn source_mark(source: &str) -> String {
    marked('s', source)
}

/// The mark of answers of a model.
pub(super) fn model_mark(model: &str) -> String {
    marked('m', model)
}

/// The mark of turns about this word, as the index has it. A term of its own, since a filter on a column has to pass all the other turns with the
/// word.
pub(super) fn topic_mark(word: &str) -> String {
    String::from_iter([MARK, TOPIC]) + word
}

/// Whether a word is the mark of a topic.
pub(super) fn is_topic(word: &str) -> bool {
    word.strip_prefix(MARK).is_some_and(|rest| rest.starts_with(TOPIC))
}

/// The mark of turns with code.
pub(super) fn code_mark() -> String {
    marked('c', "")
}

fn marked(kind: char, name: &str) -> String {
    let mut mark = String::from_iter([MARK, kind]);
    each(name, |token| {
        mark.push_str(token.word);
        true
    });
    mark
}

fn mark(topics: &mut String, mark: &str) {
    topics.push_str(mark);
    topics.push(' ');
}

/// The words that a turn says most.
#[derive(Default)]
struct Topics {
    times: HashMap<String, u32>,
    parts: Vec<String>,
}

impl Topics {
    /// Counts the words of a text, and writes them behind what is in the column.
    fn add(&mut self, text: &str, column: &mut String) {
        each(text, |token| {
            column.push_str(token.word);
            column.push(' ');
            if token.word.len() >= TOPIC_BYTES && !token.is_tail {
                // As a rule a word is there already: only a new one needs a string of its own.
                match self.times.get_mut(token.word) {
                    Some(times) => *times += 1,
                    None => {
                        self.times.insert(token.word.to_owned(), 1);
                        if self.parts.len() < MAXIMUM_PARTS {
                            self.parts.extend(parts_of_identifier(&text[token.start..token.end]));
                        }
                    }
                }
            }
            column.len() < MAXIMUM_TEXT
        });
    }

    fn finish(mut self) -> String {
        let most = MAXIMUM_TOPICS.min(1 + self.times.len() / WORDS_A_TOPIC);
        let mut often: Vec<(String, u32)> = self.times.drain().filter(|(_, times)| *times >= TOPIC_TIMES).collect();
        let weight = |(word, times): &(String, u32)| u64::from(*times) * word.len().min(10) as u64;
        often.sort_by(|one, other| weight(other).cmp(&weight(one)).then_with(|| one.0.cmp(&other.0)));
        often.truncate(most);
        self.parts.sort();
        self.parts.dedup();
        let mut column = String::new();
        for (word, _) in &often {
            mark(&mut column, &topic_mark(word));
        }
        for word in &self.parts {
            mark(&mut column, word);
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, Texts, code_mark, model_mark, source_mark, topic_mark};
    use aios_model::{Message, Part, Role};

    #[test]
    fn a_turn_is_its_words_its_topics_and_its_marks() {
        let mut message = Message::text("1", None, Role::Assistant, "x");
        message.parts.push(Part::Reasoning { text: "Thinking".into(), summary: None });
        let document = Document::of(&Texts {
            question: "Why does the boiler leak?",
            answer: "The boiler leaks: a boiler with `pressureValve` 天空.\n```\n1\n```",
            messages: &[message],
            source: "Chat-GPT",
            model: Some("gpt-4o"),
        });
        assert_eq!(document.question, "why does the boiler leak ");
        assert_eq!(document.answer, "the boiler leaks a boiler with pressurevalve 天空 空 1 ");
        assert_eq!(document.more, "thinking ");
        let marks = [source_mark("chat gpt"), model_mark("GPT-4o"), code_mark()].join(" ");
        assert_eq!(document.topics, format!("{} pressure valve {marks} ", topic_mark("boiler")));
    }
}
