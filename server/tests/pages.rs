//! Pages come finished from the server: what they say is in the HTML.

use crate::support::{Answer, Served, request};
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
async fn a_long_conversation_opens_at_its_end_and_anywhere_else_by_links_without_javascript() {
    let served = Served::new();
    let mut turns = Vec::new();
    for number in 1..=130 {
        turns.push(served.chat.add_turn("long", &format!("Question <{number}>"), "Yes.").await.unwrap());
    }
    let shown = |page: &Answer| {
        let is_there = |number: &usize| page.body.contains(&format!("id=\"turn-{}\"", turns[number - 1]));
        (1..=130).filter(is_there).collect::<Vec<_>>()
    };
    let get = async |query: &str| served.get(&format!("/c/long{query}"), &[("accept", "text/html")]).await;
    let end = get("").await;
    assert_eq!(shown(&end), (107..=130).collect::<Vec<_>>());
    assert!(end.body.contains("Show 106 earlier") && !end.body.contains(" later</a>"));
    let earlier = format!("?turn={}", turns[106]);
    assert!(end.body.contains(&format!("href=\"/c/long{earlier}#turn-{}\"", turns[106])), "{}", end.body);
    assert_eq!(shown(&get(&earlier).await), (96..=119).collect::<Vec<_>>());
    let counted = get("?number=2").await;
    assert_eq!(shown(&counted), (1..=24).collect::<Vec<_>>());
    assert!(counted.body.contains("Show 106 later") && !counted.body.contains(" earlier</a>"));
    for elsewhere in ["?turn=999999", "?number=4000000000", "?number=130", "?turn=x", "?last=-1"] {
        assert_eq!(shown(&get(elsewhere).await).last(), Some(&130), "{elsewhere}");
    }
    let found = served.get("/search?q=question&in=long", &[("accept", "text/html")]).await;
    assert!(found.body.contains(&format!("/c/long?turn={0}#turn-{0}", turns[129])), "{}", found.body);
    let outline =
        served.post("/api/fn/outline", &[("content-type", "application/json")], r#"{"session_id":"long"}"#).await;
    let lines: Vec<(i64, u32, String)> = serde_json::from_str(&outline.body).unwrap();
    assert_eq!((lines.len(), lines[6].clone()), (130, (turns[6], 7, "Question <7>".to_owned())));
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

#[tokio::test]
async fn a_conversation_is_copied_up_to_a_turn_and_cut_from_there_on_by_a_plain_form() {
    let served = Served::new();
    let chat = &served.chat;
    for (question, answer) in [("One?", "1"), ("Two?", "2"), ("Three?", "3")] {
        chat.add_turn("a", question, answer).await.unwrap();
    }
    let turns = chat.get("a", None).await.unwrap().turns;
    let page = served.get("/c/a", &[("accept", "text/html")]).await;
    assert_eq!(page.body.matches(r#"action="/api/fn/turn""#).count(), 3, "{}", page.body);
    let act = async |act: &str, turn_id: i64| {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
        let body = format!("session_id=a&turn_id={turn_id}&act={act}");
        let answer = served.post("/api/fn/turn", &headers, &body).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
        answer.header("location").to_owned()
    };
    let copy = act("duplicate", turns[1].id).await;
    let copied = chat.get(copy.strip_prefix("/c/").unwrap(), None).await.unwrap().turns;
    assert_eq!(copied.iter().map(|turn| turn.assistant_message.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(act("prune", turns[1].id).await, "/c/a");
    assert_eq!(chat.get("a", None).await.unwrap().turns.len(), 1);
    assert_eq!(act("prune", turns[0].id).await, "/");
    assert!(chat.get("a", None).await.is_err());
    assert_eq!(chat.trash(None, 9).await.unwrap().lines.len(), 2);
}

// Whoever chooses the demo first opens its doors while others read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_finished_while_the_doors_of_other_histories_are_opened() {
    let served = Served::new();
    let opening = tokio::task::spawn_blocking(|| (0..32).for_each(|_| drop(Served::new())));
    while !opening.is_finished() {
        let page = served.get("/", &[("accept", "text/html")]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    }
    opening.await.unwrap();
}
