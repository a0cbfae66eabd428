//! Ratings, looked through and changed.

use super::Chat;
use crate::{Error, clock::now};
use aios_model::Rating;
use aios_store::{
    Transaction,
    ratings::{self, RatedTurn, RatingCounts, RatingCursor, RatingQuery},
};

/// The most characters of the tags of a rating, and of its comment.
const MAXIMUM_WORDS: usize = 2000;

impl Chat {
    /// A page of rated answers, the latest rating first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn ratings(
        &self,
        query: RatingQuery,
        after: Option<RatingCursor>,
        limit: u32,
    ) -> Result<Vec<RatedTurn>, Error> {
        Ok(self.database().read(move |connection| ratings::list(connection, &query, after, limit)).await?)
    }

    /// How many rated answers there are.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn rating_counts(&self, query: RatingQuery) -> Result<RatingCounts, Error> {
        Ok(self.database().read(move |connection| ratings::counts(connection, &query)).await?)
    }

    /// Rates an answer with tags and a comment, or changes what was said. Of each the first 2,000 characters are kept; blank says nothing.
    ///
    /// # Errors
    /// [`Error::TurnNotFound`], [`Error::Store`].
    pub async fn edit_rating(&self, turn_id: i64, rating: Rating, tags: &[String], comment: &str) -> Result<(), Error> {
        let tags: Vec<&str> = tags.iter().flat_map(|tags| tags.split(',')).map(str::trim).collect();
        let tags: Vec<&str> = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
        let kept = |words: &str| {
            let words: String = words.trim().chars().take(MAXIMUM_WORDS).collect();
            Some(words).filter(|words| !words.is_empty())
        };
        let (reason, comment) = (kept(&tags.join(", ")), kept(comment));
        let rate = move |transaction: &Transaction<'_>| {
            ratings::rate(transaction, turn_id, rating, reason.as_deref(), comment.as_deref(), now())
        };
        match self.database().write(rate).await {
            Err(aios_store::Error::NoTurn { turn_id }) => return Err(Error::TurnNotFound { turn_id }),
            other => other?,
        }
        self.changed(None);
        Ok(())
    }
}
