//! What can go wrong in a build, each with the place where it did.

use std::path::{Path, PathBuf};

/// An error of a build step. Its text is what the person at the terminal reads.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Usage(&'static str),
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{what}: {source}")]
    Json { what: String, source: serde_json::Error },
    #[error("`{program}` is not to be found; run through make or scripts/with-tools, which know where the tools are")]
    NoProgram { program: String },
    #[error("`{line}` failed ({status})")]
    Failed { line: String, status: String },
    #[error("wasm-bindgen on {}: {message}", path.display())]
    Bindgen { path: PathBuf, message: String },
    #[error("{}: splitting: {message}", path.display())]
    Split { path: PathBuf, message: String },
    #[error("the compiler failed")]
    NotCompiled,
    #[error("Cargo.toml, [[workspace.metadata.leptos]]: {0}")]
    Settings(String),
    #[error(
        "Cargo.lock has wasm-bindgen {locked} but wasm-bindgen-cli-support {support}: give both the same version in Cargo.toml \
         and xtask/Cargo.toml"
    )]
    BindgenVersion { locked: String, support: String },
    #[error("{0}")]
    Site(String),
    #[error("over budget: {}", .0.join("; "))]
    Budget(Vec<String>),
}

/// Adds the path to a file error.
pub fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T, Error> {
    result.map_err(|source| Error::File { path: path.to_owned(), source })
}
