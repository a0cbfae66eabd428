//! Documents that a model wrote beside a conversation, followed through their changes along each branch.
//!
//! Exports have the calls with which a document was written and changed, not what came of them. Here each call that can be followed gives way to
//! the whole document as it was after it; one that cannot stays as it is.

use aios_model::{Message, Part};
use std::collections::{HashMap, HashSet};

mod pattern;

/// The most text that changes may produce in one conversation, in bytes: a small change of a large document makes a copy of it.
const MAXIMUM_PRODUCED: usize = 16 * 1024 * 1024;

/// How much may be compared for the changes of one conversation, in bytes of pattern times bytes of text.
const MAXIMUM_EFFORT: u64 = 200_000_000;

/// How many versions back along a branch a document is looked for.
const LONGEST_LOOK_BACK: usize = 2000;

/// What a call does to a document.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Change {
    /// The document; without it, the one that was written last.
    pub id: Option<String>,
    /// Its title; without it, the one that it has.
    pub title: Option<String>,
    /// What it is written in; without it, as before.
    pub language: Option<String>,
    pub action: Action,
    /// What the call says beside, to be kept as its input.
    pub rest: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Action {
    /// This is its text.
    Write(String),
    /// All of these, in their order.
    Edit(Vec<Edit>),
    /// As [`Edit`](Action::Edit); but it may well be that the document was never written here.
    EditIfKnown(Vec<Edit>),
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Edit {
    /// Text that occurs once, and what comes in its place.
    Once { old: String, new: String },
    /// A regular expression of Python, what comes in place of what it matches, and whether everywhere.
    Pattern { pattern: String, replacement: String, everywhere: bool },
}

/// Follows the documents of a conversation. `is_of_documents` tells the tools that write and change them, and `interpret` what a call of such does:
/// it is given the call's id, the tool and the input, and answers `None` if the call changes nothing, or why it cannot be followed.
///
/// Messages are in their canonical order: parents first. Returns how many changes could not be followed.
pub(crate) fn follow(
    messages: &mut [Message],
    is_of_documents: impl Fn(&str) -> bool,
    interpret: impl Fn(Option<&str>, &str, &str) -> Option<Result<Change, Unclear>>,
) -> usize {
    let is_document = |part: &Part| match part {
        Part::ToolCall { name, .. } => is_of_documents(name),
        part => matches!(part, Part::Artifact { .. }),
    };
    // Most conversations have none.
    if !messages.iter().flat_map(|message| &message.parts).any(is_document) {
        return 0;
    }
    let index: HashMap<String, usize> =
        messages.iter().enumerate().map(|(at, message)| (message.id.clone(), at)).collect();
    let mut documents = Documents {
        versions: Vec::new(),
        latest: Vec::with_capacity(messages.len()),
        room: MAXIMUM_PRODUCED,
        effort: MAXIMUM_EFFORT,
    };
    let mut unclear = 0;
    for at in 0..messages.len() {
        let above = messages[at].parent.as_ref().and_then(|parent| index.get(parent)).filter(|above| **above < at);
        documents.latest.push(above.and_then(|above| documents.latest[*above]));
        if !messages[at].parts.iter().any(is_document) {
            continue;
        }
        let parts = std::mem::take(&mut messages[at].parts);
        let failed = failed_calls(&parts);
        for (part, failed) in parts.into_iter().zip(failed) {
            let change = match &part {
                Part::ToolCall { id, name, input } if !failed => interpret(id.as_deref(), name, input),
                Part::Artifact { .. } => {
                    messages[at].parts.push(part);
                    documents.version(at, messages[at].parts.len() - 1);
                    continue;
                }
                _ => None,
            };
            match change.map(|change| change.and_then(|change| documents.apply(messages, at, change))) {
                Some(Ok((document, rest))) => {
                    if let (Part::ToolCall { id, name, .. }, Some(input)) = (part, rest) {
                        messages[at].parts.push(Part::ToolCall { id, name, input });
                    }
                    messages[at].parts.push(document);
                    documents.version(at, messages[at].parts.len() - 1);
                }
                outcome => {
                    unclear += usize::from(matches!(outcome, Some(Err(Unclear::Lost))));
                    messages[at].parts.push(part);
                }
            }
        }
    }
    unclear
}

/// Why a change cannot be followed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Unclear {
    /// What came of it is lost.
    Lost,
    /// It is about a document from elsewhere.
    Elsewhere,
}

