//! A server that shows a history and keeps it as it is (`AIOS_READ_ONLY`), as AI OS has it for public demos.

use super::changes_state;
use axum::{
    Json,
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

/// What is taken nevertheless: AI OS's own list, the same over the websocket, and signing in and out.
const TAKEN: [&str; 7] =
    ["/api/chat/", "/api/sensory/record", "/api/notify/", "/ws", "/sign-in", "/sign-out", "/access/revoke"];

/// Server functions that leave the history as it is, although they are asked by POST.
const READING: [&str; 15] = [
    "/api/fn/list",
    "/api/fn/mode",
    "/api/fn/language",
    "/api/fn/settings",
    "/api/fn/outline",
    "/api/fn/shelf",
    "/api/fn/projects",
    "/api/fn/ratings",
    "/api/fn/overview",
    "/api/fn/conversation",
    "/api/fn/search",
    "/api/fn/models",
    "/api/fn/imports",
    "/api/fn/import",
    "/api/fn/import_compare",
];

/// Refuses what would change something.
pub(super) async fn check(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_taken = TAKEN.iter().any(|taken| match taken.ends_with('/') {
        true => path.starts_with(taken),
        false => path == *taken,
    });
    if is_taken || READING.contains(&path) || !changes_state(&request) {
        return next.run(request).await;
    }
    let detail = format!("{} {path} would change the history, which is shown here as it is.", request.method());
    (StatusCode::FORBIDDEN, Json(json!({ "error": "demo is read-only", "detail": detail }))).into_response()
}
