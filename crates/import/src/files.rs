use crate::{
    archive::{self, CUT_OFF, Directory, Record},
    input::Shared,
    stream::{self, Budget},
};
use aios_model::{Conversation, Part};
use std::{
    borrow::Cow,
    collections::HashSet,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read},
    rc::Rc,
};

/// The largest file of an export that is handed out, in bytes.
pub const MAXIMUM_FILE: u64 = 64 * 1024 * 1024;

/// The longest reference that is looked for, in bytes: far above any name of a file.
const LONGEST_REFERENCE: usize = 1024;

/// The most references of one conversation that are looked for.
const MOST_REFERENCES: usize = 10_000;

/// A picture or another file of an export.
pub struct OpenedFile<'a> {
    /// Its name in the export, without folders. Not safe as a path.
    pub name: String,
    /// How many bytes it has. At most [`MAXIMUM_FILE`].
    pub size: u64,
    /// Its bytes. The end comes after `size` of them and with the right checksum, or there is an error whose text is a sentence for a person.
    pub bytes: Box<dyn Read + 'a>,
}

impl fmt::Debug for OpenedFile<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OpenedFile { name, size, .. } = self;
        formatter.debug_struct("OpenedFile").field("name", name).field("size", size).finish_non_exhaustive()
    }
}

/// All files of the inputs by the references that exports have to them, from their names alone: nothing is read.
///
/// A reference is the id of a file (`file-…`, `file_…`), with which its name begins or which is all of its name but the ending, or it is a name. A
/// name that several different files have leads to none of them unless the reference says the folder: a missing picture is better than a wrong
/// one.
#[derive(Default)]
pub(crate) struct Files<'a> {
    sources: Vec<Source<'a>>,
    /// The hash of a key, and which file it is of. Sorted when `sorted` says so.
    index: Vec<(u64, Place)>,
    sorted: bool,
}

enum Source<'a> {
    /// An input by itself.
    Plain { name: String, bytes: Shared<'a> },
    /// The entries of an archive.
    Archive { directory: Rc<Directory>, bytes: Shared<'a> },
}

/// Which file: its source, and its entry in that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    source: u32,
    entry: u32,
}

/// What a key says about its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Key {
    /// It is the id of the file.
    Id,
    /// It is the name of the file, which others may have too.
    Name,
}

impl<'a> Files<'a> {
    /// An input that is no archive.
    pub fn add_plain(&mut self, name: &str, bytes: Shared<'a>) {
        let place = Place { source: self.sources.len() as u32, entry: 0 };
        self.sources.push(Source::Plain { name: name.to_owned(), bytes });
        self.add_keys(name, place);
    }

    /// The entries of an archive.
    pub fn add_archive(&mut self, directory: Rc<Directory>, bytes: Shared<'a>) {
        let source = self.sources.len() as u32;
        for (entry, record) in directory.records().iter().enumerate() {
            let name = directory.name(record);
            if !name.ends_with('/') && !archive::is_of_macos(&name) {
                self.add_keys(&name, Place { source, entry: entry as u32 });
            }
        }
        self.sources.push(Source::Archive { directory, bytes });
    }

    fn add_keys(&mut self, name: &str, place: Place) {
        self.index.extend(keys(name).map(|(key, _)| (hash(key), place)));
        self.sorted = false;
    }

    /// The file that a reference leads to.
    pub fn find(&mut self, reference: &str) -> Option<Place> {
        if !self.sorted {
            self.index.sort_unstable();
            self.index.dedup();
            self.sorted = true;
        }
        if reference.len() > LONGEST_REFERENCE {
            return None;
        }
        wanted(reference).find_map(|key| self.find_key(key, reference))
    }

    fn find_key(&self, wanted: &str, reference: &str) -> Option<Place> {
        let hash = hash(wanted);
        let from = self.index.partition_point(|(known, _)| *known < hash);
        let same_hash = self.index[from..].iter().take_while(|(known, _)| *known == hash);
        let hits: Vec<(Place, Key)> = same_hash
            .filter_map(|(_, place)| {
                let name = self.name(*place);
                let (_, key) = keys(&name).find(|(key, _)| *key == wanted)?;
                Some((*place, key))
            })
            .collect();
        if hits.iter().any(|(_, key)| *key == Key::Id) {
            // Beside a file there may be a copy of it that was cleaned of what its picture says about a person.
            let by_rank =
                |(place, key): &&(Place, Key)| (*key != Key::Id, self.name(*place).contains("-sanitized"), *place);
            return hits.iter().min_by_key(by_rank).map(|(place, _)| *place);
        }
        let path = reference.split_once("://").map_or(reference, |(_, path)| path);
        let in_folder: Vec<Place> =
            hits.iter().map(|(place, _)| *place).filter(|place| ends_with_path(&self.name(*place), path)).collect();
        let first = *in_folder.first()?;
        in_folder.iter().all(|place| self.looks_same(*place, first)).then_some(first)
    }

