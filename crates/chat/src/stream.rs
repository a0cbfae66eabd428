//! Answers while they are being written.
//!
//! Every conversation that somebody writes in or follows has a *topic*: a chain of the turns that were accepted lately, each with the log
//! of its answer. Whoever writes appends to the log; whoever follows holds a place in the chain and reads from there. So a follower has no
//! buffer of its own, a slow one delays nobody, none loses a piece, and the memory of a log is freed when the last one has
//! passed it and it has been over for [`RETENTION`].
//!
//! The log is written to the database as well, in pieces of [`FLUSH`]: what came back after the log was forgotten here, or after the program
//! ended, is served from there, under the same numbers.
//!
//! **Invariant:** an event is in the log before anyone hears of it, and a turn is finished in the database before its
//! end is in the log.

mod answering;
mod draft;
mod follower;
mod log;
mod stored;

pub(crate) use self::{
    answering::Answering,
    draft::asked,
    follower::Follower,
    log::TurnLog,
    stored::{begin_again, recover},
};

use self::log::Node;
use aios_model::{Timestamp, TurnStatus};
use aios_protocol::{
    agents::DatabaseMode,
    socket::{ServerMessage, StreamEvent},
};
use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{OwnedMutexGuard, watch};

/// How long the log of a finished turn stays for those who come back. Whoever comes later reads the turn itself.
pub(crate) const RETENTION: Duration = Duration::from_secs(30);

/// How much of an answer, in time, waits to be written down. With the writing itself it is what a crash can cost: below 250 ms.
pub(crate) const FLUSH: Duration = Duration::from_millis(150);

/// A message to be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendRequest {
    /// Made by the client, 1 to 64 bytes, unique among all its messages. Sending the same again is sending it once.
    pub client_id: String,
    /// The conversation to go on with; a new one if there is none.
    pub session_id: Option<String>,
    /// The text, as markdown: not blank, at most [`MAXIMUM_MESSAGE`](crate::MAXIMUM_MESSAGE) bytes.
    pub text: String,
    /// Who shall answer: `recall` or `<provider>/<model>`; the default if not said.
    pub model: Option<String>,
}

/// A new turn beside one that there is: another answer to its question, or another question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BranchRequest {
    /// As of [`SendRequest`].
    pub client_id: String,
    /// The turn beside which it stands.
    pub turn_id: i64,
    /// The other question, as in [`SendRequest`]; the same question if not said.
    pub text: Option<String>,
    /// As of [`SendRequest`].
    pub model: Option<String>,
}

/// A message that is stored and is being answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    /// As it was sent.
    pub client_id: String,
    /// The conversation, made if need be.
    pub session_id: String,
    /// The turn, made for it.
    pub turn_id: i64,
    /// When it was stored.
    pub timestamp: Timestamp,
    /// The user's words.
    pub text: String,
    /// Who answers.
    pub model: Option<String>,
    /// The turn before.
    pub parent_id: Option<i64>,
    /// The turns that stand beside each other here, this one included, oldest first; empty if it is the only one.
    pub siblings: Vec<i64>,
    /// The number of the last event that there was before: 0, but of a turn whose answer goes on.
    pub after: u64,
}

impl From<Accepted> for ServerMessage {
    fn from(accepted: Accepted) -> ServerMessage {
        let Accepted { client_id, session_id, turn_id, timestamp, text, model, parent_id, siblings, after } = accepted;
        ServerMessage::Accepted { client_id, session_id, turn_id, timestamp, text, model, parent_id, siblings, after }
    }
}

/// The same conversation id can exist in both histories.
pub(crate) type Key = (DatabaseMode, String);

/// The topics.
pub(crate) struct Hub {
    topics: Mutex<HashMap<Key, Arc<Topic>>>,
    /// Answers being written.
    running: watch::Sender<usize>,
    /// Everything is over: followers end when they have heard what there is.
    closed: watch::Sender<bool>,
}

impl Hub {
    pub(crate) fn new() -> Hub {
        Hub { topics: Mutex::default(), running: watch::Sender::new(0), closed: watch::Sender::new(false) }
    }

