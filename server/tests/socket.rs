//! The chat websocket through a real listener, answered by Recall.

use crate::support::{Served, THOUGHT};
use aios_chat::agent::{Agent, AgentError, AgentEvent, AgentRequest};
use aios_model::TurnStatus;
use aios_protocol::agents::AgentModel;
use aios_protocol::socket::{ClientMessage, MAXIMUM_FRAME, SUBPROTOCOL, ServerMessage, StreamEvent};
use futures::{
    FutureExt as _, SinkExt as _, StreamExt as _,
    future::{self, BoxFuture},
    stream::{self, BoxStream},
};
use server::{guard::hosts::AllowedHosts, socket::Limits};
use std::{future::IntoFuture as _, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async, connect_async,
    tungstenite::{
        Error, Message, client::IntoClientRequest as _, handshake::client::Response, protocol::frame::coding::CloseCode,
    },
};

struct Listening {
    served: Served,
    address: SocketAddr,
}

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

async fn listening(limits: Limits) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = Served::with(AllowedHosts::new(address, Vec::new()), limits);
    tokio::spawn(axum::serve(listener, served.router.clone()).into_future());
    Listening { served, address }
}

impl Listening {
    async fn try_connect(&self, protocol: Option<&str>, origin: Option<&str>) -> Result<(Client, Response), Error> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        for (name, value) in [("sec-websocket-protocol", protocol), ("origin", origin)] {
            if let Some(value) = value {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        connect_async(request).await.map(|(stream, response)| (Client(stream), response))
    }

    async fn connect(&self) -> Client {
        let own = format!("http://{}", self.address);
        self.try_connect(Some(SUBPROTOCOL), Some(&own)).await.unwrap().0
    }
}

impl Client {
    async fn say(&mut self, message: &ClientMessage) {
        self.say_text(&serde_json::to_string(message).unwrap()).await;
    }

    async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    async fn ask(&mut self, client_id: &str, session_id: Option<&str>, text: &str) {
        self.ask_model("recall", client_id, session_id, text).await;
    }

    async fn ask_model(&mut self, model: &str, client_id: &str, session_id: Option<&str>, text: &str) {
        let (client_id, session_id) = (client_id.to_owned(), session_id.map(str::to_owned));
        let (text, model) = (text.into(), Some(model.into()));
        self.say(&ClientMessage::Send { client_id, session_id, text, model, search_history: false }).await;
    }

    /// The next message of the server that is no news about the list or other readers.
    async fn hear(&mut self) -> ServerMessage {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => match serde_json::from_str(&text).unwrap() {
                    ServerMessage::Changed { .. } | ServerMessage::Presence { .. } => {}
                    message => return message,
                },
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Everything up to the end of the turn that is being answered, the end included.
    async fn hear_to_end(&mut self) -> Vec<ServerMessage> {
        let mut heard = Vec::new();
        loop {
            heard.push(self.hear().await);
            if matches!(heard.last(), Some(ServerMessage::End { .. })) {
                return heard;
            }
        }
    }

    /// The code with which the server ended the connection; whatever comes before is left out.
    async fn closed(&mut self) -> CloseCode {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code,
                Some(Ok(_)) => {}
                other => panic!("ended without a close frame: {other:?}"),
            }
        }
    }
}

fn text_of(heard: &[ServerMessage]) -> String {
    let delta = |message: &ServerMessage| match message {
        ServerMessage::Event { event: StreamEvent::Text { delta }, .. } => Some(delta.clone()),
        _ => None,
    };
    heard.iter().filter_map(delta).collect()
}

fn sequences(heard: &[ServerMessage]) -> Vec<u64> {
    let sequence = |message: &ServerMessage| match message {
        ServerMessage::Event { sequence, .. } => Some(*sequence),
        _ => None,
    };
    heard.iter().filter_map(sequence).collect()
}

