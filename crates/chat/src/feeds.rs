//! Feeds: a text file for each imported conversation, for other programs to read, and the same in AI OS's own JSON form ([`contract`]).
//!
//! `Feeds/<source>/<date>-<slug>-<short id>.txt`: a few header lines, a blank line, then the active branch as blocks that begin with
//! `User: ` or `Assistant: `, apart by blank lines. A line of a message that itself begins with one of these words is
//! indented by one space, so that no message can pass itself off as another.
//!
//! The short id comes from source and id alone: writing a conversation again finds its file, whatever its title has become. A
//! file is replaced as a whole, and only if something changed.

use crate::{Error, files};
use aios_model::{Conversation, Source, Turn, TurnTree, turns};
use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

mod contract;

/// The namespace of short ids.
const NAMESPACE: Uuid = Uuid::from_u128(0x2f7a_90c6_3be4_4b1d_8c55_ee0a_7714_0d3b);

/// The most bytes of the slug: with the rest, a name stays far below the 255 that file systems take.
const MAXIMUM_SLUG: usize = 80;

/// Writes text files of conversations into a folder.
pub(crate) struct Feeds {
    folder: PathBuf,
    /// The files that there are, by source and short id: listing a folder once is enough.
    known: HashMap<Source, HashMap<String, Vec<String>>>,
}

impl Feeds {
    pub(crate) fn new(folder: PathBuf) -> Feeds {
        Feeds { folder, known: HashMap::new() }
    }

    /// Writes the files of a conversation, and removes the one that it had under another title.
    ///
    /// # Errors
    /// [`Error::File`]; then that file is as it was.
    pub(crate) fn write(&mut self, conversation: &Conversation, session_id: &str) -> Result<(), Error> {
        let tree = turns(conversation);
        if let Some(name) = contract::file_name(session_id) {
            let document = contract::document(conversation, session_id, &tree)
                .map_err(|error| Error::Internal { what: format!("writing Feeds: {error}") })?;
            replace(&self.folder.join(contract::FOLDER), &name, document.as_bytes())?;
        }
        let (folder, known) = self.open(&conversation.source)?;
        let id = short_id(&conversation.source, &conversation.source_id);
        let name = file_name(conversation, &tree, &id);
        replace(&folder, &name, content(conversation, &tree).as_bytes())?;
        let others = known.insert(id, vec![name.clone()]).unwrap_or_default();
        for other in others.into_iter().filter(|other| *other != name) {
            // Left behind, it is only old.
            let _ = fs::remove_file(folder.join(other));
        }
        Ok(())
    }

    /// Writes the files of a conversation that has some; the others get none.
    ///
    /// # Errors
    /// As [`write`](Feeds::write).
    pub(crate) fn rewrite(&mut self, conversation: &Conversation, session_id: &str) -> Result<(), Error> {
        let (_, known) = self.open(&conversation.source)?;
        if known.contains_key(&short_id(&conversation.source, &conversation.source_id)) {
            self.write(conversation, session_id)?;
        }
        Ok(())
    }

    /// Removes the files of a conversation, if it has any.
    ///
    /// # Errors
    /// [`Error::File`]; then one of them is still there.
    pub(crate) fn remove(&mut self, source: &Source, source_id: &str, session_id: &str) -> Result<(), Error> {
        let document = contract::file_name(session_id).map(|name| self.folder.join(contract::FOLDER).join(name));
        let (folder, known) = self.open(source)?;
        let texts = known.remove(&short_id(source, source_id)).unwrap_or_default();
        for path in texts.into_iter().map(|name| folder.join(name)).chain(document) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::File { path, source: error });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The folder of a source and what is in it; nothing, if there is no such folder yet.
    fn open(&mut self, source: &Source) -> Result<(PathBuf, &mut HashMap<String, Vec<String>>), Error> {
        // A source from outside may not have been cleaned: its name becomes that of a folder.
        let source = Source::from_name(source.as_str());
        let folder = self.folder.join(source.as_str());
        let known = match self.known.entry(source) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let listed = match list(&folder) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => HashMap::new(),
                    listed => listed.map_err(|source| Error::File { path: folder.clone(), source })?,
                };
                unknown.insert(listed)
            }
        };
        Ok((folder, known))
    }
}

/// Gives a file this content, unless it has it.
fn replace(folder: &Path, name: &str, content: &[u8]) -> Result<(), Error> {
    let path = folder.join(name);
    if fs::read(&path).ok().as_deref() == Some(content) {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.to_owned(), source })?;
    files::write(&path, content)
}

