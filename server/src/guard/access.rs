//! Whoever asks has to be known, wherever others can reach this server: see [`crate::access`].

use super::{Door, Peer, refusal};
use crate::access::{Access, Denied, pages::SIGN_IN};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use std::sync::Arc;

/// What anybody may see: that the server is up, the page to sign in at with what it is made of (a browser asks for the manifest without
/// cookies), the service worker (which names files alone: a broken one must be replaced in browsers that are not signed in, too), and, as in AI OS,
/// the description of the contract, which is the same for everybody.
pub const PUBLIC: [&str; 13] = [
    "/health",
    SIGN_IN,
    "/icon.svg",
    "/icons/192.png",
    "/icons/512.png",
    "/icons/maskable.png",
    "/icons/narrow.webp",
    "/icons/wide.webp",
    "/manifest.webmanifest",
    "/service-worker.js",
    "/docs",
    "/docs/style.css",
    "/openapi.json",
];

/// The one who decides, and the style sheet, which is public too.
#[derive(Clone)]
pub(super) struct Guard {
    pub access: Access,
    pub style: Arc<str>,
}

/// Refuses a request of somebody who is not known.
pub(super) async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
    let tls = guard.access.is_over_tls(peer, request.headers());
    request.extensions_mut().insert(Door { tls });
    let path = request.uri().path();
    if PUBLIC.contains(&path) || *path == *guard.style {
        return next.run(request).await;
    }
    match guard.access.identify(request.headers(), tls) {
        Ok(identity) => {
            request.extensions_mut().insert(identity);
            if guard.access.is_required() {
                request.extensions_mut().insert(app::Guarded);
            }
            next.run(request).await
        }
        Err(Denied::Unknown) if is_of_person(&request) => Redirect::to(&sign_in(request.uri())).into_response(),
        Err(Denied::Unknown) => {
            let sentence = "Sign in first, or send the token: Authorization: Bearer TOKEN. Nothing was done.";
            let mut response = refusal(StatusCode::UNAUTHORIZED, sentence);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            response
        }
        Err(Denied::Later(wait)) => {
            guard.access.hold().await;
            let sentence = "This is not the token, and too many wrong ones were tried: each waits for its answer now. Nothing was done.";
            let mut response = refusal(StatusCode::TOO_MANY_REQUESTS, sentence);
            response.headers_mut().insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
            response
        }
    }
}

/// A browser that goes to a page, and would be glad of one.
fn is_of_person(request: &Request) -> bool {
    let headers = request.headers();
    let takes_pages = headers
        .get(header::ACCEPT)
        .and_then(|kinds| kinds.to_str().ok())
        .is_some_and(|kinds| kinds.contains("text/html"));
    matches!(*request.method(), Method::GET | Method::HEAD) && takes_pages && !headers.contains_key(header::UPGRADE)
}

/// The page to sign in at, which leads back here.
fn sign_in(uri: &Uri) -> String {
    let wanted = uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    let encoded = wanted.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    format!("{SIGN_IN}?next={}", encoded.collect::<String>())
}