#[tokio::test]
async fn a_message_is_accepted_answered_in_order_and_stored() {
    let host = listening(Limits::default()).await;
    host.served.chat.add_turn("earlier", "Where do puffins nest?", "In burrows on sea cliffs.").await.unwrap();
    let mut client = host.connect().await;
    client.ask("m1", None, "puffins").await;
    let heard = client.hear_to_end().await;
    let ServerMessage::Accepted { client_id, session_id, turn_id, text, .. } = &heard[0] else {
        panic!("{:?}", heard[0])
    };
    assert_eq!((client_id.as_str(), text.as_str()), ("m1", "puffins"));
    assert_eq!(heard.iter().filter(|message| matches!(message, ServerMessage::Accepted { .. })).count(), 1);
    let sequences = sequences(&heard);
    assert_eq!(sequences, (1..=sequences.len() as u64).collect::<Vec<_>>());
    assert!(text_of(&heard).contains("puffins"), "{}", text_of(&heard));
    let stored = host.served.chat.get(session_id, None).await.unwrap();
    assert_eq!((stored.turns[0].id, stored.turns[0].assistant_message.as_str()), (*turn_id, text_of(&heard).as_str()));
}

#[tokio::test]
async fn sending_again_is_sending_once() {
    let host = listening(Limits::default()).await;
    let mut client = host.connect().await;
    client.ask("m1", None, "anything").await;
    let heard = client.hear_to_end().await;
    client.ask("m1", None, "anything").await;
    let again = client.hear().await;
    assert_eq!(again, heard[0]);
    let ServerMessage::Accepted { session_id, .. } = again else { panic!("{again:?}") };
    assert_eq!(host.served.chat.get(&session_id, None).await.unwrap().turns.len(), 1);
}

#[tokio::test]
async fn who_comes_back_gets_what_came_after_the_last_event_it_saw() {
    let host = listening(Limits::default()).await;
    host.served.chat.add_turn("earlier", "Where do puffins nest?", "In burrows on sea cliffs.").await.unwrap();
    let mut first = host.connect().await;
    first.ask("m1", None, "puffins").await;
    let heard = first.hear_to_end().await;
    let ServerMessage::Accepted { session_id, turn_id, .. } = heard[0].clone() else { panic!("{:?}", heard[0]) };
    drop(first);
    let mut second = host.connect().await;
    second.say(&ClientMessage::Follow { session_id, turn_id: Some(turn_id), after: 1 }).await;
    let rest = second.hear_to_end().await;
    assert_eq!(sequences(&rest), sequences(&heard)[1..]);
    assert_eq!(rest.last(), heard.last());
}

#[tokio::test]
async fn an_answer_goes_on_without_its_reader_and_is_stopped_from_elsewhere() {
    let host = listening(Limits::default()).await;
    let mut first = host.connect().await;
    first.ask_model("test/thinker", "m1", None, "Hm?").await;
    let ServerMessage::Accepted { session_id, turn_id, .. } = first.hear().await else { panic!("not accepted") };
    let heard = first.hear().await;
    assert_eq!(text_of(std::slice::from_ref(&heard)), THOUGHT);
    drop(first);
    let mut second = host.connect().await;
    second.say(&ClientMessage::Follow { session_id: session_id.clone(), turn_id: None, after: 0 }).await;
    assert!(matches!(second.hear().await, ServerMessage::Accepted { client_id, .. } if client_id == "m1"));
    assert_eq!(second.hear().await, heard);
    second.say(&ClientMessage::Stop { session_id: session_id.clone() }).await;
    let end = second.hear().await;
    assert!(
        matches!(end, ServerMessage::End { status: TurnStatus::Stopped, turn_id: ended, .. } if ended == turn_id),
        "{end:?}"
    );
    let stored = host.served.chat.get(&session_id, None).await.unwrap();
    assert_eq!((stored.turns[0].assistant_message.as_str(), stored.turns[0].status), (THOUGHT, TurnStatus::Stopped));
}

#[tokio::test]
async fn everyone_who_follows_hears_it_and_who_unfollowed_does_not() {
    let host = listening(Limits::default()).await;
    let session_id = host.served.chat.create(None).await.unwrap();
    let (mut writer, mut follower, mut left) = (host.connect().await, host.connect().await, host.connect().await);
    for client in [&mut follower, &mut left] {
        client.say(&ClientMessage::Follow { session_id: session_id.clone(), turn_id: None, after: 0 }).await;
    }
    left.say(&ClientMessage::Unfollow { session_id: session_id.clone() }).await;
    // Messages are taken in order: whoever has its answer to a later one has been heard before.
    for client in [&mut follower, &mut left] {
        client.say(&ClientMessage::Ping).await;
        assert_eq!(client.hear().await, ServerMessage::Pong);
    }
    writer.ask("m1", Some(&session_id), "anything").await;
    let heard = writer.hear_to_end().await;
    assert_eq!(follower.hear_to_end().await, heard);
    left.say(&ClientMessage::Ping).await;
    assert_eq!(left.hear().await, ServerMessage::Pong);
}

