//! Turns: adding, streaming, branching, reading by the last page.

use crate::common::{at, check, connection, conversation, index, row_count, save};
use aios_model::{Message, Part, Role, TurnStatus};
use aios_store::{
    Error,
    conversations::{self, Window},
    search,
    turns::{self, FinishedTurn, NewTurn, Parent},
};

#[test]
fn adding_a_turn_begins_the_conversation_and_the_turns_come_back_in_order() {
    let connection = connection();
    for number in 0..5 {
        turns::add_turn(&connection, "a", &NewTurn::new(&format!("q{number}"), "a"), at(number)).unwrap();
    }
    let all = conversations::get(&connection, "a", Window::default()).unwrap().unwrap();
    let questions: Vec<_> = all.turns.iter().map(|turn| turn.user_message.as_str()).collect();
    assert_eq!(questions, ["q0", "q1", "q2", "q3", "q4"]);
    assert_eq!(all.earlier_turns, 0);
    assert!(all.turns.iter().all(|turn| turn.siblings.is_empty() && turn.messages.is_empty()));
    let last = conversations::get(&connection, "a", Window { last: Some(2) }).unwrap().unwrap();
    assert_eq!(last.turns, all.turns[3..]);
    assert_eq!(last.earlier_turns, 3);
    let none = conversations::get(&connection, "a", Window { last: Some(0) }).unwrap().unwrap();
    assert!(none.turns.is_empty());
    assert_eq!(turns::active_branch(&connection, "a", 1).unwrap(), all.turns[4..]);
    assert_eq!(conversations::get(&connection, "b", Window::default()).unwrap(), None);
    check(&connection);
}

#[test]
fn the_same_client_id_is_the_same_turn_but_only_in_its_conversation() {
    let connection = connection();
    let new = NewTurn { client_id: Some("x"), ..NewTurn::new("q", "a") };
    let first = turns::add_turn(&connection, "a", &new, at(1)).unwrap();
    let again = turns::add_turn(&connection, "a", &new, at(2)).unwrap();
    let elsewhere = turns::add_turn(&connection, "b", &new, at(3)).unwrap();
    assert_eq!((again.turn_id, again.existed), (first.turn_id, true));
    assert!(!elsewhere.existed && elsewhere.turn_id != first.turn_id);
    assert_eq!(row_count(&connection, "convo_turns"), 2);
}

#[test]
fn a_regenerated_answer_is_a_sibling_and_the_other_branch_can_be_shown_again() {
    let connection = connection();
    let add = |parent, question: &str| {
        let new = NewTurn { parent, ..NewTurn::new(question, "a") };
        turns::add_turn(&connection, "a", &new, at(1)).unwrap().turn_id
    };
    let first = add(Parent::Active, "first");
    let second = add(Parent::Active, "second");
    let third = add(Parent::Active, "third");
    let other = add(Parent::Turn(first), "second");
    let branch = turns::active_branch(&connection, "a", 10).unwrap();
    assert_eq!(branch.iter().map(|turn| turn.id).collect::<Vec<_>>(), [first, other]);
    assert_eq!(branch[1].siblings, [second, other]);
    assert!(turns::activate(&connection, second).unwrap());
    let branch = turns::active_branch(&connection, "a", 10).unwrap();
    assert_eq!(branch.iter().map(|turn| turn.id).collect::<Vec<_>>(), [first, second, third]);
    let edited = add(Parent::None, "first, edited");
    let branch = turns::active_branch(&connection, "a", 10).unwrap();
    assert_eq!((branch.len(), &branch[0].siblings), (1, &vec![first, edited]));
    assert!(!turns::activate(&connection, 999).unwrap());
    assert_eq!(conversations::get_summary(&connection, "a").unwrap().unwrap().turn_count, 5);
    check(&connection);
}

#[test]
fn a_parent_in_another_conversation_is_refused() {
    let connection = connection();
    let elsewhere = turns::add_turn(&connection, "a", &NewTurn::new("q", "a"), at(1)).unwrap();
    let new = NewTurn { parent: Parent::Turn(elsewhere.turn_id), ..NewTurn::new("q", "a") };
    let refused = turns::add_turn(&connection, "b", &new, at(1));
    assert!(matches!(refused, Err(Error::NoTurn { turn_id }) if turn_id == elsewhere.turn_id));
}

