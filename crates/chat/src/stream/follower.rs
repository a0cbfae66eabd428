//! Following a conversation.

use super::{Hub, Key, TopicHandle, locked, log::Node};
use crate::database;
use aios_model::TurnStatus;
use aios_protocol::socket::ServerMessage;
use aios_store::Database;
use futures::{Stream, stream};
use std::sync::Arc;
use tokio::sync::watch;

/// A place in the chain of a topic.
pub(crate) struct Follower {
    topic: TopicHandle,
    changed: watch::Receiver<()>,
    closed: watch::Receiver<bool>,
    node: Arc<Node>,
    /// Of the next message of `node`, as [`TurnLog::message`](super::TurnLog::message) counts.
    position: u64,
    /// The end of `node` was heard, or is not to be heard.
    heard_end: bool,
    /// A turn that is in no log any more: how it ended is to be read from the history first.
    ended_before: Option<(Arc<Database>, i64)>,
}

impl Follower {
    /// Takes a place: behind event `after` of `turn_id` if its log is there still, else at the beginning of the turn that is being
    /// answered, else at the end.
    pub(crate) fn new(hub: &Arc<Hub>, key: Key, database: Arc<Database>, turn_id: Option<i64>, after: u64) -> Follower {
        let topic = hub.topic(key);
        let changed = topic.changed.subscribe();
        let closed = hub.closed.subscribe();
        let state = locked(&topic.state);
        let known = turn_id.and_then(|turn_id| state.oldest.find(turn_id));
        let (position, ended_before) = match (&known, turn_id) {
            (Some(_), _) => (after.saturating_add(1), None),
            (None, Some(turn_id)) => (0, Some((database, turn_id))),
            (None, None) => (0, None),
        };
        let heard_end = known.is_none() && state.running.is_none();
        let node = known.unwrap_or_else(|| state.newest.clone());
        drop(state);
        Follower { topic, changed, closed, node, position, heard_end, ended_before }
    }

    /// Everything that is heard from here on; ends when the program does.
    pub(crate) fn into_stream(self) -> impl Stream<Item = ServerMessage> + Send + 'static {
        stream::unfold(self, |mut follower| async { follower.next().await.map(|message| (message, follower)) })
    }

    async fn next(&mut self) -> Option<ServerMessage> {
        if let Some((database, turn_id)) = self.ended_before.take()
            && let Some(end) = self.stored_end(&database, turn_id).await
        {
            return Some(end);
        }
        loop {
            self.changed.mark_unchanged();
            if let Some(message) = self.read() {
                return Some(message);
            }
            if *self.closed.borrow() {
                return None;
            }
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                closed = self.closed.changed() => closed.ok()?,
            }
        }
    }

    fn read(&mut self) -> Option<ServerMessage> {
        loop {
            if !self.heard_end
                && let Some(log) = self.node.log()
            {
                let message = log.message(self.position)?;
                self.position = self.position.saturating_add(1);
                self.heard_end = matches!(message, ServerMessage::End { .. });
                return Some(message);
            }
            self.node = self.node.next()?;
            self.position = 0;
            self.heard_end = false;
        }
    }

    /// `None` if the turn does not exist, cannot be read, or is about to be written: then it comes by itself.
    async fn stored_end(&self, database: &Database, turn_id: i64) -> Option<ServerMessage> {
        let status = database::turn_status(database, turn_id).await.ok().flatten()?;
        (status != TurnStatus::Streaming).then(|| ServerMessage::End {
            session_id: self.topic.session_id().to_owned(),
            turn_id,
            status,
            error: None,
        })
    }
}
