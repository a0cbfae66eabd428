//! Turns that are said here: at the beginning and far down in a conversation, and by many at once.

use crate::{
    Arguments, Result,
    library::{self, Row},
    report::{line, median, milliseconds, rate, ratio},
};
use aios_model::Timestamp;
use aios_store::{
    Database, Transaction,
    turns::{NewTurn, add_turn},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{runtime::Builder, task::JoinSet};

const QUESTION: &str = "How do I find out why the boiler loses pressure over night?";
const ANSWER: &str = "First look whether the needle falls while the heating is off. If it does, the loss is in the pipes, not in the boiler.";

const LONG: usize = 100_000;
const WRITERS: usize = 64;

/// Turns of each of the many.
const EACH: usize = 200;

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
    // As in the server: many who wait, on few threads.
    let runtime = Builder::new_current_thread().build()?;
    let began = Instant::now();
    runtime.block_on(async {
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let database = Arc::clone(&database);
            writers.spawn(async move {
                for _ in 0..EACH {
                    database.write(turn(format!("writer {writer}"))).await?;
                }
                Ok::<_, aios_store::Error>(())
            });
        }
        while let Some(ended) = writers.join_next().await {
            ended??;
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
    })?;
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
    database.write_blocking(turn(session_id))
}

/// Adds a turn to this conversation.
fn turn(
    session_id: String,
) -> impl FnOnce(&Transaction<'_>) -> std::result::Result<(), aios_store::Error> + Send + 'static {
    move |transaction: &Transaction<'_>| {
        add_turn(transaction, &session_id, &NewTurn::new(QUESTION, ANSWER), moment(0)).map(drop)
    }
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
