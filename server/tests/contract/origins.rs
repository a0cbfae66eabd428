//! Clients on other origins.

use super::{JSON, Writer};
use crate::support::{ADDRESS, Served, request};
use axum::http::StatusCode;
use server::{guard::hosts::AllowedHosts, socket::Limits};
use std::sync::Arc;

const CLIENT: (&str, &str) = ("origin", "http://localhost:5173");

fn served(origins: &[&str]) -> Served {
    let origins = origins.iter().map(|origin| origin.parse().unwrap()).collect();
    let hosts = AllowedHosts::new(ADDRESS.parse().unwrap(), Vec::new()).with_origins(origins);
    Served::answered_by(Arc::new(Writer), hosts, Limits::default())
}

#[tokio::test]
async fn nobody_elsewhere_may_unless_the_owner_says_so() {
    let served = served(&[]);
    assert_eq!(served.post("/api/conversations/new", &[CLIENT], "").await.status, StatusCode::FORBIDDEN);
    let read = served.get("/api/conversations", &[CLIENT]).await;
    assert_eq!(read.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn a_listed_origin_may_use_the_contract_and_nothing_else() {
    let served = served(&[CLIENT.1]);
    let asked = [CLIENT, ("access-control-request-method", "POST")];
    let preflight = served.send(request("OPTIONS", "/api/chat/message", &asked, "")).await;
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert_eq!(preflight.header("access-control-allow-origin"), CLIENT.1);
    assert!(preflight.header("access-control-allow-headers").contains("authorization"));
    let said = served.post("/api/chat/message", &[CLIENT, JSON], r#"{"content":"hello"}"#).await;
    assert_eq!((said.status, said.header("access-control-allow-origin")), (StatusCode::OK, CLIENT.1));
    assert_eq!(said.header("vary"), "origin");
    for path in
        ["/api/fn/imports", "/api/import/file", "/api/import/database", "/sign-in", "/sign-out", "/access/revoke"]
    {
        let ours = served.post(path, &[CLIENT, JSON], r#"{"after":null}"#).await;
        assert_eq!((ours.status, ours.header("access-control-allow-origin")), (StatusCode::FORBIDDEN, ""), "{path}");
    }
    for path in ["/api/backup", "/api/export/conversations", "/api/export/ratings", "/", "/access"] {
        let ours = served.get(path, &[CLIENT]).await;
        assert_eq!(ours.header("access-control-allow-origin"), "", "{path}");
    }
    for other in ["http://localhost:5174", "http://localhost", "http://evil.example", "null"] {
        let refused = served.post("/api/conversations/new", &[("origin", other)], "").await;
        assert_eq!((refused.status, refused.header("access-control-allow-origin")), (StatusCode::FORBIDDEN, ""));
    }
}
