//! The first page of a long list, and the last page of a long conversation.

use crate::{
    Arguments, Result,
    corpus::Corpus,
    fill::LONG,
    library,
    report::{line, median, milliseconds, ratio},
};
use aios_model::Timestamp;
use aios_store::{
    Database,
    conversations::{self, ListQuery, Window},
    imports::{SaveOptions, save_conversation},
    rusqlite::types::Value,
};
use std::time::{Duration, Instant};

/// Turns that a page of a conversation shows.
const PAGE: u32 = 50;

pub fn read(arguments: &Arguments) -> Result<()> {
    let database = Database::open(&arguments.folder.join("list.db"))?;
    let mut corpus = Corpus::new(arguments.seed);
    let mut left = arguments.listed;
    while left > 0 {
        let mut batch: Vec<_> = (0..left.min(1000)).map(|_| corpus.conversation(1)).collect();
        left -= batch.len();
        if left == 0 {
            batch.push(corpus.conversation(LONG));
        }
        database.write_blocking(move |connection| {
            batch.iter().try_for_each(|conversation| {
                save_conversation(connection, conversation, SaveOptions::default(), Timestamp::from_milliseconds(0))
                    .map(drop)
            })
        })?;
    }
    let newest = database.read_blocking(|connection| conversations::list(connection, &ListQuery::default()))?;
    let long = newest.conversations.iter().max_by_key(|conversation| conversation.turn_count).ok_or("an empty list")?;
    if long.turn_count as usize != LONG {
        return Err("the long conversation is not the newest".into());
    }
    let session_id = long.session_id.clone();
    let mut times: [Vec<_>; 2] = Default::default();
    for _ in 0..50 {
        let began = Instant::now();
        let page = database.read_blocking(|connection| conversations::list(connection, &ListQuery::default()))?;
        times[0].push(began.elapsed());
        let session_id = session_id.clone();
        let began = Instant::now();
        let window = Window { last: Some(PAGE) };
        let opened = database.read_blocking(move |connection| conversations::get(connection, &session_id, window))?;
        times[1].push(began.elapsed());
        if page.conversations.len() != 50 || opened.is_none_or(|opened| opened.turns.len() != PAGE as usize) {
            return Err("a page is not full".into());
        }
    }
    drop(database);
    let [page, opened] = times.each_mut().map(|times| median(times));
    let [library_page, library_opened] = by_library(arguments)?;
    let row = |name: &str, here, library, wanted: &str| {
        line(name, &milliseconds(here), &milliseconds(library), Some(ratio(here, library)), wanted);
    };
    row(&format!("first page of {} conversations", arguments.listed), page, library_page, "at most 5 ms");
    row("last page of 10,000 turns", opened, library_opened, "at most 10 ms");
    Ok(())
}

/// The rows of both pages out of tables that have only these columns and one index each.
fn by_library(arguments: &Arguments) -> Result<[Duration; 2]> {
    let connection = library::writer(&arguments.folder.join("library-list.db"))?;
    connection.execute("ATTACH ?1 AS list", [arguments.folder.join("list.db").to_str()])?;
    connection.execute_batch(
        "CREATE TABLE listed AS SELECT session_id, name, started, last_updated, turn_count, source, model, preview FROM list.convos;
        CREATE INDEX listed_by_time ON listed (last_updated DESC, session_id DESC);
        CREATE TABLE said AS SELECT id, convo_id, timestamp, user_message, assistant_message, messages_json FROM list.convo_turns;
        CREATE INDEX said_in_order ON said (convo_id, id);
        DETACH list",
    )?;
    let rows = |sql: &str| -> Result<Duration> {
        let mut statement = connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut times = Vec::new();
        for _ in 0..50 {
            let began = Instant::now();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                (0..columns).try_for_each(|column| row.get::<_, Value>(column).map(drop))?;
            }
            times.push(began.elapsed());
        }
        Ok(median(&mut times))
    };
    Ok([
        rows("SELECT * FROM listed ORDER BY last_updated DESC, session_id DESC LIMIT 50")?,
        rows("SELECT * FROM said WHERE convo_id = (SELECT max(convo_id) FROM said) ORDER BY id DESC LIMIT 50")?,
    ])
}
