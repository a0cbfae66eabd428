//! Imports as batches, and what undoing them does.

use crate::{
    common::{at, check, connection, conversation, row_count},
    identity::growing,
};
use aios_model::{BatchState, Conversation, Feedback, ImportStatus, ImportTotals, Message, Part, Rating, Source};
use aios_store::{
    Connection, Error,
    conversations::{self, Window},
    exports,
    files::{self, NewFile},
    imports::{
        self, SaveOptions,
        batches::{self, Ending},
        undo,
    },
    ratings, search,
    turns::{self, NewTurn},
};
use proptest::prelude::*;

const SHORT: [(&str, Option<&str>, &str); 2] = [("q1", None, "question one"), ("a1", Some("q1"), "answer one")];
const LONG: [(&str, Option<&str>, &str); 4] =
    [SHORT[0], SHORT[1], ("q2", Some("a1"), "question two"), ("a2", Some("q2"), "answer two")];

fn bring(connection: &Connection, import_id: &str, conversation: &Conversation) -> ImportStatus {
    let options = SaveOptions { import_id: Some(import_id) };
    imports::save_conversation(connection, conversation, options, at(9_000_000)).unwrap().status
}

/// Undoes an import as a whole, in pieces of two.
fn take_away(connection: &Connection, import_id: &str) -> aios_model::Undone {
    undo::begin(connection, import_id, at(1)).unwrap();
    loop {
        let touched = undo::touched(connection, import_id, 2).unwrap();
        if touched.is_empty() {
            break;
        }
        for touched in touched {
            let undone = undo::undo(connection, import_id, &touched).unwrap();
            assert_eq!(undone.conversations > 0, touched.goes);
        }
    }
    undo::finish(connection, import_id, at(2)).unwrap();
    files::forget_unused(connection).unwrap();
    check(connection);
    batches::get(connection, import_id).unwrap().unwrap().undone.unwrap()
}

fn put(connection: &Connection, import_id: &str, reference: &str, hash: &str) -> Result<(), Error> {
    let new = NewFile {
        import_id: Some(import_id),
        source: &Source::new("chatgpt"),
        source_id: "abc",
        reference,
        name: "picture.png",
        hash,
        media_type: "image/png",
        size: 3,
    };
    files::put(connection, &new, at(1)).map(drop)
}

/// Every row that a person or a later import could notice, without ids of rows: those of what was brought back differ.
fn history(connection: &Connection) -> Vec<String> {
    let mut rows = Vec::new();
    for sql in [
        "SELECT json_array(session_id, name, started, last_updated, archived, pinned, turn_count, source, source_id, model, preview,
            content_hash, import_id, project, system_prompt, (SELECT json_array(user_message, assistant_message) FROM convo_turns
            WHERE convo_turns.id = active_turn)) FROM convos ORDER BY session_id",
        "SELECT json_array(convo_id, turn_index, timestamp, status, model, source_message_ids, user_message, assistant_message,
            messages_json, import_number) FROM convo_turns ORDER BY convo_id, turn_index, source_message_ids, id",
        "SELECT json_array(user_message, rating, reason, comment, rated_at, imported, message_ratings.import_number)
            FROM message_ratings JOIN convo_turns ON convo_turns.id = turn_id ORDER BY 1",
        "SELECT json_array(reference, hash, name) FROM convo_files ORDER BY reference",
        "SELECT hash FROM files ORDER BY hash",
    ] {
        let mut statement = connection.prepare(sql).unwrap();
        let found = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.extend(found.map(Result::unwrap));
    }
    rows
}

