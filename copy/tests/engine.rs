//! The copy without a browser: the tests are its server.

#![expect(clippy::unwrap_used, reason = "helpers of tests end the test where they cannot go on")]

use aios_model::{Conversation, Message, Rating, Role, Source, Timestamp, WaitingChange};
use aios_store::{
    Connection, changes, conversations, ratings, schema,
    search::{self, KnownWords},
    turns::{self, NewTurn},
};
use copy::{Ask, Engine, Fields, Request, Took};
use serde_json::json;

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(milliseconds)
}

fn history() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection).unwrap();
    connection
}

fn open(history: &Connection) -> Engine {
    Engine::open(Connection::open_in_memory().unwrap(), &changes::history(history).unwrap()).unwrap()
}

/// What the server answers.
fn serve(history: &Connection, request: &Request) -> (u16, String) {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let asked =
        |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(str::to_owned);
    let number = |name: &str| asked(name).map(|number| number.parse::<i64>().unwrap());
    if let Some(body) = &request.body {
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        let changes: Vec<WaitingChange> = serde_json::from_value(body["changes"].clone()).unwrap();
        let outcomes: Vec<_> = changes.iter().map(|change| changes::replay(history, change, at(99)).unwrap()).collect();
        return (200, json!({ "outcomes": outcomes }).to_string());
    }
    let body = match path {
        "/api/changes" => match asked("after") {
            None => json!({"cursor": changes::now(history).unwrap(), "is_end": true}).to_string(),
            Some(after) => {
                if request.known == Some(format!("\"{}\"", changes::now(history).unwrap())) {
                    return (304, String::new());
                }
                match changes::after(history, &after, 100).unwrap() {
                    Some(page) => serde_json::to_string(&page).unwrap(),
                    None => return (410, String::new()),
                }
            }
        },
        "/api/changes/conversations" => {
            serde_json::to_string(&changes::conversations(history, number("before"), 100).unwrap()).unwrap()
        }
        _ => {
            let numbers: Vec<i64> =
                asked("conversations").unwrap().split(',').map(|number| number.parse().unwrap()).collect();
            serde_json::to_string(&changes::turns(history, &numbers, number("after")).unwrap()).unwrap()
        }
    };
    (200, body)
}

fn fill(engine: &mut Engine, history: &Connection) {
    loop {
        let request = engine.next().unwrap();
        let (status, body) = serve(history, &request);
        match engine.took(&request, status, &body).unwrap() {
            Took::Everything => return,
            Took::More => {}
            Took::Other => panic!("{}", request.path),
        }
    }
}

fn page(engine: &mut Engine, path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let query = query.split('&').filter_map(pair).collect();
    let answer = engine.answer(&Ask::Page { path: path.to_owned(), query }, at(100)).unwrap();
    let page = answer.page.unwrap();
    page.side + &page.main
}

fn send(engine: &mut Engine, id: &str, action: &str, fields: &[(&str, &str)]) -> bool {
    let fields: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    engine.answer(&Ask::Change { action: action.to_owned(), fields, id: id.to_owned() }, at(100)).unwrap().changed
}

fn said(history: &Connection, session_id: &str, question: &str, answer: &str) -> i64 {
    turns::add_turn(history, session_id, &NewTurn::new(question, answer), at(1)).unwrap().turn_id
}

#[test]
fn what_is_shown_and_found_is_what_the_history_says() {
    let history = history();
    let turn = said(&history, "a", "Why is the sky **blue**?", "Rayleigh scattering.");
    conversations::rename(&history, "a", "The <sky>").unwrap();
    said(&history, "b", "Herons", "They fish.");
    conversations::archive(&history, "b").unwrap();
    let mut engine = open(&history);
    assert!(page(&mut engine, "/").contains("No conversations are kept"));
    fill(&mut engine, &history);
    assert!(engine.state().unwrap().is_whole);
    let list = page(&mut engine, "/");
    assert!(list.contains("The &lt;sky&gt;") && !list.contains("Herons"), "{list}");
    let read = page(&mut engine, "/c/a");
    assert!(read.contains("<strong>blue</strong>") && read.contains("Rayleigh scattering."), "{read}");
    assert!(page(&mut engine, "/archive").contains("Herons"));
    assert!(page(&mut engine, "/c/none").contains("not kept in this browser"));
    assert!(page(&mut engine, "/imports").contains("needs the server"));
    let found = page(&mut engine, "/search?q=scatter");
    assert!(found.contains(&format!("#turn-{turn}")) && found.contains("<mark>"), "{found}");
    let mut words = KnownWords::default();
    while search::index_pending(&history, &mut words).unwrap() {}
    let there = search::search(&history, "scatter", 9).unwrap();
    let here = search::search(&engine.into_connection(), "scatter", 9).unwrap();
    assert_eq!(here, there);
}