#[test]
fn a_streaming_turn_grows_and_is_found_when_it_is_finished() {
    let connection = connection();
    let question = Message::text("u", None, Role::User, "question");
    let new = NewTurn {
        status: TurnStatus::Streaming,
        messages: std::slice::from_ref(&question),
        ..NewTurn::new("question", "")
    };
    let turn_id = turns::add_turn(&connection, "a", &new, at(1)).unwrap().turn_id;
    assert!(turns::update_streaming(&connection, turn_id, "half an ans").unwrap());
    let turn = turns::get_turn(&connection, turn_id).unwrap().unwrap();
    assert_eq!((turn.status, turn.assistant_message.as_str()), (TurnStatus::Streaming, "half an ans"));
    assert!(search::search(&connection, "half", 10).unwrap().is_empty());
    check(&connection);
    let answer = Message {
        parts: vec![
            Part::Reasoning { text: "hm".to_owned(), summary: None },
            Part::Code { language: Some("rust".to_owned()), text: "a whole answer".to_owned() },
        ],
        ..Message::text("a", Some("u"), Role::Assistant, "")
    };
    let messages = [question, answer];
    let finished = FinishedTurn {
        model: Some("m"),
        assistant_tokens: Some(3),
        messages: &messages,
        ..FinishedTurn::new("```rust\na whole answer\n```", TurnStatus::Complete)
    };
    turns::finish_turn(&connection, turn_id, &finished, at(9)).unwrap();
    let turn = turns::get_turn(&connection, turn_id).unwrap().unwrap();
    assert_eq!((turn.status, turn.model.as_deref(), turn.assistant_tokens), (TurnStatus::Complete, Some("m"), Some(3)));
    assert_eq!(turn.messages, messages);
    index(&connection);
    assert_eq!(search::search(&connection, "whole", 10).unwrap()[0].turn_id, turn_id);
    assert_eq!(conversations::get_summary(&connection, "a").unwrap().unwrap().last_updated, at(9));
    check(&connection);
}

#[test]
fn finishing_a_turn_that_is_gone_says_so() {
    let connection = connection();
    let finished = FinishedTurn::new("a", TurnStatus::Complete);
    assert!(matches!(turns::finish_turn(&connection, 7, &finished, at(1)), Err(Error::NoTurn { turn_id: 7 })));
    assert!(!turns::update_streaming(&connection, 7, "a").unwrap());
    assert_eq!(turns::get_turn(&connection, 7).unwrap(), None);
}

#[test]
fn turns_left_streaming_are_interrupted_with_what_they_had() {
    let connection = connection();
    let new = NewTurn { status: TurnStatus::Streaming, ..NewTurn::new("question", "beginning") };
    let turn_id = turns::add_turn(&connection, "a", &new, at(1)).unwrap().turn_id;
    turns::add_turn(&connection, "a", &NewTurn::new("other", "done"), at(2)).unwrap();
    assert_eq!(turns::interrupt_streaming(&connection).unwrap(), 1);
    assert_eq!(turns::interrupt_streaming(&connection).unwrap(), 0);
    let turn = turns::get_turn(&connection, turn_id).unwrap().unwrap();
    assert_eq!((turn.status, turn.assistant_message.as_str()), (TurnStatus::Interrupted, "beginning"));
    index(&connection);
    assert_eq!(search::search(&connection, "beginning", 10).unwrap().len(), 1);
    check(&connection);
}

#[test]
fn what_adding_a_turn_looks_up_is_searched_in_an_index_not_scanned() {
    let connection = connection();
    for lookup in [
        "convos WHERE session_id = 'a'",
        "convo_turns WHERE convo_id = 1 AND client_id = 'x'",
        "convo_turns WHERE id = 1 AND convo_id = 1",
        "convo_turns WHERE convo_id = 1 AND parent_id IS NULL ORDER BY id",
    ] {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN SELECT id FROM {lookup}")).unwrap();
        let plan: Vec<String> = statement.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(plan.len() == 1 && plan[0].starts_with("SEARCH"), "{lookup}: {plan:?}");
    }
}

#[test]
fn a_conversation_of_100_000_messages_is_stored_and_opened_by_its_last_page() {
    let connection = connection();
    let ids: Vec<String> =
        (0..100_000).map(|number| format!("{}{number}", if number % 2 == 0 { 'q' } else { 'a' })).collect();
    let messages: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(number, id)| (id.as_str(), number.checked_sub(1).map(|above| ids[above].as_str()), "x"))
        .collect();
    let saved = save(&connection, &conversation("deep", &messages));
    let session_id = saved.session_id.unwrap();
    let page = conversations::get(&connection, &session_id, Window { last: Some(50) }).unwrap().unwrap();
    assert_eq!((page.turns.len(), page.earlier_turns), (50, 49_950));
    let all = conversations::get(&connection, &session_id, Window::default()).unwrap().unwrap();
    assert_eq!(all.turns.len(), 50_000);
    assert!(conversations::delete(&connection, &session_id).unwrap());
    assert_eq!(row_count(&connection, "convo_turns"), 0);
}
