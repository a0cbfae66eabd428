//! The native owner: one writer, several readers, any async runtime.

use crate::common::{at, check, row_count};
use aios_store::{
    Database, Error, conversations,
    conversations::Window,
    search,
    turns::{self, NewTurn},
};
use std::{
    future::Future,
    path::PathBuf,
    pin::pin,
    sync::{Arc, mpsc},
    task::{Context, Poll, Wake, Waker},
    thread,
};

/// The smallest runtime: parks the thread until the future can go on.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Folder {
        Folder { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("deep/down/history.db")
    }

    fn open(&self) -> Database {
        Database::open(&self.path()).unwrap()
    }
}

fn add(database: &Database, session_id: &'static str, question: String) -> Result<i64, Error> {
    block_on(database.write(move |connection| {
        Ok(turns::add_turn(connection, session_id, &NewTurn::new(&question, "a"), at(1))?.turn_id)
    }))
}

#[test]
fn what_was_acknowledged_is_read_at_once_and_after_opening_again() {
    let folder = Folder::new();
    let database = folder.open();
    add(&database, "a", "q".to_owned()).unwrap();
    let count = |database: &Database| block_on(database.read(|connection| Ok(row_count(connection, "convo_turns"))));
    assert_eq!(count(&database).unwrap(), 1);
    drop(database);
    assert!(!folder.path().with_extension("db-wal").exists(), "the log has been moved into the file");
    assert_eq!(count(&folder.open()).unwrap(), 1);
}

#[test]
fn the_file_is_opened_for_durable_writes() {
    let folder = Folder::new();
    let database = folder.open();
    let pragmas = database.write_blocking(|connection| {
        let value = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        Ok((mode, value("synchronous"), value("foreign_keys"), value("mmap_size")))
    });
    assert_eq!(pragmas.unwrap(), ("wal".to_owned(), 2, 1, 0));
}

#[test]
fn a_reader_cannot_write() {
    let folder = Folder::new();
    let database = folder.open();
    let refused = database.read_blocking(|connection| conversations::delete(connection, "a"));
    assert!(matches!(refused, Err(Error::Sqlite { .. })));
}

#[test]
fn a_write_that_fails_or_panics_undoes_only_itself() {
    let folder = Folder::new();
    for database in [folder.open(), Database::open_in_memory().unwrap()] {
        add(&database, "a", "one".to_owned()).unwrap();
        let failed: Result<(), Error> = database.write_blocking(|connection| {
            turns::add_turn(connection, "a", &NewTurn::new("two", ""), at(1))?;
            Err(Error::NoTurn { turn_id: 7 })
        });
        assert!(matches!(failed, Err(Error::NoTurn { turn_id: 7 })));
        let panicked: Result<(), Error> = database.write_blocking(|connection| {
            turns::add_turn(connection, "a", &NewTurn::new("three", ""), at(1))?;
            panic!("on purpose: {}", 3)
        });
        assert!(matches!(panicked, Err(Error::Panicked { message }) if message == "on purpose: 3"));
        let panicked: Result<(), Error> = database.read_blocking(|_| panic!("on purpose"));
        assert!(matches!(panicked, Err(Error::Panicked { .. })));
        add(&database, "a", "four".to_owned()).unwrap();
        let found = database.read_blocking(|connection| conversations::get(connection, "a", Window::default()));
        let questions: Vec<_> = found.unwrap().unwrap().turns.into_iter().map(|turn| turn.user_message).collect();
        assert_eq!(questions, ["one", "four"]);
    }
}

