use aios_import::{Input, Item, Reader, Summary};
use aios_model::{Conversation, content_hash, turns};
use std::{
    cell::Cell,
    collections::HashSet,
    io::{self, Cursor, Read, Seek, SeekFrom, Write},
    rc::Rc,
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Any bytes as a file: JSON of every provider, pages, archives.
///
/// # Panics
/// If they are not read in the same way in pieces of every size, or what is found is not sound.
pub fn provider(data: &[u8]) {
    sound(data);
}

/// An archive made of the bytes, damaged or not, alone or in another.
///
/// The first byte says how: bit 0, packed or stored; bit 1, an archive in an archive; bit 2, through gzip; bit 3, two entries of the same name.
/// The next two are the place of a byte that is changed by the fourth, which may be zero.
///
/// # Panics
/// As [`provider`] does; or if what is found in a sound archive is not what is found in its entry.
pub fn containers(data: &[u8]) {
    let [how, high, low, change, rest @ ..] = data else { return };
    let mut archive = archived(rest, how & 1 == 1, how & 8 != 0);
    if how & 2 != 0 {
        archive = archived(&archive, how & 16 != 0, false);
    }
    if how & 4 != 0 {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        // Writing into memory cannot fail.
        let _ = packer.write_all(&archive);
        archive = packer.finish().unwrap_or_default();
    }
    let place = usize::from(u16::from_be_bytes([*high, *low])) % archive.len().max(1);
    if let Some(byte) = archive.get_mut(place) {
        *byte ^= change;
    }
    let found = sound(&archive);
    // What does not begin as JSON does is looked through if it was chosen by itself, and passed over among the pictures of an archive.
    let begins_well = matches!(rest.first(), Some(b'[' | b'{'));
    if *change == 0 && how & 0b110 == 0 && begins_well {
        assert_eq!(hashes(&found), hashes(&read(rest, usize::MAX).items), "in the archive and alone");
    }
}

/// Many conversations of which one byte is changed, taken out or put in.
///
/// Of the first bytes, one says how many there are, one what is done, two where, one which byte; the rest are what is said in them.
///
/// # Panics
/// As [`provider`] does; or if the damage costs more than the two conversations that it may lie between.
pub fn elements(data: &[u8]) {
    let [count, what, high, low, byte, words @ ..] = data else { return };
    let count = 2 + usize::from(count % 12);
    let mut text = String::from("[");
    for number in 0..count {
        let said = |part: usize| -> String {
            let from = (number * 2 + part) * words.len() / (count * 2);
            let to = (number * 2 + part + 1) * words.len() / (count * 2);
            words[from..to].iter().map(|byte| WORDS[usize::from(*byte) % WORDS.len()]).collect()
        };
        let comma = if number > 0 { ", " } else { "" };
        text.push_str(&format!(
            r#"{comma}{{"uuid":"{number}","name":"Number {number}","chat_messages":[{{"uuid":"q","sender":"human","text":"Q{}"}},{{"uuid":"a","sender":"assistant","text":"A{}"}}]}}"#,
            said(0),
            said(1)
        ));
    }
    text.push(']');
    let mut bytes = text.into_bytes();
    let before = hashes(&sound(&bytes));
    assert_eq!(before.len(), count, "{}", String::from_utf8_lossy(&bytes));
    // The brackets around all of them stay: without them it is something else.
    let place = 1 + usize::from(u16::from_be_bytes([*high, *low])) % (bytes.len() - 2);
    match what % 3 {
        0 => bytes[place] = *byte,
        1 => {
            bytes.remove(place);
        }
        _ => bytes.insert(place, *byte),
    }
    let lost = before.difference(&hashes(&sound(&bytes))).count();
    assert!(lost <= 2, "{lost} lost in {}", String::from_utf8_lossy(&bytes));
}

/// What is said in [`elements`]. No word may be taken for a value when a quotation mark goes astray: that is what damage is noticed by.
const WORDS: [&str; 16] =
    ["a", "word", " ", "x", "o", "\\n", "\\\"", "\\\\", "ä", "你", "{", "}", "[", "]", ", ", ": "];

/// A conversation in which the bytes are the text, as they are; also in UTF-16.
///
/// # Panics
/// As [`provider`] does; or if a text that is right is changed, or one that is not right costs its conversation.
pub fn text(data: &[u8]) {
    let [how, rest @ ..] = data else { return };
    let inside: Vec<u8> = rest.iter().copied().filter(|byte| *byte != b'"').collect();
    let mut bytes = br#"[{"uuid":"c","name":"n","chat_messages":[{"uuid":"m","sender":"human","text":"begin "#.to_vec();
    bytes.extend_from_slice(&inside);
    // A backslash at the end must not take the quotation mark.
    bytes.extend_from_slice(br#" end"},{"uuid":"a","sender":"assistant","text":"answer"}]}]"#);
    let right: Option<String> = serde_json::from_slice(&[b"\"begin ", inside.as_slice(), b" end\""].concat()).ok();
    if how & 1 == 1 {
        let units = String::from_utf8_lossy(&bytes).into_owned();
        let units = units.encode_utf16();
        bytes = if how & 2 == 0 {
            [0xff, 0xfe].into_iter().chain(units.flat_map(u16::to_le_bytes)).collect()
        } else {
            [0xfe, 0xff].into_iter().chain(units.flat_map(u16::to_be_bytes)).collect()
        };
    }
    let found = sound(&bytes);
    let said: Vec<String> = conversations(&found)
        .flat_map(|conversation| turns(conversation).turns.iter().map(|turn| turn.user_text()).collect::<Vec<_>>())
        .collect();
    let [said] = said.as_slice() else { panic!("one conversation of one turn, but {said:?}") };
    assert!(said.starts_with("begin ") && said.ends_with(" end"), "{said:?}");
    // That is what Claude's exports say instead of what they leave out, and it is taken out.
    let right = right.filter(|right| !right.contains("supported on"));
    if let Some(right) = right.filter(|_| how & 1 == 0) {
        assert_eq!(*said, right.replace('\0', ""));
    }
}

/// A zip with the bytes in it.
fn archived(bytes: &[u8], packed: bool, twice: bool) -> Vec<u8> {
    let method = if packed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    // Writing into memory cannot fail.
    for name in if twice { &["a/conversations.json", "b/conversations.json"][..] } else { &["conversations.json"] } {
        let _ = writer.start_file(*name, options);
        let _ = writer.write_all(bytes);
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn conversations(items: &[Item]) -> impl Iterator<Item = &Conversation> {
    items.iter().filter_map(|item| if let Item::Conversation(found) = item { Some(&found.conversation) } else { None })
}

fn hashes(items: &[Item]) -> HashSet<String> {
    conversations(items).map(content_hash).collect()
}

struct Outcome {
    items: Vec<Item>,
    summary: Summary,
    /// Bytes that were asked for.
    read: u64,
}

/// Reads a file, getting so many bytes at a time at most.
fn read(bytes: &[u8], at_once: usize) -> Outcome {
    let count = Rc::new(Cell::new(0));
    let slow = Slow { inner: Cursor::new(bytes), at_once, count: count.clone() };
    let mut reader = Reader::new(vec![Input::new("file", slow)]);
    let mut items = Vec::new();
    let mut steps: usize = 0;
    for item in reader.by_ref() {
        steps += 1;
        // Each step reads something or finds something.
        assert!(steps < 1_000_000, "it does not end");
        if item != Item::Working {
            items.push(item);
        }
    }
    let (done, total) = reader.progress();
    assert_eq!(done, total, "all is read or passed over in the end");
    Outcome { items, summary: reader.summary(), read: count.get() }
}

/// Reads a file twice, in different pieces, and gives what is in it.
fn sound(bytes: &[u8]) -> Vec<Item> {
    let Outcome { items, summary, read: count } = read(bytes, usize::MAX);
    // An archive is looked through from its end, and a file that is not what it seems is read again; no byte is read without end.
    assert!(count <= 64 * (bytes.len() as u64 + 1024 * 1024), "{count} bytes read of {}", bytes.len());
    assert!(!items.is_empty(), "an answer to any file");
    let pieces = read(bytes, 1 + bytes.len() % 13);
    assert_eq!(pieces.items, items, "in pieces and whole");
    assert_eq!(pieces.summary, summary, "in pieces and whole");
    let mut ids = HashSet::new();
    for item in &items {
        let Item::Conversation(found) = item else { continue };
        let conversation = &found.conversation;
        let json = serde_json::to_string(conversation).unwrap_or_default();
        assert_eq!(
            serde_json::from_str::<Conversation>(&json).ok().as_ref(),
            Some(conversation),
            "as the server gets it"
        );
        assert!(!json.replace("\\\\", "").contains("\\u0000"), "SQLite ends text at NUL: {json}");
        ids.clear();
        for message in &conversation.messages {
            assert!(message.parent.as_deref().is_none_or(|parent| ids.contains(parent)), "parents first: {json}");
            assert!(ids.insert(message.id.as_str()), "each id once: {json}");
        }
        assert!(conversation.active_leaf.as_deref().is_none_or(|leaf| ids.contains(leaf)), "{json}");
        let tree = turns(conversation);
        assert_eq!(tree.turns.len(), found.turns as usize);
        assert!(!tree.turns.is_empty(), "{json}");
        assert!(tree.turns.iter().enumerate().all(|(at, turn)| turn.parent.is_none_or(|parent| parent < at)), "{json}");
        assert!(tree.turns.iter().all(|turn| !turn.messages.is_empty()), "{json}");
    }
    items
}

/// Gives few bytes at a time and counts them.
struct Slow<'a> {
    inner: Cursor<&'a [u8]>,
    at_once: usize,
    count: Rc<Cell<u64>>,
}

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.at_once);
        let count = self.inner.read(&mut buffer[..most])?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

impl Seek for Slow<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
