//! Storing conversations from elsewhere, again and again.

use crate::common::{at, check, connection, conversation, index, message, row_count, save};
use aios_model::{Conversation, ImportStatus, Novelty, Part, Rating, Source};
use aios_store::{
    Connection,
    conversations::{self, NewConversation, Window},
    imports::{self, ConversationKey, SaveOptions, content_hash},
    ratings, search,
    turns::{self, NewTurn, Parent},
};

const SHORT: [(&str, Option<&str>, &str); 2] = [("q1", None, "question one"), ("a1", Some("q1"), "answer one")];
const LONG: [(&str, Option<&str>, &str); 4] =
    [SHORT[0], SHORT[1], ("q2", Some("a1"), "question two"), ("a2", Some("q2"), "answer two")];

fn texts(connection: &Connection, session_id: &str) -> Vec<(String, String)> {
    let found = conversations::get(connection, session_id, Window::default()).unwrap().unwrap();
    found.turns.into_iter().map(|turn| (turn.user_message, turn.assistant_message)).collect()
}

fn pair(question: &str, answer: &str) -> (String, String) {
    (question.to_owned(), answer.to_owned())
}

#[test]
fn an_imported_conversation_has_its_own_times_and_a_session_id_of_its_own() {
    let connection = connection();
    let saved = save(&connection, &conversation("abc", &LONG));
    assert_eq!(saved.status, ImportStatus::Imported);
    assert_eq!(saved.session_id.as_deref(), Some("imported_abc"));
    let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
    assert_eq!((found.summary.started, found.summary.last_updated), (at(500), at(2000)));
    assert_eq!((found.summary.name.as_deref(), found.summary.turn_count), (Some("Title"), 2));
    assert_eq!((found.summary.preview.as_str(), found.summary.source.as_str()), ("question one", "chatgpt"));
    assert_eq!(found.turns[0].timestamp, at(1000));
    index(&connection);
    assert_eq!(search::search(&connection, "answer two", 9).unwrap()[0].turn_id, found.turns[1].id);
    check(&connection);
}

#[test]
fn without_times_there_are_those_of_the_messages_and_without_those_it_is_now() {
    let connection = connection();
    let mut timeless = conversation("a", &LONG);
    (timeless.created, timeless.updated) = (None, None);
    timeless.messages[3].created = Some(at(5000));
    save(&connection, &timeless);
    let summary = conversations::get_summary(&connection, "imported_a").unwrap().unwrap();
    assert_eq!((summary.started, summary.last_updated), (at(1000), at(5000)));
    timeless.source_id = "b".to_owned();
    timeless.messages.iter_mut().for_each(|message| message.created = None);
    save(&connection, &timeless);
    let found = conversations::get(&connection, "imported_b", Window::default()).unwrap().unwrap();
    let now = at(9_000_000);
    assert_eq!((found.summary.started, found.summary.last_updated, found.turns[1].timestamp), (now, now, now));
}

#[test]
fn importing_twice_is_importing_once() {
    let connection = connection();
    let export = conversation("abc", &LONG);
    save(&connection, &export);
    let before = (row_count(&connection, "convo_turns"), texts(&connection, "imported_abc"));
    let again = save(&connection, &export);
    assert_eq!((again.status, again.session_id.as_deref()), (ImportStatus::Unchanged, Some("imported_abc")));
    assert_eq!((row_count(&connection, "convo_turns"), texts(&connection, "imported_abc")), before);
}

#[test]
fn a_later_export_adds_what_is_new_and_keeps_the_turns_that_are_there() {
    let connection = connection();
    save(&connection, &conversation("abc", &SHORT));
    let first = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap().turns[0].clone();
    let saved = save(&connection, &conversation("abc", &LONG));
    assert_eq!(saved.status, ImportStatus::Updated);
    let turns = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap().turns;
    assert_eq!(turns.len(), 2);
    assert_eq!(turns[0], first);
    assert_eq!(save(&connection, &conversation("abc", &LONG)).status, ImportStatus::Unchanged);
    check(&connection);
}