    /// The topic of a conversation, made if need be.
    pub(crate) fn topic(self: &Arc<Hub>, key: Key) -> TopicHandle {
        let mut topics = locked(&self.topics);
        let topic = topics.entry(key.clone()).or_insert_with(|| Arc::new(Topic::new())).clone();
        TopicHandle { hub: self.clone(), key, topic: Some(topic) }
    }

    /// The topic of a conversation that somebody writes in or follows.
    pub(crate) fn known(self: &Arc<Hub>, key: Key) -> Option<TopicHandle> {
        let topic = locked(&self.topics).get(&key).cloned()?;
        Some(TopicHandle { hub: self.clone(), key, topic: Some(topic) })
    }

    /// Stops the answer of a conversation, and lets no message in until what is returned is dropped. Who asks for several asks for each once and in
    /// the order of their ids, so that no two wait for each other.
    pub(crate) async fn quiet(self: &Arc<Hub>, key: Key) -> Quiet {
        let topic = self.topic(key.clone());
        let sending = topic.sending.clone().lock_owned().await;
        self.stop(key, TurnStatus::Stopped).await;
        Quiet { _sending: sending, _topic: topic }
    }

    /// Tells the answer of a conversation to end with `status`, and waits until it has; nothing if there is none.
    pub(crate) async fn stop(self: &Arc<Hub>, key: Key, status: TurnStatus) {
        let topic = self.topic(key);
        let mut changed = topic.changed.subscribe();
        let Some((turn_id, stop)) =
            locked(&topic.state).running.as_ref().map(|running| (running.turn_id, running.stop.clone()))
        else {
            return;
        };
        stop.send_replace(Some(status));
        let is_over = |_: &()| locked(&topic.state).running.as_ref().is_none_or(|running| running.turn_id != turn_id);
        // An error would mean that the topic is gone, and with it the answer.
        let _ = changed.wait_for(is_over).await;
    }

    /// Waits up to `patience` for all answers, then ends the others with [`TurnStatus::Interrupted`], and at last every follower.
    pub(crate) async fn close(self: &Arc<Hub>, patience: Duration) {
        let mut running = self.running.subscribe();
        if tokio::time::timeout(patience, running.wait_for(|count| *count == 0)).await.is_err() {
            let keys: Vec<Key> = locked(&self.topics).keys().cloned().collect();
            for key in keys {
                self.stop(key, TurnStatus::Interrupted).await;
            }
        }
        self.closed.send_replace(true);
    }
}

/// What goes on in one conversation.
pub(crate) struct Topic {
    state: Mutex<TopicState>,
    /// Wakes followers: something was appended.
    changed: watch::Sender<()>,
    /// What else is told. Only the latest counts.
    aside: watch::Sender<Aside>,
    /// The name that was given last while there was a topic.
    name: Mutex<String>,
    /// Held while a message is stored, and while turns go: one after the other.
    pub(crate) sending: Arc<tokio::sync::Mutex<()>>,
}

/// Nothing is written in a conversation and no message is taken while this is held.
pub(crate) struct Quiet {
    _sending: OwnedMutexGuard<()>,
    /// Who comes meanwhile has to find the same topic.
    _topic: TopicHandle,
}

/// What goes on in a conversation beside its answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Aside {
    /// Followers that want to know of each other.
    readers: u32,
    /// How often somebody wrote something, and who did last.
    typed: u64,
    typist: u64,
    /// How often another branch was chosen, and the turn that was chosen last.
    switched: u64,
    branch: i64,
    /// How often it was named.
    named: u64,
}

struct TopicState {
    oldest: Arc<Node>,
    newest: Arc<Node>,
    running: Option<Running>,
}

struct Running {
    turn_id: i64,
    log: Arc<TurnLog>,
    stop: watch::Sender<Option<TurnStatus>>,
}

impl Topic {
    fn new() -> Topic {
        let start = Arc::new(Node::empty());
        let state = TopicState { oldest: start.clone(), newest: start, running: None };
        Topic {
            state: Mutex::new(state),
            changed: watch::Sender::new(()),
            aside: watch::Sender::new(Aside::default()),
            name: Mutex::default(),
            sending: Arc::default(),
        }
    }

