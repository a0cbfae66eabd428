use crate::{
    elements::{Element, Elements, Ending, Step},
    lenient::Shape,
    provider::{self, Kind, Notes, Provider},
    reader::{Found, Item},
    refusal::Nothing,
    stream::Document,
    text::mend,
};
use aios_model::{ImportStatus, Location, ReportItem, Source, Warning};
use memchr::memmem;
use std::collections::VecDeque;

/// How many elements are looked at to find out what a document is: the first may be broken.
const ELEMENTS_TO_RECOGNISE: usize = 20;

/// One JSON document: a file or an entry of an archive.
pub(crate) struct Contents<'a> {
    elements: Elements<'a>,
    location: Location,
    provider: Option<&'static dyn Provider>,
    /// Elements that came before the first that was recognised: reported once it is known what they should have been.
    odd: VecDeque<(Location, String)>,
    /// Fields of the first element, for the sentence that says what it looks like.
    fields: Vec<String>,
    /// Sentences about the element that was read last, which come behind it.
    warnings: VecDeque<Warning>,
    ended: bool,
}

/// What comes of a document next.
pub(crate) enum Outcome {
    Item(Item),
    /// It is known and holds no conversations.
    Beside(Location, &'static str),
    /// No conversation is in it, and why.
    Nothing(Location, Nothing),
    Done,
}

impl<'a> Contents<'a> {
    pub fn new(document: Document<'a>, location: Location) -> Contents<'a> {
        Contents {
            elements: Elements::new(document.text()),
            location,
            provider: None,
            odd: VecDeque::new(),
            fields: Vec::new(),
            warnings: VecDeque::new(),
            ended: false,
        }
    }

    pub fn next(&mut self, notes: &mut Notes) -> Outcome {
        if let Some(warning) = self.warnings.pop_front() {
            return Outcome::Item(Item::Warning(warning));
        }
        if self.ended {
            return Outcome::Done;
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
            Step::End(ending) => self.end(ending),
        }
    }

    fn at(&self, number: Option<u64>, byte: u64) -> Location {
        Location { element: number, byte: Some(byte), ..self.location.clone() }
    }

    /// An element that should have been a conversation. It is remembered until it is known what kind.
    fn odd(&mut self, number: Option<u64>, byte: u64, reason: String) -> Outcome {
        let location = self.at(number, byte);
        if self.provider.is_some() {
            return self.failed(location, reason);
        }
        self.odd.push_back((location, reason));
        if self.odd.len() >= ELEMENTS_TO_RECOGNISE {
            self.ended = true;
            return Outcome::Nothing(self.location.clone(), Nothing::Unknown(std::mem::take(&mut self.fields)));
        }
        Outcome::Item(Item::Working)
    }

    fn failed(&self, location: Location, reason: String) -> Outcome {
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
        };
        Outcome::Item(Item::Left(Box::new(report), location))
    }

    fn element(&mut self, element: &Element, notes: &mut Notes) -> Outcome {
        let bytes = self.elements.bytes(element);
        let location = self.at(Some(element.number), element.byte);
        let (read, mended) = read(bytes, self.provider, notes);
        let reason = match read {
            Ok(Read::Conversation(provider, conversation)) => {
                self.provider = Some(provider);
                self.elements.found_again(element);
                self.warnings = mended
                    .into_iter()
                    .chain(notes.warnings.drain(..))
                    .map(|message| Warning { location: location.clone(), message })
                    .collect();
                let found = Found::new(*conversation, location);
                if found.turns > 0 {
                    return Outcome::Item(Item::Conversation(Box::new(found)));
                }
                let reason = "Nothing was said in it.".to_owned();
                let report = found.report(ImportStatus::Skipped, Some(reason));
                return Outcome::Item(Item::Left(Box::new(report), found.location));
            }
            // Inside a broken element anything may be found.
            _ if element.doubtful => return Outcome::Item(Item::Working),
            Ok(Read::Beside(what)) if self.provider.is_none() => {
                self.ended = true;
                return Outcome::Beside(self.location.clone(), what);
            }
            Ok(Read::Beside(what)) => format!("It is no conversation but {what}."),
            Ok(Read::Unknown(shape)) => {
                let kind = match bytes.first() {
                    Some(b'{') => "It is no conversation: the fields of one are missing.",
                    _ => "It is no conversation but a single value.",
                };
                if self.fields.is_empty() {
                    self.fields = shape.names().take(6).map(|name| name.chars().take(40).collect()).collect();
                }
                kind.to_owned()
            }
            Err(error) => format!("It is no valid JSON and could not be read ({error})."),
        };
        self.odd(location.element, element.byte, reason)
    }

    fn end(&mut self, ending: Ending) -> Outcome {
        self.ended = true;
        let Some(_) = self.provider else {
            let nothing = match ending {
                Ending::Early { byte, in_element } => {
                    let guess = provider::guess(self.elements.unfinished()).map(Provider::title);
                    Nothing::CutOff { guess, bytes: byte, in_element }
                }
                Ending::Unreadable { byte, reason } => Nothing::Unreadable(format!("{reason} (after {byte} bytes)")),
                Ending::Lost { from, .. } => Nothing::NotJson { byte: from },
                Ending::Whole if self.odd.is_empty() => Nothing::Empty,
                Ending::Whole => Nothing::Unknown(std::mem::take(&mut self.fields)),
            };
            return Outcome::Nothing(self.location.clone(), nothing);
        };
        let (byte, message) = match ending {
            Ending::Whole => return Outcome::Done,
            Ending::Early { byte, .. } => (
                byte,
                format!(
                    "It ends early, after {byte} bytes: every whole conversation before was kept. \
                     The download was probably interrupted; import a complete file later and only what is new will be added."
                ),
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
    Conversation(&'static dyn Provider, Box<aios_model::Conversation>),
    Beside(&'static str),
    Unknown(Shape),
}

/// Reads an element; if it is nearly JSON, a mended copy of it. The text is what was mended, as a sentence.
fn read(
    bytes: &[u8],
    provider: Option<&'static dyn Provider>,
    notes: &mut Notes,
) -> (serde_json::Result<Read>, Option<String>) {
    // NUL is valid in JSON and nowhere else.
    if memmem::find(bytes, b"\\u0000").is_none() {
        let read = read_once(bytes, provider, notes);
        if read.is_ok() {
            return (read, None);
        }
    }
    notes.warnings.clear();
    let mended = mend(bytes);
    let what = (!mended.what.is_empty()).then(|| {
        format!("The text of this conversation was damaged: {}; the rest is as it was.", mended.what.join(", "))
    });
    (read_once(&mended.json, provider, notes), what)
}

fn read_once(bytes: &[u8], provider: Option<&'static dyn Provider>, notes: &mut Notes) -> serde_json::Result<Read> {
    if let Some(provider) = provider
        && let Some(conversation) = provider.read(bytes, notes)?
    {
        return Ok(Read::Conversation(provider, Box::new(conversation)));
    }
    let shape: Shape = serde_json::from_slice(bytes)?;
    match provider::recognise(&shape) {
        Some((provider, Kind::Conversation)) => {
            let conversation = provider.read(bytes, notes)?;
            Ok(conversation
                .map_or(Read::Unknown(shape), |conversation| Read::Conversation(provider, Box::new(conversation))))
        }
        Some((_, Kind::Beside(what))) => Ok(Read::Beside(what)),
        None => Ok(Read::Unknown(shape)),
    }
}
