//! The headers that every answer has. The content security policy is held word for word: whoever loosens it has to say so here.

use crate::support::Served;
use axum::http::StatusCode;

const OF_DATA: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

#[tokio::test]
async fn every_answer_is_sealed() {
    let served = Served::new();
    let mut answers = Vec::new();
    for path in
        ["/", "/nowhere", "/icon.svg", "/pkg/page.0123.js", "/pkg/missing.js", "/health", "/ws", "/api/fn/unknown"]
    {
        answers.push((path, served.get(path, &[("accept", "text/html")]).await));
    }
    answers.push((
        "a server function",
        served.post("/api/fn/models", &[("content-type", "application/json")], "{}").await,
    ));
    answers.push(("a refusal", served.get("/", &[("host", "evil.example")]).await));
    for (what, answer) in answers {
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; "), "{what}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{what}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{what}");
        assert!(!answer.header("cache-control").is_empty(), "{what}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
        assert_eq!(answer.header("server"), "", "{what}");
    }
}

#[tokio::test]
async fn a_page_has_a_policy_with_a_nonce_of_its_own() {
    let served = Served::new();
    let (first, second) = (served.get("/", &[]).await, served.get("/", &[]).await);
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(first.header("cache-control"), "no-store");
    let nonce = |policy: &str| policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    let of_first = nonce(first.header("content-security-policy"));
    assert!(of_first.len() >= 22, "{of_first}");
    assert_ne!(of_first, nonce(second.header("content-security-policy")));
    assert_eq!(
        first.header("content-security-policy"),
        format!(
            "default-src 'none'; script-src 'nonce-{of_first}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{of_first}'; \
             img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self'; \
             object-src 'none'; frame-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    );
}

#[tokio::test]
async fn every_script_of_a_page_carries_the_nonce_and_nothing_is_inline_beside() {
    let served = Served::new();
    let session_id = served.chat.create(Some("A name".into())).await.unwrap();
    served
        .chat
        .add_turn(&session_id, "<script>alert(1)</script>", "[x](javascript:alert(1)) ![i](http://evil.example/i.png)")
        .await
        .unwrap();
    for path in ["/".to_owned(), format!("/c/{session_id}"), "/nowhere".to_owned()] {
        let page = served.get(&path, &[("accept", "text/html")]).await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        let mut scripts = 0;
        for tag in page.body.split('<').filter(|tag| tag.starts_with("script") || tag.starts_with("style")) {
            assert!(tag.split('>').next().unwrap().contains(&format!("nonce=\"{nonce}\"")), "{path}: <{tag}");
            scripts += 1;
        }
        assert!(scripts > 0, "{path}");
        for tag in page.body.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()) {
            for inline in [
                " style=",
                " onclick=",
                " onload=",
                " onerror=",
                "href=\"javascript:",
                "action=\"javascript:",
                "src=\"http",
            ] {
                assert!(!tag.contains(inline), "{path}: <{tag}>");
            }
        }
    }
}

#[tokio::test]
async fn a_script_may_run_as_a_worker_that_loads_webassembly_from_here() {
    let answer = Served::new().get("/pkg/page.0123.js", &[]).await;
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
}

#[tokio::test]
async fn a_page_that_is_a_file_loads_what_is_here_and_nothing_inline() {
    let answer = Served::new().get("/offline.html", &[]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-cache"));
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; \
         manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    );
}

#[tokio::test]
async fn data_is_kept_by_nobody_and_may_do_nothing() {
    let served = Served::new();
    let function = served.post("/api/fn/models", &[("content-type", "application/json")], "{}").await;
    assert_eq!(function.status, StatusCode::OK, "{}", function.body);
    for answer in [function, served.get("/health", &[]).await, served.get("/api/fn/unknown", &[]).await] {
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-security-policy"), OF_DATA);
    }
}
