//! An agent that says what the test tells it to, and what tests need around it.

use aios_chat::{
    Accepted, Chat, Config, SendRequest,
    agent::{Agent, AgentError, AgentEvent, AgentRequest},
};
use aios_model::TurnStatus;
use aios_protocol::{
    agents::AgentModel,
    socket::{ServerMessage, StreamEvent},
};
use futures::{
    FutureExt, Stream, StreamExt,
    future::{BoxFuture, ready},
    stream::{self, BoxStream},
};
use std::{path::Path, sync::Arc};
use tokio::sync::mpsc;

/// Hands every question to the test.
pub struct Scripted(mpsc::UnboundedSender<Call>);

/// A question, and the way to answer it. Dropping it cuts the answer off.
pub struct Call {
    pub request: AgentRequest,
    events: mpsc::UnboundedSender<AgentEvent>,
}

impl Call {
    pub fn give(&self, event: AgentEvent) {
        self.events.send(event).expect("the answer is still wanted");
    }

    pub fn say(&self, text: &str) {
        self.give(AgentEvent::Text(text.into()));
    }

    pub fn end(&self) {
        self.give(AgentEvent::End(aios_chat::agent::FinishReason::Stop));
    }

    /// Waits until nobody wants the answer any more.
    pub async fn cancelled(&self) {
        self.events.closed().await;
    }
}

impl Agent for Scripted {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        let model = AgentModel {
            id: "script/one".into(),
            name: "one".into(),
            provider: "script".into(),
            description: None,
            context_length: None,
        };
        ready(Ok(vec![model])).boxed()
    }

    fn answer(&self, request: AgentRequest) -> BoxStream<'static, AgentEvent> {
        let (events, said) = mpsc::unbounded_channel();
        self.0.send(Call { request, events }).expect("the test listens");
        stream::unfold(said, |mut said| async { said.recv().await.map(|event| (event, said)) }).boxed()
    }
}

/// A chat over `data` with the scripted agent, which answers by default.
pub fn open(data: &Path) -> (Chat, mpsc::UnboundedReceiver<Call>) {
    let (calls, asked) = mpsc::unbounded_channel();
    let config = Config { data: data.into(), ..Config::default() };
    let chat = Chat::open_with(config, vec![("script".into(), Arc::new(Scripted(calls)))]).unwrap();
    (chat, asked)
}

pub fn request(client_id: &str, session_id: Option<&str>, text: &str) -> SendRequest {
    SendRequest {
        client_id: client_id.into(),
        session_id: session_id.map(str::to_owned),
        text: text.into(),
        model: None,
    }
}

/// The text of the events of one turn, from here to its end, the last sequence number, and the end.
pub async fn hear(
    heard: &mut (impl Stream<Item = ServerMessage> + Unpin),
) -> (String, u64, TurnStatus, Option<String>) {
    let (mut text, mut last) = (String::new(), 0);
    loop {
        match heard.next().await.expect("the stream goes on") {
            ServerMessage::Event { sequence, event, .. } => {
                assert!(last == 0 || sequence == last + 1, "{last} is followed by {sequence}");
                last = sequence;
                if let StreamEvent::Text { delta } = event {
                    text.push_str(&delta);
                }
            }
            ServerMessage::End { status, sequence, error, .. } => {
                assert!(last == 0 || sequence == last, "{last} is the last of {sequence}");
                return (text, last, status, error);
            }
            ServerMessage::Accepted { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Waits until the stored turn is as wanted.
pub async fn until_stored(chat: &Chat, accepted: &Accepted, wanted: impl Fn(&aios_model::StoredTurn) -> bool) {
    loop {
        let stored = chat.get(&accepted.session_id, None).await.unwrap();
        if stored.turns.iter().any(|turn| turn.id == accepted.turn_id && wanted(turn)) {
            return;
        }
        tokio::task::yield_now().await;
    }
}
