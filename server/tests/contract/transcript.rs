//! Every endpoint, in the order in which AI OS's web client asks.

use super::{EXPORT, JSON, form, upload, writer};
use crate::support::{Answer, Served, request};
use regex_lite::Regex;
use serde_json::Value;
use server::contract::document;
use std::{collections::BTreeSet, fmt::Write as _};

struct Transcript {
    served: Served,
    text: String,
    /// Which endpoints were asked, as the description calls them.
    asked: BTreeSet<String>,
}

impl Transcript {
    async fn ask(&mut self, method: &str, template: &str, path: &str, body: &str) -> Value {
        let headers: &[_] = if body.is_empty() { &[] } else { &[JSON] };
        let answer = self.served.send(request(method, path, headers, body)).await;
        self.note(method, template, path, body, &answer)
    }

    fn note(&mut self, method: &str, template: &str, path: &str, body: &str, answer: &Answer) -> Value {
        self.asked.insert(format!("{method} {template}"));
        let value: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        let shown = serde_json::to_string_pretty(&value).unwrap();
        writeln!(self.text, "{method} {path} {body}\n{} {shown}\n", answer.status.as_u16()).unwrap();
        value
    }
}

/// What differs from run to run.
fn steady(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, word) in [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "TIME"),
        (r"react_\d{8}_\d{6}(_\d+)?", "react_TIME"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
        (r"\b[0-9a-f]{32}\b", "UPLOAD"),
        (r"\b1\d{12}\b", "MILLISECONDS"),
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, word).into_owned();
    }
    text
}

