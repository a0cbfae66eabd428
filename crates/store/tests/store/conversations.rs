//! Conversations as a whole: the list, renaming, archiving, deleting.

use crate::common::{at, connection, row_count};
use aios_model::{ListCursor, Rating, Source, Timestamp};
use aios_store::{
    Error,
    conversations::{self, ListQuery, NewConversation, Window},
    ratings,
    turns::{self, NewTurn},
};

#[test]
fn a_conversation_that_is_begun_is_listed_with_its_first_words() {
    let connection = connection();
    conversations::create(&connection, &NewConversation { name: Some("Sky"), ..NewConversation::new("a") }, at(1))
        .unwrap();
    turns::add_turn(&connection, "a", &NewTurn::new("Why is\nthe sky blue?", "Rayleigh."), at(5)).unwrap();
    turns::add_turn(&connection, "a", &NewTurn { model: Some("m"), ..NewTurn::new("And red?", "Dust.") }, at(6))
        .unwrap();
    let summary = conversations::get_summary(&connection, "a").unwrap().unwrap();
    assert_eq!(summary.name.as_deref(), Some("Sky"));
    assert_eq!(summary.preview, "Why is the sky blue?");
    assert_eq!((summary.started, summary.last_updated), (at(1), at(6)));
    assert_eq!((summary.turn_count, summary.model.as_deref()), (2, Some("m")));
    assert_eq!(summary.source, Source::AIOS);
}

#[test]
fn a_session_id_is_taken_once() {
    let connection = connection();
    conversations::create(&connection, &NewConversation::new("a"), at(1)).unwrap();
    let again = conversations::create(&connection, &NewConversation::new("a"), at(2));
    assert!(matches!(again, Err(Error::Exists { session_id }) if session_id == "a"));
}

#[test]
fn pages_of_the_list_follow_each_other_without_gap_or_repetition() {
    let connection = connection();
    for number in 0..25 {
        // Five of each moment: the session id has to order them.
        let session_id = format!("c{number:02}");
        let new = NewConversation { source: source(number), ..NewConversation::new(&session_id) };
        conversations::create(&connection, &new, at(number / 5)).unwrap();
    }
    for source in [None, Some(Source::new("even"))] {
        let mut seen = Vec::new();
        let mut query = ListQuery { limit: 4, source: source.clone(), ..ListQuery::default() };
        loop {
            let page = conversations::list(&connection, &query).unwrap();
            assert!(page.conversations.len() <= 4);
            seen.extend(
                page.conversations
                    .into_iter()
                    .map(|line| ListCursor { last_updated: line.last_updated, session_id: line.session_id }),
            );
            let Some(next) = page.next else { break };
            query.after = Some(next);
        }
        assert_eq!(seen.len(), if source.is_some() { 13 } else { 25 });
        assert!(
            seen.windows(2).all(|pair| {
                (pair[0].last_updated, &pair[0].session_id) > (pair[1].last_updated, &pair[1].session_id)
            })
        );
    }
}

fn source(number: i64) -> Source {
    Source::new(if number % 2 == 0 { "even" } else { "odd" })
}

#[test]
fn the_archive_is_a_list_of_its_own() {
    let connection = connection();
    conversations::create(&connection, &NewConversation::new("a"), at(1)).unwrap();
    conversations::create(&connection, &NewConversation::new("b"), at(2)).unwrap();
    assert!(conversations::archive(&connection, "a").unwrap());
    let ids = |archived| -> Vec<String> {
        let query = ListQuery { archived, ..ListQuery::default() };
        let page = conversations::list(&connection, &query).unwrap();
        page.conversations.into_iter().map(|line| line.session_id).collect()
    };
    assert_eq!((ids(false), ids(true)), (vec!["b".to_owned()], vec!["a".to_owned()]));
    assert_eq!(conversations::count(&connection, true, None).unwrap(), 1);
    assert_eq!(conversations::count(&connection, false, Some(&Source::new("chatgpt"))).unwrap(), 0);
    let totals = conversations::totals(&connection).unwrap();
    assert_eq!((totals[0].source.as_str(), totals[0].active, totals[0].archived), ("aios", 1, 1));
    assert!(conversations::unarchive(&connection, "a").unwrap());
    assert_eq!(ids(false), ["b", "a"]);
    assert!(!conversations::archive(&connection, "none").unwrap());
}

#[test]
fn conversations_are_counted_by_the_week_they_began_in() {
    let connection = connection();
    let monday = 4 * 86_400_000;
    // The last moment before a Monday, that Monday, the Sunday after it, and long before the epoch.
    for (id, milliseconds) in
        [("a", monday - 1), ("b", monday), ("c", monday + 7 * 86_400_000 - 1), ("d", -62_135_596_800_000)]
    {
        conversations::create(&connection, &NewConversation::new(id), Timestamp::from_milliseconds(milliseconds))
            .unwrap();
    }
    let weeks = conversations::weeks(&connection).unwrap();
    let weeks: Vec<_> = weeks.iter().map(|total| (total.week, total.conversations)).collect();
    assert_eq!(weeks, [(-102_738, 1), (-1, 1), (0, 2)]);
}

#[test]
fn a_blank_name_takes_the_name_away() {
    let connection = connection();
    conversations::create(&connection, &NewConversation { name: Some("x"), ..NewConversation::new("a") }, at(1))
        .unwrap();
    assert!(conversations::rename(&connection, "a", " New ").unwrap());
    assert_eq!(conversations::get_summary(&connection, "a").unwrap().unwrap().name.as_deref(), Some("New"));
    assert!(conversations::rename(&connection, "a", "  ").unwrap());
    assert_eq!(conversations::get_summary(&connection, "a").unwrap().unwrap().name, None);
    assert!(!conversations::rename(&connection, "none", "x").unwrap());
}

#[test]
fn instructions_are_kept_and_taken_away() {
    let connection = connection();
    conversations::create(&connection, &NewConversation::new("a"), at(1)).unwrap();
    let prompt = || conversations::get(&connection, "a", Window::default()).unwrap().unwrap().system_prompt;
    conversations::set_system_prompt(&connection, "a", Some("Be brief.")).unwrap();
    assert_eq!(prompt().as_deref(), Some("Be brief."));
    conversations::set_system_prompt(&connection, "a", None).unwrap();
    assert_eq!(prompt(), None);
}

#[test]
fn deleting_takes_turns_ratings_and_index_entries_along_however_deep() {
    let connection = connection();
    for number in 0..3000 {
        let added = turns::add_turn(&connection, "a", &NewTurn::new("question", "answer"), at(number)).unwrap();
        ratings::rate(&connection, added.turn_id, Rating::Up, None, None, at(number)).unwrap();
    }
    assert!(conversations::delete(&connection, "a").unwrap());
    assert!(!conversations::delete(&connection, "a").unwrap());
    for table in ["convos", "convo_turns", "message_ratings"] {
        assert_eq!(row_count(&connection, table), 0, "{table}");
    }
    crate::common::check(&connection);
    assert!(aios_store::search::search(&connection, "answer", 10).unwrap().is_empty());
}
