//! The command line.

use super::access::AccessOptions;
use crate::{contract::Origin, guard::authority::Authority};
use aios_protocol::agents::DatabaseMode;
use clap::{Args, Parser, Subcommand};
use std::{ffi::OsString, fmt, net::SocketAddr, path::PathBuf};

/// Your conversations with every model, in one place of your own.
#[derive(Parser, Debug)]
#[command(name = "aios-chat", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub shared: SharedOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "Without a command it serves. Every option of serve can also be said in the environment and in config.toml of the \
     data folder: flag before environment before file.";

/// What holds for every command.
#[derive(Args, Clone, Debug, Default)]
pub struct SharedOptions {
    /// The folder that holds everything: databases, Feeds, config.toml.
    ///
    /// Without it: ./data, if that is one already or this is a source checkout, else the folder that the platform has for such data.
    #[arg(long, global = true, value_name = "FOLDER", env = "AIOS_CHAT_DATA")]
    pub data: Option<PathBuf>,
    /// Says on standard error what is going on. RUST_LOG chooses more finely.
    #[arg(long, short, global = true)]
    pub verbose: bool,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Serves the app to browsers.
    Serve(ServeOptions),
    /// Imports exports of other providers: ChatGPT, Claude, Gemini, Copilot, …
    #[command(after_help = IMPORT_EXIT)]
    Import(ImportOptions),
    /// Lists imports, latest first.
    Imports(ListImportsOptions),
    /// Takes away everything that an import brought. What was said here since stays.
    #[command(after_help = UNDO_EXIT)]
    Undo(UndoOptions),
    /// Writes conversations as JSON, markdown, text or HTML.
    Export(ExportOptions),
    /// Lists conversations, latest first.
    List(ListOptions),
    /// Moves conversations to the trash, where they stay for 30 days.
    Delete(DeleteOptions),
    /// Takes conversations out of the trash.
    Undelete(UndeleteOptions),
    /// Makes a new token for those who reach the server from elsewhere.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Lists the browsers that are signed in, or signs them out.
    Sessions(SessionsOptions),
    /// Reads the whole history, and that of the demo, and says whether they are as they should be.
    #[command(after_help = CHECK_EXIT)]
    Check,
    /// Copies the whole history to one file, also while a server runs; not the demo, which is made up.
    Backup(BackupOptions),
    /// Puts a backup in the place of the history, which is kept as another backup.
    Restore(RestoreOptions),
}

const IMPORT_EXIT: &str = "Pictures and other files of an export are taken up to 64 MiB each. A state.db is only read.\n\nExit status: 0 if conversations were stored or were there already (with --dry-run: would be), 1 if none was or something \
     went wrong, 2 if the command line is wrong, 130 if it was interrupted: what was stored until then stays, and importing the same files again goes on.";

const UNDO_EXIT: &str = "Exit status: 0 if it is undone, 1 if there is no such import, it was undone before, or something went wrong (then undoing it \
     again goes on), 2 if the command line is wrong.";

const CHECK_EXIT: &str = "Exit status: 0 if all is well, 1 if something is wrong or cannot be read.";

/// What to do about the token.
#[derive(Subcommand, Debug)]
pub enum TokenCommand {
    /// Makes a token and prints it, this once: only a hash of it is kept. Who signed in with the one before is signed out.
    New,
}

/// Options of `sessions`.
#[derive(Args, Debug)]
pub struct SessionsOptions {
    /// Signs this one out, as the list shows it.
    #[arg(long, value_name = "ID", conflicts_with = "revoke_all")]
    pub revoke: Option<String>,
    /// Signs all of them out.
    #[arg(long)]
    pub revoke_all: bool,
}

/// Options of `backup`.
#[derive(Args, Debug)]
pub struct BackupOptions {
    /// Where to; a file of that name is replaced when the copy is complete [default: a new file in backups of the data folder].
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Also copies pictures and other files, into the folder <name of the file>-files beside it.
    #[arg(long)]
    pub files: bool,
}

