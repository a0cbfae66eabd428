use aios_model::{Location, Warning};

/// The most sentences about one archive: a strange one may hold thousands of strange entries.
const MOST_SENTENCES: usize = 20;

/// How many entries a sentence names beside the first.
const MOST_NAMES: usize = 3;

/// The longest name in a sentence, in characters.
const LONGEST_NAME: usize = 120;

/// What was odd about the entries of one archive: one sentence for each kind of trouble, with the first entry that had it and how many more did.
#[derive(Default)]
pub(crate) struct Oddities {
    groups: Vec<Group>,
}

struct Group {
    /// What its entries have in common; `None` if it has one entry.
    kind: Option<&'static str>,
    first: Warning,
    more: u64,
    names: Vec<String>,
}

impl Oddities {
    /// Takes a sentence about an entry. Those of the same kind share the first one's; without a kind it has one of its own, while there is room.
    pub fn add(&mut self, kind: Option<&'static str>, first: Warning) {
        let full = self.groups.len() >= MOST_SENTENCES;
        let same = self.groups.iter_mut().find(|group| kind.is_some() && group.kind == kind);
        let group = match same {
            Some(group) => Some(group),
            None if full => self.groups.last_mut(),
            None => None,
        };
        match group {
            Some(group) => {
                group.more += 1;
                if group.names.len() < MOST_NAMES {
                    let name = first.location.entry.as_deref().unwrap_or_default();
                    group.names.push(name.chars().take(LONGEST_NAME).collect());
                }
            }
            None => self.groups.push(Group { kind, first, more: 0, names: Vec::new() }),
        }
    }

    /// The sentences.
    pub fn warnings(self) -> impl Iterator<Item = Warning> {
        self.groups.into_iter().map(|Group { first: Warning { location, mut message }, more, names, .. }| {
            if more > 0 {
                let entries = if more == 1 { "entry" } else { "entries" };
                message = format!("{message} The same goes for {more} more {entries}: {}", names.join(", "));
                let unnamed = more - names.len() as u64;
                message.push_str(&if unnamed > 0 { format!(" and {unnamed} more.") } else { ".".to_owned() });
            }
            Warning { location, message }
        })
    }
}

/// A place in an archive that is itself in archives: `inner.zip › conversations.json`.
pub(crate) fn nested(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path} › {name}") }
}

/// A sentence about an entry.
pub(crate) fn about(location: &Location, message: String) -> Warning {
    Warning { location: location.clone(), message }
}
