use crate::{
    elements::Elements,
    item::{Found, Item},
    json,
    lenient::Shape,
    pieces::{Behind, Pieces},
    provider::{self, Collector, Context, Cut, Kind, Notes, Provider},
    refusal::{self, Nothing},
    splitter::{Element, Ending, Splitter, Step},
    stream::Document,
    text::mend,
};
use aios_model::{Conversation, ImportStatus, Location, ReportItem, Source, Warning};
use memchr::memmem;
use std::collections::VecDeque;

/// How many elements are looked at to find out what a document is: the first may be broken.
const ELEMENTS_TO_RECOGNISE: usize = 20;

/// One document: a file or an entry of an archive.
pub(crate) struct Contents<'a> {
    elements: Box<dyn Splitter + 'a>,
    location: Location,
    /// The document's name without its folders.
    name: String,
    provider: Option<&'static dyn Provider>,
    /// The kind of export that has the same in a better form, if this is a web page of one.
    page_of: Option<Source>,
    /// The page holds the very same as the files beside it.
    is_copy: bool,
    /// Puts pieces of conversations together, if the document is made of such.
    collector: Option<Box<dyn Collector>>,
    /// What it is, if it has no conversations but says something about them.
    companion: Option<&'static str>,
    /// Conversations came of the collector.
    collected: bool,
    /// Elements that came before the first that was recognised: reported once it is known what they should have been.
    odd: VecDeque<(Location, String)>,
    /// Fields of the first element, for the sentence that says what it looks like.
    fields: Vec<String>,
    /// What comes before anything else: conversations of the collector, and sentences about the element that was read last.
    ready: VecDeque<Item>,
    ended: bool,
}

