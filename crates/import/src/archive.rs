use crate::{input::Shared, stream::Stored};
use std::io::BufReader;
use zip::{CompressionMethod, ZipArchive, result::ZipError};

/// The most entries that an archive may have. The largest export that was reported, 6 GB with all its media, is far below.
const MAXIMUM_ENTRIES: usize = 200_000;

/// A zip, by its central directory: only that and the entries that are opened are read.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<BufReader<Shared<'a>>>,
    next: usize,
}

/// An entry that may be read.
pub(crate) struct Entry {
    /// Its name. Hostile: used in reports only.
    pub name: String,
    /// Bytes that it takes in the archive.
    pub compressed: u64,
    /// Where it is, or why it cannot be read, as the end of a sentence.
    pub stored: Result<Stored, &'static str>,
}

/// Why a zip cannot be opened.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Unopened {
    Damaged,
    TooManyEntries,
}

impl<'a> Archive<'a> {
    pub fn open(source: &Shared<'a>) -> Result<Archive<'a>, Unopened> {
        let zip = ZipArchive::new(BufReader::new(source.at(0))).map_err(|_| Unopened::Damaged)?;
        if zip.len() > MAXIMUM_ENTRIES {
            return Err(Unopened::TooManyEntries);
        }
        Ok(Archive { zip, next: 0 })
    }

    /// Entries in it, of every kind.
    pub fn len(&self) -> usize {
        self.zip.len()
    }

    /// The next entry that can hold conversations. Folders, what macOS adds, and what is media by its name are passed over; nothing else is
    /// decided by names.
    pub fn next_entry(&mut self) -> Option<Entry> {
        while self.next < self.zip.len() {
            let index = self.next;
            self.next += 1;
            // A name that is no text names nothing; its entry may still be an export.
            let name = match self.zip.name_for_index(index) {
                Some(Ok(name)) => name.into_owned(),
                _ => format!("entry {}", index + 1),
            };
            if name.ends_with('/') || is_of_macos(&name) || is_media(&name) {
                continue;
            }
            return Some(match self.zip.by_index_raw(index) {
                Ok(entry) => Entry {
                    name,
                    compressed: entry.compressed_size(),
                    stored: match (entry.encrypted(), entry.compression(), entry.data_start()) {
                        (true, ..) => Err("is encrypted: unpack the zip with its password and choose the files inside"),
                        (_, method @ (CompressionMethod::Stored | CompressionMethod::Deflated), Some(offset)) => {
                            Ok(Stored {
                                offset,
                                compressed: entry.compressed_size(),
                                crc: entry.crc32(),
                                deflated: method == CompressionMethod::Deflated,
                            })
                        }
                        (_, _, None) => Err("cannot be found in the zip, which is damaged: download it again"),
                        _ => Err("is packed in an unusual way: unpack the zip and choose the files inside"),
                    },
                },
                Err(ZipError::Io(_) | ZipError::InvalidArchive(_)) => {
                    Entry { name, compressed: 0, stored: Err("cannot be read: the zip is damaged; download it again") }
                }
                Err(_) => Entry {
                    name,
                    compressed: 0,
                    stored: Err("is packed in an unusual way: unpack the zip and choose the files inside"),
                },
            });
        }
        None
    }
}

fn is_of_macos(name: &str) -> bool {
    name.split('/').any(|part| part == "__MACOSX" || part.starts_with("._") || part == ".DS_Store")
}

/// Whether a name says that there is a picture, a sound, a film or a document of an office in it. To look into each of thousands would read the
/// whole of a large export.
fn is_media(name: &str) -> bool {
    const ENDINGS: [&str; 25] = [
        "png", "jpg", "jpeg", "gif", "webp", "svg", "heic", "avif", "bmp", "ico", "mp3", "wav", "ogg", "m4a", "flac",
        "mp4", "mov", "webm", "mkv", "pdf", "docx", "xlsx", "pptx", "css", "js",
    ];
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}
