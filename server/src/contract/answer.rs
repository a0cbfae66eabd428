//! How the contract says no, and how it reads requests: every refusal is `{"detail": "…"}`, as AI OS's framework has it.

use aios_chat::{Error, ErrorKind};
use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

/// Why something was not done.
#[derive(Serialize, ToSchema)]
pub(super) struct Refusal {
    /// A sentence for a person: what happened, and what to do.
    pub detail: String,
}

/// A refusal with its status.
pub(super) struct Refused(pub StatusCode, pub String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(Refusal { detail: self.1 })).into_response()
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Refused {
        let sentence = match &error {
            // AI OS's own words, which its clients may look for.
            Error::NotFound { .. } => "Conversation not found".to_owned(),
            error => error.message_for_people(),
        };
        let status = match error.kind() {
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::Invalid => StatusCode::BAD_REQUEST,
            ErrorKind::Busy => StatusCode::CONFLICT,
            ErrorKind::Internal => {
                tracing::error!(%error, "a request of the contract failed");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        Refused(status, sentence)
    }
}

/// The answer to what could be done, or the refusal.
pub(super) type Answer<T> = Result<Json<T>, Refused>;

/// What cannot be read as what it should be.
fn unreadable(status: StatusCode, text: String) -> Refused {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refused(status, text),
        _ => Refused(StatusCode::UNPROCESSABLE_ENTITY, text),
    }
}

/// A JSON body.
pub(super) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Refused> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Body(value)),
            Err(rejection) => Err(unreadable(rejection.status(), rejection.body_text())),
        }
    }
}

/// What follows the question mark.
pub(super) struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>, Refused> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Asked(value)),
            Err(rejection) => Err(unreadable(rejection.status(), rejection.body_text())),
        }
    }
}

/// A part of the path.
pub(super) struct Named(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Named, Refused> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Named(name)),
            Err(rejection) => Err(unreadable(rejection.status(), rejection.body_text())),
        }
    }
}
