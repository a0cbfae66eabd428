use aios_import::Summary;
use aios_model::{Location, Warning};
use std::collections::BTreeMap;

/// The most sentences of a kind that are kept: a broken file can have one for every byte.
const MAXIMUM: usize = 2000;

/// The most names of unknown things that a person is told of; the report has all.
const UNKNOWN_TOLD: usize = 30;

/// What is said about the files of a job beside its conversations.
#[derive(Default)]
pub(crate) struct Notes {
    pub warnings: Vec<Warning>,
    /// Files in which no conversation was found, and why.
    pub refused: Vec<Warning>,
    pub unknown: BTreeMap<String, u64>,
    /// What lies beside conversations and is not imported.
    pub beside: Vec<Warning>,
    left_out: usize,
}

impl Notes {
    pub fn warn(&mut self, warning: Warning) {
        if self.warnings.len() < MAXIMUM {
            self.warnings.push(warning);
        } else {
            self.left_out += 1;
        }
    }

    pub fn refuse(&mut self, location: Location, message: String) {
        if self.refused.len() < MAXIMUM {
            self.refused.push(Warning { location, message });
        } else {
            self.left_out += 1;
        }
    }

    /// The files were read to their end.
    pub fn finish(&mut self, summary: Summary) {
        self.unknown = summary.unknown;
        self.beside = summary.beside.into_iter().map(|(location, what)| beside(location, what)).collect();
        self.beside.truncate(MAXIMUM);
        if self.left_out > 0 {
            let message = format!("{} more notes are left out here.", std::mem::take(&mut self.left_out));
            self.warnings.push(Warning { location: Location::default(), message });
        }
    }

    /// What refused files there are, those with the same reason in one line: a folder of pictures is one.
    pub fn refused_for_people(&self) -> Vec<Warning> {
        let mut by_reason: Vec<(&Warning, usize)> = Vec::new();
        for refused in &self.refused {
            match by_reason.iter_mut().find(|(first, _)| first.message == refused.message) {
                Some((_, count)) => *count += 1,
                None => by_reason.push((refused, 1)),
            }
        }
        let line = |(first, count): (&Warning, usize)| match count {
            1 => first.clone(),
            2 => Warning {
                message: format!("{} One more file is refused for the same reason.", first.message),
                ..first.clone()
            },
            _ => Warning {
                message: format!("{} {} more files are refused for the same reason.", first.message, count - 1),
                ..first.clone()
            },
        };
        by_reason.into_iter().map(line).collect()
    }

    /// What is not imported and why nobody has to worry, after what is worth a look.
    pub fn warnings_for_people(&self) -> Vec<Warning> {
        self.warnings.iter().chain(&self.beside).cloned().collect()
    }

    /// What this version does not know, the most frequent first.
    pub fn unknown_for_people(&self) -> Vec<String> {
        let mut unknown: Vec<(&String, &u64)> = self.unknown.iter().collect();
        unknown.sort_by(|(_, one), (_, other)| other.cmp(one));
        let mut lines: Vec<String> =
            unknown.iter().take(UNKNOWN_TOLD).map(|(name, count)| times(name, **count)).collect();
        if unknown.len() > UNKNOWN_TOLD {
            lines.push(format!("and {} more, which the report lists", unknown.len() - UNKNOWN_TOLD));
        }
        lines
    }
}

fn beside(location: Location, what: &str) -> Warning {
    Warning { location, message: format!("This holds {what} and no conversations. Nothing of it is imported.") }
}

fn times(name: &str, count: u64) -> String {
    if count == 1 { format!("{name}, once") } else { format!("{name}, {count} times") }
}
