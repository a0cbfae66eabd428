//! The feed of changes, as a copy of the history asks for it.

use crate::support::Served;
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn get(served: &Served, path: &str) -> Value {
    let answer = served.get(path, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_copy_gets_a_cursor_the_conversations_their_turns_and_then_what_changes() {
    let served = Served::new();
    let turn = served.chat.add_turn("a", "Why is the sky blue?", "Rayleigh.").await.unwrap();
    let start = get(&served, "/api/changes").await;
    assert_eq!(start["is_end"], true);
    let history = text(&start["history"]);
    let rows = get(&served, &format!("/api/changes/conversations?history={history}")).await;
    assert_eq!((&rows["conversations"][0]["session_id"], &rows["next"]), (&json!("a"), &Value::Null));
    let number = &rows["conversations"][0]["id"];
    let turns = get(&served, &format!("/api/changes/turns?conversations={number},999&history={history}")).await;
    assert_eq!((&turns["whole"], &turns["turns"][0]["assistant_message"]), (&json!(2), &json!("Rayleigh.")));
    served.chat.rename("a", "Sky").await.unwrap();
    served.chat.rate(turn, Some(aios_model::Rating::Up), None).await.unwrap();
    let changed = get(&served, &format!("/api/changes?after={}", text(&start["cursor"]))).await;
    assert_eq!((&changed["conversations"][0]["name"], &changed["turns"]), (&json!("Sky"), &Value::Null));
    assert_eq!(changed["ratings"][0]["rating"]["rating"], "up");
}

#[tokio::test]
async fn nothing_new_is_nothing_to_transfer() {
    let served = Served::new();
    served.chat.add_turn("a", "q", "a").await.unwrap();
    let cursor = text(&get(&served, "/api/changes").await["cursor"]).to_owned();
    let tag = format!("\"{cursor}\"");
    let path = format!("/api/changes?after={cursor}");
    let answer = served.get(&path, &[("if-none-match", &tag)]).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(answer.header("etag"), tag);
    served.chat.archive("a").await.unwrap();
    let answer = served.get(&path, &[("if-none-match", &tag)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(answer.header("etag"), tag);
}

#[tokio::test]
async fn pages_are_compressed_for_those_who_take_it() {
    let served = Served::new();
    served.chat.add_turn("a", &"heron ".repeat(1000), "a").await.unwrap();
    let plain = served.get("/api/changes/turns?conversations=1", &[]).await;
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"));
    let small = served.get("/api/changes/turns?conversations=1", &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(small.header("content-encoding"), "gzip");
    assert!(small.body.len() * 10 < plain.body.len(), "{} of {}", small.body.len(), plain.body.len());
    assert_eq!(small.header("cache-control"), "no-store");
}

#[tokio::test]
async fn another_history_is_not_mixed_with_this_one() {
    let served = Served::new();
    let history = text(&get(&served, "/api/changes").await["history"]).to_owned();
    let demo = [("cookie", "aios_mode=demo")];
    let other = served.get("/api/changes", &demo).await;
    assert!(other.status == StatusCode::OK && !other.body.contains(&history));
    for path in ["/api/changes?", "/api/changes/conversations?", "/api/changes/turns?"] {
        let answer = served.get(&format!("{path}history={history}"), &demo).await;
        assert_eq!(answer.status, StatusCode::GONE, "{path}");
    }
    assert_eq!(served.get("/api/changes?after=none", &[]).await.status, StatusCode::GONE);
    let change = json!({"id": "1", "change": {"kind": "archive", "session_id": "a", "archived": true}});
    let body = json!({"history": history, "changes": [change]}).to_string();
    let headers = [("content-type", "application/json"), ("cookie", "aios_mode=demo")];
    assert_eq!(served.post("/api/changes", &headers, &body).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn changes_that_waited_are_made_once_and_said_what_became_of() {
    let served = Served::new();
    served.chat.add_turn("a", "q", "a").await.unwrap();
    let history = get(&served, "/api/changes").await["history"].clone();
    let rename = |id: &str, before: Value, name: &str| json!({"id": id, "change": {"kind": "rename", "session_id": "a", "before": before, "name": name}});
    let changes =
        [rename("1", Value::Null, "One"), rename("2", json!("One"), "Two"), rename("3", json!("One"), "Three")];
    let body = json!({"history": history, "changes": changes}).to_string();
    for _ in 0..2 {
        let answer = served.post("/api/changes", &[("content-type", "application/json")], &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.body, r#"{"outcomes":["made","made","kept"]}"#);
    }
    let name = served.chat.get("a", None).await.unwrap().summary.name;
    assert_eq!(name.as_deref(), Some("Two"));
}