#[test]
fn an_answer_that_came_later_completes_its_turn() {
    let connection = connection();
    save(&connection, &conversation("abc", &SHORT[..1]));
    save(&connection, &conversation("abc", &SHORT));
    assert_eq!(texts(&connection, "imported_abc"), [pair("question one", "answer one")]);
    assert_eq!(row_count(&connection, "convo_turns"), 1);
    check(&connection);
}

#[test]
fn an_edited_message_changes_its_turn_in_place_and_in_the_index() {
    let connection = connection();
    save(&connection, &conversation("abc", &SHORT));
    save(&connection, &conversation("abc", &[SHORT[0], ("a1", Some("q1"), "reply")]));
    assert_eq!(texts(&connection, "imported_abc"), [pair("question one", "reply")]);
    assert!(search::search(&connection, "answer", 9).unwrap().is_empty());
    check(&connection);
}

#[test]
fn an_earlier_export_takes_nothing_away() {
    let connection = connection();
    save(&connection, &conversation("abc", &LONG));
    let mut earlier = conversation("abc", &[SHORT[0]]);
    earlier.updated = Some(at(1500));
    earlier.title = Some("Old title".to_owned());
    assert_eq!(save(&connection, &earlier).status, ImportStatus::Unchanged);
    assert_eq!(texts(&connection, "imported_abc").len(), 2);
    assert_eq!(texts(&connection, "imported_abc")[0], pair("question one", "answer one"));
    let summary = conversations::get_summary(&connection, "imported_abc").unwrap().unwrap();
    assert_eq!((summary.name.as_deref(), summary.turn_count), (Some("Title"), 2));
    // The later one is still known as such.
    assert_eq!(save(&connection, &conversation("abc", &LONG)).status, ImportStatus::Unchanged);
    check(&connection);
}

#[test]
fn what_was_done_here_survives_a_later_export() {
    let connection = connection();
    save(&connection, &conversation("abc", &SHORT));
    let here =
        turns::add_turn(&connection, "imported_abc", &NewTurn::new("said here", "answered here"), at(3000)).unwrap();
    conversations::rename(&connection, "imported_abc", "Mine").unwrap();
    conversations::archive(&connection, "imported_abc").unwrap();
    ratings::rate(&connection, here.turn_id, Rating::Up, None, None, at(3000)).unwrap();
    let mut later = conversation("abc", &LONG);
    later.title = Some("Theirs".to_owned());
    assert_eq!(save(&connection, &later).status, ImportStatus::Updated);
    let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
    assert_eq!((found.summary.name.as_deref(), found.summary.archived), (Some("Mine"), true));
    assert_eq!((found.summary.turn_count, found.summary.last_updated), (3, at(3000)));
    assert_eq!(found.turns.len(), 2);
    let last = &found.turns[1];
    assert_eq!((last.user_message.as_str(), last.rating, last.siblings.len()), ("said here", Some(Rating::Up), 2));
    check(&connection);
}

#[test]
fn forks_share_their_question_and_a_new_fork_is_a_new_turn() {
    let connection = connection();
    let fork = ("a1b", Some("q1"), "other answer");
    let mut export = conversation("abc", &[SHORT[0], SHORT[1], fork]);
    export.active_leaf = Some("a1".to_owned());
    save(&connection, &export);
    let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
    assert_eq!((found.turns[0].assistant_message.as_str(), found.turns[0].siblings.len()), ("answer one", 2));
    let third = ("a1c", Some("q1"), "third answer");
    save(&connection, &conversation("abc", &[third, SHORT[0], SHORT[1], fork]));
    assert_eq!(row_count(&connection, "convo_turns"), 3);
    check(&connection);
}

#[test]
fn a_turn_that_hangs_elsewhere_in_a_later_export_takes_what_was_said_here_along() {
    let connection = connection();
    save(
        &connection,
        &conversation("abc", &[SHORT[0], ("q2", None, "question two"), ("a2", Some("q2"), "answer two")]),
    );
    turns::add_turn(&connection, "imported_abc", &NewTurn::new("here", "too"), at(1)).unwrap();
    save(&connection, &conversation("abc", &[SHORT[0], SHORT[1], LONG[2], LONG[3]]));
    let found = texts(&connection, "imported_abc");
    assert_eq!(found, [pair("question one", "answer one"), pair("question two", "answer two"), pair("here", "too")]);
    check(&connection);
}

