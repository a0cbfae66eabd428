use crate::{
    archive::is_media,
    document::{Contents, Outcome},
    files::{self, Files, OpenedFile},
    input::Input,
    item::{Found, Item, Summary},
    provider::Notes,
    refusal::Nothing,
    walk::{Next, Walk},
};
use aios_model::{ImportStatus, Location, Source, Timestamp, Warning};
use std::collections::{HashMap, VecDeque};

/// How many files that hold nothing are told apart, of those of which a person knows it.
const MOST_REFUSED: usize = 20;

/// Reads inputs one item at a time.
///
/// The same inputs give the same items in the same order every time.
pub struct Reader<'a> {
    walk: Walk<'a>,
    /// The input at hand.
    current: Option<Current>,
    /// The document at hand.
    contents: Option<Box<Contents<'a>>>,
    files: Files<'a>,
    /// All inputs are among the files.
    files_known: bool,
    ready: VecDeque<Item>,
    seen: HashMap<(Source, String), Option<Timestamp>>,
    notes: Notes,
    beside: Vec<(Location, &'static str)>,
    /// The file with something about conversations that was read last.
    companion: Option<Location>,
    /// Files to be refused if no conversations are found in others.
    held: Vec<(Location, Nothing)>,
    conversations: u32,
}

/// The input at hand.
struct Current {
    file: String,
    /// Something of interest was in it.
    fruitful: bool,
    /// Something about conversations was in it.
    companion: bool,
    /// What to say if nothing comes of it.
    nothing: Option<Nothing>,
}

impl<'a> Reader<'a> {
    /// A reader over inputs, in their order; but those that say something about the conversations of others come first, and web pages of exports
    /// last.
    pub fn new(inputs: Vec<Input<'a>>) -> Reader<'a> {
        Reader {
            walk: Walk::new(inputs),
            current: None,
            contents: None,
            files: Files::default(),
            files_known: false,
            ready: VecDeque::new(),
            seen: HashMap::new(),
            notes: Notes::default(),
            beside: Vec::new(),
            companion: None,
            held: Vec::new(),
            conversations: 0,
        }
    }

    /// Bytes of the inputs that were read or passed over, and of all of them.
    pub fn progress(&self) -> (u64, u64) {
        self.walk.progress()
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
        for input in self.walk.inputs() {
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

    /// Goes on to the next document. Says whether there is more.
    fn go_on(&mut self) -> bool {
        match self.walk.next(&mut self.notes) {
            Next::Input(file) => {
                self.current = Some(Current { file, fruitful: false, companion: false, nothing: None });
            }
            Next::Later => self.current = None,
            Next::Document(contents) => self.contents = Some(contents),
            Next::SameAgain(location) => {
                self.fruitful();
                self.beside.push((location, "a web page with the conversations that are in the files beside it"));
            }
            Next::Warning(warning) => self.ready.push_back(Item::Warning(warning)),
            Next::Nothing(nothing) => self.nothing(nothing),
            Next::InputDone => self.close(),
            Next::Working => self.ready.push_back(Item::Working),
            Next::End => {
                self.finish();
                return !self.ready.is_empty();
            }
        }
        true
    }

    /// Takes what comes of the document at hand.
    fn take(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Item(item) => return self.item(item),
            Outcome::Companion(location, what) => {
                if let Some(current) = &mut self.current {
                    current.companion = true;
                }
                self.companion = Some(location.clone());
                self.beside(location, what);
            }
            Outcome::Beside(location, what) => self.beside(location, what),
            Outcome::Nothing(location, nothing) if self.walk.is_in_archive() => {
                self.walk.nothing_in_entry(&location, &nothing);
            }
            Outcome::Nothing(_, nothing) => self.nothing(nothing),
            Outcome::Done => {}
        }
        self.contents = None;
    }

    fn item(&mut self, item: Item) {
        match item {
            Item::Conversation(_) | Item::Left(..) => {
                self.fruitful();
                if let Some(source) = self
                    .contents
                    .as_ref()
                    .filter(|contents| contents.page_of().is_none())
                    .and_then(|contents| contents.source())
                {
                    self.walk.came(source);
                }
            }
            _ => {}
        }
        match item {
            Item::Conversation(found) => self.conversation(found),
            other => self.ready.push_back(other),
        }
    }

    /// A document with nothing but what lies beside conversations. Alone, such a file is refused; beside others, it is only counted.
    fn beside(&mut self, location: Location, what: &'static str) {
        if !self.walk.is_in_archive() {
            self.nothing(Nothing::Beside(what));
        }
        self.beside.push((location, what));
    }

    fn nothing(&mut self, nothing: Nothing) {
        if let Some(current) = &mut self.current {
            current.nothing = Some(nothing);
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
            let report = found.report(ImportStatus::Skipped, Some(reason.to_owned()));
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
        let Some(Current { file, fruitful: false, companion, nothing: Some(nothing) }) = self.current.take() else {
            return;
        };
        // A dropped folder has much beside the conversations.
        let in_folder = file.contains('/') && nothing.is_harmless();
        let held = companion || in_folder || nothing.is_usual() || is_media(&file);
        let location = Location { file, ..Location::default() };
        if held {
            self.held.push((location, nothing));
        } else {
            self.refuse(location, &nothing);
        }
    }

    /// All inputs are done.
    fn finish(&mut self) {
        let held = std::mem::take(&mut self.held);
        if self.conversations == 0 {
            let more = held.len().saturating_sub(MOST_REFUSED);
            let last = held.get(MOST_REFUSED).map(|(location, _)| location.clone());
            for (location, nothing) in held.into_iter().take(MOST_REFUSED) {
                self.refuse(location, &nothing);
            }
            if let Some(location) = last {
                let message = format!("This file holds no conversations, and {} more do not either.", more - 1);
                self.ready.push_back(Item::Warning(Warning { location, message }));
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
            match &mut self.contents {
                Some(contents) => {
                    let outcome = contents.next(&mut self.notes);
                    self.take(outcome);
                }
                None => {
                    if !self.go_on() {
                        return None;
                    }
                }
            }
        }
    }
}
