//! Sending, following and stopping.

use super::Chat;
use crate::{
    Error, database,
    stream::{Accepted, Answering, Follower, SendRequest},
};
use aios_model::TurnStatus;
use aios_protocol::socket::ServerMessage;
use futures::Stream;
use uuid::Uuid;

/// The most bytes of a message.
pub const MAXIMUM_MESSAGE: usize = 256 * 1024;

/// The most bytes of a client id.
const MAXIMUM_CLIENT_ID: usize = 64;

/// Ids of conversations that begin with a message are made from the message's client id, in this namespace: so sending it again finds the
/// same conversation, whatever happened in between.
const NAMESPACE: Uuid = Uuid::from_u128(0x7b0e_4c52_5f0d_4d62_9a41_1f6c_9d8a_30e7);

impl Chat {
    /// Stores a message and begins its answer, which goes on whoever listens. The same client id again gives the same answer and stores
    /// nothing. Dropping the future does not take the message back.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the text, the client id or the model cannot be taken, [`Error::NotFound`] if a conversation is named that does
    /// not exist, [`Error::Busy`] while another answer is written there, [`Error::ShuttingDown`], [`Error::Store`]. The message is stored in
    /// none of these cases.
    pub async fn send(&self, request: SendRequest) -> Result<Accepted, Error> {
        let chat = self.clone();
        // On a task of its own: a caller that goes away between the two must not leave a stored message that nobody answers.
        match tokio::spawn(async move { chat.accept(request).await }).await {
            Ok(accepted) => accepted,
            Err(error) => Err(Error::Internal { what: format!("sending a message: {error}") }),
        }
    }

    async fn accept(&self, request: SendRequest) -> Result<Accepted, Error> {
        let SendRequest { client_id, session_id, text, model } = request;
        if self.is_closing() {
            return Err(Error::ShuttingDown);
        }
        if client_id.is_empty() || client_id.len() > MAXIMUM_CLIENT_ID {
            return Err(Error::invalid("The message has no proper id of its own (1 to 64 bytes). It was not sent."));
        }
        if text.trim().is_empty() {
            return Err(Error::invalid("The message is empty. Nothing was sent."));
        }
        if text.len() > MAXIMUM_MESSAGE {
            return Err(Error::invalid("The message is longer than 256 KB: shorten it. It was not sent."));
        }
        let (mode, database) = self.open_history();
        let chosen = self.0.agents.choose(model.as_deref(), mode, &database).await?;
        let must_exist = session_id.is_some();
        let session_id = session_id.unwrap_or_else(|| Uuid::new_v5(&NAMESPACE, client_id.as_bytes()).to_string());
        let topic = self.0.hub.topic((mode, session_id.clone()));
        let sending = topic.sending.lock().await;
        let running = topic.running();
        if let Some(accepted) = running.as_ref().filter(|accepted| accepted.client_id == client_id) {
            return Ok(accepted.clone());
        }
        let new = database::NewMessage {
            session_id: session_id.clone(),
            must_exist,
            may_add: running.is_none(),
            client_id: client_id.clone(),
            text: text.clone(),
            model: chosen.id.clone(),
        };
        let stored = database::add_message(&database, new).await?;
        let accepted = Accepted {
            client_id,
            session_id: session_id.clone(),
            turn_id: stored.turn_id,
            timestamp: stored.timestamp,
            text: stored.text,
            model: stored.model,
        };
        if stored.existed {
            return Ok(accepted);
        }
        let (log, stopped) = topic.begin(accepted.clone());
        drop(sending);
        self.changed(Some(&session_id));
        let answering = Answering {
            topic,
            log,
            stopped,
            database,
            agent: chosen.agent,
            model: chosen.model,
            system_prompt: self.0.config.system_prompt.clone(),
            changes: self.0.changes.clone(),
        };
        answering.spawn();
        Ok(accepted)
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
        Follower::new(&self.0.hub, (mode, session_id.to_owned()), database, turn_id, after).into_stream()
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
