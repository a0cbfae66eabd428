//! No door opens for another host's name or for a request that another site made: every kind of door is tried.

use crate::support::{Served, request};
use axum::http::StatusCode;
use server::{guard::hosts::AllowedHosts, socket::Limits};

/// One of each: a page, a page that does not exist, a file, a missing file, a server function, an unknown one, the websocket, health, what
/// goes into an import, and what comes out of the history.
const DOORS: [(&str, &str); 13] = [
    ("GET", "/"),
    ("GET", "/c/none"),
    ("GET", "/nowhere"),
    ("GET", "/pkg/page.0123.js"),
    ("GET", "/pkg/missing.js"),
    ("POST", "/api/fn/rename"),
    ("POST", "/api/fn/unknown"),
    ("GET", "/ws"),
    ("GET", "/health"),
    ("POST", "/api/import/file"),
    ("POST", "/api/import/database"),
    ("GET", "/api/import/report/none"),
    ("GET", "/files/none"),
];

const UPGRADE: [(&str, &str); 5] = [
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("sec-websocket-protocol", "aios-chat.v1"),
];

#[tokio::test]
async fn every_door_refuses_a_foreign_host_as_after_dns_rebinding() {
    let served = Served::new();
    for (method, path) in DOORS {
        for host in
            ["evil.example:3000", "127.0.0.1.evil.example:3000", "localhost:3001", "localhost.", "192.168.1.5:3000"]
        {
            let answer = served.send(request(method, path, &[("host", host)], "")).await;
            assert!(
                answer.status == StatusCode::FORBIDDEN || answer.status == StatusCode::BAD_REQUEST,
                "{method} {path} at {host}"
            );
            assert!(answer.header("content-security-policy").contains("default-src 'none'"));
        }
    }
}

#[tokio::test]
async fn a_refused_host_is_told_how_to_be_allowed() {
    let answer = Served::new().get("/", &[("host", "chat.example.org")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.body.contains("--allow-host chat.example.org"), "{}", answer.body);
    let hosts = AllowedHosts::new("127.0.0.1:3000".parse().unwrap(), vec!["chat.example.org".parse().unwrap()]);
    let allowed = Served::with(hosts, Limits::default()).get("/health", &[("host", "chat.example.org")]).await;
    assert_eq!(allowed.status, StatusCode::OK);
}

#[tokio::test]
async fn two_hosts_or_a_line_that_disagrees_with_the_header_are_refused() {
    let served = Served::new();
    let two = served.get("/health", &[("host", "127.0.0.1:3000"), ("host", "evil.example")]).await;
    assert_eq!(two.status, StatusCode::BAD_REQUEST);
    let line = served.get("http://evil.example/health", &[]).await;
    assert_eq!(line.status, StatusCode::BAD_REQUEST);
    let same = served.get("http://127.0.0.1:3000/health", &[]).await;
    assert_eq!(same.status, StatusCode::OK);
}

#[tokio::test]
async fn no_other_site_changes_anything() {
    let served = Served::new();
    let session_id = served.chat.create(Some("before".into())).await.unwrap();
    let body = format!("session_id={session_id}&name=after");
    let form = ("content-type", "application/x-www-form-urlencoded");
    for headers in [
        &[form, ("origin", "http://evil.example")][..],
        &[form, ("origin", "http://localhost:3001")],
        &[form, ("origin", "null")],
        &[form, ("sec-fetch-site", "cross-site")],
        &[form, ("origin", "http://127.0.0.1:3000"), ("origin", "http://evil.example")],
    ] {
        let answer = served.post("/api/fn/rename", headers, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(answer.body.contains("nothing was done"));
    }
    for path in ["/api/import/file", "/api/import/database", "/api/fn/import_undo", "/api/fn/import_begin"] {
        let answer = served.post(path, &[("origin", "http://evil.example")], "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    for method in ["PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "MADEUP"] {
        let answer = served.send(request(method, "/api/fn/rename", &[("origin", "http://evil.example")], &body)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method}");
    }
    let name = served.chat.get(&session_id, None).await.unwrap().summary.name;
    assert_eq!(name.as_deref(), Some("before"));
}

#[tokio::test]
async fn the_websocket_passes_the_same_guard() {
    let served = Served::new();
    let upgrade = async |origin: &'static str| {
        let mut headers = UPGRADE.to_vec();
        headers.push(("origin", origin));
        served.get("/ws", &headers).await.status
    };
    assert_eq!(upgrade("http://evil.example").await, StatusCode::FORBIDDEN);
    assert_eq!(upgrade("http://localhost:3001").await, StatusCode::FORBIDDEN);
    assert_eq!(upgrade("null").await, StatusCode::FORBIDDEN);
    // Past the guard; a request without a connection below it cannot become a websocket.
    assert_eq!(upgrade("http://127.0.0.1:3000").await, StatusCode::UPGRADE_REQUIRED);
}

#[tokio::test]
async fn a_form_without_javascript_is_taken_and_leads_back() {
    let served = Served::new();
    let session_id = served.chat.create(Some("before".into())).await.unwrap();
    let page = format!("http://127.0.0.1:3000/c/{session_id}");
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html,application/xhtml+xml"),
        ("origin", "http://127.0.0.1:3000"),
        ("sec-fetch-site", "same-origin"),
        ("referer", page.as_str()),
    ];
    let answer = served.post("/api/fn/rename", &headers, &format!("session_id={session_id}&name=after")).await;
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
    assert_eq!(answer.header("location").trim_end_matches('?'), page);
    let name = served.chat.get(&session_id, None).await.unwrap().summary.name;
    assert_eq!(name.as_deref(), Some("after"));
}

#[tokio::test]
async fn a_program_that_is_no_browser_is_taken() {
    let served = Served::new();
    let session_id = served.chat.create(None).await.unwrap();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = served.post("/api/fn/rename", &form, &format!("session_id={session_id}&name=after")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read() {
    let served = Served::new();
    let two_mebibytes = (2 * 1024 * 1024).to_string();
    let ordinary = served.post("/api/fn/rename", &[("content-length", &two_mebibytes)], "").await;
    assert_eq!(ordinary.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(ordinary.body.contains("1 MiB"), "{}", ordinary.body);
    let gigabyte = (1024 * 1024 * 1024).to_string();
    for path in ["/api/fn/import_save", "/api/fn/import_compare"] {
        let answer = served.post(path, &[("content-length", &gigabyte)], "").await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_hides_its_length_ends_at_the_limit() {
    let served = Served::new();
    let session_id = served.chat.create(Some("before".into())).await.unwrap();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = format!("session_id={session_id}&name=after&more={}", "x".repeat(2 * 1024 * 1024));
    let answer = served.post("/api/fn/rename", &form, &body).await;
    assert!(!answer.status.is_success(), "{}", answer.status);
    let name = served.chat.get(&session_id, None).await.unwrap().summary.name;
    assert_eq!(name.as_deref(), Some("before"));
}

#[tokio::test]
async fn a_batch_of_an_import_may_be_larger_than_a_message() {
    let served = Served::new();
    let text = "x".repeat(6 * 1024 * 1024);
    let body = serde_json::json!({
        "import_id": "test",
        "feeds": false,
        "conversations": [aios_model::Conversation {
            messages: vec![aios_model::Message::text("1", None, aios_model::Role::User, text)],
            ..aios_model::Conversation::new(aios_model::Source::AIOS, "large")
        }],
    });
    let answer = served.post("/api/fn/import_save", &[("content-type", "application/json")], &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("\"imported\""), "{}", answer.body);
}
