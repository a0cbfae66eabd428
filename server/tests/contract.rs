//! The contract of AI OS, as its own clients use it.

mod original;
mod origins;
mod socket;
mod tester;
mod transcript;

use crate::support::{ADDRESS, Answer, Served, request};
use aios_chat::agent::{Agent, AgentError, AgentEvent, AgentRequest, FinishReason};
use aios_protocol::agents::AgentModel;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use futures::{
    FutureExt as _, StreamExt as _,
    future::{self, BoxFuture},
    stream::{self, BoxStream},
};
use serde_json::Value;
use server::{guard::hosts::AllowedHosts, socket::Limits};
use std::sync::Arc;

/// What `test/writer` answers, piece by piece, after it used a tool.
const PIECES: [&str; 4] = ["It is **blue**:\n\n", "```rust\nfn sky() {}\n", "```\n", "\nNothing else."];

/// Says that it fails.
const FAILS: &str = "fail";

struct Writer;

impl Agent for Writer {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        let (id, name, provider) = ("test/writer".into(), "Writer".into(), "test".into());
        future::ready(Ok(vec![AgentModel { id, name, provider, description: None, context_length: Some(4096) }]))
            .boxed()
    }

    fn answer(&self, request: AgentRequest) -> BoxStream<'static, AgentEvent> {
        if request.question() == FAILS {
            let error = AgentError::CutOff { provider: "test".into() };
            return stream::iter([AgentEvent::Error(error)]).boxed();
        }
        let tool = [
            AgentEvent::ToolCall { id: "1".into(), name: "look".into(), input: "up".into() },
            AgentEvent::ToolResult { id: "1".into(), error: false, output: "sky".into() },
        ];
        let pieces = PIECES.map(|piece| AgentEvent::Text(piece.into()));
        stream::iter(tool.into_iter().chain(pieces).chain([AgentEvent::End(FinishReason::Stop)])).boxed()
    }
}

fn writer() -> Served {
    let hosts = AllowedHosts::new(ADDRESS.parse().unwrap(), Vec::new());
    Served::answered_by(Arc::new(Writer), hosts, Limits::default())
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// An export of Claude with one conversation.
const EXPORT: &str = r#"[{"uuid":"a","name":"Sky","created_at":"2025-03-01T10:00:00Z","updated_at":"2025-03-01T10:01:00Z","chat_messages":[
    {"uuid":"b","sender":"human","text":"Why blue?","created_at":"2025-03-01T10:00:00Z"},
    {"uuid":"c","sender":"assistant","text":"Rayleigh.","created_at":"2025-03-01T10:01:00Z"}]}]"#;

