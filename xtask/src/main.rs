//! Builds AI OS Chat: three WebAssembly modules, the site around them, and one server program with the site inside.
//!
//! It reads the same `[[workspace.metadata.leptos]]` as cargo-leptos and lays the site out in the same way, but it needs nothing
//! beside cargo and the two npm tools of `scripts/provision`: wasm-bindgen is linked in as a library, always of the locked version.
//! Run it through `make`, or as `scripts/with-tools cargo run -p xtask -- COMMAND`.

mod bindgen;
mod cache;
mod command;
mod compress;
mod error;
mod layout;
mod manifest;
mod modules;
mod project;
mod site;
mod sizes;
mod small_std;
mod split;
mod trim;
mod words;

use crate::error::Error;
use crate::project::Project;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
Usage: xtask COMMAND

  site            build the page, the workers and the site around them (target/site)
  build           the site, then the release server with the site inside (target/release/aios-chat)
  sizes           print what a browser transfers and fail where a budget is exceeded
  worker FOLDER   build the import's worker alone, as the release has it, into a folder
  copy FOLDER     the same for the worker with the copy of the history
  markdown FOLDER the renderer of markdown alone, as the page has it, for its benchmark
  dev-worker      build the workers and the texts into the assets folder, where cargo-leptos finds them
  compare A B     fail where two site folders hold different files (content hashes in names are ignored)
  wasm-bindgen …  stand in for the wasm-bindgen program that cargo-leptos calls";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match trim::as_compiler() {
        Some(folder) => trim::compile(&folder, &arguments),
        None => run(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // The compiler has said why.
        Err(Error::NotCompiled) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Error> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["site"] => build_site(&Project::load()?),
        ["build"] => {
            let project = Project::load()?;
            build_site(&project)?;
            build_server(&project)
        }
        ["sizes"] => sizes::check(&Project::load()?),
        ["worker", folder] => modules::build_worker(&Project::load()?, modules::WORKER_NAME, &PathBuf::from(folder)),
        ["copy", folder] => modules::build_worker(&Project::load()?, modules::COPY_NAME, &PathBuf::from(folder)),
        ["markdown", folder] => modules::build_markdown(&Project::load()?, &PathBuf::from(folder)),
        ["dev-worker"] => modules::build_development_workers(&Project::load()?),
        ["compare", first, second] => layout::compare(&PathBuf::from(first), &PathBuf::from(second)),
        ["wasm-bindgen", rest @ ..] => bindgen::run_as_program(rest),
        _ => Err(Error::Usage(USAGE)),
    }
}

fn build_site(project: &Project) -> Result<(), Error> {
    let started = Instant::now();
    let modules = modules::build_release(project)?;
    let summary = site::assemble(project, &modules)?;
    println!("xtask: {} with {summary} in {} s", project.site_root.display(), started.elapsed().as_secs());
    Ok(())
}

fn build_server(project: &Project) -> Result<(), Error> {
    let started = Instant::now();
    println!("xtask: building the server (3 to 5 minutes the first time)");
    command::leptos_cargo(project)
        .args(["build", "--release", "--package", &project.bin_package])
        .env("AIOS_CHAT_SITE", &project.site_root)
        .run()?;
    let program = project.target.join("release").join(&project.bin_name);
    let bytes = error::at(&program, std::fs::metadata(&program))?.len();
    println!(
        "xtask: {} ({:.1} MB) in {} s",
        program.display(),
        bytes as f64 / 1_000_000.0,
        started.elapsed().as_secs()
    );
    Ok(())
}
