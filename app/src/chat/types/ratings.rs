//! Ratings as they are listed.

use aios_model::{Rating, Timestamp};
use serde::{Deserialize, Serialize};

/// Which ratings are listed, as the address says it: blank says nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RatingFilter {
    /// `up` or `down`.
    pub rating: String,
    /// Of answers of this model.
    pub model: String,
    /// Given on this day or later.
    pub since: String,
    /// Given before this day.
    pub until: String,
    /// Where the page goes on: milliseconds and turn, with a dash between.
    pub after: String,
    /// The form of training data that is looked at.
    pub preview: String,
}

/// A page of ratings, in words.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RatingList {
    /// How many there are.
    pub counts: String,
    /// The ratings, latest first.
    pub lines: Vec<RatingLine>,
    /// The address of the next page, if there is one.
    pub next: Option<String>,
    /// Forms of training data: name, how many examples, address of the file, address of a look at it.
    pub datasets: Vec<[String; 4]>,
    /// How the file that is looked at begins.
    pub preview: Option<String>,
}

/// A rated answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RatingLine {
    /// Its turn.
    pub turn_id: i64,
    /// The address of the turn.
    pub href: String,
    /// The beginning of the question.
    pub question: String,
    /// The beginning of the answer.
    pub answer: String,
    /// Where it was held, and by which model it was given.
    pub origin: String,
    /// When it was rated.
    pub rated_at: Timestamp,
    /// The thumb.
    pub rating: Rating,
    /// Why, as tags with commas between.
    pub tags: String,
    /// More words.
    pub comment: String,
}