/// A multipart request; a field may be a file with a name.
fn form(path: &str, fields: &[(&str, Option<&str>, &[u8])]) -> Request<Body> {
    let mut body = Vec::new();
    for (name, file, content) in fields {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(format!("--BOUNDARY\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--BOUNDARY--\r\n");
    let mut request = request("POST", path, &[("content-type", "multipart/form-data; boundary=BOUNDARY")], "");
    *request.body_mut() = Body::from(body);
    request
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{} {}", answer.status, answer.body))
}

async fn upload(served: &Served, name: &str, content: &[u8]) -> Answer {
    served.send(form("/api/import/upload", &[("file", Some(name), content)])).await
}

#[tokio::test]
async fn an_upload_beyond_the_limit_is_refused_whether_it_says_so_or_not() {
    let served = writer();
    let mut large = form("/api/import/upload", &[("file", Some("a.zip"), &vec![b'x'; (50 << 20) + 1])]);
    let answer = served.send(large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.body);
    assert!(answer.body.contains("50 MB"), "{}", answer.body);
    large = form("/api/import/upload", &[]);
    large.headers_mut().insert("content-length", "99999999".parse().unwrap());
    assert_eq!(served.send(large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let waiting = std::fs::read_dir(served.chat.data().join("uploads/personal")).map_or(0, Iterator::count);
    assert_eq!(waiting, 0, "nothing of it is kept");
}

#[tokio::test]
async fn an_upload_id_is_no_path_and_no_path_is_told() {
    let served = writer();
    let outside = served.chat.data().join("keep.txt");
    std::fs::write(&outside, "mine").unwrap();
    let uploaded = json(&upload(&served, "../../etc/passwd.json", EXPORT.as_bytes()).await);
    assert_eq!((uploaded["filename"].as_str(), uploaded["path"].as_str()), (Some("passwd.json"), Some("passwd.json")));
    for id in ["..", "../keep.txt", "/", outside.to_str().unwrap()] {
        for path in ["/api/import/parse", "/api/import/commit"] {
            let answer = served.send(form(path, &[("upload_id", None, id.as_bytes())])).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        }
    }
    assert!(outside.exists());
    let id = uploaded["upload_id"].as_str().unwrap();
    let urlencoded = [("content-type", "application/x-www-form-urlencoded")];
    let committed = served.post("/api/import/commit", &urlencoded, &format!("upload_id={id}")).await;
    assert_eq!((committed.status, json(&committed)["imported"].as_u64()), (StatusCode::OK, Some(1)));
    let again = served.post("/api/import/commit", &urlencoded, &format!("upload_id={id}")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let batches = served.chat.imports(None, 10).await.unwrap().batches;
    assert_eq!(batches[0].files, ["passwd.json"]);
    assert_eq!(batches[0].id, json(&committed)["import_id"].as_str().unwrap());
    let undone = served.chat.undo_import(&batches[0].id).await.unwrap();
    assert_eq!(undone.undone.unwrap().conversations, 1);
}

#[tokio::test]
async fn what_holds_no_conversation_is_refused_with_the_reason_and_is_no_import() {
    let served = writer();
    for content in [&b""[..], b"{}", b"PK\x03\x04 cut off", b"SQLite format 3\0 and nothing"] {
        let id = json(&upload(&served, "export.json", content).await)["upload_id"].clone();
        let answer =
            served.send(form("/api/import/commit", &[("upload_id", None, id.as_str().unwrap().as_bytes())])).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{content:?}: {}", answer.body);
        assert!(json(&answer)["detail"].as_str().unwrap().len() > 10);
    }
    assert!(served.chat.imports(None, 10).await.unwrap().batches.is_empty());
}

#[tokio::test]
async fn a_model_that_fails_is_said_so_and_the_message_is_kept() {
    let served = writer();
    let answer = served.post("/api/chat/message", &[JSON], &format!(r#"{{"content":"{FAILS}"}}"#)).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(json(&answer)["detail"].as_str().unwrap().contains("test"), "{}", answer.body);
    let history = json(&served.get("/api/chat/history", &[]).await);
    assert_eq!(history[0]["content"], FAILS);
}

#[tokio::test]
async fn turns_are_got_from_the_end_and_from_the_start_and_reading_changes_nothing() {
    let served = writer();
    for number in 0..7 {
        served.chat.add_turn("s", &format!("q{number}"), "a").await.unwrap();
    }
    let got = async |query: &str| {
        let found = json(&served.get(&format!("/api/conversations/s{query}"), &[]).await);
        assert_eq!((found["total_turns"].as_u64(), found["weight"].as_f64()), (Some(7), Some(0.5)));
        let turns = found["turns"].as_array().unwrap().iter().map(|turn| turn["user"].as_str().unwrap().to_owned());
        turns.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(got("").await, "q0 q1 q2 q3 q4 q5 q6");
    assert_eq!(got("?limit=2").await, "q5 q6");
    assert_eq!(got("?limit=2&offset=1").await, "q1 q2");
    assert_eq!(got("?offset=5").await, "q5 q6");
    assert_eq!(got("?limit=3&offset=6").await, "q6");
    assert_eq!(got("?limit=0").await, "");
    assert_eq!(got("?limit=1&offset=7").await, "");
}

#[tokio::test]
async fn the_description_is_served_and_readable() {
    let served = writer();
    let document = json(&served.get("/openapi.json", &[]).await);
    assert_eq!(document["openapi"], "3.1.0");
    let page = served.get("/docs", &[("accept", "text/html")]).await;
    assert!(page.body.contains("/api/chat/message") && !page.body.contains("<script"));
    assert!(page.header("content-security-policy").contains("style-src 'self'"));
    assert!(!page.header("content-security-policy").contains("sandbox"));
    assert_eq!(served.get("/docs/style.css", &[]).await.header("content-type"), "text/css; charset=utf-8");
}