    /// Tells followers that the conversation has another name.
    pub(crate) fn named(&self, name: &str) {
        name.clone_into(&mut locked(&self.name));
        self.aside.send_modify(|aside| aside.named += 1);
    }

    /// Tells followers that another branch is shown now.
    pub(crate) fn switched(&self, turn_id: i64) {
        self.aside.send_modify(|aside| {
            aside.switched += 1;
            aside.branch = turn_id;
        });
    }

    /// Tells the other followers that `who` is writing.
    pub(crate) fn typing(&self, who: u64) {
        self.aside.send_modify(|aside| {
            aside.typed += 1;
            aside.typist = who;
        });
    }

    /// The message that is being answered.
    pub(crate) fn running(&self) -> Option<Accepted> {
        locked(&self.state).running.as_ref().map(|running| running.log.accepted().clone())
    }

    /// Appends a turn whose answer begins now, or goes on behind the events `before`; the receiver says when it has to end early.
    pub(crate) fn begin(
        &self,
        accepted: Accepted,
        before: Vec<StreamEvent>,
    ) -> (Arc<TurnLog>, watch::Receiver<Option<TurnStatus>>) {
        let (stop, stopped) = watch::channel(None);
        let turn_id = accepted.turn_id;
        let log = Arc::new(TurnLog::new(accepted));
        before.into_iter().for_each(|event| log.append(event));
        let mut state = locked(&self.state);
        state.push(Node::of(log.clone()));
        state.running = Some(Running { turn_id, log: log.clone(), stop });
        drop(state);
        self.changed.send_replace(());
        (log, stopped)
    }

    /// The answer of `turn_id` is over and its end is in its log.
    fn ended(&self, turn_id: i64) {
        locked(&self.state).running.take_if(|running| running.turn_id == turn_id);
        self.changed.send_replace(());
    }

    /// Lets go of a log and of those before it.
    fn forget(&self, log: &Arc<TurnLog>) {
        let mut state = locked(&self.state);
        let Some(node) = state.oldest.holding(log) else { return };
        if node.next().is_none() {
            state.push(Node::empty());
        }
        if let Some(next) = node.next() {
            state.oldest = next;
        }
        drop(state);
        // Followers that wait at the old end move on, so that it is freed.
        self.changed.send_replace(());
    }
}

impl TopicState {
    fn push(&mut self, node: Node) {
        self.newest = self.newest.append(node);
    }
}

/// Holds a topic in the hub; the last one to let go removes it.
pub(crate) struct TopicHandle {
    hub: Arc<Hub>,
    key: Key,
    /// `None` only while dropping.
    topic: Option<Arc<Topic>>,
}

impl TopicHandle {
    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    pub(crate) fn session_id(&self) -> &str {
        &self.key.1
    }
}

impl Deref for TopicHandle {
    type Target = Topic;

    fn deref(&self) -> &Topic {
        self.topic.as_deref().expect("only drop takes it")
    }
}

impl Drop for TopicHandle {
    fn drop(&mut self) {
        let mut topics = locked(&self.hub.topics);
        self.topic = None;
        // Handles are made and dropped under this lock, so the count cannot change now: 1 is the map itself.
        if topics.get(&self.key).is_some_and(|topic| Arc::strong_count(topic) == 1) {
            topics.remove(&self.key);
        }
    }
}

