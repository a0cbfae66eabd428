//! The Origin check: the answer to requests that another site makes a browser send.
//!
//! A browser says where a request comes from in `Origin` (on every POST and every websocket) and in `Sec-Fetch-Site`. Programs that are no
//! browser say neither; no other site can make them send anything, so they pass.

use super::{
    authority::Authority,
    changes_state,
    hosts::{AllowedHosts, RequestHost},
    refusal,
};
use crate::contract::origins;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// Refuses a request that changes something and comes from another site.
pub(super) async fn check(State(hosts): State<Arc<AllowedHosts>>, request: Request, next: Next) -> Response {
    if changes_state(&request) && !origins::is_allowed(&request, &hosts) {
        let host = request.extensions().get::<RequestHost>();
        if !host.is_some_and(|host| is_own(request.headers(), &host.0, &hosts)) {
            tracing::warn!(path = request.uri().path(), "refused a request that came from another site");
            return refusal(
                StatusCode::FORBIDDEN,
                "This request came from another site, and nothing was done. If it is a name of this server, start it with --allow-host NAME.",
            );
        }
    }
    next.run(request).await
}

fn is_own(headers: &HeaderMap, host: &Authority, hosts: &AllowedHosts) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => matches!(site, None | Some(b"same-origin" | b"none")),
        // What a browser says that keeps the origin to itself. It cannot be made to lie about the site.
        (Some(origin), None) if origin == "null" => site == Some(b"same-origin"),
        (Some(origin), None) => origin.to_str().is_ok_and(|origin| is_own_origin(origin, host, hosts)),
        (Some(_), Some(_)) => false,
    }
}

fn is_own_origin(origin: &str, host: &Authority, hosts: &AllowedHosts) -> bool {
    let parsed = |text: &str| text.parse::<Authority>();
    if let Some(Ok(origin)) = origin.strip_prefix("http://").map(parsed) {
        // An address of our network is ours only if the request went to that very address: the others are other machines.
        let same = origin.host == host.host && origin.port_or(80) == host.port_or(80);
        same || hosts.is_loopback(&origin) || hosts.is_listed(&origin, 80)
    } else if let Some(Ok(origin)) = origin.strip_prefix("https://").map(parsed) {
        // This server speaks no TLS: only a proxy before it does, under a name that was listed.
        hosts.is_listed(&origin, 443)
    } else {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(host: &str, headers: &[(&'static str, &str)]) -> bool {
        let hosts = AllowedHosts::new("0.0.0.0:3000".parse().unwrap(), vec!["chat.example.org".parse().unwrap()]);
        let host = host.parse().unwrap();
        assert!(hosts.allows(&host));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        is_own(&map, &host, &hosts)
    }

    #[test]
    fn the_same_origin_is_ours_and_the_same_name_elsewhere_is_not() {
        assert!(own("127.0.0.1:3000", &[("origin", "http://127.0.0.1:3000")]));
        assert!(own("127.0.0.1:3000", &[("origin", "http://localhost:3000")]));
        assert!(own("192.168.1.5:3000", &[("origin", "http://192.168.1.5:3000")]));
        for origin in [
            "https://127.0.0.1:3000",
            "http://127.0.0.1:3001",
            "http://127.0.0.1",
            "http://evil.example",
            "http://localhost.evil.example:3000",
            "http://127.0.0.1:3000.evil.example",
            "http://127.0.0.1:3000@evil.example",
            "http://127.0.0.1:3000/",
            "file://",
            "127.0.0.1:3000",
            "",
            "chrome-extension://abcdef",
        ] {
            assert!(!own("127.0.0.1:3000", &[("origin", origin)]), "{origin}");
        }
    }

    #[test]
    fn another_machine_of_the_network_is_another_site() {
        assert!(!own("192.168.1.5:3000", &[("origin", "http://192.168.1.6:3000")]));
    }

    #[test]
    fn a_listed_name_may_have_a_proxy_with_tls_before_it() {
        assert!(own("chat.example.org", &[("origin", "https://chat.example.org")]));
        assert!(own("127.0.0.1:3000", &[("origin", "https://chat.example.org")]));
        assert!(!own("chat.example.org", &[("origin", "https://chat.example.org:8443")]));
    }

    #[test]
    fn without_an_origin_the_site_decides_and_programs_that_say_neither_pass() {
        assert!(own("127.0.0.1:3000", &[]));
        assert!(own("127.0.0.1:3000", &[("sec-fetch-site", "same-origin")]));
        assert!(own("127.0.0.1:3000", &[("sec-fetch-site", "none")]));
        assert!(!own("127.0.0.1:3000", &[("sec-fetch-site", "cross-site")]));
        assert!(!own("127.0.0.1:3000", &[("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn an_origin_that_is_kept_secret_needs_the_browsers_word() {
        assert!(own("127.0.0.1:3000", &[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(!own("127.0.0.1:3000", &[("origin", "null"), ("sec-fetch-site", "cross-site")]));
        assert!(!own("127.0.0.1:3000", &[("origin", "null")]));
    }

    #[test]
    fn two_origins_are_none() {
        assert!(!own("127.0.0.1:3000", &[("origin", "http://127.0.0.1:3000"), ("origin", "http://evil.example")]));
    }
}
