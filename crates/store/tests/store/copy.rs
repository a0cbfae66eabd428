//! A copy of the history: whatever happens there and whenever it is asked, the copy says the same in the end.

use crate::common::{at, check, connection, conversation, index, row_count, save};
use aios_model::{Intent, Rating, Replayed, WaitingChange};
use aios_store::{
    Connection, changes,
    conversations::{self, ListQuery, Window},
    copy::{self, Need},
    ratings, search, trash,
    turns::{self, NewTurn, Parent},
};
use proptest::prelude::*;

fn empty_copy() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    copy::prepare(&mut connection).unwrap();
    connection
}

/// Gives the copy what it needs next. Says whether it has everything.
fn step(history: &Connection, copied: &Connection) -> bool {
    match copy::need(copied, 3).unwrap() {
        Need::Cursor => copy::begin(copied, &changes::now(history).unwrap()).unwrap(),
        Need::Conversations(before) => {
            copy::take_conversations(copied, &changes::conversations(history, before, 2).unwrap()).unwrap();
        }
        Need::Turns { conversations, after } => {
            let rows = changes::turns(history, &conversations, after).unwrap();
            copy::take_turns(copied, &conversations, &rows).unwrap();
        }
        Need::Changes(cursor) => {
            let page = changes::after(history, &cursor, 3).unwrap().unwrap();
            copy::take_changes(copied, &page).unwrap();
            return page.is_end && matches!(copy::need(copied, 3).unwrap(), Need::Changes(_));
        }
    }
    false
}

fn fill(history: &Connection, copied: &Connection) {
    while !step(history, copied) {}
}

fn assert_same(history: &Connection, copied: &Connection) {
    index(history);
    check(copied);
    for archived in [false, true] {
        let query = ListQuery { archived, ..ListQuery::default() };
        let listed = conversations::list(history, &query).unwrap();
        assert_eq!(conversations::list(copied, &query).unwrap(), listed);
        for line in listed.conversations {
            let get = |connection: &Connection| {
                conversations::get(connection, &line.session_id, Window::default()).unwrap().unwrap()
            };
            assert_eq!(get(copied), get(history));
        }
    }
    for query in ["heron", "q1", "title", "a", "\"blue sky\"", "is:archived heron", "hero"] {
        let found = |connection: &Connection| search::search(connection, query, 50).unwrap();
        assert_eq!(found(copied), found(history), "{query}");
    }
    for table in ["convo_turns", "message_ratings"] {
        let live = "WHERE (SELECT trashed FROM convos WHERE id = convo_id) IS NULL";
        let count = |connection: &Connection| match table {
            "convo_turns" => row_count(connection, &format!("{table} {live}")),
            _ => row_count(connection, &format!("{table} JOIN convo_turns ON convo_turns.id = turn_id {live}")),
        };
        assert_eq!(count(copied), count(history), "{table}");
    }
}

/// Something that happens in a history.
#[derive(Clone, Debug)]
enum Event {
    Say(u8, bool),
    Rename(u8),
    Archive(u8, bool),
    Pin(u8),
    Rate(u8, bool),
    Unrate(u8),
    Trash(u8),
    Restore(u8),
    Delete(u8),
    Import(u8, u8),
    Prune(u8),
    /// The copy takes so many steps.
    Copy(u8),
    /// Another program begins to write.
    Epoch,
}

