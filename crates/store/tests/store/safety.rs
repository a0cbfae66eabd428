//! Backups, the way back, checks, and disks that let one down.

use crate::common::{at, check, conversation, row_count, save};
use aios_store::{
    Connection, Database, Error, Journal, backup, files, schema,
    turns::{self, NewTurn},
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What a person would find in the folder of backups.
    fn backups(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path(backup::FOLDER)).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn add(database: &Database, question: &'static str) -> Result<i64, Error> {
    database.write_blocking(move |connection| {
        Ok(turns::add_turn(connection, "a", &NewTurn::new(question, "answer"), at(1))?.turn_id)
    })
}

fn turn_count(path: &Path) -> i64 {
    row_count(&Connection::open(path).unwrap(), "convo_turns")
}

/// A file as the first version of the program left it.
fn of_first_version(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(include_str!("../../migrations/0001_conversations.sql")).unwrap();
    connection
        .execute_batch(
            "PRAGMA user_version = 1;
            INSERT INTO convos (id, session_id, started, last_updated, turn_count, source) VALUES (1, 'a', 1, 1, 1, 'aios');
            INSERT INTO convo_turns (convo_id, turn_index, timestamp) VALUES (1, 0, 1)",
        )
        .unwrap();
}

fn wait_for<T: Send + 'static>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => return value,
            std::task::Poll::Pending => std::thread::yield_now(),
        }
    }
}

#[test]
fn a_file_of_an_earlier_version_is_copied_before_it_is_migrated() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    of_first_version(&path);
    drop(Database::open(&path).unwrap());
    let backups = folder.backups();
    assert!(matches!(&backups[..], [one] if one.starts_with("personal-v1-2") && one.ends_with("Z.db")), "{backups:?}");
    let copy = folder.path(backup::FOLDER).join(&backups[0]);
    assert_eq!((backup::verify(&copy).unwrap(), turn_count(&copy)), (1, 1));
    assert_eq!((backup::verify(&path).unwrap(), turn_count(&path)), (schema::VERSION, 1));
    drop(Database::open(&path).unwrap());
    assert_eq!(folder.backups(), backups, "a file that is up to date is not copied");
}

#[test]
fn only_the_newest_five_backups_of_migrations_are_kept_and_others_are_not_touched() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    of_first_version(&path);
    fs::create_dir(folder.path(backup::FOLDER)).unwrap();
    let others = ["demo-v1-20200101T000000Z.db", "notes.txt", "personal-backup-20200101T000000Z.db"];
    for name in others {
        fs::write(folder.path(backup::FOLDER).join(name), "").unwrap();
    }
    for day in 1..=7 {
        fs::write(folder.path(backup::FOLDER).join(format!("personal-v{}-2020010{day}T000000Z.db", day % 3)), "")
            .unwrap();
    }
    drop(Database::open(&path).unwrap());
    let left: Vec<_> = folder.backups().into_iter().filter(|name| !others.contains(&name.as_str())).collect();
    assert_eq!(folder.backups().len(), 5 + others.len());
    for day in 4..=7 {
        assert!(left.iter().any(|name| name.contains(&format!("-2020010{day}T"))), "{left:?}");
    }
}

#[test]
fn without_a_backup_nothing_is_migrated() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    of_first_version(&path);
    // A file where the folder of backups would be.
    fs::write(folder.path(backup::FOLDER), "").unwrap();
    assert!(Database::open(&path).is_err());
    assert_eq!(backup::verify(&path).unwrap(), 1);
}

