//! Sending, following and stopping.

use super::Chat;
use crate::{
    Error,
    agent::recall::Recall,
    agents::Chosen,
    database::{self, NewMessage, Place},
    stream::{self, Accepted, Answering, BranchRequest, Follower, SendRequest, TopicHandle},
};
use aios_model::{Message, StoredTurn, TurnStatus};
use aios_protocol::{
    agents::DatabaseMode,
    socket::{ServerMessage, StreamEvent},
};
use aios_store::{Database, turns};
use futures::Stream;
use std::sync::Arc;
use uuid::Uuid;

/// The most bytes of a message.
pub const MAXIMUM_MESSAGE: usize = 256 * 1024;

/// The most bytes of a client id.
const MAXIMUM_CLIENT_ID: usize = 64;

/// Ids of conversations that begin with a message are made from the message's client id, in this namespace: so sending it again finds the
/// same conversation, whatever happened in between.
const NAMESPACE: Uuid = Uuid::from_u128(0x7b0e_4c52_5f0d_4d62_9a41_1f6c_9d8a_30e7);

/// How a message is to be answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SendOptions {
    /// The model may search the history with a tool, if it can call tools. What it finds goes to the model's provider.
    pub search_history: bool,
}

impl Chat {
    /// Stores a message and begins its answer, which goes on whoever listens. The same client id again gives the same answer and stores
    /// nothing. Dropping the future does not take the message back.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the text, the client id or the model cannot be taken, [`Error::NotFound`] if a conversation is named that does
    /// not exist, [`Error::Busy`] while another answer is written there, [`Error::ShuttingDown`], [`Error::Store`]. The message is stored in
    /// none of these cases.
    pub async fn send(&self, request: SendRequest) -> Result<Accepted, Error> {
        self.send_with(request, SendOptions::default()).await
    }

    /// [`send`](Chat::send) with options.
    ///
    /// # Errors
    /// As [`send`](Chat::send).
    pub async fn send_with(&self, request: SendRequest, options: SendOptions) -> Result<Accepted, Error> {
        let chat = self.clone();
        on_its_own(async move {
            let SendRequest { client_id, session_id, text, model } = request;
            check_text(&text)?;
            let place = if session_id.is_some() { Place::End } else { Place::Anywhere };
            let session_id = session_id.unwrap_or_else(|| Uuid::new_v5(&NAMESPACE, client_id.as_bytes()).to_string());
            chat.accept(client_id, session_id, place, Some(text), model, options).await
        })
        .await
    }

    /// Answers the question of a turn once more, or another question in its place. What there was stays beside the new turn, which is shown from
    /// now on. The same client id again is the same turn. Dropping the future does not take it back.
    ///
    /// # Errors
    /// As [`send`](Chat::send); [`Error::TurnNotFound`].
    pub async fn branch(&self, request: BranchRequest) -> Result<Accepted, Error> {
        self.branch_with(request, SendOptions::default()).await
    }

    /// [`branch`](Chat::branch) with options.
    ///
    /// # Errors
    /// As [`branch`](Chat::branch).
    pub async fn branch_with(&self, request: BranchRequest, options: SendOptions) -> Result<Accepted, Error> {
        let chat = self.clone();
        on_its_own(async move {
            let BranchRequest { client_id, turn_id, text, model } = request;
            text.as_deref().map(check_text).transpose()?;
            let (session_id, beside) = database::turn(&chat.database(), turn_id).await?;
            if text.is_none() && beside.user_message.trim().is_empty() {
                return Err(Error::invalid("This answer has no question that could be asked again. Nothing was sent."));
            }
            chat.accept(client_id, session_id, Place::Beside(turn_id), text, model, options).await
        })
        .await
    }