#[tokio::test]
async fn a_change_of_the_history_is_told() {
    let host = listening(Limits::default()).await;
    let mut client = host.connect().await;
    client.say(&ClientMessage::Ping).await;
    assert_eq!(client.hear().await, ServerMessage::Pong);
    let session_id = host.served.chat.create(None).await.unwrap();
    let Some(Ok(Message::Text(text))) = client.0.next().await else { panic!("nothing was told") };
    assert_eq!(
        serde_json::from_str::<ServerMessage>(&text).unwrap(),
        ServerMessage::Changed { session_id: Some(session_id) }
    );
}

/// Says more than fits between a server and a client that does not read, and never comes to an end.
struct Talker;

impl Agent for Talker {
    fn models(&self) -> BoxFuture<'_, Result<Vec<AgentModel>, AgentError>> {
        let (id, name, provider) = ("test/talker".into(), "Talker".into(), "test".into());
        future::ready(Ok(vec![AgentModel { id, name, provider, description: None, context_length: None }])).boxed()
    }

    fn answer(&self, _: AgentRequest) -> BoxStream<'static, AgentEvent> {
        let pieces = (0..7).map(|_| AgentEvent::Text("x".repeat(1024 * 1024)));
        stream::iter(pieces).chain(stream::pending()).boxed()
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_can_stop_what_it_is_sent_whatever_else_changes() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let patience = Duration::from_secs(3600);
    let limits = Limits { queue: 2, write: patience, silence: patience, ..Limits::default() };
    let served = Served::answered_by(Arc::new(Talker), AllowedHosts::new(address, Vec::new()), limits);
    tokio::spawn(axum::serve(listener, served.router.clone()).into_future());
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
    let stream = MaybeTlsStream::Plain(socket.connect(address).await.unwrap());
    let mut client = Client(client_async(request, stream).await.unwrap().0);
    client.ask_model("test/talker", "m1", None, "Well?").await;
    let ServerMessage::Accepted { session_id, turn_id, .. } = client.hear().await else { panic!("not accepted") };
    // From here on it reads nothing. The answer is there, and things change.
    while served.chat.get(&session_id, None).await.unwrap().turns[0].assistant_message.len() < 7 * 1024 * 1024 {
        served.chat.create(None).await.unwrap();
    }
    client.say(&ClientMessage::Ping).await;
    client.say(&ClientMessage::Stop { session_id: session_id.clone() }).await;
    while served.chat.get(&session_id, None).await.unwrap().turns[0].status != TurnStatus::Stopped {
        served.chat.create(None).await.unwrap();
    }
    // Nothing was lost by it.
    let heard = client.hear_to_end().await;
    assert!(heard.contains(&ServerMessage::Pong));
    assert_eq!(text_of(&heard).len(), 7 * 1024 * 1024);
    assert!(matches!(heard.last(), Some(ServerMessage::End { turn_id: ended, .. }) if *ended == turn_id));
}

