//! What files beside the conversations say about them.

use aios_model::{Conversation, Feedback, Message, Part, Rating, Role, Source, Timestamp};
use std::collections::{BTreeSet, HashMap, HashSet};

pub(crate) mod order;

/// The most that is kept of such files, in bytes of text: names and ratings of a history of decades are far below.
const MAXIMUM_SIZE: usize = 32 * 1024 * 1024;

/// The longest name of a file or a project, in characters.
const MAXIMUM_NAME: usize = 300;

/// Names of files, ratings and names of projects, from the files of an export that have no conversations in them. They are read before the
/// conversations, as far as can be told, and given to each before it is handed out.
#[derive(Default)]
pub(crate) struct Companions {
    files: HashMap<(Source, String), FileName>,
    /// By conversation, each with whether it found its message.
    ratings: HashMap<(Source, String), Vec<(GivenRating, bool)>>,
    projects: HashMap<(Source, String), String>,
    /// Files with conversations that a table of contents names, without their folders.
    expected: BTreeSet<String>,
    /// Files and entries that are there and could be such.
    present: HashSet<String>,
    size: usize,
    /// Something was left out because there was too much.
    full: bool,
}

/// What a file was called by the person who sent it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct FileName {
    pub name: String,
    pub media_type: Option<String>,
}

/// A thumb that was given to a message.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct GivenRating {
    /// Ids under which the message may be known.
    pub message: Vec<String>,
    /// When it was given: after the message that it is for.
    pub created: Option<Timestamp>,
    pub rating: Rating,
    pub feedback: Option<Feedback>,
}

impl Companions {
    /// Remembers what a file was called.
    pub fn name_file(&mut self, source: Source, id: &str, file: FileName) {
        let name = cut(&file.name);
        if self.has_room(id.len() + name.len()) {
            self.files.insert((source, id.to_owned()), FileName { name, ..file });
        }
    }

    /// Remembers what a project is called.
    pub fn name_project(&mut self, source: Source, id: &str, name: &str) {
        if self.has_room(id.len() + MAXIMUM_NAME) {
            self.projects.insert((source, id.to_owned()), cut(name));
        }
    }

    /// Remembers a rating of a message in a conversation.
    pub fn rate(&mut self, source: Source, conversation: &str, rating: GivenRating) {
        let words = rating.feedback.iter().flat_map(|feedback| [&feedback.reason, &feedback.comment]);
        let size = words.flatten().map(String::len).sum::<usize>() + conversation.len() + 200;
        if self.has_room(size) {
            self.ratings.entry((source, conversation.to_owned())).or_default().push((rating, false));
        }
    }

    /// Remembers that a file with conversations, by its name without folders, should be there.
    pub fn expect(&mut self, name: &str) {
        let name = base(name);
        if is_of_conversations(name) && self.has_room(name.len()) {
            self.expected.insert(name.to_owned());
        }
    }

    /// Remembers that a file or an entry is there.
    pub fn saw(&mut self, name: &str) {
        let name = base(name);
        if is_of_conversations(name) && self.has_room(name.len()) {
            self.present.insert(name.to_owned());
        }
    }

    /// The name of a project.
    pub fn project(&self, source: &Source, id: &str) -> Option<&str> {
        self.projects.get(&(source.clone(), id.to_owned())).map(String::as_str)
    }

    /// Gives a conversation what was said about it.
    pub fn apply(&mut self, conversation: &mut Conversation) {
        if !self.files.is_empty() {
            let source = conversation.source.clone();
            for part in conversation.messages.iter_mut().flat_map(|message| &mut message.parts) {
                self.name(&source, part);
            }
        }
        let key = (conversation.source.clone(), conversation.source_id.clone());
        let Some(ratings) = self.ratings.get_mut(&key) else { return };
        // Of two for one message the later holds.
        ratings.sort_by_key(|(given, _)| given.created);
        let messages = Messages::new(&conversation.messages);
        let found: Vec<Option<usize>> = ratings.iter().map(|(given, _)| messages.rated(given)).collect();
        for ((given, used), found) in ratings.iter_mut().zip(found) {
            if let Some(message) = found.and_then(|at| conversation.messages.get_mut(at)) {
                message.rating = Some(given.rating);
                message.feedback.clone_from(&given.feedback);
                *used = true;
            }
        }
    }

    /// What is left when all files are read, as sentences for a person.
    pub fn left_over(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let lost = self.ratings.values().flatten().filter(|(_, used)| !used).count();
        if lost > 0 {
            sentences.push(format!(
                "{lost} of the ratings could not be given to a message: it is in none of these files. They were left out."
            ));
        }
        let missing: Vec<&str> =
            self.expected.iter().filter(|name| !self.present.contains(*name)).map(String::as_str).collect();
        if let Some(first) = missing.first() {
            let more = missing.len() - 1;
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            sentences.push(format!(
                "The table of contents of this export names {first}{more}, not among these files: the conversations in it are missing. \
                 Import the whole export again; only what is new will be added."
            ));
        }
        if self.full {
            sentences.push(format!(
                "The lists of ratings and of names of files are larger than {} MiB, the most that is kept; the rest was left out.",
                MAXIMUM_SIZE >> 20
            ));
        }
        sentences
    }

    fn name(&self, source: &Source, part: &mut Part) {
        let known = |reference: &str| {
            let id = reference.split(['.', '#']).next().unwrap_or(reference);
            let found = |id: &str| self.files.get(&(source.clone(), id.to_owned()));
            found(reference).or_else(|| found(id))
        };
        match part {
            Part::Image { reference, media_type, description } => {
                if let Some(file) = known(reference) {
                    *description = description.take().or_else(|| Some(file.name.clone()));
                    *media_type = media_type.take().or_else(|| file.media_type.clone());
                }
            }
            Part::Attachment { name, reference: Some(reference), media_type, .. } => {
                if let Some(file) = known(reference) {
                    if name == reference {
                        name.clone_from(&file.name);
                    }
                    *media_type = media_type.take().or_else(|| file.media_type.clone());
                }
            }
            _ => {}
        }
    }