/// Which of the parts are calls that failed, as the tool answered in the same message.
fn failed_calls(parts: &[Part]) -> Vec<bool> {
    let error = |part: &Part| match part {
        Part::ToolResult { id, error: true, .. } => Some(id.clone()),
        _ => None,
    };
    let failed: HashSet<String> = parts.iter().filter_map(error).flatten().collect();
    let has_failed = |(at, part): (usize, &Part)| match part {
        Part::ToolCall { id: Some(id), .. } => failed.contains(id),
        Part::ToolCall { id: None, .. } => {
            matches!(parts.get(at + 1), Some(Part::ToolResult { id: None, error: true, .. }))
        }
        _ => false,
    };
    parts.iter().enumerate().map(has_failed).collect()
}

/// All versions of all documents.
struct Documents {
    versions: Vec<Version>,
    /// For each message, the last version on its branch.
    latest: Vec<Option<usize>>,
    room: usize,
    effort: u64,
}

/// Where a version of a document is, and the version of any document before it on the same branch.
struct Version {
    message: usize,
    part: usize,
    before: Option<usize>,
}

impl Documents {
    fn version(&mut self, message: usize, part: usize) {
        let before = self.latest[message];
        self.latest[message] = Some(self.versions.len());
        self.versions.push(Version { message, part, before });
    }

    /// The document as it is now on the branch of a message.
    fn find<'a>(&self, messages: &'a [Message], at: usize, wanted: Option<&str>) -> Option<Known<'a>> {
        let first = self.latest[at];
        let back = std::iter::successors(first, |version| self.versions[*version].before).take(LONGEST_LOOK_BACK);
        back.map(|version| &self.versions[version]).find_map(|version| {
            match messages[version.message].parts.get(version.part)? {
                Part::Artifact { id, title, language, text } if wanted.is_none_or(|wanted| wanted == id) => {
                    Some(Known { id, title: title.as_ref(), language: language.as_ref(), text })
                }
                _ => None,
            }
        })
    }

    /// The document as it is after a change, and what else the call says.
    fn apply(&mut self, messages: &[Message], at: usize, change: Change) -> Result<(Part, Option<String>), Unclear> {
        let known = self.find(messages, at, change.id.as_deref());
        let text = match (change.action, &known) {
            (Action::Write(text), _) => text,
            (Action::EditIfKnown(_), None) => return Err(Unclear::Elsewhere),
            // All is replaced: what was there before does not matter.
            (Action::Edit(edits), None) => match <[Edit; 1]>::try_from(edits) {
                Ok([Edit::Pattern { pattern, replacement, .. }]) if pattern::is_everything(&pattern) => replacement,
                _ => return Err(Unclear::Lost),
            },
            (Action::Edit(edits) | Action::EditIfKnown(edits), Some(known)) => self.edited(known.text, edits)?,
        };
        let id = known.as_ref().map(|known| known.id.to_owned()).or(change.id).ok_or(Unclear::Lost)?;
        let title = change.title.or_else(|| known.as_ref()?.title.cloned());
        let language = change.language.or_else(|| known.as_ref()?.language.cloned());
        Ok((Part::Artifact { id, title, language, text }, change.rest))
    }

    fn edited(&mut self, text: &str, edits: Vec<Edit>) -> Result<String, Unclear> {
        let mut text = text.to_owned();
        for edit in edits {
            text = match edit {
                Edit::Once { old, new } => {
                    self.effort = self.effort.checked_sub(text.len() as u64).ok_or(Unclear::Lost)?;
                    let mut places = text.match_indices(&old).map(|(place, _)| place);
                    match (places.next(), places.next()) {
                        (Some(place), None) if !old.is_empty() => {
                            [&text[..place], &new, &text[place + old.len()..]].concat()
                        }
                        _ => return Err(Unclear::Lost),
                    }
                }
                Edit::Pattern { pattern, replacement, everywhere } => {
                    let room = self.room;
                    pattern::replace(&text, &pattern, &replacement, everywhere, room, &mut self.effort)
                        .ok_or(Unclear::Lost)?
                }
            };
            self.room = self.room.checked_sub(text.len()).ok_or(Unclear::Lost)?;
        }
        Ok(text)
    }
}

/// A version of a document.
struct Known<'a> {
    id: &'a str,
    title: Option<&'a String>,
    language: Option<&'a String>,
    text: &'a str,
}

