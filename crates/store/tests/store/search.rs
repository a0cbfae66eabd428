//! Full-text search.

use crate::common::{at, check, connection, conversation, index, save};
use aios_model::{Message, Part, Rating, Role, SearchHit, TurnStatus};
use aios_store::{
    Connection, conversations, ratings, search,
    turns::{self, FinishedTurn, NewTurn},
};
use proptest::prelude::*;

fn library(turns: &[(&str, &str)]) -> Connection {
    let connection = connection();
    for (question, answer) in turns {
        turns::add_turn(&connection, "a", &NewTurn::new(question, answer), at(1)).unwrap();
    }
    connection
}

fn find(connection: &Connection, query: &str) -> Vec<SearchHit> {
    index(connection);
    search::search(connection, query, 20).unwrap()
}

#[test]
fn all_words_have_to_be_there_on_either_side_and_the_last_may_be_a_beginning() {
    let connection = library(&[("Why is the sky blue?", "Rayleigh scattering."), ("Blue whale?", "Large.")]);
    assert_eq!(find(&connection, "blue").len(), 2);
    assert_eq!(find(&connection, "sky ray").len(), 1);
    assert_eq!(find(&connection, "ray \"sky\"").len(), 1, "nothing has the word, so parts of words count");
    assert_eq!(find(&connection, "whale sky").len(), 0);
    assert_eq!(find(&connection, "RAYLÉIGH").len(), 1);
}

#[test]
fn a_snippet_marks_the_words_and_leaves_markup_as_text() {
    let connection = library(&[("q", "before <b>needle</b> after")]);
    let hit = &find(&connection, "needle")[0];
    let parts: Vec<_> = hit.snippet.iter().map(|part| (part.text.as_str(), part.hit)).collect();
    assert_eq!(parts, [("before <b>", false), ("needle", true), ("</b> after", false)]);
}

#[test]
fn a_snippet_of_a_script_without_spaces_is_where_the_whole_word_is() {
    // Two letters of the word, one behind the other, are in the question too.
    let connection = library(&[("ต้มยำกุ้งใส่อะไรบ้าง", "ใส่ตะไคร้ ใบมะกรูด")]);
    let hit = &find(&connection, "ตะไคร้")[0];
    // A mark over the last letter is no part of what is compared.
    assert!(hit.snippet.iter().any(|part| part.hit && part.text.starts_with("ตะไคร")), "{:?}", hit.snippet);
}

#[test]
fn a_name_is_found_before_turns_and_no_longer_when_it_was_changed() {
    let connection = library(&[("whale", "x"), ("other", "y")]);
    turns::add_turn(&connection, "b", &NewTurn::new("z", "z"), at(1)).unwrap();
    conversations::rename(&connection, "b", "The whale").unwrap();
    let hits = find(&connection, "whale");
    let ids: Vec<_> = hits.iter().map(|hit| hit.conversation.session_id.as_str()).collect();
    assert_eq!(ids, ["b", "a"]);
    assert_eq!(hits[0].snippet[1].text, "whale");
    conversations::rename(&connection, "b", "The cow").unwrap();
    assert_eq!(find(&connection, "whale").len(), 1);
    check(&connection);
}

#[test]
fn a_limit_holds_over_names_and_turns_together() {
    let connection = library(&[("whale", "x"); 10]);
    conversations::rename(&connection, "a", "whale").unwrap();
    index(&connection);
    assert_eq!(search::search(&connection, "whale", 4).unwrap().len(), 4);
    assert_eq!(search::search(&connection, "whale", 0).unwrap().len(), 0);
}

#[test]
fn chinese_is_found_by_the_beginning_of_a_run() {
    let connection = library(&[("天空为什么是蓝色的？", "瑞利散射。")]);
    assert_eq!(find(&connection, "天空").len(), 1);
    assert_eq!(find(&connection, "瑞利").len(), 1);
}

#[test]
fn the_index_follows_every_change() {
    let connection = library(&[("one", "two")]);
    let new = NewTurn { status: TurnStatus::Streaming, ..NewTurn::new("three", "fo") };
    let turn_id = turns::add_turn(&connection, "a", &new, at(1)).unwrap().turn_id;
    check(&connection);
    turns::finish_turn(&connection, turn_id, &FinishedTurn::new("four", TurnStatus::Stopped), at(2)).unwrap();
    assert_eq!(find(&connection, "four").len(), 1);
    turns::finish_turn(&connection, turn_id, &FinishedTurn::new("five", TurnStatus::Complete), at(2)).unwrap();
    assert_eq!((find(&connection, "four").len(), find(&connection, "five").len()), (0, 1));
    turns::update_streaming(&connection, turn_id, "six").unwrap();
    assert_eq!((find(&connection, "five").len(), find(&connection, "three").len()), (0, 0));
    check(&connection);
    conversations::delete(&connection, "a").unwrap();
    assert!(find(&connection, "one").is_empty());
    check(&connection);
}

/// The ids of turns that are found, best first.
fn found(connection: &Connection, query: &str) -> Vec<i64> {
    find(connection, query).iter().map(|hit| hit.turn_id).collect()
}

#[test]
fn phrases_exclusions_and_beginnings() {
    let connection = library(&[("the red house", "x"), ("house, the red one", "x"), ("a green house", "boats")]);
    assert_eq!(found(&connection, "\"red house\""), [1]);
    assert_eq!(found(&connection, "red house "), [1, 2], "words behind each other come first");
    assert_eq!(found(&connection, "house -red"), [3]);
    assert_eq!(found(&connection, "boa"), [3]);
    assert_eq!(found(&connection, "boa* green "), [3]);
    assert!(found(&connection, "\"red houses\"").is_empty());
}

