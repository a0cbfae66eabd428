//! The trash: what goes there, comes back, and goes for good.

use crate::common::{at, check, connection, conversation, index, row_count, save};
use aios_model::{ImportStatus, Novelty, Rating, Source, content_hash};
use aios_store::{
    Connection, Error,
    conversations::{self, ListQuery, Window},
    imports::{self, ConversationKey, SaveOptions, undo},
    ratings, search, trash,
    turns::{self, NewTurn, Parent},
};
use proptest::prelude::*;

const SHORT: [(&str, Option<&str>, &str); 2] = [("q1", None, "heron"), ("a1", Some("q1"), "bird")];
const LONG: [(&str, Option<&str>, &str); 4] =
    [SHORT[0], SHORT[1], ("q2", Some("a1"), "more"), ("a2", Some("q2"), "answer")];

fn add(connection: &Connection, session_id: &str, parent: Parent, question: &str) -> i64 {
    let new = NewTurn { parent, ..NewTurn::new(question, "a") };
    turns::add_turn(connection, session_id, &new, at(1)).unwrap().turn_id
}

fn shown(connection: &Connection, session_id: &str) -> Vec<i64> {
    turns::active_branch(connection, session_id, 99).unwrap().iter().map(|turn| turn.id).collect()
}

#[test]
fn what_is_in_the_trash_is_nowhere_else_and_comes_back_as_it_was() {
    let connection = connection();
    let turn = add(&connection, "a", Parent::Active, "heron");
    conversations::rename(&connection, "a", "Birds").unwrap();
    ratings::rate(&connection, turn, Rating::Up, None, None, at(1)).unwrap();
    let before = conversations::get(&connection, "a", Window::default()).unwrap();
    assert!(trash::put(&connection, "a", at(10)).unwrap());
    assert!(!trash::put(&connection, "a", at(11)).unwrap());
    let found = |connection: &Connection| {
        let words = ["heron", "birds"].map(|word| search::search(connection, word, 9).unwrap().len());
        let listed = conversations::list(connection, &ListQuery::default()).unwrap().conversations.len();
        let totals = conversations::totals(connection).unwrap().len() + conversations::weeks(connection).unwrap().len();
        (words, listed, totals)
    };
    assert_eq!(found(&connection), ([0, 0], 0, 0), "before the index is up to date");
    index(&connection);
    assert_eq!(found(&connection), ([0, 0], 0, 0));
    assert_eq!(conversations::get(&connection, "a", Window::default()).unwrap(), None);
    assert!(
        !conversations::rename(&connection, "a", "x").unwrap() && !conversations::archive(&connection, "a").unwrap()
    );
    let said = turns::add_turn(&connection, "a", &NewTurn::new("q", "a"), at(12));
    assert!(matches!(said, Err(Error::InTrash { .. })));
    let listed = trash::list(&connection, None, 9, at(20)).unwrap();
    assert_eq!((listed.lines.len(), listed.lines[0].moved, listed.lines[0].is_branch), (1, at(10), false));
    assert_eq!(trash::latest(&connection, at(10)).unwrap(), Some((at(10), 1)));
    assert_eq!(trash::latest(&connection, at(11)).unwrap(), None);
    check(&connection);
    assert_eq!(trash::restore(&connection, "a").unwrap().as_deref(), Some("a"));
    assert_eq!(trash::restore(&connection, "a").unwrap(), None);
    index(&connection);
    // The turn and the name.
    assert_eq!(found(&connection), ([1, 1], 1, 2));
    assert_eq!(conversations::get(&connection, "a", Window::default()).unwrap(), before);
    check(&connection);
}

#[test]
fn what_was_moved_at_once_is_listed_in_pages_and_taken_back_at_once() {
    let connection = connection();
    for number in 0..7 {
        add(&connection, &format!("c{number}"), Parent::Active, "q");
        trash::put(&connection, &format!("c{number}"), at(if number < 4 { 5 } else { 6 })).unwrap();
    }
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = trash::list(&connection, after.as_ref(), 3, at(9)).unwrap();
        seen.extend(page.lines.into_iter().map(|line| line.summary.session_id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]);
    assert_eq!(trash::restore_moment(&connection, at(5)).unwrap().len(), 4);
    assert_eq!(trash::restore_moment(&connection, at(5)).unwrap().len(), 0);
    assert_eq!(trash::of_source(&connection, &Source::AIOS, 9).unwrap().len(), 4);
    assert_eq!(trash::list(&connection, None, 9, at(6 + trash::GRACE)).unwrap().lines, []);
}

