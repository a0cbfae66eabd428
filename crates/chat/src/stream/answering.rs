//! Writing an answer: from the agent into the log and the history.

use super::{
    FLUSH, RETENTION, TopicHandle, TurnLog,
    draft::{Draft, heard},
};
use crate::{
    Change,
    agent::{Agent, AgentError, AgentEvent, AgentRequest},
    clock::now,
    context,
};
use aios_model::{Message, Role, TurnStatus};
use aios_protocol::socket::StreamEvent;
use aios_store::{
    Database, Transaction, streams,
    turns::{self, FinishedTurn},
};
use futures::{FutureExt, StreamExt, future::BoxFuture};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, watch},
    time::Instant,
};

/// A text up to so many bytes is written into the turn whenever events are logged; a longer one when it has grown by an eighth, so that the
/// bytes written stay in proportion to its length. The log has it all in any case.
const SHORT: usize = 4096;

/// What an agent is asked whose answer was cut off.
const GO_ON: &str =
    "Your answer was cut off. Go on exactly where it stops, in the middle of a word if need be, and repeat nothing.";

/// The most bytes of text, reasoning and tools that one answer may have, in megabytes. A server that never ends shall not fill the memory.
const MAXIMUM_MEGABYTES: usize = 8;

/// Pieces of an answer that are taken before anything else is looked at: somebody may want to stop it.
const AT_ONCE: usize = 64;

/// How long after an end could not be saved it is tried again, the first time and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What the reader is told of an answer that went on.
const WENT_ON: &str = "It was cut off, and asked to go on: there may be a seam.";

/// An answer to be written, with everything that it takes.
pub(crate) struct Answering {
    pub(crate) topic: TopicHandle,
    pub(crate) log: Arc<TurnLog>,
    pub(crate) stopped: watch::Receiver<Option<TurnStatus>>,
    pub(crate) database: Arc<Database>,
    pub(crate) agent: Arc<dyn Agent>,
    /// The model as the agent calls it.
    pub(crate) model: String,
    /// For a conversation without one of its own.
    pub(crate) system_prompt: Option<String>,
    /// What there is to the question beside its text.
    pub(crate) asked: Vec<Message>,
    pub(crate) changes: broadcast::Sender<Change>,
}

impl Answering {
    /// Writes it on a task of its own, whoever watches or not.
    pub(crate) fn spawn(self) {
        self.topic.hub().running.send_modify(|running| *running += 1);
        tokio::spawn(async move {
            let turn_id = self.turn_id();
            let (database, changes) = (self.database.clone(), self.changes.clone());
            let (topic, log, unsaved) = self.answer().await;
            if let Some(ending) = unsaved {
                ending.store_at_last(&database).await;
                // Nobody may be listening.
                let _ = changes.send(Change { session_id: Some(topic.session_id().to_owned()) });
            }
            tokio::time::sleep(RETENTION).await;
            topic.forget(&log);
            drop((topic, log));
            if let Err(error) = database.write(move |transaction| streams::forget_complete(transaction, turn_id)).await
            {
                tracing::warn!(turn_id, %error, "a log that nobody needs any more is still there; a later start drops it");
            }
        });
    }

    /// Writes it to its end, and lets go of everything but the topic, the log, and an end that could not be saved.
    async fn answer(self) -> (TopicHandle, Arc<TurnLog>, Option<Arc<Ending>>) {
        let guard = RunningGuard(&self);
        // What went before, of an answer that goes on, is in the database by now.
        let mut draft = Draft::of(&self.log.since(0));
        let mut logged = self.log.last_sequence();
        let (status, error) = self.write(&mut draft, &mut logged).await;
        let error = error.map(|error| error.to_string());
        let ending = self.ending(draft, logged, status, error.clone());
        let (status, error, unsaved) = match ending.store(&self.database).await {
            Ok(()) => (status, error, None),
            Err(error) => {
                tracing::error!(turn_id = self.turn_id(), %error, "the end of an answer was not stored");
                let message = "The end of this answer could not be saved yet. It is tried again while AI OS Chat runs; copy what you cannot do \
                               without.";
                (TurnStatus::Failed, Some(message.to_owned()), Some(ending))
            }
        };
        self.log.end(status, error);
        drop(guard);
        (self.topic, self.log, unsaved)
    }

