//! The command line: what each command does, and how it says what went wrong.

mod access;
mod error;
mod export;
mod import;
mod imports;
mod list;
mod lock;
mod maintenance;
mod memory;
mod meter;
mod output;
mod serve;
mod trash;

pub use self::error::Error;

use crate::settings::{
    Settings,
    arguments::{Arguments, Command, ServeOptions, SharedOptions, TokenCommand},
    file::FileSettings,
    folder,
};
use aios_chat::{Chat, Config};
use std::{ffi::OsString, path::PathBuf, process::ExitCode};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Does what the command line of this program says; the name of the program comes first.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = Arguments::read(words);
    if matches!(arguments.command, Command::Serve(_)) {
        memory::economise();
    }
    log(arguments.shared.verbose);
    let done = match arguments.command {
        Command::Serve(options) => serve::run(arguments.shared, options).map(|()| ExitCode::SUCCESS),
        Command::Import(options) => import::run(arguments.shared, options),
        Command::Imports(options) => imports::list(arguments.shared, options).map(|()| ExitCode::SUCCESS),
        Command::Undo(options) => imports::undo(arguments.shared, options).map(|()| ExitCode::SUCCESS),
        Command::Export(options) => export::run(arguments.shared, options).map(|()| ExitCode::SUCCESS),
        Command::List(options) => list::run(arguments.shared, options).map(|()| ExitCode::SUCCESS),
        Command::Delete(options) => trash::delete(arguments.shared, options),
        Command::Undelete(options) => trash::undelete(arguments.shared, options),
        Command::Token(TokenCommand::New) => access::new_token(arguments.shared).map(|()| ExitCode::SUCCESS),
        Command::Sessions(options) => access::sessions(arguments.shared, options).map(|()| ExitCode::SUCCESS),
        Command::Check => maintenance::check(arguments.shared),
        Command::Backup(options) => maintenance::backup(arguments.shared, options).map(|()| ExitCode::SUCCESS),
        Command::Restore(options) => maintenance::restore(arguments.shared, options).map(|()| ExitCode::SUCCESS),
    };
    match done {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aios-chat: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Sends what is logged to standard error: warnings, unless more is asked for.
fn log(verbose: bool) {
    let usual = || Targets::new().with_default(if verbose { tracing::Level::INFO } else { tracing::Level::WARN });
    let wanted = std::env::var("RUST_LOG").ok().filter(|wanted| !wanted.is_empty());
    let filter = match wanted.map(|wanted| wanted.parse::<Targets>()) {
        Some(Ok(filter)) => filter,
        Some(Err(error)) => {
            eprintln!("aios-chat: RUST_LOG is not understood and left out ({error})");
            usual()
        }
        None => usual(),
    };
    let output = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(output).with(filter).init();
}

fn data_folder(named: Option<PathBuf>) -> Result<PathBuf, Error> {
    // A folder that is gone is no checkout, and a relative name in it fails with a sentence of its own.
    let here = std::env::current_dir().unwrap_or_default();
    Ok(folder::find(named, &here)?)
}

fn settings(shared: SharedOptions, mut options: ServeOptions) -> Result<Settings, Error> {
    options.access = options.access.or_token(std::env::var("AIOS_API_TOKEN").ok());
    let data = data_folder(shared.data)?;
    let file = FileSettings::read(&data)?;
    let environment = |name: &str| std::env::var(name).ok();
    let mut settings = Settings::resolve(data, options, file, environment("OPENAI_API_KEY"));
    if settings.discovery {
        settings.chat.providers.extend(aios_chat::discover(environment));
    }
    Ok(settings)
}

/// Runs a command over the history of the data folder, asking no model server.
fn with_chat<T>(shared: SharedOptions, work: impl AsyncFnOnce(&Chat) -> Result<T, Error>) -> Result<T, Error> {
    let data = data_folder(shared.data)?;
    let _lock = lock::beside(&data)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
    runtime.block_on(async {
        let chat = Chat::open_beside(Config { data, ..Config::default() })?;
        let done = work(&chat).await;
        chat.shut_down().await;
        done
    })
}