#[test]
fn what_the_history_deleted_for_good_is_nowhere_in_the_files_of_the_copy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db");
    let history = history();
    for (session_id, word) in [("a", "wortelquim"), ("b", "brevikzaun"), ("c", "holtrapexi")] {
        said(&history, session_id, &format!("Why the {word}?"), &format!("{word} and shared. ").repeat(900));
        conversations::rename(&history, session_id, &format!("Of {word}")).unwrap();
    }
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = PERSIST").unwrap();
    let mut engine = Engine::open(connection, &changes::history(&history).unwrap()).unwrap();
    fill(&mut engine, &history);
    let files = || {
        let read = |name: &str| std::fs::read(path.with_extension(name)).unwrap_or_default();
        String::from_utf8_lossy(&[read("db"), read("db-journal")].concat()).to_lowercase()
    };
    assert!(files().contains("wortelquim") && files().contains("brevikzaun"));
    conversations::delete(&history, "a").unwrap();
    fill(&mut engine, &history);
    while engine.forget().unwrap() {}
    // Nothing is left to do.
    assert!(!engine.forget().unwrap());
    // The index leaves out what a word has in common with the one before it.
    assert!(!files().contains("rtelquim"), "{}", files().matches("rtelquim").count());
    assert!(files().contains("brevikzaun"));
    let found = page(&mut engine, "/search?q=brevik");
    assert!(found.contains("<mark>"), "{found}");
    assert!(!page(&mut engine, "/search?q=wortel").contains("<mark>"));
    drop(engine);
    assert!(!files().contains("rtelquim"));
}

#[test]
fn hostile_text_stays_text() {
    let history = history();
    let hostile = "<script>alert(1)</script>\" onload='x' <img src=x onerror=alert(1)>";
    said(&history, "x\"><script>", hostile, hostile);
    conversations::rename(&history, "x\"><script>", hostile).unwrap();
    let mut engine = open(&history);
    fill(&mut engine, &history);
    for path in ["/", "/c/x%22%3E%3Cscript%3E", "/search?q=alert", "/search?q=<script>\"", "/c/<script>", "/%ff%"] {
        let html = page(&mut engine, path);
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("\" onload"), "{path}: {html}");
    }
    assert!(page(&mut engine, "/c/x%22%3E%3Cscript%3E").contains("class=\"turn\""));
}

#[test]
fn what_is_changed_without_the_server_is_seen_at_once_and_sent_first() {
    let history = history();
    let turn = said(&history, "a", "q", "a").to_string();
    let mut engine = open(&history);
    fill(&mut engine, &history);
    assert!(send(&mut engine, "1", "/api/fn/rename", &[("session_id", "a"), ("name", "Herons at sea")]));
    assert!(send(&mut engine, "2", "/api/fn/rate", &[("turn_id", &turn), ("rating", "up")]));
    assert!(send(&mut engine, "3", "/api/fn/archive", &[("session_id", "a"), ("archived", "true")]));
    assert!(!send(&mut engine, "4", "/api/fn/rename", &[("session_id", "none"), ("name", "x")]));
    assert!(!send(&mut engine, "5", "/api/fn/delete", &[("session_id", "a")]));
    assert!(!send(&mut engine, "6", "/api/fn/rate", &[("turn_id", "x"), ("rating", "up")]));
    assert_eq!(engine.state().unwrap().waiting, 3);
    assert!(page(&mut engine, "/archive").contains("Herons at sea"));
    assert!(page(&mut engine, "/search?q=herons").contains("<mark>Herons</mark>"));
    assert!(page(&mut engine, "/c/a").contains("aria-pressed=\"true\""));
    assert!(engine.next().unwrap().body.is_some());
    fill(&mut engine, &history);
    let state = engine.state().unwrap();
    assert_eq!((state.waiting, state.not_made), (0, 0));
    let line = conversations::get_summary(&history, "a").unwrap().unwrap();
    assert_eq!((line.name.as_deref(), line.archived), (Some("Herons at sea"), true));
    assert_eq!(ratings::get(&history, turn.parse().unwrap()).unwrap().unwrap().rating, Rating::Up);
}

