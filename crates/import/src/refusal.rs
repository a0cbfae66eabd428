use crate::archive::Unopened;
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
    /// Whether it is worth a line in the report when it is found inside an archive with much else.
    pub fn is_worth_a_warning(&self) -> bool {
        !matches!(self, Nothing::Empty | Nothing::NoBytes)
    }
}

const KNOWN: &str = "Choose the .zip or the conversations.json of an export of ChatGPT or Claude.";

impl fmt::Display for Nothing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nothing::Unreadable(reason) => write!(formatter, "could not be read: {reason}. Choose it again."),
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
            Nothing::InArchive { entries } => write!(
                formatter,
                "is a zip with {entries} entries, but none holds conversations of a known kind. {KNOWN}"
            ),
            Nothing::WebPage => formatter.write_str(
                "is a web page and no export: a download link that has expired gives such a page. Ask for the export again.",
            ),
            Nothing::RawGoogle => formatter.write_str(
                "is a raw answer of a Google web server and no export. Export with Google Takeout instead.",
            ),
            Nothing::Packed(what) => write!(formatter, "{what}: unpack it and choose the files with the conversations."),
            Nothing::Other(what) => write!(formatter, "is {what} and no export of conversations. {KNOWN}"),
            Nothing::NotJson { byte } => {
                write!(formatter, "is no JSON (the first trouble is at byte {byte}), so no export of a known kind. {KNOWN}")
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
                write!(formatter, "holds {what} and no conversations. Choose the conversations.json of the same export.")
            }
            Nothing::Unknown(fields) => {
                formatter.write_str("is JSON but no export of a known kind")?;
                if !fields.is_empty() {
                    write!(formatter, " (it has the fields {})", fields.join(", "))?;
                }
                write!(formatter, ". {KNOWN}")
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
pub(crate) fn packed(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'K', 3, 4, ..] => Some("is a zip inside a zip"),
        [0x1f, 0x8b, ..] => Some("is a file packed with gzip"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Some("is a 7-Zip archive"),
        [b'R', b'a', b'r', b'!', ..] => Some("is a RAR archive"),
        _ => None,
    }
}

fn name_of(head: &[u8]) -> &'static str {
    match head {
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => "a picture",
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => "an SQLite database",
        _ if head.contains(&0)
            || std::str::from_utf8(&head[..head.len().min(64)]).is_err_and(|error| error.error_len().is_some()) =>
        {
            "something that is no text"
        }
        _ => "a text",
    }
}
