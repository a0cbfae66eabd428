//! One websocket, from its first frame to its last.

use super::{
    Limits,
    rate::{Rate, Verdict},
};
use aios_chat::{Accepted, BranchRequest, Change, Chat, Error, ErrorKind, SendOptions, SendRequest};
use aios_protocol::socket::{ClientMessage, MAXIMUM_FRAME, ServerMessage, VERSION};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures::{
    FutureExt as _, SinkExt as _, Stream, StreamExt as _,
    future::AbortHandle,
    stream::{self, BoxStream, SelectAll, SplitSink, SplitStream},
};
use std::{
    collections::{HashMap, VecDeque},
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc},
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};

/// Messages of this client that the answer was already sent for directly; followers hear it too, and the client is one.
const REMEMBERED_ANSWERS: usize = 64;

/// Answers of this side that wait for a slow client. When so many do, nothing more is taken from it.
const REPLIES: usize = 32;

/// Messages of followed conversations that are handed on before anything else is looked at: the client, who may want to stop them.
const AT_ONCE: usize = 64;

/// The least time between two messages that something changed. Each is told to every connection, and where much changes one says it all.
const REST: Duration = Duration::from_millis(200);

/// Tells connections apart.
static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

/// Serves a client until either side ends it; this side does when `ending` says why.
pub(super) async fn serve(socket: WebSocket, chat: Chat, limits: Limits, ending: impl Future<Output = Goodbye>) {
    let (sink, mut incoming) = socket.split();
    let (queue, outgoing) = mpsc::channel(limits.queue);
    let writer = tokio::spawn(write(sink, outgoing, limits.write));
    let changes = chat.changes();
    let mut connection = Connection {
        chat,
        limits,
        queue,
        following: HashMap::new(),
        streams: SelectAll::new(),
        answered: VecDeque::new(),
        last_follow: 0,
        who: CONNECTIONS.fetch_add(1, Ordering::Relaxed),
        rate: Rate::new(limits.burst, limits.refill, Instant::now()),
        replies: VecDeque::new(),
        changed: None,
        rests: false,
        waiting: None,
    };
    if let Some((code, reason)) = connection.run(&mut incoming, changes, ending).await
        && connection.say_goodbye(code, reason).await.is_ok()
    {
        // The close frame arrives only if what the client sent meanwhile is read too.
        let drained = async { while incoming.next().await.is_some_and(|message| message.is_ok()) {} };
        let _either_way_it_is_over = timeout(limits.write, drained).await;
    }
    drop(connection);
    // At the end of the program tasks are cancelled, which is no fault of theirs.
    if let Err(error) = writer.await
        && !error.is_cancelled()
    {
        tracing::error!(%error, "the writer of a websocket failed");
    }
}

/// Writes what is queued, and gives up on a client that takes nothing for as long as `patience`. The queue is closed then.
async fn write(mut sink: SplitSink<WebSocket, Message>, mut queue: mpsc::Receiver<Message>, patience: Duration) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, 64).await > 0 {
        let written = timeout(patience, async {
            for message in batch.drain(..) {
                sink.feed(message).await?;
            }
            sink.flush().await
        });
        if !matches!(written.await, Ok(Ok(()))) {
            return;
        }
    }
}

