//! The canonical form of a conversation.
//!
//! Three nouns carry it. A [`Conversation`] is what a person would call one chat, wherever it was held. Its [`Message`]s form a
//! **tree**: `parent` always wins, so an edited question or a regenerated answer is a branch and never lost. A message is made of
//! [`Part`]s: text, reasoning, code, tool calls and results, images, attachments, citations, and whatever else an export held.
//!
//! A [`Turn`] is the unit in which a history is shown and stored: a user message with the answer to it. [`turns`] folds
//! a tree of messages into a tree of turns.
//!
//! **Invariant:** this crate knows no provider, no SQL and no HTTP, and does no I/O; it compiles everywhere.
//!
//! ```
//! use aios_model::{Conversation, Message, Role, Source, turns};
//!
//! let mut conversation = Conversation::new(Source::new("chatgpt"), "abc");
//! conversation.messages.push(Message::text("1", None, Role::User, "Why is the sky blue?"));
//! conversation.messages.push(Message::text("2", Some("1"), Role::Assistant, "Rayleigh scattering."));
//! let tree = turns(&conversation);
//! assert_eq!(tree.turns[0].user_text(), "Why is the sky blue?");
//! assert_eq!(tree.turns[0].assistant_text(), "Rayleigh scattering.");
//! ```

mod change;
mod content_hash;
mod conversation;
mod history;
mod import_batch;
mod message;
mod part;
mod report;
mod source;
mod time;
mod turn;

pub use crate::{
    change::{
        ChangePage, ChangedConversation, ChangedFile, ChangedFiles, ChangedRating, ChangedTurn, ConversationRows,
        GivenRating, Intent, Replayed, TurnRows, WaitingChange,
    },
    content_hash::content_hash,
    conversation::Conversation,
    history::{
        ConversationPage, ConversationSummary, ListCursor, SearchHit, SnippetPart, StoredConversation, StoredTurn,
        TurnStatus,
    },
    import_batch::{BatchCursor, BatchPage, BatchState, FullReport, ImportBatch, StoredFile, Undone},
    message::{Feedback, Message, Rating, Role},
    part::Part,
    report::{ImportReport, ImportStatus, ImportTotals, Location, Novelty, OutlineItem, ReportItem, Warning},
    source::Source,
    time::{MONTHS, ParseTimestampError, Timestamp},
    turn::{Turn, TurnTree, turns},
};