fn happen(history: &Connection, copied: &Connection, event: &Event, now: i64) {
    let id = |number: &u8| format!("c{}", number % 4);
    let last = |number: &u8| {
        let branch = turns::active_branch(history, &id(number), 9);
        branch.ok().and_then(|branch| branch.last().map(|turn| turn.id))
    };
    let result: Result<(), aios_store::Error> = (|| {
        match event {
            Event::Say(number, is_first) => {
                let parent = if *is_first { Parent::None } else { Parent::Active };
                let answer = ["heron", "blue sky", "a"][usize::from(number % 3)];
                turns::add_turn(history, &id(number), &NewTurn { parent, ..NewTurn::new("why", answer) }, at(now))?;
            }
            Event::Rename(number) => drop(conversations::rename(history, &id(number), "Title of a heron")?),
            Event::Archive(number, true) => drop(conversations::archive(history, &id(number))?),
            Event::Archive(number, false) => drop(conversations::unarchive(history, &id(number))?),
            Event::Pin(number) => drop(conversations::pin(history, &id(number), number % 2 == 0)?),
            Event::Rate(number, up) => {
                if let Some(turn) = last(number) {
                    let rating = if *up { Rating::Up } else { Rating::Down };
                    ratings::rate(history, turn, rating, None, None, at(now))?;
                }
            }
            Event::Unrate(number) => {
                if let Some(turn) = last(number) {
                    ratings::unrate(history, turn)?;
                }
            }
            Event::Trash(number) => drop(trash::put(history, &id(number), at(now))?),
            Event::Restore(number) => drop(trash::restore(history, &id(number))?),
            Event::Delete(number) => drop(conversations::delete(history, &id(number))?),
            Event::Import(number, length) => {
                let all = [
                    ("q1", None, "q1 heron"),
                    ("a1", Some("q1"), "bird"),
                    ("q2", Some("a1"), "more"),
                    ("a2", Some("q2"), "blue sky"),
                ];
                save(history, &conversation(&id(number), &all[..usize::from(length % 5)]));
            }
            Event::Prune(number) => {
                if let Some(turn) = last(number) {
                    turns::prune(history, turn, at(now))?;
                }
            }
            Event::Copy(steps) => (0..*steps % 6).for_each(|_| {
                step(history, copied);
            }),
            Event::Epoch => changes::begin_epoch(history)?,
        }
        Ok(())
    })();
    // What is not there cannot be changed; that is no matter here.
    drop(result);
}

