//! `/api/ratings`: thumbs. They are rows of the history; AI OS's two JSONL files are made of them when they are exported.

use super::answer::{Answer, Body, Refusal, Refused};
use aios_chat::contract::{Contract, RatingTotals};
use aios_model::Rating;
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
pub(super) struct RatingRequest {
    /// The id of an answer, as the history gives it: `assistant_` and its time.
    message_id: String,
    /// The conversation that it is in; `unknown` is the current one.
    conversation_id: String,
    /// `up` or `down`.
    rating: String,
    /// The question. The history has it already.
    #[serde(rename = "user_message")]
    _user_message: String,
    /// The answer: tells messages of one millisecond apart.
    assistant_message: String,
    /// What the model had been told. The history has it already.
    #[serde(default, rename = "system_prompt")]
    _system_prompt: Option<String>,
    /// Why; 2,000 characters are kept.
    reason: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct RatingResponse {
    success: bool,
    message: &'static str,
    /// It is an example for training now: it was rated up.
    finetune_saved: bool,
}

/// Rates an answer, or changes its rating.
#[utoipa::path(post, path = "/api/ratings/rate", tag = "ratings", request_body = RatingRequest,
    responses(
        (status = 200, description = "It is kept", body = RatingResponse),
        (status = 400, description = "That is no rating, or not the id of an answer", body = Refusal),
        (status = 404, description = "There is no such answer", body = Refusal)))]
pub(super) async fn rate(
    State(contract): State<Contract>,
    Body(request): Body<RatingRequest>,
) -> Answer<RatingResponse> {
    let (rating, message) = match request.rating.as_str() {
        "up" => (Rating::Up, "Response saved as training example"),
        "down" => (Rating::Down, "Feedback recorded - thank you!"),
        _ => return Err(Refused(StatusCode::BAD_REQUEST, "Rating must be 'up' or 'down'".to_owned())),
    };
    let RatingRequest { conversation_id, message_id, assistant_message, reason, .. } = request;
    contract.rate(&conversation_id, &message_id, assistant_message, rating, reason).await?;
    Ok(Json(RatingResponse { success: true, message, finetune_saved: rating == Rating::Up }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct RatingStats {
    total_approved: u64,
    total_negative: u64,
    /// The name of the file that an export makes of the answers rated up.
    approved_file: &'static str,
    /// The name of the file that an export makes of those rated down.
    negative_file: &'static str,
}

/// How many answers are rated.
#[utoipa::path(get, path = "/api/ratings/stats", tag = "ratings",
    responses((status = 200, description = "The numbers", body = RatingStats)))]
pub(super) async fn stats(State(contract): State<Contract>) -> Answer<RatingStats> {
    let RatingTotals { approved, negative } = contract.rating_totals().await?;
    Ok(Json(RatingStats {
        total_approved: approved,
        total_negative: negative,
        approved_file: "user_approved.jsonl",
        negative_file: "negative_feedback.jsonl",
    }))
}
