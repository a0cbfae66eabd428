//! What a browser transfers, and the limits that it is held to.

use crate::error::{Error, at};
use crate::manifest::{self, Manifest};
use crate::modules::{COPY_NAME, WORKER_NAME};
use crate::project::Project;
use crate::split;

/// A limit on the bytes that a browser transfers (1 kB is 1000 bytes).
struct Budget {
    what: &'static str,
    bytes: u64,
    /// How much more it may be with the standard library that the toolchain brings (see [`small_std`](crate::small_std)).
    with_large_std: u64,
    /// Whether a path of the site counts.
    counts: fn(&Manifest, &str) -> bool,
}

const BUDGETS: [Budget; 5] = [
    Budget {
        // The aim for the finished page is 240 kB. This is what it weighs now, so that it only gets lighter: what one does with the turns, state of
        // the import and the panels of a conversation as parts, and fewer types of resources and signals, are the open roads.
        what: "page (wasm and js)",
        bytes: 275_000,
        with_large_std: 30_000,
        counts: |site, path| path == site.script || path == site.wasm,
    },
    Budget {
        // The connection and what renders markdown, formulas included, come right after the page; the import, the pages beside a conversation, the
        // palette and what is done with the list come when they are gone to.
        what: "parts of the page (not loaded with it)",
        bytes: 330_000,
        with_large_std: 30_000,
        counts: |_, path| path.rsplit('/').next().is_some_and(split::is_part),
    },
    Budget { what: "style", bytes: 20_000, with_large_std: 0, counts: |site, path| path == site.style },
    Budget {
        // Nineteen kinds of export, each with a reader of its own; fetched when an import is begun, and kept.
        what: "worker (not loaded with the page)",
        bytes: 760_000,
        with_large_std: 0,
        counts: |_, path| path.split('/').nth(1) == Some(WORKER_NAME),
    },
    Budget {
        // SQLite with full text search, and markdown with formulas; fetched when a page has nothing else to do, and kept.
        what: "copy (not loaded with the page)",
        bytes: 945_000,
        with_large_std: 0,
        counts: |_, path| path.split('/').nth(1) == Some(COPY_NAME),
    },
];

/// Prints the size of every file of the built site and holds the budgets.
///
/// # Errors
/// When there is no site, or a budget is exceeded.
pub fn check(project: &Project) -> Result<(), Error> {
    let path = project.site_root.join(manifest::FILE_NAME);
    let json = at(&path, std::fs::read(&path))?;
    let site: Manifest =
        serde_json::from_slice(&json).map_err(|source| Error::Json { what: path.display().to_string(), source })?;
    println!("{:>10} {:>10} {:>10}", "bytes", "gzip", "brotli");
    for file in &site.files {
        let form = |size: Option<u64>| size.map_or_else(|| "-".to_owned(), |size| size.to_string());
        println!("{:>10} {:>10} {:>10}  {}", file.sizes.raw, form(file.sizes.gzip), form(file.sizes.brotli), file.path);
    }
    let lines = budget_lines(&site);
    for (line, _) in &lines {
        println!("{line}");
    }
    let exceeded: Vec<_> = lines.into_iter().filter_map(|(line, over)| over.then_some(line)).collect();
    if exceeded.is_empty() { Ok(()) } else { Err(Error::Budget(exceeded)) }
}

/// One line a budget, and whether it is exceeded.
fn budget_lines(site: &Manifest) -> Vec<(String, bool)> {
    BUDGETS
        .iter()
        .map(|budget| {
            let files = site.files.iter().filter(|file| (budget.counts)(site, &file.path));
            let bytes: u64 = files.map(|file| file.sizes.transferred()).sum();
            let kilobytes = |bytes: u64| bytes as f64 / 1000.0;
            let most = budget.bytes + if site.has_small_std { 0 } else { budget.with_large_std };
            let line = format!("{}: {:.1} of {:.0} kB", budget.what, kilobytes(bytes), kilobytes(most));
            (line, bytes > most)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{File, Sizes};

    #[test]
    fn exactly_the_budget_that_is_exceeded_is_named() {
        let file = |path: &str, brotli| File {
            path: path.to_owned(),
            content_type: String::new(),
            immutable: true,
            sha256: String::new(),
            sizes: Sizes { raw: 1_000_000, gzip: None, brotli: Some(brotli) },
        };
        let site = Manifest {
            script: "/pkg/a.js".to_owned(),
            wasm: "/pkg/a.wasm".to_owned(),
            style: "/pkg/a.css".to_owned(),
            worker: "/worker/entry.js".to_owned(),
            parts: Vec::new(),
            texts: Vec::new(),
            has_small_std: true,
            files: vec![
                file("/pkg/a.js", 10_000),
                file("/pkg/a.wasm", 230_000),
                file("/pkg/split_pages.wasm", 100_000),
                file("/pkg/a.css", 20_001),
                file("/worker/w", 1),
            ],
        };
        let lines = budget_lines(&site);
        assert_eq!(lines.iter().map(|(_, over)| *over).collect::<Vec<_>>(), [false, false, true, false, false]);
        assert_eq!(lines[0].0, "page (wasm and js): 240.0 of 275 kB");
    }
}
