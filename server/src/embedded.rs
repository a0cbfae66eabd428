//! The built site inside this program.
//!
//! `cargo run -p xtask -- build` builds the site into a folder with a manifest, `site.json`, and then this program with the
//! environment variable `AIOS_CHAT_SITE` set to that folder: `build.rs` turns the manifest into the value of [`SITE`]. Without the
//! variable (tests, `cargo leptos watch`) there is no site inside, and the server serves the folder that cargo-leptos lays out,
//! where names hold no hash: `/pkg/aios-chat.{js,wasm,css}` and `/worker/entry.js`.

use crate::site::File;

/// The site, with the paths that a page refers to.
#[derive(Debug)]
pub struct Embedded {
    /// The script of the page's module. Its default export loads the module, it exports `hydrate`.
    pub script: &'static str,
    /// The page's WebAssembly module.
    pub wasm: &'static str,
    /// The style sheet.
    pub style: &'static str,
    /// The script for `new Worker(url, {type: "module"})`.
    pub worker: &'static str,
    /// WebAssembly that is loaded when it is needed: the name of a part and one of its files.
    pub parts: &'static [(&'static str, &'static str)],
    /// The texts of languages that are loaded when they are chosen: the code of a language and its file.
    pub texts: &'static [(&'static str, &'static str)],
    /// Every file, sorted by path.
    pub files: &'static [File],
}

/// The site that this program was built with.
pub static SITE: Option<Embedded> = include!(concat!(env!("OUT_DIR"), "/site.rs"));
