//! Caching and compression of the site's files, as a contract with browsers and the service worker.

use crate::support::{Served, request};
use axum::http::StatusCode;
use server::access::{Rules, secret::Token};

const SCRIPT: &str = "/pkg/page.0123.js";

#[tokio::test]
async fn the_smallest_form_that_a_client_takes_is_sent() {
    let served = Served::new();
    for (accepted, coding, body) in [
        ("gzip, deflate, br", "br", "brotli form"),
        ("gzip", "gzip", "gzip form"),
        ("identity", "", "raw form"),
        ("br;q=0, gzip", "gzip", "gzip form"),
    ] {
        let answer = served.get(SCRIPT, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!((answer.header("content-encoding"), answer.body.as_str()), (coding, body), "{accepted}");
        assert_eq!(answer.header("content-length"), body.len().to_string());
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.header("vary"), "Accept-Encoding");
    }
    assert_eq!(served.get("/icon.svg", &[("accept-encoding", "br")]).await.body, "<svg/>");
}

#[tokio::test]
async fn a_file_with_a_hash_in_its_name_is_kept_for_ever_and_others_are_asked_for_again() {
    let served = Served::new();
    assert_eq!(served.get(SCRIPT, &[]).await.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(served.get("/icon.svg", &[]).await.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn the_service_worker_is_asked_for_each_time_and_by_those_who_are_not_signed_in_too() {
    let served = Served::with_rules(Rules { token: Some(Token::new("a token for tests only")), ..Rules::default() });
    let answer = served.get("/service-worker.js", &[]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert_eq!(served.get("/pkg/page.0123.js", &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn where_nobody_shall_keep_the_app_the_service_worker_names_no_files_and_all_else_is_as_ever() {
    let served = Served::kept_by_nobody();
    let answer = served.get("/service-worker.js", &[]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
    assert!(answer.body.contains("const BUILD = { version: \"\", files: [] };"), "{}", answer.body);
    assert_eq!(served.get(SCRIPT, &[]).await.body, "raw form");
}

#[tokio::test]
async fn a_client_that_has_the_form_already_is_told_so() {
    let served = Served::new();
    let first = served.get(SCRIPT, &[("accept-encoding", "br")]).await;
    let tag = first.header("etag");
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = served.get(SCRIPT, &[("accept-encoding", "br"), ("if-none-match", &known)]).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{known}");
        assert_eq!(again.header("etag"), tag);
        assert_eq!(again.header("cache-control"), first.header("cache-control"));
    }
    let other_form = served.get(SCRIPT, &[("accept-encoding", "gzip"), ("if-none-match", tag)]).await;
    assert_eq!(other_form.status, StatusCode::OK);
}

#[tokio::test]
async fn head_tells_what_get_would_send() {
    let served = Served::new();
    let get = served.get(SCRIPT, &[("accept-encoding", "br")]).await;
    let head = served.send(request("HEAD", SCRIPT, &[("accept-encoding", "br")], "")).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    for name in ["content-length", "content-encoding", "content-type", "etag", "cache-control"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

#[tokio::test]
async fn a_missing_script_is_never_answered_with_html() {
    let served = Served::new();
    for path in
        ["/pkg/missing.js", "/worker/missing.js", "/pkg/", "/pkg/../icon.svg", "/pkg/page.0123.js/", "/api/fn/unknown"]
    {
        let answer = served.get(path, &[("accept", "text/html,*/*")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{path}");
    }
    let for_a_program = served.get("/missing.webmanifest", &[("accept", "*/*")]).await;
    assert_eq!(for_a_program.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn a_file_can_only_be_read() {
    let answer = Served::new().post(SCRIPT, &[], "x").await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
}
