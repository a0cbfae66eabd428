use aios_import::Found;
use aios_model::{ImportStatus, ImportTotals, Location, Novelty, ReportItem, Source};
use aios_protocol::{
    import::SaveOutcome,
    worker::{Choice, Count, Filter, Line, LineState},
};
use std::collections::BTreeMap;

/// The most lines that are told of at once.
const MAXIMUM_WINDOW: usize = 500;

/// Every conversation of a job, in reading order: what was found, what is chosen, and what became of it.
#[derive(Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    /// The commit has begun: lines say what became of them.
    is_settling: bool,
    chosen: u32,
    filter: Filter,
    /// Numbers of the entries that fit the filter, in the order in which they are shown; none if that has to be found out.
    matching: Option<Vec<u32>>,
    first: u32,
    count: u32,
}

struct Entry {
    item: ReportItem,
    /// How it compares with the history.
    novelty: Option<Novelty>,
    /// It can be stored.
    is_candidate: bool,
    is_chosen: bool,
}

impl Ledger {
    /// Enters a conversation that can be stored. How it compares with the history is said later, by its number.
    pub fn found(&mut self, found: &Found) -> u32 {
        self.enter(Entry {
            item: found.report(ImportStatus::Skipped, None),
            novelty: None,
            is_candidate: true,
            is_chosen: true,
        })
    }

    /// Enters a conversation that is left out.
    pub fn left(&mut self, mut item: ReportItem, location: Location) {
        item.location = Some(location);
        self.enter(Entry { item, novelty: None, is_candidate: false, is_chosen: false });
    }

    fn enter(&mut self, entry: Entry) -> u32 {
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.chosen += u32::from(entry.is_chosen);
        self.entries.push(entry);
        self.matching = None;
        number
    }

    /// Says how a conversation compares with the history. What is there already is not chosen.
    pub fn compared(&mut self, number: u32, novelty: Novelty) {
        if let Some(entry) = self.entries.get_mut(number as usize) {
            entry.novelty = Some(novelty);
            set(entry, novelty != Novelty::Same, &mut self.chosen);
            self.matching = None;
        }
    }

    /// Shows another part.
    pub fn show(&mut self, filter: Filter, first: u32, count: u32) {
        if filter != self.filter {
            self.filter = filter;
            self.matching = None;
        }
        (self.first, self.count) = (first, count);
    }

    /// Changes what is chosen.
    pub fn choose(&mut self, choice: Choice) {
        if self.is_settling {
            return;
        }
        if let Choice::One(number, chosen) = choice {
            if let Some(entry) = self.entries.get_mut(number as usize) {
                set(entry, chosen, &mut self.chosen);
            }
            return;
        }
        let matching = self.take_matching();
        for number in &matching {
            let entry = &mut self.entries[*number as usize];
            let chosen = match choice {
                Choice::New => entry.novelty == Some(Novelty::New),
                other => other == Choice::All,
            };
            set(entry, chosen, &mut self.chosen);
        }
        self.matching = Some(matching);
    }

    /// The part that is shown: the number of its first line among those that fit, how many fit, and the lines.
    pub fn window(&mut self) -> (u32, u32, Vec<Line>) {
        let matching = self.take_matching();
        let total = u32::try_from(matching.len()).unwrap_or(u32::MAX);
        let first = self.first.min(total);
        let shown = matching.iter().skip(first as usize).take((self.count as usize).min(MAXIMUM_WINDOW));
        let lines = shown.map(|number| self.line(*number)).collect();
        self.matching = Some(matching);
        (first, total, lines)
    }

    /// Conversations that are chosen.
    pub fn chosen(&self) -> u32 {
        self.chosen
    }

    /// Conversations by source and state.
    pub fn counts(&self) -> Vec<Count> {
        let mut counts: BTreeMap<(&Source, LineState), (u32, u32)> = BTreeMap::new();
        for entry in &self.entries {
            let count = counts.entry((&entry.item.source, self.state(entry))).or_default();
            *count = (count.0 + 1, count.1.saturating_add(entry.item.turns));
        }
        let count = |((source, state), (conversations, turns)): ((&Source, LineState), (u32, u32))| Count {
            source: source.clone(),
            state,
            conversations,
            turns,
        };
        counts.into_iter().map(count).collect()
    }

    /// The commit begins: until something else is said of it, what is chosen was not reached.
    pub fn begin(&mut self, not_reached: &str) {
        self.is_settling = true;
        self.matching = None;
        self.filter = Filter::default();
        for entry in self.entries.iter_mut().filter(|entry| entry.is_candidate) {
            entry.item.status = ImportStatus::Skipped;
            let reason = if entry.is_chosen { not_reached } else { "It was not chosen." };
            entry.item.reason = Some(reason.to_owned());
        }
    }

