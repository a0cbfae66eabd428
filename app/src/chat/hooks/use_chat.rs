//! The conversation that is open: its turns, what is being written, and what is sent.

mod answer;
mod turn_state;

pub use self::{answer::Answer, turn_state::TurnState};

use super::use_websocket::{Incoming, Socket};
use crate::chat::{
    services::chat_api::get_conversation,
    types::chat::{OpenConversation, Progress, Step},
};
use aios_model::TurnStatus;
use aios_protocol::socket::{ClientMessage, ServerMessage, StreamEvent};
use leptos::prelude::*;

/// The conversation that is open, as a context of everything that shows it.
#[derive(Clone, Copy)]
pub struct Chat {
    /// Its id; none until the first message of a new conversation is stored.
    pub session_id: RwSignal<Option<String>>,
    /// Its turns, as far as they are shown.
    pub turns: RwSignal<Vec<TurnState>>,
    /// Who shall answer; the default if not said.
    pub model: RwSignal<Option<String>>,
    /// Grows with each word of an answer: a view that follows the end looks at it.
    pub growth: RwSignal<u32>,
    socket: Socket,
    /// What turns are made under, so that they live as long as the conversation is shown.
    owner: StoredValue<Owner>,
    #[cfg(feature = "hydrate")]
    next_local_key: StoredValue<i64>,
}

impl Chat {
    /// Opens a stored conversation, or a new one, as a context.
    pub fn provide(conversation: Option<&OpenConversation>) -> Chat {
        let turns = conversation
            .map(|conversation| conversation.turns.iter().map(TurnState::stored).collect())
            .unwrap_or_default();
        let socket = Socket::expect();
        let chat = Chat {
            session_id: RwSignal::new(conversation.map(|conversation| conversation.summary.session_id.clone())),
            turns: RwSignal::new(turns),
            model: RwSignal::new(None),
            growth: RwSignal::new(0),
            socket,
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            #[cfg(feature = "hydrate")]
            next_local_key: StoredValue::new(-1),
        };
        provide_context(chat);
        Effect::new(move || {
            socket.listen(move |incoming| chat.hear(incoming));
            chat.catch_up();
        });
        on_cleanup(move || {
            if let Some(session_id) = chat.session_id.get_untracked() {
                socket.send(ClientMessage::Unfollow { session_id });
            }
        });
        chat
    }

    /// The conversation that is open.
    pub fn expect() -> Chat {
        expect_context()
    }

    /// An answer is being written.
    pub fn is_running(self) -> bool {
        self.turns.with(|turns| turns.iter().any(|turn| turn.progress.with(Progress::is_running)))
    }

    /// Says something. It is shown at once and sent as soon as there is a connection.
    #[cfg(feature = "hydrate")]
    pub fn say(self, text: String) {
        let client_id = crate::chat::utils::random_id::random_id();
        let key = self.next_local_key.get_value();
        self.next_local_key.set_value(key - 1);
        let turn = self.owner.with_value(|owner| owner.with(|| TurnState::sending(key, client_id, text)));
        self.turns.update(|turns| turns.push(turn.clone()));
        self.growth.update(|growth| *growth += 1);
        self.send(&turn);
    }

    /// Stops the answer; what has come is kept.
    pub fn stop(self) {
        if let Some(session_id) = self.session_id.get_untracked() {
            self.socket.send(ClientMessage::Stop { session_id });
        }
    }

    fn send(self, turn: &TurnState) {
        self.socket.send(ClientMessage::Send {
            client_id: turn.client_id.clone(),
            session_id: self.session_id.get_untracked(),
            text: turn.user_message.to_string(),
            model: self.model.get_untracked(),
        });
    }

    /// Asks for everything that is waited for: on opening, and after each loss of the connection.
    fn catch_up(self) {
        let turns = self.turns.get_untracked();
        if let Some(session_id) = self.session_id.get_untracked() {
            let running = turns
                .iter()
                .rev()
                .find(|turn| turn.progress.get_untracked() == Progress::Stored(TurnStatus::Streaming));
            self.socket.send(ClientMessage::Follow {
                session_id,
                turn_id: running.and_then(|turn| turn.id.get_untracked()),
                after: running.map_or(0, |turn| turn.answer.resume()),
            });
        }
        turns.iter().filter(|turn| turn.progress.get_untracked() == Progress::Sending).for_each(|turn| self.send(turn));
    }

