use crate::{
    archive::{Archive, Directory, Entry, Reinflated, Unopened},
    companions::order::companions_first,
    document::Contents,
    input::{Counted, Input, Shared, Waiting},
    oddities::{Oddities, about, nested},
    provider::Notes,
    refusal::{self, Nothing},
    stream::{self, Budget, Document, Stored},
};
use aios_model::{Location, Source, Warning};
use std::{
    cell::Cell,
    collections::{HashSet, VecDeque},
    io::{self, Read},
    rc::Rc,
};

/// How deep archives may lie in archives, the outermost counted.
const MAXIMUM_DEPTH: usize = 3;

/// Goes through the inputs, the archives among them and the archives in those, from one document to the next.
///
/// Web pages of an export are kept for last: they are read if no other file in the same folder had conversations of that kind, since they have the
/// same once more.
pub(crate) struct Walk<'a> {
    inputs: Vec<Waiting<'a>>,
    /// The input that comes next.
    next: usize,
    /// Inputs that are web pages of an export.
    pages: VecDeque<usize>,
    /// What came of inputs that are no archives: folders and kinds of export.
    came: HashSet<(String, Source)>,
    /// The input at hand: its number and how many bytes it has.
    at_hand: Option<(usize, u64)>,
    /// It was not opened yet.
    unopened: bool,
    /// All inputs have been at hand, and those that are web pages are again.
    last_round: bool,
    /// The archive at hand, and before it those that it is in.
    levels: Vec<Level<'a>>,
    /// Folder of the document at hand.
    folder: String,
    budget: Rc<Budget>,
    ready: VecDeque<Warning>,
    /// Bytes that were read or passed over.
    read: Rc<Cell<u64>>,
    /// What `read` will be when the input, or the entry of the outermost archive, is done.
    read_after: u64,
    /// Bytes of the inputs that are done.
    passed: u64,
    total: u64,
}

/// An archive.
struct Level<'a> {
    archive: Archive<'a>,
    /// Where it is in the input; empty if it is the input.
    path: String,
    pages: VecDeque<Entry>,
    came: HashSet<(String, Source)>,
    oddities: Oddities,
}

/// What is next.
pub(crate) enum Next<'a> {
    /// An input begins.
    Input(String),
    /// The input that has begun is taken up again when all others are done.
    Later,
    /// A document.
    Document(Box<Contents<'a>>),
    /// A document that has the same as others before.
    SameAgain(Location),
    /// Something in an archive that was left out.
    Warning(Warning),
    /// What to say of the input at hand if nothing comes of it.
    Nothing(Nothing),
    /// The input at hand is done.
    InputDone,
    /// Something was passed over.
    Working,
    /// All inputs are done.
    End,
}

impl<'a> Walk<'a> {
    pub fn new(inputs: Vec<Input<'a>>) -> Walk<'a> {
        let mut inputs: Vec<Waiting<'a>> = inputs.into_iter().map(Waiting::new).collect();
        let total = inputs.iter().map(Waiting::length).fold(0, u64::saturating_add);
        companions_first(&mut inputs);
        Walk {
            inputs,
            next: 0,
            pages: VecDeque::new(),
            came: HashSet::new(),
            at_hand: None,
            unopened: false,
            last_round: false,
            levels: Vec::new(),
            folder: String::new(),
            budget: Budget::of(0),
            ready: VecDeque::new(),
            read: Rc::default(),
            read_after: 0,
            passed: 0,
            total,
        }
    }

    /// Bytes of the inputs that were read or passed over, and of all of them.
    pub fn progress(&self) -> (u64, u64) {
        (self.read.get().min(self.read_after).max(self.passed).min(self.total), self.total)
    }

    /// All inputs, also those that come later.
    pub fn inputs(&mut self) -> &mut [Waiting<'a>] {
        &mut self.inputs
    }

    /// Whether the document at hand is in an archive.
    pub fn is_in_archive(&self) -> bool {
        !self.levels.is_empty()
    }

    /// Conversations of this kind came of the document at hand.
    pub fn came(&mut self, source: Source) {
        let came = self.levels.last_mut().map_or(&mut self.came, |level| &mut level.came);
        came.insert((self.folder.clone(), source));
    }

    /// Nothing came of the document at hand, an entry of an archive.
    pub fn nothing_in_entry(&mut self, location: &Location, nothing: &Nothing) {
        if let (Some(level), true) = (self.levels.last_mut(), nothing.is_worth_a_warning()) {
            level.oddities.add(nothing.kind(), about(location, format!("This entry {nothing}")));
        }
    }

    /// Goes on.
    pub fn next(&mut self, notes: &mut Notes) -> Next<'a> {
        if let Some(warning) = self.ready.pop_front() {
            return Next::Warning(warning);
        }
        if let Some(level) = self.levels.last_mut() {
            if let Some(entry) = level.archive.next_entry() {
                notes.companions.saw(&entry.name);
                return self.entry(entry, false);
            }
            if let Some(entry) = level.pages.pop_front() {
                return self.entry(entry, true);
            }
            self.ready.extend(self.levels.pop().into_iter().flat_map(|level| level.oddities.warnings()));
            return Next::Working;
        }
        if std::mem::take(&mut self.unopened)
            && let Some((number, _)) = self.at_hand
        {
            return self.open(number);
        }
        if let Some((_, length)) = self.at_hand.take() {
            self.passed = self.passed.saturating_add(length);
            self.read.set(self.passed);
            return Next::InputDone;
        }
        let number = if self.next < self.inputs.len() {
            self.next += 1;
            notes.companions.saw(&self.inputs[self.next - 1].name);
            self.next - 1
        } else if let Some(number) = self.pages.pop_front() {
            self.last_round = true;
            number
        } else {
            return Next::End;
        };
        let input = &self.inputs[number];
        self.at_hand = Some((number, input.length()));
        self.unopened = true;
        self.read.set(self.passed);
        self.read_after = self.passed.saturating_add(input.length());
        self.budget = Budget::of(input.length());
        Next::Input(input.name.clone())
    }

