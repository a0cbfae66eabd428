//! Ratings.

use crate::common::{at, check, connection};
use aios_model::Rating;
use aios_store::{
    Error, conversations, ratings,
    turns::{self, NewTurn},
};

#[test]
fn a_rating_is_given_changed_shown_and_taken_back() {
    let connection = connection();
    let new = NewTurn { model: Some("m"), ..NewTurn::new("q", "a") };
    let turn_id = turns::add_turn(&connection, "a", &new, at(1)).unwrap().turn_id;
    conversations::set_system_prompt(&connection, "a", Some("Be brief.")).unwrap();
    ratings::rate(&connection, turn_id, Rating::Down, Some("wrong"), Some("It is 5."), at(2)).unwrap();
    let shown = || turns::get_turn(&connection, turn_id).unwrap().unwrap().rating;
    assert_eq!(shown(), Some(Rating::Down));
    ratings::rate(&connection, turn_id, Rating::Up, None, None, at(3)).unwrap();
    let stored = ratings::get(&connection, turn_id).unwrap().unwrap();
    assert_eq!((stored.rating, stored.reason, stored.comment, stored.rated_at), (Rating::Up, None, None, at(3)));
    assert_eq!((stored.model.as_deref(), stored.system_prompt.as_deref()), (Some("m"), Some("Be brief.")));
    assert!(ratings::unrate(&connection, turn_id).unwrap());
    assert!(!ratings::unrate(&connection, turn_id).unwrap());
    assert_eq!((shown(), ratings::get(&connection, turn_id).unwrap()), (None, None));
    check(&connection);
}

#[test]
fn rating_what_is_not_there_says_so() {
    let refused = ratings::rate(&connection(), 1, Rating::Up, None, None, at(1));
    assert!(matches!(refused, Err(Error::NoTurn { turn_id: 1 })));
}
