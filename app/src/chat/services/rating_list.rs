//! Makes what is shown of ratings from what is stored of them.

use crate::chat::{
    services::chat_api::ApiError,
    types::ratings::{RatingFilter, RatingLine, RatingList},
};
use crate::texts::texts;
use aios_chat::{Chat, Error, RatedTurn, RatingCursor, RatingQuery, finetune::Dataset};
use aios_model::{Rating, Timestamp};
use futures::StreamExt as _;

/// Ratings on a page.
const PAGE: u32 = 50;

/// Characters of a file that is looked at.
const PREVIEW: usize = 4000;

/// The page that a filter means.
pub async fn rating_list(chat: &Chat, filter: RatingFilter) -> Result<RatingList, ApiError> {
    let query = query(&filter)?;
    let after = filter.after.split_once('-').and_then(|(time, turn)| {
        let rated_at = Timestamp::from_milliseconds(time.parse().ok()?);
        Some(RatingCursor { rated_at, turn_id: turn.parse().ok()? })
    });
    let counts = chat.rating_counts(query.clone()).await?;
    let page = chat.ratings(query.clone(), after, PAGE).await?;
    let words = address(&filter);
    let next = page
        .last()
        .filter(|_| page.len() == PAGE as usize)
        .map(|last| format!("/ratings?{words}&after={}-{}", last.rating.rated_at.milliseconds(), last.turn_id));
    let texts = texts();
    let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let dataset = |dataset: Dataset| {
        let name = dataset.as_str();
        let examples = texts.examples(number(dataset.count(counts)));
        let file = format!("/api/export/ratings?format={name}&{words}");
        [dataset.file_name().to_owned(), examples, file, format!("/ratings?{words}&preview={name}#preview")]
    };
    let preview = match filter.preview.as_str() {
        "" => None,
        word => {
            let mut bytes = chat.dataset(query, word.parse()?).bytes;
            let first = bytes.next().await.transpose()?.unwrap_or_default();
            Some(String::from_utf8_lossy(&first).chars().take(PREVIEW).collect())
        }
    };
    Ok(RatingList {
        counts: [
            texts.good_answers(number(counts.up)),
            texts.bad_answers(number(counts.down)),
            texts.pairs(number(counts.pairs)),
        ]
        .join(texts.comma()),
        lines: page.into_iter().map(line).collect(),
        next,
        datasets: Dataset::ALL.into_iter().map(dataset).collect(),
        preview,
    })
}

fn query(filter: &RatingFilter) -> Result<RatingQuery, Error> {
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        text => Timestamp::parse(text).map(Some).map_err(|_| Error::invalid("A date is a day like 2026-01-31.")),
    };
    Ok(RatingQuery {
        rating: match filter.rating.as_str() {
            "up" => Some(Rating::Up),
            "down" => Some(Rating::Down),
            _ => None,
        },
        model: Some(filter.model.trim().to_owned()).filter(|model| !model.is_empty()),
        since: day(&filter.since)?,
        until: day(&filter.until)?,
    })
}

/// The filter as it stands in an address.
fn address(filter: &RatingFilter) -> String {
    let RatingFilter { rating, model, since, until, .. } = filter;
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let encoded = |text: &str| text.bytes().map(byte).collect::<String>();
    let fields = [("rating", rating), ("model", model), ("since", since), ("until", until)];
    fields.map(|(name, text)| format!("{name}={}", encoded(text))).join("&")
}

fn line(rated: RatedTurn) -> RatingLine {
    let model = rated.rating.model.map(|model| format!(" · {model}")).unwrap_or_default();
    let name = rated.name.unwrap_or_else(|| texts().untitled().to_owned());
    RatingLine {
        turn_id: rated.turn_id,
        href: format!("/c/{}#turn-{}", rated.session_id, rated.turn_id),
        question: aios_markdown::plain_text(&rated.user_message, 200),
        answer: aios_markdown::plain_text(&rated.assistant_message, 300),
        origin: format!("{name} · {}{model}", rated.source),
        rated_at: rated.rating.rated_at,
        rating: rated.rating.rating,
        tags: rated.rating.reason.unwrap_or_default(),
        comment: rated.rating.comment.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{address, query};
    use crate::chat::types::ratings::RatingFilter;

    #[test]
    fn a_filter_stands_in_an_address_whatever_it_says() {
        let filter = RatingFilter { model: "a&b/ä".to_owned(), rating: "up".to_owned(), ..RatingFilter::default() };
        assert_eq!(address(&filter), "rating=up&model=a%26b%2F%C3%A4&since=&until=");
        assert!(query(&RatingFilter { since: "soon".to_owned(), ..filter }).is_err());
    }
}
