//! Measures the store against the library of SQLite that it is made of: the same rows, in one run. `make bench-store` uses it.
//!
//! The figures are ratios of one run on one machine. The library does the same with as little as it can: a table, an ordinary FTS5 table of
//! the same rows, a commit for each row.

use clap::{Parser, ValueEnum};
use std::{
    error::Error,
    path::{Path, PathBuf},
    process::ExitCode,
};

mod client;
mod corpus;
mod fill;
mod library;
mod lists;
mod questions;
mod report;
mod served;
mod writers;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// Where the databases go; what an earlier run left there is deleted, unless only other parts are measured.
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
    /// Measure this part alone; may be given several times. `search` and `server` need what `save` stored, also in an earlier run.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// The program that serves; without it, nothing is asked through HTTP.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Show every query with its times.
    #[arg(long)]
    verbose: bool,
}

/// What is measured, in this order.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Storing very many conversations, indexing them, and the size of the index.
    Save,
    /// Searching them.
    Search,
    /// The first page of a long list, and the last of a long conversation.
    Lists,
    /// Turns that are said here, one after the other and many at once.
    Writers,
    /// The same through HTTP, and the memory of the server.
    Server,
}

impl Arguments {
    fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    /// The data folder of the server.
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The history with all the turns.
    fn store(&self) -> PathBuf {
        self.data().join("personal.db")
    }

    /// The same rows in a database of the library.
    fn library(&self) -> PathBuf {
        self.folder.join("library.db")
    }
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
    let mut corpus = corpus::Corpus::new(arguments.seed);
    report::heading(&format!("{} turns, SQLite {}", arguments.turns, aios_store::Database::sqlite_version()));
    if arguments.has(Part::Save) {
        report::progress("storing");
        if arguments.data().exists() {
            std::fs::remove_dir_all(arguments.data())?;
        }
        std::fs::create_dir_all(arguments.data())?;
        remove(&arguments.library())?;
        fill::store(arguments, &mut corpus)?;
    }
    let is_asked = arguments.has(Part::Search) || (arguments.has(Part::Server) && arguments.program.is_some());
    let questions = if is_asked {
        report::progress("asking the library");
        Some(questions::Questions::make(arguments, &mut corpus)?)
    } else {
        None
    };
    if let Some(questions) = questions.as_ref().filter(|_| arguments.has(Part::Search)) {
        report::progress("searching");
        questions::ask_store(arguments, questions)?;
    }
    if arguments.has(Part::Lists) {
        report::progress("listing");
        remove(&arguments.folder.join("list.db"))?;
        remove(&arguments.folder.join("library-list.db"))?;
        lists::read(arguments)?;
    }
    if arguments.has(Part::Writers) {
        report::progress("writing");
        remove(&arguments.folder.join("writers.db"))?;
        remove(&arguments.folder.join("autocommit.db"))?;
        writers::write(arguments)?;
    }
    if let (Some(program), Some(questions)) = (&arguments.program, questions.filter(|_| arguments.has(Part::Server))) {
        report::progress("asking the server");
        served::ask(arguments, program, &questions, &mut corpus)?;
    }
    Ok(())
}

/// Deletes a database of an earlier run.
fn remove(path: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        let mut path = path.as_os_str().to_owned();
        path.push(end);
        if Path::new(&path).exists() {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