#[test]
fn an_import_is_listed_with_what_it_brought_whether_it_ended_or_not() {
    let connection = connection();
    batches::begin(&connection, "first", &["a.zip".to_owned()], at(1)).unwrap();
    bring(&connection, "first", &conversation("abc", &LONG));
    batches::count(&connection, "first", [ImportStatus::Imported], at(1)).unwrap();
    bring(&connection, "second", &conversation("def", &SHORT));
    let page = batches::list(&connection, None, 10).unwrap();
    let ids: Vec<_> = page.batches.iter().map(|batch| batch.id.as_str()).collect();
    assert_eq!((ids, page.next), (vec!["second", "first"], None));
    let first = &page.batches[1];
    assert_eq!((first.state, first.files.as_slice()), (BatchState::Unfinished, &["a.zip".to_owned()][..]));
    assert_eq!((first.conversations, first.turns, first.totals.imported, first.has_report), (1, 2, 1, false));

    let totals = ImportTotals { imported: 1, failed: 2, ..ImportTotals::default() };
    let ending = |cancelled| Ending { cancelled, totals, report: b"report" };
    batches::finish(&connection, "first", ending(false), at(5)).unwrap();
    let first = batches::get(&connection, "first").unwrap().unwrap();
    assert_eq!(
        (first.state, first.ended, first.totals, first.has_report),
        (BatchState::Finished, Some(at(5)), totals, true)
    );
    assert_eq!(batches::report(&connection, "first").unwrap().as_deref(), Some(&b"report"[..]));
    batches::finish(&connection, "second", ending(true), at(6)).unwrap();
    assert_eq!(batches::get(&connection, "second").unwrap().unwrap().state, BatchState::Cancelled);
    assert_eq!(batches::get(&connection, "third").unwrap(), None);
}

