//! Writing an answer: from the agent into the log and the history.

use super::{RETENTION, TopicHandle, TurnLog};
use crate::{
    Change,
    agent::{Agent, AgentError, AgentEvent},
    clock::now,
    context,
};
use aios_model::{Message, Part, Role, TurnStatus};
use aios_protocol::socket::StreamEvent;
use aios_store::{
    Database, Transaction,
    turns::{self, FinishedTurn},
};
use futures::{StreamExt, future::BoxFuture};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{broadcast, watch},
    time::Instant,
};

/// How much of an answer, in time, is not yet in the history: what a crash can cost.
const FLUSH: Duration = Duration::from_millis(250);

/// The most bytes of text, reasoning and tools that one answer may have, in megabytes. A server that never ends shall not fill the memory.
const MAXIMUM_MEGABYTES: usize = 8;

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
    pub(crate) changes: broadcast::Sender<Change>,
}

impl Answering {
    /// Writes it on a task of its own, whoever watches or not.
    pub(crate) fn spawn(self) {
        self.topic.hub().running.send_modify(|running| *running += 1);
        tokio::spawn(async move {
            let turn_id = self.turn_id();
            let topic = self.answer().await;
            tokio::time::sleep(RETENTION).await;
            topic.forget(turn_id);
        });
    }

    /// Writes it to its end, and lets go of everything but the topic.
    async fn answer(self) -> TopicHandle {
        let guard = RunningGuard(&self);
        let mut draft = Draft::default();
        let (status, error) = self.write(&mut draft).await;
        let error = error.map(|error| error.to_string());
        let (status, error) = match self.finish(draft, status).await {
            Ok(()) => (status, error),
            Err(error) => {
                tracing::error!(turn_id = self.turn_id(), %error, "the end of an answer was not stored");
                let message = "The end of this answer could not be saved: copy what you need before you reload.";
                (TurnStatus::Failed, Some(message.to_owned()))
            }
        };
        self.log.end(status, error);
        drop(guard);
        self.topic
    }

    fn turn_id(&self) -> i64 {
        self.log.accepted().turn_id
    }

    /// Writes until the agent ends, fails or is stopped.
    async fn write(&self, draft: &mut Draft) -> (TurnStatus, Option<AgentError>) {
        let turn_id = self.turn_id();
        let session_id = self.topic.session_id();
        let request = context::request(&self.database, session_id, turn_id, &self.model, self.system_prompt.clone());
        let request = match request.await {
            Ok(request) => request,
            Err(error) => return (TurnStatus::Failed, Some(AgentError::History { message: error.to_string() })),
        };
        // Dropped on return: that closes the connection to the model server.
        let mut events = self.agent.answer(request);
        let mut stopped = self.stopped.clone();
        let mut flush_at: Option<Instant> = None;
        let mut flushing: Option<BoxFuture<'static, Result<bool, aios_store::Error>>> = None;
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
                    if let Err(error) = flushed {
                        // The next flush, or the end, may do better.
                        tracing::warn!(turn_id, %error, "a piece of an answer was not stored");
                    }
                }
                () = tokio::time::sleep_until(flush_at.unwrap_or_else(Instant::now)), if flush_at.is_some() && flushing.is_none() => {
                    flush_at = None;
                    let (database, text) = (self.database.clone(), draft.text.clone());
                    flushing = Some(Box::pin(async move {
                        database.write(move |transaction| turns::update_streaming(transaction, turn_id, &text)).await
                    }));
                }
                event = events.next() => match event {
                    Some(AgentEvent::End(reason)) => {
                        tracing::debug!(turn_id, ?reason, "an answer is whole");
                        break (TurnStatus::Complete, None);
                    }
                    Some(AgentEvent::Error(error)) => break (TurnStatus::Failed, Some(error)),
                    None => break (TurnStatus::Failed, Some(AgentError::CutOff { provider: self.provider() })),
                    Some(event) => {
                        if let Some(event) = draft.apply(event) {
                            flush_at.get_or_insert_with(|| Instant::now() + FLUSH);
                            self.log.append(event);
                            self.topic.changed.send_replace(());
                        }
                        if draft.bytes > MAXIMUM_MEGABYTES * 1024 * 1024 {
                            break (TurnStatus::Failed, Some(AgentError::TooLong { limit: MAXIMUM_MEGABYTES }));
                        }
                    }
                },
            }
        };
        if let Some(flushing) = flushing {
            // Whatever became of it, the whole text is stored next.
            let _ = flushing.await;
        }
        outcome
    }

    async fn finish(&self, draft: Draft, status: TurnStatus) -> Result<(), aios_store::Error> {
        let accepted = self.log.accepted();
        let (turn_id, model) = (accepted.turn_id, accepted.model.clone());
        let messages = draft.messages(&accepted.text, model.as_deref(), turn_id);
        let finish = move |transaction: &Transaction<'_>| {
            let finished = FinishedTurn {
                assistant_message: &draft.text,
                status,
                model: model.as_deref(),
                user_tokens: draft.input_tokens,
                assistant_tokens: draft.output_tokens,
                messages: &messages,
            };
            turns::finish_turn(transaction, turn_id, &finished, now())
        };
        self.database.write(finish).await
    }

    /// Who was asked, for a person.
    fn provider(&self) -> String {
        let model = self.log.accepted().model.as_deref().unwrap_or("the agent");
        model.split_once('/').map_or(model, |(provider, _)| provider).to_owned()
    }
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

