//! One client of AI OS, from its first frame to its last.

use super::{PACE, Typing};
use crate::socket::Limits;
use aios_chat::{
    Accepted, ErrorKind,
    contract::{Contract, assistant_message_id},
};
use aios_model::TurnStatus;
use aios_protocol::socket::{ServerMessage, StreamEvent};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{
    StreamExt as _,
    stream::{BoxStream, SelectAll},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::HashMap, pin::pin, time::Duration};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Instant, MissedTickBehavior, interval, sleep_until, timeout},
};

/// The close code for a server that has no place (RFC 6455, registered as "Try Again Later").
const TRY_AGAIN_LATER: u16 = 1013;

/// What grows the time between two chunks by [`PACE`]: so many bytes of the answer.
const PACE_BYTES: usize = 16 * 1024;

/// Answers that one client waits for at a time.
const MAXIMUM_ANSWERS: usize = 8;

/// The most characters of what a tool is asked that a client is shown.
const MAXIMUM_ACTION: usize = 200;

/// The texts that AI OS's clients know.
const INVALID: &str = "Invalid message format";
const FAILED: &str = "Sorry, I encountered an error processing your message.";
const UNTAKEN: &str = "Error processing your message";

/// From a client. What else it says is ignored; so is an `endpoint`: no client names an address.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame {
    ChatMessage {
        #[serde(default)]
        content: String,
        session_id: Option<String>,
        model: Option<String>,
        provider: Option<String>,
    },
    TypingStart,
    TypingStop,
    Ping,
    #[serde(other)]
    Unknown,
}

/// Tells a client that there is no place.
pub(super) async fn refuse(mut socket: WebSocket) {
    let frame = CloseFrame { code: TRY_AGAIN_LATER, reason: "Too many connections".into() };
    // It may be gone already.
    let _ = socket.send(Message::Close(Some(frame))).await;
}

/// An answer on its way to the client.
struct Growing {
    message_id: String,
    text: String,
    /// Grown since it was sent last.
    is_new: bool,
    /// When it may be sent next.
    due: Instant,
    /// Tools that were called: their names by the ids of the calls.
    tools: HashMap<String, (String, String, u32)>,
    round: u32,
}

/// The client is gone, or takes nothing.
struct Gone;

struct Connection {
    socket: WebSocket,
    contract: Contract,
    client_id: String,
    patience: Duration,
    /// The conversation that this client named.
    session_id: Option<String>,
    heard: SelectAll<BoxStream<'static, ServerMessage>>,
    growing: HashMap<i64, Growing>,
}

/// Serves a client until either side ends it; this side does when `ending` says why, as a close code and a few words.
pub(super) async fn serve(
    socket: WebSocket,
    contract: Contract,
    limits: Limits,
    typing: broadcast::Sender<Typing>,
    ending: impl Future<Output = (u16, &'static str)>,
) {
    let mut ending = pin!(ending);
    let mut others = typing.subscribe();
    let mut connection = Connection {
        socket,
        contract,
        client_id: uuid::Uuid::now_v7().to_string(),
        patience: limits.write,
        session_id: None,
        heard: SelectAll::new(),
        growing: HashMap::new(),
    };
    let mut heartbeat = interval(limits.ping);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_sign = Instant::now();
    loop {
        let due = connection.growing.values().filter(|growing| growing.is_new).map(|growing| growing.due).min();
        let done = tokio::select! {
            message = connection.socket.recv() => {
                last_sign = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
                        Ok(frame @ (Frame::TypingStart | Frame::TypingStop)) => {
                            let is_typing = matches!(frame, Frame::TypingStart);
                            // This socket listens itself, so there is a receiver.
                            let _ = typing.send(Typing { client_id: connection.client_id.clone(), is_typing });
                            Ok(())
                        }
                        Ok(frame) => connection.take(frame).await,
                        Err(_) => connection.tell(json!({"type": "error", "content": INVALID})).await,
                    },
                    Some(Ok(Message::Binary(_))) => connection.tell(json!({"type": "error", "content": INVALID})).await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                }
            }
            Some(message) = connection.heard.next(), if !connection.heard.is_empty() => connection.hear(message).await,
            () = async { sleep_until(due.unwrap_or_else(Instant::now)).await }, if due.is_some() => connection.send_due().await,
            other = others.recv() => match other {
                Ok(Typing { client_id, is_typing }) if client_id != connection.client_id => {
                    let kind = if is_typing { "user_typing" } else { "user_typing_stop" };
                    connection.tell(json!({"type": kind, "client_id": client_id})).await
                }
                Ok(_) | Err(RecvError::Lagged(_)) => Ok(()),
                Err(RecvError::Closed) => return,
            },
            (code, reason) = &mut ending => {
                let frame = CloseFrame { code, reason: reason.into() };
                // It may be gone already.
                let _ = connection.send(Message::Close(Some(frame))).await;
                return;
            }
            _ = heartbeat.tick() => {
                if last_sign.elapsed() > limits.silence {
                    return;
                }
                connection.send(Message::Ping(Default::default())).await
            }
        };
        if done.is_err() {
            return;
        }
    }
}

