//! What is deleted for good is nowhere in the folder of the database.

use crate::common::{at, check, connection, conversation, save};
use aios_model::{Message, Part, Role};
use aios_store::{
    Connection, Database, conversations, forget, imports,
    search::{self, KnownWords},
    trash,
    turns::{self, NewTurn, Parent},
};
use proptest::prelude::*;
use std::{collections::BTreeSet, fs, path::Path, thread};

/// Does all of it at once.
fn forget_all(connection: &Connection) {
    let mut words = KnownWords::default();
    while search::index_pending(connection, &mut words).unwrap() {}
    loop {
        match forget::state(connection).unwrap() {
            forget::State::Nothing => break,
            forget::State::Journal => assert!(forget::end(connection).unwrap()),
            _ => drop(forget::step(connection).unwrap()),
        }
    }
}

/// Waits until the database has forgotten everything that was deleted.
fn wait(database: &Database) {
    while database.read_blocking(forget::state).unwrap() != forget::State::Nothing {
        thread::yield_now();
    }
}

/// What is in the files below a folder, by their names.
fn contents(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            found.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

/// The files in which a [`word`] is: the end of it, since an index leaves out what a word begins with as the one before does.
fn holding<'a>(contents: &'a [(String, String)], word: &str) -> Vec<&'a str> {
    let holding = contents.iter().filter(|(_, content)| content.contains(&word[5..]));
    holding.map(|(name, _)| name.as_str()).collect()
}

/// Fourteen letters for each number, which look like chance.
fn word(number: usize) -> String {
    let letters = |mut number: usize| -> String {
        let letter = |_| {
            let letter = b'a' + (number % 26) as u8;
            number /= 26;
            char::from(letter)
        };
        (0..7).map(letter).collect()
    };
    let scattered = |by: usize| letters(number.wrapping_add(7).wrapping_mul(by) % 8_031_810_176);
    scattered(5_915_587_277) + &scattered(3_367_900_313)
}

