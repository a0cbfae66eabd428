//! The log of one turn, and the chain of them.

use super::{Accepted, locked};
use aios_model::TurnStatus;
use aios_protocol::socket::{ServerMessage, StreamEvent};
use aios_store::{Connection, streams};
use std::{
    ops::Range,
    sync::{Arc, Mutex, OnceLock},
};

/// What followers hear of one turn: that it was accepted, every piece of its answer, and how it ended.
pub(crate) struct TurnLog {
    accepted: Accepted,
    written: Mutex<Written>,
}

/// Pieces are many and short: an event of its own for each would take five times the memory of the words.
#[derive(Default)]
struct Written {
    words: String,
    entries: Vec<Entry>,
    /// The number of the last event that there was, if the events themselves are no longer kept.
    dropped: u64,
    end: Option<(TurnStatus, Option<String>)>,
}

enum Entry {
    Text(Words),
    Reasoning(Words),
    Other(Box<StreamEvent>),
}

/// A range of [`Written::words`]. An answer is far below 4 GB.
struct Words {
    begin: u32,
    end: u32,
}

impl TurnLog {
    pub(super) fn new(accepted: Accepted) -> TurnLog {
        TurnLog { accepted, written: Mutex::default() }
    }

    /// The log of an answer that is over, as far as it is kept: there may be no events, and `last_sequence` of them all the same.
    pub(super) fn over(
        accepted: Accepted,
        events: Vec<StreamEvent>,
        last_sequence: u64,
        status: TurnStatus,
        error: Option<String>,
    ) -> TurnLog {
        let log = TurnLog::new(accepted);
        events.into_iter().for_each(|event| log.append(event));
        locked(&log.written).dropped = last_sequence;
        log.end(status, error);
        log
    }

    pub(crate) fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// Appends a piece. Its sequence number is its position, from 1.
    pub(super) fn append(&self, event: StreamEvent) {
        let mut written = locked(&self.written);
        let entry = match event {
            StreamEvent::Text { delta } => Entry::Text(written.push(&delta)),
            StreamEvent::Reasoning { delta } => Entry::Reasoning(written.push(&delta)),
            other => Entry::Other(Box::new(other)),
        };
        written.entries.push(entry);
    }

    /// The number of the last event.
    pub(super) fn last_sequence(&self) -> u64 {
        locked(&self.written).last_sequence()
    }

    /// The events behind number `sequence`.
    pub(super) fn since(&self, sequence: u64) -> Vec<StreamEvent> {
        let written = locked(&self.written);
        let from = usize::try_from(sequence).unwrap_or(usize::MAX);
        written.entries.iter().skip(from).map(|entry| written.event(entry)).collect()
    }

    /// Writes the events behind number `logged` to the database. Gives the number of the last that is there then.
    pub(super) fn write_down(&self, connection: &Connection, logged: u64) -> Result<u64, aios_store::Error> {
        let events = self.since(logged);
        write(connection, self.accepted.turn_id, logged, &events)?;
        Ok(logged + events.len() as u64)
    }

    /// Says how it ended, once; later calls change nothing.
    pub(super) fn end(&self, status: TurnStatus, error: Option<String>) {
        locked(&self.written).end.get_or_insert((status, error));
    }

    /// The message at `position`: 0 is [`ServerMessage::Accepted`], then the events by their sequence numbers, then the end. `None` if it is yet
    /// to come; a position behind the end is the end as well, so that nobody waits for what cannot come.
    pub(super) fn message(&self, position: u64) -> Option<ServerMessage> {
        let Accepted { session_id, turn_id, .. } = &self.accepted;
        let Some(index) = position.checked_sub(1) else {
            return Some(self.accepted.clone().into());
        };
        let written = locked(&self.written);
        let entry = usize::try_from(index).ok().and_then(|index| written.entries.get(index));
        match (entry, &written.end) {
            (Some(entry), _) => Some(ServerMessage::Event {
                session_id: session_id.clone(),
                turn_id: *turn_id,
                sequence: position,
                event: written.event(entry),
            }),
            (None, Some((status, error))) => Some(ServerMessage::End {
                session_id: session_id.clone(),
                turn_id: *turn_id,
                status: *status,
                sequence: written.last_sequence(),
                error: error.clone(),
            }),
            (None, None) => None,
        }
    }

    /// The position behind one that was heard. An answer that goes on is heard from there on by those who hear that it does.
    pub(super) fn behind(&self, position: u64) -> u64 {
        if position == 0 { self.accepted.after + 1 } else { position.saturating_add(1) }
    }
}

impl Written {
    fn push(&mut self, delta: &str) -> Words {
        let place = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let begin = place(self.words.len());
        self.words.push_str(delta);
        Words { begin, end: place(self.words.len()) }
    }

    fn event(&self, entry: &Entry) -> StreamEvent {
        let words = |words: &Words| {
            let range: Range<usize> = words.begin as usize..words.end as usize;
            self.words.get(range).unwrap_or_default().to_owned()
        };
        match entry {
            Entry::Text(range) => StreamEvent::Text { delta: words(range) },
            Entry::Reasoning(range) => StreamEvent::Reasoning { delta: words(range) },
            Entry::Other(event) => event.as_ref().clone(),
        }
    }

    fn last_sequence(&self) -> u64 {
        self.dropped.max(self.entries.len() as u64)
    }
}

/// Writes events behind number `logged` to the log of a turn in the database.
pub(super) fn write(
    connection: &Connection,
    turn_id: i64,
    logged: u64,
    events: &[StreamEvent],
) -> Result<(), aios_store::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(events)
        .map_err(|error| aios_store::Error::NotCommitted { reason: format!("events as JSON: {error}") })?;
    streams::append(connection, turn_id, logged + 1, events.len() as u64, &json)
}

/// A link of the chain: a turn, or nothing at a place where followers wait.
pub(super) struct Node {
    log: Option<Arc<TurnLog>>,
    next: OnceLock<Arc<Node>>,
}

impl Node {
    pub(super) fn empty() -> Node {
        Node { log: None, next: OnceLock::new() }
    }

    pub(super) fn of(log: Arc<TurnLog>) -> Node {
        Node { log: Some(log), next: OnceLock::new() }
    }

    pub(super) fn log(&self) -> Option<&Arc<TurnLog>> {
        self.log.as_ref()
    }

    pub(super) fn next(&self) -> Option<Arc<Node>> {
        self.next.get().cloned()
    }

    /// Puts `node` behind this one, which has to be the last, and returns it.
    pub(super) fn append(&self, node: Node) -> Arc<Node> {
        self.next.get_or_init(|| Arc::new(node)).clone()
    }

    /// The latest node of a turn, from this one on: there are two of one whose answer went on.
    pub(super) fn find(self: &Arc<Node>, turn_id: i64) -> Option<Arc<Node>> {
        std::iter::successors(Some(self.clone()), |node| node.next())
            .filter(|node| node.log().is_some_and(|log| log.accepted.turn_id == turn_id))
            .last()
    }

    /// The node of this log, from this one on.
    pub(super) fn holding(self: &Arc<Node>, log: &Arc<TurnLog>) -> Option<Arc<Node>> {
        std::iter::successors(Some(self.clone()), |node| node.next())
            .find(|node| node.log().is_some_and(|other| Arc::ptr_eq(other, log)))
    }
}
