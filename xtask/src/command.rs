//! Running other programs.

use crate::error::Error;
use crate::project::Project;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

/// A program to run to its end; its output goes to the terminal unless it is captured.
pub struct Program {
    command: Command,
    name: String,
}

/// A program by its name on `PATH`.
pub fn program(name: &str) -> Program {
    Program { command: Command::new(name), name: name.to_owned() }
}

/// The cargo that runs this program, or the one on `PATH`, in the root of the workspace.
pub fn cargo(project: &Project) -> Program {
    let path = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(path);
    command.current_dir(&project.root);
    Program { command, name: "cargo".to_owned() }
}

/// The same for a crate with Leptos components in it.
pub fn leptos_cargo(project: &Project) -> Program {
    let program = cargo(project);
    if project.erase_components { program.flags("--cfg=erase_components") } else { program }
}

impl Program {
    /// Adds arguments.
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, arguments: I) -> Self {
        self.command.args(arguments);
        self
    }

    /// Has cargo give these to the compiler, beside those that are set already.
    pub fn flags(mut self, more: &str) -> Self {
        let set = self.command.get_envs().find_map(|(name, value)| (name == "RUSTFLAGS").then_some(value)?);
        let flags = set.map(OsStr::to_owned).or_else(|| std::env::var_os("RUSTFLAGS")).unwrap_or_default();
        self.command.env("RUSTFLAGS", format!("{} {more}", flags.to_string_lossy()).trim_start());
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the program does not exist or does not succeed.
    pub fn run(mut self) -> Result<(), Error> {
        let status = self.command.stdin(Stdio::null()).status();
        let status = status.map_err(|error| self.not_started(error))?;
        if status.success() { Ok(()) } else { Err(self.failed(&status.to_string())) }
    }

    /// Runs to the end and returns the standard output.
    ///
    /// # Errors
    /// When the program does not exist or does not succeed; then with what it wrote to its standard error.
    pub fn output(mut self) -> Result<Vec<u8>, Error> {
        let output = self.command.stdin(Stdio::null()).output();
        let output = output.map_err(|error| self.not_started(error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(self.failed(&format!("{}\n{}", output.status, said.trim_end())))
    }

    fn not_started(&self, error: std::io::Error) -> Error {
        match error.kind() {
            ErrorKind::NotFound => Error::NoProgram { program: self.name.clone() },
            _ => self.failed(&error.to_string()),
        }
    }

    fn failed(&self, status: &str) -> Error {
        let words = self.command.get_args().map(|word| word.to_string_lossy());
        let line = std::iter::once(self.name.as_str().into()).chain(words).collect::<Vec<_>>().join(" ");
        Error::Failed { line, status: status.to_owned() }
    }
}