/// Options of `restore`.
#[derive(Args, Debug)]
pub struct RestoreOptions {
    /// A file that `backup` or the program by itself made.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Options of `serve`.
#[derive(Args, Clone, Default)]
pub struct ServeOptions {
    /// The address and port to listen on [default: 127.0.0.1:3000].
    #[arg(long, value_name = "ADDRESS:PORT", env = "AIOS_CHAT_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// A further name that browsers know this server by, with or without a port; may be given several times.
    #[arg(long, value_name = "HOST", env = "AIOS_CHAT_ALLOW_HOST", value_delimiter = ',')]
    pub allow_host: Vec<Authority>,
    /// An origin whose pages may read and change the history through AI OS's contract, as http://localhost:5173 for the development server of its
    /// web client; may be given several times [default: none].
    #[arg(long, value_name = "ORIGIN", env = "AIOS_CHAT_ALLOW_ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<Origin>,
    /// Who may come.
    #[command(flatten)]
    pub access: AccessOptions,
    /// A model server that speaks OpenAI's protocol: its address up to and including the version, as http://127.0.0.1:11434/v1.
    #[arg(long, value_name = "URL", env = "AIOS_CHAT_OPENAI_URL")]
    pub open_ai_url: Option<String>,
    /// The key for it. Better said in the environment, where other users of the machine do not see it. For OpenAI itself
    /// OPENAI_API_KEY is taken too.
    #[arg(long, value_name = "KEY", env = "AIOS_CHAT_OPENAI_KEY", hide_env_values = true)]
    pub open_ai_key: Option<String>,
    /// The model that answers when none is chosen: as its server calls it, or `recall` [default: the first there is].
    #[arg(long, value_name = "MODEL", env = "AIOS_CHAT_MODEL")]
    pub model: Option<String>,
    /// The history that everybody sees, whatever they choose: personal or demo [default: each browser chooses].
    #[arg(long, value_name = "MODE", env = "AIOS_MODE", value_parser = mode)]
    pub mode: Option<DatabaseMode>,
    /// Instructions for conversations that have none of their own.
    #[arg(long, value_name = "TEXT", env = "AIOS_CHAT_SYSTEM_PROMPT")]
    pub system_prompt: Option<String>,
    /// Looks for no model servers at their usual ports on this machine and for no keys of providers in the environment.
    #[arg(long, env = "AIOS_CHAT_NO_DISCOVERY")]
    pub no_discovery: bool,
    /// Lets no model name new conversations: they are called by their first words.
    #[arg(long, env = "AIOS_CHAT_NO_TITLES")]
    pub no_titles: bool,
    /// How many tabs and programs may hold a chat connection at one time [default: 256]. Beyond a few hundred the system has to allow as many
    /// open files (ulimit -n).
    #[arg(long, value_name = "NUMBER", env = "AIOS_CHAT_CONNECTIONS")]
    pub connections: Option<usize>,
    /// Keeps no files of the app in browsers, and takes away those that are kept: for when an installed app shows something old or broken.
    #[arg(long, env = "AIOS_CHAT_NO_OFFLINE")]
    pub no_offline: bool,
    /// Serves /gallery: every component in each of its states, for those who work on them.
    #[arg(long, hide = true)]
    pub gallery: bool,
}

impl fmt::Debug for ServeOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ServeOptions")
            .field("listen", &self.listen)
            .field("allow_host", &self.allow_host)
            .field("open_ai_url", &self.open_ai_url)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Options of `import`.
#[derive(Args, Debug)]
pub struct ImportOptions {
    /// Export files as they were downloaded (.zip or .json), folders with such files in them, or the state.db of an AI OS.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Says what would become of everything and stores nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Also writes a text file for each conversation into Feeds in the data folder.
    #[arg(long)]
    pub feeds: bool,
    /// Prints the report as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Options of `imports`.
#[derive(Args, Debug)]
pub struct ListImportsOptions {
    /// Prints a JSON array.
    #[arg(long)]
    pub json: bool,
}

/// Options of `undo`.
#[derive(Args, Debug)]
pub struct UndoOptions {
    /// The import with this id, as `imports` shows it.
    #[arg(value_name = "ID")]
    pub import: String,
    /// Prints the import with what went as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Options of `export`.
#[derive(Args, Debug)]
pub struct ExportOptions {
    /// Which conversations.
    #[command(flatten)]
    pub what: Exported,
    /// json (loses nothing), aios (as AI OS writes it), markdown, text or html. Many conversations as markdown, text or html are a zip.
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub format: String,
    /// Writes all branches as markdown, text or html, not only the one that was seen last.
    #[arg(long)]
    pub branches: bool,
    /// Makes a zip also of JSON, with the pictures and other files of the conversations.
    #[arg(long)]
    pub zip: bool,
    /// The file to write [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Of which history: personal or demo.
    #[arg(long, value_name = "MODE", value_parser = mode, default_value = "personal")]
    pub mode: DatabaseMode,
}

/// Which conversations to export.
#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub struct Exported {
    /// The conversation with this id, as `list` shows it.
    #[arg(long, value_name = "ID", conflicts_with_all = ["all", "archived", "source"])]
    pub session: Option<String>,
    /// All conversations that are not put away.
    #[arg(long, conflicts_with = "archived")]
    pub all: bool,
    /// All conversations that are put away.
    #[arg(long)]
    pub archived: bool,
    /// Only conversations of this source (chatgpt, claude, …); may be given several times. Alone it takes those that are put away too.
    #[arg(long, value_name = "SOURCE", value_delimiter = ',')]
    pub source: Vec<String>,
}

/// Options of `list`.
#[derive(Args, Debug)]
pub struct ListOptions {
    /// Prints a JSON array.
    #[arg(long)]
    pub json: bool,
    /// At most so many [default: all].
    #[arg(long, value_name = "NUMBER")]
    pub limit: Option<usize>,
    /// Those that were put away instead of those that were not.
    #[arg(long, conflicts_with = "trash")]
    pub archived: bool,
    /// What is in the trash, the last thing first.
    #[arg(long, conflicts_with_all = ["source", "project", "pinned"])]
    pub trash: bool,
    /// Only those held there: chatgpt, claude, gemini, …
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Only those in this project.
    #[arg(long, value_name = "NAME")]
    pub project: Option<String>,
    /// Only those that are kept at the top.
    #[arg(long)]
    pub pinned: bool,
}

/// Options of `delete`.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct DeleteOptions {
    /// The conversations with these ids, as `list` shows them.
    #[arg(value_name = "ID")]
    pub sessions: Vec<String>,
    /// All conversations held there.
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
}

/// Options of `undelete`.
#[derive(Args, Debug)]
pub struct UndeleteOptions {
    /// The conversations with these ids, as `list --trash` shows them.
    #[arg(required = true, value_name = "ID")]
    pub sessions: Vec<String>,
}

impl Arguments {
    /// Reads a command line, program name first. Ends the program with a message where it makes no sense or asks for help.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Arguments {
        Arguments::parse_from(with_command(words.into_iter().collect()))
    }
}

