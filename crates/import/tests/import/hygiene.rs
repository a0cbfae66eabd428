//! Text as it comes: other encodings, damage, and values that no exporter should write. Each costs what it must and nothing else.

use crate::{
    common::{conversations, items, zip},
    containers::raw::gzip,
};
use aios_import::Item;
use aios_model::{Conversation, turns};
use std::fmt::Write;

/// An export of ChatGPT with two conversations: the first with these words (as they stand in JSON) and these further fields, the second with "Fine".
fn chatgpt(words: &str, fields: &str) -> String {
    let conversation = |id: &str, words: &str, fields: &str| {
        format!(
            r#"{{"conversation_id":"{id}","title":"T",{fields}"mapping":{{"n":{{"id":"n","message":{{"author":{{"role":"user"}},"create_time":1700000000.5,"content":{{"content_type":"text","parts":["{words}"]}}}}}}}}}}"#
        )
    };
    format!("[{},{}]", conversation("a", words, fields), conversation("b", "Fine", ""))
}

/// What comes of an export that is read whole: its conversations and all sentences about them.
fn whole(bytes: &[u8]) -> (Vec<Conversation>, String) {
    let items = items(&[("x.json", bytes)]);
    let mut sentences = String::new();
    for item in &items {
        match item {
            Item::Warning(warning) => writeln!(sentences, "{}", warning.message).unwrap(),
            Item::Conversation(_) => {}
            other => panic!("{other:#?}"),
        }
    }
    let found: Vec<Conversation> = conversations(&items).into_iter().cloned().collect();
    assert_eq!(found.iter().map(|one| one.source_id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    (found, sentences)
}

/// The user's words in the first of two conversations, and the sentences.
fn words(bytes: &[u8]) -> (String, String) {
    let (found, sentences) = whole(bytes);
    (turns(&found[0]).turns[0].user_text(), sentences)
}

fn wide(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn text_in_utf_8_and_utf_16_with_and_without_a_mark_is_read_wherever_it_lies() {
    let text = chatgpt("Grüße, 世界 😀", "");
    let marked = format!("\u{feff}{text}");
    for bytes in [
        text.clone().into_bytes(),
        marked.clone().into_bytes(),
        wide(&text, u16::to_le_bytes),
        wide(&text, u16::to_be_bytes),
        wide(&marked, u16::to_le_bytes),
        wide(&marked, u16::to_be_bytes),
    ] {
        assert_eq!(words(&bytes), ("Grüße, 世界 😀".to_owned(), String::new()));
        assert_eq!(words(&gzip(&bytes)).0, "Grüße, 世界 😀");
        assert_eq!(words(&zip(&[("c.json", &bytes)])).0, "Grüße, 世界 😀");
    }
}

#[test]
fn utf_16_with_half_a_character_and_half_a_unit_is_read() {
    let mut bytes = wide(&chatgpt("a\u{e000}b", ""), u16::to_le_bytes);
    let at = bytes.chunks(2).position(|unit| unit == [0x00, 0xe0]).unwrap() * 2;
    bytes[at..at + 2].copy_from_slice(&0xd83du16.to_le_bytes());
    assert_eq!(words(&bytes).0, "a\u{fffd}b");
}

#[test]
fn what_cannot_be_in_text_is_replaced_or_left_out_and_that_is_said() {
    for (written, expected, said) in [
        (r"a\ud83d b", "a\u{fffd} b", "halves of characters were replaced"),
        (r"\udeaa\udead", "\u{fffd}\u{fffd}", "halves of characters were replaced"),
        (r"a\\ud83d", "a\\ud83d", ""),
        (r"a\u0000b", "ab", ""),
        ("a\0b", "ab", ""),
        ("a\nb\tc", "a\nb\tc", "control characters were escaped"),
        (r"a\'b", "a\\'b", "unknown escapes were taken as they are"),
        (r"\ud83d\ude00 \u00e9", "😀 é", ""),
    ] {
        let (text, sentences) = words(chatgpt(written, "").as_bytes());
        assert_eq!(text, expected, "{written}");
        assert!(sentences.contains(said), "{written}: {sentences}");
        assert_eq!(sentences.is_empty(), said.is_empty(), "{written}: {sentences}");
    }
    let latin: Vec<u8> = chatgpt("caf\u{e000}", "").into_bytes();
    let at = latin.windows(3).position(|bytes| bytes == "\u{e000}".as_bytes()).unwrap();
    let latin = [&latin[..at], b"\xe9", &latin[at + 3..]].concat();
    let (text, sentences) = words(&latin);
    assert!(text == "caf\u{fffd}" && sentences.contains("not UTF-8"), "{text} {sentences}");
}

#[test]
fn of_equal_keys_the_last_holds() {
    let (found, sentences) =
        whole(chatgpt("Hi", r#""title":"U","title":"V","is_archived":false,"is_archived":true,"#).as_bytes());
    assert_eq!((found[0].title.as_deref(), found[0].archived, sentences.as_str()), (Some("V"), true, ""));
}

#[test]
fn numbers_that_are_none_or_too_large_are_missing() {
    let long = "9".repeat(400);
    for number in
        ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", &long, "1e-999", "null", "\"soon\"", "{}", "[1]", "true"]
    {
        let fields = format!(r#""create_time":{number},"update_time":{number},"other":{number},"#);
        let (found, _) = whole(chatgpt("Hi", &fields).as_bytes());
        assert_eq!(turns(&found[0]).turns[0].user_text(), "Hi", "{number}");
    }
}

#[test]
fn times_are_read_as_floats_whole_numbers_and_texts() {
    for time in
        ["1700000000.25", "1700000000250", "\"1700000000.25\"", "\"2023-11-14T22:13:20.250Z\"", "1.70000000025e9"]
    {
        let (found, _) = whole(chatgpt("Hi", &format!(r#""create_time":{time},"#)).as_bytes());
        assert_eq!(found[0].created.map(|time| time.milliseconds()), Some(1_700_000_000_250), "{time}");
    }
}

#[test]
fn what_is_nested_100_000_deep_costs_itself() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for value in [deep("[", "]"), deep(r#"{"a":"#, "}")] {
        // In a field that nobody knows.
        let (found, _) = whole(chatgpt("Hi", &format!(r#""other":{value},"#)).as_bytes());
        assert_eq!(turns(&found[0]).turns[0].user_text(), "Hi");
        // In one that should be something else.
        let (found, _) = whole(chatgpt("Hi", &format!(r#""title":{value},"create_time":{value},"#)).as_bytes());
        assert_eq!(turns(&found[0]).turns[0].user_text(), "Hi");
        // In one that is kept as it is.
        let export = format!(
            r#"[{{"uuid":"a","name":"A","chat_messages":[{{"uuid":"1","sender":"human","text":"Hi"}},{{"uuid":"2","sender":"assistant","content":[{{"type":"tool_use","name":"t","input":{value}}},{{"type":"text","text":"Hello"}}]}}]}},{{"uuid":"b","name":"B","chat_messages":[{{"uuid":"1","sender":"human","text":"Hi"}}]}}]"#
        );
        let (found, sentences) = whole(export.as_bytes());
        assert!(turns(&found[0]).turns[0].assistant_text().contains("Hello"));
        assert!(sentences.contains("nested more than 100 deep"), "{sentences}");
    }
    // By itself, and never closed.
    for value in [deep("[", "]"), "[".repeat(1_000_000), "{\"a\":".repeat(1_000_000)] {
        assert!(matches!(items(&[("x.json", value.as_bytes())]).as_slice(), [Item::Refused(..)]));
    }
}

#[test]
fn a_chain_of_100_000_messages_circles_and_orphans_are_no_trouble() {
    let mut text = r#"[{"conversation_id":"a","mapping":{"#.to_owned();
    for number in 0..100_000 {
        let parent = if number == 0 { "null".to_owned() } else { format!("\"{}\"", number - 1) };
        write!(
            text,
            r#""{number}":{{"parent":{parent},"message":{{"author":{{"role":"user"}},"content":{{"parts":["{number}"]}}}}}},"#
        )
        .unwrap();
    }
    text.push_str(
        r#""x":{"parent":"y","message":{"author":{"role":"user"},"content":{"parts":["x"]}}},
        "y":{"parent":"x","message":{"author":{"role":"user"},"content":{"parts":["y"]}}},
        "z":{"parent":"gone","message":{"author":{"role":"user"},"content":{"parts":["z"]}}}}},
        {"conversation_id":"b","mapping":{"n":{"message":{"author":{"role":"user"},"content":{"parts":["Fine"]}}}}}]"#,
    );
    let (found, sentences) = whole(text.as_bytes());
    assert_eq!(found[0].messages.len(), 100_003);
    assert!(sentences.contains("in a circle (1 times)"), "{sentences}");
}

#[test]
fn enormous_keys_and_very_many_are_no_trouble() {
    let key = "k".repeat(2_000_000);
    let mut fields = format!(r#""{key}":1,"{key}x":{{"{key}":2}},"#);
    for number in 0..50_000 {
        write!(fields, r#""field{number}":null,"#).unwrap();
    }
    let (found, _) = whole(chatgpt("Hi", &fields).as_bytes());
    assert_eq!(turns(&found[0]).turns[0].user_text(), "Hi");
    let (_, summary) = crate::common::read(&[("x.json", chatgpt("Hi", &fields).as_bytes())]);
    assert!(summary.unknown.len() <= 500 && summary.unknown.keys().all(|name| name.len() < 200));
    let [Item::Refused(_, sentence)] = &items(&[("x.json", format!("{{{fields}\"end\":1}}").as_bytes())])[..] else {
        panic!()
    };
    assert!(sentence.len() < 1000, "{}", sentence.len());
}

#[test]
fn a_conversation_of_many_megabytes_is_read_whole() {
    let text = "Wort ".repeat(1_000_000);
    let (read, sentences) = words(chatgpt(&text, "").as_bytes());
    assert!(read == text.trim_end() || read == text, "{}", read.len());
    assert!(sentences.is_empty(), "{sentences}");
}