#[test]
fn the_list_of_imports_has_pages() {
    let connection = connection();
    for number in 0..5 {
        batches::begin(&connection, &format!("import-{number}"), &[], at(number / 2)).unwrap();
    }
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let page = batches::list(&connection, after.as_ref(), 2).unwrap();
        seen.extend(page.batches.into_iter().map(|batch| batch.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["import-4", "import-3", "import-2", "import-1", "import-0"]);
}

#[test]
fn what_an_import_brought_goes_and_a_second_import_brings_all_of_it_back() {
    let connection = connection();
    let mut rated = conversation("abc", &LONG);
    rated.messages[1].rating = Some(Rating::Up);
    rated.messages[1].feedback = Some(Feedback { reason: Some("right".to_owned()), comment: None });
    for number in 0..5 {
        bring(&connection, "first", &conversation(&format!("other-{number}"), &SHORT));
    }
    bring(&connection, "first", &rated);
    put(&connection, "first", "file-1", "aa").unwrap();
    let undone = take_away(&connection, "first");
    assert_eq!((undone.conversations, undone.turns, undone.kept), (6, 7, 0));
    assert_eq!((undone.ratings, undone.files), (1, 1));
    for table in ["convos", "convo_turns", "message_ratings", "files", "convo_files", "convo_import_changes"] {
        assert_eq!(row_count(&connection, table), 0, "{table}");
    }
    assert!(search::search(&connection, "question", 9).unwrap().is_empty());
    assert_eq!(batches::get(&connection, "first").unwrap().unwrap().state, BatchState::Undone);
    assert_eq!(bring(&connection, "second", &rated), ImportStatus::Imported);
    assert_eq!(exports::conversation(&connection, "imported_abc").unwrap().unwrap(), rated);
}

#[test]
fn an_undone_import_takes_nothing_more_and_is_not_undone_twice() {
    let connection = connection();
    bring(&connection, "first", &conversation("abc", &SHORT));
    undo::begin(&connection, "first", at(1)).unwrap();
    let late = imports::save_conversation(
        &connection,
        &conversation("late", &SHORT),
        SaveOptions { import_id: Some("first") },
        at(1),
    );
    assert!(matches!(late, Err(Error::ImportUndone { .. })));
    assert!(matches!(put(&connection, "first", "r", "aa"), Err(Error::ImportUndone { .. })));
    assert_eq!(batches::get(&connection, "first").unwrap().unwrap().state, BatchState::Undoing);
    // Whoever undoes it again goes on.
    take_away(&connection, "first");
    assert!(matches!(undo::begin(&connection, "first", at(3)), Err(Error::ImportUndone { .. })));
    assert!(matches!(undo::begin(&connection, "none", at(3)), Err(Error::NoImport { .. })));
    assert_eq!(row_count(&connection, "convos"), 0);
}

#[test]
fn what_an_import_added_to_a_conversation_goes_and_what_was_there_is_as_it_was() {
    let connection = connection();
    let mut first = conversation("abc", &SHORT);
    first.messages[1].rating = Some(Rating::Down);
    bring(&connection, "first", &first);
    put(&connection, "first", "file-1", "aa").unwrap();
    let before = history(&connection);

    let mut later = conversation("abc", &LONG);
    later.title = Some("Another title".to_owned());
    later.updated = Some(at(3000));
    later.system_prompt = Some("Be brief.".to_owned());
    later.project = Some("Project".to_owned());
    later.messages[1].parts = vec![Part::text("answer one, in other words")];
    later.messages[1].rating = Some(Rating::Up);
    assert_eq!(bring(&connection, "second", &later), ImportStatus::Updated);
    put(&connection, "second", "file-2", "bb").unwrap();
    let undone = take_away(&connection, "second");
    assert_eq!((undone.conversations, undone.turns, undone.kept, undone.restored), (0, 1, 1, 2));
    assert_eq!((undone.ratings, undone.files), (1, 1));
    assert_eq!(history(&connection), before);
    assert_eq!(exports::conversation(&connection, "imported_abc").unwrap().unwrap(), first);
    assert_eq!(bring(&connection, "third", &first), ImportStatus::Unchanged);
    assert_eq!(bring(&connection, "third", &later), ImportStatus::Updated);
    assert_eq!(exports::conversation(&connection, "imported_abc").unwrap().unwrap(), later);
}

#[test]
fn what_was_said_and_named_here_survives_the_undoing_of_all_around_it() {
    let connection = connection();
    bring(&connection, "first", &conversation("abc", &LONG));
    let said = turns::add_turn(&connection, "imported_abc", &NewTurn::new("said here", "yes"), at(5)).unwrap();
    turns::add_turn(&connection, "imported_abc", &NewTurn::new("and then", "no"), at(6)).unwrap();
    ratings::rate(&connection, said.turn_id, Rating::Up, None, None, at(7)).unwrap();
    conversations::rename(&connection, "imported_abc", "Mine").unwrap();
    let undone = take_away(&connection, "first");
    assert_eq!((undone.conversations, undone.turns, undone.kept), (0, 2, 1));
    let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
    let texts: Vec<_> = found.turns.iter().map(|turn| turn.user_message.as_str()).collect();
    assert_eq!((texts, found.turns[0].rating), (vec!["said here", "and then"], Some(Rating::Up)));
    assert_eq!((found.summary.name.as_deref(), found.summary.preview.as_str()), (Some("Mine"), "said here"));
    // The same files once more bring the turns back into the same conversation.
    assert_eq!(bring(&connection, "second", &conversation("abc", &LONG)), ImportStatus::Updated);
    assert_eq!((row_count(&connection, "convos"), row_count(&connection, "convo_turns")), (1, 4));
    assert_eq!(conversations::get_summary(&connection, "imported_abc").unwrap().unwrap().name.as_deref(), Some("Mine"));
    check(&connection);
    take_away(&connection, "second");
    assert_eq!((row_count(&connection, "convos"), row_count(&connection, "convo_turns")), (1, 2));
}

#[test]
fn a_turn_that_was_said_between_those_of_an_import_hangs_where_it_can() {
    let connection = connection();
    bring(&connection, "first", &conversation("abc", &SHORT));
    bring(&connection, "second", &conversation("abc", &LONG));
    turns::add_turn(&connection, "imported_abc", &NewTurn::new("said here", "yes"), at(5)).unwrap();
    take_away(&connection, "second");
    let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
    let texts: Vec<_> = found.turns.iter().map(|turn| turn.user_message.as_str()).collect();
    assert_eq!(texts, ["question one", "said here"]);
}

#[test]
fn undoing_the_first_of_two_imports_leaves_what_the_second_brought() {
    let connection = connection();
    bring(&connection, "first", &conversation("abc", &SHORT));
    let mut second = conversation("abc", &LONG);
    second.messages[1].parts = vec![Part::text("changed")];
    bring(&connection, "second", &second);
    let undone = take_away(&connection, "first");
    assert_eq!((undone.turns, undone.kept), (1, 1));
    let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
    assert_eq!((found.turns.len(), found.turns[0].user_message.as_str()), (1, "question two"));
    // What is missing now is taken again, though the export is one that is known.
    assert_eq!(bring(&connection, "third", &second), ImportStatus::Updated);
    assert_eq!(row_count(&connection, "convo_turns"), 2);
    take_away(&connection, "third");
    take_away(&connection, "second");
    assert_eq!((row_count(&connection, "convos"), row_count(&connection, "convo_turns")), (0, 0));
}

#[test]
fn changes_of_one_turn_by_three_imports_are_undone_in_any_order() {
    // Texts that are hard to write as JSON come back as they were.
    let texts = ["one \u{0} \u{1f} \u{2028} \u{1f4a5} \"\\u0000\"", "two \u{0}", "three"];
    let words = texts.map(|text| conversation("abc", &[SHORT[0], ("a1", Some("q1"), text)]));
    let answer = |connection: &Connection| {
        let found = conversations::get(connection, "imported_abc", Window::default()).unwrap().unwrap();
        found.turns[0].assistant_message.clone()
    };
    for (order, left) in [([1, 2], [texts[2], texts[0]]), ([2, 1], [texts[1], texts[0]])] {
        let connection = connection();
        for (number, export) in words.iter().enumerate() {
            bring(&connection, &format!("import-{number}"), export);
        }
        for (number, left) in order.into_iter().zip(left) {
            take_away(&connection, &format!("import-{number}"));
            assert_eq!(answer(&connection), left, "{order:?}");
        }
        assert_eq!(bring(&connection, "again", &words[0]), ImportStatus::Unchanged);
    }
}

#[test]
fn a_file_is_kept_once_and_only_as_long_as_a_conversation_has_it() {
    let connection = connection();
    assert!(matches!(put(&connection, "first", "r1", "aa"), Err(Error::NoConversation { .. })));
    bring(&connection, "first", &conversation("abc", &SHORT));
    put(&connection, "first", "r1", "aa").unwrap();
    put(&connection, "first", "r2", "aa").unwrap();
    put(&connection, "second", "r1", "aa").unwrap();
    let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
    let shown: Vec<_> =
        found.files.iter().map(|file| (file.reference.as_str(), file.hash.as_str(), file.size)).collect();
    assert_eq!(shown, [("r1", "aa", 3), ("r2", "aa", 3)]);
    assert_eq!(files::references(&connection, "imported_abc").unwrap(), ["r1", "r2"]);
    assert!(files::forget_unused(&connection).unwrap().is_empty());
    // Other bytes under the same reference take the place of those before.
    put(&connection, "second", "r2", "bb").unwrap();
    put(&connection, "second", "r1", "bb").unwrap();
    assert_eq!(files::forget_unused(&connection).unwrap(), ["aa"]);
    conversations::delete(&connection, "imported_abc").unwrap();
    assert_eq!(files::forget_unused(&connection).unwrap(), ["bb"]);
    assert_eq!(files::get(&connection, "bb").unwrap(), None);
}

#[test]
fn words_about_a_rating_come_along_and_are_given_back() {
    let connection = connection();
    let mut export = conversation("abc", &LONG);
    let feedback = Feedback { reason: Some("too long, not true".to_owned()), comment: Some("See page 5.".to_owned()) };
    export.messages[3].rating = Some(Rating::Down);
    export.messages[3].feedback = Some(feedback.clone());
    bring(&connection, "first", &export);
    let turns = turns::active_branch(&connection, "imported_abc", 9).unwrap();
    let stored = ratings::get(&connection, turns[1].id).unwrap().unwrap();
    assert_eq!((stored.rating, stored.reason, stored.comment), (Rating::Down, feedback.reason, feedback.comment));
    // One given here wins, and it is what is exported.
    ratings::rate(&connection, turns[1].id, Rating::Up, Some("right"), None, at(9)).unwrap();
    let exported = exports::conversation(&connection, "imported_abc").unwrap().unwrap();
    let last = exported.messages.last().unwrap();
    let right = Some(Feedback { reason: Some("right".to_owned()), comment: None });
    assert_eq!((last.rating, &last.feedback), (Some(Rating::Up), &right));
    export.messages[3].parts = vec![Part::text("changed")];
    bring(&connection, "second", &export);
    assert_eq!(ratings::get(&connection, turns[1].id).unwrap().unwrap().rating, Rating::Up);
    take_away(&connection, "second");
    assert_eq!(ratings::get(&connection, turns[1].id).unwrap().unwrap().reason.as_deref(), Some("right"));
}

#[test]
fn what_was_put_away_pinned_and_filed_here_stays_so() {
    let connection = connection();
    bring(&connection, "first", &conversation("abc", &SHORT));
    conversations::archive(&connection, "imported_abc").unwrap();
    connection.execute("UPDATE convos SET pinned = 1", []).unwrap();
    conversations::set_system_prompt(&connection, "imported_abc", Some("Mine.")).unwrap();
    let mut later = conversation("abc", &LONG);
    later.system_prompt = Some("Theirs.".to_owned());
    bring(&connection, "second", &later);
    let kept = || {
        let found = conversations::get(&connection, "imported_abc", Window::default()).unwrap().unwrap();
        (found.summary.archived, found.summary.pinned, found.system_prompt)
    };
    let wanted = (true, true, Some("Mine.".to_owned()));
    assert_eq!(kept(), wanted);
    take_away(&connection, "second");
    assert_eq!(kept(), wanted);
}

#[test]
fn an_exporter_that_knows_fewer_messages_takes_none_away() {
    let connection = connection();
    bring(&connection, "first", &conversation("abc", &LONG));
    // Another program's export of it: later, but with the last turn only, and hung elsewhere.
    let mut fewer = conversation("abc", &[("q2", None, "question two"), ("a2", Some("q2"), "answer two")]);
    fewer.updated = Some(at(4000));
    bring(&connection, "second", &fewer);
    assert_eq!(row_count(&connection, "convo_turns"), 2);
    check(&connection);
    for words in ["question one", "question two"] {
        assert_eq!(search::search(&connection, words, 9).unwrap().len(), 1, "{words}");
    }
    take_away(&connection, "second");
    assert_eq!(exports::conversation(&connection, "imported_abc").unwrap().unwrap(), conversation("abc", &LONG));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn importing_twice_is_importing_once(export in growing()) {
        let connection = connection();
        bring(&connection, "first", &export);
        let before = history(&connection);
        let again = bring(&connection, "second", &export);
        prop_assert!(matches!(again, ImportStatus::Unchanged | ImportStatus::Skipped));
        prop_assert_eq!(history(&connection), before);
    }

    #[test]
    fn undoing_the_last_import_gives_back_what_was_before(
        (later, count) in growing().prop_flat_map(|later| { let count = 0..=later.messages.len(); (Just(later), count) }),
        change in any::<bool>(),
    ) {
        let mut earlier = later.clone();
        earlier.updated = Some(at(1));
        earlier.messages.truncate(count);
        if change {
            earlier.title = Some("Earlier".to_owned());
            earlier.messages.iter_mut().for_each(|message: &mut Message| message.rating = None);
        }
        let connection = connection();
        bring(&connection, "first", &earlier);
        let before = history(&connection);
        bring(&connection, "second", &later);
        let after = exports::conversation(&connection, "imported_abc").unwrap();
        if batches::get(&connection, "second").unwrap().is_some() {
            take_away(&connection, "second");
            prop_assert_eq!(history(&connection), before);
            bring(&connection, "third", &later);
            check(&connection);
            prop_assert_eq!(exports::conversation(&connection, "imported_abc").unwrap(), after);
        }
    }

    #[test]
    fn imports_are_undone_in_any_order_until_nothing_is_left(
        (longest, counts) in growing().prop_flat_map(|longest| {
            let counts = proptest::collection::vec(0..=longest.messages.len(), 1..5);
            (Just(longest), counts)
        }),
        order in Just((0..4usize).collect::<Vec<_>>()).prop_shuffle(),
        said_here in any::<bool>(),
    ) {
        let connection = connection();
        for (number, count) in counts.iter().enumerate() {
            let mut export = longest.clone();
            // Some are later than those before, some are not.
            export.updated = Some(at(*count as i64));
            export.title = Some(format!("Title {number}"));
            export.messages.truncate(*count);
            bring(&connection, &format!("import-{number}"), &export);
            check(&connection);
        }
        let said_here = said_here && row_count(&connection, "convos") > 0;
        if said_here {
            turns::add_turn(&connection, "imported_abc", &NewTurn::new("said here", "yes"), at(5)).unwrap();
        }
        for number in order {
            let import_id = format!("import-{number}");
            if batches::get(&connection, &import_id).unwrap().is_some() {
                take_away(&connection, &import_id);
            }
        }
        prop_assert_eq!(row_count(&connection, "convo_turns"), i64::from(said_here));
        prop_assert_eq!(row_count(&connection, "convos"), i64::from(said_here));
        prop_assert_eq!(row_count(&connection, "convo_import_changes"), 0);
        prop_assert_eq!(row_count(&connection, "message_ratings"), 0);
    }
}