/// A mode by its word.
fn mode(word: &str) -> Result<DatabaseMode, &'static str> {
    match word {
        "personal" => Ok(DatabaseMode::Personal),
        "demo" => Ok(DatabaseMode::Demo),
        _ => Err("say personal or demo"),
    }
}

/// Puts in `serve` where no command is given.
fn with_command(mut words: Vec<OsString>) -> Vec<OsString> {
    let mut position = 1;
    while let Some(word) = words.get(position) {
        match word.to_str() {
            Some("--data") => position += 2,
            Some("-v" | "--verbose") => position += 1,
            Some(word) if word.starts_with("--data=") => position += 1,
            Some("-h" | "--help" | "-V" | "--version") => return words,
            Some(word) if word.starts_with('-') => break,
            _ => return words,
        }
    }
    words.insert(position.min(words.len()), "serve".into());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        let words = std::iter::once("aios-chat").chain(line.split_whitespace()).map(OsString::from).collect();
        Arguments::try_parse_from(with_command(words))
    }

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        for line in [
            "",
            "--listen 127.0.0.1:1",
            "--data x",
            "--data=x --listen 127.0.0.1:1",
            "-v",
            "serve --listen 127.0.0.1:1 --data x",
        ] {
            assert!(matches!(parse(line).unwrap().command, Command::Serve(_)), "{line}");
        }
        assert!(matches!(
            parse("--data serve list --json").unwrap().command,
            Command::List(ListOptions { json: true, .. })
        ));
        assert!(parse("sevre").is_err());
        assert!(parse("list --listen 127.0.0.1:1").is_err());
    }

    #[test]
    fn what_is_deleted_is_named_or_all_of_a_source() {
        assert!(parse("delete").is_err());
        assert!(parse("delete a --source claude").is_err());
        assert!(parse("delete a b").is_ok() && parse("delete --source claude").is_ok());
        assert!(parse("undelete").is_err());
        assert!(parse("list --trash --archived").is_err() && parse("list --trash --pinned").is_err());
    }

    #[test]
    fn an_export_is_of_one_or_of_all() {
        assert!(parse("export").is_err());
        assert!(parse("export --all --session x").is_err());
        assert!(parse("export --session x -o out.json").is_ok());
        assert!(parse("export --session x --source claude").is_err());
        assert!(parse("export --source claude --all --format html --zip").is_ok());
    }
}
