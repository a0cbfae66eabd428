//! What the contract of AI OS needs of the inside of [`Chat`]: asking a model outside of any conversation, and conversations whose id the client
//! chose.

use super::Chat;
use crate::{
    Error,
    agent::{AgentEvent, AgentRequest, recall::Recall},
    clock::now,
};
use aios_model::Role;
use aios_store::{
    Transaction, contract,
    conversations::{self, NewConversation},
};
use futures::StreamExt as _;
use std::time::Duration;
use tokio::time::timeout;

/// How long a model may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most bytes that are taken of what a model says.
const MAXIMUM_ANSWER: usize = 16 * 1024;

impl Chat {
    /// What a model says to one question, outside of any conversation.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no model but Recall, which only quotes; if the model fails, says nothing, or takes longer than a minute.
    pub(crate) async fn ask(
        &self,
        model: Option<&str>,
        instructions: String,
        question: String,
    ) -> Result<String, Error> {
        let (mode, database) = self.open_history();
        let chosen = self.0.agents.choose(model, mode, &database).await?;
        if chosen.id == Recall::ID {
            return Err(Error::invalid(
                "Recall quotes and writes nothing of its own: choose a model that can. Nothing was changed.",
            ));
        }
        let request = AgentRequest {
            turn_id: 0,
            model: chosen.model,
            system_prompt: Some(instructions),
            history: vec![(Role::User, question)],
        };
        let mut events = chosen.agent.answer(request);
        let listening = async {
            let mut text = String::new();
            while let Some(event) = events.next().await {
                match event {
                    AgentEvent::Text(piece) => text.push_str(&piece),
                    AgentEvent::Error(error) => return Err(Error::invalid(error.to_string())),
                    AgentEvent::End(_) => break,
                    _ => {}
                }
                if text.len() > MAXIMUM_ANSWER {
                    break;
                }
            }
            Ok(text)
        };
        let text = timeout(PATIENCE, listening).await.unwrap_or_else(|_| {
            Err(Error::invalid("The model took longer than a minute and was stopped. Nothing was changed: try again."))
        })?;
        match text.trim() {
            "" => Err(Error::invalid("The model said nothing. Nothing was changed: try again.")),
            text => Ok(text.to_owned()),
        }
    }

    /// Begins a conversation with this id; `false` if there is one already.
    pub(crate) async fn begin_session(&self, session_id: &str) -> Result<bool, Error> {
        let id = session_id.to_owned();
        let begin = move |transaction: &Transaction<'_>| {
            if conversations::get_summary(transaction, &id)?.is_some() {
                return Ok(false);
            }
            conversations::create(transaction, &NewConversation::new(&id), now())?;
            Ok(true)
        };
        let begun = self.database().write(begin).await?;
        if begun {
            self.changed(Some(session_id));
        }
        Ok(begun)
    }

    /// Keeps a summary of a conversation.
    pub(crate) async fn keep_summary(&self, session_id: &str, summary: String) -> Result<(), Error> {
        self.change(session_id, move |transaction, id| contract::set_summary(transaction, id, &summary)).await
    }
}
