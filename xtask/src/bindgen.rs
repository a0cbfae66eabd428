//! wasm-bindgen as a library, and as the program that cargo-leptos calls.

use crate::error::{Error, at};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Writes `NAME.js` and `NAME_bg.wasm` for a module into a folder, for `import` in a browser.
///
/// # Errors
/// When the file is not such a module, or was built with another version of wasm-bindgen.
pub fn generate(input: &Path, name: &str, output: &Path) -> Result<(), Error> {
    at(output, std::fs::create_dir_all(output))?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input);
    write(bindgen, input, name, output)
}

/// The same for a module that parts were taken out of: what they need of it stays exported under its name.
///
/// # Errors
/// As [`generate`].
pub fn generate_whole(input: &Path, name: &str, output: &Path) -> Result<(), Error> {
    at(output, std::fs::create_dir_all(output))?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(input).keep_lld_exports(true).demangle(false);
    write(bindgen, input, name, output)
}

fn write(mut bindgen: Bindgen, input: &Path, name: &str, output: &Path) -> Result<(), Error> {
    // The script finds its module by itself, beside it.
    bindgen.out_name(name).typescript(false).omit_default_module_path(false);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(output))
        .map_err(|error| Error::Bindgen { path: input.to_owned(), message: format!("{error:#}") })
}

/// Understands what cargo-leptos passes to the program `wasm-bindgen`, and nothing else.
///
/// # Errors
/// For any other argument, and as [`generate`].
pub fn run_as_program(arguments: &[&str]) -> Result<(), Error> {
    let (mut name, mut output, mut input) = (None, None, None);
    for argument in arguments {
        match argument.split_once('=') {
            Some(("--target", "web")) => {}
            Some(("--out-name", value)) => name = Some(value),
            Some(("--out-dir", value)) => output = Some(PathBuf::from(value)),
            None if !argument.starts_with('-') => input = Some(PathBuf::from(argument)),
            _ => {
                return Err(Error::Usage(
                    "wasm-bindgen here takes --target=web --out-name=NAME --out-dir=FOLDER INPUT",
                ));
            }
        }
    }
    match (name, output, input) {
        (Some(name), Some(output), Some(input)) => generate(&input, name, &output),
        _ => Err(Error::Usage("wasm-bindgen here needs --out-name=NAME, --out-dir=FOLDER and INPUT")),
    }
}
