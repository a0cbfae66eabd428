//! `/api/conversations`: the list, one of them, and what is done to one.

use super::answer::{Answer, Asked, Body, Named, Refusal, Refused};
use aios_chat::contract::{Contract, ContractConversation, ContractLine, Slice};
use aios_model::{ConversationSummary, Source};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// The sources whose conversations can be deleted at once.
const SOURCES: [&str; 5] = ["aios", "chatgpt", "claude", "copilot", "gemini"];

/// A line of the list.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationSummary)]
pub(super) struct Line {
    session_id: String,
    /// Its name, else its first words, else what AI OS calls one without a name.
    name: String,
    #[schema(format = DateTime)]
    started: String,
    /// Turns in it, all branches included.
    turn_count: u32,
    /// The first 100 characters of the last answer.
    last_message: Option<String>,
    /// The first 100 characters of the first question.
    preview: Option<String>,
    archived: bool,
    weight: Option<f64>,
    /// `aios`, `chatgpt`, `claude`, …
    source: String,
    summary: Option<String>,
}

impl From<ContractLine> for Line {
    fn from(ContractLine { summary: shown, line }: ContractLine) -> Line {
        Line {
            name: name(&shown),
            started: shown.started.to_string(),
            turn_count: shown.turn_count,
            last_message: line.last_message,
            preview: Some(shown.preview),
            archived: shown.archived,
            weight: Some(line.weight),
            source: shown.source.as_str().to_owned(),
            summary: line.summary,
            session_id: shown.session_id,
        }
    }
}

/// What AI OS calls a conversation: without a name, by the date in an id of its own.
fn name(summary: &ConversationSummary) -> String {
    let dated = || {
        let date = summary.session_id.strip_prefix("react_")?.get(..8)?;
        let is_date = date.bytes().all(|byte| byte.is_ascii_digit());
        is_date.then(|| format!("Chat {}-{}-{}", &date[..4], &date[4..6], &date[6..]))
    };
    summary.display_name().map(str::to_owned).or_else(dated).unwrap_or_else(|| "Unnamed Conversation".to_owned())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// At most so many [default: 50]; more than 1,000 are 1,000.
    #[param(minimum = 0)]
    limit: Option<u32>,
    /// Those put away instead of the others.
    archived: Option<bool>,
    /// Only those that say this, best first; any text can be searched for.
    search: Option<String>,
}

/// Conversations, latest first.
#[utoipa::path(get, path = "/api/conversations", tag = "conversations", params(ListQuery),
    responses((status = 200, description = "The list", body = Vec<Line>)))]
pub(super) async fn list(State(contract): State<Contract>, Asked(query): Asked<ListQuery>) -> Answer<Vec<Line>> {
    let archived = query.archived.unwrap_or(false);
    let lines = contract.list(archived, query.limit.unwrap_or(50), query.search.as_deref()).await?;
    Ok(Json(lines.into_iter().map(Line::from).collect()))
}

#[derive(Serialize, ToSchema)]
pub(super) struct Created {
    /// `react_` and the time in UTC.
    session_id: String,
}

/// Begins an empty conversation.
#[utoipa::path(post, path = "/api/conversations/new", tag = "conversations",
    responses((status = 200, description = "It is there", body = Created)))]
pub(super) async fn create(State(contract): State<Contract>) -> Answer<Created> {
    Ok(Json(Created { session_id: contract.create_session().await? }))
}

/// A message with its answer.
#[derive(Serialize, ToSchema)]
pub(super) struct Turn {
    #[schema(format = DateTime)]
    timestamp: String,
    user: String,
    assistant: String,
    feed_type: Option<String>,
    context_level: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
}

/// A conversation, or a piece of it.
#[derive(Serialize, ToSchema)]
pub(super) struct ConversationDetail {
    session_id: String,
    name: String,
    #[schema(format = DateTime)]
    started: String,
    /// Turns of the active branch, oldest first.
    turns: Vec<Turn>,
    /// Turns of the active branch, those included that were not asked for.
    total_turns: Option<u32>,
    /// What AI OS knew when it began.
    #[schema(value_type = Option<Object>)]
    state_snapshot: Option<Map<String, Value>>,
    weight: Option<f64>,
    summary: Option<String>,
}

impl From<ContractConversation> for ConversationDetail {
    fn from(found: ContractConversation) -> ConversationDetail {
        let ContractConversation { summary, details, turns, mut turn_details } = found;
        let turns = turns.into_iter().map(|turn| {
            let known = turn_details.remove(&turn.id);
            let (feed_type, level, metadata) =
                known.map(|known| (known.feed_type, known.context_level, known.metadata)).unwrap_or_default();
            Turn {
                timestamp: turn.timestamp.to_string(),
                user: turn.user_message,
                assistant: turn.assistant_message,
                feed_type,
                context_level: level,
                metadata: object(metadata),
            }
        });
        ConversationDetail {
            name: name(&summary),
            started: summary.started.to_string(),
            turns: turns.collect(),
            total_turns: Some(details.total_turns),
            state_snapshot: object(details.state_snapshot),
            weight: Some(details.weight),
            summary: details.summary,
            session_id: summary.session_id,
        }
    }
}