    /// Whether that conversation has this number and is chosen. Files that changed since the outline can hold others.
    pub fn takes(&self, number: u32, found: &Found) -> bool {
        self.entries.get(number as usize).is_some_and(|entry| {
            entry.is_chosen
                && entry.item.source == found.conversation.source
                && entry.item.source_id == found.conversation.source_id
        })
    }

    /// Says that conversations were not stored, and why.
    pub fn settle(&mut self, numbers: &[u32], status: ImportStatus, reason: &str) {
        for number in numbers {
            if let Some(entry) = self.entries.get_mut(*number as usize) {
                entry.item.status = status;
                entry.item.reason = Some(reason.to_owned());
            }
        }
        self.matching = None;
    }

    /// Enters what the server says became of conversations.
    pub fn saved(&mut self, numbers: &[u32], outcomes: Vec<SaveOutcome>) {
        let mut outcomes = outcomes.into_iter();
        for number in numbers {
            let Some(entry) = self.entries.get_mut(*number as usize) else { continue };
            let item = &mut entry.item;
            match outcomes.next() {
                Some(outcome) if outcome.source == item.source && outcome.source_id == item.source_id => {
                    (item.session_id, item.status, item.reason) = (outcome.session_id, outcome.status, outcome.reason);
                }
                _ => {
                    item.status = ImportStatus::Failed;
                    item.reason = Some("The server did not say what became of it.".to_owned());
                }
            }
        }
        self.matching = None;
    }

    /// Adds lines of what was stored without an outline.
    pub fn extend(&mut self, items: Vec<ReportItem>) {
        for item in items {
            self.enter(Entry { item, novelty: None, is_candidate: false, is_chosen: false });
        }
    }

    /// Counts of the report.
    pub fn totals(&self) -> ImportTotals {
        let mut totals = ImportTotals::default();
        self.entries.iter().for_each(|entry| totals.count(entry.item.status));
        totals
    }

    /// Every line of the report, in reading order.
    pub fn items(&self) -> impl Iterator<Item = &ReportItem> {
        self.entries.iter().map(|entry| &entry.item)
    }

    fn state(&self, entry: &Entry) -> LineState {
        match entry.item.status {
            ImportStatus::Failed => LineState::Failed,
            ImportStatus::Imported => LineState::Imported,
            ImportStatus::Updated => LineState::Updated,
            ImportStatus::Unchanged => LineState::Unchanged,
            ImportStatus::Skipped if entry.is_candidate && !self.is_settling => match entry.novelty {
                Some(Novelty::New) => LineState::New,
                Some(Novelty::Changed) => LineState::Changed,
                Some(Novelty::Same) => LineState::Same,
                None => LineState::Unknown,
            },
            ImportStatus::Skipped if entry.item.turns == 0 && !self.is_settling => LineState::Empty,
            ImportStatus::Skipped => LineState::Skipped,
        }
    }

    fn line(&self, number: u32) -> Line {
        let entry = &self.entries[number as usize];
        let item = &entry.item;
        let place = item.location.as_ref().filter(|_| item.reason.is_some() && !entry.is_candidate);
        // What has no title is called after its place.
        let (title, place) = match (&item.title, place) {
            (None, Some(place)) => (Some(place.to_string()), None),
            (title, place) => (title.clone(), place),
        };
        Line {
            number,
            source: item.source.clone(),
            title,
            time: item.updated.or(item.created),
            turns: item.turns,
            state: self.state(entry),
            chosen: (entry.is_candidate && !self.is_settling).then_some(entry.is_chosen),
            session_id: item.session_id.clone(),
            reason: match (&item.reason, place) {
                (Some(reason), Some(place)) => Some(format!("{reason} ({place})")),
                (reason, _) => reason.clone(),
            },
        }
    }

    fn take_matching(&mut self) -> Vec<u32> {
        if let Some(matching) = self.matching.take() {
            return matching;
        }
        let words: Vec<String> = self.filter.words.split_whitespace().map(str::to_lowercase).collect();
        let fits = |entry: &Entry| {
            self.filter.source.as_ref().is_none_or(|source| *source == entry.item.source)
                && self.filter.state.is_none_or(|state| state == self.state(entry))
                && (words.is_empty() || {
                    let title = entry.item.title.as_deref().unwrap_or("").to_lowercase();
                    words.iter().all(|word| title.contains(word))
                })
        };
        let mut matching: Vec<u32> =
            (0..).zip(&self.entries).filter(|(_, entry)| fits(entry)).map(|(number, _)| number).collect();
        if self.is_settling {
            matching.sort_by_key(|number| self.state(&self.entries[*number as usize]));
        }
        matching
    }
}

fn set(entry: &mut Entry, chosen: bool, count: &mut u32) {
    let chosen = chosen && entry.is_candidate;
    *count = *count + u32::from(chosen) - u32::from(entry.is_chosen);
    entry.is_chosen = chosen;
}

#[cfg(test)]
mod tests;