    fn turn_id(&self) -> i64 {
        self.log.accepted().turn_id
    }

    /// What the agent is asked.
    async fn request(&self, draft: &Draft) -> Result<AgentRequest, aios_store::Error> {
        let session_id = self.topic.session_id();
        let system_prompt = self.system_prompt.clone();
        let request = context::request(&self.database, session_id, self.turn_id(), &self.model, system_prompt);
        let mut request = request.await?;
        if !draft.text.is_empty() {
            request.history.push((Role::User, GO_ON.to_owned()));
        }
        Ok(request)
    }

    /// Writes until the agent ends, fails or is stopped. `logged` is the number of the last event that is in the database.
    async fn write(&self, draft: &mut Draft, logged: &mut u64) -> (TurnStatus, Option<AgentError>) {
        let turn_id = self.turn_id();
        let mut stopped = self.stopped.clone();
        let request = tokio::select! {
            biased;
            Ok(status) = stopped.wait_for(Option::is_some) => return (status.unwrap_or(TurnStatus::Stopped), None),
            request = self.request(draft) => request,
        };
        let request = match request {
            Ok(request) => request,
            Err(error) => return (TurnStatus::Failed, Some(AgentError::History { message: error.to_string() })),
        };
        let mut events = self.agent.answer(request);
        if !draft.text.is_empty() {
            self.log.append(StreamEvent::Notice { text: WENT_ON.to_owned() });
            self.topic.changed.send_replace(());
        }
        let mut in_turn = draft.text.len();
        let mut flush_at: Option<Instant> = None;
        let mut flushing: Option<BoxFuture<'static, Result<u64, aios_store::Error>>> = None;
        let outcome = loop {
            // In this order: a stop is heard however fast the agent talks.
            tokio::select! {
                biased;
                // An error would mean that nobody can stop it any more, which is no reason to end.
                Ok(status) = stopped.wait_for(Option::is_some) => {
                    break (status.unwrap_or(TurnStatus::Stopped), None);
                }
                flushed = async { flushing.as_mut().expect("guarded by the condition").await }, if flushing.is_some() => {
                    flushing = None;
                    match flushed {
                        Ok(sequence) => *logged = sequence,
                        Err(error) => {
                            // The next flush, or the end, may do better.
                            tracing::warn!(turn_id, %error, "a piece of an answer was not stored");
                            flush_at = Some(Instant::now() + FLUSH);
                        }
                    }
                }
                () = tokio::time::sleep_until(flush_at.unwrap_or_else(Instant::now)), if flush_at.is_some() && flushing.is_none() => {
                    flush_at = None;
                    let is_due = draft.text.len() < SHORT || draft.text.len() >= in_turn + in_turn / 8;
                    let text = is_due.then(|| draft.text.clone());
                    in_turn = text.as_ref().map_or(in_turn, String::len);
                    flushing = Some(Box::pin(flush(self.database.clone(), self.log.clone(), *logged, text)));
                }
                event = events.next() => {
                    let before = draft.bytes;
                    let mut outcome = self.take(event, draft);
                    // What is there already is taken along: followers are woken once for all of it.
                    for _ in 1..AT_ONCE {
                        if outcome.is_some() {
                            break;
                        }
                        let Some(event) = events.next().now_or_never() else { break };
                        outcome = self.take(event, draft);
                    }
                    if draft.bytes > before {
                        flush_at.get_or_insert_with(|| Instant::now() + FLUSH);
                        self.topic.changed.send_replace(());
                    }
                    if let Some(outcome) = outcome {
                        break outcome;
                    }
                }
            }
        };
        // First of all: that closes the connection to the model server.
        drop(events);
        if let Some(Ok(sequence)) = async { Some(flushing?.await) }.await {
            *logged = sequence;
        }
        outcome
    }

