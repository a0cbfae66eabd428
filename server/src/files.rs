//! The bytes of files that conversations have.

use crate::imports::refused;
use aios_chat::Chat;
use aios_protocol::import::FILES_PATH;
use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tower_http::services::ServeFile;

/// The route.
pub(crate) fn routes(chat: Chat) -> Router {
    Router::new().route(&format!("{FILES_PATH}{{hash}}"), get(file)).with_state(chat)
}

/// A file by its hash. It came from outside: what it is was told by its first bytes when it came, nothing can run in it (the policy of data, which
/// every such answer has, sandboxes it), and what a page cannot show is a download.
async fn file(State(chat): State<Chat>, Path(hash): Path<String>, request: Request) -> Response {
    let (file, path) = match chat.open_file(&hash).await {
        Ok(found) => found,
        Err(error) => return refused(&error),
    };
    // Knows ranges, which players of sound and pictures in motion ask for.
    let served = match ServeFile::new(path).try_call(request).await {
        Ok(served) => served,
        Err(error) => {
            tracing::error!(hash, %error, "the bytes of a file could not be read");
            return refused(&aios_chat::Error::FileNotFound { hash });
        }
    };
    let mut response = served.map(Body::new).into_response();
    if !(response.status().is_success() || response.status() == axum::http::StatusCode::NOT_MODIFIED) {
        return response;
    }
    let headers = response.headers_mut();
    let is_shown = ["image/", "audio/", "video/"].iter().any(|kind| file.media_type.starts_with(kind));
    let disposition = if is_shown { "inline" } else { "attachment" };
    headers.insert(header::CONTENT_DISPOSITION, disposition_of(disposition, &file.name));
    if let Ok(media_type) = HeaderValue::try_from(file.media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    // Under its hash it never changes; but it is nobody else's to keep.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    response
}

/// `attachment; filename*=UTF-8''…` (RFC 6266, RFC 8187): any name, without a character that has a meaning in a header or a path.
pub(crate) fn disposition_of(disposition: &str, name: &str) -> HeaderValue {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let encoded: String = name
        .bytes()
        .take(200)
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let value = format!("{disposition}; filename*=UTF-8''{encoded}");
    // It is ASCII without control characters.
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}
