//! Pages speak the language that was chosen, else the one that the browser asks for.

use crate::support::Served;
use axum::http::StatusCode;

const PAGE: (&str, &str) = ("accept", "text/html");

#[tokio::test]
async fn a_page_speaks_the_language_that_the_browser_likes_best() {
    let served = Served::new();
    for (accepted, root, word) in [
        ("de-DE, en;q=0.8", "<html lang=\"de\" dir=\"ltr\">", "Importieren"),
        ("ar", "<html lang=\"ar\" dir=\"rtl\">", "استيراد"),
        ("fr, en;q=0.1", "<html lang=\"en\" dir=\"ltr\">", "Import"),
    ] {
        let page = served.get("/", &[PAGE, ("accept-language", accepted)]).await;
        assert!(page.body.contains(root) && page.body.contains(word), "{accepted}: {}", page.body);
    }
}

#[tokio::test]
async fn a_page_names_the_file_of_its_texts_and_one_in_english_names_none() {
    let served = Served::new();
    for path in ["/", "/nowhere"] {
        let german = served.get(path, &[PAGE, ("cookie", "a=b; language=de")]).await.body;
        assert_eq!(german.matches("/texts/de.0123.txt").count(), 1, "{german}");
        let english = served.get(path, &[PAGE]).await.body;
        assert!(!english.contains("/texts/") && english.contains("const words = null;"), "{english}");
    }
}

#[tokio::test]
async fn a_language_is_chosen_by_a_plain_form_and_one_that_there_is_not_is_refused() {
    let served = Served::new();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let back = [PAGE, form, ("referer", "http://127.0.0.1:3000/search"), ("origin", "http://127.0.0.1:3000")];
    let chosen = served.post("/api/fn/language", &back, "language=ar").await;
    assert_eq!(chosen.status, StatusCode::FOUND);
    assert!(chosen.header("location").starts_with("http://127.0.0.1:3000/search"), "{}", chosen.header("location"));
    assert_eq!(chosen.header("set-cookie"), "language=ar; Path=/; Max-Age=31536000; SameSite=Lax");
    let page = served.get("/", &[PAGE, ("accept-language", "de"), ("cookie", "language=ar")]).await;
    assert!(page.body.contains("lang=\"ar\""), "{}", page.body);
    let program = [form, ("accept", "application/json"), ("origin", "http://127.0.0.1:3000")];
    let refused = served.post("/api/fn/language", &program, "language=tlh").await;
    assert!(refused.body.contains("Nothing was changed"), "{}", refused.body);
    assert_eq!(refused.header("set-cookie"), "");
}

#[tokio::test]
async fn a_server_function_answers_in_the_language_of_the_page_that_asks() {
    let served = Served::new();
    served.chat.add_turn("a", "Question", "Answer").await.unwrap();
    let json = [("content-type", "application/json"), ("cookie", "language=de")];
    let shelf = served.post("/api/fn/shelf", &json, r#"{"which":"conversations"}"#).await;
    assert!(shelf.body.contains("1 Runde"), "{}", shelf.body);
}
