//! The chat module: every operation once, whoever asks for it.
//!
//! [`Chat`] holds the histories of one data folder (the person's own, and a demo), the agents that answer, and the answers that are being
//! written. Server functions, REST, websocket and command line are doors to it: they parse, ask and answer, nothing more.
//!
//! ```text
//! Chat ── conversations, turns, ratings, search ─► aios-store (SQLite)
//!      ── send ─► stream: one log a turn ─► followers, and the history every 250 ms
//!      │            ▲ agent: model servers of several dialects, Recall
//!      ── import_save ─► one transaction ─► Feeds/*.txt
//! ```
//!
//! The two key functions keep the names that AI OS gave them: [`Chat::save_conversation`] writes a view of a conversation,
//! [`Chat::add_turn`] appends one turn.
//!
//! **Invariants:** an acknowledged write is on disk. No client names an address that is called: only the [`Config`] does. This crate
//! knows neither HTTP's server side nor Leptos, and no SQL.

pub mod agent;
mod agents;
mod chat;
mod clock;
mod config;
mod context;
pub mod contract;
mod database;
mod demo;
mod error;
pub mod export;
mod feeds;
mod files;
pub mod finetune;
pub mod import;
pub mod maintenance;
mod stream;
mod text;
mod titles;

pub use crate::{
    agents::discover,
    chat::{Change, Chat, MAXIMUM_MESSAGE, Management, NewFile, SendOptions},
    clock::now,
    config::{Config, ProviderConfig, Secret},
    error::{Error, ErrorKind},
    stream::{Accepted, BranchRequest, SendRequest},
};
pub use aios_store::{
    conversations::{ListQuery, ProjectTotal, SourceTotal, WeekTotal},
    imports::SavedConversation,
    notes::AnswerNotes,
    presets::Preset,
    ratings::{RatedTurn, RatingCounts, RatingCursor, RatingQuery, StoredRating},
    trash::{TrashPage, Trashed},
    turns::{OutlineLine, Path, Position, Pruned, SavedMessages, TurnPage},
};
