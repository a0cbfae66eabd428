//! The doors of an import that are no server functions, since what passes through them is no JSON: files in, reports out.

use crate::guard::refusal;
use aios_chat::{Chat, Error, ErrorKind, NewFile};
use aios_model::Source;
use aios_protocol::import::{DATABASE_PATH, FILE_PATH, REPORT_PATH};
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use futures::TryStreamExt as _;
use serde::Deserialize;
use std::io;

/// The routes.
pub(crate) fn routes(chat: Chat) -> Router {
    Router::new()
        .route(FILE_PATH, post(file))
        .route(DATABASE_PATH, post(database))
        .route(&format!("{REPORT_PATH}{{import_id}}"), get(report))
        .with_state(chat)
}

/// Which file it is.
#[derive(Deserialize)]
struct Named {
    import_id: String,
    source: String,
    source_id: String,
    reference: String,
    name: String,
}

async fn file(State(chat): State<Chat>, Query(named): Query<Named>, body: Body) -> Response {
    let Named { import_id, source, source_id, reference, name } = named;
    let file = NewFile { import_id, source: Source::from_name(&source), source_id, reference, name };
    let bytes = body.into_data_stream().map_err(io::Error::other);
    match chat.import_file(file, bytes).await {
        Ok(stored) => Json(stored).into_response(),
        Err(error) => refused(&error),
    }
}

/// Which database it is.
#[derive(Deserialize)]
struct NamedDatabase {
    import_id: String,
    name: String,
    #[serde(default)]
    feeds: bool,
}

async fn database(State(chat): State<Chat>, Query(named): Query<NamedDatabase>, body: Body) -> Response {
    let bytes = body.into_data_stream().map_err(io::Error::other);
    match chat.import_database(named.import_id, named.name, named.feeds, bytes).await {
        Ok(report) => Json(report).into_response(),
        Err(error) => refused(&error),
    }
}

async fn report(State(chat): State<Chat>, Path(import_id): Path<String>) -> Response {
    match chat.import_report(&import_id).await {
        Ok(Some(report)) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"import-report.json\""),
            ];
            (headers, report).into_response()
        }
        Ok(None) => {
            refusal(StatusCode::NOT_FOUND, "This import did not end, so it has no report. What it brought is here.")
        }
        Err(error) => refused(&error),
    }
}

/// The answer to what could not be done.
pub(crate) fn refused(error: &Error) -> Response {
    let status = match error.kind() {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => {
            tracing::error!(%error, "a request of an import failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    refusal(status, error.message_for_people())
}