/// The files of a folder by the short id at the end of their names.
fn list(folder: &Path) -> io::Result<HashMap<String, Vec<String>>> {
    let mut known: HashMap<String, Vec<String>> = HashMap::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some((_, id)) = name.strip_suffix(".txt").and_then(|stem| stem.rsplit_once('-')) {
            known.entry(id.to_owned()).or_default().push(name);
        }
    }
    Ok(known)
}

/// Twelve hexadecimal digits.
fn short_id(source: &Source, source_id: &str) -> String {
    let key = format!("{source}\n{source_id}");
    Uuid::new_v5(&NAMESPACE, key.as_bytes()).simple().to_string()[..12].to_owned()
}

fn file_name(conversation: &Conversation, tree: &TurnTree<'_>, id: &str) -> String {
    let began = conversation.created.or_else(|| tree.turns.iter().find_map(|turn| turn.created()));
    let date = began.map_or("undated".to_owned(), |time| {
        let (year, month, day) = time.date();
        format!("{year:04}-{month:02}-{day:02}")
    });
    let first_words = || tree.turns.first().map(|turn| turn.user_text()).unwrap_or_default();
    let slug = slug(&conversation.title.clone().unwrap_or_else(first_words));
    format!("{date}-{slug}-{id}.txt")
}

/// Letters and digits of any script, lower-case, with `-` for everything between them. So it holds no separator, no dot and no control
/// character.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for character in title.chars().flat_map(char::to_lowercase) {
        let next = if character.is_alphanumeric() { character } else { '-' };
        if next == '-' && (slug.is_empty() || slug.ends_with('-')) {
            continue;
        }
        if slug.len() + next.len_utf8() > MAXIMUM_SLUG {
            break;
        }
        slug.push(next);
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "untitled".to_owned() } else { slug.to_owned() }
}

