//! The doors of imports: files in and out, reports, undo.

use crate::support::{ADDRESS, Answer, Served, request};
use aios_model::{Conversation, FullReport, ImportBatch, Message, Part, Role, Source, StoredFile};
use aios_protocol::import::{
    BEGIN_PATH, DATABASE_PATH, FILE_PATH, FILES_PATH, FINISH_PATH, REPORT_PATH, SAVE_BATCH_PATH,
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

async fn save(served: &Served, import_id: &str) {
    let picture = Part::Image { reference: "file 1&2".into(), media_type: None, description: None };
    let conversation = Conversation {
        messages: vec![
            Message { parts: vec![picture], ..Message::text("1", None, Role::User, "") },
            Message::text("2", Some("1"), Role::Assistant, "A heron."),
        ],
        ..Conversation::new(Source::new("claude"), "a b")
    };
    let body = json!({"import_id": import_id, "feeds": false, "conversations": [conversation]}).to_string();
    let answer = served.post(SAVE_BATCH_PATH, &[JSON], &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

fn file_path(import_id: &str, name: &str) -> String {
    format!("{FILE_PATH}?import_id={import_id}&source=claude&source_id=a%20b&reference=file%201%262&name={name}")
}

async fn put(served: &Served, name: &str, bytes: &[u8]) -> Answer {
    let mut request = Request::post(file_path("i", name)).body(Body::from(bytes.to_vec())).unwrap();
    request.headers_mut().insert("host", ADDRESS.parse().unwrap());
    served.send(request).await
}

#[tokio::test]
async fn a_picture_goes_in_and_comes_out_as_one_that_cannot_run_and_never_changes() {
    let served = Served::new();
    save(&served, "i").await;
    let stored = put(&served, "a%0D%0Ab%2F..%2F%22h%C3%A9ron%22.png", PICTURE).await;
    assert_eq!(stored.status, StatusCode::OK, "{}", stored.body);
    let stored: StoredFile = serde_json::from_str(&stored.body).unwrap();
    let path = format!("{FILES_PATH}{}", stored.hash);
    let answer = served.get(&path, &[]).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, String::from_utf8_lossy(PICTURE).len()));
    assert_eq!(answer.header("content-type"), "image/png");
    assert_eq!(answer.header("content-disposition"), "inline; filename*=UTF-8''%22h%C3%A9ron%22.png");
    assert_eq!(answer.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-security-policy").ends_with("sandbox"));
    let part = served.get(&path, &[("range", "bytes=1-3")]).await;
    assert_eq!((part.status, part.body.as_str()), (StatusCode::PARTIAL_CONTENT, "PNG"));
    assert_eq!(part.header("content-type"), "image/png");
    for path in [format!("{FILES_PATH}{}", "0".repeat(64)), format!("{FILES_PATH}..%2Fpersonal.db")] {
        let answer = served.get(&path, &[("accept", "text/html")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.header("content-type").starts_with("text/plain"));
    }
}

#[tokio::test]
async fn what_could_run_in_a_page_is_a_download() {
    let served = Served::new();
    save(&served, "i").await;
    for bytes in [
        &b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"[..],
        b"<!doctype html><script></script>",
        b"%PDF-1.7",
    ] {
        let stored: StoredFile = serde_json::from_str(&put(&served, "picture.svg", bytes).await.body).unwrap();
        let answer = served.get(&format!("{FILES_PATH}{}", stored.hash), &[]).await;
        assert!(answer.header("content-disposition").starts_with("attachment; "), "{bytes:?}");
        assert!(["application/octet-stream", "application/pdf"].contains(&answer.header("content-type")));
    }
}

#[tokio::test]
async fn a_file_without_its_conversation_and_one_that_is_too_large_are_refused_with_a_sentence() {
    let served = Served::new();
    let orphan = put(&served, "a.png", PICTURE).await;
    assert_eq!(orphan.status, StatusCode::NOT_FOUND);
    save(&served, "i").await;
    let declared = served.post(&file_path("i", "a"), &[("content-length", "67108866")], "").await;
    assert_eq!(declared.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(declared.body.contains("64 MiB"), "{}", declared.body);
    let large = put(&served, "a.png", &vec![0; (64 << 20) + 1]).await;
    assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(large.body.contains("64 MiB"), "{}", large.body);
    let nameless = served.post(FILE_PATH, &[], "bytes").await;
    assert_eq!(nameless.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_import_is_begun_ended_listed_kept_as_a_report_and_undone() {
    let served = Served::new();
    let begin = json!({"import_id": "i", "files": ["export.zip"]}).to_string();
    assert_eq!(served.post(BEGIN_PATH, &[JSON], &begin).await.status, StatusCode::OK);
    save(&served, "i").await;
    let missing = served.get(&format!("{REPORT_PATH}i"), &[]).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let mut report = FullReport::default();
    report.totals.imported = 1;
    let finish = json!({"import_id": "i", "cancelled": false, "report": report}).to_string();
    let ended = served.post(FINISH_PATH, &[JSON], &finish).await;
    let ended: ImportBatch = serde_json::from_str(&ended.body).unwrap();
    assert_eq!((ended.conversations, ended.turns, ended.has_report), (1, 1, true));

    let answer = served.get(&format!("{REPORT_PATH}i"), &[]).await;
    assert!(answer.header("content-disposition").starts_with("attachment; "));
    assert_eq!(serde_json::from_str::<FullReport>(&answer.body).unwrap(), report);
    let listed = served.post("/api/fn/imports", &[JSON], r#"{"after":null}"#).await;
    let listed: Value = serde_json::from_str(&listed.body).unwrap();
    assert_eq!(listed["lines"][0]["names"], "export.zip");

    // As a form without JavaScript: it leads back to the page that it is on.
    let page = format!("http://{ADDRESS}/imports");
    let form =
        [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html"), ("referer", page.as_str())];
    let undone = served.post("/api/fn/import_undo", &form, "import_id=i").await;
    assert_eq!(undone.status, StatusCode::FOUND, "{}", undone.body);
    let batch = served.post("/api/fn/import", &[JSON], r#"{"import_id":"i"}"#).await;
    let batch: ImportBatch = serde_json::from_str(&batch.body).unwrap();
    assert_eq!(batch.undone.unwrap().conversations, 1);
    assert!(served.chat.list(Default::default()).await.unwrap().conversations.is_empty());
}

#[tokio::test]
async fn what_is_no_database_of_ai_os_is_refused_in_the_report() {
    let served = Served::new();
    let answer =
        served.send(request("POST", &format!("{DATABASE_PATH}?import_id=i&name=state.db"), &[], "no database")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let report: FullReport = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((report.refused.len(), report.refused[0].location.file.as_str()), (1, "state.db"));
}
