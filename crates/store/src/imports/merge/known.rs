//! Recognising the turns of an export among those that an earlier import stored.

use crate::{Error, encoding::source_ids, error::During};
use aios_model::TurnTree;
use rusqlite::Connection;
use std::collections::HashMap;

/// What a turn of an export is here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Match {
    /// Not here yet.
    New,
    /// Here, as it is or grown since: a question that had no answer, an answer that went on.
    Same { turn_id: i64, turn_index: i64 },
    /// The beginning of a turn here that has more: the export is an older one.
    Covered { turn_id: i64, turn_index: i64 },
}

/// A turn that an import stored. What was said here is never among them.
struct KnownTurn {
    turn_id: i64,
    turn_index: i64,
    message_ids: Vec<String>,
    taken: bool,
}

/// The turns of one conversation that imports stored.
pub(super) struct Known {
    turns: Vec<KnownTurn>,
}

impl Known {
    pub fn load(connection: &Connection, convo_id: i64) -> Result<Known, Error> {
        const OPERATION: &str = "reading the turns that are there";
        let mut statement = connection
            .prepare_cached(
                "SELECT id, turn_index, source_message_ids FROM convo_turns
                WHERE convo_id = ?1 AND source_message_ids IS NOT NULL ORDER BY id",
            )
            .during(OPERATION)?;
        let rows = statement
            .query_map([convo_id], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))
            .during(OPERATION)?;
        let mut turns = Vec::new();
        for row in rows {
            let (turn_id, turn_index, ids) = row.during(OPERATION)?;
            let message_ids = source_ids(turn_id, Some(&ids))?;
            turns.push(KnownTurn { turn_id, turn_index, message_ids, taken: false });
        }
        Ok(Known { turns })
    }

    /// What each turn of the tree is here. A turn here is taken at most once.
    ///
    /// A turn is a path of messages, so its last message tells it from all others. One that grew is known by the message that was
    /// its last; exact finds go first, since an answer that another branch goes on from is both.
    pub fn matches(mut self, tree: &TurnTree<'_>) -> Vec<Match> {
        let mut by_last: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_member: HashMap<String, usize> = HashMap::new();
        for (number, turn) in self.turns.iter().enumerate().rev() {
            if let Some(last) = turn.message_ids.last() {
                by_last.entry(last.clone()).or_default().push(number);
            }
            by_member.extend(turn.message_ids.iter().map(|id| (id.clone(), number)));
        }
        let mut matches: Vec<Match> = tree
            .turns
            .iter()
            .map(|turn| turn.messages.last().map_or(Match::New, |last| self.take(&by_last, &last.id)))
            .collect();
        let mut goes_on = vec![false; tree.turns.len()];
        tree.turns.iter().filter_map(|turn| turn.parent).for_each(|parent| goes_on[parent] = true);
        let unmatched = tree.turns.iter().zip(goes_on).zip(&mut matches).filter(|(_, found)| **found == Match::New);
        for ((turn, goes_on), found) in unmatched {
            let earlier = turn.messages.iter().rev().skip(1);
            let grown = earlier.map(|message| self.take(&by_last, &message.id)).find(|found| *found != Match::New);
            let covered = || {
                let last = turn.messages.last()?;
                let known = &self.turns[*by_member.get(&last.id)?];
                // A turn that another follows ends there in the export as well: it is no beginning of a longer one.
                let is_beginning = !goes_on && known.message_ids.last() != Some(&last.id);
                is_beginning.then_some(Match::Covered { turn_id: known.turn_id, turn_index: known.turn_index })
            };
            if let Some(known) = grown.or_else(covered) {
                *found = known;
            }
        }
        matches
    }

    fn take(&mut self, by_last: &HashMap<String, Vec<usize>>, last: &str) -> Match {
        let numbers = by_last.get(last).map(Vec::as_slice).unwrap_or_default();
        match numbers.iter().rev().find(|&&number| !self.turns[number].taken) {
            None => Match::New,
            Some(&number) => {
                let turn = &mut self.turns[number];
                turn.taken = true;
                Match::Same { turn_id: turn.turn_id, turn_index: turn.turn_index }
            }
        }
    }
}
