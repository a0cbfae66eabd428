use crate::{archive::Unopened, provider};
use std::fmt;

/// Why no conversation is in a file. Displayed behind "This file" or "This entry", it is a sentence that says what is wrong and what to do.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Nothing {
    Unreadable(String),
    NoBytes,
    Archive(Unopened, u64),
    InArchive { entries: usize },
    WebPage,
    RawGoogle,
    Other(&'static str),
    Packed(&'static str),
    NotJson { byte: u64 },
    CutOff { guess: Option<&'static str>, bytes: u64, in_element: bool },
    Empty,
    Beside(&'static str),
    Unknown(Vec<String>),
}

impl Nothing {
    /// Whether it is only worth a line if there is nothing else at all: what lies beside conversations in every export, and files that go with them.
    pub fn is_usual(&self) -> bool {
        match self {
            Nothing::Beside(_) | Nothing::Empty => true,
            Nothing::Other(what) => MEDIA.contains(what),
            _ => false,
        }
    }

    /// Whether it says that there is something else than an export, not that an export is damaged.
    pub fn is_harmless(&self) -> bool {
        use Nothing::{Beside, Empty, NoBytes, NotJson, Other, RawGoogle, Unknown, WebPage};
        matches!(self, Beside(_) | Empty | NoBytes | NotJson { .. } | Other(_) | RawGoogle | Unknown(_) | WebPage)
    }

    /// What it has in common with others, so that one sentence does for all; `None` if each is told apart.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Nothing::Unknown(_) => Some("unknown"),
            Nothing::NotJson { .. } => Some("no JSON"),
            _ => None,
        }
    }

    /// Whether it is worth a line in the report when it is found inside an archive with much else.
    pub fn is_worth_a_warning(&self) -> bool {
        !matches!(self, Nothing::Empty | Nothing::NoBytes)
    }
}

/// Pictures and the like, by the words for them in a sentence.
const MEDIA: [&str; 4] = ["a picture", "a sound", "a film", "a PDF"];

/// What to choose instead.
struct Known;

impl fmt::Display for Known {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = provider::titles();
        formatter.write_str("Choose the .zip or the file with the conversations of an export of ")?;
        for (at, title) in titles.iter().enumerate() {
            formatter.write_str(match at {
                0 => "",
                _ if at + 1 == titles.len() => " or ",
                _ => ", ",
            })?;
            formatter.write_str(title)?;
        }
        formatter.write_str(".")
    }
}

impl fmt::Display for Nothing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nothing::Unreadable(reason) => write!(formatter, "could not be read: {reason}. Choose it again; if that does not help, download it again."),
            Nothing::NoBytes => formatter.write_str("is empty (0 bytes): the download may have failed. Download the export again."),
            Nothing::Archive(Unopened::Damaged, bytes) => write!(
                formatter,
                "is a zip that is damaged or cut off ({bytes} bytes): its table of contents is missing. Download the export again."
            ),
            Nothing::Archive(Unopened::InParts, _) => formatter.write_str(
                "is one part of a zip in several parts. Put them together with the program that made them, and choose the whole.",
            ),
            Nothing::InArchive { entries: 0 } => {
                formatter.write_str("is a zip with nothing in it. Download the export again.")
            }
            Nothing::InArchive { entries: 1 } => {
                write!(formatter, "is a zip with 1 entry, but none holds conversations of a known kind. {Known}")
            }
            Nothing::InArchive { entries } => write!(
                formatter,
                "is a zip with {entries} entries, but none holds conversations of a known kind. {Known}"
            ),
            Nothing::WebPage => formatter.write_str(
                "is a web page and no export: a download link that has expired gives such a page. Ask for the export again.",
            ),
            Nothing::RawGoogle => formatter.write_str(
                "is a raw answer of a Google web server and no export. Export with Google Takeout instead.",
            ),
            Nothing::Packed(what) => write!(formatter, "{what}: unpack it and choose the files with the conversations."),
            Nothing::Other(what) => write!(formatter, "is {what} and no export of conversations. {Known}"),
            Nothing::NotJson { byte } => {
                write!(formatter, "is no JSON (the first trouble is at byte {byte}), so no export of a known kind. {Known}")
            }
            Nothing::CutOff { guess, bytes, in_element } => {
                match guess {
                    Some(guess) => write!(formatter, "begins like an export of {guess}")?,
                    None => formatter.write_str("begins like JSON")?,
                }
                write!(formatter, " but ends after {bytes} bytes")?;
                if *in_element {
                    formatter.write_str(", before its first conversation is whole")?;
                }
                formatter.write_str(": the download was interrupted. Download the export again.")
            }
            Nothing::Empty => formatter.write_str("is an empty list: nothing is in this export."),
            Nothing::Beside(what) => {
                write!(formatter, "holds {what} and no conversations. Choose the file of the same export that has the conversations.")
            }
            Nothing::Unknown(fields) => {
                formatter.write_str("is JSON but no export of a known kind")?;
                if !fields.is_empty() {
                    write!(formatter, " (it has the fields {})", fields.join(", "))?;
                }
                write!(formatter, ". {Known}")
            }
        }
    }
}

