//! Taking conversations out: for programs (JSON that loses nothing, AI OS's own envelope) and for people (markdown, plain text, HTML).
//!
//! A [`Export`] is a file name, a media type and a stream of bytes. One conversation is one file; many are one JSON document or a zip with a file
//! for each. One conversation and a piece of one of its files are in memory at a time; of a zip also the names of what is in it, which its
//! directory at the end repeats.

mod archive;
mod envelope;
mod html;
mod markdown;
mod name;
mod page;
mod pictures;
mod plain;
mod run;

pub use aios_store::exports::Selection;

use crate::{Chat, Error, chat::blocking, files};
use aios_model::{Conversation, StoredConversation, StoredFile};
use aios_store::{
    Connection,
    conversations::{self, Window},
    exports,
};
use bytes::Bytes;
use futures::{
    Stream, StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use html::Picture;
use page::Page;
use run::Run;
use std::{collections::HashMap, path::Path, str::FromStr};

/// In which form a conversation is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// AI OS's envelope with the whole conversation beside it: importing it gives back what was exported.
    Json,
    /// AI OS's envelope as the original writes it: the texts of the branch that was seen last.
    AiOs,
    /// Markdown with its facts in front.
    Markdown,
    /// Plain text.
    Text,
    /// One page that needs nothing else: style and pictures inside, no script.
    Html,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 5] = [Format::Json, Format::AiOs, Format::Markdown, Format::Text, Format::Html];

    /// The word for it on the command line and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::AiOs => "aios",
            Format::Markdown => "markdown",
            Format::Text => "text",
            Format::Html => "html",
        }
    }

    /// How the names of its files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Format::Json | Format::AiOs => "json",
            Format::Markdown => "md",
            Format::Text => "txt",
            Format::Html => "html",
        }
    }

    /// The media type of its files.
    pub const fn media_type(self) -> &'static str {
        match self {
            Format::Json | Format::AiOs => "application/json",
            Format::Markdown => "text/markdown; charset=utf-8",
            Format::Text => "text/plain; charset=utf-8",
            Format::Html => "text/html; charset=utf-8",
        }
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(word: &str) -> Result<Format, Error> {
        Format::ALL.into_iter().find(|format| format.as_str() == word).ok_or_else(|| {
            Error::invalid("There is no such format: take json, aios, markdown, text or html. Nothing was exported.")
        })
    }
}

/// How conversations are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The form.
    pub format: Format,
    /// In the forms for people, all branches and not only the one that was seen last. [`Format::Json`] always has all,
    /// [`Format::AiOs`] never.
    pub branches: bool,
    /// A zip also where one JSON document would do, with the files of the conversations in it. Markdown, text and HTML of many conversations
    /// always are a zip.
    pub archive: bool,
}

impl Options {
    /// A form as it is by itself.
    pub const fn new(format: Format) -> Options {
        Options { format, branches: false, archive: false }
    }
}

/// What is exported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// The conversation with this id.
    One(String),
    /// All that are chosen.
    Many(Selection),
}

/// A file on its way out.
pub struct Export {
    /// Its name, safe on every file system.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes. An error ends them, and the file is not whole then.
    pub bytes: BoxStream<'static, Result<Bytes, Error>>,
}

impl Chat {
    /// Exports from the history that is open. Conversations that are deleted while many are exported are left out; those that are begun meanwhile
    /// may be in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the one conversation is not there, [`Error::Store`].
    pub async fn export(&self, what: What, options: Options) -> Result<Export, Error> {
        let (mode, database) = self.open_history();
        let folder = files::folder(self.data(), mode);
        let archive = |what: What, name: String| {
            let run = Run::new(database.clone(), folder.clone(), what, options);
            Export {
                name,
                media_type: if run.is_zip() { "application/zip" } else { "application/json" },
                bytes: run.bytes(),
            }
        };
        let session_id = match what {
            What::Many(_) => {
                let ending = if run::is_zip(options) { "zip" } else { "json" };
                return Ok(archive(what, format!("conversations {}.{ending}", &crate::now().to_string()[..10])));
            }
            What::One(session_id) => session_id,
        };
        let missing = Error::NotFound { session_id: session_id.clone() };
        let id = session_id.clone();
        if options.archive {
            let summary = database.read(move |connection| conversations::get_summary(connection, &id)).await?;
            let name = name::file_name(&summary.ok_or(missing)?, None, "zip");
            return Ok(archive(What::One(session_id), name));
        }
        let read = database.read(move |connection| Read::of(connection, &id)).await?.ok_or(missing)?;
        let name = name::file_name(&read.stored.summary, None, options.format.extension());
        let text = blocking("exporting a conversation", move || read.document(options, &folder)).await?;
        let bytes = stream::iter([Ok(Bytes::from(text))]).boxed();
        Ok(Export { name, media_type: options.format.media_type(), bytes })
    }
}

/// One conversation as a JSON document in AI OS's envelope, whole.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Store`].
pub async fn one(chat: &Chat, session_id: &str) -> Result<String, Error> {
    let export = chat.export(What::One(session_id.to_owned()), Options::new(Format::Json)).await?;
    let bytes: Vec<Bytes> = export.bytes.try_collect().await?;
    Ok(text(&bytes.concat()))
}

/// All conversations that are put away, or all others, as one JSON document in pieces of one conversation. Memory does not grow with the
/// history. A conversation that is deleted meanwhile is left out; an error ends the stream, and the document is not whole then.
pub fn all(chat: &Chat, archived: bool) -> impl Stream<Item = Result<String, Error>> + Send + 'static {
    let (chat, selection) = (chat.clone(), Selection { archived: Some(archived), ..Selection::default() });
    let begun = async move { chat.export(What::Many(selection), Options::new(Format::Json)).await };
    stream::once(begun).map_ok(|export| export.bytes).try_flatten().map_ok(|bytes| text(&bytes))
}

/// Pieces of a document end where a conversation ends, never inside of a character.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A conversation as it is read for an export.
struct Read {
    stored: StoredConversation,
    canonical: Conversation,
}

impl Read {
    fn of(connection: &Connection, session_id: &str) -> Result<Option<Read>, aios_store::Error> {
        let stored = conversations::get(connection, session_id, Window::default())?;
        let canonical = exports::conversation(connection, session_id)?;
        Ok(stored.zip(canonical).map(|(stored, canonical)| Read { stored, canonical }))
    }

    /// The file of this conversation alone.
    fn document(&self, options: Options, folder: &Path) -> Result<String, Error> {
        match options.format {
            Format::Json => envelope::one(self, true),
            Format::AiOs => envelope::one(self, false),
            _ => Ok(self.readable(options, folder, &HashMap::new())),
        }
    }

    /// The file in a form for people. `beside` says where files of the conversation lie beside it, by their references.
    fn readable(&self, options: Options, folder: &Path, beside: &HashMap<String, String>) -> String {
        let page = Page::new(&self.stored.summary, &self.canonical, options.branches);
        match options.format {
            Format::Html => {
                let pictures: HashMap<&str, Picture> = pictures::load(&self.stored.files, folder);
                html::html(&page, &|reference| pictures.get(reference))
            }
            Format::Text => plain::plain(&page),
            Format::Markdown | Format::Json | Format::AiOs => {
                markdown::markdown(&page, &|reference| beside.get(reference).cloned())
            }
        }
    }

    fn files(&self) -> &[StoredFile] {
        &self.stored.files
    }
}
