//! Filters of the list, projects, duplicates, pages of turns, and saving views of a conversation.

use crate::common::{at, check, connection};
use aios_model::{Message, Rating, Role, Source};
use aios_store::{
    Connection, Error,
    conversations::{self, Duplicate, ListQuery, NewConversation, Window},
    exports, ratings,
    turns::{self, NewTurn, Parent, Path, Position},
};
use proptest::prelude::*;

fn add(connection: &Connection, session_id: &str, parent: Parent, question: &str) -> i64 {
    let new = NewTurn { parent, ..NewTurn::new(question, "a") };
    turns::add_turn(connection, session_id, &new, at(1)).unwrap().turn_id
}

fn ids(connection: &Connection, query: &ListQuery) -> Vec<String> {
    let mut query = ListQuery { limit: 2, ..query.clone() };
    let mut ids = Vec::new();
    loop {
        let page = conversations::list(connection, &query).unwrap();
        ids.extend(page.conversations.into_iter().map(|line| line.session_id));
        query.after = page.next;
        if query.after.is_none() {
            return ids;
        }
    }
}

/// What a conversation of a made-up library is like.
#[derive(Clone, Debug)]
struct Traits {
    time: i64,
    archived: bool,
    source: bool,
    model: bool,
    project: bool,
    pinned: bool,
    rated: bool,
    trashed: bool,
}

