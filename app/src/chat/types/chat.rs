//! States of a chat.

use aios_model::TurnStatus;

/// The connection to the server, as a person is told of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Connection {
    /// The first try is under way.
    #[default]
    Connecting,
    /// Messages go through.
    Open,
    /// Lost; it is tried again by itself.
    Lost,
}

/// How far a turn is, from the first key to the last word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Shown here, not yet acknowledged by the server.
    Sending,
    /// The server refused it, and why. Nothing was stored; the text is kept here.
    NotSent(String),
    /// Stored.
    Stored(TurnStatus),
}

impl Progress {
    /// The answer may still grow.
    pub fn is_running(&self) -> bool {
        matches!(self, Progress::Sending | Progress::Stored(TurnStatus::Streaming))
    }
}
