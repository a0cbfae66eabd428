//! The history as a copy of it elsewhere asks for it, and what was changed in one.

use super::Chat;
use crate::{Error, clock::now};
use aios_model::{ChangePage, ConversationRows, Replayed, TurnRows, WaitingChange};
use aios_store::changes;

/// The most conversations whose turns are asked for at once.
const MAXIMUM_CONVERSATIONS: usize = 1000;

/// The most changes that are made at once.
const MAXIMUM_CHANGES: usize = 1000;

impl Chat {
    /// Which history this is, for who may have opened another one in the meantime: demo and personal differ, backups of one are the same.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn history(&self) -> Result<String, Error> {
        Ok(self.database().read(changes::history).await?)
    }

    /// What has changed since a cursor, at most `limit` things; without one nothing but the cursor of this moment. `None` if the cursor is not one of
    /// this history.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn changes_after(&self, after: Option<String>, limit: u32) -> Result<Option<ChangePage>, Error> {
        let read = move |connection: &aios_store::Connection| match &after {
            Some(after) => changes::after(connection, after, limit),
            None => {
                let (history, cursor) = (changes::history(connection)?, changes::now(connection)?);
                Ok(Some(ChangePage { history, cursor, is_end: true, ..ChangePage::default() }))
            }
        };
        Ok(self.database().read(read).await?)
    }

    /// Conversations without their turns, with numbers below `before`, those begun last first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn conversation_rows(&self, before: Option<i64>, limit: u32) -> Result<ConversationRows, Error> {
        Ok(self.database().read(move |connection| changes::conversations(connection, before, limit)).await?)
    }

    /// About a mebibyte of turns of these conversations, of the first one behind the turn `after`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 1,000 conversations; [`Error::Store`].
    pub async fn turn_rows(&self, conversations: Vec<i64>, after: Option<i64>) -> Result<TurnRows, Error> {
        if conversations.len() > MAXIMUM_CONVERSATIONS {
            return Err(Error::invalid("Turns of at most 1,000 conversations can be asked for at once."));
        }
        Ok(self.database().read(move |connection| changes::turns(connection, &conversations, after)).await?)
    }

    /// Makes up to 1,000 changes that had waited elsewhere, in their order and in one transaction, each once, and says what became of each.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more changes; [`Error::Store`].
    pub async fn replay(&self, waiting: Vec<WaitingChange>) -> Result<Vec<Replayed>, Error> {
        if waiting.len() > MAXIMUM_CHANGES {
            return Err(Error::invalid("At most 1,000 changes can be made at once. Nothing was changed."));
        }
        let write = move |transaction: &aios_store::Transaction<'_>| {
            waiting.iter().map(|change| changes::replay(transaction, change, now())).collect()
        };
        let outcomes: Vec<Replayed> = self.database().write(write).await?;
        if outcomes.contains(&Replayed::Made) {
            self.changed(None);
        }
        Ok(outcomes)
    }
}
