//! The files of the built site: the page's script, WebAssembly and style, the worker, icons and the manifest.
//!
//! A release has them inside, with their compressed forms; `cargo leptos watch` lays them out in a folder. Files whose name holds a hash of
//! their content may be kept for ever; all others are asked for again each time, and mostly answered with "not modified".

mod coding;
mod folder;

use crate::{
    embedded::{self, Embedded},
    guard::{headers::POLICY_OF_STATIC_PAGES, refusal},
};
use app::Assets;
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use coding::{Accepted, Coding};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// A file inside the program.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// What a browser asks for; begins with `/`.
    pub path: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// The path holds a hash of the content.
    pub immutable: bool,
    /// SHA-256 of the content in lower-case hexadecimal.
    pub sha256: &'static str,
    /// The content.
    pub raw: &'static [u8],
    /// The content compressed with gzip, if that is smaller.
    pub gzip: Option<&'static [u8]>,
    /// The content compressed with brotli, if that is smaller.
    pub brotli: Option<&'static [u8]>,
}

/// Where the files of the site are.
#[derive(Clone, Debug)]
pub enum Site {
    /// Inside the program.
    Embedded(&'static Embedded),
    /// In a folder.
    Folder(Arc<Path>),
    /// Inside the program, and no browser shall keep them.
    KeptByNobody(&'static Embedded),
}

/// The path of the service worker, which keeps files of the site in a browser.
const SERVICE_WORKER: &str = "/service-worker.js";

/// The service worker as it is before the build names files in it: it removes what was kept, and itself.
const KILL_SWITCH: &[u8] = include_bytes!("../../public/service-worker.js");

/// A file as it is answered.
struct Found {
    content_type: &'static str,
    coding: Coding,
    bytes: Bytes,
    /// Of these very bytes, with its quotation marks; `None` if nobody computed one.
    entity_tag: Option<String>,
    immutable: bool,
}

impl Site {
    /// The site that this program was built with; if it was built without one, the folder that cargo-leptos lays out.
    pub fn of_this_program() -> Site {
        match embedded::SITE.as_ref() {
            Some(site) => Site::Embedded(site),
            None => {
                let root =
                    std::env::var_os("LEPTOS_SITE_ROOT").map_or_else(|| PathBuf::from("target/site"), PathBuf::from);
                Site::Folder(root.into())
            }
        }
    }

    /// This site, with a service worker that keeps nothing and takes away what it kept before.
    pub fn kept_by_nobody(self) -> Site {
        match self {
            Site::Embedded(site) | Site::KeptByNobody(site) => Site::KeptByNobody(site),
            // The service worker in it names no files.
            Site::Folder(root) => Site::Folder(root),
        }
    }

    /// The paths that a page refers to.
    pub fn assets(&self) -> Assets {
        let (script, wasm, style, worker) = match self {
            Site::Embedded(site) | Site::KeptByNobody(site) => (site.script, site.wasm, site.style, site.worker),
            Site::Folder(_) => ("/pkg/aios-chat.js", "/pkg/aios-chat.wasm", "/pkg/aios-chat.css", "/worker/entry.js"),
        };
        let parts = match self {
            Site::Embedded(site) | Site::KeptByNobody(site) => {
                site.parts.iter().map(|&(name, path)| (name.to_owned(), path.to_owned())).collect()
            }
            Site::Folder(_) => Vec::new(),
        };
        let texts = match self {
            Site::Embedded(site) | Site::KeptByNobody(site) => {
                site.texts.iter().map(|&(language, path)| (language.to_owned(), path.to_owned())).collect()
            }
            Site::Folder(_) => ["de", "ar"].map(|code| (code.to_owned(), format!("/texts/{code}.txt"))).into(),
        };
        Assets { script: script.into(), wasm: wasm.into(), style: style.into(), worker: worker.into(), parts, texts }
    }

    /// Answers a GET or HEAD of a path; `None` if no such file is part of the site.
    pub async fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
        let found = match self {
            Site::KeptByNobody(_) if path == SERVICE_WORKER => Some(Found::kill_switch()),
            Site::Embedded(site) | Site::KeptByNobody(site) => find(site.files, path, Accepted::by(headers)),
            Site::Folder(root) => folder::find(root, path).await,
        }?;
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "A file can only be read: use GET.");
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(response);
        }
        Some(found.answer(method, headers))
    }
}

fn find(files: &'static [File], path: &str, accepted: Accepted) -> Option<Found> {
    let file = &files[files.binary_search_by(|file| file.path.cmp(path)).ok()?];
    let brotli = file.brotli.filter(|_| accepted.brotli).map(|bytes| (Coding::Brotli, bytes));
    let gzip = file.gzip.filter(|_| accepted.gzip).map(|bytes| (Coding::Gzip, bytes));
    let (coding, bytes) = brotli.or(gzip).unwrap_or((Coding::Identity, file.raw));
    // Each form is a representation of its own and needs a tag of its own (RFC 9110, section 8.8.3.3).
    let hash = file.sha256.get(..32).unwrap_or(file.sha256);
    let entity_tag = match coding.name() {
        Some(name) => format!("\"{hash}-{name}\""),
        None => format!("\"{hash}\""),
    };
    Some(Found {
        content_type: file.content_type,
        coding,
        bytes: Bytes::from_static(bytes),
        entity_tag: Some(entity_tag),
        immutable: file.immutable,
    })
}

impl Found {
    fn kill_switch() -> Found {
        Found {
            content_type: "text/javascript; charset=utf-8",
            coding: Coding::Identity,
            bytes: Bytes::from_static(KILL_SWITCH),
            entity_tag: None,
            immutable: false,
        }
    }

    fn answer(self, method: &Method, request: &HeaderMap) -> Response {
        let known = self.entity_tag.as_deref().is_some_and(|tag| knows(request, tag));
        let length = self.bytes.len();
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else if method == Method::HEAD {
            Body::empty().into_response()
        } else {
            Body::from(self.bytes).into_response()
        };
        let headers = response.headers_mut();
        let caching = if self.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(tag) = self.entity_tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if self.content_type.starts_with("text/html") {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY_OF_STATIC_PAGES));
        }
        if !known {
            headers.insert(header::CONTENT_LENGTH, length.into());
            if let Some(coding) = self.coding.name() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
            }
        }
        response
    }
}

/// Whether a client says that it has this very form already (RFC 9110, section 13.1.2: the comparison is weak).
fn knows(request: &HeaderMap, entity_tag: &str) -> bool {
    let values = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == entity_tag)
}
