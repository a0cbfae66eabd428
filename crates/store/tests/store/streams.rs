//! Logs of answers.

use crate::common::{at, check, connection, row_count};
use aios_model::TurnStatus;
use aios_store::{
    Connection, conversations,
    streams::{self, StoredStream},
    turns::{self, FinishedTurn, NewTurn},
};

fn streaming(connection: &Connection) -> i64 {
    let new = NewTurn { status: TurnStatus::Streaming, ..NewTurn::new("q", "") };
    let turn_id = turns::add_turn(connection, "a", &new, at(1)).unwrap().turn_id;
    streams::begin(connection, turn_id).unwrap();
    turn_id
}

#[test]
fn a_log_comes_back_in_order_and_goes_with_a_whole_turn_but_for_its_number() {
    let connection = connection();
    let turn_id = streaming(&connection);
    assert_eq!(streams::unfinished(&connection).unwrap(), [turn_id]);
    // Ten pieces: numbers of one and two digits.
    for first in (1..20).step_by(2) {
        streams::append(&connection, turn_id, first, 2, &format!("[{first},{}]", first + 1)).unwrap();
    }
    let stored = streams::get(&connection, turn_id).unwrap().unwrap();
    assert_eq!((stored.last_sequence, stored.ended, stored.pieces.len()), (20, false, 10));
    assert_eq!((stored.pieces[0].as_str(), stored.pieces[9].as_str()), ("[1,2]", "[19,20]"));
    streams::forget_complete(&connection, turn_id).unwrap();
    assert_eq!(row_count(&connection, "stream_events"), 10, "it is being written still");
    turns::finish_turn(&connection, turn_id, &FinishedTurn::new("a", TurnStatus::Complete), at(2)).unwrap();
    streams::end(&connection, turn_id, None, at(2)).unwrap();
    streams::forget_all_complete(&connection, at(2)).unwrap();
    assert_eq!(row_count(&connection, "stream_events"), 10, "it is whole only since then");
    streams::forget_complete(&connection, turn_id).unwrap();
    let stored = streams::get(&connection, turn_id).unwrap();
    assert_eq!(stored, Some(StoredStream { last_sequence: 20, ended: true, ..StoredStream::default() }));
    assert!(streams::unfinished(&connection).unwrap().is_empty());
    check(&connection);
}

#[test]
fn the_log_of_an_answer_that_was_cut_off_stays_and_goes_on() {
    let connection = connection();
    let turn_id = streaming(&connection);
    streams::append(&connection, turn_id, 1, 1, "[1]").unwrap();
    turns::finish_turn(&connection, turn_id, &FinishedTurn::new("a", TurnStatus::Failed), at(2)).unwrap();
    streams::end(&connection, turn_id, Some("No key."), at(2)).unwrap();
    streams::forget_all_complete(&connection, at(3)).unwrap();
    let stored = streams::get(&connection, turn_id).unwrap().unwrap();
    assert_eq!((stored.pieces, stored.error.as_deref()), (vec!["[1]".to_owned()], Some("No key.")));
    streams::begin(&connection, turn_id).unwrap();
    streams::append(&connection, turn_id, 2, 1, "[2]").unwrap();
    let stored = streams::get(&connection, turn_id).unwrap().unwrap();
    assert_eq!((stored.pieces.len(), stored.last_sequence, stored.ended, stored.error), (2, 2, false, None));
}

#[test]
fn a_log_goes_with_its_conversation() {
    let connection = connection();
    let turn_id = streaming(&connection);
    streams::append(&connection, turn_id, 1, 1, "[1]").unwrap();
    assert!(conversations::delete(&connection, "a").unwrap());
    assert_eq!((row_count(&connection, "streams"), row_count(&connection, "stream_events")), (0, 0));
    assert_eq!(streams::get(&connection, turn_id).unwrap(), None);
    check(&connection);
}
