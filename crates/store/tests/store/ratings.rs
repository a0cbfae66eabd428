//! Ratings.

use crate::common::{at, check, connection, save};
use aios_model::{Conversation, Message, Rating, Role, Source};
use aios_store::{
    Error, conversations,
    ratings::{self, RatingCounts, RatingCursor, RatingQuery},
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

#[test]
fn a_rating_that_was_taken_back_does_not_return_with_a_later_import() {
    let connection = connection();
    let mut export = Conversation::new(Source::new("chatgpt"), "abc");
    export.messages = vec![
        Message::text("1", None, Role::User, "q"),
        Message { rating: Some(Rating::Up), ..Message::text("2", Some("1"), Role::Assistant, "a") },
    ];
    save(&connection, &export);
    let turn_id = ratings::list(&connection, &RatingQuery::default(), None, 9).unwrap()[0].turn_id;
    assert!(ratings::unrate(&connection, turn_id).unwrap());
    // The answer went on, so the turn is written again.
    export
        .messages
        .push(Message { rating: Some(Rating::Up), ..Message::text("3", Some("2"), Role::Assistant, "more") });
    save(&connection, &export);
    assert_eq!(ratings::get(&connection, turn_id).unwrap(), None);
    ratings::rate(&connection, turn_id, Rating::Down, None, None, at(5)).unwrap();
    save(&connection, &export);
    assert_eq!(ratings::get(&connection, turn_id).unwrap().unwrap().rating, Rating::Down);
    check(&connection);
}

#[test]
fn ratings_are_listed_counted_and_paired_by_rating_model_and_time() {
    let connection = connection();
    let turn = |answer: &str, model: &str, parent: Option<i64>| {
        let new = NewTurn { model: Some(model), ..NewTurn::new("q", answer) };
        let id = turns::add_turn(&connection, "a", &new, at(1)).unwrap().turn_id;
        connection.execute("UPDATE convo_turns SET parent_id = ?2 WHERE id = ?1", (id, parent)).unwrap();
        id
    };
    let (good, bad, later) = (turn("good", "m", None), turn("bad", "m", None), turn("later", "n", Some(1)));
    ratings::rate(&connection, good, Rating::Up, None, None, at(2)).unwrap();
    ratings::rate(&connection, bad, Rating::Down, None, None, at(3)).unwrap();
    ratings::rate(&connection, later, Rating::Down, None, None, at(4)).unwrap();
    let all = RatingQuery::default();
    let ids = |query: &RatingQuery, after| {
        let page = ratings::list(&connection, query, after, 2).unwrap();
        page.into_iter().map(|rated| rated.turn_id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&all, None), [later, bad]);
    assert_eq!(ids(&all, Some(RatingCursor { rated_at: at(3), turn_id: bad })), [good]);
    assert_eq!(ids(&RatingQuery { rating: Some(Rating::Up), ..all.clone() }, None), [good]);
    assert_eq!(ids(&RatingQuery { model: Some("n".into()), ..all.clone() }, None), [later]);
    assert_eq!(ids(&RatingQuery { since: Some(at(3)), until: Some(at(4)), ..all.clone() }, None), [bad]);
    assert_eq!(ratings::counts(&connection, &all).unwrap(), RatingCounts { up: 1, down: 2, pairs: 1 });
    assert_eq!(ratings::pairs(&connection, &all, (0, 0), 9).unwrap(), [(good, bad)]);
    assert!(ratings::pairs(&connection, &all, (good, bad), 9).unwrap().is_empty());
}
