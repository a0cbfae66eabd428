//! Clients on other origins: AI OS's web client when its development server serves it.
//!
//! A page of another origin that may read and change the history can do all that its person can. So none may by default, and a wildcard does not
//! exist: the owner lists origins one by one (`--allow-origin http://localhost:5173`), and what is listed counts for the contract's endpoints and
//! the websocket only: not for our own server functions, pages, exports, backups, or signing in. The same list decides what a browser may read (CORS) and what the guard lets through.

use super::document;
use crate::guard::{authority::Authority, hosts::AllowedHosts};
use aios_protocol::socket;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::{
    str::FromStr,
    sync::{Arc, LazyLock},
};

/// The endpoints of the contract, each as the parts of its path.
static ENDPOINTS: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    let paths = document()["paths"].as_object().into_iter().flat_map(|paths| paths.keys());
    paths.map(|path| path.split('/').collect()).collect()
});

/// Whether a path leads to an endpoint of the contract.
fn is_endpoint(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    ENDPOINTS.iter().any(|endpoint| {
        let is_part = |(known, part): (&&str, &&str)| known == part || (known.starts_with('{') && !part.is_empty());
        endpoint.len() == parts.len() && endpoint.iter().zip(&parts).all(is_part)
    })
}

/// Where a page comes from: `http://` or `https://`, a host, and a port if it is not the scheme's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// As browsers say it.
    header: HeaderValue,
    authority: Authority,
    /// The port of its scheme.
    scheme_port: u16,
}

impl Origin {
    /// Whether this host, as a request names it, is where the origin is.
    pub(crate) fn is_at(&self, host: &Authority) -> bool {
        self.authority.host == host.host && self.authority.port_or(self.scheme_port) == host.port_or(self.scheme_port)
    }
}

/// What was said is no origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an origin, as http://localhost:5173")]
pub struct ParseOriginError;

impl FromStr for Origin {
    type Err = ParseOriginError;

    fn from_str(text: &str) -> Result<Origin, ParseOriginError> {
        let plain = text.strip_prefix("http://").map(|rest| (rest, 80));
        let (rest, scheme_port) =
            plain.or_else(|| text.strip_prefix("https://").map(|rest| (rest, 443))).ok_or(ParseOriginError)?;
        let authority = rest.parse().map_err(|_| ParseOriginError)?;
        // Browsers write hosts in small letters.
        let header = HeaderValue::try_from(text.to_ascii_lowercase()).map_err(|_| ParseOriginError)?;
        Ok(Origin { header, authority, scheme_port })
    }
}

/// Whether pages of listed origins may use what is at this path.
pub(crate) fn is_open(path: &str) -> bool {
    path == socket::PATH || is_endpoint(path)
}

/// Whether a request comes from an origin that was listed and goes to a path that listed origins may use.
pub(crate) fn is_allowed(request: &Request, hosts: &AllowedHosts) -> bool {
    allowed(request.uri().path(), request.headers(), hosts).is_some()
}

/// The origin of such a request.
fn allowed(path: &str, headers: &HeaderMap, hosts: &AllowedHosts) -> Option<HeaderValue> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else { return None };
    let is_listed = hosts.origins().iter().any(|listed| listed.header == origin);
    (is_listed && is_open(path)).then(|| origin.clone())
}

/// Answers the question that a browser asks before a request to another origin, and says on answers that they may be read.
pub(crate) async fn answer(State(hosts): State<Arc<AllowedHosts>>, request: Request, next: Next) -> Response {
    let Some(origin) = allowed(request.uri().path(), request.headers(), &hosts) else { return next.run(request).await };
    let asks =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    // What else the answer varies with stays said.
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    let mut say = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    say(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    if asks {
        say(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE");
        say(header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type");
        say(header::ACCESS_CONTROL_MAX_AGE, "600");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    #[test]
    fn only_endpoints_of_the_contract_are_opened() {
        for path in
            ["/api/conversations", "/api/conversations/x/rename", "/api/db-mode/mode/demo", "/api/import/upload"]
        {
            assert!(is_endpoint(path), "{path}");
        }
        for path in [
            "/",
            "/api/",
            "/api/fn/rename",
            "/api/backup",
            "/api/export/conversations",
            "/api/export/conversations/x",
            "/api/import/file",
            "/api/import/database",
            "/api/conversations/",
            "/api/conversations//rename",
            "/api/conversations/x/rename/",
            "/sign-in",
            "/access",
            "/files/x",
        ] {
            assert!(!is_endpoint(path), "{path}");
        }
    }

    #[tokio::test]
    async fn what_an_answer_varies_with_stays_said() {
        let hosts = AllowedHosts::new("127.0.0.1:3000".parse().unwrap(), Vec::new());
        let hosts = hosts.with_origins(vec!["http://localhost:5173".parse().unwrap()]);
        let route = get(|| async { ([(header::VARY, "accept-encoding")], "") });
        let router = Router::new().route("/api/models", route).layer(from_fn_with_state(Arc::new(hosts), answer));
        let request = Request::get("/api/models").header(header::ORIGIN, "http://localhost:5173");
        let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let varies: Vec<_> = answer.headers().get_all(header::VARY).iter().collect();
        assert_eq!(varies, ["accept-encoding", "origin"]);
    }

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