fn traits() -> impl Strategy<Value = Traits> {
    (0..4i64, any::<[bool; 7]>()).prop_map(|(time, [archived, source, model, project, pinned, rated, trashed])| {
        Traits { time, archived, source, model, project, pinned, rated, trashed: trashed && archived }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn every_filter_gives_what_looking_at_each_would_give(library in proptest::collection::vec(traits(), 0..12)) {
        let connection = connection();
        for (number, traits) in library.iter().enumerate() {
            let id = format!("c{number:02}");
            let source = Source::new(if traits.source { "claude" } else { "chatgpt" });
            let new = NewConversation { source, model: traits.model.then_some("m"), ..NewConversation::new(&id) };
            conversations::create(&connection, &new, at(traits.time)).unwrap();
            let turn = turns::add_turn(&connection, &id, &NewTurn::new("q", "a"), at(traits.time)).unwrap();
            if traits.rated {
                ratings::rate(&connection, turn.turn_id, Rating::Up, None, None, at(1)).unwrap();
            }
            conversations::pin(&connection, &id, traits.pinned).unwrap();
            conversations::move_to_project(&connection, &id, traits.project.then_some(" p ")).unwrap();
            if traits.archived {
                conversations::archive(&connection, &id).unwrap();
            }
            if traits.trashed {
                aios_store::trash::put(&connection, &id, at(1)).unwrap();
            }
        }
        for bits in 0u32..64 {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let query = ListQuery {
                archived: has(0),
                source: has(1).then(|| Source::new("claude")),
                model: has(2).then(|| "m".to_owned()),
                project: has(3).then(|| "p".to_owned()),
                pinned: has(4),
                rated: has(5),
                ..ListQuery::default()
            };
            let mut expected: Vec<_> = library
                .iter()
                .enumerate()
                .filter(|(_, traits)| {
                    traits.archived == has(0)
                        && !traits.trashed
                        && (!has(1) || traits.source)
                        && (!has(2) || traits.model)
                        && (!has(3) || traits.project)
                        && (!has(4) || traits.pinned)
                        && (!has(5) || traits.rated)
                })
                .map(|(number, traits)| (traits.time, format!("c{number:02}")))
                .collect();
            expected.sort();
            let expected: Vec<_> = expected.into_iter().rev().map(|(_, id)| id).collect();
            prop_assert_eq!(ids(&connection, &query), expected, "{:?}", query);
        }
        let projects = conversations::projects(&connection).unwrap();
        let counted: u64 = projects.iter().map(|total| total.active + total.archived).sum();
        prop_assert_eq!(counted as usize, library.iter().filter(|traits| traits.project && !traits.trashed).count());
        check(&connection);
    }
}

#[test]
fn a_project_that_was_chosen_here_is_not_changed_by_an_import() {
    let connection = connection();
    let mut export = crate::common::conversation("abc", &[("q1", None, "q"), ("a1", Some("q1"), "a")]);
    export.project = Some("theirs".to_owned());
    let id = crate::common::save(&connection, &export).session_id.unwrap();
    let project = || conversations::project(&connection, &id).unwrap();
    assert_eq!(project().as_deref(), Some("theirs"));
    conversations::move_to_project(&connection, &id, Some("mine")).unwrap();
    export.title = Some("Later".to_owned());
    crate::common::save(&connection, &export);
    assert_eq!(project().as_deref(), Some("mine"));
    conversations::move_to_project(&connection, &id, Some(" ")).unwrap();
    assert_eq!(project(), None);
}

#[test]
fn a_duplicate_has_the_way_to_its_turn_and_nothing_of_it_is_shared() {
    let connection = connection();
    let first = add(&connection, "a", Parent::None, "first");
    let second = add(&connection, "a", Parent::Active, "second");
    add(&connection, "a", Parent::Active, "third");
    add(&connection, "a", Parent::Turn(first), "other");
    conversations::rename(&connection, "a", "Name").unwrap();
    let what = Duplicate { session_id: "a", until: Some(second), new_session_id: "b" };
    assert_eq!(conversations::duplicate(&connection, &what, at(9)).unwrap(), 2);
    let copy = conversations::get(&connection, "b", Window::default()).unwrap().unwrap();
    let questions: Vec<_> = copy.turns.iter().map(|turn| turn.user_message.as_str()).collect();
    assert_eq!((questions, copy.summary.name.as_deref()), (vec!["first", "second"], Some("Name (copy)")));
    conversations::delete(&connection, "a").unwrap();
    assert_eq!(conversations::get(&connection, "b", Window::default()).unwrap().unwrap().turns.len(), 2);
    let again = conversations::duplicate(
        &connection,
        &Duplicate { session_id: "b", until: Some(999), new_session_id: "c" },
        at(9),
    );
    assert!(matches!(again, Err(Error::NoTurn { turn_id: 999 })));
    let whole = Duplicate { session_id: "b", until: None, new_session_id: "c" };
    assert_eq!(conversations::duplicate(&connection, &whole, at(9)).unwrap(), 2);
    assert!(matches!(conversations::duplicate(&connection, &whole, at(9)), Err(Error::Exists { .. })));
    check(&connection);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn pages_in_both_directions_are_pieces_of_the_whole_way(
        parents in proptest::collection::vec(0..100usize, 1..14),
        through in 0..14usize,
        limit in 0..5u32,
    ) {
        let connection = connection();
        let mut turns = Vec::new();
        for (number, parent) in parents.iter().enumerate() {
            let parent = if number == 0 { Parent::None } else { Parent::Turn(turns[parent % number]) };
            turns.push(add(&connection, "a", parent, "q"));
        }
        for path in [Path::Active, Path::Through(turns[through % turns.len()])] {
            let page = |position, limit| turns::page(&connection, "a", path, position, limit).unwrap().unwrap();
            let ids = |page: &turns::TurnPage| page.turns.iter().map(|turn| turn.id).collect::<Vec<_>>();
            let whole = ids(&page(Position::Last, 100));
            if let Path::Through(turn_id) = path {
                prop_assert!(whole.contains(&turn_id));
            }
            let size = limit as usize;
            for (at, turn_id) in whole.iter().copied().enumerate() {
                let before = page(Position::Before(turn_id), limit);
                prop_assert_eq!(ids(&before), &whole[at.saturating_sub(size)..at]);
                let after = page(Position::After(turn_id), limit);
                prop_assert_eq!(ids(&after), &whole[at + 1..(at + 1 + size).min(whole.len())]);
                let (around, counted) = (page(Position::Around(turn_id), limit), page(Position::At(at as u32), limit));
                prop_assert_eq!(&around, &counted);
                prop_assert_eq!(around.turns.len(), size.min(whole.len()));
                prop_assert!(size == 0 || ids(&around).contains(&turn_id));
                for page in [before, after, around, page(Position::At(u32::MAX), limit), page(Position::Last, limit)] {
                    prop_assert_eq!(page.earlier as usize + page.turns.len() + page.later as usize, whole.len());
                    if let Some(first) = page.turns.first() {
                        prop_assert_eq!(whole[page.earlier as usize], first.id);
                    }
                }
            }
        }
    }
}

#[test]
fn an_outline_is_of_all_questions_or_of_some_that_are_evenly_spread() {
    let connection = connection();
    let added: Vec<i64> =
        (0..25).map(|number| add(&connection, "a", Parent::Active, &format!("question\n{number}"))).collect();
    add(&connection, "a", Parent::None, "beside");
    turns::activate(&connection, added[24]).unwrap();
    let outline = |most| turns::outline(&connection, "a", most).unwrap();
    let whole = outline(100);
    assert_eq!(whole.iter().map(|line| line.turn_id).collect::<Vec<_>>(), added);
    assert_eq!((whole[3].earlier, whole[3].words.as_str()), (3, "question 3"));
    let spread: Vec<u32> = outline(10).iter().map(|line| line.earlier).collect();
    assert_eq!(spread, [0, 3, 6, 9, 12, 15, 18, 21, 24]);
    assert!(turns::outline(&connection, "none", 9).unwrap().is_empty());
}

#[test]
fn a_page_is_of_turns_that_are_there() {
    let connection = connection();
    let first = add(&connection, "a", Parent::None, "first");
    let beside = add(&connection, "a", Parent::None, "beside");
    let elsewhere = add(&connection, "b", Parent::None, "elsewhere");
    let page = |path, position| turns::page(&connection, "a", path, position, 9);
    assert!(matches!(page(Path::Through(elsewhere), Position::Last), Err(Error::NoTurn { .. })));
    assert!(matches!(page(Path::Active, Position::Before(elsewhere)), Err(Error::NoTurn { .. })));
    assert!(matches!(page(Path::Through(beside), Position::After(first)), Err(Error::NoTurn { .. })));
    assert!(turns::page(&connection, "none", Path::Active, Position::Last, 9).unwrap().is_none());
}

fn message(id: &str, parent: Option<&str>, text: &str) -> Message {
    let role = if id.starts_with('q') { Role::User } else { Role::Assistant };
    Message::text(id, parent, role, text)
}

#[test]
fn two_who_save_different_views_both_keep_their_turns() {
    let connection = connection();
    let mut view = vec![message("q1", None, "one"), message("a1", Some("q1"), "1")];
    let saved = turns::save_messages(&connection, "s", &view, at(5)).unwrap();
    assert_eq!((saved.added, saved.completed), (1, 0));
    assert_eq!(turns::save_messages(&connection, "s", &view, at(6)).unwrap(), turns::SavedMessages::default());
    let mut other = view.clone();
    view.extend([message("q2", Some("a1"), "mine"), message("a2", Some("q2"), "2")]);
    other.extend([message("q3", Some("a1"), "yours")]);
    turns::save_messages(&connection, "s", &view, at(7)).unwrap();
    turns::save_messages(&connection, "s", &other, at(8)).unwrap();
    other.push(message("a3", Some("q3"), "3"));
    let saved = turns::save_messages(&connection, "s", &other, at(9)).unwrap();
    assert_eq!((saved.added, saved.completed), (0, 1));
    let texts: Vec<String> = exports::conversation(&connection, "s")
        .unwrap()
        .unwrap()
        .messages
        .iter()
        .map(|message| format!("{:?}", message.parts))
        .collect();
    for said in ["one", "mine", "yours", "2", "3"] {
        assert!(texts.iter().any(|text| text.contains(&format!("{said:?}"))), "{said}: {texts:?}");
    }
    check(&connection);
}

#[test]
fn a_view_that_was_exported_is_known_again_and_an_answer_that_is_there_stays() {
    let connection = connection();
    add(&connection, "s", Parent::Active, "one");
    let mut view = exports::conversation(&connection, "s").unwrap().unwrap().messages;
    add(&connection, "s", Parent::Active, "said meanwhile");
    view[1].parts = vec![aios_model::Part::text("another text")];
    let last = view[1].id.clone();
    view.push(message("q9", Some(&last), "mine"));
    let saved = turns::save_messages(&connection, "s", &view, at(5)).unwrap();
    assert_eq!((saved.added, saved.completed), (1, 0));
    let shown = turns::active_branch(&connection, "s", 9).unwrap();
    let said: Vec<_> = shown.iter().map(|turn| (turn.user_message.as_str(), turn.assistant_message.as_str())).collect();
    assert_eq!(said, [("one", "a"), ("mine", "")]);
    // The end alone, hung on what is there.
    let tail = [message("q10", Some("q9"), "and"), message("a10", Some("q10"), "so")];
    turns::save_messages(&connection, "s", &tail, at(6)).unwrap();
    assert_eq!(turns::active_branch(&connection, "s", 9).unwrap().len(), 3);
    assert_eq!(conversations::get_summary(&connection, "s").unwrap().unwrap().turn_count, 4);
    check(&connection);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn views_in_any_order_and_number_give_the_same_turns(
        parents in proptest::collection::vec(0..100usize, 1..8),
        views in proptest::collection::vec(any::<u8>(), 1..6),
    ) {
        let name = |number: usize| (format!("q{number}"), format!("a{number}"));
        let mut all: Vec<Message> = Vec::new();
        for (number, parent) in parents.iter().enumerate() {
            let (question, answer) = name(number);
            let above = (number > 0).then(|| name(parent % number).1);
            all.push(message(&question, above.as_deref(), &question));
            all.push(message(&answer, Some(&question), &answer));
        }
        let connection = connection();
        for view in views.into_iter().chain([255]) {
            // Whoever has a turn has those before it.
            let mut has: Vec<bool> = parents.iter().enumerate().map(|(number, _)| view & (1 << number) != 0).collect();
            for number in (1..parents.len()).rev() {
                if has[number] {
                    has[parents[number] % number] = true;
                }
            }
            let seen: Vec<Message> = all.chunks(2).zip(&has).filter(|(_, has)| **has).flat_map(|(turn, _)| turn.to_vec()).collect();
            turns::save_messages(&connection, "s", &seen, at(1)).unwrap();
        }
        let mut stored = exports::conversation(&connection, "s").unwrap().unwrap().messages;
        stored.sort_by(|one, other| one.id.cmp(&other.id));
        all.sort_by(|one, other| one.id.cmp(&other.id));
        prop_assert_eq!(stored, all);
        check(&connection);
    }
}