    /// Takes what the agent says into the draft and the log. Gives the outcome if it is the end.
    fn take(&self, event: Option<AgentEvent>, draft: &mut Draft) -> Option<(TurnStatus, Option<AgentError>)> {
        match event {
            Some(AgentEvent::End(reason)) => {
                tracing::debug!(turn_id = self.turn_id(), ?reason, "an answer is whole");
                Some((TurnStatus::Complete, None))
            }
            Some(AgentEvent::Error(error)) => Some((TurnStatus::Failed, Some(error))),
            None => Some((TurnStatus::Failed, Some(AgentError::CutOff { provider: self.provider() }))),
            Some(event) => {
                if let Some(event) = heard(event) {
                    draft.add(&event);
                    self.log.append(event);
                }
                let is_too_long = draft.bytes > MAXIMUM_MEGABYTES * 1024 * 1024;
                is_too_long.then_some((TurnStatus::Failed, Some(AgentError::TooLong { limit: MAXIMUM_MEGABYTES })))
            }
        }
    }

    /// How it ended.
    fn ending(&self, draft: Draft, logged: u64, status: TurnStatus, error: Option<String>) -> Arc<Ending> {
        let accepted = self.log.accepted();
        let messages = draft.messages(&self.asked, &accepted.text, accepted.model.as_deref(), accepted.turn_id);
        Arc::new(Ending { log: self.log.clone(), draft, messages, logged, status, error })
    }

    /// Who was asked, for a person.
    fn provider(&self) -> String {
        let model = self.log.accepted().model.as_deref().unwrap_or("the agent");
        model.split_once('/').map_or(model, |(provider, _)| provider).to_owned()
    }
}

/// How an answer ended, kept until it is in the history.
struct Ending {
    log: Arc<TurnLog>,
    draft: Draft,
    messages: Vec<Message>,
    /// The number of the last event that is in the database.
    logged: u64,
    status: TurnStatus,
    error: Option<String>,
}

impl Ending {
    /// Writes down the rest of the log and the whole turn.
    async fn store(self: &Arc<Ending>, database: &Database) -> Result<(), aios_store::Error> {
        let ending = self.clone();
        let finish = move |transaction: &Transaction<'_>| {
            let Ending { log, draft, messages, logged, status, error } = &*ending;
            let accepted = log.accepted();
            log.write_down(transaction, *logged)?;
            let finished = FinishedTurn {
                assistant_message: &draft.text,
                status: *status,
                model: accepted.model.as_deref(),
                user_tokens: draft.input_tokens,
                assistant_tokens: draft.output_tokens,
                messages,
            };
            turns::finish_turn(transaction, accepted.turn_id, &finished, now())?;
            streams::end(transaction, accepted.turn_id, error.as_deref(), now())
        };
        database.write(finish).await
    }

    /// Tries until it is stored: the disk may have room again, or whoever locked the history may be done. If the program ends before, the next
    /// start finds what was logged.
    async fn store_at_last(self: &Arc<Ending>, database: &Database) {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::time::sleep(pause).await;
            match self.store(database).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(turn_id = self.log.accepted().turn_id, %error, "the end of an answer is still not stored");
                }
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Writes down the events behind number `logged`, and the text if there is one. Gives the number of the last event that is written then.
async fn flush(
    database: Arc<Database>,
    log: Arc<TurnLog>,
    logged: u64,
    text: Option<String>,
) -> Result<u64, aios_store::Error> {
    let write = move |transaction: &Transaction<'_>| {
        let sequence = log.write_down(transaction, logged)?;
        if let Some(text) = text {
            turns::update_streaming(transaction, log.accepted().turn_id, &text)?;
        }
        Ok(sequence)
    };
    database.write(write).await
}

/// Whatever happens, an agent that panics included: followers hear an end, and the conversation is free for the next message.
struct RunningGuard<'a>(&'a Answering);

impl Drop for RunningGuard<'_> {
    fn drop(&mut self) {
        let answering = self.0;
        // Changes nothing if the end is there.
        let message = "Something went wrong inside AI OS Chat; what was saved of this answer is kept.";
        answering.log.end(TurnStatus::Failed, Some(message.to_owned()));
        answering.topic.ended(answering.turn_id());
        answering.topic.hub().running.send_modify(|running| *running -= 1);
        // Nobody may be listening.
        let _ = answering.changes.send(Change { session_id: Some(answering.topic.session_id().to_owned()) });
    }
}