    fn has_room(&mut self, size: usize) -> bool {
        self.full |= self.size + size > MAXIMUM_SIZE;
        if !self.full {
            self.size += size;
        }
        !self.full
    }
}

/// Where the messages of a conversation are, by what ratings know of them.
struct Messages<'a> {
    by_id: HashMap<&'a str, usize>,
    /// Answers that are shown, by time.
    answers: Vec<(Timestamp, usize)>,
}

impl<'a> Messages<'a> {
    fn new(messages: &'a [Message]) -> Messages<'a> {
        let shown = messages.iter().enumerate().filter(|(_, one)| one.role == Role::Assistant && !one.hidden);
        let mut answers: Vec<_> = shown.filter_map(|(at, answer)| Some((answer.created?, at))).collect();
        answers.sort();
        Messages { by_id: messages.iter().enumerate().map(|(at, one)| (one.id.as_str(), at)).collect(), answers }
    }

    /// The message that a rating is for: the one that it names, else the last answer before it was given.
    fn rated(&self, given: &GivenRating) -> Option<usize> {
        let named = given.message.iter().find_map(|id| self.by_id.get(id.as_str()).copied());
        named.or_else(|| {
            let before = self.answers.partition_point(|(created, _)| Some(*created) <= given.created);
            self.answers[..before].last().map(|(_, at)| *at)
        })
    }
}

/// A name without folders.
fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// Whether files of this name have conversations in them, in the exports that have a table of contents: `conversations.json`,
/// `conversations-012.json`.
fn is_of_conversations(name: &str) -> bool {
    let middle = name.strip_prefix("conversations").and_then(|rest| rest.strip_suffix(".json"));
    middle.is_some_and(|middle| middle.len() < 20 && middle.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()))
}

fn cut(name: &str) -> String {
    name.chars().take(MAXIMUM_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::{Companions, FileName, GivenRating};
    use aios_model::{Conversation, Message, Part, Rating, Role, Source, Timestamp};

    const SOURCE: Source = Source::new("x");

    fn conversation() -> Conversation {
        let said = |id: &str, role, at| Message {
            created: Some(Timestamp::from_milliseconds(at)),
            ..Message::text(id, None, role, "words")
        };
        let messages = vec![said("q", Role::User, 10), said("a", Role::Assistant, 20), said("b", Role::Assistant, 30)];
        Conversation { messages, ..Conversation::new(SOURCE, "c") }
    }

    fn rating(message: &str, created: Option<i64>, rating: Rating) -> GivenRating {
        let created = created.map(Timestamp::from_milliseconds);
        GivenRating { message: vec![message.to_owned()], created, rating, feedback: None }
    }

    #[test]
    fn a_rating_goes_to_the_message_it_names_or_to_the_last_answer_before_it() {
        for (given, expected) in [
            (rating("a", None, Rating::Up), [None, Some(Rating::Up), None]),
            (rating("gone", Some(25), Rating::Down), [None, Some(Rating::Down), None]),
            (rating("gone", Some(99), Rating::Up), [None, None, Some(Rating::Up)]),
            (rating("gone", Some(15), Rating::Up), [None, None, None]),
            (rating("gone", None, Rating::Up), [None, None, None]),
        ] {
            let mut companions = Companions::default();
            companions.rate(SOURCE, "c", given);
            let mut conversation = conversation();
            companions.apply(&mut conversation);
            assert_eq!(conversation.messages.iter().map(|message| message.rating).collect::<Vec<_>>(), expected);
            assert_eq!(companions.left_over().is_empty(), expected != [None, None, None]);
        }
    }

    #[test]
    fn of_two_ratings_the_later_holds() {
        let mut companions = Companions::default();
        companions.rate(SOURCE, "c", rating("a", Some(9), Rating::Down));
        companions.rate(SOURCE, "c", rating("a", Some(8), Rating::Up));
        let mut conversation = conversation();
        companions.apply(&mut conversation);
        assert_eq!(conversation.messages[1].rating, Some(Rating::Down));
    }

    #[test]
    fn files_get_their_names_and_keep_those_they_have() {
        let mut companions = Companions::default();
        let file = FileName { name: "cat.png".into(), media_type: Some("image/png".into()) };
        companions.name_file(SOURCE, "file_1", file);
        let image = |description: Option<&str>| Part::Image {
            reference: "file_1".into(),
            media_type: None,
            description: description.map(str::to_owned),
        };
        let mut conversation = conversation();
        conversation.messages[0].parts = vec![image(None), image(Some("A cat"))];
        companions.apply(&mut conversation);
        let described: Vec<_> = conversation.messages[0]
            .parts
            .iter()
            .map(|part| match part {
                Part::Image { media_type, description, .. } => (media_type.as_deref(), description.as_deref()),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(described, [(Some("image/png"), Some("cat.png")), (Some("image/png"), Some("A cat"))]);
    }

    #[test]
    fn a_shard_that_the_table_of_contents_names_is_missed() {
        let mut companions = Companions::default();
        companions.expect("conversations-000.json");
        companions.expect("conversations-001.json");
        companions.expect("user.json");
        companions.saw("export/conversations-000.json");
        let sentences = companions.left_over();
        assert!(sentences.len() == 1 && sentences[0].contains("conversations-001.json,"), "{sentences:?}");
        companions.saw("conversations-001.json");
        assert!(companions.left_over().is_empty());
    }
}
