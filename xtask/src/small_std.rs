//! A standard library that is built for size along with the page, where the toolchain brings its sources.
//!
//! The one that toolchains bring is built for speed, and its panics put messages together: code and text for each place that could panic, which
//! the page transfers and, if all goes well, never uses. Built here, a panic is a trap at once.

use crate::command::{self, Program};
use crate::error::Error;
use std::path::PathBuf;

/// What cargo is told, so that it builds the standard library itself.
const BUILD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// What the compiler is told: a panic is a trap. Releases before this was a strategy of its own do not know it. So nobody asks where in the source it
/// was, and nothing is put into words for programmers.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// Runs a build of cargo, with the standard library for size if that can be built, else with the one that the toolchain brings; tells whether
/// it was the first.
///
/// # Errors
/// When the build fails with both.
pub fn build(cargo: impl Fn() -> Result<Program, Error>) -> Result<bool, Error> {
    let problem = match obstacle() {
        Some(obstacle) => obstacle.to_owned(),
        // The options are not in the stable language; the same compiler knows them when it is told so.
        None => match cargo()?.env("RUSTC_BOOTSTRAP", "1").flags(FLAGS).args(BUILD).run() {
            Ok(()) => return Ok(true),
            Err(error) => error.to_string(),
        },
    };
    println!("xtask: the page gets the standard library that Rust brings, and is 30 kB larger: {problem}");
    cargo()?.run()?;
    Ok(false)
}

/// Why a standard library cannot be built at all.
fn obstacle() -> Option<&'static str> {
    let root = compiler().args(["--print", "sysroot"]).output().unwrap_or_default();
    let root = PathBuf::from(String::from_utf8_lossy(&root).trim());
    if !root.join("lib/rustlib/src/rust/library/Cargo.lock").is_file() {
        return Some("its sources are not here (rustup component add rust-src)");
    }
    let asked = compiler().args(FLAGS.split(' ')).args(["--print", "cfg"]).env("RUSTC_BOOTSTRAP", "1");
    asked.output().is_err().then_some("that takes a newer Rust")
}

fn compiler() -> Program {
    command::program(&std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()))
}