#[test]
fn nothing_said_is_skipped_with_a_reason_and_stores_nothing() {
    let connection = connection();
    let mut hidden = conversation("abc", &SHORT[..1]);
    hidden.messages[0].hidden = true;
    for empty in [conversation("abc", &[]), hidden] {
        let saved = save(&connection, &empty);
        assert_eq!((saved.status, saved.session_id), (ImportStatus::Skipped, None));
        assert!(saved.reason.is_some());
    }
    assert_eq!(row_count(&connection, "convos"), 0);
}

#[test]
fn sources_with_the_same_id_are_different_conversations() {
    let connection = connection();
    save(&connection, &conversation("abc", &SHORT));
    let mut other = conversation("abc", &LONG);
    other.source = Source::new("claude");
    assert_eq!(save(&connection, &other).session_id.as_deref(), Some("imported_abc_claude"));
    conversations::create(&connection, &NewConversation::new("imported_abc_gemini"), at(1)).unwrap();
    other.source = Source::new("gemini");
    assert_eq!(save(&connection, &other).session_id.as_deref(), Some("imported_abc_gemini_2"));
    assert_eq!(save(&connection, &other).status, ImportStatus::Unchanged);
    assert_eq!(texts(&connection, "imported_abc").len(), 1);
    check(&connection);
}

#[test]
fn a_hostile_id_does_not_enter_the_session_id() {
    let connection = connection();
    for id in ["../../etc", "", "a b", "ä", &"x".repeat(101)] {
        let session_id = save(&connection, &conversation(id, &SHORT)).session_id.unwrap();
        let hash = session_id.strip_prefix("imported_").unwrap();
        assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{session_id}");
        assert_eq!(save(&connection, &conversation(id, &SHORT)).status, ImportStatus::Unchanged);
    }
    let longest = "x".repeat(100);
    let saved = save(&connection, &conversation(&longest, &SHORT));
    assert_eq!(saved.session_id, Some(format!("imported_{longest}")));
}

#[test]
fn ratings_come_along_and_give_way_to_those_given_here() {
    let connection = connection();
    let mut export = conversation("abc", &LONG);
    export.messages[1].rating = Some(Rating::Up);
    save(&connection, &export);
    let turn_ids: Vec<i64> =
        turns::active_branch(&connection, "imported_abc", 9).unwrap().iter().map(|turn| turn.id).collect();
    let rating = |number: usize| turns::get_turn(&connection, turn_ids[number]).unwrap().unwrap().rating;
    assert_eq!((rating(0), rating(1)), (Some(Rating::Up), None));
    ratings::rate(&connection, turn_ids[0], Rating::Down, None, None, at(1)).unwrap();
    export.messages[3].rating = Some(Rating::Up);
    export.messages[1].parts = vec![Part::text("changed")];
    save(&connection, &export);
    assert_eq!((rating(0), rating(1)), (Some(Rating::Down), Some(Rating::Up)));
}

#[test]
fn everything_said_is_there_but_texts_are_stored_once() {
    let connection = connection();
    let words = "many words ".repeat(1000);
    let mut export = conversation("abc", &[("q1", None, &words), ("a1", Some("q1"), &words)]);
    let reasoning = Part::Reasoning { text: "hm".to_owned(), summary: None };
    export.messages[1].parts = vec![reasoning.clone(), Part::text(words.clone()), Part::text("and more")];
    save(&connection, &export);
    let turn = turns::active_branch(&connection, "imported_abc", 1).unwrap().remove(0);
    assert_eq!(turn.messages, export.messages);
    let bytes: i64 =
        connection.query_row("SELECT length(messages_json) FROM convo_turns", [], |row| row.get(0)).unwrap();
    assert!(bytes < 300, "{bytes}");
}

