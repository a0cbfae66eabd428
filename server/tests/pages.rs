//! Pages come finished from the server: what they say is in the HTML.

use crate::support::{Served, request};
use axum::http::StatusCode;

#[tokio::test]
async fn a_conversation_is_in_its_page() {
    let served = Served::new();
    let session_id = served.chat.create(Some("On light".into())).await.unwrap();
    served
        .chat
        .add_turn(&session_id, "Why is the sky blue?", "Rayleigh scattering: **short** waves scatter more.")
        .await
        .unwrap();
    let page = served.get(&format!("/c/{session_id}"), &[("accept", "text/html")]).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    for text in ["On light", "Why is the sky blue?", "Rayleigh scattering", "<strong>short</strong>"] {
        assert!(page.body.contains(text), "{text}");
    }
    for asset in ["/pkg/page.0123.js", "/pkg/page.0123.css", "/worker/entry.0123.js"] {
        assert!(page.body.contains(asset), "{asset}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_a_page_that_says_so() {
    let served = Served::new();
    for path in ["/nowhere", "/c/none"] {
        let page = served.get(path, &[("accept", "text/html")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("</html>"), "{path}");
    }
}

#[tokio::test]
async fn health_is_json() {
    let answer = Served::new().get("/health", &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, r#"{"status":"ok"}"#));
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn a_page_can_be_asked_for_without_its_body() {
    let answer = Served::new().send(request("HEAD", "/", &[("accept", "text/html")], "")).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
}
