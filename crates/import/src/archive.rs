use crate::{companions::order::sounds_like_companion, input::Shared, stream::Stored};
pub(crate) use directory::{CUT_OFF, Directory, Packing, Record, Unopened};
pub(crate) use reinflated::Reinflated;
use std::rc::Rc;

mod directory;
mod reinflated;

/// A zip, by its central directory: only that and the entries that are opened are read.
pub(crate) struct Archive<'a> {
    source: Shared<'a>,
    directory: Rc<Directory>,
    /// Its entries in the order in which they are read.
    order: Vec<usize>,
    next: usize,
}

/// An entry that may be read.
pub(crate) struct Entry {
    /// Its name. Hostile: used in reports only.
    pub name: String,
    /// Bytes that it takes in the archive.
    pub compressed: u64,
    /// Bytes that those take which were passed over before it.
    pub before: u64,
    /// Where it is, or why it cannot be read, as the end of a sentence.
    pub stored: Result<Stored, &'static str>,
}

impl<'a> Archive<'a> {
    pub fn new(source: Shared<'a>, directory: Rc<Directory>) -> Archive<'a> {
        let mut order: Vec<usize> = (0..directory.records().len()).collect();
        // What says something about conversations is read before them. Otherwise they are read as they lie: an archive inside another can be read
        // forward only.
        order.sort_by_cached_key(|index| {
            let record = &directory.records()[*index];
            (!sounds_like_companion(&directory.name(record)), record.header)
        });
        Archive { source, directory, order, next: 0 }
    }

    pub fn source(&self) -> &Shared<'a> {
        &self.source
    }

    /// The next entry that can hold conversations. Folders, what macOS adds, and what is media by its name are passed over; nothing else is
    /// decided by names.
    pub fn next_entry(&mut self) -> Option<Entry> {
        let mut before: u64 = 0;
        while let Some(&index) = self.order.get(self.next) {
            let record = self.directory.records()[index];
            self.next += 1;
            let name = self.directory.name(&record);
            if name.ends_with('/') || is_of_macos(&name) || is_media(&name) {
                before = before.saturating_add(record.compressed);
                continue;
            }
            return Some(Entry {
                name: readable(&name),
                compressed: record.compressed,
                before,
                stored: stored(&self.source, &self.directory, &record),
            });
        }
        None
    }
}

/// Where the bytes of an entry are, or why they cannot be read, as the end of a sentence.
pub(crate) fn stored(source: &Shared<'_>, directory: &Directory, record: &Record) -> Result<Stored, &'static str> {
    let packing = record.packing()?;
    match directory.locate(source, record) {
        Some(offset) => Ok(Stored {
            offset,
            compressed: record.compressed,
            size: record.size,
            crc: record.crc,
            deflated: packing == Packing::Deflated,
        }),
        None => Err("cannot be found in the zip, which is damaged: download it again"),
    }
}

/// A name for reports: characters that would do something to a terminal are replaced.
fn readable(name: &str) -> String {
    name.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

/// Whether macOS put it beside the files.
pub(crate) fn is_of_macos(name: &str) -> bool {
    name.split('/').any(|part| part == "__MACOSX" || part.starts_with("._") || part == ".DS_Store")
}

/// Whether a name says that there is a picture, a sound, a film or a document of an office in it. To look into each of thousands would read the
/// whole of a large export.
pub(crate) fn is_media(name: &str) -> bool {
    const ENDINGS: [&str; 25] = [
        "png", "jpg", "jpeg", "gif", "webp", "svg", "heic", "avif", "bmp", "ico", "mp3", "wav", "ogg", "m4a", "flac",
        "mp4", "mov", "webm", "mkv", "pdf", "docx", "xlsx", "pptx", "css", "js",
    ];
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}