#[test]
fn what_the_server_has_changed_since_is_kept_and_said() {
    let history = history();
    said(&history, "a", "q", "a");
    let mut engine = open(&history);
    fill(&mut engine, &history);
    assert!(send(&mut engine, "1", "/api/fn/rename", &[("session_id", "a"), ("name", "Here")]));
    conversations::rename(&history, "a", "There").unwrap();
    fill(&mut engine, &history);
    assert_eq!((engine.state().unwrap().waiting, engine.state().unwrap().not_made), (0, 1));
    assert!(page(&mut engine, "/").contains("There"));
}

#[test]
fn a_copy_that_has_to_begin_anew_keeps_what_waits() {
    let history = history();
    said(&history, "a", "q", "a");
    let mut engine = open(&history);
    fill(&mut engine, &history);
    assert!(send(&mut engine, "1", "/api/fn/rename", &[("session_id", "a"), ("name", "Here")]));
    let id = changes::history(&history).unwrap();
    let mut engine = Engine::begin_anew(engine.into_connection(), &id).unwrap();
    assert_eq!((engine.state().unwrap().conversations, engine.state().unwrap().waiting), (0, 1));
    fill(&mut engine, &history);
    assert_eq!(conversations::get_summary(&history, "a").unwrap().unwrap().name.as_deref(), Some("Here"));
    assert!(page(&mut engine, "/").contains("Here"));
}

#[test]
fn an_answer_that_is_not_understood_changes_nothing() {
    let history = history();
    said(&history, "a", "q", "a");
    let mut engine = open(&history);
    for nonsense in ["", "{", "[]", "{\"cursor\":1}", "<html>"] {
        let request = engine.next().unwrap();
        assert!(engine.took(&request, 200, nonsense).is_err(), "{nonsense}");
        assert_eq!(engine.next().unwrap(), request);
    }
    fill(&mut engine, &history);
    assert_eq!(engine.state().unwrap().conversations, 1);
}

#[test]
fn another_history_is_told_apart() {
    let (one, other) = (history(), history());
    said(&one, "a", "q", "a");
    let mut engine = open(&one);
    fill(&mut engine, &one);
    let request = engine.next().unwrap();
    let (status, body) = serve(&other, &request);
    assert_eq!(engine.took(&request, status, &body).unwrap(), Took::Other);
    assert_eq!(engine.state().unwrap().conversations, 1);
}

#[test]
fn a_copy_without_room_for_everything_keeps_the_newest_and_what_waits() {
    let history = history();
    for number in 1..=400 {
        let words: Vec<String> = (0..500).map(|word| format!("w{}x{}", number % 7, word * number % 9973)).collect();
        let words = words.join(" ");
        let turn = NewTurn::new("heron", &words);
        turns::add_turn(&history, &format!("c{number}"), &turn, at(number)).unwrap();
    }
    let small = Connection::open_in_memory().unwrap();
    small.execute_batch("PRAGMA max_page_count = 500").unwrap();
    let mut engine = Engine::open(small, &changes::history(&history).unwrap()).unwrap();
    let (mut shrunk, mut is_named) = (0, false);
    loop {
        let request = engine.next().unwrap();
        let (status, body) = serve(&history, &request);
        match engine.took(&request, status, &body) {
            Ok(Took::Everything) => break,
            Ok(_) => {
                if !is_named && engine.state().unwrap().conversations == 400 {
                    is_named = send(&mut engine, "1", "/api/fn/rename", &[("session_id", "c1"), ("name", "Here")]);
                }
            }
            Err(error) => {
                assert!(error.is_full(), "{error}");
                assert!(engine.shrink().unwrap());
                shrunk += 1;
            }
        }
    }
    let state = engine.state().unwrap();
    assert!(shrunk > 0 && state.is_whole && state.conversations == 400, "{shrunk} {state:?}");
    assert!((200..400).contains(&state.left_out), "{state:?}");
    assert!(page(&mut engine, "/c/c400").contains("w1x"));
    assert!(!page(&mut engine, "/c/c2").contains("w2x"));
    assert!(page(&mut engine, "/search?q=heron").contains("/c/c400"));
    assert_eq!(conversations::get_summary(&history, "c1").unwrap().unwrap().name.as_deref(), Some("Here"));
    // Somebody who made room asks for everything again.
    engine.answer(&Ask::Keep { months: None }, at(500)).unwrap();
    assert!(engine.state().unwrap().left_out == 0 && engine.state().unwrap().wanted > 0);
}