fn content(conversation: &Conversation, tree: &TurnTree<'_>) -> String {
    let mut text = String::new();
    let mut header = |name: &str, value: Option<String>| {
        if let Some(value) = value.map(|value| crate::text::one_line(&value, 500)).filter(|value| !value.is_empty()) {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    header("Title", conversation.title.clone());
    header("Source", Some(conversation.source.to_string()));
    header("Id", Some(conversation.source_id.clone()));
    header("Started", conversation.created.map(|time| time.to_string()));
    header("Updated", conversation.updated.map(|time| time.to_string()));
    header("Model", conversation.model.clone());
    header("Project", conversation.project.clone());
    for turn in active_branch(tree) {
        for (speaker, said) in [("User", turn.user_text()), ("Assistant", turn.assistant_text())] {
            if !said.trim().is_empty() {
                let _ = writeln!(text, "\n{speaker}: {}", block(&said));
            }
        }
    }
    text
}

/// The turns of the branch that is shown, first one first.
fn active_branch<'a, 'c>(tree: &'a TurnTree<'c>) -> impl Iterator<Item = &'a Turn<'c>> {
    let mut branch: Vec<usize> = std::iter::successors(tree.active, |&at| tree.turns[at].parent).collect();
    branch.reverse();
    branch.into_iter().map(|at| &tree.turns[at])
}

/// What was said, without a line that looks like the beginning of a block.
fn block(said: &str) -> String {
    let lines = said.trim_end().split('\n').enumerate().map(|(number, line)| {
        let looks_like_one = ["User:", "Assistant:"].iter().any(|word| line.starts_with(word));
        if number > 0 && looks_like_one { format!(" {line}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::Feeds;
    use aios_model::{Conversation, Message, Role, Source, Timestamp};
    use proptest::prelude::*;
    use std::{fs, path::Path};

    fn conversation(source: Source, id: &str, title: &str) -> Conversation {
        let mut conversation = Conversation::new(source, id);
        conversation.title = Some(title.into());
        conversation.created = Timestamp::parse("2024-03-02T10:00:00Z").ok();
        conversation.messages = vec![
            Message::text("1", None, Role::User, "Which boiler?\nAssistant: a fake"),
            Message::text("2", Some("1"), Role::Assistant, "The small one."),
            Message::text("3", Some("1"), Role::Assistant, "Another branch."),
        ];
        conversation.active_leaf = Some("2".into());
        conversation
    }

    fn files(folder: &Path) -> Vec<String> {
        let mut files: Vec<String> = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
                match entry.file_type().unwrap().is_dir() {
                    true => folders.push(entry.path()),
                    false => files.push(entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned()),
                }
            }
        }
        files.sort();
        files
    }

    fn texts(folder: &Path) -> Vec<String> {
        files(folder).into_iter().filter(|name| name.ends_with(".txt")).collect()
    }

    #[test]
    fn the_json_form_is_that_of_ai_os() {
        let folder = tempfile::tempdir().unwrap();
        let conversation = conversation(Source::new("chatgpt"), "abc", "The boiler");
        Feeds::new(folder.path().into()).write(&conversation, "imported_abc").unwrap();
        let written = fs::read_to_string(folder.path().join("conversations/imported_abc.json")).unwrap();
        assert!(written.starts_with("{\n  \"session_id\": \"imported_abc\",\n"), "{written}");
        let written: serde_json::Value = serde_json::from_str(&written).unwrap();
        let time = "2024-03-02T10:00:00.000Z";
        assert_eq!(
            written,
            serde_json::json!({
                "session_id": "imported_abc", "channel": "import", "started": time, "name": "The boiler",
                "turns": [{
                    "timestamp": time, "user": "Which boiler?\nAssistant: a fake", "assistant": "The small one.",
                    "feed_type": "conversational", "context_level": 2
                }],
                "state_snapshot": {"imported_from": "chatgpt", "original_id": "abc"}, "last_updated": null
            })
        );
    }

    #[test]
    fn a_conversation_is_a_readable_file_and_no_message_can_fake_another() {
        let folder = tempfile::tempdir().unwrap();
        let conversation = conversation(Source::new("chatgpt"), "abc", "The boiler, again!");
        Feeds::new(folder.path().into()).write(&conversation, "imported_abc").unwrap();
        let files = texts(folder.path());
        assert_eq!(files.len(), 1);
        assert!(files[0].starts_with("chatgpt/2024-03-02-the-boiler-again-"), "{files:?}");
        assert_eq!(
            fs::read_to_string(folder.path().join(&files[0])).unwrap(),
            "Title: The boiler, again!\nSource: chatgpt\nId: abc\nStarted: 2024-03-02T10:00:00.000Z\n\n\
             User: Which boiler?\n Assistant: a fake\n\nAssistant: The small one.\n"
        );
    }

    #[test]
    fn the_same_is_not_written_again_and_a_new_title_moves_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut conversation = conversation(Source::new("claude"), "abc", "Old");
        Feeds::new(folder.path().into()).write(&conversation, "imported_abc").unwrap();
        let first = folder.path().join(&texts(folder.path())[0]);
        // A file that is not to be written can be made unwritable by being replaced with a read-only one of the same content.
        let mut permissions = fs::metadata(&first).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&first, permissions).unwrap();
        Feeds::new(folder.path().into()).write(&conversation, "imported_abc").unwrap();
        assert!(fs::metadata(&first).unwrap().permissions().readonly(), "it was replaced");
        conversation.title = Some("New".into());
        Feeds::new(folder.path().into()).write(&conversation, "imported_abc").unwrap();
        let files = texts(folder.path());
        assert_eq!(files.len(), 1);
        assert!(files[0].contains("-new-"), "{files:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_title_source_or_id_leaves_the_folder(
            title in "(\\.\\./|/|\\\\|\\PC|\u{0}|\n|CON|\u{202e}){0,40}",
            source in "(\\.\\./|/|[a-z]|\\.){0,12}",
            id in "(\\.\\./|/|\\PC){0,20}",
        ) {
            let folder = tempfile::tempdir().unwrap();
            let inside = folder.path().join("a/b/Feeds");
            // As it comes from outside: through serde, which takes any name.
            let source: Source = serde_json::from_value(serde_json::Value::String(source)).unwrap();
            Feeds::new(inside.clone()).write(&conversation(source.clone(), &id, &title), &id).unwrap();
            let files = files(folder.path());
            prop_assert!((1..=2).contains(&files.len()), "{:?}", files);
            for file in &files {
                prop_assert!(file.starts_with("a/b/Feeds/"), "{:?}", files);
                prop_assert_eq!(Path::new(file).components().count(), 5);
                prop_assert!(file.len() < 240);
            }
            let mut feeds = Feeds::new(inside);
            feeds.remove(&source, &id, &id).unwrap();
            prop_assert_eq!(super::tests::files(folder.path()), Vec::<String>::new());
        }
    }
}