#[test]
fn a_group_of_writes_shares_a_commit_and_each_has_its_own_fate() {
    let folder = Folder::new();
    let database = Arc::new(folder.open());
    // While the first write holds the writer, the others line up behind it and become one group.
    let (go, wait) = mpsc::channel();
    let first = thread::spawn({
        let database = Arc::clone(&database);
        move || database.write_blocking(move |_| wait.recv().map_err(|_| Error::Closed))
    });
    let (ready, readies) = mpsc::channel();
    let callers: Vec<_> = (0..20)
        .map(|number: i64| {
            let (database, ready) = (Arc::clone(&database), ready.clone());
            thread::spawn(move || {
                ready.send(()).unwrap();
                database.write_blocking(move |connection| {
                    turns::add_turn(connection, "a", &NewTurn::new(&number.to_string(), ""), at(number))?;
                    if number % 2 == 0 { Err(Error::NoTurn { turn_id: number }) } else { Ok(number) }
                })
            })
        })
        .collect();
    readies.iter().take(20).for_each(drop);
    go.send(()).unwrap();
    first.join().unwrap().unwrap();
    let results: Vec<_> = callers.into_iter().map(|caller| caller.join().unwrap()).collect();
    assert!(results.iter().zip(0..).all(|(result, number)| result.is_ok() == (number % 2 == 1)));
    database
        .write_blocking(|connection| {
            assert_eq!(row_count(connection, "convo_turns"), 10);
            check(connection);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_closure_that_ends_the_transaction_loses_its_group_and_nothing_later() {
    let folder = Folder::new();
    let database = folder.open();
    let broken = database.write_blocking(|connection| {
        turns::add_turn(connection, "a", &NewTurn::new("lost", ""), at(1))?;
        connection.execute_batch("ROLLBACK").unwrap();
        Ok(())
    });
    assert!(matches!(broken, Err(Error::NotCommitted { .. })));
    add(&database, "a", "kept".to_owned()).unwrap();
    let count = database.read_blocking(|connection| Ok(row_count(connection, "convo_turns")));
    assert_eq!(count.unwrap(), 1);
}

#[test]
fn sixty_four_callers_at_once_lose_nothing() {
    let folder = Folder::new();
    let database = Arc::new(folder.open());
    let callers: Vec<_> = (0..64)
        .map(|caller| {
            let database = Arc::clone(&database);
            thread::spawn(move || {
                for number in 0..10 {
                    add(&database, "a", format!("caller {caller} number {number}")).unwrap();
                }
            })
        })
        .collect();
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    database
        .write_blocking(|connection| {
            let found = conversations::get(connection, "a", Window::default())?.unwrap();
            assert_eq!((found.turns.len(), found.summary.turn_count), (640, 640));
            // It also indexes what came too fast for it.
            check(connection);
            assert_eq!(search::search(connection, "caller 63 number 9", 99)?.len(), 1);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_read_sees_one_state_while_writes_go_on() {
    let folder = Folder::new();
    let database = Arc::new(folder.open());
    let (inside, is_inside) = mpsc::channel();
    let (go, wait) = mpsc::channel();
    let reader = thread::spawn({
        let database = Arc::clone(&database);
        move || {
            database.read_blocking(move |connection| {
                let before = row_count(connection, "convo_turns");
                inside.send(()).unwrap();
                wait.recv().unwrap();
                Ok((before, row_count(connection, "convo_turns")))
            })
        }
    });
    is_inside.recv().unwrap();
    add(&database, "a", "q".to_owned()).unwrap();
    go.send(()).unwrap();
    assert_eq!(reader.join().unwrap().unwrap(), (0, 0));
}

#[test]
fn dropping_the_database_finishes_what_was_accepted() {
    let folder = Folder::new();
    let database = folder.open();
    let (go, wait) = mpsc::channel();
    let mut first = Box::pin(database.write(move |_| wait.recv().map_err(|_| Error::Closed)));
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut context).is_pending());
    let mut second = Box::pin(database.write(|connection| {
        turns::add_turn(connection, "a", &NewTurn::new("q", "a"), at(1))?;
        Ok(())
    }));
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop((first, second));
    go.send(()).unwrap();
    drop(database);
    let count = folder.open().read_blocking(|connection| Ok(row_count(connection, "convo_turns")));
    assert_eq!(count.unwrap(), 1);
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "no database, just some notes that are long enough for a header of a file").unwrap();
    assert!(Database::open(&path).is_err());
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("no database"));
}
