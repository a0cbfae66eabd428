//! Programs that are killed at any moment, two on one history, lose nothing that they acknowledged.

use crate::common::{at, check, conversation};
use aios_model::{Rating, Source};
use aios_store::{
    Connection, Database, Error, conversations,
    imports::{self, SaveOptions},
    ratings,
    turns::{self, NewTurn},
};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    thread,
};

/// Set in a child: the file to write to, and what its names begin with.
const FILE: &str = "AIOS_STORE_KILL_FILE";
const NAME: &str = "AIOS_STORE_KILL_NAME";
/// Rounds for a long run.
const ROUNDS: &str = "AIOS_STORE_KILL_ROUNDS";
const CHILDREN: usize = 2;
const WRITERS: usize = 4;

/// What a child has been told is on disk.
#[derive(Clone, Debug)]
enum Acknowledged {
    Added(i64),
    Rated(i64),
    Imported(String),
    Deleted(String),
}

impl Acknowledged {
    fn line(&self) -> String {
        match self {
            Acknowledged::Added(turn_id) => format!("acknowledged added {turn_id}"),
            Acknowledged::Rated(turn_id) => format!("acknowledged rated {turn_id}"),
            Acknowledged::Imported(source_id) => format!("acknowledged imported {source_id}"),
            Acknowledged::Deleted(session_id) => format!("acknowledged deleted {session_id}"),
        }
    }

    fn read(line: &str) -> Option<Acknowledged> {
        let (what, which) = line.strip_prefix("acknowledged ")?.split_once(' ')?;
        match what {
            "added" => which.parse().ok().map(Acknowledged::Added),
            "rated" => which.parse().ok().map(Acknowledged::Rated),
            "imported" => Some(Acknowledged::Imported(which.to_owned())),
            "deleted" => Some(Acknowledged::Deleted(which.to_owned())),
            _ => None,
        }
    }

    fn is_there(&self, connection: &Connection) -> Result<bool, Error> {
        Ok(match self {
            Acknowledged::Added(turn_id) => {
                turns::get_turn(connection, *turn_id)?.is_some_and(|turn| turn.assistant_message == "answer")
            }
            Acknowledged::Rated(turn_id) => {
                ratings::get(connection, *turn_id)?.is_some_and(|rating| rating.rating == Rating::Up)
            }
            Acknowledged::Imported(source_id) => {
                let turns: i64 = connection
                    .query_row(
                        "SELECT count(*) FROM convo_turns JOIN convos ON convos.id = convo_id WHERE source = ?1 AND source_id = ?2",
                        (Source::new("chatgpt").as_str(), source_id),
                        |row| row.get(0),
                    )
                    .unwrap();
                turns == 2
            }
            Acknowledged::Deleted(session_id) => conversations::get_summary(connection, session_id)?.is_none(),
        })
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    if let (Ok(file), Ok(name)) = (std::env::var(FILE), std::env::var(NAME)) {
        return write_until_killed(Path::new(&file), &name);
    }
    let rounds = std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4u32);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    drop(Database::open(&path).unwrap());
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    for round in 0..rounds {
        let (sender, lines) = mpsc::channel();
        let children: Vec<(Child, thread::JoinHandle<()>)> = (0..CHILDREN)
            .map(|number| {
                let mut child = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "kill::what_was_acknowledged_survives_a_kill_at_any_moment", "--nocapture"])
                    .env(FILE, &path)
                    .env(NAME, format!("{round}-{number}"))
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                let output = BufReader::new(child.stdout.take().unwrap());
                let sender = sender.clone();
                let reading = thread::spawn(move || {
                    for line in output.lines().map_while(Result::ok) {
                        if let Some(acknowledged) = Acknowledged::read(&line) {
                            sender.send(acknowledged).unwrap();
                        }
                    }
                });
                (child, reading)
            })
            .collect();
        drop(sender);
        // Another number of acknowledgements each round: the moment is another one in the life of the log. What the children say
        // between the kill being sent and being dead counts as well.
        let wanted = 1 + (round * 37) % 200;
        acknowledged.extend(lines.iter().take(wanted as usize));
        for (mut child, reading) in children {
            child.kill().unwrap();
            child.wait().unwrap();
            reading.join().unwrap();
        }
        acknowledged.extend(lines);
        let found = aios_store::check::run(&path, |_, _| None).unwrap();
        assert_eq!(found.problems, Vec::<String>::new(), "round {round}");
        let database = Database::open(&path).unwrap();
        let acknowledged = acknowledged.clone();
        database
            .write_blocking(move |connection| {
                check(connection);
                for one in acknowledged {
                    assert!(one.is_there(connection)?, "round {round}: {one:?}");
                }
                Ok(())
            })
            .unwrap();
    }
    println!("{rounds} rounds, {} acknowledged writes, none lost", acknowledged.len());
    assert!(acknowledged.len() >= rounds as usize);
}

fn write_until_killed(path: &Path, name: &str) {
    let database = Arc::new(Database::open(path).unwrap());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (database, name) = (Arc::clone(&database), format!("{name}-{writer}"));
            thread::spawn(move || {
                for number in 0.. {
                    // A pipe that nobody reads any more ends the child, should the parent have died.
                    for acknowledged in write(&database, &name, number) {
                        if writeln!(std::io::stdout().lock(), "{}", acknowledged.line()).is_err() {
                            return;
                        }
                    }
                }
            })
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
}

fn add(connection: &Connection, session_id: &str) -> Result<i64, Error> {
    Ok(turns::add_turn(connection, session_id, &NewTurn::new("question", "answer"), at(1))?.turn_id)
}

/// A turn; now and then a rating of it, an imported conversation, or one that is deleted again.
fn write(database: &Database, name: &str, number: u32) -> Vec<Acknowledged> {
    let session_id = format!("kept-{name}");
    let turn_id = database.write_blocking(move |connection| add(connection, &session_id)).unwrap();
    let mut acknowledged = vec![Acknowledged::Added(turn_id)];
    let other = format!("{name}-{number}");
    match number % 4 {
        0 => {
            database
                .write_blocking(move |connection| ratings::rate(connection, turn_id, Rating::Up, None, None, at(2)))
                .unwrap();
            acknowledged.push(Acknowledged::Rated(turn_id));
        }
        1 => {
            let (source_id, import_id) = (other.clone(), format!("import-{name}"));
            database
                .write_blocking(move |connection| {
                    let messages = [
                        ("q1", None, "first"),
                        ("a1", Some("q1"), "answer"),
                        ("q2", Some("a1"), "second"),
                        ("a2", Some("q2"), "answer"),
                    ];
                    let options = SaveOptions { import_id: Some(&import_id) };
                    imports::save_conversation(connection, &conversation(&source_id, &messages), options, at(3))
                })
                .unwrap();
            acknowledged.push(Acknowledged::Imported(other));
        }
        2 => {
            let session_id = other.clone();
            database.write_blocking(move |connection| add(connection, &session_id)).unwrap();
            let session_id = other.clone();
            database.write_blocking(move |connection| conversations::delete(connection, &session_id)).unwrap();
            acknowledged.push(Acknowledged::Deleted(other));
        }
        _ => {}
    }
    acknowledged
}