/// The language of a file, by the ending of its name.
pub(crate) fn language_of_name(name: &str) -> Option<String> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    Some(match ending.as_str() {
        "md" => "markdown".to_owned(),
        "py" => "python".to_owned(),
        "js" | "mjs" => "javascript".to_owned(),
        "ts" => "typescript".to_owned(),
        "rs" => "rust".to_owned(),
        "sh" => "bash".to_owned(),
        "yml" => "yaml".to_owned(),
        "htm" => "html".to_owned(),
        "txt" => return None,
        _ if ending.len() <= 10 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) => ending,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Action, Change, Edit, Unclear, follow, language_of_name};
    use aios_model::{Message, Part, Role};

    fn call(input: &str) -> Part {
        Part::ToolCall { id: None, name: "doc".to_owned(), input: input.to_owned() }
    }

    fn message(id: &str, parent: Option<&str>, parts: Vec<Part>) -> Message {
        Message { parts, ..Message::text(id, parent, Role::Assistant, "") }
    }

    /// `id=text` writes, `id:old>new` changes.
    fn interpret(_: Option<&str>, name: &str, input: &str) -> Option<Result<Change, Unclear>> {
        let change = |id: &str, action| {
            let id = Some(id.to_owned()).filter(|id| !id.is_empty());
            Change { id, title: None, language: None, action, rest: None }
        };
        (name == "doc").then(|| match (input.split_once('='), input.split_once(':')) {
            (Some((id, text)), _) => Ok(change(id, Action::Write(text.to_owned()))),
            (None, Some((id, edit))) => {
                let (old, new) = edit.split_once('>').unwrap();
                Ok(change(id, Action::Edit(vec![Edit::Once { old: old.to_owned(), new: new.to_owned() }])))
            }
            _ => Err(Unclear::Lost),
        })
    }

    fn texts(messages: &[Message]) -> Vec<String> {
        let text = |part: &Part| match part {
            Part::Artifact { id, text, .. } => format!("{id}={text}"),
            Part::ToolCall { input, .. } => format!("call {input}"),
            other => format!("{other:?}"),
        };
        messages.iter().map(|message| message.parts.iter().map(text).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn changes_follow_branches_and_not_the_file() {
        let mut messages = vec![
            message("1", None, vec![call("a=one two")]),
            message("2", Some("1"), vec![call("a:one>1")]),
            message("3", Some("1"), vec![call("a:two>2"), call(":one>I")]),
            message("4", Some("2"), vec![call("b=other"), call("a:two>II")]),
        ];
        assert_eq!(follow(&mut messages, |tool| tool == "doc", interpret), 0);
        assert_eq!(texts(&messages), ["a=one two", "a=1 two", "a=one 2 a=I 2", "b=other a=1 II"]);
    }

    #[test]
    fn what_cannot_be_followed_stays_a_call_and_is_counted() {
        let mut messages = vec![
            message("1", None, vec![call("a=x x y")]),
            message("2", Some("1"), vec![call("a:gone>1"), call("a:x>1"), call("a:>1"), call("b:x>1"), call("broken")]),
            message("3", Some("2"), vec![call("a:y>z")]),
        ];
        assert_eq!(follow(&mut messages, |tool| tool == "doc", interpret), 5);
        assert_eq!(texts(&messages)[1], "call a:gone>1 call a:x>1 call a:>1 call b:x>1 call broken");
        assert_eq!(texts(&messages)[2], "a=x x z");
    }

    #[test]
    fn a_change_that_failed_did_not_happen() {
        let failed = Part::ToolResult { id: None, name: None, output: "no".to_owned(), error: true };
        let parts = vec![call("a=x"), call("a:x>y"), failed, call("a:x>z")];
        let mut messages = vec![message("1", None, parts)];
        assert_eq!(follow(&mut messages, |tool| tool == "doc", interpret), 0);
        let texts = texts(&messages);
        assert!(texts[0].starts_with("a=x call a:x>y ") && texts[0].ends_with(" a=z"), "{texts:?}");
    }

    #[test]
    fn small_changes_of_a_large_document_do_not_fill_the_memory() {
        let large = "x".repeat(1_000_000);
        let mut messages = vec![message("0", None, vec![call(&format!("a={large}y"))])];
        for at in 1..100 {
            messages.push(message(&at.to_string(), Some(&(at - 1).to_string()), vec![call("a:y>y")]));
        }
        let lost = follow(&mut messages, |tool| tool == "doc", interpret);
        assert!((80..90).contains(&lost), "{lost}");
    }

    #[test]
    fn names_tell_languages() {
        assert_eq!(language_of_name("/tmp/a.PY").as_deref(), Some("python"));
        assert_eq!(language_of_name("a.tar.weird-ending"), None);
        assert_eq!(language_of_name("Makefile"), None);
    }
}
