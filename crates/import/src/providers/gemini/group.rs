use super::{
    SOURCE,
    activity::GAP,
    row::{Done, Row},
};
use aios_model::{Conversation, Message, Part, Role, Timestamp};
use std::{cmp::Reverse, collections::HashMap};

/// The rows of one conversation.
pub(super) struct Group {
    /// The id that Gemini has for it.
    id: Option<String>,
    /// From the oldest to the newest.
    pub rows: Vec<Row>,
    /// The newest row that has an answer.
    answered: Option<usize>,
}

/// The conversations that rows make.
pub(super) struct Grouping {
    pub groups: Vec<Group>,
    /// Ratings without an answer that they could belong to.
    pub unrated: Vec<Row>,
}

/// The row that came last, by time.
#[derive(Clone, Copy)]
struct Last {
    time: Timestamp,
    group: usize,
}

impl Last {
    fn is_near(self, time: Option<Timestamp>) -> bool {
        time.is_some_and(|time| time.milliseconds() - self.time.milliseconds() <= GAP)
    }
}

impl Grouping {
    /// Groups rows, which come in any order.
    pub fn of(mut rows: Vec<Row>) -> Grouping {
        rows.sort_by_key(|row| (row.time, Reverse(row.order)));
        let mut grouping = Grouping { groups: Vec::new(), unrated: Vec::new() };
        let mut by_id: HashMap<String, usize> = HashMap::new();
        // The newest row of all, the newest of those that are grouped by time, and the newest with an answer.
        let (mut last, mut last_loose, mut last_answered): (Option<Last>, Option<Last>, Option<Last>) =
            (None, None, None);
        for row in rows {
            let near = |other: Option<Last>| other.filter(|other| other.is_near(row.time)).map(|other| other.group);
            let named = match row.conversations.as_slice() {
                [id] => Some(id),
                several => near(last)
                    .and_then(|group| grouping.groups[group].id.as_ref())
                    .and_then(|id| several.iter().find(|one| *one == id)),
            };
            if let Done::Rating(rating) = row.done {
                let group = named.map_or_else(|| near(last_answered), |id| by_id.get(id).copied());
                match (rating, group.map(|group| &mut grouping.groups[group])) {
                    (Some(_), Some(Group { rows, answered: Some(answered), .. })) => rows[*answered].rating = rating,
                    _ => grouping.unrated.push(row),
                }
                continue;
            }
            let group = match named {
                Some(id) => *by_id.entry(id.clone()).or_insert_with(|| grouping.open(Some(id.clone()))),
                None => {
                    let canvas = matches!(row.done, Done::Canvas { .. }).then(|| near(last)).flatten();
                    let group = canvas.or_else(|| near(last_loose)).unwrap_or_else(|| grouping.open(None));
                    if let Some(time) = row.time.filter(|_| grouping.groups[group].id.is_none()) {
                        last_loose = Some(Last { time, group });
                    }
                    group
                }
            };
            if let Some(time) = row.time {
                last = Some(Last { time, group });
                if !row.answers.is_empty() {
                    last_answered = last;
                }
            }
            let group = &mut grouping.groups[group];
            if !row.answers.is_empty() {
                group.answered = Some(group.rows.len());
            }
            group.rows.push(row);
        }
        grouping
    }

    fn open(&mut self, id: Option<String>) -> usize {
        self.groups.push(Group { id, rows: Vec::new(), answered: None });
        self.groups.len() - 1
    }
}

impl Group {
    /// What groups are ordered by: the time of the oldest row, then the order in the file, which begins with the newest.
    pub fn key(&self) -> (Option<Timestamp>, Reverse<u64>) {
        self.rows.first().map_or((None, Reverse(0)), |row| (row.time, Reverse(row.order)))
    }

    /// The conversation that its rows are.
    pub fn convert(self) -> Conversation {
        let source_id = self.id.unwrap_or_else(|| {
            let first = self.rows.first().map(Row::id).unwrap_or_default();
            format!("activity-{first}")
        });
        let created = self.rows.iter().filter_map(|row| row.time).min();
        let updated = self.rows.iter().filter_map(|row| row.time).max();
        let mut thread = Thread::default();
        self.rows.into_iter().for_each(|row| thread.add(row));
        Conversation {
            created,
            updated,
            active_leaf: thread.last.clone(),
            messages: thread.messages,
            ..Conversation::new(SOURCE, source_id)
        }
    }
}

/// Messages that follow each other.
#[derive(Default)]
struct Thread {
    messages: Vec<Message>,
    /// The message that the next one follows.
    last: Option<String>,
    /// How many answers each prompt has: rows may have the same id.
    answers: HashMap<String, usize>,
}

impl Thread {
    fn add(&mut self, row: Row) {
        let id = row.id();
        let Row { time, done, answers, rating, .. } = row;
        let known = self.answers.contains_key(&id);
        match done {
            Done::Prompt { text, beside } if !known => {
                let mut parts: Vec<Part> =
                    (!text.is_empty()).then(|| Part::text(text)).into_iter().chain(beside).collect();
                if parts.is_empty() {
                    // A picture or a recording, which the activity does not name.
                    parts.push(Part::Unsupported { kind: "prompt without words".to_owned(), text: String::new() });
                }
                self.push(&id, self.last.clone(), Role::User, time, parts);
            }
            Done::Canvas { title } if !known => {
                let (texts, pictures): (Vec<Part>, Vec<Part>) =
                    answers.into_iter().flatten().partition(|part| matches!(part, Part::Text { .. }));
                let texts: Vec<String> = texts.into_iter().filter_map(words).collect();
                let title = (!title.is_empty()).then_some(title);
                let part = if texts.is_empty() {
                    Part::Unsupported { kind: "canvas".to_owned(), text: title.unwrap_or_default() }
                } else {
                    let language = Some("markdown".to_owned());
                    Part::Artifact { id: id.clone(), title, language, text: texts.join("\n\n") }
                };
                let parts = std::iter::once(part).chain(pictures).collect();
                self.push(&id, self.last.clone(), Role::Assistant, time, parts);
                self.answers.insert(id, 0);
                return;
            }
            // Asked in the same second: what is new in it is one more answer.
            Done::Prompt { .. } => {}
            Done::Canvas { .. } | Done::Rating(_) => return,
        }
        let mut number = self.answers.get(&id).copied().unwrap_or_default();
        for parts in answers {
            let held = |message: &Message| message.parent.as_deref() == Some(&id) && message.parts == parts;
            if known && self.messages.iter().rev().take(50).any(held) {
                continue;
            }
            number += 1;
            let answer = if number == 1 { format!("{id}-answer") } else { format!("{id}-answer-{number}") };
            self.push(&answer, Some(id.clone()), Role::Assistant, time, parts);
        }
        self.answers.insert(id, number);
        if let Some(message) = self.messages.last_mut().filter(|message| message.role == Role::Assistant) {
            message.rating = message.rating.or(rating);
        }
    }

    fn push(&mut self, id: &str, parent: Option<String>, role: Role, created: Option<Timestamp>, parts: Vec<Part>) {
        self.last = Some(id.to_owned());
        self.messages.push(Message {
            id: id.to_owned(),
            parent,
            role,
            created,
            model: None,
            hidden: false,
            parts,
            rating: None,
            feedback: None,
        });
    }
}

fn words(part: Part) -> Option<String> {
    match part {
        Part::Text { text } => Some(text),
        _ => None,
    }
}
