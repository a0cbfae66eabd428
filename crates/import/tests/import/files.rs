//! The pictures and attachments of an export come with its conversations.

use crate::common::{zip, zip_with};
use aios_import::{Input, Item, Reader};
use std::io::{Cursor, Read};
use zip::write::SimpleFileOptions;

/// A conversation of ChatGPT that refers to these files.
fn conversation(id: &str, references: &[&str]) -> String {
    let pictures: Vec<String> = references
        .iter()
        .map(|reference| format!(r#"{{"content_type":"image_asset_pointer","asset_pointer":"{reference}"}}"#))
        .collect();
    format!(
        r#"[{{"conversation_id":"{id}","mapping":{{"n":{{"message":{{"author":{{"role":"user"}},"content":{{"content_type":"multimodal_text","parts":["Look",{}]}}}}}}}}}}]"#,
        pictures.join(",")
    )
}

/// All items with what each conversation's files are named and hold, read when the conversation is there and again at the end.
fn read(inputs: &[(&str, &[u8])]) -> (Vec<(String, String)>, Vec<Item>) {
    let inputs = inputs.iter().map(|(name, bytes)| Input::new(*name, Cursor::new(bytes.to_vec()))).collect();
    let mut reader = Reader::new(inputs);
    let (mut files, mut items) = (Vec::new(), Vec::new());
    while let Some(item) = reader.next() {
        if let Item::Conversation(found) = &item {
            files.extend(found.files().into_iter().map(|reference| (opened(&mut reader, &reference), reference)));
        }
        if item != Item::Working {
            items.push(item);
        }
    }
    for (before, reference) in &files {
        assert_eq!(opened(&mut reader, reference), *before);
    }
    (files.into_iter().map(|(opened, reference)| (reference, opened)).collect(), items)
}

fn opened(reader: &mut Reader<'_>, reference: &str) -> String {
    let Some(mut file) = reader.open_file(reference) else { return "none".to_owned() };
    let mut bytes = Vec::new();
    match file.bytes.read_to_end(&mut bytes) {
        Ok(length) => {
            assert_eq!(length as u64, file.size);
            format!("{}: {}", file.name, String::from_utf8_lossy(&bytes))
        }
        Err(error) => format!("{}: {error}", file.name),
    }
}

fn pair(reference: &str, opened: &str) -> (String, String) {
    (reference.to_owned(), opened.to_owned())
}

#[test]
fn pictures_of_an_archive_are_handed_out_with_their_conversation() {
    let json =
        conversation("c", &["file-service://file-Abc", "sediment://file_00ff", "sediment://file_gone", "drawn.webp"]);
    let archive = zip(&[
        ("Export/conversations.json", json.as_bytes()),
        ("Export/file-Abc-sea.png", b"sea"),
        ("Export/file_00ff.dat", b"sky"),
        ("Export/dalle-generations/drawn.webp", b"tree"),
        ("__MACOSX/Export/._file_gone.dat", b"shadow"),
    ]);
    let (files, items) = read(&[("export.zip", &archive)]);
    let expected = [
        pair("file-Abc", "file-Abc-sea.png: sea"),
        pair("file_00ff", "file_00ff.dat: sky"),
        pair("drawn.webp", "drawn.webp: tree"),
    ];
    assert_eq!(files, expected);
    assert_eq!(items.len(), 1, "{items:#?}");
}

#[test]
fn pictures_may_lie_in_another_input_that_comes_later() {
    let json = conversation("c", &["sediment://file_1", "sediment://file_2"]);
    let second = zip(&[("Takeout/file_2.png", b"two".as_slice())]);
    let (files, _) =
        read(&[("x/conversations.json", json.as_bytes()), ("x/file_1-a.png", b"one"), ("part-002.zip", &second)]);
    assert_eq!(files, [pair("file_1", "file_1-a.png: one"), pair("file_2", "file_2.png: two")]);
}

#[test]
fn a_damaged_picture_is_noticed_by_its_checksum() {
    let json = conversation("c", &["sediment://file_1"]);
    let mut archive = zip_with(
        SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
        &[("conversations.json", json.as_bytes()), ("file_1.png", b"before and after")],
    );
    let at = archive.windows(6).position(|bytes| bytes == b"before").unwrap();
    archive[at] = b'B';
    let (files, _) = read(&[("export.zip", &archive)]);
    assert_eq!(files, [pair("file_1", "file_1.png: its checksum is wrong, so the zip is damaged or cut off")]);
}

#[test]
fn a_file_that_is_too_large_is_said_and_left() {
    let json = conversation("c", &["sediment://file_1"]);
    let large = vec![0; (aios_import::MAXIMUM_FILE + 1) as usize];
    let archive = zip(&[("conversations.json", json.as_bytes()), ("file_1.mov", &large)]);
    let (files, items) = read(&[("export.zip", &archive)]);
    assert!(files.is_empty());
    let [Item::Warning(warning), Item::Conversation(_)] = &items[..] else { panic!("{items:#?}") };
    assert_eq!(
        warning.message,
        "The file file_1 has 65 MiB, more than the 64 MiB that one file may have. The conversation is kept without it."
    );
}

#[test]
fn references_that_want_out_of_the_archive_lead_nowhere() {
    let json = conversation("c", &["../../etc/passwd", "file:///etc/passwd", "C:\\\\x", "\\u0000", "//"]);
    let archive = zip(&[("conversations.json", json.as_bytes()), ("../../../etc/passwd.png", b"no")]);
    assert!(read(&[("export.zip", &archive)]).0.is_empty());
}
