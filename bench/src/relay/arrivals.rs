//! When the tokens of an answer arrived.

use super::script::Plan;
use std::time::{Duration, Instant};

/// What has come of an answer, and when each of its tokens had.
pub struct Arrivals {
    ends: Vec<usize>,
    times: Vec<Instant>,
    text: String,
}

impl Arrivals {
    pub fn of(plan: &Plan) -> Arrivals {
        let mut end = 0;
        let ends = plan.words().map(|word| {
            end += word.len();
            end
        });
        Arrivals { ends: ends.collect(), times: Vec::with_capacity(plan.tokens), text: String::new() }
    }

    /// A piece of the text arrived, whether it is one token or several.
    pub fn add(&mut self, piece: &str, now: Instant) {
        self.text.push_str(piece);
        while self.ends.get(self.times.len()).is_some_and(|end| *end <= self.text.len()) {
            self.times.push(now);
        }
    }

    /// Whether every byte is what the model said.
    pub fn is_whole(&self, plan: &Plan) -> bool {
        self.text == plan.text()
    }

    /// How long each token took from the model server to here.
    pub fn since(&self, sent: &[Instant]) -> Vec<Duration> {
        self.times.iter().zip(sent).map(|(came, left)| came.saturating_duration_since(*left)).collect()
    }
}
