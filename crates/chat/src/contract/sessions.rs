//! The current conversation, and messages to it.

use super::{Contract, Slice};
use crate::{Accepted, Error, MAXIMUM_MESSAGE, SendRequest, clock::now};
use aios_model::{StoredTurn, TurnStatus};
use aios_protocol::socket::ServerMessage;
use aios_store::turns;
use futures::{Stream, StreamExt as _};
use std::pin::pin;
use uuid::Uuid;

/// The most bytes of an id that a client chose.
const MAXIMUM_SESSION_ID: usize = 200;

/// Ids that are remembered as given out.
const REMEMBERED: usize = 64;

/// Further ids that are tried when one is taken: so many can begin within a second.
const ATTEMPTS: u32 = 1000;

impl Contract {
    /// The current conversation. It may not be stored yet: it is begun with its first message.
    pub fn current_session(&self) -> Option<String> {
        self.desk(|desk| desk.session_id.clone())
    }

    /// Makes a conversation the current one, whether it is there already or not.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an id that is empty, longer than 200 bytes or has control characters.
    pub fn set_current_session(&self, session_id: &str) -> Result<(), Error> {
        let session_id = valid_session_id(session_id)?.to_owned();
        self.desk(|desk| desk.session_id = Some(session_id));
        Ok(())
    }

    /// Leaves the current conversation. It stays in the history.
    pub fn leave_session(&self) {
        self.desk(|desk| desk.session_id = None);
    }

    /// Makes a new conversation the current one and returns its id. Nothing is stored before something is said in it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn start_session(&self) -> Result<String, Error> {
        for number in 1..=ATTEMPTS {
            let session_id = session_id(number);
            let slice = Slice { limit: Some(0), offset: None };
            if self.find(&session_id, slice).await?.is_none() && self.issue(&session_id) {
                self.desk(|desk| desk.session_id = Some(session_id.clone()));
                return Ok(session_id);
            }
        }
        Err(too_many())
    }

    /// Begins an empty conversation and returns its id, `react_` with the time in UTC as AI OS has it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn create_session(&self) -> Result<String, Error> {
        for number in 1..=ATTEMPTS {
            let session_id = session_id(number);
            if self.issue(&session_id) && self.0.chat.begin_session(&session_id).await? {
                return Ok(session_id);
            }
        }
        Err(too_many())
    }

    /// Remembers an id as given out; `false` if it was before.
    fn issue(&self, session_id: &str) -> bool {
        self.desk(|desk| {
            if desk.session_id.as_deref() == Some(session_id) || desk.issued.iter().any(|issued| issued == session_id) {
                return false;
            }
            if desk.issued.len() == REMEMBERED {
                desk.issued.pop_front();
            }
            desk.issued.push_back(session_id.to_owned());
            true
        })
    }

    /// Sends a message to the conversation that is named, else to the current one, which is begun if need be. Who answers is the model that is
    /// named, else the current one.
    ///
    /// # Errors
    /// As [`Chat::send`](crate::Chat::send); [`Error::Invalid`] for an id that cannot be one or a model that there is not.
    pub async fn send(
        &self,
        session_id: Option<&str>,
        text: String,
        model: Option<(&str, Option<&str>)>,
    ) -> Result<Accepted, Error> {
        if text.trim().is_empty() || text.len() > MAXIMUM_MESSAGE {
            return Err(Error::invalid("A message has 1 byte to 256 KB of text. Nothing was sent."));
        }
        let model = match model {
            Some((model, provider)) => Some(self.find_model(model, provider).await?.id),
            None => self.chosen_model().await,
        };
        let session_id = match (session_id, self.current_session()) {
            (Some(named), _) => valid_session_id(named)?.to_owned(),
            (None, Some(current)) => current,
            (None, None) => self.start_session().await?,
        };
        self.0.chat.begin_session(&session_id).await?;
        let client_id = Uuid::now_v7().to_string();
        self.0.chat.send(SendRequest { client_id, session_id: Some(session_id), text, model }).await
    }

    /// Everything that is said in answer to a message, up to its end.
    pub fn hear(&self, accepted: &Accepted) -> impl Stream<Item = ServerMessage> + Send + 'static {
        self.0.chat.follow(&accepted.session_id, Some(accepted.turn_id), 0)
    }

    /// The turn of a message when its answer is over, however it ended, and what went wrong if it failed.
    ///
    /// # Errors
    /// [`Error::TurnNotFound`] if it was deleted meanwhile, [`Error::Store`].
    pub async fn answered(&self, accepted: &Accepted) -> Result<(StoredTurn, Option<String>), Error> {
        let turn_id = accepted.turn_id;
        let mut heard = pin!(self.hear(accepted));
        let mut failure = None;
        while let Some(message) = heard.next().await {
            match message {
                ServerMessage::End { turn_id: ended, error, .. } if ended == turn_id => {
                    failure = error;
                    break;
                }
                _ => {}
            }
        }
        let turn = self.0.chat.database().read(move |connection| turns::get_turn(connection, turn_id)).await?;
        Ok((turn.ok_or(Error::TurnNotFound { turn_id })?, failure))
    }

    /// The last turns of the current conversation; none if there is none.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn history(&self, limit: u32) -> Result<Vec<StoredTurn>, Error> {
        let Some(session_id) = self.current_session() else { return Ok(Vec::new()) };
        let found = self.find(&session_id, Slice { limit: Some(limit), offset: None }).await?;
        Ok(found.map(|(_, turns)| turns).unwrap_or_default())
    }

    /// Whether an answer is being written in the current conversation, and the turn that was begun there last.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn last_turn(&self) -> Result<(bool, Option<StoredTurn>), Error> {
        let last = self.history(1).await?.pop();
        Ok((last.as_ref().is_some_and(|turn| turn.status == TurnStatus::Streaming), last))
    }
}

fn session_id(number: u32) -> String {
    let digits: String = now().to_string().chars().filter(char::is_ascii_digit).take(14).collect();
    let (date, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
    match number {
        1 => format!("react_{date}_{time}"),
        number => format!("react_{date}_{time}_{number}"),
    }
}

fn too_many() -> Error {
    Error::invalid("Too many conversations were begun within a second: try again.")
}

pub(super) fn valid_session_id(session_id: &str) -> Result<&str, Error> {
    let is_one = !session_id.is_empty() && session_id.len() <= MAXIMUM_SESSION_ID;
    if !is_one || session_id.chars().any(char::is_control) {
        return Err(Error::invalid(
            "The id of a conversation has 1 to 200 bytes and no control characters. Nothing was done.",
        ));
    }
    Ok(session_id)
}
