//! Files that the model made in its sandbox: answers link to them, and no export has them.

use aios_model::Part;
use memchr::memmem::Finder;
use std::{collections::HashSet, sync::LazyLock};

const SCHEME: &str = "sandbox:";

/// Every text of an answer is looked through for it, and next to none has it.
static LINK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(SCHEME));

/// The longest path of such a file, in bytes.
const LONGEST_PATH: usize = 500;

/// Adds the files that the text links to, each once: the link alone leads nowhere, and a reader should see what was there.
pub(super) fn attach(parts: &mut Vec<Part>) {
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    for part in parts.iter() {
        let Part::Text { text } = part else { continue };
        if LINK.find(text.as_bytes()).is_none() {
            continue;
        }
        for path in paths(text) {
            let name = path.rsplit('/').next().unwrap_or(path);
            if !name.is_empty() && seen.len() < 200 && seen.insert(path.to_owned()) {
                files.push(Part::Attachment {
                    name: name.to_owned(),
                    reference: Some(format!("{SCHEME}{path}")),
                    media_type: None,
                    size: None,
                    text: None,
                });
            }
        }
    }
    parts.append(&mut files);
}

/// The paths of the links to the sandbox in a text.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(SCHEME).filter_map(|(at, _)| {
        let path = &text[at + SCHEME.len()..];
        // Only links: somebody may also write about it.
        if !text[..at].ends_with('(') && !text[..at].ends_with("](<") {
            return None;
        }
        let end = path.find([')', '>', '"', '\n'])?;
        Some(path[..end].trim()).filter(|path| path.starts_with('/') && path.len() <= LONGEST_PATH)
    })
}

#[cfg(test)]
mod tests {
    use super::attach;
    use aios_model::Part;

    #[test]
    fn files_of_the_sandbox_are_named_once() {
        let text =
            "[a](sandbox:/mnt/data/a b.csv) and again [A](sandbox:/mnt/data/a b.csv), `sandbox:/x`, [c](sandbox:c)";
        let mut parts = vec![Part::text(text)];
        attach(&mut parts);
        let file = Part::Attachment {
            name: "a b.csv".into(),
            reference: Some("sandbox:/mnt/data/a b.csv".into()),
            media_type: None,
            size: None,
            text: None,
        };
        assert_eq!(parts, [Part::text(text), file]);
    }
}
