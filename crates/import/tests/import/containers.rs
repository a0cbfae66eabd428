//! Archives of every kind, in each other and in parts, and what is in them that is no export.

use crate::common::{conversations, items, read, zip, zip_with};
use aios_import::{Input, Item, Reader};
use raw::{Form, Raw, Sparse, gzip};
use std::fmt::Write;
use zip::{CompressionMethod::Stored, write::SimpleFileOptions};

pub mod raw;

fn claude(id: &str) -> String {
    format!(r#"[{{"uuid":"{id}","name":"{id}","chat_messages":[{{"uuid":"1","sender":"human","text":"Hello"}}]}}]"#)
}

fn chatgpt(id: &str) -> String {
    format!(
        r#"[{{"conversation_id":"{id}","mapping":{{"n":{{"message":{{"author":{{"role":"user"}},"content":{{"parts":["Hi"]}}}}}}}}}}]"#
    )
}

fn page(id: &str) -> String {
    format!("<html><head><title>ChatGPT Data Export</title></head><script>var jsonData = {};</script>", chatgpt(id))
}

/// What is read, one line for each item: the ids of conversations and where they are, and sentences.
fn lines(items: &[Item]) -> String {
    let mut text = String::new();
    for item in items {
        match item {
            Item::Conversation(found) => writeln!(text, "{} in {}", found.conversation.source_id, found.location),
            Item::Left(report, location) => writeln!(text, "left {} in {location}", report.source_id),
            Item::Warning(warning) => writeln!(text, "{}: {}", warning.location, warning.message),
            Item::Refused(location, sentence) => writeln!(text, "{location}: {sentence}"),
            Item::Working => Ok(()),
        }
        .unwrap();
    }
    text
}

fn lines_of(name: &str, bytes: &[u8]) -> String {
    lines(&items(&[(name, bytes)]))
}

/// Reads a file that may be larger than memory. Returns what came of it and how many bytes were read of it.
fn read_sparse(file: Sparse) -> (String, u64) {
    let read = file.read.clone();
    let items: Vec<Item> = Reader::new(vec![Input::new("big.zip", file)]).collect();
    (lines(&items), read.get())
}

#[test]
fn archives_in_archives_are_opened_three_deep_whether_packed_or_not() {
    let level = |inner: &[u8], name: &str, stored: bool| {
        let options = SimpleFileOptions::default();
        zip_with(if stored { options.compression_method(Stored) } else { options }, &[(name, inner)])
    };
    for stored in [true, false] {
        let one = zip(&[("x/conversations.json", claude("a").as_bytes())]);
        let two = level(&one, "one.zip", stored);
        let three = level(&two, "two.zip", stored);
        let expected = "a in three.zip › two.zip › one.zip › x/conversations.json, conversation 1, byte 1\n";
        assert_eq!(lines_of("three.zip", &three), expected);
        let text = lines_of("four.zip", &level(&three, "three.zip", stored));
        assert!(
            text.contains("four.zip › three.zip › two.zip › one.zip: This entry is a zip inside so many others"),
            "{text}"
        );
        assert!(text.contains("but none holds conversations"), "{text}");
    }
}

#[test]
fn an_archive_in_an_archive_may_be_large_and_is_read_beside_what_else_there_is() {
    // Noise does not pack, so that the inner archive is larger than what is kept of it.
    let mut noise = 1u64;
    let mut text = |length: usize| -> String {
        let mut next = || {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'a' + (noise >> 60) as u8)
        };
        (0..length).map(|_| next()).collect()
    };
    let large = |id: &str, text: &str| claude(id).replace("Hello", text);
    let inner = zip(&[
        ("a.json", large("a", &text(900_000)).as_bytes()),
        ("photo.dat", &[0; 2_000_000]),
        ("b.json", large("b", &text(900_000)).as_bytes()),
    ]);
    let outer = zip(&[("inner.zip", &inner), ("c.json", claude("c").as_bytes())]);
    let found = items(&[("outer.zip", &outer)]);
    let mut ids: Vec<&str> = conversations(&found).iter().map(|one| one.source_id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[test]
fn a_damaged_archive_in_an_archive_costs_itself() {
    let inner = zip(&[("conversations.json", claude("a").as_bytes())]);
    let outer = zip(&[
        ("inner.zip", &inner[..inner.len() - 30]),
        ("c.json", claude("c").as_bytes()),
        ("stub.zip", &inner[..20]),
    ]);
    let text = lines_of("outer.zip", &outer);
    for line in [
        "a in outer.zip › inner.zip › conversations.json, conversation 1",
        "outer.zip › inner.zip: This zip is damaged or cut off: its table of contents is missing.",
        "c in outer.zip › c.json",
        "outer.zip › stub.zip: This entry is a zip that is damaged or cut off (20 bytes)",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn gzip_is_read_by_itself_and_in_archives_with_all_its_members() {
    let text = claude("a");
    let (first, second) = text.split_at(20);
    let members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    assert_eq!(lines_of("a.json.gz", &members), "a in a.json.gz, conversation 1, byte 1\n");
    assert_eq!(lines_of("a.json.gz", &gzip(&members)), "a in a.json.gz, conversation 1, byte 1\n");
    let archive = zip(&[("b.json.gz", &members)]);
    assert_eq!(lines_of("a.zip", &archive), "a in a.zip › b.json.gz, conversation 1, byte 1\n");
    let refused = lines_of("a.tgz", &gzip(&[&[b'a'; 257][..], b"ustar\0", &[0; 300]].concat()));
    assert!(refused.contains("is a tar archive: unpack it"), "{refused}");
}

#[test]
fn gzip_that_was_cut_off_keeps_what_is_whole() {
    // Long enough that the first conversation is in a block of its own.
    let many: Vec<String> =
        (0..20_000).map(|id| claude(&format!("id-{id}")).trim_matches(['[', ']']).to_owned()).collect();
    let whole = gzip(format!("[{}]", many.join(",")).as_bytes());
    let found = items(&[("cut.json.gz", &whole[..whole.len() / 2])]);
    let count = conversations(&found).len();
    assert!((1000..20_000).contains(&count), "{count}");
    let text = lines(&found[count..]);
    assert!(text.contains("(the gzip is damaged or cut off here); every whole conversation before was kept"), "{text}");
}

#[test]
fn zips_are_read_in_all_the_forms_that_programs_write() {
    let json = claude("a");
    let entries = [
        Raw::stored(b"Export/", b""),
        Raw::stored(b"Export/notes.txt", b"Dear diary"),
        Raw::deflated(b"Export/conversations.json", json.as_bytes()),
    ];
    let expected = "a in f.zip › Export/conversations.json, conversation 1, byte 1\n";
    for form in [Form::Plain, Form::Zip64, Form::Descriptors, Form::Wrapped] {
        // Something may have been put before it.
        for prefix in [&b""[..], b"PK\x03\x04 and more"] {
            let bytes = raw::zip(&entries, form, prefix).bytes();
            assert_eq!(lines_of("f.zip", &bytes), expected);
        }
    }
}

#[test]
fn entries_of_the_same_name_and_with_names_that_are_no_text_are_all_read() {
    let entries = [
        Raw::deflated(b"conversations.json", claude("a").as_bytes()),
        Raw::deflated(b"conversations.json", claude("b").as_bytes()),
        Raw::deflated(b"caf\xe9\x1b[2J.json", claude("c").as_bytes()),
        Raw::deflated(b"../../etc/passwd", claude("d").as_bytes()),
        Raw::deflated(b"", claude("e").as_bytes()),
    ];
    let text = lines_of("f.zip", &raw::zip(&entries, Form::Plain, b"").bytes());
    assert_eq!(
        text,
        "a in f.zip › conversations.json, conversation 1, byte 1\n\
         b in f.zip › conversations.json, conversation 1, byte 1\n\
         c in f.zip › caf\u{fffd}\u{fffd}[2J.json, conversation 1, byte 1\n\
         d in f.zip › ../../etc/passwd, conversation 1, byte 1\n\
         e in f.zip › , conversation 1, byte 1\n"
    );
}

#[test]
fn what_is_encrypted_or_packed_in_other_ways_is_said_once_for_each_way() {
    let json = claude("a");
    let with =
        |name: &'static [u8], method: u16, flags: u16| Raw { method, flags, ..Raw::stored(name, json.as_bytes()) };
    let entries = [
        with(b"1.json", 0, 1),
        with(b"2.json", 99, 0),
        with(b"3.json", 8, 1),
        with(b"4.json", 8, 0x41),
        with(b"5.json", 8, 1),
        with(b"6.json", 9, 0),
        with(b"7.json", 93, 0),
        with(b"8.json", 12, 0),
        with(b"9.json", 98, 0),
        with(b"b.json", 0, 0),
    ];
    let text = lines_of("f.zip", &raw::zip(&entries, Form::Plain, b"").bytes());
    let again = "which is not read here: unpack the zip and choose the files inside.\n";
    assert_eq!(
        text,
        format!(
            "a in f.zip › b.json, conversation 1, byte 1\n\
             f.zip › 1.json: This entry is encrypted: unpack the zip with its password and choose the files inside. The same goes for 4 more entries: 2.json, 3.json, 4.json and 1 more.\n\
             f.zip › 6.json: This entry is packed with Deflate64, {again}\
             f.zip › 7.json: This entry is packed with Zstandard, {again}\
             f.zip › 8.json: This entry is packed with bzip2, {again}\
             f.zip › 9.json: This entry is packed in an unusual way: unpack the zip and choose the files inside.\n"
        )
    );
}

#[test]
fn entries_with_nothing_known_are_counted_in_one_sentence() {
    let mut entries: Vec<(String, Vec<u8>)> =
        (0..500).map(|number| (format!("other/{number:03}.json"), br#"{"what":1}"#.to_vec())).collect();
    entries.push(("note.txt".into(), b"Dear diary".to_vec()));
    entries.push(("page.html".into(), b"<html>".to_vec()));
    entries.push(("conversations.json".into(), claude("a").into_bytes()));
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let text = lines_of("f.zip", &zip(&entries));
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(
        text.contains(
            "f.zip › other/000.json: This entry is JSON but no export of a known kind (it has the fields what)."
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "The same goes for 499 more entries: other/001.json, other/002.json, other/003.json and 496 more."
        ),
        "{text}"
    );
}

#[test]
fn of_too_many_entries_the_first_are_read_and_the_rest_counted() {
    let mut entries = vec![Raw::deflated(b"conversations.json", claude("a").as_bytes())];
    entries.resize(200_005, Raw::stored(b"x/", b""));
    let text = lines_of("f.zip", &raw::zip(&entries, Form::Zip64, b"").bytes());
    assert_eq!(
        text,
        "a in f.zip › conversations.json, conversation 1, byte 1\n\
         f.zip: 5 of its entries were not looked at: its table of contents is damaged or longer than that of any export. The others were kept.\n"
    );
}

#[test]
fn a_bomb_is_stopped_and_what_is_beside_it_is_kept() {
    let mut bomb = claude("a").into_bytes();
    bomb.pop();
    bomb.resize(40_000_000, b' ');
    let archive = zip(&[("bomb.json", &bomb), ("conversations.json", claude("b").as_bytes())]);
    let text = lines_of("f.zip", &archive);
    assert!(text.contains("a in f.zip › bomb.json") && text.contains("b in f.zip › conversations.json"), "{text}");
    assert!(text.contains("far more than any chat history does, so reading was stopped here); every whole conversation before was kept"), "{text}");
}

#[test]
fn of_a_zip_of_6_gb_only_what_is_needed_is_read() {
    let json = claude("a");
    let names: Vec<Vec<u8>> = (0..2000u32).map(|number| format!("file_{number:024x}.dat").into_bytes()).collect();
    let mut entries: Vec<Raw<'_>> = names.iter().map(|name| Raw::zeros(name, 2 << 20)).collect();
    let films: Vec<Vec<u8>> = (0..2000u32).map(|number| format!("file-{number:024}-film.mp4").into_bytes()).collect();
    entries.extend(films.iter().map(|name| Raw::zeros(name, 1 << 20)));
    entries.push(Raw::deflated(b"conversations.json", json.as_bytes()));
    let file = raw::zip(&entries, Form::Zip64, b"");
    assert!(file.length > 6_000_000_000);
    let (text, read) = read_sparse(file);
    assert_eq!(text, "a in big.zip › conversations.json, conversation 1, byte 1\n");
    assert!(read < 4 << 20, "{read}");
}

#[test]
fn of_a_zip_that_was_cut_off_what_is_whole_is_kept() {
    let (a, c) = (claude("a"), claude("c"));
    let long = claude("b").replacen("}]", &format!("}}]}},{}", &chatgpt("x")[1..]), 1);
    let entries = [
        Raw::deflated(b"a.json", a.as_bytes()),
        Raw::zeros(b"film.mp4", 100_000),
        Raw::deflated(b"b.json", long.as_bytes()),
        Raw::deflated(b"c.json", c.as_bytes()),
    ];
    let said = "f.zip: This zip is damaged or cut off: its table of contents is missing. What could be found without it was kept; there may be \
                more. Download the export again and import that too: only what is new will be added.";
    for form in [Form::Plain, Form::Zip64, Form::Descriptors] {
        // Films with their size behind them cannot be passed over.
        let entries: Vec<Raw<'_>> = match form {
            Form::Descriptors => entries.iter().filter(|entry| entry.method == 8).cloned().collect(),
            _ => entries.to_vec(),
        };
        let whole = raw::zip(&entries, form, b"").bytes();
        let directory = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        let text = lines_of("f.zip", &whole[..directory]);
        for id in ["a in f.zip › a.json", "b in f.zip › b.json", "c in f.zip › c.json", said] {
            assert!(text.contains(id), "{text}");
        }
        let last = whole.windows(6).position(|bytes| bytes == b"c.json").unwrap();
        let text = lines_of("f.zip", &whole[..last + 30]);
        assert!(text.contains("b in f.zip › b.json") && text.contains(said) && !text.contains("\nc in"), "{text}");
    }
    let nothing = raw::zip(&[Raw::deflated(b"a.txt", b"Dear diary")], Form::Plain, b"").bytes();
    let text = lines_of("f.zip", &nothing[..60]);
    assert!(text.contains("f.zip: This file is a zip that is damaged or cut off (60 bytes)"), "{text}");
}

#[test]
fn positions_that_macos_cut_off_above_4_gib_are_found() {
    let json = claude("a");
    let mut entries = vec![Raw::deflated(b"first.json", claude("b").as_bytes())];
    entries.extend([Raw::zeros(b"film.mp4", 0xf000_0000), Raw::zeros(b"other.mp4", 0x3000_0000)]);
    entries.push(Raw::deflated(b"conversations.json", json.as_bytes()));
    let (text, _) = read_sparse(raw::zip(&entries, Form::Wrapped, b""));
    assert_eq!(
        text,
        "b in big.zip › first.json, conversation 1, byte 1\na in big.zip › conversations.json, conversation 1, byte 1\n"
    );
}

#[test]
fn of_an_archive_with_several_kinds_each_entry_goes_to_its_own() {
    let archive = zip(&[
        (
            "Takeout/YouTube/MyActivity.json",
            br#"[{"header":"YouTube","title":"Watched x","time":"2026-01-01T00:00:00Z","products":["YouTube"]}]"#,
        ),
        ("claude/conversations.json", claude("a").as_bytes()),
        ("gpt/conversations.json", chatgpt("b").as_bytes()),
    ]);
    let found = items(&[("all.zip", &archive)]);
    let kinds: Vec<String> =
        conversations(&found).iter().map(|one| format!("{} {}", one.source.as_str(), one.source_id)).collect();
    assert_eq!(kinds, ["claude a", "chatgpt b"]);
}

#[test]
fn the_web_page_of_an_export_is_read_only_if_its_list_is_not_beside_it() {
    let (list, web) = (chatgpt("a"), page("a"));
    let both = zip(&[("x/chat.html", web.as_bytes()), ("x/conversations.json", list.as_bytes())]);
    let (found, summary) = read(&[("both.zip", &both)]);
    assert_eq!(lines(&found), "a in both.zip › x/conversations.json, conversation 1, byte 1\n");
    assert_eq!(summary.beside.len(), 1, "{:?}", summary.beside);

    let alone = zip(&[("x/chat.html", web.as_bytes()), ("x/claude.json", claude("b").as_bytes())]);
    let text = lines_of("alone.zip", &alone);
    assert!(text.contains("a in alone.zip › x/chat.html") && text.contains("b in alone.zip"), "{text}");

    // Of another folder, so perhaps of another account.
    let apart = zip(&[("y/chat.html", page("c").as_bytes()), ("x/conversations.json", list.as_bytes())]);
    assert_eq!(conversations(&items(&[("apart.zip", &apart)])).len(), 2);

    let (found, _) = read(&[("x/chat.html", web.as_bytes()), ("x/conversations.json", list.as_bytes())]);
    assert_eq!(lines(&found), "a in x/conversations.json, conversation 1, byte 1\n");
}

#[test]
fn the_other_files_of_a_dropped_folder_are_not_refused() {
    let list = chatgpt("a");
    let files: &[(&str, &[u8])] = &[
        ("Export/user.json", br#"{"id":"u","email":"e","phone_number":"1","birth_year":1}"#),
        ("Export/file-1-a.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("Export/file_2.dat", b"RIFF\0\0\0\0WAVEfmt "),
        ("Export/clip.mp4", b""),
        ("Export/readme.txt", b"Dear diary"),
        ("Export/other.json", br#"{"what":1}"#),
        ("cover.jpg", b"\xff\xd8\xff\0"),
        ("Export/conversations.json", list.as_bytes()),
    ];
    assert_eq!(lines(&items(files)), "a in Export/conversations.json, conversation 1, byte 1\n");
    // What was chosen by itself, or is damaged, is said all the same.
    let files: &[(&str, &[u8])] =
        &[("notes.txt", b"Dear diary"), ("x/cut.zip", b"PK\x03\x04abcdef"), ("x/list.json", list.as_bytes())];
    let text = lines(&items(files));
    assert!(
        text.contains("notes.txt: This file is a text")
            && text.contains("x/cut.zip: This file is a zip that is damaged"),
        "{text}"
    );
}

#[test]
fn a_folder_without_conversations_is_refused_file_by_file_up_to_a_bound() {
    let names: Vec<String> = (0..100).map(|number| format!("x/{number}.png")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"\x89PNG\r\n\x1a\n"[..])).collect();
    let found = items(&files);
    assert_eq!(found.iter().filter(|item| matches!(item, Item::Refused(..))).count(), 20);
    let text = lines(&found);
    assert!(text.ends_with("x/20.png: This file holds no conversations, and 79 more do not either.\n"), "{text}");
    assert!(text.contains("of an export of ") && text.contains("ChatGPT") && text.contains("Claude"), "{text}");
}
