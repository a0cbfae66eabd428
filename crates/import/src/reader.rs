use crate::{
    archive::{Archive, Directory, Entry, Unopened},
    companions::order::companions_first,
    document::{Contents, Outcome},
    files::{self, Files, OpenedFile},
    input::{Counted, Input, Shared},
    provider::Notes,
    refusal::Nothing,
    stream::{self, Document},
};
use aios_model::{Conversation, Location, OutlineItem, ReportItem, Source, Timestamp, Warning, content_hash, turns};
use std::{
    cell::Cell,
    collections::{BTreeMap, HashMap, VecDeque},
    io::Read,
    rc::Rc,
};

/// What comes next in the inputs.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// A conversation with something in it.
    Conversation(Box<Found>),
    /// A conversation that has to be left out: nothing is in it, it was there already, or it cannot be read. Status and reason are in it.
    Left(Box<ReportItem>, Location),
    /// Something that could not be taken as it was.
    Warning(Warning),
    /// A file without a conversation, and why, as a sentence for a person that says what to do.
    Refused(Location, String),
    /// Nothing yet, but more was read: an occasion to show progress and to stop.
    Working,
}

/// A conversation that was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// The conversation.
    pub conversation: Conversation,
    /// Where it is.
    pub location: Location,
    /// Turns in it, all branches included.
    pub turns: u32,
    /// Leaves of its tree of turns.
    pub branches: u32,
    files: Vec<String>,
}

impl Found {
    pub(crate) fn new(conversation: Conversation, location: Location) -> Found {
        let tree = turns(&conversation);
        let mut is_leaf = vec![true; tree.turns.len()];
        tree.turns.iter().filter_map(|turn| turn.parent).for_each(|parent| is_leaf[parent] = false);
        let branches = is_leaf.iter().filter(|leaf| **leaf).count();
        let turns = count(tree.turns.len());
        Found { conversation, location, turns, branches: count(branches), files: Vec::new() }
    }

    /// What it refers to (by a picture's or an attachment's `reference`) whose bytes are in the inputs: [`Reader::open_file`] gives them.
    pub fn files(&self) -> Vec<String> {
        self.files.clone()
    }

    /// What an outline shows of it, with the hash of its content.
    pub fn outline(&self) -> OutlineItem {
        let conversation = &self.conversation;
        OutlineItem {
            source: conversation.source.clone(),
            source_id: conversation.source_id.clone(),
            title: conversation.title.clone(),
            created: conversation.created,
            updated: conversation.updated,
            messages: count(conversation.messages.len()),
            turns: self.turns,
            branches: self.branches,
            content_hash: content_hash(conversation),
        }
    }

