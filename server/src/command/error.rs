use crate::settings;
use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Why a command did not do what it was asked. The text is what the person at the terminal reads.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no place for data.
    #[error(transparent)]
    NoHome(#[from] settings::folder::NoHomeError),
    /// `config.toml` is wrong.
    #[error(transparent)]
    Settings(#[from] settings::file::Error),
    /// The program could not get what it needs from the system.
    #[error("the program could not be started: {0}")]
    Start(io::Error),
    /// Something else listens there.
    #[error(
        "something else is using {address} already, maybe another aios-chat: stop it, or choose another port with --listen {}:{}",
        address.ip(), other_port(*address)
    )]
    PortTaken {
        /// Where.
        address: SocketAddr,
    },
    /// This program may not or cannot listen there.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The data folder cannot be used.
    #[error(transparent)]
    DataFolder(#[from] settings::folder::CreateError),
    /// Another server uses the data folder.
    #[error("another aios-chat is serving the data folder {}: stop it, or name another folder with --data", .0.display())]
    InUse(PathBuf),
    /// Another program has the history open, and it is to be replaced.
    #[error("another aios-chat is using the data folder {}: stop it first. Nothing was changed", .0.display())]
    Busy(PathBuf),
    /// Who may come cannot be settled.
    #[error(transparent)]
    Access(#[from] crate::access::Error),
    /// There is no such session.
    #[error("there is no session {0}: `aios-chat sessions` lists them")]
    NoSession(String),
    /// The chat module said no.
    #[error(transparent)]
    Chat(#[from] aios_chat::Error),
    /// The output could not be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Error {
    /// Adds the path to an error of writing it.
    pub(super) fn writing(path: &Path) -> impl Fn(io::Error) -> Error {
        move |source| Error::Write { path: path.to_owned(), source }
    }

    /// Whether somebody stopped reading the output.
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<crate::access::store::Error> for Error {
    fn from(error: crate::access::store::Error) -> Error {
        Error::Access(error.into())
    }
}

fn other_port(address: SocketAddr) -> u16 {
    address.port().checked_add(1).unwrap_or(3000)
}