    /// Lets an answer go on that was stopped, interrupted or failed: the agent is asked to go on where it ends, and what it says is appended. Of
    /// one without a word the question is asked again. While it goes on, the same again gives the same.
    ///
    /// # Errors
    /// [`Error::TurnNotFound`], [`Error::Busy`] while another answer is written there, [`Error::Invalid`] if the answer is whole or was given by
    /// Recall, [`Error::ShuttingDown`], [`Error::Store`].
    pub async fn go_on(&self, client_id: String, turn_id: i64) -> Result<Accepted, Error> {
        let chat = self.clone();
        on_its_own(async move {
            chat.check_request(&client_id)?;
            let (mode, database) = chat.open_history();
            let (session_id, _) = database::turn(&database, turn_id).await?;
            let topic = chat.0.hub.topic((mode, session_id.clone()));
            let _sending = topic.sending.lock().await;
            match topic.running() {
                Some(accepted) if accepted.turn_id == turn_id => return Ok(accepted),
                Some(_) => return Err(Error::Busy { session_id }),
                None => {}
            }
            // Read again: an answer may have ended while this waited, or the turn may be gone.
            let turn = database::turn_of(&database, turn_id, &session_id).await?;
            if matches!(turn.status, TurnStatus::Complete | TurnStatus::Streaming) {
                return Err(Error::invalid(
                    "This answer is whole: there is nothing to go on with. Ask for another one.",
                ));
            }
            let chosen = match chat.0.agents.choose(turn.model.as_deref(), mode, &database).await {
                // Its model may not be there any more.
                Err(Error::Invalid { .. }) => chat.0.agents.choose(None, mode, &database).await?,
                chosen => chosen?,
            };
            if chosen.id == Recall::ID {
                return Err(Error::invalid("Recall does not go on with an answer. Ask for another one."));
            }
            let (turn, events) = database::write_on(&database, turn_id).await?;
            let asked = stream::asked(&turn);
            let topic = chat.0.hub.topic((mode, session_id.clone()));
            let accepted = accepted(client_id, session_id, turn, events.len() as u64);
            let (accepted_now, options) = (accepted.clone(), SendOptions::default());
            chat.answer(Begun { topic, mode, database, accepted: accepted_now, events, asked, chosen, options });
            Ok(accepted)
        })
        .await
    }

    /// Shows the branch of a turn from now on, here and wherever the conversation is followed.
    ///
    /// # Errors
    /// [`Error::TurnNotFound`], [`Error::Busy`] while an answer is written there, [`Error::Store`].
    pub async fn show_branch(&self, turn_id: i64) -> Result<(), Error> {
        let (mode, database) = self.open_history();
        let (session_id, _) = database::turn(&database, turn_id).await?;
        let topic = self.0.hub.topic((mode, session_id.clone()));
        let _sending = topic.sending.lock().await;
        if topic.running().is_some() {
            return Err(Error::Busy { session_id });
        }
        database::turn_of(&database, turn_id, &session_id).await?;
        if !database.write(move |transaction| turns::activate(transaction, turn_id)).await? {
            return Err(Error::TurnNotFound { turn_id });
        }
        topic.switched(turn_id);
        Ok(())
    }

    fn check_request(&self, client_id: &str) -> Result<(), Error> {
        if self.is_closing() {
            return Err(Error::ShuttingDown);
        }
        if client_id.is_empty() || client_id.len() > MAXIMUM_CLIENT_ID {
            return Err(Error::invalid("The message has no proper id of its own (1 to 64 bytes). It was not sent."));
        }
        Ok(())
    }

    async fn accept(
        &self,
        client_id: String,
        session_id: String,
        place: Place,
        text: Option<String>,
        model: Option<String>,
        options: SendOptions,
    ) -> Result<Accepted, Error> {
        self.check_request(&client_id)?;
        let (mode, database) = self.open_history();
        let model = self.usual_model(model, Some(&session_id), &database).await?;
        let chosen = self.0.agents.choose(model.as_deref(), mode, &database).await?;
        let topic = self.0.hub.topic((mode, session_id.clone()));
        let _sending = topic.sending.lock().await;
        let running = topic.running();
        if let Some(accepted) = running.as_ref().filter(|accepted| accepted.client_id == client_id) {
            return Ok(accepted.clone());
        }
        let new = NewMessage {
            session_id: session_id.clone(),
            place,
            may_add: running.is_none(),
            client_id: client_id.clone(),
            text,
            model: chosen.id.clone(),
        };
        let stored = database::add_message(&database, new).await?;
        let topic = self.0.hub.topic((mode, session_id.clone()));
        let accepted = accepted(client_id, session_id, stored.turn, 0);
        if !stored.existed {
            let (events, asked) = (Vec::new(), stored.asked);
            self.answer(Begun { topic, mode, database, accepted: accepted.clone(), events, asked, chosen, options });
        }
        Ok(accepted)
    }

