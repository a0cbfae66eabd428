//! Files on their way out: conversations, and what was rated.

use crate::{files::disposition_of, imports::refused};
use aios_chat::{
    Chat, Error, RatingQuery,
    export::{Export, Format, Options, Selection, What},
};
use aios_model::{Rating, Source, Timestamp};
use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;

/// The routes.
pub(crate) fn routes(chat: Chat) -> Router {
    Router::new()
        .route("/api/export/ratings", get(ratings))
        .route("/api/export/conversations", get(many))
        .route("/api/export/conversations/{session_id}", get(one))
        .with_state(chat)
}

/// What may be said behind the question mark. What is blank says nothing: forms send all of their fields.
#[derive(Deserialize)]
struct Asked {
    format: Option<String>,
    branches: Option<String>,
    zip: Option<String>,
    source: Option<String>,
    project: Option<String>,
    model: Option<String>,
    archived: Option<String>,
    pinned: Option<String>,
    rating: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

impl Asked {
    fn options(&self) -> Result<Options, Error> {
        let format = said(&self.format).map_or(Ok(Format::Json), str::parse)?;
        let is_set = |switch: &Option<String>| matches!(said(switch), Some("1" | "true" | "on"));
        Ok(Options { format, branches: is_set(&self.branches), archive: is_set(&self.zip) })
    }

    fn selection(&self) -> Result<Selection, Error> {
        Ok(Selection {
            archived: flag(&self.archived)?,
            sources: said(&self.source).into_iter().flat_map(|all| all.split(',')).map(Source::from_name).collect(),
            project: said(&self.project).map(str::to_owned),
            model: said(&self.model).map(str::to_owned),
            pinned: flag(&self.pinned)?,
            rating: thumb(&self.rating)?,
            since: said(&self.since).map(day).transpose()?,
            until: said(&self.until).map(day).transpose()?,
        })
    }
}

/// What a field says, if it says anything.
fn said(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn flag(field: &Option<String>) -> Result<Option<bool>, Error> {
    match said(field) {
        None => Ok(None),
        Some("true" | "1" | "on") => Ok(Some(true)),
        Some("false" | "0" | "off") => Ok(Some(false)),
        Some(_) => Err(Error::invalid("Say true or false there, or nothing. Nothing was exported.")),
    }
}

fn thumb(field: &Option<String>) -> Result<Option<Rating>, Error> {
    match said(field) {
        None => Ok(None),
        Some("up") => Ok(Some(Rating::Up)),
        Some("down") => Ok(Some(Rating::Down)),
        Some(_) => Err(Error::invalid("A rating is up or down, or nothing is said of it. Nothing was exported.")),
    }
}

/// A day or a moment.
fn day(text: &str) -> Result<Timestamp, Error> {
    let sentence = "A date is a day like 2026-01-31, or a moment like 2026-01-31T12:00:00Z. Nothing was exported.";
    Timestamp::parse(text).map_err(|_| Error::invalid(sentence))
}

async fn one(
    State(chat): State<Chat>,
    Path(session_id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    answer(async {
        let asked = understood(asked)?;
        chat.export(What::One(session_id), asked.options()?).await
    })
    .await
}

async fn many(State(chat): State<Chat>, asked: Result<Query<Asked>, QueryRejection>) -> Response {
    answer(async {
        let asked = understood(asked)?;
        chat.export(What::Many(asked.selection()?), asked.options()?).await
    })
    .await
}

/// Which ratings, and in which form.
#[derive(Deserialize)]
struct AskedRatings {
    format: Option<String>,
    rating: Option<String>,
    model: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

async fn ratings(State(chat): State<Chat>, asked: Result<Query<AskedRatings>, QueryRejection>) -> Response {
    answer(async {
        let asked = understood(asked)?;
        let query = RatingQuery {
            rating: thumb(&asked.rating)?,
            model: said(&asked.model).map(str::to_owned),
            since: said(&asked.since).map(day).transpose()?,
            until: said(&asked.until).map(day).transpose()?,
        };
        Ok(chat.dataset(query, said(&asked.format).unwrap_or("csv").parse()?))
    })
    .await
}

/// The fields of a query, or a sentence about the one that makes no sense.
fn understood<T>(asked: Result<Query<T>, QueryRejection>) -> Result<T, Error> {
    let sentence = |rejection: QueryRejection| {
        Error::invalid(format!("This export was not understood: {}. Nothing was exported.", rejection.body_text()))
    };
    asked.map(|Query(asked)| asked).map_err(sentence)
}

/// A file to be kept, or why there is none. If it breaks off, so does the connection: the browser says that the download failed.
async fn answer(export: impl Future<Output = Result<Export, Error>>) -> Response {
    let Export { name, media_type, bytes } = match export.await {
        Ok(export) => export,
        Err(error) => return refused(&error),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, disposition_of("attachment", &name)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, Body::from_stream(bytes)).into_response()
}
