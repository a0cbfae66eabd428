//! Many conversations, step by step. A thread is taken only for a step: whoever reads slowly holds none.

use super::{
    Format, Options, Read, What,
    archive::Archive,
    envelope,
    name::{self, inner_path},
};
use crate::{Error, chat::blocking, clock::now, files, text::path_segment};
use aios_model::Timestamp;
use aios_store::{
    Database,
    exports::{self, Selected, Selection},
};
use bytes::Bytes;
use futures::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use std::{
    collections::{HashMap, HashSet, VecDeque},
    fs::File,
    io,
    path::PathBuf,
    sync::Arc,
};

/// Ids that are read at once.
const PAGE: u32 = 500;

/// In a zip, what says which pictures and files are not in it.
const MISSING_FILES: &str = "missing-files.txt";

/// What it begins with.
const MISSING: &str = "These pictures and files belong to conversations of this archive, and could not be read when it was made. The conversations \
    themselves are whole. Look whether the files are in a backup of the data folder, or import the original export again; then export anew.";

/// So many of them are named.
const NAMED: u32 = 10_000;

pub(super) fn is_zip(options: Options) -> bool {
    options.archive || !matches!(options.format, Format::Json | Format::AiOs)
}

pub(super) struct Run {
    database: Arc<Database>,
    /// Where the bytes of files lie.
    folder: PathBuf,
    options: Options,
    /// `None` when all of it was chosen.
    selection: Option<Selection>,
    waiting: VecDeque<Selected>,
    /// Where the next page of ids goes on.
    after: i64,
    sink: Sink,
}

enum Sink {
    /// One JSON document.
    Document {
        /// Conversations in it so far; `None` before its head.
        written: Option<u64>,
    },
    Zip {
        archive: Box<Archive>,
        /// Files of the conversation that was written last: names inside, times, and where their bytes are.
        files: VecDeque<(String, Timestamp, PathBuf)>,
        /// The file that is being written.
        open: Option<File>,
        missing: Missing,
    },
}

/// Files that belong to what is exported and could not be read.
#[derive(Default)]
struct Missing {
    /// Names in the archive and why, a line each; of the first [`NAMED`].
    lines: String,
    count: u32,
}

impl Missing {
    fn add(&mut self, name: &str, error: &io::Error) {
        self.count = self.count.saturating_add(1);
        if self.count <= NAMED {
            self.lines.push_str(&format!("{name}: {}\n", error.kind()));
        }
    }

    /// What is said of them; `None` if all are there.
    fn told(&self) -> Option<String> {
        let rest = match self.count.saturating_sub(NAMED) {
            0 => String::new(),
            rest => format!("and {rest} more\n"),
        };
        (self.count > 0).then(|| format!("{MISSING}\n\n{}{rest}", self.lines))
    }
}

/// What a step gave.
enum Step {
    Piece(Bytes),
    End(Bytes),
}

impl Run {
    pub fn new(database: Arc<Database>, folder: PathBuf, what: What, options: Options) -> Run {
        let (selection, waiting) = match what {
            What::Many(selection) => (Some(selection), VecDeque::new()),
            What::One(session_id) => (None, VecDeque::from([Selected { number: 0, session_id }])),
        };
        let sink = match is_zip(options) {
            true => Sink::Zip {
                archive: Box::new(Archive::new()),
                files: VecDeque::new(),
                open: None,
                missing: Missing::default(),
            },
            false => Sink::Document { written: None },
        };
        Run { database, folder, options, selection, waiting, after: 0, sink }
    }

    pub fn is_zip(&self) -> bool {
        matches!(self.sink, Sink::Zip { .. })
    }

