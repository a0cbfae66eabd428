use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// Where a conversation was held, as a short lower-case name: `chatgpt`, `claude`, `aios`.
///
/// The names are AI OS's own where it has one (`chatgpt`, `claude`, `gemini`, `copilot`, `aios`). This crate knows only its
/// own, [`Source::AIOS`]; every other name belongs to the importer that uses it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Source(Cow<'static, str>);

impl Source {
    /// Conversations written here.
    pub const AIOS: Source = Source(Cow::Borrowed("aios"));

    /// A source with a name known when the program was built.
    pub const fn new(name: &'static str) -> Source {
        Source(Cow::Borrowed(name))
    }

    /// A source named by data. Letters are lowered; anything but `a-z`, `0-9`, `-` and `_` becomes `-`; at most 32 bytes are kept,
    /// so that the name is safe in a file name, a URL and a CSS class. An empty name becomes `other`.
    pub fn from_name(name: &str) -> Source {
        let cleaned: String = name
            .chars()
            .take(32)
            .map(|character| match character.to_ascii_lowercase() {
                kept @ ('a'..='z' | '0'..='9' | '-' | '_') => kept,
                _ => '-',
            })
            .collect();
        Source(if cleaned.is_empty() { Cow::Borrowed("other") } else { Cow::Owned(cleaned) })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn a_hostile_name_is_made_safe() {
        assert_eq!(Source::from_name("../Chat GPT").as_str(), "---chat-gpt");
        assert_eq!(Source::from_name("").as_str(), "other");
        assert_eq!(Source::from_name(&"ä".repeat(50)).as_str().len(), 32);
    }
}