/// Locks; a panic elsewhere leaves these values whole, because every change to them is a single step.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Accepted, Follower, Hub, Key};
    use aios_model::{Timestamp, TurnStatus};
    use aios_protocol::{
        agents::DatabaseMode,
        socket::{ServerMessage, StreamEvent},
    };
    use aios_store::Database;
    use futures::{FutureExt, Stream, StreamExt};
    use proptest::prelude::*;
    use std::{pin::Pin, sync::Arc};

    fn key() -> Key {
        (DatabaseMode::Personal, "session".into())
    }

    fn accepted(turn_id: i64) -> Accepted {
        Accepted {
            client_id: turn_id.to_string(),
            session_id: "session".into(),
            turn_id,
            timestamp: Timestamp::from_milliseconds(0),
            text: "?".into(),
            model: None,
            parent_id: None,
            siblings: Vec::new(),
            after: 0,
        }
    }

    type Heard = Pin<Box<dyn Stream<Item = ServerMessage> + Send>>;

    fn follow(hub: &Arc<Hub>, database: &Arc<Database>, turn_id: Option<i64>, after: u64) -> Heard {
        Box::pin(Follower::new(hub, key(), database.clone(), turn_id, after, None).into_stream())
    }

    /// Everything that can be heard now: the turn, and the sequence number or what it is instead of one.
    fn heard(stream: &mut Heard) -> Vec<(i64, String)> {
        let now = std::iter::from_fn(|| stream.next().now_or_never().flatten());
        now.map(|message| match message {
            ServerMessage::Accepted { turn_id, .. } => (turn_id, "accepted".into()),
            ServerMessage::Event { turn_id, sequence, .. } => (turn_id, sequence.to_string()),
            ServerMessage::End { turn_id, .. } => (turn_id, "end".into()),
            other => panic!("{other:?}"),
        })
        .collect()
    }

    #[test]
    fn a_log_is_kept_for_those_who_are_behind_and_a_topic_for_those_who_wait() {
        let hub = Arc::new(Hub::new());
        let database = Arc::new(Database::open_in_memory().unwrap());
        let mut slow = follow(&hub, &database, None, 0);
        for turn_id in [1, 2] {
            let topic = hub.topic(key());
            let (log, _stopped) = topic.begin(accepted(turn_id), Vec::new());
            log.append(StreamEvent::Text { delta: "x".into() });
            log.end(TurnStatus::Complete, None);
            topic.ended(turn_id);
            topic.forget(&log);
        }
        let all = [(1, "accepted"), (1, "1"), (1, "end"), (2, "accepted"), (2, "1"), (2, "end")];
        assert_eq!(heard(&mut slow), all.map(|(turn_id, what)| (turn_id, what.to_owned())));
        assert_eq!(heard(&mut follow(&hub, &database, None, 0)), []);
        assert_eq!(hub.topics.lock().unwrap().len(), 1);
        drop(slow);
        assert!(hub.topics.lock().unwrap().is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whoever_comes_back_anywhere_hears_exactly_the_rest(
            turns in proptest::collection::vec(0u64..6, 1..4),
            at in any::<prop::sample::Index>(),
            from in any::<prop::sample::Index>(),
        ) {
            let hub = Arc::new(Hub::new());
            let database = Arc::new(Database::open_in_memory().unwrap());
            let topic = hub.topic(key());
            let mut all = Vec::new();
            let mut second: Option<(usize, Heard)> = None;
            let steps: u64 = turns.iter().map(|events| events + 2).sum();
            let at = at.index(usize::try_from(steps).unwrap());
            for (number, events) in turns.iter().enumerate() {
                let turn_id = i64::try_from(number).unwrap() + 1;
                let (log, _stopped) = topic.begin(accepted(turn_id), Vec::new());
                all.push((turn_id, "accepted".to_owned()));
                for sequence in 1..=events + 1 {
                    if second.is_none() && all.len() > at {
                        // It was heard up to somewhere before this moment.
                        let position = from.index(all.len());
                        let (turn_id, what) = &all[position];
                        let after = match what.as_str() {
                            "accepted" => 0,
                            "end" => u64::MAX,
                            sequence => sequence.parse().unwrap(),
                        };
                        // Whoever comes back after the end hears the end again.
                        let begin = if what == "end" { position } else { position + 1 };
                        second = Some((begin, follow(&hub, &database, Some(*turn_id), after)));
                    }
                    if sequence <= *events {
                        log.append(StreamEvent::Text { delta: "x".into() });
                        all.push((turn_id, sequence.to_string()));
                    }
                }
                log.end(TurnStatus::Complete, None);
                topic.ended(turn_id);
                all.push((turn_id, "end".into()));
            }
            if let Some((begin, mut second)) = second {
                prop_assert_eq!(heard(&mut second), &all[begin..]);
            }
        }
    }
}