#[tokio::test]
async fn what_cannot_be_taken_is_answered_with_a_sentence_and_the_connection_stays() {
    let host = listening(Limits::default()).await;
    let mut client = host.connect().await;
    for (sent, id) in [
        ("no json", None),
        (r#"{"type":"unheard_of","client_id":"m1"}"#, Some("m1")),
        (r#"{"type":"send","client_id":"m2","text":"  "}"#, Some("m2")),
        (r#"{"type":"send","client_id":"m3","session_id":"none","text":"x"}"#, Some("m3")),
    ] {
        client.say_text(sent).await;
        let ServerMessage::Error { client_id, message } = client.hear().await else { panic!("{sent}") };
        assert_eq!(client_id.as_deref(), id, "{sent}");
        assert!(message.ends_with('.'), "{message}");
    }
    client.say(&ClientMessage::Stop { session_id: "none".into() }).await;
    client.say(&ClientMessage::Ping).await;
    assert_eq!(client.hear().await, ServerMessage::Pong);
}

#[tokio::test]
async fn no_more_is_followed_than_the_limit() {
    let host = listening(Limits { follows: 2, ..Limits::default() }).await;
    let mut client = host.connect().await;
    for session_id in ["a", "b", "a", "c"] {
        client.say(&ClientMessage::Follow { session_id: session_id.into(), turn_id: None, after: 0 }).await;
    }
    let answer = client.hear().await;
    assert!(matches!(&answer, ServerMessage::Error { message, .. } if message.contains("At most 2")), "{answer:?}");
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_answered_with_a_sentence() {
    let host = listening(Limits::default()).await;
    let mut client = host.connect().await;
    client.ask("m1", None, &"x".repeat(MAXIMUM_FRAME)).await;
    let answer = client.hear().await;
    let ServerMessage::Error { client_id, message } = &answer else { panic!("{answer:?}") };
    assert_eq!(client_id.as_deref(), Some("m1"));
    assert!(message.contains("64 KB"), "{message}");
    client.ask("m2", None, &"x".repeat(MAXIMUM_FRAME - 200)).await;
    assert!(matches!(client.hear().await, ServerMessage::Accepted { .. }));
}

#[tokio::test]
async fn a_frame_far_beyond_the_limit_ends_the_connection() {
    let host = listening(Limits::default()).await;
    let mut client = host.connect().await;
    // The server ends it as soon as it has read the length, so sending may fail, and the close frame may be lost with what was not read.
    let _ = client.0.send(Message::text("x".repeat(32 * MAXIMUM_FRAME))).await;
    while let Some(Ok(message)) = client.0.next().await {
        assert!(matches!(&message, Message::Close(Some(frame)) if frame.code == CloseCode::Size), "{message:?}");
    }
    assert!(host.served.chat.list(Default::default()).await.unwrap().conversations.is_empty());
}

#[tokio::test]
async fn a_binary_frame_ends_the_connection() {
    let host = listening(Limits::default()).await;
    let mut client = host.connect().await;
    client.0.send(Message::binary(vec![1])).await.unwrap();
    assert_eq!(client.closed().await, CloseCode::Unsupported);
}

#[tokio::test]
async fn a_client_without_a_sign_of_life_is_let_go() {
    let (ping, silence) = (Duration::from_millis(20), Duration::from_millis(100));
    let host = listening(Limits { ping, silence, write: silence, ..Limits::default() }).await;
    // The library would answer pings by itself, so this client goes without.
    let mut raw = TcpStream::connect(host.address).await.unwrap();
    let handshake = format!(
        "GET /ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n",
        host.address
    );
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    raw.write_all(handshake.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    raw.read_to_end(&mut received).await.unwrap();
    let reason = b"no sign of life";
    assert!(received.windows(reason.len()).any(|part| part == reason));
}

#[tokio::test]
async fn with_another_subprotocol_it_says_which_it_speaks() {
    let host = listening(Limits::default()).await;
    let Err(Error::Http(response)) = host.try_connect(Some("aios-chat.v0"), None).await else { panic!("it was taken") };
    assert_eq!(response.status(), 426);
    let body = String::from_utf8(response.into_body().unwrap_or_default()).unwrap();
    assert!(body.contains("aios-chat.v1"), "{body}");
    let plain = host.served.get("/ws", &[("host", &host.address.to_string())]).await;
    assert_eq!(plain.status, 426);
    assert!(plain.body.contains("aios-chat.v1"), "{}", plain.body);
}

#[tokio::test]
async fn another_site_gets_no_websocket_and_a_program_does() {
    let host = listening(Limits::default()).await;
    let Err(Error::Http(response)) = host.try_connect(Some(SUBPROTOCOL), Some("http://evil.example")).await else {
        panic!("another site was taken")
    };
    assert_eq!(response.status(), 403);
    let (_client, response) = host.try_connect(Some(SUBPROTOCOL), None).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], SUBPROTOCOL);
}

#[tokio::test]
async fn there_are_no_more_connections_than_the_limit_and_places_come_free() {
    let host = listening(Limits { connections: 1, ..Limits::default() }).await;
    let mut first = host.connect().await;
    let Err(Error::Http(response)) = host.try_connect(Some(SUBPROTOCOL), None).await else { panic!("two were taken") };
    assert_eq!(response.status(), 503);
    first.0.close(None).await.unwrap();
    while first.0.next().await.is_some() {}
    while host.try_connect(Some(SUBPROTOCOL), None).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn when_the_server_ends_it_says_goodbye() {
    let host = listening(Limits::default()).await;
    let mut client = host.connect().await;
    client.say(&ClientMessage::Ping).await;
    assert_eq!(client.hear().await, ServerMessage::Pong);
    host.served.end.send_replace(true);
    assert_eq!(client.closed().await, CloseCode::Away);
}