fn listed(connection: &Connection) -> BTreeSet<String> {
    let mut words = connection.prepare("SELECT word FROM search_words").unwrap();
    words.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn numbers(connection: &Connection, sql: &str) -> BTreeSet<i64> {
    let mut numbers = connection.prepare(sql).unwrap();
    numbers.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// All words of the index that a list of them may have.
fn in_use(connection: &Connection) -> BTreeSet<String> {
    connection
        .execute_batch(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.text_words USING fts5vocab(main, search_texts, row);
            CREATE VIRTUAL TABLE IF NOT EXISTS temp.name_words USING fts5vocab(main, search_names, row);
            CREATE VIRTUAL TABLE IF NOT EXISTS temp.parts USING fts5vocab(main, search_word_parts, instance);",
        )
        .unwrap();
    let mut words = connection
        .prepare("SELECT term FROM temp.text_words WHERE doc > 0 UNION SELECT term FROM temp.name_words WHERE doc > 0")
        .unwrap();
    let words: BTreeSet<String> = words.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    words.into_iter().filter(|word| !word.starts_with("\u{e000}t")).collect()
}

#[test]
fn nothing_of_what_was_deleted_for_good_is_in_the_folder() {
    const COUNT: usize = 90;
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&folder.path().join("history.db")).unwrap();
    // Two in three go, in an order that moves rows between pages; each has a word in each place.
    let places = |number: usize| -> Vec<String> { (0..8).map(|place| word(number * 8 + place)).collect() };
    let gone = |number: usize| !number.is_multiple_of(3);
    for number in 0..COUNT {
        let words = places(number);
        let length = [1, 40, 700][number % 3];
        database
            .write_blocking(move |connection| {
                let mut export = conversation(&format!("id-{}", words[0]), &[("q1", None, ""), ("a1", Some("q1"), "")]);
                export.title = Some(format!("About {} and herons", words[1]));
                export.messages[0] = Message {
                    created: Some(at(number as i64 * 10_000)),
                    ..Message::text("q1", None, Role::User, format!("{} shared ", words[2]).repeat(length))
                };
                let answer = &mut export.messages[1];
                answer.parts = vec![
                    Part::Reasoning { text: words[3].clone(), summary: None },
                    Part::Text { text: format!("{} shared", words[4]).repeat(length.min(3)) },
                    Part::ToolResult {
                        id: None,
                        name: None,
                        output: format!("{} ", words[5]).repeat(length * 3),
                        error: false,
                    },
                ];
                answer.model = Some(words[6].clone());
                let saved = imports::save_conversation(
                    connection,
                    &export,
                    imports::SaveOptions { import_id: Some("one") },
                    at(1),
                )?;
                let id = saved.session_id.unwrap();
                turns::add_turn(
                    connection,
                    &id,
                    &NewTurn::new(&words[7], &format!("{} again", words[2])),
                    at(number as i64 * 10_000 + 1),
                )?;
                Ok(())
            })
            .unwrap();
    }
    let before = contents(folder.path());
    assert!((0..COUNT).flat_map(places).all(|word| !holding(&before, &word).is_empty()), "the test can find them");
    let ids: Vec<(String, String)> = database
        .read_blocking(|connection| {
            let mut ids =
                connection.prepare("SELECT session_id, source_id FROM convos ORDER BY id * 7919 % 127").unwrap();
            Ok(ids.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap())
        })
        .unwrap();
    for (session_id, source_id) in ids {
        if (0..COUNT).any(|number| gone(number) && source_id.ends_with(&word(number * 8))) {
            database
                .write_blocking(move |connection| {
                    trash::put(connection, &session_id, at(5))?;
                    trash::purge(connection, &session_id)
                })
                .unwrap();
        }
    }
    wait(&database);
    let after = contents(folder.path());
    let mut left = Vec::new();
    for number in (0..COUNT).filter(|number| gone(*number)) {
        for (place, word) in places(number).iter().enumerate() {
            left.extend(holding(&after, word).into_iter().map(|file| format!("{number}, {place}: {file}")));
        }
    }
    assert_eq!(left, Vec::<String>::new());
    database
        .read_blocking(move |connection| {
            for number in (0..COUNT).filter(|number| !gone(*number)) {
                for place in [1, 2, 3, 4, 5, 7] {
                    let word = &places(number)[place];
                    assert_eq!(search::search(connection, word, 9)?.len().min(1), 1, "{number} {place}");
                    assert!(!search::search(connection, &word[..9], 9)?.is_empty(), "completed: {number} {place}");
                    assert!(!search::search(connection, &word[4..], 9)?.is_empty(), "as a part: {number} {place}");
                }
            }
            Ok(())
        })
        .unwrap();
    database
        .write_blocking(|connection| {
            check(connection);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_round_goes_on_where_it_was_when_the_database_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let gone = word(3);
    {
        let mut connection = Connection::open(&path).unwrap();
        aios_store::schema::migrate(&mut connection).unwrap();
        save(&connection, &conversation("a", &[("q1", None, "kept"), ("a1", Some("q1"), "well")]));
        let id = save(&connection, &conversation("b", &[("q1", None, &gone), ("a1", Some("q1"), &gone)]))
            .session_id
            .unwrap();
        crate::common::index(&connection);
        assert!(conversations::delete(&connection, &id).unwrap());
        crate::common::index(&connection);
        assert_eq!(forget::state(&connection).unwrap(), forget::State::Asked);
        assert_eq!(forget::step(&connection).unwrap(), forget::State::Running);
    }
    assert!(!holding(&contents(folder.path()), &gone).is_empty());
    let said = || {
        let said = aios_store::check::run(&path, |_, _| None).unwrap();
        (said.forgets, said.unused_words, said.problems)
    };
    assert_eq!(said(), (true, 1, vec![]));
    wait(&Database::open(&path).unwrap());
    assert_eq!(said(), (false, 0, vec![]));
    assert_eq!(holding(&contents(folder.path()), &gone), Vec::<&str>::new());
}

#[test]
fn the_index_survives_any_number_of_rounds() {
    let connection = connection();
    save(&connection, &conversation("kept", &[("q1", None, "heron"), ("a1", Some("q1"), "well")]));
    for round in 0..120 {
        let text = word(round);
        let id = save(&connection, &conversation("gone", &[("q1", None, &text), ("a1", Some("q1"), &text)]))
            .session_id
            .unwrap();
        crate::common::index(&connection);
        conversations::delete(&connection, &id).unwrap();
        forget_all(&connection);
    }
    let levels: Vec<u8> =
        connection.query_row("SELECT block FROM search_texts_data WHERE id = 10", [], |row| row.get(0)).unwrap();
    assert!(levels[8] < 80, "{levels:?}");
    assert_eq!(search::search(&connection, "heron", 9).unwrap().len(), 1);
    check(&connection);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_words_of_the_list_are_those_in_use(
        steps in proptest::collection::vec((0..6u8, 0..8usize, proptest::collection::vec(0..40usize, 1..30)), 1..30),
    ) {
        let connection = connection();
        let mut words = KnownWords::default();
        for (number, (what, which, said)) in steps.into_iter().enumerate() {
            let id = format!("c{which}");
            let text: String = said.iter().map(|number| word(*number) + " ").collect();
            let now = at(number as i64 * 60_000);
            match what {
                0 | 1 => drop(turns::add_turn(&connection, &id, &NewTurn { parent: Parent::Active, ..NewTurn::new(&text, "x") }, now)),
                2 => drop(conversations::rename(&connection, &id, &text).unwrap()),
                3 => drop(trash::put(&connection, &id, now).unwrap()),
                4 => drop(trash::restore(&connection, &id).unwrap()),
                _ => drop(trash::purge(&connection, &id).unwrap()),
            }
            while search::index_pending(&connection, &mut words).unwrap() {}
            // A few steps of a round, wherever it is.
            for _ in 0..which {
                if forget::state(&connection).unwrap() == forget::State::Journal {
                    assert!(forget::end(&connection).unwrap());
                }
                forget::step(&connection).unwrap();
            }
        }
        forget::ask(&connection).unwrap();
        forget_all(&connection);
        prop_assert_eq!(listed(&connection), in_use(&connection));
        prop_assert_eq!(numbers(&connection, "SELECT DISTINCT doc FROM temp.parts"), numbers(&connection, "SELECT id FROM search_words WHERE length(word) > 2"));
        check(&connection);
    }
}
