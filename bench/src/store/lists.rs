//! The first page of a long list, and the last page of a long conversation.

use crate::{
    Arguments, Result,
    corpus::Corpus,
    report::{line, median, milliseconds},
};
use aios_model::Timestamp;
use aios_store::{
    Database,
    conversations::{self, ListQuery, Window},
    imports::{SaveOptions, save_conversation},
};
use std::time::Instant;

const LONG: usize = 10_000;

/// Turns that a page of a conversation shows.
const PAGE: u32 = 50;

pub fn read(arguments: &Arguments) -> Result<Database> {
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
    let [page, opened] = &mut times;
    let name = format!("first page of {} conversations", arguments.listed);
    line(&name, &milliseconds(median(page)), "", None, "at most 5 ms");
    line("last page of 10,000 turns", &milliseconds(median(opened)), "", None, "at most 10 ms");
    Ok(database)
}
