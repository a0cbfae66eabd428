//! Conversations out of the rows of Google's activity.
//!
//! A row is a prompt with its answer. Which conversation it belongs to is said by the address in its details, in exports since the summer of 2026: rows
//! that name exactly one conversation are it. All others are grouped by time: a row continues the one before it if that is at most
//! [`GAP`] older, and otherwise begins a conversation, which is known by the id of this oldest row. So a later export adds turns and does not
//! group old ones anew, and rows may come in any order. Rows that name several conversations go to that of the row before if it is among them; a document that
//! was made (canvas) names none and goes to the row before as well; a rating belongs to the answer before it. A row without a time stands alone.

use super::{
    activity_html::{self, Cell},
    activity_json::RawRow,
    group::{Group, Grouping},
    row::Row,
};
use crate::provider::{Collector, Context};
use aios_model::Conversation;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// The longest pause within a conversation, in milliseconds. It is what other readers of these exports take as well.
pub(super) const GAP: i64 = 30 * 60 * 1000;

/// How many bytes of rows are held before those conversations are handed out that nothing was added to for the longest.
const MAXIMUM_HELD: usize = 64 * 1024 * 1024;

/// What may be held at most, whatever it is: as much as one conversation of any kind.
const MAXIMUM_AT_ONCE: usize = crate::MAXIMUM_ELEMENT;

/// Collects the rows of one document.
#[derive(Default)]
pub(super) struct Activity {
    rows: Vec<Row>,
    /// Bytes of `rows`.
    held: usize,
    /// Bytes at which conversations are handed out early.
    limit: usize,
    count: u64,
    ready: VecDeque<Group>,
    /// How often a conversation was handed out early.
    given: HashMap<String, u32>,
    seen: Seen,
    finished: bool,
}

/// What was seen beside conversations.
#[derive(Default)]
struct Seen {
    /// Rows of Gemini.
    rows: u64,
    /// Rows of other products.
    foreign: u64,
    /// Rows that are neither prompt nor answer, by their first word.
    passed: BTreeMap<String, u64>,
    /// Ratings without an answer that they could belong to.
    unrated: u64,
    /// A zone that is not known, as it is written.
    zone: Option<String>,
}

impl Activity {
    fn add(&mut self, row: Option<Row>, verb: impl FnOnce() -> String) {
        self.seen.rows += 1;
        match row {
            Some(mut row) => {
                row.order = self.count;
                self.held += row.size();
                self.rows.push(row);
            }
            None => {
                let verb: String = verb().chars().take(30).collect();
                if self.seen.passed.len() < 20 || self.seen.passed.contains_key(&verb) {
                    *self.seen.passed.entry(verb).or_default() += 1;
                }
            }
        }
    }

    /// Makes conversations of all rows, or of so many that memory stays bounded.
    fn group(&mut self, ended: bool) {
        let Grouping { mut groups, unrated } = Grouping::of(std::mem::take(&mut self.rows));
        // The newest first, as they come in the file.
        groups.sort_by_key(|group| std::cmp::Reverse(group.key()));
        if ended {
            self.seen.unrated += unrated.len() as u64;
            self.ready.extend(groups);
            self.held = 0;
            return;
        }
        // Rows come newest first: what may still get older rows is at the end.
        let mut groups = VecDeque::from(groups);
        while self.held > self.limit / 2 && (groups.len() > 1 || self.held > MAXIMUM_AT_ONCE) {
            let Some(group) = groups.pop_front() else { break };
            self.held -= group.rows.iter().map(Row::size).sum::<usize>().min(self.held);
            self.ready.push_back(group);
        }
        // The answers that are rated here may still come.
        self.rows = groups.into_iter().flat_map(|group| group.rows).chain(unrated).collect();
        // Grouping costs time in proportion to what is held.
        self.limit = MAXIMUM_HELD.max(self.held.saturating_mul(2)).min(MAXIMUM_AT_ONCE);
    }

    fn hand_out(&mut self, group: Group, context: &mut Context<'_>) -> Conversation {
        let mut conversation = group.convert();
        if !self.finished || !self.given.is_empty() {
            let times = self.given.entry(conversation.source_id.clone()).or_default();
            *times += 1;
            if *times > 1 {
                context.notes.warnings.push(format!(
                    "This activity is too large to be held at once, so the older part of the conversation {} became a conversation of its own.",
                    conversation.source_id
                ));
                conversation.source_id.push_str(&format!("~{times}"));
            }
        }
        conversation
    }
}

impl Seen {
    fn sentences(&self, sentences: &mut Vec<String>) {
        if self.foreign > 0 {
            sentences.push(format!(
                "{} rows of other Google products are in this file as well; they were passed over.",
                self.foreign
            ));
        }
        if !self.passed.is_empty() {
            let sum: u64 = self.passed.values().sum();
            let verbs: Vec<String> = self.passed.iter().map(|(verb, count)| format!("“{verb}” {count}")).collect();
            sentences.push(format!(
                "{sum} rows of the activity hold neither a prompt nor an answer and were passed over (by their first word: {}).",
                verbs.join(", ")
            ));
        }
        if self.unrated > 0 {
            sentences.push(format!(
                "{} ratings could not be given to an answer: the activity does not say which one, or it is none of good and bad.",
                self.unrated
            ));
        }
        if let Some(zone) = &self.zone {
            sentences
                .push(format!("The times are in the zone “{zone}”, which is not known here; they were taken as UTC."));
        }
    }
}

impl Collector for Activity {
    fn take(&mut self, element: &[u8], _: &mut Context<'_>) -> serde_json::Result<bool> {
        self.count += 1;
        if element.starts_with(b"<") {
            match activity_html::read(&String::from_utf8_lossy(element)) {
                None => return Ok(false),
                Some(Cell::Foreign) => self.seen.foreign += 1,
                Some(Cell::Passed(verb)) => self.add(None, || verb),
                Some(Cell::Row(row, zone)) => {
                    self.seen.zone = self.seen.zone.take().or(zone);
                    self.add(Some(*row), String::new);
                }
            }
            return Ok(true);
        }
        let raw: RawRow<'_> = serde_json::from_slice(element)?;
        if !raw.is_row() {
            return Ok(false);
        }
        if raw.is_gemini() {
            self.add(raw.convert(), || raw.verb());
        } else {
            self.seen.foreign += 1;
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if ended && !self.finished {
            self.finished = true;
            self.group(true);
            if !self.ready.is_empty() || !self.given.is_empty() {
                self.seen.sentences(&mut context.notes.warnings);
            }
        } else if !ended && self.held > self.limit.max(MAXIMUM_HELD) {
            self.group(false);
        }
        let group = self.ready.pop_front()?;
        Some(self.hand_out(group, context))
    }

    fn beside(&self) -> &'static str {
        if self.seen.rows > 0 {
            "activity of Gemini without a prompt or an answer"
        } else {
            "the activity of other Google products than Gemini"
        }
    }
}
