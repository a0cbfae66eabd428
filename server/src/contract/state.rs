//! What AI OS's sidebar shows and edits: the state, and the prompts for summaries.

use super::answer::{Answer, Asked, Body, Refusal};
use aios_chat::contract::Contract;
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Serialize, Deserialize, ToSchema)]
pub(super) struct Prompt {
    /// What a model is told; not blank, at most 16 KiB.
    #[schema(min_length = 1)]
    prompt: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Success {
    success: bool,
}

/// What a model is told that summarises a conversation.
#[utoipa::path(get, path = "/api/conversations/summary/prompt", tag = "conversations",
    responses((status = 200, description = "The prompt", body = Prompt)))]
pub(super) async fn conversation_prompt(State(contract): State<Contract>) -> Answer<Prompt> {
    Ok(Json(Prompt { prompt: contract.conversation_prompt().await? }))
}

/// Changes what a model is told that summarises a conversation.
#[utoipa::path(put, path = "/api/conversations/summary/prompt", tag = "conversations", request_body = Prompt,
    responses(
        (status = 200, description = "It is kept", body = Success),
        (status = 400, description = "It is blank or too long", body = Refusal)))]
pub(super) async fn set_conversation_prompt(
    State(contract): State<Contract>,
    Body(request): Body<Prompt>,
) -> Answer<Success> {
    contract.set_conversation_prompt(&request.prompt).await?;
    Ok(Json(Success { success: true }))
}

/// The prompt for summaries of files. It is kept for AI OS's clients; this program summarises no files.
#[utoipa::path(get, path = "/api/workspace/summary/prompt", tag = "workspace",
    responses((status = 200, description = "The prompt", body = Prompt)))]
pub(super) async fn file_prompt(State(contract): State<Contract>) -> Answer<Prompt> {
    Ok(Json(Prompt { prompt: contract.file_prompt().await? }))
}

/// Changes the prompt for summaries of files.
#[utoipa::path(put, path = "/api/workspace/summary/prompt", tag = "workspace", request_body = Prompt,
    responses(
        (status = 200, description = "It is kept", body = Success),
        (status = 400, description = "It is blank or too long", body = Refusal)))]
pub(super) async fn set_file_prompt(State(contract): State<Contract>, Body(request): Body<Prompt>) -> Answer<Success> {
    contract.set_file_prompt(&request.prompt).await?;
    Ok(Json(Success { success: true }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// What the history is looked through for.
    query: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct BuiltState {
    /// Who answers, in which conversation, with which instructions, and what the history says about `query`.
    state: String,
    /// Characters of it.
    char_count: usize,
    query: Option<String>,
}

/// What a model is told before the next message, as text.
#[utoipa::path(get, path = "/api/subconscious/build_state", tag = "subconscious", params(StateQuery),
    responses((status = 200, description = "The state", body = BuiltState)))]
pub(super) async fn build_state(
    State(contract): State<Contract>,
    Asked(asked): Asked<StateQuery>,
) -> Answer<BuiltState> {
    let state = contract.state(asked.query.as_deref()).await?;
    Ok(Json(BuiltState { char_count: state.chars().count(), state, query: asked.query }))
}