    /// Opens the input at hand.
    fn open(&mut self, number: usize) -> Next<'a> {
        let input = &mut self.inputs[number];
        let location = Location { file: input.name.clone(), ..Location::default() };
        let source = match &input.bytes {
            Ok(source) => source.clone(),
            Err(error) => return Next::Nothing(Nothing::Unreadable(error.clone())),
        };
        match input.directory() {
            Some(Ok(directory)) => {
                let nothing = match directory.is_salvaged {
                    true => Nothing::Archive(Unopened::Damaged, source.length()),
                    false => Nothing::InArchive { entries: directory.records().len() },
                };
                self.read_after = self.passed;
                self.enter(source, directory, location);
                return Next::Nothing(nothing);
            }
            Some(Err(reason)) => return Next::Nothing(Nothing::Archive(reason, source.length())),
            None => {}
        }
        let stream = Counted { inner: source.at(0), count: self.read.clone() };
        let contents = match document(stream, source.length(), &self.budget) {
            Ok(document) => Contents::open(document, location.clone()),
            Err(error) => Err(Nothing::Unreadable(error.to_string())),
        };
        match contents {
            Err(nothing) => Next::Nothing(nothing),
            Ok(contents) if contents.page_of().is_some() && !self.last_round => {
                self.pages.push_back(number);
                self.at_hand = None;
                Next::Later
            }
            Ok(contents) => {
                folder_of(&location.file).clone_into(&mut self.folder);
                self.document(contents, location)
            }
        }
    }

    /// A document, unless the same came before.
    fn document(&self, contents: Contents<'a>, location: Location) -> Next<'a> {
        let came = self.levels.last().map_or(&self.came, |level| &level.came);
        match contents.page_of() {
            Some(source) if contents.is_copy() && came.contains(&(self.folder.clone(), source.clone())) => {
                Next::SameAgain(location)
            }
            _ => Next::Document(Box::new(contents)),
        }
    }

    /// Begins with an archive.
    fn enter(&mut self, source: Shared<'a>, directory: Rc<Directory>, location: Location) {
        let mut oddities = Oddities::default();
        if directory.left_out > 0 {
            let message = format!(
                "{} of its entries were not looked at: its table of contents is damaged or longer than that of any export. The others were kept.",
                directory.left_out
            );
            oddities.add(None, about(&location, message));
        }
        if directory.is_salvaged {
            let message = "This zip is damaged or cut off: its table of contents is missing. What could be found without it was kept; there may be \
                           more. Download the export again and import that too: only what is new will be added.";
            oddities.add(None, about(&location, message.to_owned()));
        }
        self.levels.push(Level {
            archive: Archive::new(source, directory),
            path: location.entry.unwrap_or_default(),
            pages: VecDeque::new(),
            came: HashSet::new(),
            oddities,
        });
    }

    /// Looks into an entry of the archive at hand. `again` if it was put off before.
    fn entry(&mut self, entry: Entry, again: bool) -> Next<'a> {
        let (Some(level), Some((number, _))) = (self.levels.last_mut(), self.at_hand) else { return Next::Working };
        let Entry { name, compressed, before, stored } = &entry;
        let location = Location {
            file: self.inputs[number].name.clone(),
            entry: Some(nested(&level.path, name)),
            ..Location::default()
        };
        let source = level.archive.source().clone();
        if self.levels.len() == 1 {
            // What was passed over before it counts as read, and it will when it is done.
            self.read.set(self.read_after.saturating_add(*before));
            self.read_after =
                self.read.get().saturating_add(*compressed).min(self.passed.saturating_add(source.length()));
        }
        let opened = match stored {
            Err(reason) => Err((Some(*reason), format!("This entry {reason}."))),
            Ok(stored) => self.look(&source, *stored, &location),
        };
        let Some(level) = self.levels.last_mut() else { return Next::Working };
        match opened {
            Err((kind, message)) => {
                level.oddities.add(kind, about(&location, message));
                Next::Working
            }
            Ok(Inside::Nothing) => Next::Working,
            Ok(Inside::Archive(source, directory)) => {
                self.enter(source, directory, location);
                Next::Working
            }
            Ok(Inside::Document(contents)) if contents.page_of().is_some() && !again => {
                if self.levels.len() == 1 {
                    self.read_after = self.read_after.saturating_sub(entry.compressed);
                }
                if let Some(level) = self.levels.last_mut() {
                    level.pages.push_back(Entry { before: 0, ..entry });
                }
                Next::Working
            }
            Ok(Inside::Document(contents)) => {
                folder_of(name).clone_into(&mut self.folder);
                self.document(*contents, location)
            }
        }
    }

    /// What is in an entry; if it cannot be read, the kind of trouble and a sentence about it.
    fn look(
        &self,
        source: &Shared<'a>,
        stored: Stored,
        location: &Location,
    ) -> Result<Inside<'a>, (Option<&'static str>, String)> {
        let unreadable = |error: io::Error| (None, format!("This entry could not be read: {error}."));
        let head = stream::peek(source, stored).map_err(unreadable)?;
        if refusal::is_zip(&head) {
            return self.look_into_archive(source, stored, &head);
        }
        if refusal::is_binary(&head) {
            return Ok(Inside::Nothing);
        }
        let bytes = stream::entry(source, stored, self.read.clone(), self.budget.clone());
        let document = document(bytes, stored.compressed, &self.budget).map_err(unreadable)?;
        match Contents::open(document, location.clone()) {
            Ok(contents) => Ok(Inside::Document(Box::new(contents))),
            Err(Nothing::Packed(reason)) => {
                Err((Some(reason), format!("This entry {reason}: unpack the zip and choose what is in it.")))
            }
            Err(_) => Ok(Inside::Nothing),
        }
    }

    fn look_into_archive(
        &self,
        source: &Shared<'a>,
        stored: Stored,
        head: &[u8],
    ) -> Result<Inside<'a>, (Option<&'static str>, String)> {
        if refusal::is_office_document(head) {
            return Ok(Inside::Nothing);
        }
        if self.levels.len() >= MAXIMUM_DEPTH {
            let message =
                "This entry is a zip inside so many others that it was not opened: unpack them and choose it.";
            return Err((Some("deep"), message.to_owned()));
        }
        let inner = if stored.deflated {
            Shared::new(Box::new(Reinflated::new(source, stored, self.budget.clone())))
        } else {
            Ok(source.part(stored.offset, stored.compressed))
        };
        let directory =
            inner.map_err(|_| Unopened::Damaged).and_then(|inner| Ok((Directory::open(&inner, &self.budget)?, inner)));
        match directory {
            Ok((directory, inner)) => Ok(Inside::Archive(inner, Rc::new(directory))),
            Err(reason) => {
                let nothing = Nothing::Archive(reason, stored.size);
                Err((Some("damaged"), format!("This entry {nothing}")))
            }
        }
    }
}

/// What is in an entry of an archive.
enum Inside<'a> {
    Document(Box<Contents<'a>>),
    Archive(Shared<'a>, Rc<Directory>),
    /// Nothing that could be an export.
    Nothing,
}

/// A document out of its bytes, which may be packed with gzip, also several times.
fn document<'a>(stream: impl Read + 'a, compressed: u64, budget: &Rc<Budget>) -> io::Result<Document<'a>> {
    let mut document = Document::open(stream)?;
    for _ in 0..MAXIMUM_DEPTH {
        if !refusal::is_gzip(&document.head) {
            break;
        }
        document = Document::open(stream::gunzip(document.bytes(), compressed, budget.clone()))?;
    }
    Ok(document)
}

/// The folders of a path; empty without.
fn folder_of(path: &str) -> &str {
    path.rfind(['/', '\\']).map_or("", |end| &path[..end])
}
