//! What is no export is refused with a sentence, and what is damaged keeps all that is whole.

use crate::common::{conversations, items, read, zip};
use aios_import::Item;
use aios_model::ImportStatus;

const CLAUDE: &str = r#"[{"uuid":"a","name":"A","chat_messages":[{"uuid":"1","sender":"human","text":"Hello"}]},
{"uuid":"b","name":"B","chat_messages":[{"uuid":"1","sender":"human","text":"Again"}]}]"#;

fn refusal(name: &str, bytes: &[u8]) -> String {
    match items(&[(name, bytes)]).as_slice() {
        [Item::Refused(location, sentence)] => {
            assert_eq!(location.file, name);
            sentence.clone()
        }
        other => panic!("{other:#?}"),
    }
}

#[test]
fn the_web_page_of_a_chatgpt_export_is_read_up_to_the_end_of_its_list() {
    let page = br#"<html><head><title>ChatGPT Data Export</title></head><script>var jsonData = [{"id":"a","mapping":{
        "1":{"parent":null,"message":{"author":{"role":"user"},"content":{"content_type":"text","parts":["Hi"]}}}}}];
        var assetsJson = {}; function x() { if (a < b) { } }</script></html>"#;
    let items = items(&[("chat.html", page)]);
    assert!(matches!(&items[..], [Item::Conversation(found)] if found.conversation.source_id == "a"), "{items:#?}");
}