/// Why a connection is ended from this side: the code and a few words.
pub(super) type Goodbye = (u16, &'static str);

/// What a followed conversation says, or that it says no more.
struct Followed {
    follow: u64,
    message: Option<ServerMessage>,
}

struct Connection {
    chat: Chat,
    limits: Limits,
    queue: mpsc::Sender<Message>,
    following: HashMap<String, (u64, AbortHandle)>,
    streams: SelectAll<BoxStream<'static, Followed>>,
    answered: VecDeque<String>,
    last_follow: u64,
    /// Tells this one from all other connections.
    who: u64,
    rate: Rate,
    /// Answers to the client that the queue has no room for yet.
    replies: VecDeque<Message>,
    /// What changed in the history and was not told yet: one conversation, or more than one.
    changed: Option<Option<String>>,
    /// A change was told less than [`REST`] ago.
    rests: bool,
    /// What a followed conversation says and the queue has no room for yet. Nothing more is taken from any until it has.
    waiting: Option<Message>,
}

impl Connection {
    async fn run(
        &mut self,
        incoming: &mut SplitStream<WebSocket>,
        changes: broadcast::Receiver<Change>,
        ending: impl Future<Output = Goodbye>,
    ) -> Option<Goodbye> {
        let mut ending = pin!(ending);
        // Waits from one change to the next, however often this looks at something else: all connections share the list of those who wait.
        let mut changes = pin!(stream::unfold(changes, |mut changes| async { Some((changes.recv().await, changes)) }));
        let mut rest = pin!(tokio::time::sleep(Duration::ZERO));
        let mut heartbeat = interval_at(Instant::now() + self.limits.ping, self.limits.ping);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                message = incoming.next(), if self.replies.len() < REPLIES => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(Message::Text(text))) => match self.rate.count(heard) {
                            // In a box, which is there only meanwhile: it is larger than all else that a connection holds.
                            Verdict::Taken => Box::pin(self.take(&text)).await,
                            Verdict::TooMany => {
                                let message = "Too many messages at one time: this one was not taken. Wait a moment and send it again.";
                                self.tell(&ServerMessage::Error { client_id: client_id(&text), message: message.into() });
                            }
                            Verdict::Flood => return Some((close_code::POLICY, "far too many messages")),
                        },
                        Some(Ok(Message::Binary(_))) => return Some((close_code::UNSUPPORTED, "messages are JSON in text frames")),
                        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_))) => {}
                        Some(Err(error)) => return goodbye_after(error),
                        None => return None,
                    }
                }
                // Nothing but this waits for room in the queue: a client that reads slowly is still heard, so that it can stop what it is sent.
                permit = async { self.queue.clone().reserve_owned().await }, if self.has_more() => {
                    let Ok(permit) = permit else { return None };
                    let rested = !self.rests;
                    if let Some(message) = self.next_message() {
                        drop(permit.send(message));
                    }
                    if self.rests && rested {
                        rest.as_mut().reset(Instant::now() + REST);
                    }
                }
                () = &mut rest, if self.rests => self.rests = false,
                Some(followed) = self.streams.next(), if self.waiting.is_none() && !self.streams.is_empty() => self.pass_on_all(followed),
                change = changes.next() => match change {
                    Some(Ok(Change { session_id })) => self.note(session_id),
                    // Too many to tell one by one.
                    Some(Err(broadcast::error::RecvError::Lagged(_))) => self.note(None),
                    Some(Err(broadcast::error::RecvError::Closed)) | None => return Some((close_code::AWAY, "the server is ending")),
                },
                goodbye = &mut ending => return Some(goodbye),
                _ = heartbeat.tick() => {
                    if heard.elapsed() > self.limits.silence {
                        return Some((close_code::POLICY, "no sign of life"));
                    }
                    // A full queue says by itself whether the client lives.
                    if let Err(mpsc::error::TrySendError::Closed(_)) = self.queue.try_send(Message::Ping(Default::default())) {
                        return None;
                    }
                }
            }
        }
    }

    /// Whether something waits for room in the queue.
    fn has_more(&self) -> bool {
        !self.replies.is_empty() || (self.changed.is_some() && !self.rests) || self.waiting.is_some()
    }

    /// The next that is sent. What the client asked for goes before what it follows: it is told that a message was accepted before it hears the answer.
    fn next_message(&mut self) -> Option<Message> {
        if let Some(reply) = self.replies.pop_front() {
            return Some(reply);
        }
        match self.changed.take_if(|_| !self.rests) {
            Some(session_id) => {
                self.rests = true;
                frame(&ServerMessage::Changed { session_id })
            }
            None => self.waiting.take(),
        }
    }

    /// Remembers that something changed, in one message however much it is until it can be told.
    fn note(&mut self, session_id: Option<String>) {
        let is_new = self.changed.as_ref().is_none_or(|before| *before == session_id);
        self.changed = Some(session_id.filter(|_| is_new));
    }

    /// The last that this side says, behind what it had to answer.
    async fn say_goodbye(&mut self, code: u16, reason: &'static str) -> Result<(), mpsc::error::SendError<Message>> {
        let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
        self.replies.push_back(close);
        while let Some(message) = self.replies.pop_front() {
            self.queue.send(message).await?;
        }
        Ok(())
    }

    /// Does what a message of the client asks for.
    async fn take(&mut self, text: &str) {
        if text.len() > MAXIMUM_FRAME {
            let message = format!(
                "This message is too long: with everything around it, it may have {} KB. It was not sent.",
                MAXIMUM_FRAME / 1024
            );
            return self.tell(&ServerMessage::Error { client_id: client_id(text), message });
        }
        let message = match serde_json::from_str::<ClientMessage>(text) {
            Ok(message) => message,
            Err(error) => {
                let message = format!("This message was not understood, and nothing was done: {error}.");
                return self.tell(&ServerMessage::Error { client_id: client_id(text), message });
            }
        };
        match message {
            ClientMessage::Hello { .. } => self.tell(&ServerMessage::Hello { version: VERSION }),
            ClientMessage::Ping => self.tell(&ServerMessage::Pong),
            ClientMessage::Send { client_id, session_id, text, model, search_history } => {
                let request = SendRequest { client_id: client_id.clone(), session_id, text, model };
                let accepted = self.chat.send_with(request, SendOptions { search_history }).await;
                self.answer(client_id, accepted)
            }
            ClientMessage::Regenerate { client_id, turn_id, model, search_history } => {
                let request = BranchRequest { client_id: client_id.clone(), turn_id, text: None, model };
                let accepted = self.chat.branch_with(request, SendOptions { search_history }).await;
                self.answer(client_id, accepted)
            }
            ClientMessage::Edit { client_id, turn_id, text, model, search_history } => {
                let request = BranchRequest { client_id: client_id.clone(), turn_id, text: Some(text), model };
                let accepted = self.chat.branch_with(request, SendOptions { search_history }).await;
                self.answer(client_id, accepted)
            }
            ClientMessage::Continue { client_id, turn_id } => {
                let accepted = self.chat.go_on(client_id.clone(), turn_id).await;
                self.answer(client_id, accepted)
            }
            ClientMessage::Switch { session_id, turn_id } => match self.chat.show_branch(turn_id).await {
                Ok(()) if self.following.contains_key(&session_id) => {}
                Ok(()) => self.tell(&ServerMessage::Branch { session_id, turn_id }),
                Err(error) => self.tell_error(None, &error),
            },
            ClientMessage::Typing { session_id } => {
                if self.following.contains_key(&session_id) {
                    self.chat.typing(self.who, &session_id);
                }
            }
            ClientMessage::Follow { session_id, turn_id, after } => {
                if self.following.len() >= self.limits.follows && !self.following.contains_key(&session_id) {
                    let message = format!("At most {} conversations can be followed at a time.", self.limits.follows);
                    return self.tell(&ServerMessage::Error { client_id: None, message });
                }
                self.follow(session_id, turn_id, after);
            }
            ClientMessage::Unfollow { session_id } => self.unfollow(&session_id),
            ClientMessage::Stop { session_id } => {
                if let Err(error) = self.chat.stop(&session_id).await {
                    self.tell_error(None, &error);
                }
            }
        }
    }

    /// Answers a message that asked for an answer, and follows it.
    fn answer(&mut self, client_id: String, accepted: Result<Accepted, Error>) {
        let accepted = match accepted {
            Ok(accepted) => accepted,
            Err(error) => return self.tell_error(Some(client_id), &error),
        };
        if self.answered.len() == REMEMBERED_ANSWERS {
            self.answered.pop_front();
        }
        self.answered.push_back(client_id);
        let (session_id, turn_id, after) = (accepted.session_id.clone(), accepted.turn_id, accepted.after);
        self.tell(&accepted.into());
        if !self.following.contains_key(&session_id) && self.following.len() < self.limits.follows {
            self.follow(session_id, Some(turn_id), after);
        }
    }

    fn follow(&mut self, session_id: String, turn_id: Option<i64>, after: u64) {
        self.last_follow += 1;
        let follow = self.last_follow;
        let messages = self.chat.follow_as(self.who, &session_id, turn_id, after);
        let (messages, handle) = stream::abortable(followed(messages, follow));
        self.streams.push(messages.boxed());
        if let Some((_, before)) = self.following.insert(session_id, (follow, handle)) {
            before.abort();
        }
    }

    fn unfollow(&mut self, session_id: &str) {
        if let Some((_, handle)) = self.following.remove(session_id) {
            handle.abort();
        }
    }

    /// Hands on what followed conversations say, this and what else they have to say now, up to [`AT_ONCE`] messages or as long as there is
    /// room: a fast answer need not come back for each piece of it.
    fn pass_on_all(&mut self, first: Followed) {
        self.pass_on(first);
        for _ in 1..AT_ONCE {
            if self.waiting.is_some() {
                break;
            }
            // Those who have nothing to say now are asked again, and wake this task, when it waits for all of them.
            let Some(Some(followed)) = self.streams.next().now_or_never() else { break };
            self.pass_on(followed);
        }
    }

    /// Hands on what a followed conversation says, behind all that waits already.
    fn pass_on(&mut self, Followed { follow, message }: Followed) {
        let message = match message {
            None => {
                self.following.retain(|_, (number, _)| *number != follow);
                return;
            }
            Some(ServerMessage::Accepted { client_id, .. }) if self.forget_answer(&client_id) => return,
            Some(message) => message,
        };
        let Some(frame) = frame(&message) else { return };
        self.waiting = if self.has_more() {
            Some(frame)
        } else {
            // A queue that is closed is noticed where room in it is waited for.
            self.queue.try_send(frame).err().map(mpsc::error::TrySendError::into_inner)
        };
    }

    fn forget_answer(&mut self, client_id: &str) -> bool {
        let position = self.answered.iter().position(|answered| answered == client_id);
        position.and_then(|position| self.answered.remove(position)).is_some()
    }

    fn tell_error(&mut self, client_id: Option<String>, error: &Error) {
        if error.kind() == ErrorKind::Internal {
            tracing::error!(%error, "a message could not be taken");
        }
        self.tell(&ServerMessage::Error { client_id, message: error.message_for_people() });
    }

    /// Answers the client.
    fn tell(&mut self, message: &ServerMessage) {
        self.replies.extend(frame(message));
    }
}

