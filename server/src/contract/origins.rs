//! Clients on other origins: AI OS's web client when its development server serves it.
//!
//! A page of another origin that may read and change the history can do all that its person can. So none may by default, and a wildcard does not
//! exist: the owner lists origins one by one (`--allow-origin http://localhost:5173`), and what is listed counts for the contract's paths and
//! the websocket only, not for our own server functions. The same list decides what a browser may read (CORS) and what the guard lets through.

use crate::guard::hosts::AllowedHosts;
use aios_protocol::socket;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::{str::FromStr, sync::Arc};

/// Where a page comes from: `http://` or `https://`, a host, and a port if it is not the scheme's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin(HeaderValue);

/// What was said is no origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an origin, as http://localhost:5173")]
pub struct ParseOriginError;

impl FromStr for Origin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Origin, ParseOriginError> {
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).ok_or(ParseOriginError)?;
        rest.parse::<crate::guard::authority::Authority>().map_err(|_| ParseOriginError)?;
        // Browsers write hosts in small letters.
        HeaderValue::try_from(text.to_ascii_lowercase()).map(Origin).map_err(|_| ParseOriginError)
    }
}

/// Whether a request comes from an origin that was listed and goes to a path that listed origins may use.
pub(crate) fn is_allowed(request: &Request, hosts: &AllowedHosts) -> bool {
    allowed(request.uri().path(), request.headers(), hosts).is_some()
}

/// The origin of such a request.
fn allowed(path: &str, headers: &HeaderMap, hosts: &AllowedHosts) -> Option<HeaderValue> {
    let is_contract = (path.starts_with("/api/") && !path.starts_with("/api/fn/")) || path == socket::PATH;
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else { return None };
    let is_listed = hosts.origins().iter().any(|Origin(listed)| listed == origin);
    (is_contract && is_listed).then(|| origin.clone())
}

/// Answers the question that a browser asks before a request to another origin, and says on answers that they may be read.
pub(crate) async fn answer(State(hosts): State<Arc<AllowedHosts>>, request: Request, next: Next) -> Response {
    let Some(origin) = allowed(request.uri().path(), request.headers(), &hosts) else { return next.run(request).await };
    let asks =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let mut say = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    say(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    say(header::VARY, "origin");
    if asks {
        say(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE");
        say(header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type");
        say(header::ACCESS_CONTROL_MAX_AGE, "600");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_nothing_else() {
        for right in ["http://localhost:5173", "https://chat.example.org", "http://LOCALHOST"] {
            assert!(right.parse::<Origin>().is_ok(), "{right}");
        }
        for wrong in ["*", "null", "", "localhost:5173", "http://", "http://a/", "http://a b", "ftp://a", "http://a@b"]
        {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }
}
