//! `/api/db-mode`: the person's own history, or the demo.

use super::answer::{Answer, Named, Refused};
use aios_chat::contract::Contract;
use aios_protocol::agents::{DatabaseMode, MODE_COOKIE};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(super) struct Mode {
    #[schema(pattern = "^(demo|personal)$")]
    mode: &'static str,
    /// The name of its file.
    database: &'static str,
    /// Only Recall answers.
    llm_blocked: bool,
    /// Why.
    reason: Option<&'static str>,
}

fn names(mode: DatabaseMode) -> (&'static str, &'static str) {
    match mode {
        DatabaseMode::Personal => ("personal", "personal.db"),
        DatabaseMode::Demo => ("demo", "demo.db"),
    }
}

/// Which history is open.
#[utoipa::path(get, path = "/api/db-mode/mode", tag = "db-mode",
    responses((status = 200, description = "The mode", body = Mode)))]
pub(super) async fn mode(State(contract): State<Contract>) -> Answer<Mode> {
    let mode = contract.chat().mode();
    let (name, database) = names(mode);
    let llm_blocked = mode == DatabaseMode::Demo;
    let reason = llm_blocked.then_some("in the demo only Recall answers: made-up conversations are sent to nobody");
    Ok(Json(Mode { mode: name, database, llm_blocked, reason }))
}

#[derive(Serialize, ToSchema)]
pub(super) struct ModeSet {
    #[schema(pattern = "^(demo|personal)$")]
    mode: &'static str,
    /// The name of its file.
    database: &'static str,
    message: &'static str,
}

/// Why the mode was not changed.
#[derive(Serialize, ToSchema)]
pub(super) struct ModeRefusal {
    error: &'static str,
}

/// Opens the other history for this client, by a cookie: other clients stay where they are.
#[utoipa::path(post, path = "/api/db-mode/mode/{mode}", tag = "db-mode",
    params(("mode" = String, Path, description = "demo or personal")),
    responses(
        (status = 200, description = "It is open", body = ModeSet),
        (status = 400, description = "It is neither of the two, or the owner shows one only", body = ModeRefusal)))]
pub(super) async fn set_mode(State(contract): State<Contract>, Named(named): Named) -> Result<Response, Refused> {
    let mode = match named.as_str() {
        "demo" => DatabaseMode::Demo,
        "personal" => DatabaseMode::Personal,
        _ => {
            let refusal = ModeRefusal { error: "Mode must be 'demo' or 'personal'" };
            return Ok((StatusCode::BAD_REQUEST, Json(refusal)).into_response());
        }
    };
    let chat = contract.chat();
    if chat.only_mode().is_some_and(|only| only != mode) {
        let refusal = ModeRefusal { error: "The owner of this server shows one history only" };
        return Ok((StatusCode::BAD_REQUEST, Json(refusal)).into_response());
    }
    // Whether it opens is known before the browser is told to ask for it.
    chat.in_mode(mode).await?;
    let (mode, database) = names(mode);
    let set = Json(ModeSet { mode, database, message: "Mode switched. Reload page to see changes." });
    let cookie = format!("{MODE_COOKIE}={mode}; Path=/; HttpOnly; SameSite=Lax");
    Ok(([(header::SET_COOKIE, cookie)], set).into_response())
}
