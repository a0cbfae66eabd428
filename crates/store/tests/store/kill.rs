//! A program that is killed at any moment loses nothing that it acknowledged.

use crate::common::{at, check};
use aios_store::{
    Database,
    turns::{self, NewTurn},
};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    thread,
};

/// Set in the child: the file to write to.
const FILE: &str = "AIOS_STORE_KILL_FILE";
/// Rounds for a long run.
const ROUNDS: &str = "AIOS_STORE_KILL_ROUNDS";
const WRITERS: usize = 4;

#[test]
fn acknowledged_turns_survive_a_kill_at_any_moment() {
    if let Ok(file) = std::env::var(FILE) {
        return write_until_killed(Path::new(&file));
    }
    let rounds = std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5u32);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let mut acknowledged: Vec<i64> = Vec::new();
    for round in 0..rounds {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::acknowledged_turns_survive_a_kill_at_any_moment", "--nocapture"])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // Another number of acknowledgements each round: the moment is another one in the life of the log. What the child says
        // between the kill being sent and being dead counts as well.
        let wanted = 1 + (round * 37) % 200;
        let ids = |line: String| line.strip_prefix("acknowledged ").and_then(|id| id.parse::<i64>().ok());
        acknowledged.extend(lines.by_ref().filter_map(ids).take(wanted as usize));
        child.kill().unwrap();
        acknowledged.extend(lines.filter_map(ids));
        child.wait().unwrap();
        let database = Database::open(&path).unwrap();
        let acknowledged = acknowledged.clone();
        database
            .write_blocking(move |connection| {
                check(connection);
                for turn_id in acknowledged {
                    let turn = turns::get_turn(connection, turn_id)?;
                    assert!(turn.is_some_and(|turn| turn.assistant_message == "answer"), "turn {turn_id}");
                }
                Ok(())
            })
            .unwrap();
    }
    assert!(acknowledged.len() >= rounds as usize);
}

fn write_until_killed(path: &Path) {
    let database = Arc::new(Database::open(path).unwrap());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let database = Arc::clone(&database);
            thread::spawn(move || {
                loop {
                    let session_id = format!("writer-{writer}");
                    let turn_id = database
                        .write_blocking(move |connection| {
                            let new = NewTurn::new("question", "answer");
                            Ok(turns::add_turn(connection, &session_id, &new, at(1))?.turn_id)
                        })
                        .unwrap();
                    // A pipe that nobody reads any more ends the child, should the parent have died.
                    if writeln!(std::io::stdout().lock(), "acknowledged {turn_id}").is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
}