#[test]
fn after_thirty_days_it_is_expired_and_can_be_purged_for_good() {
    let connection = connection();
    add(&connection, "a", Parent::Active, "q");
    assert!(!trash::purge(&connection, "a").unwrap(), "only what is in the trash");
    trash::put(&connection, "a", at(7)).unwrap();
    let expired = |now| trash::expired(&connection, trash::expired_before(at(now)), 9).unwrap().len();
    assert_eq!((expired(6 + trash::GRACE), expired(7 + trash::GRACE)), (0, 1));
    assert!(trash::purge(&connection, "a").unwrap());
    assert_eq!((row_count(&connection, "convos"), row_count(&connection, "convo_turns")), (0, 0));
    check(&connection);
}

#[test]
fn an_import_takes_a_conversation_out_of_the_trash_and_undoing_it_puts_it_back() {
    let connection = connection();
    let bring = |id: &str, export: &aios_model::Conversation| {
        imports::save_conversation(&connection, export, SaveOptions { import_id: Some(id) }, at(1)).unwrap()
    };
    let export = conversation("abc", &SHORT);
    let id = bring("first", &export).session_id.unwrap();
    trash::put(&connection, &id, at(10)).unwrap();
    let key = ConversationKey {
        source: export.source.clone(),
        source_id: "abc".to_owned(),
        content_hash: content_hash(&export),
    };
    let compared = || imports::compare(&connection, std::slice::from_ref(&key)).unwrap();
    assert_eq!(compared(), [Novelty::Changed]);
    let saved = bring("second", &export);
    assert_eq!((saved.status, saved.session_id.as_ref()), (ImportStatus::Updated, Some(&id)));
    assert!(saved.reason.unwrap().contains("trash"));
    assert_eq!(compared(), [Novelty::Same]);
    let undo = |import: &str| {
        for touched in undo::touched(&connection, import, 9).unwrap() {
            undo::undo(&connection, import, &touched).unwrap();
        }
    };
    undo("second");
    assert_eq!(trash::get(&connection, &id).unwrap().unwrap().moved, at(10));
    assert_eq!(row_count(&connection, "convo_turns"), 1);
    check(&connection);
    // One that is in the trash goes with its import, as any other.
    undo("first");
    assert_eq!((row_count(&connection, "convos"), row_count(&connection, "convo_turns")), (0, 0));
    check(&connection);
}

#[test]
fn a_conversation_begun_here_comes_out_of_the_trash_with_its_own_export() {
    let connection = connection();
    add(&connection, "a", Parent::Active, "q");
    let export = aios_store::exports::conversation(&connection, "a").unwrap().unwrap();
    assert_eq!(save(&connection, &export).status, ImportStatus::Unchanged);
    trash::put(&connection, "a", at(2)).unwrap();
    assert_eq!(save(&connection, &export).status, ImportStatus::Updated);
    assert_eq!((trash::get(&connection, "a").unwrap(), row_count(&connection, "convos")), (None, 1));
}

#[test]
fn a_branch_is_taken_out_and_hangs_again_where_it_was() {
    let connection = connection();
    let first = add(&connection, "a", Parent::None, "first");
    let kept = add(&connection, "a", Parent::Turn(first), "kept");
    let second = add(&connection, "a", Parent::Turn(first), "heron");
    let third = add(&connection, "a", Parent::Active, "third");
    ratings::rate(&connection, third, Rating::Up, None, None, at(1)).unwrap();
    let pruned = turns::prune(&connection, second, at(9)).unwrap();
    assert_eq!(pruned.turns, 2);
    assert_eq!(shown(&connection, "a"), [first, kept]);
    assert!(search::search(&connection, "heron", 9).unwrap().is_empty());
    assert!(trash::list(&connection, None, 9, at(10)).unwrap().lines[0].is_branch);
    check(&connection);
    assert_eq!(trash::restore(&connection, &pruned.session_id).unwrap().as_deref(), Some("a"));
    assert_eq!(shown(&connection, "a"), [first, second, third], "it is shown, as it was");
    check(&connection);
    assert_eq!(search::search(&connection, "heron", 9).unwrap().len(), 1);
    // What is left goes as a whole.
    assert_eq!(turns::prune(&connection, first, at(9)).unwrap().session_id, "a");
    assert!(matches!(turns::prune(&connection, first, at(9)), Err(Error::NoTurn { .. })));
}

