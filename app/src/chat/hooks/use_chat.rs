//! The conversation that is open: its turns, what is being written, and what is sent.

#[cfg(feature = "hydrate")]
mod announce;
mod answer;
mod attend;
#[cfg(feature = "hydrate")]
mod said_before;
#[cfg(feature = "hydrate")]
mod target;
mod turn_state;
#[cfg(feature = "hydrate")]
mod window;

pub use self::{
    answer::Answer,
    turn_state::{Origin, TurnState},
};
#[cfg(feature = "hydrate")]
pub use window::Edge;

use super::use_websocket::{Incoming, Socket};
#[cfg(feature = "hydrate")]
use crate::chat::services::markdown;
use crate::chat::{
    services::chat_api::fetch_conversation,
    types::chat::{OpenConversation, OpenTurn, Place, Progress, Step},
    utils::constants::TURNS_PER_PAGE,
};
use aios_model::TurnStatus;
use aios_protocol::socket::{ClientMessage, ServerMessage, StreamEvent};
use leptos::prelude::*;

/// The conversation that is open, as a context of everything that shows it.
#[derive(Clone, Copy)]
pub struct Chat {
    /// Its id; none until the first message of a new conversation is stored.
    pub session_id: RwSignal<Option<String>>,
    /// Its name; empty if it has none.
    pub name: RwSignal<String>,
    /// Its turns, as far as they are shown.
    pub turns: RwSignal<Vec<TurnState>>,
    /// Turns before them.
    pub earlier: RwSignal<u32>,
    /// Turns behind them.
    pub later: RwSignal<u32>,
    /// Who shall answer; the default if not said.
    pub model: RwSignal<Option<String>>,
    /// The model may search the history for its answers.
    pub search_history: RwSignal<bool>,
    /// Grows with each word of an answer: a view that follows the end looks at it.
    pub growth: RwSignal<u32>,
    /// An answer is being written, or a message on its way.
    pub running: Memo<bool>,
    /// Somebody is writing here in another window.
    pub company: RwSignal<bool>,
    socket: Socket,
    /// What is shown is on another branch than the active one.
    is_aside: StoredValue<bool>,
    /// How often the turns that are shown were chosen anew: an answer of the server to a choice before is out of date.
    choices: StoredValue<u32>,
    /// What turns are made under, so that they live as long as the conversation is shown.
    owner: StoredValue<Owner>,
    #[cfg(feature = "hydrate")]
    next_local_key: StoredValue<i64>,
    /// More turns are asked for.
    #[cfg(feature = "hydrate")]
    is_loading: StoredValue<bool>,
}