#[test]
fn what_is_no_export_is_refused_with_a_sentence() {
    let page = "<!DOCTYPE html><html><title>Sign in</title></html>";
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty.json", b"", "is empty (0 bytes)"),
        ("ten.zip", b"PK\x03\x04abcdef", "is a zip that is damaged or cut off (10 bytes)"),
        ("login.zip", page.as_bytes(), "is a web page"),
        (
            "chat.html",
            b"<html>\n<head>\n    <title>ChatGPT Data Export</title><script>var jsonData = [",
            "begins like JSON but ends after 1 bytes",
        ),
        ("PK.txt", b"PKs are fun", "is a text and no export"),
        ("notes.txt", b"Dear diary", "is a text and no export"),
        ("picture.json", b"\x89PNG\r\n\x1a\n\0\0", "is a picture"),
        ("a.gz", b"\x1f\x8b\x08\0", "could not be read: the gzip is damaged or cut off here"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive: unpack it"),
        ("raw.txt", b")]}'\n\n123\n[[\"wrb.fr\"]]", "raw answer of a Google web server"),
        ("list.json", b"[]", "is an empty list"),
        ("blank.json", b" \n", "is an empty list"),
        ("other.json", br#"{"invalid":"data","x":1}"#, "(it has the fields invalid, x)"),
        ("words.json", br#"["a","b"]"#, "no export of a known kind"),
        (
            "half.json",
            br#"[{"title":"x","mapping":{"a":{"mess"#,
            "begins like an export of ChatGPT but ends after 35 bytes",
        ),
        ("half.json", br#"[{"uuid":"x","chat_messages":[{"#, "begins like an export of Claude"),
        ("half.json", br#"[{"a":"#, "begins like JSON but ends after 6 bytes"),
        (
            "users.json",
            br#"[{"uuid":"u","full_name":"F","email_address":"e"}]"#,
            "holds the account data of a Claude export",
        ),
        ("bad.json", br#"{"a":b,"#, "is no JSON (the first trouble is at byte"),
    ];
    for (name, bytes, expected) in cases {
        let sentence = refusal(name, bytes);
        assert!(sentence.starts_with("This file ") && sentence.contains(expected), "{name}: {sentence}");
        assert!(sentence.ends_with('.'), "{sentence}");
    }
}

#[test]
fn zips_without_conversations_are_refused_as_a_whole() {
    assert!(refusal("e.zip", &zip(&[])).contains("is a zip with nothing in it"));
    let sentence = refusal("p.zip", &zip(&[("a.png", b"\x89PNG".as_slice()), ("b.txt", b"hello")]));
    assert!(sentence.contains("is a zip with 2 entries, but none holds conversations"), "{sentence}");
}

#[test]
fn entries_are_taken_by_content_and_what_lies_beside_is_known() {
    let archive = zip(&[
        ("__MACOSX/._conversations.json", b"\0\x05\x16\x07".as_slice()),
        ("Export/._x.json", CLAUDE.as_bytes()),
        ("Export/anything.bin", CLAUDE.as_bytes()),
        ("Export/users.json", br#"[{"uuid":"u","full_name":"F","email_address":"e"}]"#),
        ("Export/projects.json", br#"[{"uuid":"p","name":"P","docs":[],"prompt_template":""}]"#),
        ("Export/empty.json", b"[]"),
        ("Export/odd.json", br#"{"what":1}"#),
    ]);
    let (found, summary) = read(&[("export.zip", &archive)]);
    assert_eq!(conversations(&found).len(), 2);
    assert_eq!(summary.beside.len(), 2, "{:?}", summary.beside);
    let warnings: Vec<_> =
        found.iter().filter_map(|item| if let Item::Warning(warning) = item { Some(warning) } else { None }).collect();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].message.contains("(it has the fields what)"), "{}", warnings[0].message);
    assert_eq!(warnings[0].location.to_string(), "export.zip › Export/odd.json");
}

#[test]
fn shards_and_several_files_are_one_import_and_the_newest_of_equals_wins() {
    let shard = |update: u32, text: &str| {
        format!(
            r#"[{{"conversation_id":"c","update_time":{update},"mapping":{{"n":{{"message":{{"author":{{"role":"user"}},"content":{{"parts":["{text}"]}}}}}}}}}}]"#
        )
    };
    let archive = zip(&[
        ("conversations-000.json", shard(5, "new").as_bytes()),
        ("conversations-001.json", shard(4, "old").as_bytes()),
        ("conversations-002.json", shard(6, "newest").as_bytes()),
    ]);
    let found = items(&[("a.zip", &archive), ("b.json", CLAUDE.as_bytes())]);
    let texts: Vec<String> =
        conversations(&found).iter().map(|one| aios_model::turns(one).turns[0].user_text()).collect();
    assert_eq!(texts, ["new", "newest", "Hello", "Again"]);
    let left: Vec<_> =
        found.iter().filter_map(|item| if let Item::Left(report, _) = item { Some(report) } else { None }).collect();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].status, left[0].source_id.as_str()), (ImportStatus::Skipped, "c"));
}

#[test]
fn a_truncated_file_keeps_what_is_whole_and_says_so() {
    let found = items(&[("cut.json", &CLAUDE.as_bytes()[..CLAUDE.len() - 30])]);
    assert_eq!(conversations(&found).len(), 1);
    let Some(Item::Warning(warning)) = found.last() else { panic!("{found:#?}") };
    assert!(warning.message.starts_with("It ends early, after 146 bytes"), "{}", warning.message);
}

#[test]
fn a_broken_element_costs_itself_and_says_where() {
    let text =
        CLAUDE.replacen("[{\"uuid\":\"a\"", "[null,{\"uuid\":\"x\",\"chat_messages\":[{\"a\":01}]},{\"uuid\":\"a\"", 1);
    let found = items(&[("e.json", text.as_bytes())]);
    assert_eq!(conversations(&found).len(), 2);
    let left: Vec<String> = found
        .iter()
        .filter_map(|item| if let Item::Left(report, location) = item { Some((report, location)) } else { None })
        .map(|(report, location)| format!("{location}: {:?} {}", report.status, report.reason.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(left.len(), 2, "{left:#?}");
    assert_eq!(left[0], "e.json, conversation 1, byte 1: Failed It is no conversation but a single value.");
    assert!(left[1].starts_with("e.json, conversation 2, byte 6: Failed It is no valid JSON"), "{}", left[1]);
}

#[test]
fn a_wrong_bracket_that_matches_all_others_costs_one_conversation() {
    let conversation =
        |id: &str| format!(r#"{{"uuid":"{id}","chat_messages":[{{"uuid":"1","sender":"human","text":"Hello"}}]}}"#);
    let all = ["a", "b", "c", "d"].map(conversation);
    // The list of messages of the second does not end before the file does.
    let text = format!("[{}]", all.join(",")).replacen("]},{\"uuid\":\"c\"", "{},{\"uuid\":\"c\"", 1);
    let found = items(&[("e.json", text.as_bytes())]);
    let ids: Vec<&str> = conversations(&found).iter().map(|one| one.source_id.as_str()).collect();
    assert_eq!(ids, ["a", "c", "d"]);
    let failed: Vec<String> = found
        .iter()
        .filter_map(|item| if let Item::Left(_, location) = item { Some(location.to_string()) } else { None })
        .collect();
    assert_eq!(failed, ["e.json, conversation 2, byte 77"]);
}

#[test]
fn conversations_in_a_list_in_the_list_are_read() {
    let conversation =
        |id: &str| format!(r#"{{"uuid":"{id}","chat_messages":[{{"uuid":"1","sender":"human","text":"Hello"}}]}}"#);
    let [a, b, c, d] = ["a", "b", "c", "d"].map(conversation);
    for (text, expected) in [
        // A bracket too many, which matches the last one.
        (format!("[{a},[{b}, {c},{d}]"), 1),
        (format!("[{a}[,{b}, {c},{d}]"), 1),
        (format!("[{a},[{b},{c}],{d}]"), 1),
        (format!("[[{{\"x\":1}}],{a},{b},{c},{d}]"), 1),
        (format!("[[{a},{b}],[{c},{d}]]"), 2),
    ] {
        let found = items(&[("e.json", text.as_bytes())]);
        let ids: Vec<&str> = conversations(&found).iter().map(|one| one.source_id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "d"], "{text}");
        assert_eq!(found.iter().filter(|item| matches!(item, Item::Left(..))).count(), expected, "{found:#?}");
    }
}

#[test]
fn text_that_is_nearly_json_is_mended() {
    let text = CLAUDE.replace("Hello", r"He\ud83dllo\u0000");
    let found = items(&[("m.json", text.as_bytes())]);
    let first = &conversations(&found)[0];
    assert_eq!(aios_model::turns(first).turns[0].user_text(), "He\u{fffd}llo");
    assert!(
        found
            .iter()
            .any(|item| matches!(item, Item::Warning(warning) if warning.message.contains("halves of characters")))
    );
    assert_eq!(conversations(&found).len(), 2);
}

#[test]
fn byte_order_marks_utf_16_and_wrappers_are_read() {
    let marked = format!("\u{feff}{CLAUDE}");
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wrapped = format!(r#"{{"conversations":{CLAUDE}}}"#);
    let single = &CLAUDE[1..CLAUDE.find("},\n").unwrap() + 1];
    for (bytes, expected) in [(marked.as_bytes(), 2), (&wide, 2), (wrapped.as_bytes(), 2), (single.as_bytes(), 1)] {
        assert_eq!(conversations(&items(&[("x", bytes)])).len(), expected);
    }
}
