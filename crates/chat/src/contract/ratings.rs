//! Ratings by the id that AI OS's clients give to a message.

use super::Contract;
use crate::Error;
use aios_model::{Rating, Timestamp};
use aios_store::contract;

/// How many answers are rated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RatingTotals {
    /// Up.
    pub approved: u64,
    /// Down.
    pub negative: u64,
}

impl Contract {
    /// Rates the answer with this id (`assistant_` and its time) in a conversation; AI OS's client says `unknown` for the current one. Where
    /// several messages have one time, `answer` tells which it is.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the id is not one of an answer, [`Error::NotFound`] if there is no such answer, [`Error::Store`].
    pub async fn rate(
        &self,
        session_id: &str,
        message_id: &str,
        answer: String,
        rating: Rating,
        reason: Option<String>,
    ) -> Result<(), Error> {
        let timestamp = message_id.strip_prefix("assistant_").and_then(|time| Timestamp::parse(time).ok());
        let timestamp = timestamp.ok_or_else(|| {
            Error::invalid("Only answers are rated: their ids are assistant_ and a time. Nothing was changed.")
        })?;
        let database = self.0.chat.database();
        let current = self.current_session();
        let named = session_id.to_owned();
        let found = database.read(move |connection| {
            let found = contract::turn_at(connection, &named, timestamp, &answer)?;
            match current {
                Some(current) if found.is_none() && named == "unknown" => {
                    contract::turn_at(connection, &current, timestamp, &answer)
                }
                _ => Ok(found),
            }
        });
        let turn_id = found.await?.ok_or_else(|| Error::NotFound { session_id: session_id.to_owned() })?;
        self.0.chat.rate(turn_id, Some(rating), reason).await
    }

    /// How many answers are rated.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn rating_totals(&self) -> Result<RatingTotals, Error> {
        let (approved, negative) = self.0.chat.database().read(contract::rating_totals).await?;
        Ok(RatingTotals { approved, negative })
    }
}