/// What has come of an answer.
#[derive(Default)]
struct Draft {
    text: String,
    parts: Vec<Part>,
    input_tokens: Option<u32>,
    output_tokens: Option<u32>,
    bytes: usize,
}

impl Draft {
    /// Adds a piece and returns what followers hear of it; nothing for an empty one or an end.
    fn apply(&mut self, event: AgentEvent) -> Option<StreamEvent> {
        let heard = match event {
            AgentEvent::Text(delta) if !delta.is_empty() => {
                self.text.push_str(&delta);
                match self.parts.last_mut() {
                    Some(Part::Text { text }) => text.push_str(&delta),
                    _ => self.parts.push(Part::text(delta.as_str())),
                }
                StreamEvent::Text { delta }
            }
            AgentEvent::Reasoning(delta) if !delta.is_empty() => {
                match self.parts.last_mut() {
                    Some(Part::Reasoning { text, .. }) => text.push_str(&delta),
                    _ => self.parts.push(Part::Reasoning { text: delta.clone(), summary: None }),
                }
                StreamEvent::Reasoning { delta }
            }
            AgentEvent::ToolCall { id, name, input } => {
                self.parts.push(Part::ToolCall { id: Some(id.clone()), name: name.clone(), input: input.clone() });
                StreamEvent::ToolCall { id, name, input }
            }
            AgentEvent::ToolResult { id, error, output } => {
                let part = Part::ToolResult { id: Some(id.clone()), name: None, output: output.clone(), error };
                self.parts.push(part);
                StreamEvent::ToolResult { id, error, output }
            }
            AgentEvent::Usage { input_tokens, output_tokens } => {
                self.input_tokens = input_tokens.or(self.input_tokens);
                self.output_tokens = output_tokens.or(self.output_tokens);
                StreamEvent::Usage { input_tokens, output_tokens }
            }
            AgentEvent::Text(_) | AgentEvent::Reasoning(_) | AgentEvent::End(_) | AgentEvent::Error(_) => return None,
        };
        self.bytes += match &heard {
            StreamEvent::Text { delta } | StreamEvent::Reasoning { delta } => delta.len(),
            StreamEvent::ToolCall { id, name, input } => id.len() + name.len() + input.len(),
            StreamEvent::ToolResult { id, output, .. } => id.len() + output.len(),
            StreamEvent::Usage { .. } => 0,
        } + size_of::<StreamEvent>();
        Some(heard)
    }

    /// Everything that was said, if the two texts do not say it all.
    fn messages(&self, question: &str, model: Option<&str>, turn_id: i64) -> Vec<Message> {
        if self.parts.iter().all(|part| matches!(part, Part::Text { .. })) {
            return Vec::new();
        }
        let (user, assistant) = (format!("{turn_id}-user"), format!("{turn_id}-assistant"));
        let mut answer = Message::text(assistant, Some(&user), Role::Assistant, "");
        answer.parts = self.parts.clone();
        answer.model = model.map(str::to_owned);
        vec![Message::text(user, None, Role::User, question), answer]
    }
}
