//! Takes the parts that are loaded when they are needed out of the page's module (`app::lazy` says which).
//!
//! Each part becomes a module with what only it needs; what some parts share and the page does not need becomes one as well. A module is linked
//! to the page in the browser, through its memory and its table of functions, so it fits the very build that it was taken from.

use crate::error::{Error, at};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use wasm_split_cli_support::Options;

/// What the linker is told: the splitter needs to know what refers to what.
pub const LINKER_ARGUMENT: &str = "-Clink-arg=--emit-relocs";

/// The script that loads the parts. The page's script imports it, and is bundled with it.
const LOADER: &str = "__wasm_split.js";

/// The page without its parts, and the parts.
pub struct Split {
    /// The page's module, for wasm-bindgen.
    pub main: PathBuf,
    /// The script that loads the parts, beside what wasm-bindgen will write.
    pub loader: PathBuf,
    /// The modules of the parts, by name without folder, sorted.
    pub files: Vec<PathBuf>,
    /// Which part needs which file.
    pub parts: Vec<Part>,
}

/// A file of a part: one line of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// The part, as `wasm_split` names it.
    pub name: String,
    /// The name of a file that it needs, later its path in the site.
    pub path: String,
}

/// Whether a file of the site is one of a part, by its name without folder.
pub fn is_part(name: &str) -> bool {
    name.ends_with(".wasm") && (name.starts_with("split_") || name.starts_with("chunk_"))
}

/// Splits a module that was linked with [`LINKER_ARGUMENT`] into a folder, where wasm-bindgen will write `NAME.js`.
///
/// # Errors
/// When the module cannot be split.
pub fn split(input: &Path, module: &[u8], name: &str, folder: &Path) -> Result<Split, Error> {
    at(folder, std::fs::create_dir_all(folder))?;
    let main = folder.join(format!("{name}.main.wasm"));
    let script = format!("./{name}.js");
    let link_name = format!("./{LOADER}");
    let mut options = Options::new(module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = &link_name;
    options.main_module = &script;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| Error::Split { path: input.to_owned(), message: format!("{error:#}") })?;
    let mut files = split.split_modules;
    files.sort();
    let mut parts: Vec<Part> = split
        .prefetch_map
        .into_iter()
        .flat_map(|(name, files)| {
            files.into_iter().map(move |file| Part { name: name.clone(), path: format!("{file}.wasm") })
        })
        .collect();
    parts.sort();
    Ok(Split { main, loader: folder.join(LOADER), files, parts })
}