    /// Begins to write an answer.
    fn answer(&self, begun: Begun) {
        let Begun { topic, mode, database, accepted, events, asked, chosen, options } = begun;
        let (log, stopped) = topic.begin(accepted.clone(), events);
        self.changed(Some(&accepted.session_id));
        self.name_later(&accepted, &chosen);
        let chosen = self.fitted(chosen, mode, &database, options);
        let answering = Answering {
            topic,
            log,
            stopped,
            database,
            agent: chosen.agent,
            model: chosen.model,
            system_prompt: self.0.config.system_prompt.clone(),
            asked,
            changes: self.0.changes.clone(),
        };
        answering.spawn();
    }

    /// Everything that goes on in a conversation from here on, without end and without gaps: of each message [`ServerMessage::Accepted`], the
    /// events of its answer, and [`ServerMessage::End`].
    ///
    /// With `turn_id`, the turn that was being heard, it goes on behind the event with sequence number `after`, and through the turns since.
    /// If that turn ended longer than 30 seconds ago, its `End` comes at once: read it from the history. Without `turn_id`, it begins
    /// with the message that is being answered, if there is one, and its whole answer so far.
    ///
    /// The stream ends when the program does. Dropping it changes nothing for anyone else.
    pub fn follow(
        &self,
        session_id: &str,
        turn_id: Option<i64>,
        after: u64,
    ) -> impl Stream<Item = ServerMessage> + Send + 'static {
        let (mode, database) = self.open_history();
        Follower::new(&self.0.hub, (mode, session_id.to_owned()), database, turn_id, after, None).into_stream()
    }

    /// [`follow`](Chat::follow) for a client that has company: it hears of other readers and writers ([`ServerMessage::Presence`]) and of other
    /// branches ([`ServerMessage::Branch`]) as well, and the others hear of it. `who` is its own among all clients.
    pub fn follow_as(
        &self,
        who: u64,
        session_id: &str,
        turn_id: Option<i64>,
        after: u64,
    ) -> impl Stream<Item = ServerMessage> + Send + 'static {
        let (mode, database) = self.open_history();
        Follower::new(&self.0.hub, (mode, session_id.to_owned()), database, turn_id, after, Some(who)).into_stream()
    }

    /// Tells the others who follow a conversation that `who` is writing something there.
    pub fn typing(&self, who: u64, session_id: &str) {
        self.0.hub.topic(self.key(session_id)).typing(who);
    }

    /// Stops the answer that is being written in a conversation; what has come is kept. Returns when it has ended. Nothing to stop is no error.
    ///
    /// # Errors
    /// None today.
    pub async fn stop(&self, session_id: &str) -> Result<(), Error> {
        self.0.hub.stop(self.key(session_id), TurnStatus::Stopped).await;
        Ok(())
    }
}

/// An answer that begins.
struct Begun {
    topic: TopicHandle,
    mode: DatabaseMode,
    database: Arc<Database>,
    accepted: Accepted,
    /// What there is of it already.
    events: Vec<StreamEvent>,
    /// What there is to the question beside its text.
    asked: Vec<Message>,
    chosen: Chosen,
    options: SendOptions,
}

fn accepted(client_id: String, session_id: String, turn: StoredTurn, after: u64) -> Accepted {
    Accepted {
        client_id,
        session_id,
        turn_id: turn.id,
        timestamp: turn.timestamp,
        text: turn.user_message,
        model: turn.model,
        parent_id: turn.parent_id,
        siblings: turn.siblings,
        after,
    }
}

fn check_text(text: &str) -> Result<(), Error> {
    if text.trim().is_empty() {
        return Err(Error::invalid("The message is empty. Nothing was sent."));
    }
    if text.len() > MAXIMUM_MESSAGE {
        return Err(Error::invalid("The message is longer than 256 KB: shorten it. It was not sent."));
    }
    Ok(())
}

/// Runs it on a task of its own: a caller that goes away in the middle must not leave a stored message that nobody answers.
async fn on_its_own(
    accepting: impl Future<Output = Result<Accepted, Error>> + Send + 'static,
) -> Result<Accepted, Error> {
    match tokio::spawn(accepting).await {
        Ok(accepted) => accepted,
        Err(error) => Err(Error::Internal { what: format!("sending a message: {error}") }),
    }
}