impl Connection {
    async fn take(&mut self, frame: Frame) -> Result<(), Gone> {
        match frame {
            Frame::ChatMessage { content, .. } if content.trim().is_empty() => Ok(()),
            Frame::ChatMessage { content, session_id, model, provider } => {
                if session_id.is_some() {
                    self.session_id = session_id;
                }
                let model = model.as_deref().filter(|model| !model.is_empty());
                self.say(content, model.map(|model| (model, provider.as_deref()))).await
            }
            Frame::Ping => self.tell(json!({"type": "pong"})).await,
            Frame::TypingStart | Frame::TypingStop | Frame::Unknown => Ok(()),
        }
    }

    async fn say(&mut self, content: String, model: Option<(&str, Option<&str>)>) -> Result<(), Gone> {
        if self.heard.len() >= MAXIMUM_ANSWERS {
            return self.tell(json!({"type": "error", "content": UNTAKEN})).await;
        }
        self.tell(json!({"type": "agent_typing_start"})).await?;
        let accepted = match self.contract.send(self.session_id.as_deref(), content, model).await {
            Ok(accepted) => accepted,
            Err(error) => {
                if error.kind() == ErrorKind::Internal {
                    tracing::error!(%error, "a message of a client of AI OS could not be taken");
                }
                self.tell(json!({"type": "agent_typing_stop"})).await?;
                return self
                    .tell(json!({"type": "error", "content": FAILED, "detail": error.message_for_people()}))
                    .await;
            }
        };
        let Accepted { turn_id, timestamp, .. } = accepted;
        let growing = Growing {
            message_id: assistant_message_id(timestamp),
            text: String::new(),
            is_new: false,
            due: Instant::now(),
            tools: HashMap::new(),
            round: 0,
        };
        self.growing.insert(turn_id, growing);
        // Up to its end and not further: what others say in the conversation is not this client's answer.
        let mut is_over = false;
        let heard = self.contract.hear(&accepted).take_while(move |message| {
            let go_on = !is_over;
            is_over |= matches!(message, ServerMessage::End { turn_id: ended, .. } if *ended == turn_id);
            std::future::ready(go_on)
        });
        self.heard.push(heard.boxed());
        Ok(())
    }

    async fn hear(&mut self, message: ServerMessage) -> Result<(), Gone> {
        match message {
            ServerMessage::Event { turn_id, event, .. } => {
                let Some(growing) = self.growing.get_mut(&turn_id) else { return Ok(()) };
                match event {
                    StreamEvent::Text { delta } => {
                        growing.text.push_str(&delta);
                        growing.is_new = true;
                        Ok(())
                    }
                    StreamEvent::ToolCall { id, name, input } => {
                        growing.round += 1;
                        let action: String = input.chars().take(MAXIMUM_ACTION).collect();
                        let frame =
                            json!({"type": "tool_executing", "tool": name, "action": action, "round": growing.round});
                        growing.tools.insert(id, (name, action, growing.round));
                        self.tell(frame).await
                    }
                    StreamEvent::ToolResult { id, error, .. } => {
                        let Some((tool, action, round)) = growing.tools.remove(&id) else { return Ok(()) };
                        let frame = json!({"type": "tool_result", "tool": tool, "action": action, "success": !error, "round": round});
                        self.tell(frame).await
                    }
                    _ => Ok(()),
                }
            }
            ServerMessage::End { turn_id, status, error, .. } => {
                let Some(growing) = self.growing.remove(&turn_id) else { return Ok(()) };
                self.tell(chunk(&growing.message_id, &growing.text, true)).await?;
                self.tell(json!({"type": "agent_typing_stop"})).await?;
                match status {
                    TurnStatus::Failed => self.tell(json!({"type": "error", "content": FAILED, "detail": error})).await,
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Sends what has grown and waited long enough.
    async fn send_due(&mut self) -> Result<(), Gone> {
        let now = Instant::now();
        let mut frames = Vec::new();
        for growing in self.growing.values_mut().filter(|growing| growing.is_new && growing.due <= now) {
            growing.is_new = false;
            let steps = u32::try_from(growing.text.len() / PACE_BYTES).unwrap_or(u32::MAX).saturating_add(1);
            growing.due = now + PACE.saturating_mul(steps);
            frames.push(chunk(&growing.message_id, &growing.text, false));
        }
        for frame in frames {
            self.tell(frame).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, frame: Value) -> Result<(), Gone> {
        self.send(Message::text(frame.to_string())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(self.patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }
}

fn chunk(message_id: &str, text: &str, is_final: bool) -> Value {
    json!({"type": "agent_response_chunk", "content": text, "message_id": message_id, "is_final": is_final})
}
