//! `/api/chat`: the current conversation.

use super::answer::{Answer, Asked, Body, Named, Refusal, Refused};
use aios_chat::contract::{Contract, assistant_message_id, user_message_id};
use aios_model::{StoredTurn, TurnStatus};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most turns of a history.
const MAXIMUM_HISTORY: u32 = 1000;

/// A message.
#[derive(Serialize, ToSchema)]
pub(super) struct ChatMessage {
    /// `user_` or `assistant_` and the time: the same while it is written and whenever it is read again.
    id: Option<String>,
    /// `user` or `assistant`.
    #[schema(pattern = "^(user|assistant)$")]
    role: String,
    /// The words, as markdown.
    content: String,
    /// When its turn began, in UTC.
    #[schema(format = DateTime)]
    timestamp: Option<String>,
}

impl ChatMessage {
    fn user(turn: &StoredTurn) -> ChatMessage {
        ChatMessage {
            id: Some(user_message_id(turn.timestamp)),
            role: "user".to_owned(),
            content: turn.user_message.clone(),
            timestamp: Some(turn.timestamp.to_string()),
        }
    }

    fn assistant(turn: &StoredTurn) -> ChatMessage {
        ChatMessage {
            id: Some(assistant_message_id(turn.timestamp)),
            role: "assistant".to_owned(),
            content: turn.assistant_message.clone(),
            timestamp: Some(turn.timestamp.to_string()),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// The last so many turns [default: 50]; more than 1,000 are 1,000.
    #[serde(default)]
    #[param(minimum = 0)]
    limit: Option<u32>,
}

/// The messages of the current conversation, oldest first; none if there is none.
#[utoipa::path(get, path = "/api/chat/history", tag = "chat", params(HistoryQuery),
    responses((status = 200, description = "The messages", body = Vec<ChatMessage>)))]
pub(super) async fn history(
    State(contract): State<Contract>,
    Asked(query): Asked<HistoryQuery>,
) -> Answer<Vec<ChatMessage>> {
    let turns = contract.history(query.limit.unwrap_or(50).min(MAXIMUM_HISTORY)).await?;
    let messages = turns.iter().flat_map(|turn| [ChatMessage::user(turn), ChatMessage::assistant(turn)]);
    Ok(Json(messages.filter(|message| !message.content.is_empty()).collect()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct SendMessageRequest {
    /// The message, as markdown: not blank, at most 256 KiB.
    #[schema(min_length = 1)]
    content: String,
    /// The conversation, begun if there is none with this id; the current one if not said.
    #[schema(min_length = 1, max_length = 200)]
    session_id: Option<String>,
    /// Who shall answer this message; the current model if not said.
    model_id: Option<String>,
    /// Whose model it is, where its id alone does not tell.
    provider: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(super) struct SendMessageResponse {
    message: ChatMessage,
    /// `ready`
    agent_status: String,
    /// The conversation that the message is in.
    session_id: Option<String>,
}

/// Says something and waits for the whole answer. A client that goes away loses nothing: the answer is in the history.
#[utoipa::path(post, path = "/api/chat/message", tag = "chat", request_body = SendMessageRequest,
    responses(
        (status = 200, description = "The answer", body = SendMessageResponse),
        (status = 400, description = "The message or the model cannot be taken; nothing was stored", body = Refusal),
        (status = 404, description = "The conversation was deleted while the answer was written", body = Refusal),
        (status = 409, description = "Another answer is being written in this conversation; nothing was stored", body = Refusal),
        (status = 502, description = "The model failed; the message is stored", body = Refusal)))]
pub(super) async fn send(
    State(contract): State<Contract>,
    Body(request): Body<SendMessageRequest>,
) -> Answer<SendMessageResponse> {
    let SendMessageRequest { content, session_id, model_id, provider } = request;
    let model = model_id.as_deref().filter(|model| !model.is_empty()).map(|model| (model, provider.as_deref()));
    let accepted = contract.send(session_id.as_deref(), content, model).await?;
    let (turn, failure) = contract.answered(&accepted).await?;
    if turn.status == TurnStatus::Failed && turn.assistant_message.is_empty() {
        let sentence = failure.unwrap_or_else(|| "The model failed. Your message is in the history.".to_owned());
        return Err(Refused(StatusCode::BAD_GATEWAY, sentence));
    }
    Ok(Json(SendMessageResponse {
        message: ChatMessage::assistant(&turn),
        agent_status: "ready".to_owned(),
        session_id: Some(accepted.session_id),
    }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct AgentStatus {
    /// `ready`, or `thinking` while an answer is written in the current conversation.
    #[schema(pattern = "^(ready|thinking|offline)$")]
    status: &'static str,
    /// The current model.
    name: String,
    /// When something was last said in the current conversation.
    #[schema(format = DateTime)]
    last_interaction: Option<String>,
}

/// Whether somebody can answer.
#[utoipa::path(get, path = "/api/chat/agent-status", tag = "chat",
    responses((status = 200, description = "The status", body = AgentStatus)))]
pub(super) async fn agent_status(State(contract): State<Contract>) -> Answer<AgentStatus> {
    let (writing, last) = contract.last_turn().await?;
    Ok(Json(AgentStatus {
        status: if writing { "thinking" } else { "ready" },
        name: contract.models().await.current,
        last_interaction: last.map(|turn| turn.timestamp.to_string()),
    }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct Cleared {
    /// `Chat history cleared`
    message: &'static str,
}

/// Leaves the current conversation. Nothing is deleted: it stays in the list.
#[utoipa::path(post, path = "/api/chat/clear", tag = "chat",
    responses((status = 200, description = "It was left", body = Cleared)))]
pub(super) async fn clear(State(contract): State<Contract>) -> Json<Cleared> {
    contract.leave_session();
    Json(Cleared { message: "Chat history cleared" })
}

#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// The conversation that is the current one now.
    session_id: String,
    /// `ok`
    status: &'static str,
}

/// Makes a new conversation the current one. It is in the list once something is said in it.
#[utoipa::path(post, path = "/api/chat/start-session", tag = "chat",
    responses((status = 200, description = "It is the current one", body = Session)))]
pub(super) async fn start_session(State(contract): State<Contract>) -> Answer<Session> {
    Ok(Json(Session { session_id: contract.start_session().await?, status: "ok" }))
}

/// Makes a conversation the current one. Where there is none with this id, its first message begins it.
#[utoipa::path(post, path = "/api/chat/set-session/{session_id}", tag = "chat",
    params(("session_id" = String, Path, description = "1 to 200 bytes without control characters", min_length = 1, max_length = 200)),
    responses(
        (status = 200, description = "It is the current one", body = Session),
        (status = 400, description = "That is no id", body = Refusal)))]
pub(super) async fn set_session(State(contract): State<Contract>, Named(session_id): Named) -> Answer<Session> {
    contract.set_current_session(&session_id)?;
    Ok(Json(Session { session_id, status: "ok" }))
}
