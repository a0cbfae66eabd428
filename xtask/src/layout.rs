//! Whether two ways of building lay out the same site.

use crate::error::{Error, at};
use crate::{manifest, split};
use std::collections::BTreeSet;
use std::path::Path;

/// Holds that two site folders serve the same paths. Hashes in names, compressed forms, the parts of the page's module and the manifest are left
/// out: they are this program's, cargo-leptos serves plain names and one module in development.
///
/// # Errors
/// Names the files that only one of them has.
pub fn compare(first: &Path, second: &Path) -> Result<(), Error> {
    let (ours, theirs) = (served(first)?, served(second)?);
    let only = |these: &BTreeSet<String>, others: &BTreeSet<String>| {
        these.difference(others).cloned().collect::<Vec<_>>().join(", ")
    };
    if ours == theirs {
        println!("xtask: both hold the same {} files", ours.len());
        return Ok(());
    }
    Err(Error::Site(format!(
        "the sites differ; only in {}: [{}]; only in {}: [{}]",
        first.display(),
        only(&ours, &theirs),
        second.display(),
        only(&theirs, &ours)
    )))
}

fn served(root: &Path) -> Result<BTreeSet<String>, Error> {
    let mut paths = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in at(&folder, std::fs::read_dir(&folder))? {
            let path = at(&folder, entry)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let is_part = split::is_part(inside.rsplit('/').next().unwrap_or(&inside));
            if inside != manifest::FILE_NAME && !inside.ends_with(".br") && !inside.ends_with(".gz") && !is_part {
                paths.insert(without_hash(&inside));
            }
        }
    }
    Ok(paths)
}

/// Takes a content hash (16 hexadecimal digits between two dots) out of a path.
fn without_hash(path: &str) -> String {
    let is_hash = |part: &str| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    path.split('.').filter(|part| !is_hash(part)).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn hashes_compressed_forms_and_parts_make_no_difference() {
        let built = folder(&[
            "pkg/page.0123456789abcdef.js",
            "pkg/page.0123456789abcdef.js.br",
            "pkg/split_pages.0123456789abcdef.wasm",
            "site.json",
            "icon.svg",
        ]);
        let watched = folder(&["pkg/page.js", "icon.svg"]);
        compare(built.path(), watched.path()).unwrap();
    }

    #[test]
    fn a_file_that_only_one_has_is_named() {
        let (one, other) = (folder(&["pkg/page.js", "icon.svg"]), folder(&["pkg/page.js"]));
        let error = compare(one.path(), other.path()).unwrap_err();
        assert!(error.to_string().contains("[icon.svg]"), "{error}");
    }
}