/// What comes of a document next.
pub(crate) enum Outcome {
    Item(Item),
    /// It says something about conversations and was read.
    Companion(Location, &'static str),
    /// It is known and holds no conversations.
    Beside(Location, &'static str),
    /// No conversation is in it, and why.
    Nothing(Location, Nothing),
    Done,
}

impl<'a> Contents<'a> {
    /// Contents of a document, unless its first bytes tell that there can be none in it.
    pub fn open(document: Document<'a>, location: Location) -> Result<Contents<'a>, Nothing> {
        let refused = refusal::not_json(&document.head);
        let page = refused.as_ref().and_then(|_| provider::recognise_document(&document.head));
        let (elements, provider): (Box<dyn Splitter + 'a>, _) = match (refused, page) {
            (None, _) => (Box::new(Elements::new(document.text())), None),
            (_, Some((_, Cut::JsonBehind(mark)))) => {
                (Box::new(Elements::of_first_list(Box::new(Behind::new(document.text(), mark)))), None)
            }
            (_, Some((provider, Cut::At(mark)))) => (Box::new(Pieces::new(document.text(), mark)), Some(provider)),
            (Some(nothing), None) => return Err(nothing),
        };
        let name = location.entry.as_ref().unwrap_or(&location.file);
        Ok(Contents {
            elements,
            name: name.rsplit(['/', '\\', '›']).next().unwrap_or(name).trim_start().to_owned(),
            location,
            provider,
            page_of: page.map(|(provider, _)| provider.source()),
            is_copy: matches!(page, Some((_, Cut::JsonBehind(_)))),
            collector: provider.and_then(Provider::collector),
            companion: None,
            collected: false,
            odd: VecDeque::new(),
            fields: Vec::new(),
            ready: VecDeque::new(),
            ended: false,
        })
    }

    /// The kind of export whose conversations are in it, as far as it is known.
    pub fn source(&self) -> Option<Source> {
        self.provider.map(Provider::source)
    }

    /// The kind of export that this is a web page of. It has what the files of that export have in a better form.
    pub fn page_of(&self) -> Option<&Source> {
        self.page_of.as_ref()
    }

    /// Whether it is a page that need not be read if anything of the same kind came before: it has the JSON of the other files in it. What is written
    /// out as a page may hold more than they do, and is told from them conversation by conversation.
    pub fn is_copy(&self) -> bool {
        self.is_copy
    }

    pub fn next(&mut self, notes: &mut Notes) -> Outcome {
        if let Some(item) = self.ready.pop_front() {
            return Outcome::Item(item);
        }
        if self.ended {
            return self.collect(notes);
        }
        if self.provider.is_some()
            && let Some((location, reason)) = self.odd.pop_front()
        {
            return self.failed(location, reason);
        }
        match self.elements.step() {
            Step::Working => Outcome::Item(Item::Working),
            Step::Element(element) => self.element(&element, notes),
            Step::Broken { number, byte } => self.odd(
                Some(number),
                byte,
                "It is damaged here and could not be read; reading went on with the next whole one.".to_owned(),
            ),
            Step::TooLarge { number, byte } => self.odd(
                Some(number),
                byte,
                format!("It is larger than {} MiB, the most that one may be.", crate::MAXIMUM_ELEMENT >> 20),
            ),
            Step::End(ending) => self.end(ending, notes),
        }
    }

    /// What the collector has whole; after the end, all that it has.
    fn collect(&mut self, notes: &mut Notes) -> Outcome {
        let Some(collector) = &mut self.collector else {
            return if self.ended { Outcome::Done } else { Outcome::Item(Item::Working) };
        };
        let mut context = Context { name: &self.name, head: self.elements.head(), notes };
        match collector.conversation(self.ended, &mut context) {
            Some(conversation) => {
                self.collected = true;
                let location = self.location.clone();
                self.ready.extend(warnings(&location, notes.warnings.drain(..)));
                Outcome::Item(found(conversation, location))
            }
            None if !self.ended => Outcome::Item(Item::Working),
            None if !self.collected => {
                self.collected = true;
                Outcome::Beside(self.location.clone(), collector.beside())
            }
            None => Outcome::Done,
        }
    }

    fn at(&self, number: Option<u64>, byte: u64) -> Location {
        self.counted(Location { element: number, byte: Some(byte), ..self.location.clone() })
    }

    /// A place as it is counted here: what a collector takes are no conversations.
    fn counted(&self, location: Location) -> Location {
        if self.collector.is_none() || location.element.is_none() {
            return location;
        }
        Location { piece: location.element, element: None, ..location }
    }

    /// An element that should have been a conversation. It is remembered until it is known what kind.
    fn odd(&mut self, number: Option<u64>, byte: u64, reason: String) -> Outcome {
        let location = self.at(number, byte);
        if self.provider.is_some() {
            return self.failed(location, reason);
        }
        if let Some(what) = self.companion {
            let message = format!("A piece of {what} could not be read and was left out. {reason}");
            return Outcome::Item(Item::Warning(Warning { location, message }));
        }
        self.odd.push_back((location, reason));
        if self.odd.len() >= ELEMENTS_TO_RECOGNISE {
            self.ended = true;
            return Outcome::Nothing(self.location.clone(), Nothing::Unknown(std::mem::take(&mut self.fields)));
        }
        Outcome::Item(Item::Working)
    }

    fn failed(&self, location: Location, reason: String) -> Outcome {
        // What is counted here may not have been known when it was passed.
        let location = self.counted(location);
        let report = ReportItem {
            source: self.provider.map_or(Source::from_name(""), |provider| provider.source()),
            source_id: String::new(),
            session_id: None,
            title: None,
            created: None,
            updated: None,
            messages: 0,
            turns: 0,
            branches: 0,
            status: ImportStatus::Failed,
            reason: Some(reason),
            location: Some(location.clone()),
        };
        Outcome::Item(Item::Left(Box::new(report), location))
    }

    fn element(&mut self, element: &Element, notes: &mut Notes) -> Outcome {
        let bytes = self.elements.bytes(element);
        let mut context = Context { name: &self.name, head: self.elements.head(), notes };
        let (read, mended) = read(bytes, self.provider, &mut self.collector, &mut context);
        let location = self.at(Some(element.number), element.byte);
        let expected = if self.collector.is_some() { "part of a conversation" } else { "conversation" };
        let reason = match read {
            Ok(Read::Taken(provider)) => {
                self.provider = Some(provider);
                self.elements.found_again(element);
                self.ready.extend(warnings(&location, mended.into_iter().chain(notes.warnings.drain(..))));
                return self.collect(notes);
            }
            Ok(Read::Conversation(provider, conversation)) => {
                self.provider = Some(provider);
                self.elements.found_again(element);
                self.ready.extend(warnings(&location, mended.into_iter().chain(notes.warnings.drain(..))));
                return Outcome::Item(found(*conversation, location));
            }
            Ok(Read::Companion(what)) if self.provider.is_none() => {
                self.companion = Some(what);
                self.elements.found_again(element);
                self.ready.extend(warnings(&location, mended.into_iter().chain(notes.warnings.drain(..))));
                return Outcome::Item(Item::Working);
            }
            Ok(Read::Unknown(_)) | Err(_) if !element.doubtful && is_list_of_objects(bytes) => {
                self.elements.look_inside(element);
                format!("It is no {expected} but a list; what is in the list was looked through.")
            }
            // Inside a broken element anything may be found.
            _ if element.doubtful => return Outcome::Item(Item::Working),
            Ok(Read::Beside(what)) if self.provider.is_none() => {
                self.ended = true;
                return Outcome::Beside(self.location.clone(), what);
            }
            Ok(Read::Beside(what) | Read::Companion(what)) => format!("It is no {expected} but {what}."),
            Ok(Read::Unknown(shape)) => {
                if self.fields.is_empty() {
                    self.fields = shape.names().take(6).map(|name| name.chars().take(40).collect()).collect();
                }
                match bytes.first() {
                    Some(b'{') => format!("It is no {expected}: the fields of one are missing."),
                    _ => format!("It is no {expected} but a single value."),
                }
            }
            Err(error) => format!("It is no valid JSON and could not be read ({error})."),
        };
        self.odd(Some(element.number), element.byte, reason)
    }

    fn end(&mut self, ending: Ending, notes: &mut Notes) -> Outcome {
        self.ended = true;
        if let (None, Some(what)) = (self.provider, self.companion) {
            return Outcome::Companion(self.location.clone(), what);
        }
        let Some(_) = self.provider else {
            let nothing = match ending {
                Ending::Early { byte, in_element } => {
                    let guess = provider::guess(self.elements.unfinished()).map(Provider::title);
                    Nothing::CutOff { guess, bytes: byte, in_element }
                }
                Ending::InLine { byte } => Nothing::CutOff { guess: None, bytes: byte, in_element: true },
                Ending::Unreadable { byte, reason } => Nothing::Unreadable(format!("{reason} (after {byte} bytes)")),
                Ending::Lost { from, .. } => Nothing::NotJson { byte: from },
                Ending::Whole if self.odd.is_empty() => Nothing::Empty,
                Ending::Whole => Nothing::Unknown(std::mem::take(&mut self.fields)),
            };
            return Outcome::Nothing(self.location.clone(), nothing);
        };
        let (byte, message) = match ending {
            Ending::Whole => return self.collect(notes),
            Ending::Early { byte, .. } => (
                byte,
                format!(
                    "It ends early, after {byte} bytes: every whole conversation before was kept. \
                     The download was probably interrupted; import a complete file later and only what is new will be added."
                ),
            ),
            Ending::InLine { byte } => (
                byte,
                "Its last line is not whole: it was being written when the file was copied, or the file was cut off. Every line before was \
                 kept; import the whole file later and only what is new will be added."
                    .to_owned(),
            ),
            Ending::Unreadable { byte, reason } => (
                byte,
                format!(
                    "It could be read up to byte {byte} only ({reason}); every whole conversation before was kept."
                ),
            ),
            Ending::Lost { from, to } => (
                from,
                format!(
                    "No whole conversation was found behind the damage: {} bytes up to the end were left out.",
                    to - from
                ),
            ),
        };
        Outcome::Item(Item::Warning(Warning { location: self.at(None, byte), message }))
    }
}

enum Read {
    Conversation(&'static dyn Provider, Box<Conversation>),
    /// The collector has it.
    Taken(&'static dyn Provider),
    Companion(&'static str),
    Beside(&'static str),
    Unknown(Shape),
}

/// Whether an element begins as a list of objects does, be it with a comma too many: a bracket may be what is too many.
fn is_list_of_objects(bytes: &[u8]) -> bool {
    let inside = bytes.strip_prefix(b"[").unwrap_or_default();
    inside.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != b',') == Some(&b'{')
}

/// A conversation that was read, or the line that says why it is left out.
fn found(conversation: Conversation, location: Location) -> Item {
    let found = Found::new(conversation, location);
    if found.turns > 0 {
        return Item::Conversation(Box::new(found));
    }
    let report = found.report(ImportStatus::Skipped, Some("Nothing was said in it.".to_owned()));
    Item::Left(Box::new(report), found.location)
}

fn warnings(location: &Location, sentences: impl Iterator<Item = String>) -> impl Iterator<Item = Item> {
    sentences.map(|message| Item::Warning(Warning { location: location.clone(), message }))
}

/// Reads an element; if it is nearly JSON, a mended copy of it. The text is what was mended, as a sentence.
fn read(
    bytes: &[u8],
    provider: Option<&'static dyn Provider>,
    collector: &mut Option<Box<dyn Collector>>,
    context: &mut Context<'_>,
) -> (serde_json::Result<Read>, Option<String>) {
    // NUL is valid in JSON and nowhere else.
    if memmem::find(bytes, b"\\u0000").is_none() {
        let read = read_once(bytes, provider, collector, context);
        if read.is_ok() {
            return (read, None);
        }
    }
    context.notes.warnings.clear();
    let mended = mend(bytes);
    let what = (!mended.what.is_empty()).then(|| {
        format!("The text of this conversation was damaged: {}; the rest is as it was.", mended.what.join(", "))
    });
    (read_once(&mended.json, provider, collector, context), what)
}

fn read_once(
    bytes: &[u8],
    provider: Option<&'static dyn Provider>,
    collector: &mut Option<Box<dyn Collector>>,
    context: &mut Context<'_>,
) -> serde_json::Result<Read> {
    if let Some(provider) = provider {
        if let Some(collector) = collector
            && collector.take(bytes, context)?
        {
            return Ok(Read::Taken(provider));
        }
        if let Some(conversation) = provider.read(bytes, context)? {
            return Ok(Read::Conversation(provider, Box::new(conversation)));
        }
    }
    let shape: Shape = json::from_slice(bytes)?;
    match provider::recognise(&shape) {
        Some((provider, Kind::Conversation)) => {
            let conversation = provider.read(bytes, context)?;
            Ok(conversation
                .map_or(Read::Unknown(shape), |conversation| Read::Conversation(provider, Box::new(conversation))))
        }
        Some((provider, Kind::Piece)) if collector.is_none() => {
            let mut fresh = provider.collector();
            let taken = fresh.as_mut().map_or(Ok(false), |fresh| fresh.take(bytes, context))?;
            if taken {
                *collector = fresh;
            }
            Ok(if taken { Read::Taken(provider) } else { Read::Unknown(shape) })
        }
        // One document holds the pieces of one kind.
        Some((_, Kind::Piece)) | None => Ok(Read::Unknown(shape)),
        Some((provider, Kind::Companion(what))) => {
            provider.companion(bytes, context)?;
            Ok(Read::Companion(what))
        }
        Some((_, Kind::Beside(what))) => Ok(Read::Beside(what)),
    }
}
