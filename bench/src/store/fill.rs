//! Storing very many conversations, and how large it becomes.

use crate::{
    Arguments, Result,
    corpus::{self, Corpus},
    library,
    report::{line, megabytes, progress, rate, ratio},
};
use aios_model::{Conversation, Timestamp};
use aios_store::{
    Connection, Database,
    imports::{SaveOptions, save_conversations},
    schema, search,
};
use std::time::{Duration, Instant};

/// Conversations that are stored by one write: about 2 MB.
pub const BATCH: usize = 200;

/// Turns of the last conversation, which is a long one.
pub const LONG: usize = 10_000;

/// Rows that are read at once, to be stored by the library.
const ROWS: u32 = 2000;

/// Fills the store and a database of the library with the same rows.
pub fn store(arguments: &Arguments, corpus: &mut Corpus) -> Result<()> {
    let path = arguments.store();
    let mut connection = library::writer(&path)?;
    schema::migrate(&mut connection)?;
    let mut bare = Bare { store: library::reader(&path)?, library: library::create(&arguments.library())?, from: 1 };
    let (mut saving, mut inserting) = (Duration::ZERO, Duration::ZERO);
    let mut left = arguments.turns;
    while left > 0 {
        let mut batch = batch(corpus, left.min(BATCH * corpus::TURNS));
        left -= batch.iter().map(|conversation| conversation.messages.len() / 2).sum::<usize>();
        if left == 0 {
            batch.push(corpus.conversation(LONG));
        }
        let began = Instant::now();
        connection.execute_batch("BEGIN IMMEDIATE")?;
        save(&connection, &batch)?;
        connection.execute_batch("COMMIT")?;
        saving += began.elapsed();
        // In turns, so that whatever else the machine does meets both.
        inserting += bare.insert()?;
    }
    drop(connection);
    // What is not in the index is put into it from the beginning on, when nobody writes.
    progress("indexing");
    let began = Instant::now();
    let database = Database::open(&path)?;
    while database.read_blocking(|connection| search::pending(connection, 1))? > 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    let indexing = began.elapsed();
    progress("indexing with the library");
    let plain = plain(arguments)?;
    let turns = arguments.turns + LONG;
    line(
        "bulk save, turns a second",
        &format!("{:.0}", rate(turns, saving)),
        &format!("{:.0}", rate(turns, inserting)),
        Some(ratio(inserting, saving)),
        "at least 0.70",
    );
    line("index, s (library: ordinary FTS5)", &seconds(indexing), &seconds(plain), Some(ratio(indexing, plain)), "");
    drop(database);
    sizes(arguments)
}

/// Conversations of the usual length, and a shorter one to make so many turns.
pub fn batch(corpus: &mut Corpus, turns: usize) -> Vec<Conversation> {
    let lengths = (0..turns).step_by(corpus::TURNS).map(|from| corpus::TURNS.min(turns - from));
    lengths.map(|turns| corpus.conversation(turns)).collect()
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}

/// As the import does.
fn save(connection: &Connection, batch: &[Conversation]) -> std::result::Result<(), aios_store::Error> {
    let options = SaveOptions { import_id: Some("bench") };
    save_conversations(connection, batch, options, Timestamp::from_milliseconds(0))
        .into_iter()
        .try_for_each(|saved| saved.map(drop))
}

/// The same rows in a table of the library.
struct Bare {
    store: Connection,
    library: Connection,
    /// The number of the next row.
    from: i64,
}

impl Bare {
    /// Inserts the rows that the store has got since the last time, in one transaction.
    fn insert(&mut self) -> Result<Duration> {
        let mut time = Duration::ZERO;
        self.library.execute_batch("BEGIN IMMEDIATE")?;
        loop {
            let rows = library::rows(&self.store, self.from, ROWS)?;
            self.from += rows.len() as i64;
            let began = Instant::now();
            rows.iter().try_for_each(|row| library::insert(&self.library, row))?;
            if rows.is_empty() {
                self.library.execute_batch("COMMIT")?;
                return Ok(time + began.elapsed());
            }
            time += began.elapsed();
        }
    }
}

/// Makes an ordinary FTS5 table of the same rows.
fn plain(arguments: &Arguments) -> Result<Duration> {
    let connection = Connection::open(arguments.library())?;
    let began = Instant::now();
    connection.execute_batch(
        "PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;
        CREATE VIRTUAL TABLE plain USING fts5 (user_message, assistant_message);
        INSERT INTO plain (rowid, user_message, assistant_message) SELECT id, user_message, assistant_message FROM turns;",
    )?;
    Ok(began.elapsed())
}

fn sizes(arguments: &Arguments) -> Result<()> {
    let connection = library::reader(&arguments.store())?;
    let sum = |connection: &Connection, sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let text =
        sum(&connection, "SELECT sum(octet_length(user_message) + octet_length(assistant_message)) FROM convo_turns")?;
    let mut statement =
        connection.prepare("SELECT name, sum(pgsize) FROM dbstat WHERE name GLOB '*search_*' GROUP BY name")?;
    let parts = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let parts: Vec<(String, i64)> = parts.collect::<std::result::Result<_, _>>()?;
    let plain = library::reader(&arguments.library())?;
    let plain = sum(&plain, "SELECT sum(pgsize) FROM dbstat WHERE name GLOB 'plain_*' AND name <> 'plain_content'")?;
    let index: i64 = parts.iter().map(|(_, bytes)| bytes).sum();
    line("text", &megabytes(text.unsigned_abs()), "", None, "");
    line(
        "index",
        &megabytes(index.unsigned_abs()),
        &megabytes(plain.unsigned_abs()),
        Some(index as f64 / plain as f64),
        &format!("at most 60 % of the text; it is {:.0} %", 100.0 * index as f64 / text as f64),
    );
    if arguments.verbose {
        parts.iter().for_each(|(name, bytes)| println!("  {name}: {}", megabytes(bytes.unsigned_abs())));
    }
    Ok(())
}
