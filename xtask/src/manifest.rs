//! `site.json`: what is in the site, for the server and for the service worker.

use crate::split::Part;
use serde::{Deserialize, Serialize};

/// The name of the manifest in the root of the site. It is not itself served.
pub const FILE_NAME: &str = "site.json";

/// The site. Paths begin with `/` and are what a browser asks for.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The script of the page's module; it exports `hydrate`.
    pub script: String,
    /// The page's module.
    pub wasm: String,
    /// The style sheet.
    pub style: String,
    /// The script for `new Worker(url, {type: "module"})`.
    pub worker: String,
    /// The page's parts that are loaded when they are needed, with their files.
    pub parts: Vec<Part>,
    /// The texts of the languages that are loaded when they are chosen.
    pub texts: Vec<Texts>,
    /// The page's standard library was built for size.
    pub has_small_std: bool,
    /// Every file, sorted by path.
    pub files: Vec<File>,
}

/// The texts of a language.
#[derive(Debug, Serialize, Deserialize)]
pub struct Texts {
    /// Its code, as in `<html lang>`.
    pub language: String,
    pub path: String,
}

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub path: String,
    pub content_type: String,
    /// The path holds a hash of the content: it may be cached for ever.
    pub immutable: bool,
    /// In lower-case hexadecimal.
    pub sha256: String,
    pub sizes: Sizes,
}

/// Bytes; a compressed form that is not smaller than the file does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    pub raw: u64,
    pub gzip: Option<u64>,
    pub brotli: Option<u64>,
}

impl Sizes {
    /// What a browser of today transfers.
    pub fn transferred(&self) -> u64 {
        self.brotli.or(self.gzip).unwrap_or(self.raw)
    }
}

/// The content type by the extension of a path, and whether such files are worth compressing.
pub fn content_type(path: &str) -> (&'static str, bool) {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js" | "mjs") => ("text/javascript; charset=utf-8", true),
        Some("wasm") => ("application/wasm", true),
        Some("css") => ("text/css; charset=utf-8", true),
        Some("html") => ("text/html; charset=utf-8", true),
        Some("json") => ("application/json", true),
        Some("webmanifest") => ("application/manifest+json", true),
        Some("svg") => ("image/svg+xml", true),
        Some("txt") => ("text/plain; charset=utf-8", true),
        Some("ico") => ("image/x-icon", true),
        Some("png") => ("image/png", false),
        Some("webp") => ("image/webp", false),
        Some("woff2") => ("font/woff2", false),
        _ => ("application/octet-stream", false),
    }
}