#[test]
fn a_file_of_a_later_program_is_refused_with_what_to_do_and_not_changed_by_a_byte() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    drop(Database::open(&path).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
    let before = fs::read(&path).unwrap();
    let refused = Database::open(&path).err().unwrap();
    assert!(matches!(refused, Error::Newer { .. }));
    assert!(refused.to_string().contains("newer aios-chat"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_backup_is_of_one_moment_while_writing_goes_on_and_can_be_brought_back() {
    let folder = Folder::new();
    let (path, copy) = (folder.path("personal.db"), folder.path("copy.db"));
    let database = Database::open(&path).unwrap();
    for _ in 0..50 {
        add(&database, "kept").unwrap();
    }
    let writing = std::thread::scope(|scope| {
        let writer = scope.spawn(|| (0..50).map(|_| add(&database, "meanwhile")).filter(Result::is_ok).count());
        wait_for(database.backup(copy.clone())).unwrap();
        writer.join().unwrap()
    });
    assert_eq!(writing, 50);
    let copied = turn_count(&copy);
    assert!((50..=100).contains(&copied), "{copied}");
    check(&Connection::open(&copy).unwrap());
    // A second one takes the place of the first.
    wait_for(database.backup(copy.clone())).unwrap();
    assert_eq!(turn_count(&copy), 100);
    add(&database, "after").unwrap();
    drop(database);
    let kept = backup::restore(&copy, &path).unwrap().unwrap();
    assert_eq!((turn_count(&path), turn_count(&kept)), (100, 101));
    drop(Database::open(&path).unwrap());
}

#[test]
fn a_damaged_or_foreign_file_is_not_restored_and_what_is_there_stays() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    let database = Database::open(&path).unwrap();
    database.write_blocking(|connection| Ok(save(connection, &conversation("c", &[("q1", None, "text")])))).unwrap();
    let copy = folder.path("copy.db");
    wait_for(database.backup(copy.clone())).unwrap();
    drop(database);
    let before = fs::read(&path).unwrap();
    let whole = fs::read(&copy).unwrap();
    let mut holed = whole.clone();
    holed[8192..20_000].fill(0xa5);
    let half = whole[..whole.len() / 2].to_vec();
    for (name, bytes) in [("holed.db", &holed[..]), ("half.db", &half), ("text.db", b"Dear diary"), ("empty.db", b"")] {
        fs::write(folder.path(name), bytes).unwrap();
        assert!(backup::restore(&folder.path(name), &path).is_err(), "{name}");
        assert!(fs::read(&path).unwrap() == before, "{name}");
    }
    assert!(backup::restore(&folder.path("missing.db"), &path).is_err());
    assert!(!folder.path("missing.db").exists());
}

#[test]
fn a_history_that_is_damaged_can_be_replaced_and_is_kept() {
    let folder = Folder::new();
    let (path, copy) = (folder.path("personal.db"), folder.path("copy.db"));
    let database = Database::open(&path).unwrap();
    add(&database, "kept").unwrap();
    wait_for(database.backup(copy.clone())).unwrap();
    drop(database);
    fs::write(&path, "no database any more, whatever it was").unwrap();
    let kept = backup::restore(&copy, &path).unwrap().unwrap();
    assert!(fs::read_to_string(kept).unwrap().starts_with("no database any more"));
    assert_eq!(turn_count(&path), 1);
}

#[test]
fn a_check_says_what_is_wrong_and_where() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    let database = Database::open(&path).unwrap();
    add(&database, "question").unwrap();
    database
        .write_blocking(|connection| {
            save(connection, &conversation("c", &[("q1", None, "text")]));
            let file = files::NewFile {
                import_id: None,
                source: &aios_model::Source::new("chatgpt"),
                source_id: "c",
                reference: "r",
                name: "n",
                hash: "0123",
                media_type: "image/png",
                size: 7,
            };
            files::put(connection, &file, at(1)).map(drop)
        })
        .unwrap();
    let well = aios_store::check::run(&path, |_, _| None).unwrap();
    assert_eq!((well.conversations, well.turns, well.files, well.version), (2, 2, 1, schema::VERSION));
    assert_eq!(well.problems, Vec::<String>::new());
    let missing = aios_store::check::run(&path, |hash, size| Some(format!("{hash} {size}"))).unwrap();
    assert_eq!(missing.problems, ["0123 7"]);
    database
        .write_blocking(|connection| {
            connection.execute_batch("UPDATE convos SET turn_count = 9; DELETE FROM search_turns").unwrap();
            connection.execute_batch("DELETE FROM search_pending_turns").unwrap();
            Ok(())
        })
        .unwrap();
    let problems = aios_store::check::run(&path, |_, _| None).unwrap().problems.join("\n");
    assert!(problems.contains("miscounted (2 times)") && problems.contains("search index nor noted"), "{problems}");
}

#[test]
fn what_is_in_the_trash_is_nothing_wrong() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    let database = Database::open(&path).unwrap();
    add(&database, "question").unwrap();
    database
        .write_blocking(|connection| {
            save(connection, &conversation("c", &[("q1", None, "text")]));
            assert!(aios_store::trash::put(connection, "imported_c", at(2)).unwrap());
            Ok(())
        })
        .unwrap();
    while database.read_blocking(|connection| aios_store::search::pending(connection, 1)).unwrap() > 0 {}
    assert_eq!(aios_store::check::run(&path, |_, _| None).unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_full_disk_is_said_and_takes_nothing_that_was_acknowledged() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    let database = Database::open(&path).unwrap();
    let limit = |pages: i64| {
        database
            .write_blocking(move |connection| {
                let now: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
                connection.query_row(&format!("PRAGMA max_page_count = {}", now + pages), [], |_| Ok(())).unwrap();
                Ok(())
            })
            .unwrap();
    };
    limit(40);
    let (mut acknowledged, mut refusals) = (Vec::new(), 0);
    let question: &'static str = "many words ".repeat(300).leak();
    while refusals < 3 {
        match add(&database, question) {
            Ok(turn_id) => acknowledged.push(turn_id),
            Err(error) => {
                assert!(matches!(error, Error::Full { .. }), "{error:?}");
                assert!(error.to_string().contains("disk is full"), "{error}");
                refusals += 1;
            }
        }
    }
    assert!(!acknowledged.is_empty());
    // Room was made: it goes on without a restart.
    limit(1000);
    acknowledged.push(add(&database, "after").unwrap());
    drop(database);
    let connection = Connection::open(&path).unwrap();
    check(&connection);
    assert_eq!(row_count(&connection, "convo_turns"), acknowledged.len() as i64);
}

#[test]
fn with_a_rollback_journal_readers_and_writers_get_along() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    // With a log first, as if the folder had been moved to another disk.
    add(&Database::open(&path).unwrap(), "before").unwrap();
    let database = Database::open_with(&path, Journal::Rollback).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| (0..20).for_each(|_| assert!(add(&database, "q").is_ok())));
        for _ in 0..20 {
            database.read_blocking(|connection| Ok(row_count(connection, "convo_turns"))).unwrap();
        }
    });
    assert!(!folder.path("personal.db-wal").exists());
    wait_for(database.backup(folder.path("copy.db"))).unwrap();
    drop(database);
    assert_eq!((turn_count(&path), turn_count(&folder.path("copy.db"))), (21, 21));
}

#[test]
fn a_local_disk_has_a_write_ahead_log() {
    let folder = Folder::new();
    assert_eq!(Journal::for_place(&folder.path("personal.db")), Journal::WriteAheadLog);
}

#[test]
fn words_of_a_commit_that_failed_are_listed_when_they_come_again() {
    let folder = Folder::new();
    let path = folder.path("personal.db");
    let database = Database::open(&path).unwrap();
    let lost = database.write_blocking(|transaction| {
        let turn = NewTurn::new("quetzalcoatl", "");
        turns::add_turn(transaction, "s", &turn, at(1))?;
        // What fails only at the commit, as a full disk does under a write-ahead log.
        transaction
            .execute_batch("PRAGMA defer_foreign_keys = ON; INSERT INTO streams (turn_id) VALUES (999)")
            .unwrap();
        Ok(())
    });
    assert!(lost.is_err());
    add(&database, "quetzalcoatl").unwrap();
    drop(database);
    let connection = Connection::open(&path).unwrap();
    let listed: i64 = connection
        .query_row("SELECT count(*) FROM search_words WHERE word = 'quetzalcoatl'", [], |row| row.get(0))
        .unwrap();
    assert_eq!((row_count(&connection, "convo_turns"), listed), (1, 1));
}
