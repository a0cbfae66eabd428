//! Measures the store against the library of SQLite that it is made of: the same rows, in one run. `make bench-store` uses it.
//!
//! The figures are ratios of one run on one machine. The library does the same with as little as it can: a table, an ordinary FTS5 table of
//! the same rows, a commit for each row.

use clap::Parser;
use std::{error::Error, path::PathBuf, process::ExitCode};

mod corpus;
mod fill;
mod library;
mod lists;
mod questions;
mod report;
mod writers;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// Where the databases go; what an earlier run left there is deleted.
    folder: PathBuf,
    /// Turns to store; a thousand of them are about a megabyte.
    #[arg(long, default_value_t = 200_000)]
    turns: usize,
    /// Queries, evenly of each kind and from common to rare words.
    #[arg(long, default_value_t = 300)]
    queries: usize,
    /// Conversations in the list of which the first page is read.
    #[arg(long, default_value_t = 100_000)]
    listed: usize,
    /// The same seed makes the same texts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Show every query with its times.
    #[arg(long)]
    verbose: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-store: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    std::fs::create_dir_all(&arguments.folder)?;
    for name in ["store", "library", "list", "writers", "autocommit"] {
        for end in ["", "-wal", "-shm"] {
            let path = arguments.folder.join(format!("{name}.db{end}"));
            if path.exists() {
                std::fs::remove_file(path)?;
            }
        }
    }
    let mut corpus = corpus::Corpus::new(arguments.seed);
    report::heading(&format!("{} turns, SQLite {}", arguments.turns, aios_store::Database::sqlite_version()));
    let own_memory = report::resident();
    let database = fill::store(arguments, &mut corpus)?;
    questions::ask(arguments, &mut corpus)?;
    drop(corpus);
    let further = (lists::read(arguments)?, writers::write(arguments)?);
    report::memory(own_memory, report::resident());
    drop((database, further));
    Ok(())
}
