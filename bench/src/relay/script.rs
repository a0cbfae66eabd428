//! What the model says: the same number always says the same.

use serde_json::{Value, json};
use std::time::Duration;

const WORDS: [&str; 12] =
    ["the ", "sea ", "is ", "wide\n", "波", "“quoted” ", "**bold** ", "\\\" ", "🌊 ", "a", "lighthouse ", "\t- "];

/// What a question asks of the scripted model: it is the text of the question itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Tells questions apart, and chooses the words: each even number has a twin, the next one, with the same words.
    pub number: u64,
    /// How many tokens the answer has.
    pub tokens: usize,
    /// The time between two of them; as fast as they are taken if zero.
    pub spacing: Duration,
    /// How long the first one waits, so that not all answers speak at the same moment.
    pub offset: Duration,
}

impl Plan {
    /// The question.
    pub fn question(&self) -> String {
        let Plan { number, tokens, spacing, offset } = self;
        format!("{number} {tokens} {} {}", spacing.as_micros(), offset.as_micros())
    }

    /// Reads a question.
    pub fn read(question: &str) -> Option<Plan> {
        let mut numbers = question.split(' ').map(|word| word.parse::<u64>().ok());
        let mut next = || numbers.next()?;
        let (number, tokens) = (next()?, usize::try_from(next()?).ok()?);
        let (spacing, offset) = (Duration::from_micros(next()?), Duration::from_micros(next()?));
        Some(Plan { number, tokens, spacing, offset })
    }

    /// The tokens of the answer.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        let mut dice = fastrand::Rng::with_seed(self.number / 2);
        std::iter::repeat_with(move || WORDS[dice.usize(..WORDS.len())]).take(self.tokens)
    }

    /// The whole answer.
    pub fn text(&self) -> String {
        self.words().collect()
    }

    /// The body of the request that asks a model server directly.
    pub fn body(&self) -> Value {
        json!({ "model": "scripted", "stream": true, "messages": [{ "role": "user", "content": self.question() }] })
    }
}

/// An event of OpenAI's stream, as its servers send it.
pub fn event(delta: &Value, finish: Option<&str>) -> String {
    let event = json!({
        "id": "chatcmpl-4f1d6c2e8b7a", "object": "chat.completion.chunk", "created": 1_790_000_000, "model": "scripted",
        "choices": [{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish }],
    });
    format!("data: {event}\n\n")
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use std::time::Duration;

    #[test]
    fn a_question_says_what_its_answer_is() {
        let plan =
            Plan { number: 6, tokens: 30, spacing: Duration::from_millis(20), offset: Duration::from_micros(1234) };
        assert_eq!(Plan::read(&plan.question()), Some(plan));
        assert_eq!(plan.text(), plan.words().collect::<Vec<_>>().concat());
        let text = |number| Plan { number, ..plan }.text();
        assert!(text(7) == text(6) && text(8) != text(7));
        assert_eq!(Plan::read("What is the sea?"), None);
    }
}
