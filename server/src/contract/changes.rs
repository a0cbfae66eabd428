//! `/api/changes`: the history for copies of it elsewhere. No part of AI OS's own contract.

use super::answer::{Asked, Body, Refusal, Refused};
use aios_chat::contract::Contract;
use aios_model::{ChangePage, ConversationRows, Replayed, TurnRows, WaitingChange};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use flate2::{Compression, write::GzEncoder};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use utoipa::{IntoParams, ToSchema};

/// Things on a page, if nothing else is said.
const USUAL_PAGE: u32 = 1000;

/// What is smaller than this is not compressed: it fits into one packet.
const WORTH_COMPRESSING: usize = 1400;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AfterQuery {
    /// The `cursor` of the page before. Without it: the cursor of this moment and nothing else.
    after: Option<String>,
    /// Only if this is the history that is open.
    history: Option<String>,
    /// At most so many changes [default: 1000]; more than 5,000 are 5,000.
    #[param(minimum = 0)]
    limit: Option<u32>,
}

/// What has changed since a cursor, oldest change first.
///
/// A copy is begun by asking for a cursor without `after`, then for all conversations, then for their turns; what changes meanwhile comes behind the
/// cursor. Every answer has its cursor as `ETag`: with that as `If-None-Match` nothing but 304 is answered while nothing has changed. Pages end
/// after about 1 MiB of text, and are compressed with gzip for those who take it.
#[utoipa::path(get, path = "/api/changes", tag = "changes", params(AfterQuery),
    responses(
        (status = 200, description = "Rows as they are now, and what is gone", body = ChangePage),
        (status = 304, description = "Nothing has changed"),
        (status = 410, description = "That is no cursor of this history, which may have been put back from a backup, or another history is open",
            body = Refusal)))]
pub(super) async fn after(
    State(contract): State<Contract>,
    headers: HeaderMap,
    Asked(query): Asked<AfterQuery>,
) -> Result<Response, Refused> {
    expect(&contract, query.history.as_deref()).await?;
    let page = contract.chat().changes_after(query.after, query.limit.unwrap_or(USUAL_PAGE)).await?;
    let page = page.ok_or_else(other_history)?;
    let tag = format!("\"{}\"", page.cursor);
    let is_known = |known: &HeaderValue| {
        known.to_str().is_ok_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    };
    let mut response = match headers.get_all(header::IF_NONE_MATCH).iter().any(is_known) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => compressed(&headers, &page)?,
    };
    // A cursor is hexadecimal digits and a number.
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BeforeQuery {
    /// The `next` of the page before.
    before: Option<i64>,
    /// Only if this is the history that is open.
    history: Option<String>,
    /// At most so many conversations [default: 1000]; more than 5,000 are 5,000.
    #[param(minimum = 0)]
    limit: Option<u32>,
}

/// Conversations without their turns, those begun last first.
#[utoipa::path(get, path = "/api/changes/conversations", tag = "changes", params(BeforeQuery),
    responses(
        (status = 200, description = "The rows", body = ConversationRows),
        (status = 410, description = "Another history is open", body = Refusal)))]
pub(super) async fn conversations(
    State(contract): State<Contract>,
    headers: HeaderMap,
    Asked(query): Asked<BeforeQuery>,
) -> Result<Response, Refused> {
    expect(&contract, query.history.as_deref()).await?;
    let rows = contract.chat().conversation_rows(query.before, query.limit.unwrap_or(USUAL_PAGE)).await?;
    compressed(&headers, &rows)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TurnsQuery {
    /// Numbers of conversations, with commas between them: at most 1,000.
    conversations: Option<String>,
    /// Only if this is the history that is open.
    history: Option<String>,
    /// The `after` of the page before, whose first conversation that was not whole is then named first.
    after: Option<i64>,
}

/// Turns of conversations, in the order in which these are named.
#[utoipa::path(get, path = "/api/changes/turns", tag = "changes", params(TurnsQuery),
    responses(
        (status = 200, description = "The rows", body = TurnRows),
        (status = 400, description = "More than 1,000 conversations are named", body = Refusal),
        (status = 410, description = "Another history is open", body = Refusal)))]
pub(super) async fn turns(
    State(contract): State<Contract>,
    headers: HeaderMap,
    Asked(query): Asked<TurnsQuery>,
) -> Result<Response, Refused> {
    expect(&contract, query.history.as_deref()).await?;
    let named = query.conversations.unwrap_or_default();
    let numbers: Result<Vec<i64>, _> =
        named.split(',').map(str::trim).filter(|number| !number.is_empty()).map(str::parse).collect();
    let sentence = "`conversations` is a list of whole numbers with commas between them.";
    let numbers = numbers.map_err(|_| Refused(StatusCode::UNPROCESSABLE_ENTITY, sentence.to_owned()))?;
    let rows = contract.chat().turn_rows(numbers, query.after).await?;
    compressed(&headers, &rows)
}

/// Changes that had waited.
#[derive(Deserialize, ToSchema)]
pub(super) struct Waiting {
    /// The history that they are for.
    history: String,
    /// The changes, in the order in which they were made: at most 1,000.
    changes: Vec<WaitingChange>,
}

/// What became of them.
#[derive(Serialize, ToSchema)]
pub(super) struct Outcomes {
    /// One for each change, in the same order.
    outcomes: Vec<Replayed>,
}

/// Makes changes that were made to a copy while this server could not be reached, all or none of them.
#[utoipa::path(post, path = "/api/changes", tag = "changes", request_body = Waiting,
    responses(
        (status = 200, description = "They are made, or why not", body = Outcomes),
        (status = 400, description = "These are more than 1,000", body = Refusal),
        (status = 410, description = "Another history is open; nothing was changed", body = Refusal)))]
pub(super) async fn replay(
    State(contract): State<Contract>,
    Body(waiting): Body<Waiting>,
) -> Result<Json<Outcomes>, Refused> {
    expect(&contract, Some(&waiting.history)).await?;
    Ok(Json(Outcomes { outcomes: contract.chat().replay(waiting.changes).await? }))
}

/// Refuses what is meant for another history: a browser may have opened the demo in the meantime.
async fn expect(contract: &Contract, history: Option<&str>) -> Result<(), Refused> {
    match history {
        Some(expected) if contract.chat().history().await? != expected => Err(other_history()),
        _ => Ok(()),
    }
}

fn other_history() -> Refused {
    let sentence = "This is another history, or one that was put back from a backup. Nothing was changed; ask again where it is now.";
    Refused(StatusCode::GONE, sentence.to_owned())
}

/// JSON, compressed with gzip if it is worth it and taken.
fn compressed(asked: &HeaderMap, value: &impl Serialize) -> Result<Response, Refused> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "rows of the history could not be written as JSON");
        Refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The rows could not be written down. Nothing was changed.".to_owned(),
        )
    };
    let json = serde_json::to_vec(value).map_err(|error| failed(&error))?;
    let takes_gzip = |codings: &HeaderValue| {
        codings.to_str().is_ok_and(|codings| codings.contains("gzip") && !codings.contains("gzip;q=0"))
    };
    let is_compressed =
        json.len() >= WORTH_COMPRESSING && asked.get_all(header::ACCEPT_ENCODING).iter().any(takes_gzip);
    let body = if is_compressed {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&json).and_then(|()| encoder.finish()).map_err(|error| failed(&error))?
    } else {
        json
    };
    let mut response =
        ([(header::CONTENT_TYPE, "application/json"), (header::VARY, "accept-encoding")], body).into_response();
    if is_compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