    pub fn bytes(self) -> BoxStream<'static, Result<Bytes, Error>> {
        let next = |run: Option<Run>| async move {
            let Some(mut run) = run else { return Ok(None) };
            blocking("exporting conversations", move || {
                Ok(Some(match run.step()? {
                    Step::Piece(bytes) => (bytes, Some(run)),
                    Step::End(bytes) => (bytes, None),
                }))
            })
            .await
        };
        stream::try_unfold(Some(self), next).boxed()
    }

    fn step(&mut self) -> Result<Step, Error> {
        if let Sink::Zip { archive, files, open, missing } = &mut self.sink {
            if let Some(file) = open {
                if !archive.some_of(file)? {
                    *open = None;
                }
                return Ok(Step::Piece(archive.take()));
            }
            if let Some((name, time, path)) = files.pop_front() {
                match File::open(&path) {
                    Ok(file) => {
                        archive.begin_file(&name, time)?;
                        *open = Some(file);
                    }
                    Err(error) => {
                        tracing::warn!(path = %path.display(), %error, "a file is not in an export: it could not be read");
                        missing.add(&name, &error);
                    }
                }
                return Ok(Step::Piece(archive.take()));
            }
        }
        while let Some(selected) = self.next()? {
            let id = selected.session_id.clone();
            if let Some(read) = self.database.read_blocking(move |connection| Read::of(connection, &id))? {
                return self.write(&selected, &read).map(Step::Piece);
            }
        }
        self.end().map(Step::End)
    }

    fn next(&mut self) -> Result<Option<Selected>, Error> {
        if self.waiting.is_empty()
            && let Some(selection) = self.selection.clone()
        {
            let after = self.after;
            let page =
                self.database.read_blocking(move |connection| exports::select(connection, &selection, after, PAGE))?;
            match page.last() {
                Some(last) => self.after = last.number,
                None => self.selection = None,
            }
            self.waiting.extend(page);
        }
        Ok(self.waiting.pop_front())
    }

    fn write(&mut self, selected: &Selected, read: &Read) -> Result<Bytes, Error> {
        let whole = self.options.format == Format::Json;
        match &mut self.sink {
            Sink::Document { written } => {
                let before = match written {
                    None => envelope::head(),
                    Some(_) => ",\n".to_owned(),
                };
                *written = Some(written.unwrap_or(0) + 1);
                Ok(Bytes::from(before + &envelope::element(read, whole)?))
            }
            Sink::Zip { archive, files, .. } => {
                let summary = &read.stored.summary;
                let time = summary.last_updated;
                let mut beside = HashMap::new();
                let mut taken = HashSet::new();
                // HTML has its pictures inside, and text has no way to point to them; AI OS's importer does not look for any.
                if matches!(self.options.format, Format::Json | Format::Markdown) {
                    for file in read.files() {
                        let Some(path) = inner_path(&file.reference) else { continue };
                        let name = format!("files/{}/{path}", selected.number);
                        if taken.insert(name.to_lowercase()) {
                            let segments: Vec<String> = name.split('/').map(path_segment).collect();
                            beside.insert(file.reference.clone(), format!("../{}", segments.join("/")));
                            files.push_back((name, time, files::path(&self.folder, &file.hash)));
                        }
                    }
                }
                let document = match self.options.format {
                    Format::Json | Format::AiOs => envelope::one(read, whole)?,
                    _ => read.readable(self.options, &self.folder, &beside),
                };
                let number = Some(selected.number).filter(|number| *number > 0);
                let name = name::file_name(summary, number, self.options.format.extension());
                archive.text(&format!("conversations/{name}"), time, &document)?;
                Ok(archive.take())
            }
        }
    }

    fn end(&mut self) -> Result<Bytes, Error> {
        match &mut self.sink {
            Sink::Document { written: None } => Ok(Bytes::from(envelope::head() + envelope::TAIL)),
            Sink::Document { written: Some(_) } => Ok(Bytes::from_static(envelope::TAIL.as_bytes())),
            Sink::Zip { archive, missing, .. } => {
                if let Some(told) = missing.told() {
                    archive.text(MISSING_FILES, now(), &told)?;
                }
                archive.finish()?;
                Ok(archive.take())
            }
        }
    }
}