#[test]
fn a_branch_brings_back_what_it_hung_on() {
    let connection = connection();
    let first = add(&connection, "a", Parent::None, "first");
    let second = add(&connection, "a", Parent::Active, "second");
    let third = add(&connection, "a", Parent::Active, "third");
    let inner = turns::prune(&connection, third, at(7)).unwrap();
    turns::prune(&connection, second, at(8)).unwrap();
    trash::put(&connection, "a", at(9)).unwrap();
    assert_eq!(trash::restore(&connection, &inner.session_id).unwrap().as_deref(), Some("a"));
    assert_eq!(shown(&connection, "a"), [first, second, third]);
    assert_eq!(trash::list(&connection, None, 9, at(9)).unwrap().lines, []);
    check(&connection);
}

#[test]
fn a_later_export_hangs_branches_again_before_it_adds_to_them() {
    let connection = connection();
    let id = save(&connection, &conversation("abc", &LONG[..3])).session_id.unwrap();
    let second = shown(&connection, &id)[1];
    ratings::rate(&connection, second, Rating::Up, None, None, at(1)).unwrap();
    turns::prune(&connection, second, at(5)).unwrap();
    assert_eq!(save(&connection, &conversation("abc", &LONG[..3])).status, ImportStatus::Unchanged);
    let saved = save(&connection, &conversation("abc", &LONG));
    assert_eq!((saved.status, saved.reason.is_some()), (ImportStatus::Updated, true));
    let turns = turns::active_branch(&connection, &id, 9).unwrap();
    assert_eq!((turns.len(), turns[1].id, turns[1].rating), (2, second, Some(Rating::Up)));
    assert_eq!(turns[1].assistant_message, "answer");
    check(&connection);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn whatever_is_pruned_and_trashed_restoring_all_gives_back_the_whole_tree(
        parents in proptest::collection::vec(0..100usize, 1..12),
        steps in proptest::collection::vec((0..12usize, 0..4u8), 0..10),
        newest_first in any::<bool>(),
    ) {
        let connection = connection();
        let mut turns = Vec::new();
        for (number, parent) in parents.iter().enumerate() {
            let parent = if number == 0 { Parent::None } else { Parent::Turn(turns[parent % number]) };
            turns.push(add(&connection, "a", parent, "q"));
        }
        let tree = |connection: &Connection| -> Vec<(i64, Option<i64>, i64, i64)> {
            let mut statement = connection.prepare("SELECT id, parent_id, turn_index, convo_id FROM convo_turns ORDER BY id").unwrap();
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap()
                .collect::<Result<_, _>>().unwrap()
        };
        let before = tree(&connection);
        let in_trash = |connection: &Connection| -> Vec<String> {
            let page = trash::list(connection, None, 99, at(1000)).unwrap();
            page.lines.into_iter().map(|line| line.summary.session_id).collect()
        };
        for (number, (turn, what)) in steps.into_iter().enumerate() {
            match what {
                0 => drop(trash::put(&connection, "a", at(number as i64)).unwrap()),
                1 => drop(in_trash(&connection).pop().map(|id| trash::restore(&connection, &id).unwrap())),
                // A turn that is in the trash already is none.
                _ => drop(turns::prune(&connection, turns[turn % turns.len()], at(number as i64))),
            }
            check(&connection);
        }
        while let Some(id) = { let mut ids = in_trash(&connection); if newest_first { ids.reverse(); } ids.pop() } {
            trash::restore(&connection, &id).unwrap();
        }
        prop_assert_eq!(tree(&connection), before);
        check(&connection);
    }
}
