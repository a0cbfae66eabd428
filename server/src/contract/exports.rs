//! Conversations as files, in AI OS's envelope.

use super::answer::{Asked, Named, Refusal, Refused};
use aios_chat::{contract::Contract, export, now};
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The envelope around one conversation.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `aios_chat::export` writes")]
pub(super) struct ConversationExport {
    /// `1.0`
    version: String,
    /// `AI_OS`
    platform: String,
    #[schema(format = DateTime)]
    exported_at: String,
    conversation: ExportedConversation,
}

/// The envelope around many conversations.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `aios_chat::export` writes")]
pub(super) struct ConversationsExport {
    /// `1.0`
    version: String,
    /// `AI_OS`
    platform: String,
    #[schema(format = DateTime)]
    exported_at: String,
    conversations: Vec<ExportedConversation>,
}

/// A conversation in an export. What AI OS has no field for follows, so that an import of it loses nothing.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `aios_chat::export` writes")]
pub(super) struct ExportedConversation {
    session_id: String,
    name: Option<String>,
    #[schema(format = DateTime)]
    started: String,
    turns: Vec<ExportedTurn>,
    turn_count: u32,
    #[schema(value_type = Option<Object>)]
    state_snapshot: Option<()>,
}

/// A turn in an export.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `aios_chat::export` writes")]
pub(super) struct ExportedTurn {
    #[schema(format = DateTime)]
    timestamp: String,
    user: String,
    assistant: String,
}

/// One conversation as a file.
#[utoipa::path(get, path = "/api/conversations/{session_id}/export", tag = "conversations",
    params(("session_id" = String, Path)),
    responses(
        (status = 200, description = "The file `conversation_{session_id}.json`", body = ConversationExport),
        (status = 404, description = "There is none with this id", body = Refusal)))]
pub(super) async fn one(State(contract): State<Contract>, Named(session_id): Named) -> Result<Response, Refused> {
    let json = export::one(contract.chat(), &session_id).await?;
    Ok(file(&format!("conversation_{session_id}"), Body::from(json)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AllQuery {
    /// Those put away instead of the others.
    archived: Option<bool>,
}

/// All conversations as a file, however many.
#[utoipa::path(get, path = "/api/conversations/export/all", tag = "conversations", params(AllQuery),
    responses((status = 200, description = "The file `ai_os_conversations_{active|archived}_{time}.json`",
        body = ConversationsExport)))]
pub(super) async fn all(State(contract): State<Contract>, Asked(query): Asked<AllQuery>) -> Response {
    let archived = query.archived.unwrap_or(false);
    let which = if archived { "archived" } else { "active" };
    let time: String = now().to_string().chars().filter(char::is_ascii_digit).take(14).collect();
    let pieces = export::all(contract.chat(), archived);
    file(&format!("ai_os_conversations_{which}_{time}"), Body::from_stream(pieces))
}

/// A download. Of its name only what is harmless in a header is kept.
fn file(name: &str, body: Body) -> Response {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    let name: String = name.chars().map(|character| if is_plain(character) { character } else { '_' }).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.json\"")),
    ];
    (headers, body).into_response()
}
