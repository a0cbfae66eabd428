//! What AI OS's own clients ask for that our pages do not: a *current* conversation and model, windows from the start, ratings by the time of
//! a message, uploads in steps, summaries, and the text of what a model is told.
//!
//! The shapes are those of AI OS (`server` has them); the meaning differs where the original is at fault:
//!
//! * The current conversation and model are kept here, not in the environment of the process. They are one for all clients that name none, as
//!   in the original; a request that names a conversation or a model gets that one and changes nothing for others.
//! * Reading changes nothing: opening a conversation does not raise its weight.
//! * The id of a message is made of its time in milliseconds, the same while it is written and whenever it is read again.
//! * An upload is a number in a table of this process: no name from outside becomes part of a path.

mod models;
mod original;
mod ratings;
mod reading;
mod sessions;
mod state;
mod summaries;
mod uploads;

pub use self::{
    ratings::RatingTotals,
    reading::{ContractConversation, ContractLine},
    state::HistoryTotals,
    uploads::{MAXIMUM_UPLOAD, Preview, PreviewLine, ReceiveError},
};
pub use aios_store::contract::{Details, Slice, TurnDetails};

pub(crate) use original::adopt;

use crate::{Chat, stream::locked};
use aios_model::Timestamp;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// The contract's side of a [`Chat`]. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Contract(Arc<Inner>);

struct Inner {
    chat: Chat,
    desk: Mutex<Desk>,
    uploads: uploads::Uploads,
    prompts: tokio::sync::Mutex<()>,
}

/// What is open at the moment.
#[derive(Default)]
struct Desk {
    session_id: Option<String>,
    model: Option<String>,
    /// Ids that were given out and may not be stored yet, latest last.
    issued: VecDeque<String>,
}

impl Contract {
    /// The contract's side of `chat`. Uploads that an earlier run of the program left behind are removed.
    pub fn new(chat: Chat) -> Contract {
        let uploads = uploads::Uploads::new(chat.data(), chat.mode());
        Contract(Arc::new(Inner { chat, desk: Mutex::default(), uploads, prompts: tokio::sync::Mutex::default() }))
    }

    /// The chat module.
    pub fn chat(&self) -> &Chat {
        &self.0.chat
    }

    /// Reads or changes the desk: a lock for a moment, never over an await.
    fn desk<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        work(&mut locked(&self.0.desk))
    }
}

/// The id of the user's message of a turn.
pub fn user_message_id(timestamp: Timestamp) -> String {
    format!("user_{timestamp}")
}

/// The id of the answer of a turn.
pub fn assistant_message_id(timestamp: Timestamp) -> String {
    format!("assistant_{timestamp}")
}
