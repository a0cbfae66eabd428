//! Synthetic exports. They are written as they are made up, so a large one needs no more memory than a small one.

use clap::ValueEnum;
use serde_json::Value;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};
use text::Author;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

mod chatgpt;
mod claude;
mod copilot;
mod gemini;
mod text;

/// The form of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Kind {
    /// ChatGPT's `conversations.json`.
    Chatgpt,
    /// ChatGPT's archive: `conversations.json`, side files and pictures.
    ChatgptZip,
    /// Claude's `conversations.json`.
    Claude,
    /// Google's My Activity for Gemini, as JSON.
    Gemini,
    /// A session of Copilot in VS Code.
    Copilot,
}

/// What to write.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub kind: Kind,
    /// Bytes of JSON.
    pub size: u64,
    pub seed: u64,
    /// Escapes for everything beyond ASCII.
    pub ascii: bool,
    /// Bytes of pictures in an archive.
    pub media: u64,
}

/// Writes an export and says how many conversations are in it.
pub fn write(path: &Path, order: Order) -> io::Result<u64> {
    let mut author = Author::new(order.seed);
    let file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    if order.kind != Kind::ChatgptZip {
        let mut output = Output::new(file, order);
        let count = body(&mut output, &mut author, order.kind)?;
        output.inner.flush()?;
        return Ok(count);
    }
    let mut archive = ZipWriter::new(file);
    // Large entries need the 64-bit form from the start.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    let deflated = stored.compression_method(CompressionMethod::Deflated);
    let mut left = order.media;
    for number in 0.. {
        if left == 0 {
            break;
        }
        let length = left.min(1 + author.random.u64(500_000..3_000_000));
        archive.start_file(format!("file-{number:08}-photo.webp"), stored)?;
        author.noise(&mut archive, length)?;
        left -= length;
    }
    archive.start_file("conversations.json", deflated)?;
    let mut output = Output::new(archive, order);
    let count = body(&mut output, &mut author, order.kind)?;
    let mut archive = output.inner;
    archive.start_file("user.json", deflated)?;
    archive.write_all(
        br#"{"id": "user-1", "email": "ada@example.org", "chatgpt_plus_user": true, "phone_number": null}"#,
    )?;
    archive.start_file("message_feedback.json", deflated)?;
    archive.write_all(b"[]")?;
    archive.finish()?.flush()?;
    Ok(count)
}

fn body(output: &mut Output<impl Write>, author: &mut Author, kind: Kind) -> io::Result<u64> {
    match kind {
        Kind::Chatgpt | Kind::ChatgptZip => chatgpt::write(output, author),
        Kind::Claude => claude::write(output, author),
        Kind::Gemini => gemini::write(output, author),
        Kind::Copilot => copilot::write(output, author),
    }
}

/// Where the JSON goes.
struct Output<W> {
    inner: W,
    written: u64,
    size: u64,
    ascii: bool,
    separate: bool,
}

impl<W: Write> Output<W> {
    fn new(inner: W, order: Order) -> Output<W> {
        Output { inner, written: 0, size: order.size, ascii: order.ascii, separate: false }
    }

    /// Whether it is long enough.
    fn is_full(&self) -> bool {
        self.written >= self.size
    }

    /// Writes text as it is.
    fn raw(&mut self, text: &str) -> io::Result<()> {
        self.separate = false;
        self.write_all(text.as_bytes())
    }

    /// Writes a value, behind a comma unless it is the first one after [`raw`](Self::raw).
    fn value(&mut self, value: &Value) -> io::Result<()> {
        if std::mem::replace(&mut self.separate, true) {
            self.write_all(b", ")?;
        }
        self.bare(value)
    }

    /// Writes a key and a value, with a comma before as [`value`](Self::value) does.
    fn entry(&mut self, key: &str, value: &Value) -> io::Result<()> {
        self.value(&Value::from(key))?;
        self.write_all(b": ")?;
        self.bare(value)
    }

    fn bare(&mut self, value: &Value) -> io::Result<()> {
        let formatter = Style { ascii: self.ascii };
        let mut serializer = serde_json::Serializer::with_formatter(self, formatter);
        Ok(serde::Serialize::serialize(value, &mut serializer)?)
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// JSON as the exporters write it: a space behind commas and colons.
struct Style {
    ascii: bool,
}

impl serde_json::ser::Formatter for Style {
    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if !self.ascii {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(|character: char| !character.is_ascii()) {
            writer.write_all(&rest.as_bytes()[..at])?;
            rest = &rest[at..];
            let character = rest.chars().next().unwrap_or_default();
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Order, write};
    use aios_import::{Input, Item, Reader};
    use std::fs::File;

    /// The bytes of an export, how many conversations it says are in it, and how many the importer finds or leaves out.
    fn export(kind: Kind, ascii: bool) -> (Vec<u8>, u64, u64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export");
        let order = Order { kind, size: 300_000, seed: 7, ascii, media: 1_000_000 };
        let said = write(&path, order).unwrap();
        let reader = Reader::new(vec![Input::new("export", File::open(&path).unwrap())]);
        let found = reader.filter(|item| matches!(item, Item::Conversation(_) | Item::Left(..))).count();
        (std::fs::read(&path).unwrap(), said, found as u64)
    }

    #[test]
    fn the_importer_finds_every_conversation_that_was_written() {
        for kind in [Kind::Chatgpt, Kind::ChatgptZip, Kind::Claude] {
            let (_, said, found) = export(kind, false);
            assert_eq!(found, said, "{kind:?}");
        }
    }

    #[test]
    fn exports_are_json_and_the_same_from_the_same_seed() {
        for kind in [Kind::Chatgpt, Kind::Claude, Kind::Gemini, Kind::Copilot] {
            let (bytes, said, _) = export(kind, false);
            assert!(said > 0 && bytes.len() > 300_000, "{kind:?}");
            let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let (escaped, ..) = export(kind, true);
            assert!(escaped.is_ascii());
            assert_eq!(export(kind, false).0, bytes, "{kind:?}");
            // The escapes are longer, so there are fewer conversations; those are the same.
            let escaped: serde_json::Value = serde_json::from_slice(&escaped).unwrap();
            assert_eq!(value.get(0), escaped.get(0), "{kind:?}");
        }
    }
}
