//! The corpus of the fuzz targets, replayed on what the targets hold.

#[path = "../../../../fuzz/src/properties.rs"]
mod properties;

use std::{fs, path::Path};

/// Runs a target on every file of its corpus.
fn replay(target: &str, property: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut count = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        // The name shows which it was if it fails.
        println!("{}", path.display());
        property(&fs::read(path).unwrap());
        count += 1;
    }
    assert!(count > 0, "{} is empty", folder.display());
}

#[test]
fn the_corpus_of_any_files_is_read() {
    replay("provider", properties::provider);
}

#[test]
fn the_corpus_of_archives_is_read() {
    replay("containers", properties::containers);
}

#[test]
fn the_corpus_of_damaged_lists_is_read() {
    replay("elements", properties::elements);
}

#[test]
fn the_corpus_of_texts_is_read() {
    replay("text", properties::text);
}