    /// Whether two files of the same name are copies of each other, as far as can be told without reading them.
    fn looks_same(&self, one: Place, other: Place) -> bool {
        let told = |place| (self.size(place), self.record(place).map(|record| record.crc));
        match (told(one), told(other)) {
            ((size, Some(crc)), (other_size, Some(other_crc))) => size == other_size && crc == other_crc,
            ((size, _), (other_size, _)) => size == other_size,
        }
    }

    fn record(&self, place: Place) -> Option<&Record> {
        match self.sources.get(place.source as usize)? {
            Source::Plain { .. } => None,
            Source::Archive { directory, .. } => directory.records().get(place.entry as usize),
        }
    }

    fn name(&self, place: Place) -> Cow<'_, str> {
        match (self.sources.get(place.source as usize), self.record(place)) {
            (Some(Source::Archive { directory, .. }), Some(record)) => directory.name(record),
            (Some(Source::Plain { name, .. }), _) => Cow::Borrowed(name),
            _ => Cow::Borrowed(""),
        }
    }

    fn size(&self, place: Place) -> u64 {
        match self.sources.get(place.source as usize) {
            Some(Source::Plain { bytes, .. }) => bytes.length(),
            _ => self.record(place).map_or(0, |record| record.size),
        }
    }

    /// Why a file that was found is not handed out, as the end of a sentence; `None` if it is.
    pub fn obstacle(&self, place: Place) -> Option<String> {
        let size = self.size(place);
        if size == CUT_OFF {
            return Some("is cut off, as its zip is".to_owned());
        }
        if size > MAXIMUM_FILE {
            let maximum = MAXIMUM_FILE >> 20;
            let size = size.div_ceil(1 << 20);
            return Some(format!("has {size} MiB, more than the {maximum} MiB that one file may have"));
        }
        self.record(place)?.packing().err().map(str::to_owned)
    }

    /// A file that was found. `None` if it is not handed out, or not where its archive says.
    pub fn open(&self, place: Place) -> Option<OpenedFile<'a>> {
        if self.obstacle(place).is_some() {
            return None;
        }
        let name = base(&self.name(place)).to_owned();
        let size = self.size(place);
        let bytes: Box<dyn Read + 'a> = match self.sources.get(place.source as usize)? {
            Source::Plain { bytes, .. } => Box::new(bytes.at(0)),
            Source::Archive { directory, bytes } => {
                let stored = archive::stored(bytes, directory, self.record(place)?).ok()?;
                stream::entry(bytes, stored, Rc::default(), Budget::of(MAXIMUM_FILE))
            }
        };
        Some(OpenedFile { name, size, bytes: Box::new(Exactly { inner: bytes, left: size }) })
    }
}

/// What a conversation refers to, each once, in its order.
pub(crate) fn references(conversation: &Conversation) -> Vec<&str> {
    let mut seen = HashSet::new();
    let parts = conversation.messages.iter().flat_map(|message| &message.parts);
    let all = parts.filter_map(|part| match part {
        Part::Image { reference, .. } => Some(reference.as_str()),
        Part::Attachment { reference, .. } => reference.as_deref(),
        _ => None,
    });
    all.filter(|reference| seen.insert(*reference)).take(MOST_REFERENCES).collect()
}

/// What a reference may be looked for by, in this order.
fn wanted(reference: &str) -> impl Iterator<Item = &str> {
    let path = reference.split_once("://").map_or(reference, |(_, path)| path);
    // Pages of a document that was turned into pictures: `sediment://…#file_…#p_0.png`.
    let ids = path.split('#').skip(1).filter(|piece| is_id(piece));
    std::iter::once(base(path)).chain(ids).filter(|key| !key.is_empty())
}

/// By what a file may be looked for: its name, its name without ending if that looks like an id, and the id that its name begins with.
fn keys(name: &str) -> impl Iterator<Item = (&str, Key)> {
    let base = base(name);
    let stem = base.rsplit_once('.').map(|(stem, _)| stem);
    let stem = stem.filter(|stem| stem.len() >= 12 && stem.bytes().any(|byte| byte.is_ascii_digit()));
    let id = is_id(base).then(|| {
        let end = base[5..].find(|character: char| !character.is_ascii_alphanumeric() && character != '_');
        &base[..end.map_or(base.len(), |end| end + 5)]
    });
    let id = id.filter(|id| id.len() > 5 && Some(*id) != stem && *id != base);
    let whole = (!base.is_empty()).then_some((base, Key::Name));
    id.map(|id| (id, Key::Id)).into_iter().chain(stem.map(|stem| (stem, Key::Id))).chain(whole)
}

fn is_id(text: &str) -> bool {
    text.starts_with("file-") || text.starts_with("file_")
}

/// A path without its folders.
fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether a path is this one below some folder.
fn ends_with_path(whole: &str, path: &str) -> bool {
    whole.strip_suffix(path).is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\']))
        || base(path) == path && base(whole) == path
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Neither more nor less bytes than there should be.
struct Exactly<'a> {
    inner: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Exactly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let count = self.inner.read(buffer)?;
        if count == 0 && self.left > 0 {
            return Err(io::Error::other("it ends early, so it is damaged or cut off"));
        }
        let left = self.left.checked_sub(count as u64);
        self.left =
            left.ok_or_else(|| io::Error::other("it is larger than its archive says, so the archive is damaged"))?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
