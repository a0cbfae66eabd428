//! How large the body of a request may be.

use super::refusal;
use crate::contract::{UPLOAD_BODY, UPLOAD_PATH};
use aios_protocol::import::{
    COMPARE_PATH, DATABASE_BYTES, DATABASE_PATH, FILE_BYTES, FILE_PATH, FINISH_BYTES, FINISH_PATH, SAVE_BATCH_PATH,
};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use http_body_util::Limited;

/// For most requests: a message, a name, a prompt.
pub const ORDINARY: usize = 1024 * 1024;

/// For a batch of an import. Batches are small (`BATCH_BYTES`), but a single conversation is never divided; the largest that is known of in
/// public reports has 80 MB.
pub const SAVE_BATCH: usize = 300 * 1024 * 1024;

/// For the keys of an export: 10,000 of them, most with an id of 36 bytes and a hash of 64.
pub const COMPARE: usize = 16 * 1024 * 1024;

/// Refuses a body that says it is too large, and ends one that turns out to be.
pub(super) async fn limit(request: Request, next: Next) -> Response {
    let limit = match request.uri().path() {
        SAVE_BATCH_PATH => SAVE_BATCH,
        COMPARE_PATH => COMPARE,
        FINISH_PATH => FINISH_BYTES,
        FILE_PATH => file(FILE_BYTES),
        DATABASE_PATH => file(DATABASE_BYTES),
        UPLOAD_PATH => UPLOAD_BODY,
        _ => ORDINARY,
    };
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("This is too large: at most {} MiB are taken here. Nothing was stored.", limit / (1024 * 1024)),
        );
    }
    let mut request = request.map(|body| Body::new(Limited::new(body, limit)));
    // axum has a limit of its own, of 2 MB, wherever a body is read.
    DefaultBodyLimit::disable().apply(&mut request);
    next.run(request).await
}

/// One byte more than is taken of a file: whoever takes it says what is wrong.
fn file(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX).saturating_add(1)
}