fn event() -> impl Strategy<Value = Event> {
    (0u8..23, any::<u8>(), any::<u8>(), any::<bool>()).prop_map(|(kind, number, other, switch)| match kind {
        0..=3 => Event::Say(number, switch),
        4 => Event::Rename(number),
        5 => Event::Archive(number, switch),
        6 => Event::Pin(number),
        7 | 8 => Event::Rate(number, switch),
        9 => Event::Unrate(number),
        10 => Event::Trash(number),
        11 | 12 => Event::Restore(number),
        13 => Event::Delete(number),
        14 | 15 => Event::Import(number, other),
        16 | 17 => Event::Prune(number),
        18 => Event::Epoch,
        _ => Event::Copy(number),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn a_copy_says_the_same_as_the_history_whenever_it_asked(events in prop::collection::vec(event(), 1..40)) {
        let (history, copied) = (connection(), empty_copy());
        for (now, event) in events.iter().enumerate() {
            happen(&history, &copied, event, 10_000 * now as i64);
        }
        fill(&history, &copied);
        assert_same(&history, &copied);
    }
}

#[test]
fn a_page_ends_at_its_limit_and_says_when_nothing_is_left() {
    let history = connection();
    let start = changes::now(&history).unwrap();
    for number in 0..5 {
        turns::add_turn(&history, &format!("c{number}"), &NewTurn::new("q", "a"), at(number)).unwrap();
    }
    let page = changes::after(&history, &start, 4).unwrap().unwrap();
    assert!(!page.is_end && page.conversations.len() + page.turns.len() == 4);
    let rest = changes::after(&history, &page.cursor, 99).unwrap().unwrap();
    assert!(rest.is_end && rest.conversations.len() + rest.turns.len() == 6);
    let nothing = changes::after(&history, &rest.cursor, 99).unwrap().unwrap();
    assert_eq!((nothing.is_end, &nothing.cursor), (true, &rest.cursor));
    assert_eq!(nothing.cursor, changes::now(&history).unwrap());
}

#[test]
fn a_cursor_from_behind_a_backup_that_was_put_back_is_refused() {
    let history = connection();
    turns::add_turn(&history, "a", &NewTurn::new("q", "a"), at(1)).unwrap();
    let before = changes::now(&history).unwrap();
    let mut backup = Connection::open_in_memory().unwrap();
    aios_store::rusqlite::backup::Backup::new(&history, &mut backup).unwrap().step(-1).unwrap();
    turns::add_turn(&history, "a", &NewTurn::new("lost", "a"), at(2)).unwrap();
    let lost = changes::now(&history).unwrap();
    // The backup is used from now on, and gets as far by other changes.
    changes::begin_epoch(&backup).unwrap();
    for number in 0..9 {
        turns::add_turn(&backup, "b", &NewTurn::new("other", "a"), at(number)).unwrap();
    }
    assert_eq!(changes::after(&backup, &lost, 9).unwrap(), None);
    assert!(changes::after(&backup, &before, 9).unwrap().is_some());
    for nonsense in ["", "-", "0123456789abcdef", "0123456789abcdef-1", "zz-1", &format!("{before}0000")] {
        assert_eq!(changes::after(&backup, nonsense, 9).unwrap(), None, "{nonsense}");
    }
}

#[test]
fn a_long_conversation_comes_in_pieces_and_the_one_last_talked_in_first() {
    let (history, copied) = (connection(), empty_copy());
    let words = "heron ".repeat(60_000);
    for number in 0..7 {
        turns::add_turn(&history, "long", &NewTurn::new(&words, "a"), at(number)).unwrap();
    }
    turns::add_turn(&history, "old", &NewTurn::new("q", "a"), at(0)).unwrap();
    while !matches!(copy::need(&copied, 3).unwrap(), Need::Turns { .. }) {
        step(&history, &copied);
    }
    assert!(!copy::is_whole(&copied, "long").unwrap());
    step(&history, &copied);
    let part = row_count(&copied, "convo_turns");
    assert!((1..7).contains(&part), "{part} turns of the long one, none of the other");
    assert!(!copy::is_whole(&copied, "long").unwrap() && !copy::is_whole(&copied, "old").unwrap());
    // A turn that is not here yet changes, and one that is goes.
    history.execute("UPDATE convo_turns SET assistant_message = 'changed' WHERE id IN (1, 7)", []).unwrap();
    fill(&history, &copied);
    assert!(copy::is_whole(&copied, "long").unwrap() && copy::is_whole(&copied, "old").unwrap());
    assert_same(&history, &copied);
}

#[test]
fn turns_of_before_a_moment_are_not_kept_and_come_when_they_are_wanted() {
    let (history, copied) = (connection(), empty_copy());
    for number in 1..5 {
        turns::add_turn(&history, &format!("c{number}"), &NewTurn::new("heron", "a"), at(number * 1000)).unwrap();
    }
    fill(&history, &copied);
    copy::keep_since(&copied, 3000).unwrap();
    fill(&history, &copied);
    assert_eq!((row_count(&copied, "convos"), row_count(&copied, "convo_turns")), (4, 2));
    assert!(!copy::is_whole(&copied, "c1").unwrap() && copy::is_whole(&copied, "c4").unwrap());
    check_found(&copied, 2);
    // It is talked in again.
    turns::add_turn(&history, "c1", &NewTurn::new("heron", "a"), at(9000)).unwrap();
    fill(&history, &copied);
    check_found(&copied, 4);
    copy::keep_since(&copied, i64::MIN).unwrap();
    fill(&history, &copied);
    assert_same(&history, &copied);
}

fn check_found(copied: &Connection, count: usize) {
    index(copied);
    assert_eq!(search::search(copied, "heron", 9).unwrap().len(), count);
}

fn waiting(id: &str, change: Intent) -> WaitingChange {
    WaitingChange { id: id.to_owned(), change }
}

fn rename(before: &str, name: &str) -> Intent {
    Intent::Rename { session_id: "a".to_owned(), before: Some(before.to_owned()), name: name.to_owned() }
}

#[test]
fn a_change_that_waited_is_made_once_and_in_order() {
    let (history, copied) = (connection(), empty_copy());
    let turn = turns::add_turn(&history, "a", &NewTurn::new("q", "a"), at(1)).unwrap().turn_id;
    conversations::rename(&history, "a", "One").unwrap();
    fill(&history, &copied);
    let all = [
        waiting("1", rename("One", "Two")),
        waiting("2", rename("Two", "One")),
        waiting("3", Intent::Rate { turn, before: None, rating: Some("up".to_owned()) }),
        waiting("4", Intent::Archive { session_id: "a".to_owned(), archived: true }),
    ];
    for change in all.iter().chain([&all[0]]) {
        assert!(copy::change(&copied, change, at(5)).unwrap());
    }
    let nothing = waiting("5", Intent::Archive { session_id: "none".to_owned(), archived: true });
    assert!(!copy::change(&copied, &nothing, at(5)).unwrap());
    assert_eq!(copy::waiting_count(&copied).unwrap(), 4);
    let kept = copy::waiting(&copied, 9).unwrap();
    assert_eq!(kept.iter().filter_map(|(_, change)| change.clone()).collect::<Vec<_>>(), all);
    // The first answer was lost.
    for _ in 0..2 {
        for change in &all {
            assert_eq!(changes::replay(&history, change, at(9)).unwrap(), Replayed::Made);
        }
    }
    copy::settle(&copied, kept[3].0).unwrap();
    assert_eq!(copy::waiting_count(&copied).unwrap(), 0);
    let line = conversations::get_summary(&history, "a").unwrap().unwrap();
    assert_eq!((line.name.as_deref(), line.archived), (Some("One"), true));
    fill(&history, &copied);
    assert_same(&history, &copied);
}

#[test]
fn a_change_of_what_was_changed_there_since_is_not_made() {
    let history = connection();
    let turn = turns::add_turn(&history, "a", &NewTurn::new("q", "a"), at(1)).unwrap().turn_id;
    conversations::rename(&history, "a", "There").unwrap();
    ratings::rate(&history, turn, Rating::Down, Some("why"), None, at(2)).unwrap();
    let replay = |id: &str, change: Intent| changes::replay(&history, &waiting(id, change), at(9)).unwrap();
    assert_eq!(replay("1", rename("Before", "Here")), Replayed::Kept);
    assert_eq!(replay("1", rename("There", "Here")), Replayed::Kept, "an id is one change");
    let rate = |before: Option<&str>, rating: &str| Intent::Rate {
        turn,
        before: before.map(str::to_owned),
        rating: Some(rating.to_owned()),
    };
    assert_eq!(replay("2", rate(None, "up")), Replayed::Kept);
    assert_eq!(replay("3", rate(Some("down"), "up")), Replayed::Made);
    assert_eq!(replay("4", rate(Some("up"), "sideways")), Replayed::Refused);
    assert_eq!(replay("", rename("There", "Here")), Replayed::Refused);
    assert_eq!(replay(&"x".repeat(65), rename("There", "Here")), Replayed::Refused);
    trash::put(&history, "a", at(3)).unwrap();
    assert_eq!(replay("5", rename("There", "Here")), Replayed::Gone);
    assert_eq!(replay("6", rate(Some("up"), "down")), Replayed::Gone);
}

#[test]
fn what_is_deleted_leaves_one_tombstone_and_is_not_missed() {
    let history = connection();
    for _ in 0..5 {
        turns::add_turn(&history, "a", &NewTurn::new("q", "a"), at(1)).unwrap();
    }
    let cursor = changes::now(&history).unwrap();
    conversations::delete(&history, "a").unwrap();
    let page = changes::after(&history, &cursor, 99).unwrap().unwrap();
    assert_eq!((page.gone_conversations.len(), page.gone_turns.len(), page.ratings.len()), (1, 0, 0));
    assert_eq!(row_count(&history, "changes"), 1);
    turns::add_turn(&history, "b", &NewTurn::new("q", "a"), at(1)).unwrap();
    let turn = turns::add_turn(&history, "b", &NewTurn::new("q", "a"), at(1)).unwrap().turn_id;
    let cursor = changes::now(&history).unwrap();
    history.execute("DELETE FROM convo_turns WHERE id = ?1", [turn]).unwrap();
    let page = changes::after(&history, &cursor, 99).unwrap().unwrap();
    assert_eq!(page.gone_turns, [turn], "although it was the last thing that had changed");
}
