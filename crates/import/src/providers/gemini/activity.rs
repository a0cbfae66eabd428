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
    /// Bytes at which conversations are handed out early, if they are more than [`MAXIMUM_HELD`].
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
    /// Rows that are cut off.
    broken: u64,
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
    fn group(&mut self, ended: bool, limit: usize) {
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
        while self.held > limit / 2 && (groups.len() > 1 || self.held > MAXIMUM_AT_ONCE) {
            let Some(group) = groups.pop_front() else { break };
            self.held -= group.rows.iter().map(Row::size).sum::<usize>().min(self.held);
            self.ready.push_back(group);
        }
        // The answers that are rated here may still come.
        self.rows = groups.into_iter().flat_map(|group| group.rows).chain(unrated).collect();
        // Grouping costs time in proportion to what is held.
        self.limit = self.held.saturating_mul(2).min(MAXIMUM_AT_ONCE);
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
            sentences.push(format!("Passed over: {} of other Google products.", rows(self.foreign)));
        }
        if !self.passed.is_empty() {
            let sum = rows(self.passed.values().sum());
            let verbs: Vec<String> = self.passed.iter().map(|(verb, count)| format!("“{verb}” {count}")).collect();
            let verbs = verbs.join(", ");
            sentences
                .push(format!("Passed over: {sum} with neither a prompt nor an answer (by the first word: {verbs})."));
        }
        if self.broken > 0 {
            let sum = rows(self.broken);
            sentences.push(format!(
                "Left out because cut off: {sum}. Import a complete page later and only what is new will be added."
            ));
        }
        if self.unrated > 0 {
            let sum = rows(self.unrated);
            sentences.push(format!(
                "Passed over: {sum} with a rating that does not say of which answer, or how good it was."
            ));
        }
        if let Some(zone) = &self.zone {
            sentences
                .push(format!("The times are in the zone “{zone}”, which is not known here; they were taken as UTC."));
        }
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

impl Collector for Activity {
    fn take(&mut self, element: &[u8], context: &mut Context<'_>) -> serde_json::Result<bool> {
        self.count += 1;
        if element.starts_with(b"<") {
            match activity_html::read(&String::from_utf8_lossy(element)) {
                None => return Ok(false),
                Some(Cell::Foreign) => self.seen.foreign += 1,
                Some(Cell::Broken) => self.seen.broken += 1,
                Some(Cell::Passed(verb)) => self.add(None, || verb),
                Some(Cell::Row(row, zone)) => {
                    self.seen.zone = self.seen.zone.take().or(zone);
                    self.add(Some(*row), String::new);
                }
            }
            return Ok(true);
        }
        let raw: RawRow<'_> = crate::json::from_slice(element)?;
        if !raw.is_row() {
            return Ok(false);
        }
        if raw.is_gemini() {
            raw.unknown.iter().for_each(|name| context.notes.unknown("Gemini activity field", name));
            self.add(raw.convert(), || raw.verb());
        } else {
            self.seen.foreign += 1;
        }
        Ok(true)
    }

    fn conversation(&mut self, ended: bool, context: &mut Context<'_>) -> Option<Conversation> {
        if ended && !self.finished {
            self.finished = true;
            self.group(true, 0);
            if !self.ready.is_empty() || !self.given.is_empty() {
                self.seen.sentences(&mut context.notes.warnings);
            }
        } else if !ended && self.held > self.limit.max(MAXIMUM_HELD) {
            self.group(false, self.limit.max(MAXIMUM_HELD));
        }
        let group = self.ready.pop_front()?;
        Some(self.hand_out(group, context))
    }

    fn beside(&self) -> &'static str {
        if self.seen.rows + self.seen.broken > 0 {
            "activity of Gemini without a prompt or an answer"
        } else {
            "the activity of other Google products than Gemini"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Activity;
    use crate::provider::{Collector, Context, Notes};

    #[test]
    fn what_is_too_much_to_hold_is_handed_out_early_and_nothing_is_lost() {
        let (mut activity, mut notes) = (Activity::default(), Notes::default());
        let mut context = Context { name: "", head: &[], notes: &mut notes };
        // The newest first: one conversation that goes on all the time, and others of an hour each.
        for hour in (0..20).rev() {
            for (minute, details) in [(40, r#"[{"url":"https://gemini.google.com/app/long"}]"#), (20, "[]"), (0, "[]")]
            {
                let row = format!(
                    r#"{{"header":"Gemini Apps","title":"Prompted {hour} {minute}","time":"2026-07-20T{hour:02}:{minute:02}:00Z","details":{details}}}"#
                );
                assert!(activity.take(row.as_bytes(), &mut context).unwrap());
            }
            if hour == 10 {
                activity.group(false, activity.held);
            }
        }
        let mut found = Vec::new();
        for ended in [false, true] {
            while let Some(conversation) = activity.conversation(ended, &mut context) {
                found.push((conversation.source_id, conversation.messages.len()));
            }
        }
        assert_eq!(found.iter().map(|(_, messages)| messages).sum::<usize>(), 60);
        assert_eq!(found.iter().filter(|(id, messages)| id.starts_with("activity-") && *messages == 2).count(), 20);
        assert_eq!(found.iter().filter(|(id, _)| id.starts_with("long")).count(), 1, "{found:?}");
    }

    #[test]
    fn a_conversation_that_goes_on_after_it_was_handed_out_is_told_apart() {
        let (mut activity, mut notes) = (Activity::default(), Notes::default());
        let mut context = Context { name: "", head: &[], notes: &mut notes };
        let row = |hour: u32, id: &str| {
            format!(
                r#"{{"header":"Gemini Apps","title":"Prompted {hour}","time":"2026-07-20T{hour:02}:00:00Z","details":[{{"url":"https://gemini.google.com/app/{id}"}}]}}"#
            )
        };
        for (hour, id) in [(9, "again"), (8, "other"), (7, "other")] {
            assert!(activity.take(row(hour, id).as_bytes(), &mut context).unwrap());
        }
        activity.group(false, activity.held);
        assert_eq!(activity.conversation(false, &mut context).unwrap().source_id, "again");
        assert!(activity.take(row(6, "again").as_bytes(), &mut context).unwrap());
        let rest: Vec<String> =
            std::iter::from_fn(|| activity.conversation(true, &mut context)).map(|one| one.source_id).collect();
        assert_eq!(rest, ["other", "again~2"]);
        assert!(notes.warnings.iter().any(|warning| warning.contains("became a conversation of its own")));
    }
}
