//! Files that go out, and the two histories behind one address.

use crate::support::Served;
use axum::http::StatusCode;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn a_conversation_is_a_file_to_keep_in_each_format() {
    let served = Served::new();
    served.chat.add_turn("a", "Why?", "Because.").await.unwrap();
    served.chat.rename("a", "x\"; é/../").await.unwrap();
    for (format, media_type, ending) in [
        ("json", "application/json", "json"),
        ("aios", "application/json", "json"),
        ("markdown", "text/markdown; charset=utf-8", "md"),
        ("text", "text/plain; charset=utf-8", "txt"),
        ("html", "text/html; charset=utf-8", "html"),
    ] {
        let answer = served.get(&format!("/api/export/conversations/a?format={format}&branches="), &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, media_type));
        assert!(answer.body.contains("Because."));
        let disposition = answer.header("content-disposition");
        let end = format!("%20x%20%C3%A9.{ending}");
        assert!(
            disposition.starts_with("attachment; filename*=UTF-8''") && disposition.ends_with(&end),
            "{disposition}"
        );
    }
    let all =
        served.get("/api/export/conversations?format=text&source=aios&since=2020-01-01&rating=&until=", &[]).await;
    assert_eq!((all.status, all.header("content-type")), (StatusCode::OK, "application/zip"));
    assert!(all.body.contains("conversations/") && all.header("content-disposition").ends_with(".zip"));
    for wrong in ["a?format=pdf", "a?branches=1&format=", "gone", "?since=yesterday", "?pinned=perhaps"] {
        let path = format!("/api/export/conversations/{wrong}").replace("/?", "?");
        let answer = served.get(&path, &[]).await;
        let expected = match wrong {
            "gone" => StatusCode::NOT_FOUND,
            "a?branches=1&format=" => StatusCode::OK,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        assert_eq!(answer.status, expected, "{wrong}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_demo_belongs_to_the_session_that_asked_for_it() {
    let served = Served::new();
    served.chat.add_turn("mine", "Mine?", "Yours.").await.unwrap();
    let chosen = served.post("/api/fn/mode", &[FORM, ("accept", "text/html")], "mode=demo").await;
    assert_eq!((chosen.status, chosen.header("location")), (StatusCode::FOUND, "/"));
    let cookie = chosen.header("set-cookie").to_owned();
    assert!(cookie.starts_with("aios_mode=demo; ") && cookie.contains("HttpOnly") && !cookie.contains("Max-Age"));
    let demo = ("cookie", "other=1; aios_mode=demo");
    let export = "/api/export/conversations?format=json";
    let (with, without) = (served.get(export, &[demo]).await, served.get(export, &[]).await);
    assert!(with.body.contains("sourdough") && !with.body.contains("Yours."));
    assert!(without.body.contains("Yours.") && !without.body.contains("sourdough"));
    assert_eq!(served.get("/c/mine", &[demo, ("accept", "text/html")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(served.get("/c/mine", &[("accept", "text/html")]).await.status, StatusCode::OK);
    // What is made up can be set back; what is one's own cannot.
    assert_eq!(
        served.post("/api/fn/demo_reset", &[FORM, demo, ("accept", "text/html")], "").await.status,
        StatusCode::FOUND
    );
    let refused = served.post("/api/fn/demo_reset", &[FORM], "").await;
    assert!(refused.body.contains("Your own history was not touched."), "{}", refused.body);
    assert!(served.get(export, &[]).await.body.contains("Yours."));
}