#[tokio::test]
async fn every_endpoint_answers_in_the_shape_that_the_client_expects() {
    let mut run = Transcript { served: writer(), text: String::new(), asked: BTreeSet::new() };
    // The page opens.
    run.ask("GET", "/api/chat/history", "/api/chat/history?limit=50", "").await;
    run.ask("POST", "/api/chat/start-session", "/api/chat/start-session", "").await;
    run.ask("GET", "/api/chat/agent-status", "/api/chat/agent-status", "").await;
    run.ask("GET", "/api/models", "/api/models", "").await;
    run.ask("GET", "/api/models/providers", "/api/models/providers", "").await;
    run.ask("GET", "/api/db-mode/mode", "/api/db-mode/mode", "").await;
    let list = "/api/conversations?limit=500&archived=false";
    run.ask("GET", "/api/conversations", list, "").await;
    run.ask("GET", "/api/subconscious/build_state", "/api/subconscious/build_state", "").await;
    run.ask("GET", "/api/subconscious/state", "/api/subconscious/state?level=2&query=sky", "").await;
    run.ask("GET", "/api/models/setup/status", "/api/models/setup/status", "").await;
    // Something is said.
    let chosen = r#"{"model_id":"test/writer","provider":"test"}"#;
    run.ask("POST", "/api/models/current", "/api/models/current", chosen).await;
    run.ask("GET", "/api/models/current", "/api/models/current", "").await;
    let said = r#"{"content":"Why is the sky blue?","model_id":"test/writer"}"#;
    let answer = run.ask("POST", "/api/chat/message", "/api/chat/message", said).await;
    let history = run.ask("GET", "/api/chat/history", "/api/chat/history?limit=50", "").await;
    assert_eq!(history[1]["id"], answer["message"]["id"], "an id is the same when it is read again");
    let session = answer["session_id"].as_str().unwrap().to_owned();
    let rated = serde_json::json!({
        "message_id": answer["message"]["id"], "conversation_id": "unknown", "rating": "up",
        "user_message": "Why is the sky blue?", "assistant_message": answer["message"]["content"],
    });
    run.ask("POST", "/api/ratings/rate", "/api/ratings/rate", &rated.to_string()).await;
    run.ask("GET", "/api/ratings/stats", "/api/ratings/stats", "").await;
    // The list is used.
    let one = format!("/api/conversations/{session}");
    run.ask("GET", "/api/conversations", list, "").await;
    run.ask("GET", "/api/conversations", &format!("{list}&search=sky"), "").await;
    run.ask("POST", "/api/chat/set-session/{session_id}", &format!("/api/chat/set-session/{session}"), "").await;
    run.ask("GET", "/api/conversations/{session_id}", &format!("{one}?limit=50"), "").await;
    let rename = "/api/conversations/{session_id}/rename";
    run.ask("POST", rename, &format!("{one}/rename"), r#"{"name":"Sky"}"#).await;
    run.ask("POST", rename, &format!("{one}/rename"), r#"{"name":" "}"#).await;
    run.ask("POST", rename, "/api/conversations/none/rename", r#"{"name":"Sky"}"#).await;
    run.ask("POST", "/api/conversations/{session_id}/summarize", &format!("{one}/summarize"), "").await;
    let prompt = "/api/conversations/summary/prompt";
    run.ask("PUT", prompt, prompt, r#"{"prompt":"In one word."}"#).await;
    run.ask("GET", prompt, prompt, "").await;
    let prompt = "/api/workspace/summary/prompt";
    run.ask("PUT", prompt, prompt, r#"{"prompt":"In two words."}"#).await;
    run.ask("GET", prompt, prompt, "").await;
    run.ask("POST", "/api/conversations/{session_id}/archive", &format!("{one}/archive"), "").await;
    run.ask("POST", "/api/conversations/{session_id}/unarchive", &format!("{one}/unarchive"), "").await;
    run.ask("GET", "/api/conversations/{session_id}/export", &format!("{one}/export"), "").await;
    let all = "/api/conversations/export/all";
    run.ask("GET", all, &format!("{all}?archived=true"), "").await;
    // An export is imported.
    let uploaded = upload(&run.served, "export.json", EXPORT.as_bytes()).await;
    let uploaded = run.note("POST", "/api/import/upload", "/api/import/upload", "(multipart)", &uploaded);
    let id = uploaded["upload_id"].as_str().unwrap().to_owned();
    run.ask("GET", "/api/import/status/{upload_id}", &format!("/api/import/status/{id}"), "").await;
    for path in ["/api/import/parse", "/api/import/commit"] {
        let answer = run.served.send(form(path, &[("upload_id", None, id.as_bytes())])).await;
        run.note("POST", path, path, "(multipart)", &answer);
    }
    run.ask("GET", "/api/import/status/{upload_id}", &format!("/api/import/status/{id}"), "").await;
    run.ask("DELETE", "/api/conversations/source/{source}", "/api/conversations/source/claude", "").await;
    run.ask("DELETE", "/api/conversations/source/{source}", "/api/conversations/source/elsewhere", "").await;
    // Things end.
    let created = run.ask("POST", "/api/conversations/new", "/api/conversations/new", "").await;
    let created = created["session_id"].as_str().unwrap().to_owned();
    run.ask("DELETE", "/api/conversations/{session_id}", &format!("/api/conversations/{created}"), "").await;
    run.ask("GET", "/api/conversations/{session_id}", &format!("/api/conversations/{created}"), "").await;
    run.ask("POST", "/api/chat/clear", "/api/chat/clear", "").await;
    run.ask("POST", "/api/db-mode/mode/{mode}", "/api/db-mode/mode/demo", "").await;
    run.ask("POST", "/api/db-mode/mode/{mode}", "/api/db-mode/mode/other", "").await;

    // The feed of changes is no part of what AI OS's client asks; it has tests of its own.
    let paths = document()["paths"].as_object().unwrap().iter().filter(|(path, _)| !path.starts_with("/api/changes"));
    let described = paths.flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    assert_eq!(run.asked, described.collect::<BTreeSet<_>>(), "every endpoint is asked");
    insta::assert_snapshot!("transcript", steady(&run.text));
}
