//! Full-text search.

use crate::common::{at, check, connection};
use aios_model::{SearchHit, TurnStatus};
use aios_store::{
    Connection, conversations, search,
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
    search::search(connection, query, 20).unwrap()
}

#[test]
fn all_words_have_to_be_there_on_either_side_and_the_last_may_be_a_beginning() {
    let connection = library(&[("Why is the sky blue?", "Rayleigh scattering."), ("Blue whale?", "Large.")]);
    assert_eq!(find(&connection, "blue").len(), 2);
    assert_eq!(find(&connection, "sky ray").len(), 1);
    assert_eq!(find(&connection, "ray sky").len(), 0);
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
