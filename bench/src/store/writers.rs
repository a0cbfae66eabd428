//! Turns that are said here: at the beginning and far down in a conversation, and by many at once.

use crate::{
    Arguments, Result,
    library::{self, Row},
    report::{line, median, milliseconds, rate, ratio},
};
use aios_model::Timestamp;
use aios_store::{
    Database,
    turns::{NewTurn, add_turn},
};
use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

const QUESTION: &str = "How do I find out why the boiler loses pressure over night?";
const ANSWER: &str = "First look whether the needle falls while the heating is off. If it does, the loss is in the pipes, not in the boiler.";

const LONG: usize = 100_000;
const WRITERS: usize = 64;

/// Turns of each of the many.
const EACH: usize = 50;

/// Turns whose times make a median.
const TIMED: usize = 200;

pub fn write(arguments: &Arguments) -> Result<()> {
    let database = Arc::new(Database::open(&arguments.folder.join("writers.db"))?);
    let fill = |session_id: &'static str, count: usize| {
        database.write_blocking(move |connection| {
            let add = |_| add_turn(connection, session_id, &NewTurn::new(QUESTION, ANSWER), moment(0)).map(drop);
            (0..count).try_for_each(add)
        })
    };
    fill("long", LONG)?;
    let mut times: [Vec<Duration>; 2] = Default::default();
    // In turns, so that whatever else the machine does meets both.
    for round in 0..TIMED {
        if round % 20 == 0 {
            let short = short(round);
            database.write_blocking(move |connection| {
                let add = |_| add_turn(connection, &short, &NewTurn::new(QUESTION, ANSWER), moment(0)).map(drop);
                (0..10).try_for_each(add)
            })?;
        }
        for (session_id, times) in [short(round - round % 20), "long".to_owned()].into_iter().zip(&mut times) {
            let began = Instant::now();
            add(&database, session_id)?;
            times.push(began.elapsed());
        }
    }
    let [short, long] = &mut times;
    let (short, long) = (median(short), median(long));
    line(
        "a turn at turn 100,000 (library: at turn 10)",
        &milliseconds(long),
        &milliseconds(short),
        Some(ratio(long, short)),
        "at most 1.20",
    );
    let began = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let database = Arc::clone(&database);
            thread::spawn(move || (0..EACH).try_for_each(|_| add(&database, format!("writer {writer}"))))
        })
        .collect();
    for writer in writers {
        writer.join().map_err(|_| "a writer panicked")??;
    }
    let here = began.elapsed();
    let there = autocommit(arguments)?;
    let turns = WRITERS * EACH;
    line(
        "64 writers, turns a second (library: each a commit)",
        &format!("{:.0}", rate(turns, here)),
        &format!("{:.0}", rate(turns, there)),
        Some(ratio(there, here)),
        "at least 10",
    );
    Ok(())
}

fn short(round: usize) -> String {
    format!("short {round}")
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(1_700_000_000_000 + milliseconds)
}

fn add(database: &Database, session_id: String) -> std::result::Result<(), aios_store::Error> {
    database.write_blocking(move |connection| {
        add_turn(connection, &session_id, &NewTurn::new(QUESTION, ANSWER), moment(0)).map(drop)
    })
}

/// As many rows, each in a transaction of its own.
fn autocommit(arguments: &Arguments) -> Result<Duration> {
    let connection = library::create(&arguments.folder.join("autocommit.db"))?;
    let began = Instant::now();
    for number in 0..WRITERS * EACH {
        let row = Row {
            convo_id: (number % WRITERS) as i64,
            parent_id: None,
            turn_index: 0,
            timestamp: 0,
            source_message_ids: None,
            user_message: QUESTION.to_owned(),
            assistant_message: ANSWER.to_owned(),
            messages_json: None,
        };
        library::insert(&connection, &row)?;
    }
    Ok(began.elapsed())
}
