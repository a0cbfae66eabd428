//! Reads exported conversation histories of any size into the canonical form of `aios-model`.
//!
//! A [`Reader`] takes [`Input`]s (anything with `Read + Seek`) and is asked for one [`Item`] after the other: a conversation, one that
//! had to be left out with the reason, a warning, or a refusal of a whole file with a sentence that says what to do. Behind it:
//!
//! ```text
//! Input ─► walk (archives in archives, gzip) ─► stream (inflate, UTF-16) ─► elements (one conversation's bytes) ─► provider ─► Conversation
//!          what it is, by content               in pieces of 256 KiB        splits JSON, survives damage           mends text if need be
//! ```
//!
//! **Invariants:** no files, no network, no clock, no `async` here, so it runs wherever it is asked to. One conversation is in memory at a time.
//! Of an archive only its table of contents and what is needed of it is read, and its pictures and files when they are asked for.
//! What lies beside conversations and says more about them (ratings, names of files and projects) is read first and given to each (`companions`).
//! A broken piece costs that piece and a line in the report; nothing fails as a whole. What a file is, is decided by its content, never by its
//! name. Only the files in `providers/` know the JSON of a provider.
//!
//! ```
//! use aios_import::{Input, Item, Reader};
//!
//! let export = br#"[{"uuid":"a","name":"Sky","chat_messages":[{"uuid":"b","sender":"human","text":"Why blue?"}]}]"#;
//! let mut reader = Reader::new(vec![Input::new("export.json", std::io::Cursor::new(export))]);
//! let titles: Vec<String> = reader
//!     .by_ref()
//!     .filter_map(|item| match item {
//!         Item::Conversation(found) => found.conversation.title,
//!         _ => None,
//!     })
//!     .collect();
//! assert_eq!(titles, ["Sky"]);
//! assert!(reader.summary().unknown.is_empty());
//! ```

mod archive;
mod artifacts;
mod companions;
mod document;
mod elements;
mod files;
mod flatten;
mod input;
mod item;
mod json;
mod lenient;
mod nul;
mod oddities;
mod pieces;
mod provider;
mod providers;
mod reader;
mod refusal;
mod scanner;
mod simd;
mod splitter;
mod stream;
mod text;
mod tree;
mod utf16;
mod walk;

pub use crate::{
    elements::{CHUNK, MAXIMUM_ELEMENT},
    files::{MAXIMUM_FILE, OpenedFile},
    input::{Input, ReadSeek},
    item::{Found, Item, Summary},
    reader::Reader,
};
