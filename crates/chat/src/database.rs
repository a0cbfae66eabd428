//! Reads and writes of the history that take more than one function of the store.

use crate::{Error, clock::now};
use aios_model::{Timestamp, TurnStatus};
use aios_store::{
    Database, conversations,
    turns::{self, NewTurn},
};

/// A message to be stored.
pub(crate) struct NewMessage {
    pub(crate) session_id: String,
    /// The conversation has to be there; otherwise it is begun.
    pub(crate) must_exist: bool,
    /// It may be a new one; otherwise only one that is there already is taken.
    pub(crate) may_add: bool,
    pub(crate) client_id: String,
    pub(crate) text: String,
    pub(crate) model: String,
}

/// A message that is stored.
pub(crate) struct StoredMessage {
    pub(crate) turn_id: i64,
    /// It was there already.
    pub(crate) existed: bool,
    pub(crate) timestamp: Timestamp,
    pub(crate) text: String,
    pub(crate) model: Option<String>,
}

/// What undoes the transaction of a message that may not be added.
const BUSY: &str = "an answer is being written";

/// Stores a message as a turn without an answer, in one transaction; or finds the turn that it is already.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Busy`], [`Error::Store`].
pub(crate) async fn add_message(database: &Database, new: NewMessage) -> Result<StoredMessage, Error> {
    let session_id = new.session_id.clone();
    let stored = database.write(move |transaction| {
        let NewMessage { session_id, client_id, text, model, .. } = &new;
        if new.must_exist && conversations::get_summary(transaction, session_id)?.is_none() {
            return Err(aios_store::Error::NoConversation { session_id: session_id.clone() });
        }
        let turn = NewTurn {
            status: TurnStatus::Streaming,
            client_id: Some(client_id),
            model: Some(model),
            ..NewTurn::new(text, "")
        };
        let added = turns::add_turn(transaction, session_id, &turn, now())?;
        if !added.existed && !new.may_add {
            return Err(aios_store::Error::NotCommitted { reason: BUSY.into() });
        }
        let turn =
            turns::get_turn(transaction, added.turn_id)?.ok_or(aios_store::Error::NoTurn { turn_id: added.turn_id })?;
        Ok(StoredMessage {
            turn_id: turn.id,
            existed: added.existed,
            timestamp: turn.timestamp,
            text: turn.user_message,
            model: turn.model,
        })
    });
    match stored.await {
        Err(aios_store::Error::NoConversation { session_id }) => Err(Error::NotFound { session_id }),
        Err(aios_store::Error::NotCommitted { reason }) if reason == BUSY => Err(Error::Busy { session_id }),
        other => Ok(other?),
    }
}

/// How far a turn got; `None` if there is no such turn.
pub(crate) async fn turn_status(database: &Database, turn_id: i64) -> Result<Option<TurnStatus>, Error> {
    let turn = database.read(move |connection| turns::get_turn(connection, turn_id)).await?;
    Ok(turn.map(|turn| turn.status))
}
