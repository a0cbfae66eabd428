//! Reads and writes of the history that take more than one function of the store.

use crate::{Error, clock::now, stream};
use aios_model::{Message, StoredTurn, TurnStatus};
use aios_protocol::socket::StreamEvent;
use aios_store::{
    Database, Transaction, conversations, streams,
    turns::{self, NewTurn, Parent},
};

/// A message to be stored.
pub(crate) struct NewMessage {
    pub(crate) session_id: String,
    pub(crate) place: Place,
    /// It may be a new one; otherwise only one that is there already is taken.
    pub(crate) may_add: bool,
    pub(crate) client_id: String,
    /// The same question as that of the turn beside which it stands, if not said.
    pub(crate) text: Option<String>,
    pub(crate) model: String,
}

/// Where a message is put.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Into a conversation that is begun if need be.
    Anywhere,
    /// At the end of a conversation that there is.
    End,
    /// Beside this turn.
    Beside(i64),
}

/// A message that is stored.
pub(crate) struct StoredMessage {
    pub(crate) turn: StoredTurn,
    /// It was there already.
    pub(crate) existed: bool,
    /// What there is to the question beside its text.
    pub(crate) asked: Vec<Message>,
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
        let NewMessage { session_id, place, client_id, text, model, .. } = &new;
        if *place == Place::End && conversations::get_summary(transaction, session_id)?.is_none() {
            return Err(aios_store::Error::NoConversation { session_id: session_id.clone() });
        }
        let (parent, beside) = match place {
            Place::Anywhere | Place::End => (Parent::Active, None),
            Place::Beside(turn_id) => {
                if turns::session_of(transaction, *turn_id)?.as_ref() != Some(session_id) {
                    return Err(aios_store::Error::NoTurn { turn_id: *turn_id });
                }
                let beside = existing(transaction, *turn_id)?;
                (beside.parent_id.map_or(Parent::None, Parent::Turn), Some(beside))
            }
        };
        let asked = beside.as_ref().filter(|_| text.is_none()).map(stream::asked).unwrap_or_default();
        let text = text.as_deref().or(beside.as_ref().map(|beside| beside.user_message.as_str())).unwrap_or_default();
        let turn = NewTurn {
            parent,
            status: TurnStatus::Streaming,
            client_id: Some(client_id),
            model: Some(model),
            messages: &asked,
            ..NewTurn::new(text, "")
        };
        let added = turns::add_turn(transaction, session_id, &turn, now())?;
        if !added.existed {
            if !new.may_add {
                return Err(aios_store::Error::NotCommitted { reason: BUSY.into() });
            }
            streams::begin(transaction, added.turn_id)?;
        }
        Ok(StoredMessage { turn: existing(transaction, added.turn_id)?, existed: added.existed, asked })
    });
    match stored.await {
        Err(aios_store::Error::NoConversation { session_id }) => Err(Error::NotFound { session_id }),
        Err(aios_store::Error::NoTurn { turn_id }) => Err(Error::TurnNotFound { turn_id }),
        Err(aios_store::Error::NotCommitted { reason }) if reason == BUSY => Err(Error::Busy { session_id }),
        other => Ok(other?),
    }
}

/// Makes a turn the one that is being written, with the branch that it is on; gives it as it was, and the events of its answer so far.
///
/// # Errors
/// [`Error::TurnNotFound`], [`Error::Store`].
pub(crate) async fn write_on(database: &Database, turn_id: i64) -> Result<(StoredTurn, Vec<StreamEvent>), Error> {
    let begun = database.write(move |transaction| {
        let turn = existing(transaction, turn_id)?;
        let events = stream::begin_again(transaction, &turn)?;
        turns::update_streaming(transaction, turn_id, &turn.assistant_message)?;
        turns::activate(transaction, turn_id)?;
        Ok((turn, events))
    });
    found(begun.await)
}

/// A turn, with the conversation that it belongs to.
///
/// # Errors
/// [`Error::TurnNotFound`], [`Error::Store`].
pub(crate) async fn turn(database: &Database, turn_id: i64) -> Result<(String, StoredTurn), Error> {
    let read = database.read(move |connection| {
        let session_id = turns::session_of(connection, turn_id)?;
        session_id.zip(turns::get_turn(connection, turn_id)?).ok_or(aios_store::Error::NoTurn { turn_id })
    });
    found(read.await)
}

/// A turn, if it is (still) in this conversation, and that is not in the trash.
///
/// # Errors
/// As [`turn`].
pub(crate) async fn turn_of(database: &Database, turn_id: i64, session_id: &str) -> Result<StoredTurn, Error> {
    let session_id = session_id.to_owned();
    let read = database.read(move |connection| {
        let is_there = turns::session_of(connection, turn_id)?.as_ref() == Some(&session_id)
            && conversations::get_summary(connection, &session_id)?.is_some();
        let turn = turns::get_turn(connection, turn_id)?;
        turn.filter(|_| is_there).ok_or(aios_store::Error::NoTurn { turn_id })
    });
    found(read.await)
}

fn existing(transaction: &Transaction<'_>, turn_id: i64) -> Result<StoredTurn, aios_store::Error> {
    turns::get_turn(transaction, turn_id)?.ok_or(aios_store::Error::NoTurn { turn_id })
}

fn found<T>(result: Result<T, aios_store::Error>) -> Result<T, Error> {
    match result {
        Err(aios_store::Error::NoTurn { turn_id }) => Err(Error::TurnNotFound { turn_id }),
        other => Ok(other?),
    }
}
