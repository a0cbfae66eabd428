//! Rated answers as files that models are trained with.

mod line;

use crate::{Chat, Error, chat::blocking, export::Export};
use aios_model::Rating;
use aios_store::{
    Database,
    ratings::{self, RatedTurn, RatingCounts, RatingCursor, RatingQuery},
};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use std::{str::FromStr, sync::Arc};

/// Ratings that are read at once.
const PAGE: u32 = 100;

/// A form of training data.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dataset {
    /// OpenAI's chat format for supervised fine-tuning: good answers, `{"messages": […]}`.
    OpenAi,
    /// OpenAI's preference format: a good and a bad answer to one message.
    OpenAiPreference,
    /// TRL's conversational preference format, for DPO: `{"prompt", "chosen", "rejected"}`.
    Preference,
    /// TRL's unpaired preference format: `{"prompt", "completion", "label"}`.
    Kto,
    /// Alpaca's `{"instruction", "input", "output"}`: good answers.
    Alpaca,
    /// A table for spreadsheets: all ratings.
    Csv,
    /// AI OS's `user_approved.jsonl`.
    Approved,
    /// AI OS's `negative_feedback.jsonl`.
    Negative,
}

impl Dataset {
    /// All of them.
    pub const ALL: [Dataset; 8] = [
        Dataset::OpenAi,
        Dataset::OpenAiPreference,
        Dataset::Preference,
        Dataset::Kto,
        Dataset::Alpaca,
        Dataset::Csv,
        Dataset::Approved,
        Dataset::Negative,
    ];

    /// The word for it in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Dataset::OpenAi => "openai",
            Dataset::OpenAiPreference => "openai-preference",
            Dataset::Preference => "dpo",
            Dataset::Kto => "kto",
            Dataset::Alpaca => "alpaca",
            Dataset::Csv => "csv",
            Dataset::Approved => "aios-approved",
            Dataset::Negative => "aios-negative",
        }
    }

    /// The name of its file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Dataset::OpenAi => "openai.jsonl",
            Dataset::OpenAiPreference => "openai-preference.jsonl",
            Dataset::Preference => "dpo.jsonl",
            Dataset::Kto => "kto.jsonl",
            Dataset::Alpaca => "alpaca.jsonl",
            Dataset::Csv => "ratings.csv",
            Dataset::Approved => "user_approved.jsonl",
            Dataset::Negative => "negative_feedback.jsonl",
        }
    }

    /// How many examples it has.
    pub const fn count(self, counts: RatingCounts) -> u64 {
        match self {
            Dataset::OpenAi | Dataset::Alpaca | Dataset::Approved => counts.up,
            Dataset::Negative => counts.down,
            Dataset::Kto | Dataset::Csv => counts.up + counts.down,
            Dataset::OpenAiPreference | Dataset::Preference => counts.pairs,
        }
    }

    const fn is_of_pairs(self) -> bool {
        matches!(self, Dataset::OpenAiPreference | Dataset::Preference)
    }

    /// The only thumb that it has, if it has but one.
    const fn thumb(self) -> Option<Rating> {
        match self {
            Dataset::OpenAi | Dataset::Alpaca | Dataset::Approved => Some(Rating::Up),
            Dataset::Negative => Some(Rating::Down),
            _ => None,
        }
    }
}

impl FromStr for Dataset {
    type Err = Error;

    fn from_str(word: &str) -> Result<Dataset, Error> {
        Dataset::ALL.into_iter().find(|dataset| dataset.as_str() == word).ok_or_else(|| {
            let words: Vec<&str> = Dataset::ALL.iter().map(|dataset| dataset.as_str()).collect();
            Error::invalid(format!("There is no such format: take one of {}. Nothing was exported.", words.join(", ")))
        })
    }
}

impl Chat {
    /// The rated answers that `query` means, as a file in pieces: memory does not grow with their number.
    pub fn dataset(&self, query: RatingQuery, dataset: Dataset) -> Export {
        let media_type = match dataset {
            Dataset::Csv => "text/csv; charset=utf-8",
            _ => "application/jsonl; charset=utf-8",
        };
        let run = Run { database: self.database(), query, dataset, after: Some(After::Beginning) };
        let bytes = stream::try_unfold(run, |mut run| async {
            let Some(after) = run.after.take() else { return Ok(None) };
            blocking("exporting ratings", move || {
                let piece = run.piece(after)?;
                Ok(Some((Bytes::from(piece), run)))
            })
            .await
        });
        Export { name: dataset.file_name().to_owned(), media_type, bytes: bytes.boxed() }
    }
}

struct Run {
    database: Arc<Database>,
    query: RatingQuery,
    dataset: Dataset,
    /// `None` at the end.
    after: Option<After>,
}

enum After {
    Beginning,
    Rating(RatingCursor),
    Pair(i64, i64),
}

impl Run {
    fn piece(&mut self, after: After) -> Result<String, Error> {
        let mut piece = String::new();
        if matches!((&after, self.dataset), (After::Beginning, Dataset::Csv)) {
            piece.push_str(line::CSV_HEAD);
        }
        match self.dataset.is_of_pairs() {
            true => self.pairs(&after, &mut piece)?,
            false => self.ratings(&after, &mut piece)?,
        }
        Ok(piece)
    }

    fn ratings(&mut self, after: &After, piece: &mut String) -> Result<(), Error> {
        let mut query = self.query.clone();
        if let Some(thumb) = self.dataset.thumb() {
            if query.rating.is_some_and(|wanted| wanted != thumb) {
                return Ok(());
            }
            query.rating = Some(thumb);
        }
        let cursor = match after {
            After::Rating(cursor) => Some(*cursor),
            _ => None,
        };
        let page = self.database.read_blocking(move |connection| ratings::list(connection, &query, cursor, PAGE))?;
        self.after = page
            .last()
            .map(|last| After::Rating(RatingCursor { rated_at: last.rating.rated_at, turn_id: last.turn_id }));
        page.iter().for_each(|rated| piece.push_str(&line::of_one(self.dataset, rated)));
        Ok(())
    }

    fn pairs(&mut self, after: &After, piece: &mut String) -> Result<(), Error> {
        let seen = match after {
            After::Pair(good, bad) => (*good, *bad),
            _ => (0, 0),
        };
        let query = self.query.clone();
        type Pair = (RatedTurn, RatedTurn);
        let (last, page) = self.database.read_blocking(move |connection| {
            let ids = ratings::pairs(connection, &query, seen, PAGE)?;
            let mut page: Vec<Pair> = Vec::with_capacity(ids.len());
            for (good, bad) in &ids {
                page.extend(ratings::rated(connection, *good)?.zip(ratings::rated(connection, *bad)?));
            }
            Ok((ids.last().copied(), page))
        })?;
        self.after = last.map(|(good, bad)| After::Pair(good, bad));
        page.iter().for_each(|(good, bad)| piece.push_str(&line::of_two(self.dataset, good, bad)));
        Ok(())
    }
}