fn import(engine: &mut Engine, path: &str, body: &serde_json::Value) -> serde_json::Value {
    let ask = Ask::Import { path: path.to_owned(), body: body.to_string() };
    serde_json::from_str(&engine.answer(&ask, at(100)).unwrap().body.unwrap()).unwrap()
}

#[test]
fn what_is_imported_without_the_server_is_read_at_once_and_sent_as_it_was() {
    let history = history();
    said(&history, "a", "q", "a");
    let mut engine = open(&history);
    fill(&mut engine, &history);
    let conversation = Conversation {
        title: Some("Tides".to_owned()),
        messages: vec![
            Message::text("1", None, Role::User, "When is high water?"),
            Message::text("2", Some("1"), Role::Assistant, "At noon, says the almanac."),
        ],
        ..Conversation::new(Source::from_name("chatgpt"), "c-1")
    };
    let batch = json!({ "import_id": "i", "feeds": false, "conversations": [conversation] });
    import(&mut engine, "/api/fn/import_begin", &json!({ "import_id": "i", "files": ["a.json"] }));
    let compared = import(
        &mut engine,
        "/api/fn/import_compare",
        &json!({ "keys": [{ "source": "chatgpt", "source_id": "c-1", "content_hash": "" }] }),
    );
    assert_eq!(compared, json!({ "novelties": ["new"] }));
    let saved = import(&mut engine, "/api/fn/import_save", &batch);
    assert_eq!(saved[0]["status"], "imported", "{saved}");
    let session = saved[0]["session_id"].as_str().unwrap().to_owned();
    assert!(page(&mut engine, "/").contains("Tides") && page(&mut engine, "/").contains("/c/a"));
    assert!(page(&mut engine, &format!("/c/{session}")).contains("almanac"));
    assert!(page(&mut engine, "/search?q=almanac").contains(&session));
    assert!(!send(&mut engine, "1", "/api/fn/rename", &[("session_id", &session), ("name", "Ebb")]));
    assert_eq!(engine.state().unwrap().waiting, 2);
    // What waits outlives a copy that is made anew, and is what was asked for, in order.
    let id = changes::history(&history).unwrap();
    let mut engine = Engine::begin_anew(engine.into_connection(), &id).unwrap();
    let mut sent = Vec::new();
    while engine.state().unwrap().waiting > 0 {
        // The server is asked each time whether it shows this history, and what it does not take now waits.
        let check = engine.next().unwrap();
        assert_eq!(check.path, format!("/api/changes?history={id}"));
        assert_eq!(engine.took(&check, 410, "").unwrap(), Took::Other);
        engine.took(&check, 200, "").unwrap();
        let request = engine.next().unwrap();
        assert!(engine.put_off(&request));
        assert_ne!(engine.next().unwrap(), check, "the rest goes on");
        fill(&mut engine, &history);
        engine.took(&check, 200, "").unwrap();
        assert_eq!(engine.next().unwrap(), request);
        let body: serde_json::Value = serde_json::from_str(request.body.as_ref().unwrap()).unwrap();
        sent.push((request.path.clone(), body));
        engine.took(&request, 200, "null").unwrap();
    }
    assert_eq!(sent[0].0, "/api/fn/import_begin");
    assert_eq!(sent[1], ("/api/fn/import_save".to_owned(), batch));
    fill(&mut engine, &history);
    assert!(!page(&mut engine, "/").contains("Tides"), "it comes again with the history");
    assert!(page(&mut engine, "/").contains("/c/a"));
}