fn frame(message: &ServerMessage) -> Option<Message> {
    match serde_json::to_string(message) {
        Ok(text) => Some(Message::text(text)),
        Err(error) => {
            tracing::error!(%error, "a message could not be written as JSON");
            None
        }
    }
}

fn followed(
    messages: impl Stream<Item = ServerMessage> + Send + 'static,
    follow: u64,
) -> impl Stream<Item = Followed> + Send {
    messages.map(Some).chain(stream::once(async { None })).map(move |message| Followed { follow, message })
}

/// The id of a message that is not taken, if it has one, so that the client knows which it was.
fn client_id(text: &str) -> Option<String> {
    let value = serde_json::from_str::<serde_json::Value>(text).ok()?;
    value.get("client_id")?.as_str().filter(|id| id.len() <= 64).map(str::to_owned)
}

fn goodbye_after(error: axum::Error) -> Option<Goodbye> {
    use tungstenite::Error::{Capacity, Protocol, Utf8};
    match error.into_inner().downcast_ref::<tungstenite::Error>() {
        Some(Capacity(_)) => Some((close_code::SIZE, "much too long a message")),
        Some(Utf8(_)) => Some((close_code::INVALID, "text frames are UTF-8")),
        Some(Protocol(_)) => Some((close_code::PROTOCOL, "not a valid websocket frame")),
        _ => None,
    }
}