#[test]
fn what_a_comparison_says_is_what_saving_does() {
    let connection = connection();
    let (short, long) = (conversation("abc", &SHORT), conversation("abc", &LONG));
    let key = |export: &Conversation| ConversationKey {
        source: export.source.clone(),
        source_id: export.source_id.clone(),
        content_hash: content_hash(export),
    };
    assert_eq!(imports::compare(&connection, &[key(&short)]).unwrap(), [Novelty::New]);
    save(&connection, &short);
    assert_eq!(imports::compare(&connection, &[key(&short), key(&long)]).unwrap(), [Novelty::Same, Novelty::Changed]);
}

#[test]
fn conversations_remember_the_import_that_brought_them() {
    let connection = connection();
    let options = SaveOptions { import_id: Some("import-1") };
    imports::save_conversation(&connection, &conversation("a", &SHORT), options, at(1)).unwrap();
    imports::save_conversation(&connection, &conversation("b", &SHORT), options, at(2)).unwrap();
    let later = SaveOptions { import_id: Some("import-2") };
    imports::save_conversation(&connection, &conversation("b", &LONG), later, at(3)).unwrap();
    assert_eq!(row_count(&connection, "convos WHERE import_id = 'import-1'"), 2);
    check(&connection);
}

#[test]
fn a_conversation_that_cannot_be_stored_leaves_nothing_behind_in_a_transaction_that_goes_on() {
    let mut connection = connection();
    connection
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON convo_turns WHEN new.user_message = 'question two'
            BEGIN SELECT raise(ABORT, 'refused'); END",
        )
        .unwrap();
    let transaction = connection.transaction().unwrap();
    save(&transaction, &conversation("a", &SHORT));
    let refused = imports::save_conversation(&transaction, &conversation("b", &LONG), SaveOptions::default(), at(1));
    assert!(refused.unwrap_err().to_string().contains("storing a conversation"));
    save(&transaction, &conversation("c", &SHORT));
    transaction.commit().unwrap();
    assert_eq!((row_count(&connection, "convos"), row_count(&connection, "convo_turns")), (2, 2));
    check(&connection);
}

#[test]
fn of_conversations_that_are_stored_together_those_that_cannot_be_fail_alone() {
    let mut connection = connection();
    connection
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON convo_turns WHEN new.user_message = 'question two'
            BEGIN SELECT raise(ABORT, 'refused'); END",
        )
        .unwrap();
    let transaction = connection.transaction().unwrap();
    let all =
        [conversation("a", &SHORT), conversation("b", &LONG), conversation("empty", &[]), conversation("c", &SHORT)];
    let saved = imports::save_conversations(&transaction, &all, SaveOptions::default(), at(1));
    let statuses: Vec<_> = saved.iter().map(|saved| saved.as_ref().ok().map(|saved| saved.status)).collect();
    assert_eq!(
        statuses,
        [Some(ImportStatus::Imported), None, Some(ImportStatus::Skipped), Some(ImportStatus::Imported)]
    );
    let again =
        imports::save_conversations(&transaction, &[all[0].clone(), all[3].clone()], SaveOptions::default(), at(2));
    assert!(again.iter().all(|saved| saved.as_ref().unwrap().status == ImportStatus::Unchanged));
    transaction.commit().unwrap();
    assert_eq!((row_count(&connection, "convos"), row_count(&connection, "convo_turns")), (2, 2));
    check(&connection);
}

#[test]
fn going_on_in_an_imported_conversation_follows_the_branch_seen_last() {
    let connection = connection();
    let mut export = conversation("abc", &LONG);
    export.messages.push(message("q3", Some("a1"), "another question"));
    export.active_leaf = Some("a2".to_owned());
    save(&connection, &export);
    turns::add_turn(&connection, "imported_abc", &NewTurn { parent: Parent::Active, ..NewTurn::new("on", "") }, at(1))
        .unwrap();
    let questions: Vec<_> = texts(&connection, "imported_abc").into_iter().map(|(question, _)| question).collect();
    assert_eq!(questions, ["question one", "question two", "on"]);
}
