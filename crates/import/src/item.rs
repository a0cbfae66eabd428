use crate::nul;
use aios_model::{Conversation, ImportStatus, Location, OutlineItem, ReportItem, Warning, content_hash, turns};
use std::collections::BTreeMap;

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
    pub(crate) files: Vec<String>,
}

impl Found {
    pub(crate) fn new(mut conversation: Conversation, location: Location) -> Found {
        nul::take_out(&mut conversation);
        let tree = turns(&conversation);
        let mut is_leaf = vec![true; tree.turns.len()];
        tree.turns.iter().filter_map(|turn| turn.parent).for_each(|parent| is_leaf[parent] = false);
        let branches = is_leaf.iter().filter(|leaf| **leaf).count();
        let turns = count(tree.turns.len());
        Found { conversation, location, turns, branches: count(branches), files: Vec::new() }
    }

    /// What it refers to (by a picture's or an attachment's `reference`) whose bytes are in the inputs: [`Reader::open_file`](crate::Reader::open_file) gives them.
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
    pub fn report(&self, status: ImportStatus, reason: Option<String>) -> ReportItem {
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