    fn hear(self, incoming: &Incoming) {
        match incoming {
            Incoming::Opened => self.catch_up(),
            Incoming::Message(message) => self.receive(message),
        }
    }

    fn receive(self, message: &ServerMessage) {
        let is_here = |session_id: &String| self.session_id.with_untracked(|here| here.as_ref() == Some(session_id));
        match message {
            ServerMessage::Accepted { client_id, session_id, turn_id, timestamp, text, model } => {
                let own =
                    self.turns.with_untracked(|turns| turns.iter().find(|turn| turn.client_id == *client_id).cloned());
                if own.is_none() && (!is_here(session_id) || self.has(*turn_id)) {
                    return;
                }
                let turn = own.clone().unwrap_or_else(|| {
                    self.owner.with_value(|owner| {
                        owner.with(|| TurnState::sending(*turn_id, client_id.clone(), text.clone()))
                    })
                });
                turn.id.set(Some(*turn_id));
                turn.timestamp.set(Some(*timestamp));
                turn.model.set(model.clone());
                turn.progress.update(|progress| {
                    if *progress == Progress::Sending {
                        *progress = Progress::Stored(TurnStatus::Streaming);
                    }
                });
                if own.is_none() {
                    self.turns.update(|turns| turns.push(turn));
                } else if self.session_id.get_untracked().is_none() {
                    self.session_id.set(Some(session_id.clone()));
                    let follow =
                        ClientMessage::Follow { session_id: session_id.clone(), turn_id: Some(*turn_id), after: 0 };
                    self.socket.send(follow);
                }
            }
            ServerMessage::Event { session_id, turn_id, sequence, event } if is_here(session_id) => {
                if let Some(turn) = self.find(*turn_id).filter(|turn| turn.answer.is_next(*sequence)) {
                    match event {
                        StreamEvent::Text { delta } => turn.answer.append(delta, self.growth),
                        StreamEvent::Reasoning { delta } => turn.answer.reasoning.update(|text| text.push_str(delta)),
                        StreamEvent::ToolCall { name, input, .. } => {
                            turn.steps.update(|steps| {
                                steps.push(Step::ToolCall { name: name.clone(), input: input.clone() })
                            });
                        }
                        StreamEvent::ToolResult { output, error, .. } => {
                            turn.steps
                                .update(|steps| steps.push(Step::ToolResult { output: output.clone(), error: *error }));
                        }
                        StreamEvent::Usage { .. } => {}
                    }
                }
            }
            ServerMessage::End { session_id, turn_id, status, error } if is_here(session_id) => {
                if let Some(turn) = self.find(*turn_id) {
                    turn.answer.finish(self.growth);
                    turn.error.set(error.clone());
                    turn.progress.set(Progress::Stored(*status));
                    if turn.answer.was_interrupted() {
                        self.reload(session_id.clone(), turn);
                    }
                }
            }
            ServerMessage::Error { client_id: Some(client_id), message } => {
                let turn =
                    self.turns.with_untracked(|turns| turns.iter().find(|turn| turn.client_id == *client_id).cloned());
                if let Some(turn) = turn {
                    turn.progress.set(Progress::NotSent(message.clone()));
                }
            }
            _ => {}
        }
    }

    /// Takes the stored text of a turn that ended while the connection was away: the events may be gone by then.
    fn reload(self, session_id: String, turn: TurnState) {
        leptos::task::spawn_local(async move {
            let Ok(conversation) = get_conversation(session_id, None).await else { return };
            let stored = conversation.turns.into_iter().find(|stored| Some(stored.id) == turn.id.get_untracked());
            if let Some(stored) = stored {
                turn.answer.replace(&stored.assistant_message);
                self.growth.update(|growth| *growth += 1);
            }
        });
    }

    fn has(self, turn_id: i64) -> bool {
        self.find(turn_id).is_some()
    }

    fn find(self, turn_id: i64) -> Option<TurnState> {
        self.turns.with_untracked(|turns| turns.iter().find(|turn| turn.id.get_untracked() == Some(turn_id)).cloned())
    }
}
