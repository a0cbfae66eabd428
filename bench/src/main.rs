//! What the benchmark of the import needs natively: exports to read, and a native run of the worker to compare the browser with.
//! `make bench-import` uses both.

use clap::{Parser, Subcommand};
use generate::{Kind, Order};
use std::{error::Error, path::PathBuf, process::ExitCode};

mod generate;
mod index;
mod native;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a synthetic export.
    Generate {
        /// The form of the export.
        kind: Kind,
        /// Its size in bytes before it is packed; it is reached by a conversation at most.
        #[arg(value_parser = size)]
        size: u64,
        /// The file to write.
        output: PathBuf,
        /// The same seed gives the same bytes.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Write everything beyond ASCII as escapes, as Python's json does.
        #[arg(long)]
        ascii: bool,
        /// Bytes of pictures in a zip, stored beside the conversations.
        #[arg(long, value_parser = size, default_value = "0")]
        media: u64,
    },
    /// Make the worker's outline of files and say how long it took, as JSON.
    Outline {
        /// The files.
        files: Vec<PathBuf>,
        /// How often.
        #[arg(long, default_value_t = 1)]
        runs: u32,
        /// Hash each conversation and compare it with a history, in which it is not.
        #[arg(long)]
        compare: bool,
    },
    /// Bring the search index of a history up to date, as a server does when nobody writes.
    Index {
        /// Its database.
        history: PathBuf,
    },
}

/// A number of bytes: digits, and K, M or G for powers of 1024.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(['K', 'M', 'G']);
    let unit = match &text[digits.len()..] {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return Err("one of K, M and G at most".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "not a number of bytes, such as 100M".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "too large".to_owned())
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Generate { kind, size, output, seed, ascii, media } => {
            let conversations = generate::write(&output, Order { kind, size, seed, ascii, media })?;
            println!("{}: {conversations} conversations, {} bytes", output.display(), output.metadata()?.len());
            Ok(())
        }
        Command::Outline { files, runs, compare } => Ok(native::outline(&files, runs, compare)?),
        Command::Index { history } => index::index(&history),
    }
}