/// A JSON object that was stored as text; whatever else it is, is nothing.
fn object(json: Option<String>) -> Option<Map<String, Value>> {
    serde_json::from_str(&json?).ok()
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WindowQuery {
    /// At most so many turns: the last ones, or with `offset` the first behind it. All if not said.
    #[param(minimum = 0)]
    limit: Option<u32>,
    /// Turns to leave out at the beginning.
    #[param(minimum = 0)]
    offset: Option<u32>,
}

/// A conversation with turns of its active branch. Reading it changes nothing.
#[utoipa::path(get, path = "/api/conversations/{session_id}", tag = "conversations",
    params(("session_id" = String, Path), WindowQuery),
    responses(
        (status = 200, description = "The conversation", body = ConversationDetail),
        (status = 404, description = "There is none with this id", body = Refusal)))]
pub(super) async fn get(
    State(contract): State<Contract>,
    Named(session_id): Named,
    Asked(query): Asked<WindowQuery>,
) -> Answer<ConversationDetail> {
    let slice = Slice { limit: query.limit, offset: query.offset };
    Ok(Json(contract.conversation(&session_id, slice).await?.into()))
}

#[derive(Deserialize, ToSchema)]
pub(super) struct RenameRequest {
    /// 1 to 200 characters beside white space around it.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

#[derive(Serialize, ToSchema)]
pub(super) struct Renamed {
    success: bool,
    name: String,
}

/// Names a conversation.
#[utoipa::path(post, path = "/api/conversations/{session_id}/rename", tag = "conversations",
    params(("session_id" = String, Path)), request_body = RenameRequest,
    responses(
        (status = 200, description = "It has the name", body = Renamed),
        (status = 400, description = "That is no name", body = Refusal),
        (status = 404, description = "There is none with this id", body = Refusal)))]
pub(super) async fn rename(
    State(contract): State<Contract>,
    Named(session_id): Named,
    Body(request): Body<RenameRequest>,
) -> Answer<Renamed> {
    contract.chat().rename(&session_id, &request.name).await?;
    Ok(Json(Renamed { success: true, name: request.name }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct Archived {
    success: bool,
    archived: bool,
}

/// Puts a conversation away.
#[utoipa::path(post, path = "/api/conversations/{session_id}/archive", tag = "conversations",
    params(("session_id" = String, Path)),
    responses(
        (status = 200, description = "It is put away", body = Archived),
        (status = 404, description = "There is none with this id", body = Refusal)))]
pub(super) async fn archive(State(contract): State<Contract>, Named(session_id): Named) -> Answer<Archived> {
    contract.chat().archive(&session_id).await?;
    Ok(Json(Archived { success: true, archived: true }))
}

/// Brings a conversation back.
#[utoipa::path(post, path = "/api/conversations/{session_id}/unarchive", tag = "conversations",
    params(("session_id" = String, Path)),
    responses(
        (status = 200, description = "It is back", body = Archived),
        (status = 404, description = "There is none with this id", body = Refusal)))]
pub(super) async fn unarchive(State(contract): State<Contract>, Named(session_id): Named) -> Answer<Archived> {
    contract.chat().unarchive(&session_id).await?;
    Ok(Json(Archived { success: true, archived: false }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct Deleted {
    success: bool,
    /// Its id.
    deleted: String,
}

/// Deletes a conversation.
#[utoipa::path(delete, path = "/api/conversations/{session_id}", tag = "conversations",
    params(("session_id" = String, Path)),
    responses(
        (status = 200, description = "It is gone", body = Deleted),
        (status = 404, description = "There is none with this id", body = Refusal)))]
pub(super) async fn delete(State(contract): State<Contract>, Named(session_id): Named) -> Answer<Deleted> {
    contract.chat().delete(&session_id).await?;
    Ok(Json(Deleted { success: true, deleted: session_id }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct DeletedSource {
    success: bool,
    source: String,
    deleted_count: u32,
}

/// Deletes all conversations of a source, put away or not.
#[utoipa::path(delete, path = "/api/conversations/source/{source}", tag = "conversations",
    params(("source" = String, Path, description = "aios, chatgpt, claude, copilot or gemini")),
    responses(
        (status = 200, description = "They are gone", body = DeletedSource),
        (status = 400, description = "It is none of the five", body = Refusal)))]
pub(super) async fn delete_source(State(contract): State<Contract>, Named(source): Named) -> Answer<DeletedSource> {
    if !SOURCES.contains(&source.as_str()) {
        let sentence = format!("Invalid source: {source}. Valid: {}", SOURCES.join(", "));
        return Err(Refused(StatusCode::BAD_REQUEST, sentence));
    }
    let deleted_count = contract.chat().delete_source(&Source::from_name(&source)).await?;
    Ok(Json(DeletedSource { success: true, source, deleted_count }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct Summarized {
    success: bool,
    session_id: String,
    summary: String,
}

/// Has the current model summarise a conversation, and keeps the summary.
#[utoipa::path(post, path = "/api/conversations/{session_id}/summarize", tag = "conversations",
    params(("session_id" = String, Path)),
    responses(
        (status = 200, description = "The summary", body = Summarized),
        (status = 400, description = "Nothing was said in it, no model can write, or the model failed", body = Refusal),
        (status = 404, description = "There is none with this id", body = Refusal)))]
pub(super) async fn summarize(State(contract): State<Contract>, Named(session_id): Named) -> Answer<Summarized> {
    let summary = contract.chat().summarize(&session_id).await?;
    Ok(Json(Summarized { success: true, session_id, summary }))
}