    /// Its line in a report. Status and what else the store says about it are the caller's.
    pub fn report(&self, status: aios_model::ImportStatus, reason: Option<String>) -> ReportItem {
        let conversation = &self.conversation;
        ReportItem {
            source: conversation.source.clone(),
            source_id: conversation.source_id.clone(),
            session_id: None,
            title: conversation.title.clone(),
            created: conversation.created,
            updated: conversation.updated,
            messages: count(conversation.messages.len()),
            turns: self.turns,
            branches: self.branches,
            status,
            reason,
            location: Some(self.location.clone()),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What else was seen in the inputs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Fields and types that this version does not know, and how often: a changed export shows here first. At most 500 names.
    pub unknown: BTreeMap<String, u64>,
    /// What lies beside conversations in exports, is known and has none in it, and where.
    pub beside: Vec<(Location, &'static str)>,
}

/// Reads inputs one item at a time.
///
/// The same inputs give the same items in the same order every time.
pub struct Reader<'a> {
    inputs: Vec<Waiting<'a>>,
    /// The input that comes next.
    next: usize,
    files: Files<'a>,
    /// All inputs are among the files.
    files_known: bool,
    current: Option<Current<'a>>,
    ready: VecDeque<Item>,
    seen: HashMap<(Source, String), Option<Timestamp>>,
    notes: Notes,
    beside: Vec<(Location, &'static str)>,
    /// The file with something about conversations that was read last.
    companion: Option<Location>,
    /// Files with nothing else in them: to be refused if no conversations are found in others.
    held: Vec<(Location, Nothing)>,
    /// Bytes that were read or passed over.
    read: Rc<Cell<u64>>,
    /// What `read` will be when the input at hand is done.
    read_after_input: u64,
    total: u64,
    conversations: u32,
}

/// An input, before and after it is read: its files may be asked for at any time.
pub(crate) struct Waiting<'a> {
    pub name: String,
    /// Its bytes, or why they cannot be read.
    pub bytes: Result<Shared<'a>, String>,
    /// Its table of contents, if it is an archive and that was read.
    directory: Option<Result<Rc<Directory>, Unopened>>,
}

impl<'a> Waiting<'a> {
    pub fn new(Input { name, bytes }: Input<'a>) -> Waiting<'a> {
        Waiting { name, bytes: Shared::new(bytes).map_err(|error| error.to_string()), directory: None }
    }

    /// Whether it begins like a zip, and its table of contents, which is read once.
    pub fn directory(&mut self) -> Option<Result<Rc<Directory>, Unopened>> {
        let source = self.bytes.as_ref().ok()?;
        if self.directory.is_none() {
            let mut head = [0; 4];
            source.at(0).read_exact(&mut head).ok()?;
            if !is_zip(&head) {
                return None;
            }
            self.directory = Some(Directory::read(source).map(Rc::new));
        }
        self.directory.clone()
    }
}

fn is_zip(head: &[u8]) -> bool {
    matches!(head, [b'P', b'K', ..0x20, ..])
}

/// The input at hand.
struct Current<'a> {
    file: String,
    source: Shared<'a>,
    archive: Option<Archive<'a>>,
    contents: Option<Contents<'a>>,
    /// Something of interest was in it.
    fruitful: bool,
    /// Something about conversations was in it.
    companion: bool,
    /// Entries of an archive that were looked into and held nothing known.
    fruitless: u32,
    /// What to say if nothing comes of it.
    nothing: Option<Nothing>,
}

impl<'a> Reader<'a> {
    /// A reader over inputs, in their order; but those that say something about the conversations of others come first.
    pub fn new(inputs: Vec<Input<'a>>) -> Reader<'a> {
        let mut inputs: Vec<Waiting<'a>> = inputs.into_iter().map(Waiting::new).collect();
        let lengths = inputs.iter().map(|input| input.bytes.as_ref().map_or(0, Shared::length));
        let total = lengths.fold(0, u64::saturating_add);
        companions_first(&mut inputs);
        Reader {
            inputs,
            next: 0,
            files: Files::default(),
            files_known: false,
            current: None,
            ready: VecDeque::new(),
            seen: HashMap::new(),
            notes: Notes::default(),
            beside: Vec::new(),
            companion: None,
            held: Vec::new(),
            read: Rc::default(),
            read_after_input: 0,
            total,
            conversations: 0,
        }
    }

    /// Bytes of the inputs that were read or passed over, and of all of them.
    pub fn progress(&self) -> (u64, u64) {
        (self.read.get().min(self.total), self.total)
    }

    /// Conversations that were found so far.
    pub fn conversations(&self) -> u32 {
        self.conversations
    }

    /// What else was seen so far.
    pub fn summary(&self) -> Summary {
        Summary { unknown: self.notes.unknown.clone(), beside: self.beside.clone() }
    }

    /// A file of the inputs by the reference that a conversation has to it: one of [`Found::files`]. Files are at hand as soon as the
    /// conversation is, and as long as the reader. Those of archives inside of archives are not.
    pub fn open_file(&mut self, reference: &str) -> Option<OpenedFile<'_>> {
        self.know_files();
        let place = self.files.find(reference)?;
        self.files.open(place)
    }

    /// Takes the names of all files in the inputs, also of those that come later: the pictures of one may be in the next.
    fn know_files(&mut self) {
        if std::mem::replace(&mut self.files_known, true) {
            return;
        }
        for input in &mut self.inputs {
            match (input.directory(), &input.bytes) {
                (Some(Ok(directory)), Ok(bytes)) => self.files.add_archive(directory, bytes.clone()),
                (None, Ok(bytes)) => self.files.add_plain(&input.name, bytes.clone()),
                _ => {}
            }
        }
    }

    /// Notes which files of a conversation are at hand. Those that are and cannot be handed out are worth a warning.
    fn find_files(&mut self, found: &mut Found) {
        let references = files::references(&found.conversation);
        if references.is_empty() {
            return;
        }
        self.know_files();
        let mut obstacles = Vec::new();
        for reference in references {
            let Some(place) = self.files.find(reference) else { continue };
            match self.files.obstacle(place) {
                None => found.files.push(reference.to_owned()),
                Some(obstacle) => obstacles.push((reference, obstacle)),
            }
        }
        let count = obstacles.len();
        if let Some((reference, obstacle)) = obstacles.into_iter().next() {
            let name: String = reference.chars().take(100).collect();
            let more = if count > 1 { format!(" The same goes for {} more.", count - 1) } else { String::new() };
            let message = format!("The file {name} {obstacle}. The conversation is kept without it.{more}");
            self.ready.push_back(Item::Warning(Warning { location: found.location.clone(), message }));
        }
    }

    /// Opens an input.
    fn open(&mut self, number: usize) {
        let input = &mut self.inputs[number];
        let file = input.name.clone();
        self.notes.companions.saw(&file);
        let location = Location { file: file.clone(), ..Location::default() };
        let directory = input.directory();
        let source = match &input.bytes {
            Ok(source) => source.clone(),
            Err(error) => {
                let error = error.clone();
                return self.refuse(location, &Nothing::Unreadable(error));
            }
        };
        self.read_after_input = self.read_after_input.saturating_add(source.length());
        let counted = Counted { inner: source.at(0), count: self.read.clone() };
        let document = match Document::open(counted) {
            Ok(document) => document,
            Err(error) => return self.refuse(location, &Nothing::Unreadable(error.to_string())),
        };
        let mut current = Current {
            file,
            source,
            archive: None,
            contents: None,
            fruitful: false,
            companion: false,
            fruitless: 0,
            nothing: None,
        };
        if let Some(directory) = directory {
            match directory.map(|directory| Archive::new(current.source.clone(), directory)) {
                Ok(archive) => {
                    current.nothing = Some(Nothing::InArchive { entries: archive.len() });
                    current.archive = Some(archive);
                }
                Err(reason) => {
                    self.read.set(self.read_after_input);
                    return self.refuse(location, &Nothing::Archive(reason, current.source.length()));
                }
            }
        } else {
            match Contents::open(document, location.clone()) {
                Ok(contents) => current.contents = Some(contents),
                Err(nothing) => {
                    self.read.set(self.read_after_input);
                    return self.refuse(location, &nothing);
                }
            }
        }
        self.current = Some(current);
    }

    /// Goes on with the next entry of the archive at hand. Says whether there was one.
    fn open_entry(&mut self) -> bool {
        let Some(current) = &mut self.current else { return false };
        let Some(Entry { name, compressed, stored }) = current.archive.as_mut().and_then(Archive::next_entry) else {
            return false;
        };
        self.notes.companions.saw(&name);
        let location = Location { file: current.file.clone(), entry: Some(name), ..Location::default() };
        let warn = |message: String| Item::Warning(Warning { location: location.clone(), message });
        let stored = match stored {
            Ok(stored) => stored,
            Err(reason) => {
                self.ready.push_back(warn(format!("This entry {reason}.")));
                return true;
            }
        };
        let before = self.read.get();
        match Document::open(stream::entry(&current.source, stored, self.read.clone())) {
            Ok(document) => match Contents::open(document, location.clone()) {
                Ok(contents) => current.contents = Some(contents),
                Err(nothing) => {
                    if let Nothing::Packed(reason) = nothing {
                        self.ready
                            .push_back(warn(format!("This entry {reason}: unpack the zip and choose what is in it.")));
                    }
                    self.read.set(before.saturating_add(compressed));
                }
            },
            Err(error) => self.ready.push_back(warn(format!("This entry could not be read: {error}."))),
        }
        true
    }

    /// Takes what comes of the document at hand.
    fn take(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Item(Item::Conversation(found)) => {
                self.fruitful();
                self.conversation(found);
            }
            Outcome::Item(item) => {
                if matches!(item, Item::Left(..)) {
                    self.fruitful();
                }
                self.ready.push_back(item);
            }
            Outcome::Companion(location, what) => {
                if let Some(current) = &mut self.current {
                    current.contents = None;
                    current.companion = true;
                    if current.archive.is_none() {
                        current.nothing = Some(Nothing::Beside(what));
                    }
                }
                self.companion = Some(location.clone());
                self.beside.push((location, what));
            }
            Outcome::Beside(location, what) => {
                // Alone, such a file is refused; beside others, it is only counted.
                if let Some(current) = &mut self.current {
                    current.contents = None;
                    if current.archive.is_none() {
                        current.nothing = Some(Nothing::Beside(what));
                    }
                }
                self.beside.push((location, what));
            }
            Outcome::Nothing(location, nothing) => {
                let Some(current) = &mut self.current else { return };
                current.contents = None;
                if current.archive.is_none() {
                    current.nothing = Some(nothing);
                } else if nothing.is_worth_a_warning() {
                    current.fruitless += 1;
                    // A strange archive may hold thousands of them.
                    if current.fruitless <= 20 {
                        let message = format!("This entry {nothing}");
                        self.ready.push_back(Item::Warning(Warning { location, message }));
                    }
                }
            }
            Outcome::Done => {
                if let Some(current) = &mut self.current {
                    current.contents = None;
                }
            }
        }
    }

    fn fruitful(&mut self) {
        if let Some(current) = &mut self.current {
            current.fruitful = true;
        }
    }

    /// Hands a conversation out, unless one that is as new has been.
    fn conversation(&mut self, mut found: Box<Found>) {
        self.notes.companions.apply(&mut found.conversation);
        let conversation = &found.conversation;
        let key = (conversation.source.clone(), conversation.source_id.clone());
        if let Some(updated) = self.seen.get(&key)
            && conversation.updated <= *updated
        {
            let reason = "The same conversation was found earlier in these files, as new or newer.";
            let report = found.report(aios_model::ImportStatus::Skipped, Some(reason.to_owned()));
            return self.ready.push_back(Item::Left(Box::new(report), found.location));
        }
        self.seen.insert(key, conversation.updated);
        self.conversations += 1;
        self.find_files(&mut found);
        self.ready.push_back(Item::Conversation(found));
    }

    fn refuse(&mut self, location: Location, nothing: &Nothing) {
        self.ready.push_back(Item::Refused(location, format!("This file {nothing}")));
    }

    /// The input at hand is done.
    fn close(&mut self) {
        if let Some(current) = self.current.take() {
            self.read.set(self.read_after_input);
            if let Some(nothing) = current.nothing.filter(|_| !current.fruitful) {
                let location = Location { file: current.file, ..Location::default() };
                if current.companion {
                    self.held.push((location, nothing));
                } else {
                    self.refuse(location, &nothing);
                }
            }
        }
    }

    /// All inputs are done.
    fn finish(&mut self) {
        for (location, nothing) in std::mem::take(&mut self.held) {
            if self.conversations == 0 {
                self.refuse(location, &nothing);
            }
        }
        if let Some(location) = self.companion.take().filter(|_| self.conversations > 0) {
            let sentences = self.notes.companions.left_over().into_iter();
            self.ready.extend(sentences.map(|message| Item::Warning(Warning { location: location.clone(), message })));
        }
    }
}

impl Iterator for Reader<'_> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            match &mut self.current {
                Some(Current { contents: Some(contents), .. }) => {
                    let outcome = contents.next(&mut self.notes);
                    self.take(outcome);
                }
                Some(Current { archive: Some(_), .. }) => {
                    if self.open_entry() {
                        return Some(self.ready.pop_front().unwrap_or(Item::Working));
                    }
                    self.close();
                }
                Some(_) => self.close(),
                None if self.next == self.inputs.len() => {
                    self.finish();
                    return self.ready.pop_front();
                }
                None => {
                    self.next += 1;
                    self.open(self.next - 1);
                }
            }
        }
    }
}