impl Chat {
    /// Opens a stored conversation, or a new one, as a context.
    pub fn provide(conversation: Option<&OpenConversation>) -> Chat {
        let turns: Vec<TurnState> = conversation
            .map(|conversation| conversation.turns.iter().map(TurnState::stored).collect())
            .unwrap_or_default();
        let socket = Socket::expect();
        let turns = RwSignal::new(turns);
        let is_running = move || turns.with(|turns| turns.iter().any(|turn| turn.progress.with(Progress::is_running)));
        let chat = Chat {
            session_id: RwSignal::new(conversation.map(|conversation| conversation.summary.session_id.clone())),
            name: RwSignal::new(conversation.map(name_of).unwrap_or_default()),
            turns,
            earlier: RwSignal::new(conversation.map_or(0, |conversation| conversation.earlier_turns)),
            later: RwSignal::new(conversation.map_or(0, |conversation| conversation.later_turns)),
            model: RwSignal::new(None),
            search_history: RwSignal::new(false),
            growth: RwSignal::new(0),
            running: Memo::new(move |_| is_running()),
            company: RwSignal::new(false),
            socket,
            is_aside: StoredValue::new(conversation.is_some_and(|conversation| conversation.is_aside)),
            choices: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            #[cfg(feature = "hydrate")]
            next_local_key: StoredValue::new(-1),
            #[cfg(feature = "hydrate")]
            is_loading: StoredValue::new(false),
        };
        provide_context(chat);
        Effect::new(move || {
            leptos::task::spawn_local(async move {
                socket.loaded().await;
                let _ = attend::attend(chat).await;
            });
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

    /// Says something. It is shown at once and sent as soon as there is a connection and no other answer is waited for.
    #[cfg(feature = "hydrate")]
    pub fn say(self, text: String) {
        let is_at_end = self.later.get_untracked() == 0 && !self.is_aside.get_value();
        if is_at_end && markdown::is_loaded() {
            return self.put(text.into(), Origin::Said, |_| {});
        }
        leptos::task::spawn_local(async move {
            markdown::load().await;
            // It is the end that it is said at.
            if let Some(session_id) = self.session_id.get_untracked().filter(|_| !is_at_end) {
                self.show_again(session_id, || Place::End).await;
            }
            if self.turns.try_with_untracked(|_| ()).is_some() {
                self.put(text.into(), Origin::Said, |_| {});
            }
        });
    }

    /// Asks the question of a turn once more, or another one in its place. What stands there now and behind it is kept on its own branch.
    #[cfg(feature = "hydrate")]
    pub fn say_beside(self, turn: &TurnState, text: Option<String>) {
        let Some(id) = turn.id.get_untracked() else { return };
        let origin = if text.is_some() { Origin::Instead(id) } else { Origin::Again(id) };
        let text = text.map_or_else(|| turn.user_message.clone(), Into::into);
        let key = turn.key;
        self.put(text, origin, |turns| {
            let end = turns.iter().position(|turn| turn.key == key).unwrap_or(turns.len());
            turns.truncate(end);
        });
    }

    #[cfg(feature = "hydrate")]
    fn put(self, text: std::sync::Arc<str>, origin: Origin, make_room: impl FnOnce(&mut Vec<TurnState>)) {
        let client_id = crate::chat::utils::random_id::random_id();
        let key = self.next_local_key.get_value();
        self.next_local_key.set_value(key - 1);
        let turn = self.owner.with_value(|owner| owner.with(|| TurnState::sending(key, client_id, text, origin)));
        self.turns.update(|turns| {
            make_room(turns);
            turns.push(turn);
        });
        self.choose();
        self.later.set(0);
        self.is_aside.set_value(false);
        self.growth.update(|growth| *growth += 1);
        // Who says something wants to see it, wherever the page was scrolled to.
        request_animation_frame(|| {
            if let Some(root) = document().document_element() {
                window().scroll_to_with_x_and_y(0.0, f64::from(root.scroll_height()));
            }
        });
        // While there is no connection it would be dropped, and is sent when there is one.
        if self.socket.connection.get_untracked() == crate::chat::types::chat::Connection::Open {
            self.send_waiting();
        }
    }

    /// Sends a message again that was refused.
    pub fn send_again(self, turn: &TurnState) {
        turn.progress.set(Progress::Sending);
        self.send_waiting();
    }

    /// Lets an answer that was cut off go on.
    #[cfg(feature = "hydrate")]
    pub fn go_on(self, turn: &TurnState) {
        let Some(turn_id) = turn.id.get_untracked() else { return };
        // Should it be refused, the reason is shown with the turn.
        let client_id = format!("go-on-{turn_id}");
        self.socket.send(ClientMessage::Continue { client_id, turn_id });
    }

    /// Shows the branch of another turn.
    pub fn switch(self, turn_id: i64) {
        if let Some(session_id) = self.session_id.get_untracked() {
            self.socket.send(ClientMessage::Switch { session_id, turn_id });
        }
    }

    /// Tells other windows that something is being written here.
    pub fn typing(self) {
        if let Some(session_id) = self.session_id.get_untracked() {
            self.socket.send(ClientMessage::Typing { session_id });
        }
    }

    /// Stops the answer; what has come is kept.
    pub fn stop(self) {
        if let Some(session_id) = self.session_id.get_untracked() {
            self.socket.send(ClientMessage::Stop { session_id });
        }
    }

    /// Sends the first message that waits, unless an answer is being written: one comes after the other.
    fn send_waiting(self) {
        let turns = self.turns.get_untracked();
        let running = turns.iter().find(|turn| turn.progress.with_untracked(Progress::is_running));
        let Some(turn) = running.filter(|turn| turn.progress.get_untracked() == Progress::Sending) else { return };
        let (client_id, model) = (turn.client_id.clone(), self.model.get_untracked());
        let search_history = self.search_history.get_untracked();
        let text = turn.user_message.to_string();
        self.socket.send(match turn.origin {
            Origin::Stored | Origin::Said => {
                let session_id = self.session_id.get_untracked();
                ClientMessage::Send { client_id, session_id, text, model, search_history }
            }
            Origin::Again(turn_id) => ClientMessage::Regenerate { client_id, turn_id, model, search_history },
            Origin::Instead(turn_id) => ClientMessage::Edit { client_id, turn_id, text, model, search_history },
        });
    }

    /// Asks for everything that is waited for: on opening, and after each loss of the connection.
    fn catch_up(self) {
        let turns = self.turns.get_untracked();
        for turn in turns.iter().filter(|turn| turn.progress.get_untracked() == Progress::Sending) {
            turn.sent_again.set_value(true);
        }
        if let Some(session_id) = self.session_id.get_untracked() {
            let running = turns
                .iter()
                .rev()
                .find(|turn| turn.progress.get_untracked() == Progress::Stored(TurnStatus::Streaming));
            self.socket.send(ClientMessage::Follow {
                session_id,
                turn_id: running.and_then(|turn| turn.id.get_untracked()),
                after: running.map_or(0, |turn| turn.answer.last_sequence()),
            });
        }
        self.send_waiting();
    }

    fn hear(self, incoming: &Incoming) {
        match incoming {
            Incoming::Opened => {
                self.catch_up();
                if let Some(session_id) = self.session_id.get_untracked() {
                    self.look_again(session_id);
                }
            }
            Incoming::Message(message) => self.receive(message),
        }
    }

    fn receive(self, message: &ServerMessage) {
        let is_here = |session_id: &String| self.session_id.with_untracked(|here| here.as_ref() == Some(session_id));
        match message {
            ServerMessage::Accepted {
                client_id,
                session_id,
                turn_id,
                timestamp,
                text,
                model,
                parent_id,
                siblings,
                after,
            } => {
                let own = self.said(client_id);
                if own.is_none() && !is_here(session_id) {
                    return;
                }
                if own.is_none()
                    && let Some(turn) = self.find(*turn_id)
                {
                    // An answer that was cut off goes on.
                    if !turn.progress.with_untracked(Progress::is_running) {
                        turn.answer.go_on(*after, self.growth);
                        turn.error.set(None);
                        turn.progress.set(Progress::Stored(TurnStatus::Streaming));
                    }
                    return;
                }
                let last =
                    self.turns.with_untracked(|turns| turns.iter().rev().find_map(|turn| turn.id.get_untracked()));
                if own.is_none() && last != *parent_id {
                    // It stands on another branch than the one that is shown here.
                    return self.look_again(session_id.clone());
                }
                let turn = own.clone().unwrap_or_else(|| {
                    let text = text.as_str().into();
                    self.owner.with_value(|owner| {
                        owner.with(|| TurnState::sending(*turn_id, client_id.clone(), text, Origin::Stored))
                    })
                });
                turn.siblings.set(siblings.clone());
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
                } else if self.session_id.get_untracked().is_none() || turn.sent_again.get_value() {
                    turn.sent_again.set_value(false);
                    self.session_id.set(Some(session_id.clone()));
                    let follow =
                        ClientMessage::Follow { session_id: session_id.clone(), turn_id: Some(*turn_id), after: 0 };
                    self.socket.send(follow);
                }
            }
            ServerMessage::Event { session_id, turn_id, sequence, event } if is_here(session_id) => {
                if let Some(turn) = self.find(*turn_id).filter(|turn| turn.answer.is_next(*sequence)) {
                    if *sequence == 1 {
                        turn.steps.set(Vec::new());
                    }
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
                        StreamEvent::Notice { text } => {
                            turn.steps.update(|steps| steps.push(Step::Notice(text.clone())))
                        }
                        StreamEvent::Usage { .. } => {}
                    }
                }
            }
            ServerMessage::End { session_id, turn_id, status, sequence, error } if is_here(session_id) => {
                if let Some(turn) = self.find(*turn_id) {
                    turn.answer.finish(self.growth);
                    turn.error.set(error.clone());
                    turn.progress.set(Progress::Stored(*status));
                    if turn.answer.last_sequence() != *sequence {
                        self.reload(session_id.clone(), turn, *sequence);
                    }
                }
                self.send_waiting();
            }
            ServerMessage::Branch { session_id, turn_id } if is_here(session_id) => {
                let session_id = session_id.clone();
                if self.find(*turn_id).is_some() {
                    // The reader stays; only something before or behind that came or went.
                    return self.look_again(session_id);
                }
                let turn_id = *turn_id;
                leptos::task::spawn_local(self.show_again(session_id, move || Place::Turn(turn_id)));
            }
            ServerMessage::Named { session_id, name } if is_here(session_id) => self.name.set(name.clone()),
            ServerMessage::Presence { session_id, typing, .. } if is_here(session_id) => {
                self.company.set(*typing);
                if *typing {
                    // Who goes on writing says so again before that.
                    let forget = move || {
                        self.company.try_set(false);
                    };
                    set_timeout(forget, std::time::Duration::from_secs(5));
                }
            }
            ServerMessage::Error { client_id: Some(client_id), message } => {
                if let Some(turn) = self.said(client_id) {
                    turn.progress.set(Progress::NotSent(message.clone()));
                } else if let Some(turn) =
                    client_id.strip_prefix("go-on-").and_then(|id| id.parse().ok()).and_then(|id| self.find(id))
                {
                    turn.error.set(Some(message.clone()));
                }
            }
            _ => {}
        }
    }

    /// Takes the stored text of a turn that ended otherwise than it was heard: the events may be gone by then.
    fn reload(self, session_id: String, turn: TurnState, sequence: u64) {
        leptos::task::spawn_local(async move {
            let Some(id) = turn.id.get_untracked() else { return };
            let Ok(conversation) = fetch_conversation(session_id, Place::Turn(id), Some(1)).await else { return };
            let stored = conversation.turns.into_iter().find(|stored| stored.id == id);
            if let Some(stored) = stored.filter(|_| !turn.progress.with_untracked(Progress::is_running)) {
                turn.answer.replace(&stored.assistant_message, sequence);
                turn.answer.reasoning.set(stored.reasoning);
                turn.steps.set(stored.steps);
                turn.error.set(stored.error);
                self.growth.update(|growth| *growth += 1);
            }
        });
    }

    /// Shows what is stored now where the reader is.
    fn look_again(self, session_id: String) {
        let middle = move || self.turns.with_untracked(|turns| turns.get(turns.len() / 2)?.id.get_untracked());
        let is_at_end = move || self.later.get_untracked() == 0 && !self.is_aside.get_value();
        let place = move || if is_at_end() { Place::End } else { middle().map(Place::Turn).unwrap_or_default() };
        leptos::task::spawn_local(self.show_again(session_id, place));
    }

    /// Shows the turns of a place as they are stored now. Those that are shown already stay as they are; what was not sent yet, or accepted
    /// meanwhile, stays at the end. Has the reader gone elsewhere before the server answered, it is asked once more.
    async fn show_again(self, session_id: String, place: impl Fn() -> Place) {
        loop {
            let (Some(choices), Some(known)) = (
                self.choices.try_get_value(),
                self.turns.try_with_untracked(|turns| -> Vec<Option<i64>> {
                    turns.iter().map(|turn| turn.id.get_untracked()).collect()
                }),
            ) else {
                return;
            };
            let asked = fetch_conversation(session_id.clone(), place(), Some(self.shown())).await;
            let Ok(conversation) = asked else { return };
            if self.session_id.try_get_untracked().flatten().as_ref() != Some(&session_id) {
                return;
            }
            if self.choices.get_value() != choices {
                continue;
            }
            let shown = self.turns.get_untracked();
            let mut turns = self.states_of(session_id, &conversation.turns, &shown);
            // What was accepted after the server had looked is not in its answer, and nobody may lose it for that.
            let is_newer = |turn: &TurnState| match turn.id.get_untracked() {
                None => true,
                id => !known.contains(&id) && !conversation.turns.iter().any(|stored| Some(stored.id) == id),
            };
            turns.extend(shown.into_iter().filter(is_newer));
            self.turns.set(turns);
            let name = name_of(&conversation);
            if self.name.with_untracked(|known| *known != name) {
                self.name.set(name);
            }
            self.earlier.set(conversation.earlier_turns);
            self.later.set(conversation.later_turns);
            self.is_aside.set_value(conversation.is_aside);
            return self.choose();
        }
    }

    /// Other turns are shown now.
    fn choose(self) {
        self.choices.update_value(|choices| *choices = choices.wrapping_add(1));
    }

    /// Turns as they are shown. An answer that is being written is followed from its first word on, unless it was before.
    fn states_of(self, session_id: String, stored: &[OpenTurn], shown: &[TurnState]) -> Vec<TurnState> {
        let before = |id: i64| shown.iter().find(|turn| turn.id.get_untracked() == Some(id));
        let is_new = |turn: &&OpenTurn| turn.status == TurnStatus::Streaming && before(turn.id).is_none();
        let followed = stored.iter().rev().find(is_new).map(|turn| turn.id);
        let turns = stored.iter().map(|turn| self.state_of(turn, before(turn.id))).collect();
        if followed.is_some() {
            self.socket.send(ClientMessage::Follow { session_id, turn_id: followed, after: 0 });
        }
        turns
    }

    fn state_of(self, stored: &OpenTurn, before: Option<&TurnState>) -> TurnState {
        match before {
            Some(turn) => {
                turn.siblings.set(stored.siblings.clone());
                turn.clone()
            }
            None => {
                // However many turns are scrolled through, those that are gone take no memory.
                let lives = self.owner.with_value(Owner::child);
                TurnState { lives: Some(lives.clone()), ..lives.with(|| TurnState::stored(stored)) }
            }
        }
    }

    /// How many turns to ask for: those that are shown, and a few that may have come.
    fn shown(self) -> u32 {
        let shown = self.turns.with_untracked(Vec::len);
        u32::try_from(shown).unwrap_or(u32::MAX).saturating_add(2).max(TURNS_PER_PAGE)
    }

    /// The turn that was said here under this id.
    fn said(self, client_id: &str) -> Option<TurnState> {
        self.turns.with_untracked(|turns| turns.iter().find(|turn| turn.client_id == client_id).cloned())
    }

    fn find(self, turn_id: i64) -> Option<TurnState> {
        self.turns.with_untracked(|turns| turns.iter().find(|turn| turn.id.get_untracked() == Some(turn_id)).cloned())
    }
}

fn name_of(conversation: &OpenConversation) -> String {
    conversation.summary.display_name().unwrap_or_default().to_owned()
}
