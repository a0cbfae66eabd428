//! The log of one turn, and the chain of them.

use super::{Accepted, draft::Draft, locked};
use aios_model::TurnStatus;
use aios_protocol::socket::{ServerMessage, StreamEvent};
use aios_store::{Connection, streams};
use std::sync::{Arc, Mutex, OnceLock};

/// What followers hear of one turn: that it was accepted, every piece of its answer, and how it ended.
pub(crate) struct TurnLog {
    accepted: Accepted,
    written: Mutex<Written>,
}

/// Pieces are many and short: of each is kept where its words end, in four bytes.
#[derive(Default)]
struct Written {
    /// Of text and reasoning, in the order in which they came.
    words: String,
    entries: Vec<Entry>,
    /// Events of other kinds, each with its place in `entries`.
    others: Vec<(usize, StreamEvent)>,
    /// The number of the last event that there was, if the events themselves are no longer kept.
    dropped: u64,
    end: Option<(TurnStatus, Option<String>)>,
}

/// The kind of an event, in the two highest bits, and where its words end in [`Written::words`]; they begin where those of the one before end. An
/// answer is far below the 1 GB that this can say.
#[derive(Clone, Copy)]
struct Entry(u32);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Reasoning,
    Other,
}

/// What an event says, where it lies.
#[derive(Clone, Copy)]
pub(super) enum Piece<'log> {
    Text(&'log str),
    Reasoning(&'log str),
    Other(&'log StreamEvent),
}

/// Memory for more is taken an eighth of what there is at a time, at least this many entries or bytes: of what a thousand answers hold, half would be
/// empty if it was doubled.
const LEAST_GROWTH: usize = 64;

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
        locked(&self.written).push(event);
    }

    /// The number of the last event.
    pub(super) fn last_sequence(&self) -> u64 {
        locked(&self.written).last_sequence()
    }

    /// The events behind number `sequence`.
    pub(super) fn since(&self, sequence: u64) -> Vec<StreamEvent> {
        let from = usize::try_from(sequence).unwrap_or(usize::MAX);
        locked(&self.written).pieces(from).map(Piece::to_event).collect()
    }

    /// The answer as far as it has come.
    pub(super) fn draft(&self) -> Draft {
        Draft::of(locked(&self.written).pieces(0))
    }

    /// Its text as far as it has come.
    pub(super) fn text(&self) -> String {
        let written = locked(&self.written);
        written.pieces(0).filter_map(Piece::text).collect()
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
        let piece = usize::try_from(index).ok().and_then(|index| written.piece(index));
        match (piece, &written.end) {
            (Some(piece), _) => Some(ServerMessage::Event {
                session_id: session_id.clone(),
                turn_id: *turn_id,
                sequence: position,
                event: piece.to_event(),
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
    fn push(&mut self, event: StreamEvent) {
        let kind = match &event {
            StreamEvent::Text { delta } | StreamEvent::Reasoning { delta } => {
                let more = delta.len().max(self.words.len() / 8).max(LEAST_GROWTH);
                if self.words.capacity() - self.words.len() < delta.len() {
                    self.words.reserve_exact(more);
                }
                self.words.push_str(delta);
                if matches!(event, StreamEvent::Text { .. }) { Kind::Text } else { Kind::Reasoning }
            }
            _ => {
                self.others.push((self.entries.len(), event));
                Kind::Other
            }
        };
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact((self.entries.len() / 8).max(LEAST_GROWTH));
        }
        self.entries.push(Entry::new(kind, self.words.len()));
    }

    fn piece(&self, index: usize) -> Option<Piece<'_>> {
        let entry = self.entries.get(index)?;
        let begin = index.checked_sub(1).and_then(|before| self.entries.get(before)).map_or(0, |before| before.end());
        let words = || self.words.get(begin..entry.end()).unwrap_or_default();
        match entry.kind() {
            Kind::Text => Some(Piece::Text(words())),
            Kind::Reasoning => Some(Piece::Reasoning(words())),
            Kind::Other => {
                let place = self.others.binary_search_by_key(&index, |(place, _)| *place).ok()?;
                self.others.get(place).map(|(_, event)| Piece::Other(event))
            }
        }
    }

    /// From the one at `index` on.
    fn pieces(&self, index: usize) -> impl Iterator<Item = Piece<'_>> {
        (index..self.entries.len()).map_while(|index| self.piece(index))
    }

    fn last_sequence(&self) -> u64 {
        self.dropped.max(self.entries.len() as u64)
    }
}

impl Entry {
    const BITS: u32 = 30;
    const MOST: usize = (1 << Entry::BITS) - 1;

    fn new(kind: Kind, end: usize) -> Entry {
        let end = u32::try_from(end.min(Entry::MOST)).unwrap_or(0);
        Entry((kind as u32) << Entry::BITS | end)
    }

    fn kind(self) -> Kind {
        match self.0 >> Entry::BITS {
            0 => Kind::Text,
            1 => Kind::Reasoning,
            _ => Kind::Other,
        }
    }

    fn end(self) -> usize {
        self.0 as usize & Entry::MOST
    }
}

impl<'log> Piece<'log> {
    fn to_event(self) -> StreamEvent {
        match self {
            Piece::Text(words) => StreamEvent::Text { delta: words.to_owned() },
            Piece::Reasoning(words) => StreamEvent::Reasoning { delta: words.to_owned() },
            Piece::Other(event) => event.clone(),
        }
    }

    /// What it adds to the text of the answer.
    fn text(self) -> Option<&'log str> {
        if let Piece::Text(words) = self { Some(words) } else { None }
    }
}

impl<'log> From<&'log StreamEvent> for Piece<'log> {
    fn from(event: &'log StreamEvent) -> Piece<'log> {
        match event {
            StreamEvent::Text { delta } => Piece::Text(delta),
            StreamEvent::Reasoning { delta } => Piece::Reasoning(delta),
            other => Piece::Other(other),
        }
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
