//! Writing an answer: from the agent into the log and the history.

use super::{
    FLUSH, RETENTION, TopicHandle, TurnLog,
    draft::{Tally, heard},
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
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, watch},
    time::Instant,
};

/// How often the text is written into the turn, for those who read it there: the log has it all in any case, and a changed turn is news for copies
/// of the history.
const TEXT_PAUSE: Duration = Duration::from_secs(1);

/// A text beyond so many bytes is written into the turn only when it has grown by an eighth as well, so that the bytes written stay in proportion
/// to its length.
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
        let mut logged = self.log.last_sequence();
        let (status, error) = self.write(&mut logged).await;
        let error = error.map(|error| error.to_string());
        let ending = self.ending(logged, status, error.clone());
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
    async fn request(&self, goes_on: bool) -> Result<AgentRequest, aios_store::Error> {
        let session_id = self.topic.session_id();
        let system_prompt = self.system_prompt.clone();
        let request = context::request(&self.database, session_id, self.turn_id(), &self.model, system_prompt);
        let mut request = request.await?;
        if goes_on {
            request.history.push((Role::User, GO_ON.to_owned()));
        }
        Ok(request)
    }

    /// Writes until the agent ends, fails or is stopped. `logged` is the number of the last event that is in the database.
    async fn write(&self, logged: &mut u64) -> (TurnStatus, Option<AgentError>) {
        let turn_id = self.turn_id();
        let mut stopped = self.stopped.clone();
        let mut tally = Tally::default();
        self.log.since(0).iter().for_each(|event| tally.add(event));
        let goes_on = tally.text > 0;
        let request = tokio::select! {
            biased;
            Ok(status) = stopped.wait_for(Option::is_some) => return (status.unwrap_or(TurnStatus::Stopped), None),
            request = self.request(goes_on) => request,
        };
        let request = match request {
            Ok(request) => request,
            Err(error) => return (TurnStatus::Failed, Some(AgentError::History { message: error.to_string() })),
        };
        let mut events = self.agent.answer(request);
        if goes_on {
            self.log.append(StreamEvent::Notice { text: WENT_ON.to_owned() });
            self.topic.changed.send_replace(());
        }
        let mut in_turn = tally.text;
        let mut text_at = Instant::now();
        let mut flush_at: Option<Instant> = None;
        // One for all of the answer: to make one each time that this waits costs more.
        let mut flush_timer = pin!(tokio::time::sleep(Duration::ZERO));
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
                            flush_timer.as_mut().reset(Instant::now() + FLUSH);
                        }
                    }
                }
                () = &mut flush_timer, if flush_at.is_some() && flushing.is_none() => {
                    flush_at = None;
                    let now = Instant::now();
                    let with_text = now >= text_at && (tally.text < SHORT || tally.text >= in_turn + in_turn / 8);
                    if with_text {
                        (in_turn, text_at) = (tally.text, now + TEXT_PAUSE);
                    } else if tally.text < SHORT && tally.text > in_turn {
                        // The model may say nothing for long now.
                        flush_at = Some(text_at);
                        flush_timer.as_mut().reset(text_at);
                    }
                    flushing = Some(Box::pin(flush(self.database.clone(), self.log.clone(), *logged, with_text)));
                }
                event = events.next() => {
                    let before = tally.bytes;
                    let mut outcome = self.take(event, &mut tally);
                    // What is there already is taken along: followers are woken once for all of it.
                    for _ in 1..AT_ONCE {
                        if outcome.is_some() {
                            break;
                        }
                        let Some(event) = events.next().now_or_never() else { break };
                        outcome = self.take(event, &mut tally);
                    }
                    if tally.bytes > before {
                        let soon = Instant::now() + FLUSH;
                        if flush_at.is_none_or(|at| at > soon) {
                            flush_at = Some(soon);
                            flush_timer.as_mut().reset(soon);
                        }
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

    /// Takes what the agent says into the log, and counts it. Gives the outcome if it is the end.
    fn take(&self, event: Option<AgentEvent>, tally: &mut Tally) -> Option<(TurnStatus, Option<AgentError>)> {
        match event {
            Some(AgentEvent::End(reason)) => {
                tracing::debug!(turn_id = self.turn_id(), ?reason, "an answer is whole");
                Some((TurnStatus::Complete, None))
            }
            Some(AgentEvent::Error(error)) => Some((TurnStatus::Failed, Some(error))),
            None => Some((TurnStatus::Failed, Some(AgentError::CutOff { provider: self.provider() }))),
            Some(event) => {
                if let Some(event) = heard(event) {
                    tally.add(&event);
                    self.log.append(event);
                }
                let is_too_long = tally.bytes > MAXIMUM_MEGABYTES * 1024 * 1024;
                is_too_long.then_some((TurnStatus::Failed, Some(AgentError::TooLong { limit: MAXIMUM_MEGABYTES })))
            }
        }
    }

    /// How it ended.
    fn ending(&self, logged: u64, status: TurnStatus, error: Option<String>) -> Arc<Ending> {
        Arc::new(Ending { log: self.log.clone(), asked: self.asked.clone(), logged, status, error })
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
    /// As of [`Answering`].
    asked: Vec<Message>,
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
            let Ending { log, asked, logged, status, error } = &*ending;
            let accepted = log.accepted();
            let draft = log.draft();
            let messages = draft.messages(asked, &accepted.text, accepted.model.as_deref(), accepted.turn_id);
            log.write_down(transaction, *logged)?;
            let finished = FinishedTurn {
                assistant_message: &draft.text,
                status: *status,
                model: accepted.model.as_deref(),
                user_tokens: draft.input_tokens,
                assistant_tokens: draft.output_tokens,
                messages: &messages,
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

/// Writes down the events behind number `logged`, and the text into the turn if asked to. Gives the number of the last event that is written then.
async fn flush(
    database: Arc<Database>,
    log: Arc<TurnLog>,
    logged: u64,
    with_text: bool,
) -> Result<u64, aios_store::Error> {
    let write = move |transaction: &Transaction<'_>| {
        let sequence = log.write_down(transaction, logged)?;
        if with_text {
            turns::update_streaming(transaction, log.accepted().turn_id, &log.text())?;
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