#[test]
fn german_japanese_and_identifiers_are_found() {
    let connection = library(&[
        ("Die Größe der Straße?", "Zwölf Meter."),
        ("東京タワーの高さは？", "333メートルです。"),
        ("ภาษาไทย", "สวัสดี"),
        ("What does `parseHttpHeader` in src/http_util.rs do?", "It splits."),
    ]);
    for (query, expected) in [
        ("grosse strasse ", 1),
        ("GRÖSSE", 1),
        ("東京", 2),
        ("タワー", 2),
        ("高さ", 2),
        ("高", 2),
        ("メートル", 2),
        ("ไทย", 3),
        ("parsehttpheader", 4),
        ("http header ", 4),
        ("http_util ", 4),
        ("src/http_util.rs ", 4),
        ("seHttp", 4),
    ] {
        assert_eq!(found(&connection, query), [expected], "{query}");
    }
}

#[test]
fn what_lies_beside_the_two_texts_is_found_and_shown() {
    let connection = connection();
    let mut message = Message::text("1", None, Role::User, "Read this.");
    message.parts.push(Part::Attachment {
        name: "lease.pdf".into(),
        reference: None,
        media_type: None,
        size: None,
        text: Some("The tenant pays for repairs below 100 euro.".into()),
    });
    let new = NewTurn { messages: &[message], ..NewTurn::new("Read this.", "Done.") };
    turns::add_turn(&connection, "a", &new, at(1)).unwrap();
    let hit = &find(&connection, "tenant repairs")[0];
    assert!(hit.snippet.iter().any(|part| part.hit && part.text == "tenant"), "{:?}", hit.snippet);
}

#[test]
fn filters_narrow_what_is_found() {
    let connection = library(&[("boiler", "```\ncode\n```"), ("boiler", "words")]);
    turns::add_turn(
        &connection,
        "b",
        &NewTurn { model: Some("gpt-4o-mini"), ..NewTurn::new("boiler", "x") },
        at(1_800_000_000_000),
    )
    .unwrap();
    save(&connection, &conversation("c", &[("q1", None, "boiler"), ("a1", Some("q1"), "y")]));
    connection.execute("UPDATE convos SET pinned = 1, project = 'House' WHERE session_id = 'b'", []).unwrap();
    ratings::rate(&connection, 2, Rating::Up, None, None, at(5)).unwrap();
    conversations::archive(&connection, "imported_c").unwrap();
    for (query, expected) in [
        ("boiler has:code", vec![1]),
        ("boiler is:pinned", vec![3]),
        ("is:pinned", vec![3]),
        ("conversation:b boiler", vec![3]),
        ("conversation:nobody boiler", vec![]),
        ("boiler project:house", vec![3]),
        ("boiler rating:up", vec![2]),
        ("boiler model:gpt-4", vec![3]),
        ("boiler model:claude", vec![]),
        ("boiler source:chatgpt", vec![4]),
        ("source:chatgpt", vec![4]),
        ("boiler is:archived", vec![4]),
        ("boiler after:2027", vec![3]),
        ("boiler after:2027 before:2027", vec![]),
        ("boiler before:1971 is:active has:code", vec![1]),
    ] {
        assert_eq!(found(&connection, query), expected, "{query}");
    }
    conversations::rename(&connection, "b", "The boiler").unwrap();
    let hits = find(&connection, "in:title boiler");
    assert_eq!((hits.len(), hits[0].conversation.session_id.as_str()), (1, "b"));
}

#[test]
fn what_is_newer_comes_first_of_what_answers_alike_and_no_conversation_takes_all_places() {
    let connection = connection();
    for number in 0..30 {
        turns::add_turn(&connection, "many", &NewTurn::new("word", "x"), at(number * 86_400_000)).unwrap();
    }
    let other = turns::add_turn(&connection, "one", &NewTurn::new("word", "x"), at(0)).unwrap().turn_id;
    let ids = found(&connection, "word ");
    assert_eq!(ids[..3], [30, 29, 28]);
    assert!(ids[..5].contains(&other), "{ids:?}");
}

#[test]
fn turns_of_the_same_moment_each_have_a_place_in_the_index() {
    let connection = connection();
    for _ in 0..100 {
        turns::add_turn(&connection, "a", &NewTurn::new("same", "time"), at(7)).unwrap();
    }
    assert_eq!(search::search(&connection, "same", 500).unwrap().len(), 0, "not yet in the index");
    index(&connection);
    assert_eq!(search::search(&connection, "same", 500).unwrap().len(), 100);
    check(&connection);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_is_a_syntax_error(queries in proptest::collection::vec(any::<String>(), 20)) {
        let connection = library(&[("one", "two")]);
        for query in queries {
            search::search(&connection, &query, 5).unwrap();
        }
    }

    #[test]
    fn no_text_of_fts_syntax_is_a_syntax_error(
        words in proptest::collection::vec(
            prop::sample::select(vec!["\"", "*", "(", ")", "NOT", "AND", "OR", "NEAR(", ":", "user_message:", "^", "-", "+", "{", "}", "\0", "one", " ", "'"]),
            0..40,
        )
    ) {
        search::search(&library(&[("one", "two")]), &words.concat(), 5).unwrap();
    }

    #[test]
    fn any_text_is_indexed_and_found_by_its_words(text in any::<String>(), word in "[a-z]{3,10}") {
        let question = format!("{text} {word}");
        let connection = library(&[(&question, &text)]);
        prop_assert_eq!(find(&connection, &word).len(), 1);
        conversations::rename(&connection, "a", &text).unwrap();
        check(&connection);
        conversations::delete(&connection, "a").unwrap();
        check(&connection);
    }
}
