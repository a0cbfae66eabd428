//! The log of one turn, and the chain of them.

use super::{Accepted, locked};
use aios_model::TurnStatus;
use aios_protocol::socket::{ServerMessage, StreamEvent};
use std::sync::{Arc, Mutex, OnceLock};

/// What followers hear of one turn: that it was accepted, every piece of its answer, and how it ended.
pub(crate) struct TurnLog {
    accepted: Accepted,
    written: Mutex<Written>,
}

#[derive(Default)]
struct Written {
    events: Vec<StreamEvent>,
    end: Option<(TurnStatus, Option<String>)>,
}

impl TurnLog {
    pub(super) fn new(accepted: Accepted) -> TurnLog {
        TurnLog { accepted, written: Mutex::default() }
    }

    pub(crate) fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// Appends a piece. Its sequence number is its position, from 1.
    pub(super) fn append(&self, event: StreamEvent) {
        locked(&self.written).events.push(event);
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
        let event = usize::try_from(index).ok().and_then(|index| written.events.get(index));
        match (event, &written.end) {
            (Some(event), _) => Some(ServerMessage::Event {
                session_id: session_id.clone(),
                turn_id: *turn_id,
                sequence: position,
                event: event.clone(),
            }),
            (None, Some((status, error))) => Some(ServerMessage::End {
                session_id: session_id.clone(),
                turn_id: *turn_id,
                status: *status,
                error: error.clone(),
            }),
            (None, None) => None,
        }
    }
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

    /// The node of a turn, from this one on.
    pub(super) fn find(self: &Arc<Node>, turn_id: i64) -> Option<Arc<Node>> {
        std::iter::successors(Some(self.clone()), |node| node.next())
            .find(|node| node.log().is_some_and(|log| log.accepted.turn_id == turn_id))
    }
}
