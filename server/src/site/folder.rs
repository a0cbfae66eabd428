//! Files of a site that lies in a folder, as `cargo leptos watch` lays it out. They change while the server runs.

use super::{Coding, Found};
use std::path::Path;

/// The file at a path of the site, if there is one. A path cannot leave the folder: its pieces are plain names.
pub(super) async fn find(root: &Path, path: &str) -> Option<Found> {
    let pieces = path.strip_prefix('/')?;
    let plain = |piece: &str| {
        !piece.is_empty()
            && !piece.starts_with('.')
            && piece.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    };
    if !pieces.split('/').all(plain) {
        return None;
    }
    let bytes = tokio::fs::read(root.join(pieces)).await.ok()?;
    Some(Found {
        content_type: content_type(pieces),
        coding: Coding::Identity,
        bytes: bytes.into(),
        entity_tag: None,
        immutable: false,
    })
}

/// As `xtask` says it in the manifest of a built site, for the kinds of files that there are in development.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_path_cannot_leave_the_folder() {
        let outside = tempfile::tempdir().unwrap();
        let root = outside.path().join("site");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(outside.path().join("secret.txt"), "secret").unwrap();
        std::fs::write(root.join("page.js"), "1").unwrap();
        std::fs::write(root.join(".hidden"), "hidden").unwrap();
        assert_eq!(find(&root, "/page.js").await.unwrap().content_type, "text/javascript; charset=utf-8");
        for path in [
            "/../secret.txt",
            "/./page.js",
            "//page.js",
            "/.hidden",
            "/",
            "",
            "/..%2fsecret.txt",
            "/..\\secret.txt",
            "page.js",
        ] {
            assert!(find(&root, path).await.is_none(), "{path}");
        }
    }
}
