//! Following a conversation.

use super::{Aside, Hub, Key, TopicHandle, TurnLog, locked, log::Node, stored};
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
    /// If it wants to know of the others.
    company: Option<Company>,
    node: Arc<Node>,
    /// Of the next message of `node`, as [`TurnLog::message`] counts.
    position: u64,
    /// The end of `node` was heard, or is not to be heard.
    heard_end: bool,
    /// What comes before `node`.
    earlier: Earlier,
}

/// A turn that is in no log here any more, and was followed.
enum Earlier {
    None,
    /// It is to be read from the database, from behind an event on.
    ToRead(Arc<Database>, i64, u64),
    /// Its log, and the position in it.
    Reading(Box<TurnLog>, u64),
}

/// Who follows, and what it was told of the others.
struct Company {
    who: u64,
    aside: watch::Receiver<Aside>,
    told: Aside,
}

impl Follower {
    /// Takes a place: behind event `after` of `turn_id` if its log is there still, else at the beginning of the turn that is being
    /// answered, else at the end. `who` is given by those who want to know of the others.
    pub(crate) fn new(
        hub: &Arc<Hub>,
        key: Key,
        database: Arc<Database>,
        turn_id: Option<i64>,
        after: u64,
        who: Option<u64>,
    ) -> Follower {
        let topic = hub.topic(key);
        let changed = topic.changed.subscribe();
        let closed = hub.closed.subscribe();
        let company = who.map(|who| {
            // What was before is no news; that it is alone is none either.
            let told = Aside { readers: 1, ..*topic.aside.borrow() };
            topic.aside.send_modify(|aside| aside.readers += 1);
            let mut aside = topic.aside.subscribe();
            aside.mark_changed();
            Company { who, aside, told }
        });
        let state = locked(&topic.state);
        let known = turn_id.and_then(|turn_id| state.oldest.find(turn_id));
        let heard_end = known.is_none() && state.running.is_none();
        let (earlier, position) = match (&known, turn_id) {
            (Some(_), _) => (Earlier::None, after.saturating_add(1)),
            (None, Some(turn_id)) => (Earlier::ToRead(database, turn_id, after), 0),
            (None, None) => (Earlier::None, 0),
        };
        let node = known.unwrap_or_else(|| state.newest.clone());
        drop(state);
        Follower { topic, changed, closed, company, node, position, heard_end, earlier }
    }

    /// Everything that is heard from here on; ends when the program does.
    pub(crate) fn into_stream(self) -> impl Stream<Item = ServerMessage> + Send + 'static {
        stream::unfold(self, |mut follower| async { follower.next().await.map(|message| (message, follower)) })
    }

    async fn next(&mut self) -> Option<ServerMessage> {
        if let Earlier::ToRead(database, turn_id, after) = &self.earlier {
            let read = stored::read(database, self.topic.session_id().to_owned(), *turn_id).await;
            let read = read.unwrap_or_else(|error| {
                tracing::warn!(turn_id, %error, "a log was not read; who follows the turn has to look at it anew");
                None
            });
            // One that does not exist, or is about to be written, comes by itself.
            self.earlier = read.map_or(Earlier::None, |log| Earlier::Reading(Box::new(log), after.saturating_add(1)));
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
                Some(message) = Company::news(&mut self.company, &self.topic) => return Some(message),
            }
        }
    }

    fn read(&mut self) -> Option<ServerMessage> {
        if let Earlier::Reading(log, position) = &mut self.earlier {
            // It is over, so there is always a message.
            let message = log.message(*position)?;
            *position = position.saturating_add(1);
            if matches!(message, ServerMessage::End { .. }) {
                self.earlier = Earlier::None;
            }
            return Some(message);
        }
        loop {
            if !self.heard_end
                && let Some(log) = self.node.log()
            {
                let message = log.message(self.position)?;
                self.position = log.behind(self.position);
                self.heard_end = matches!(message, ServerMessage::End { .. });
                return Some(message);
            }
            self.node = self.node.next()?;
            self.position = 0;
            self.heard_end = false;
        }
    }
}

impl Company {
    /// Waits for something that the others do; for ever if nobody wants to know.
    async fn news(company: &mut Option<Company>, topic: &TopicHandle) -> Option<ServerMessage> {
        let Some(Company { who, aside, told }) = company else { return std::future::pending().await };
        loop {
            aside.changed().await.ok()?;
            let now = *aside.borrow_and_update();
            let before = std::mem::replace(told, now);
            let session_id = topic.session_id().to_owned();
            // One thing is told at a time, and what else is new at the next change.
            if now.named != before.named {
                *told = Aside { named: now.named, ..before };
                aside.mark_changed();
                return Some(ServerMessage::Named { session_id, name: locked(&topic.name).clone() });
            }
            if now.switched != before.switched {
                *told = Aside { switched: now.switched, branch: now.branch, ..before };
                aside.mark_changed();
                return Some(ServerMessage::Branch { session_id, turn_id: now.branch });
            }
            let typing = now.typed != before.typed && now.typist != *who;
            if typing || now.readers != before.readers {
                return Some(ServerMessage::Presence { session_id, readers: now.readers, typing });
            }
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        if self.company.is_some() {
            self.topic.aside.send_modify(|aside| aside.readers -= 1);
        }
    }
}
