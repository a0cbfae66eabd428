//! What the tests share.

use aios_import::{Input, Item, Reader, Summary};
use aios_model::Conversation;
use std::io::{Cursor, Write};

/// Everything that is read from files of these names and bytes, without the pauses in between.
pub fn read(files: &[(&str, &[u8])]) -> (Vec<Item>, Summary) {
    let inputs = files.iter().map(|(name, bytes)| Input::new(*name, Cursor::new(*bytes))).collect();
    let mut reader = Reader::new(inputs);
    let items = reader.by_ref().filter(|item| *item != Item::Working).collect();
    let (bytes, total) = reader.progress();
    assert_eq!(bytes, total, "all is read or passed over in the end");
    (items, reader.summary())
}

pub fn items(files: &[(&str, &[u8])]) -> Vec<Item> {
    read(files).0
}

pub fn conversations(items: &[Item]) -> Vec<&Conversation> {
    items
        .iter()
        .filter_map(|item| if let Item::Conversation(found) = item { Some(&found.conversation) } else { None })
        .collect()
}

/// A zip with these entries, deflated.
pub fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(zip::write::SimpleFileOptions::default(), entries)
}

/// A zip with these entries, made like this.
pub fn zip_with(options: zip::write::SimpleFileOptions, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