/// Why a file that begins like this cannot be JSON; `None` if it may be.
pub(crate) fn not_json(head: &[u8]) -> Option<Nothing> {
    if head.is_empty() {
        return Some(Nothing::NoBytes);
    }
    let utf16 = matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'[' | b'{', 0, ..] | [0, b'[' | b'{', ..]);
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if utf16 || text.is_empty() || matches!(text[0], b'[' | b'{') {
        return None;
    }
    if let Some(what) = packed(head) {
        return Some(Nothing::Packed(what));
    }
    Some(match text {
        [b'<', ..] => Nothing::WebPage,
        [b')', b']', b'}', b'\'', ..] => Nothing::RawGoogle,
        _ => Nothing::Other(name_of(head)),
    })
}

/// What kind of packed file begins like this, as the end of a sentence; `None` if it is none.
fn packed(head: &[u8]) -> Option<&'static str> {
    match head {
        _ if is_zip(head) => Some("is a zip in a file packed with gzip"),
        _ if is_gzip(head) => Some("is a file packed with gzip many times"),
        _ if head.get(257..262) == Some(b"ustar") => Some("is a tar archive"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Some("is a 7-Zip archive"),
        [b'R', b'a', b'r', b'!', ..] => Some("is a RAR archive"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some("is a file packed with xz"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("is a file packed with Zstandard"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some("is a file packed with bzip2"),
        _ => None,
    }
}

/// Whether a file that begins like this is a zip.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    matches!(head, [b'P', b'K', 1..0x20, 1..0x20, ..])
}

/// Whether a file that begins like this is packed with gzip.
pub(crate) fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b, 8])
}

/// Whether a zip that begins like this is a document of an office, a book or a program: those are zips by their inside only.
pub(crate) fn is_office_document(head: &[u8]) -> bool {
    const FIRST: [&[u8]; 7] =
        [b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"mimetype", b"META-INF/", b"AndroidManifest.xml"];
    head.get(30..).is_some_and(|name| FIRST.iter().any(|first| name.starts_with(first)))
}

/// Whether no text begins like this, and nothing that is packed.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    matches!(not_json(head), Some(Nothing::Other(what)) if what != TEXT)
}

const TEXT: &str = "a text";

fn name_of(head: &[u8]) -> &'static str {
    match head {
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => "a picture",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "a picture",
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'a' | b'm', b'e' | b'v' | b'i', b'i' | b'f', ..] => "a picture",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => "a sound",
        [b'O', b'g', b'g', b'S', ..] | [b'f', b'L', b'a', b'C', ..] | [b'I', b'D', b'3', ..] => "a sound",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] | [0x1a, 0x45, 0xdf, 0xa3, ..] => "a film",
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => "an SQLite database",
        _ if head.contains(&0)
            || std::str::from_utf8(&head[..head.len().min(64)]).is_err_and(|error| error.error_len().is_some()) =>
        {
            "something that is no text"
        }
        _ => TEXT,
    }
}
