//! The websocket of AI OS's own clients.

use super::{FAILS, PIECES, Writer};
use crate::support::Served;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use server::{guard::hosts::AllowedHosts, socket::Limits};
use std::{future::IntoFuture as _, net::SocketAddr, sync::Arc};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

async fn listening() -> (Served, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hosts = AllowedHosts::new(address, Vec::new());
    let served = Served::answered_by(Arc::new(Writer), hosts, Limits::default());
    tokio::spawn(axum::serve(listener, served.router.clone()).into_future());
    (served, address)
}

async fn connect(address: SocketAddr) -> Client {
    Client(connect_async(format!("ws://{address}/ws")).await.unwrap().0)
}

impl Client {
    async fn say(&mut self, frame: Value) {
        self.say_text(&frame.to_string()).await;
    }

    async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next frame that is not of the transport.
    async fn hear(&mut self) -> Value {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// All frames up to one of this type.
    async fn hear_until(&mut self, kind: &str) -> Vec<Value> {
        let mut frames = Vec::new();
        while frames.last().is_none_or(|frame: &Value| frame["type"] != kind) {
            frames.push(self.hear().await);
        }
        frames
    }
}

#[tokio::test]
async fn an_answer_keeps_its_lines_and_has_the_id_that_the_history_gives_it() {
    let (served, address) = listening().await;
    let mut client = connect(address).await;
    client.say(json!({"type": "chat_message", "content": "  ", "provider": "test", "model": "writer"})).await;
    let frame =
        json!({"type": "chat_message", "content": "Why?", "model": "test/writer", "endpoint": "http://127.0.0.1:1"});
    client.say(frame).await;
    let frames = client.hear_until("agent_typing_stop").await;
    assert_eq!(frames[0], json!({"type": "agent_typing_start"}));
    assert_eq!(frames[1], json!({"type": "tool_executing", "tool": "look", "action": "up", "round": 1}));
    assert_eq!(frames[2], json!({"type": "tool_result", "tool": "look", "action": "up", "success": true, "round": 1}));
    let chunks: Vec<_> = frames.iter().filter(|frame| frame["type"] == "agent_response_chunk").collect();
    let last = chunks.last().unwrap();
    assert_eq!((last["content"].as_str(), last["is_final"].as_bool()), (Some(PIECES.concat().as_str()), Some(true)));
    for pair in chunks.windows(2) {
        let (before, after) = (pair[0]["content"].as_str().unwrap(), pair[1]["content"].as_str().unwrap());
        assert!(
            after.starts_with(before) && pair[0]["is_final"] == false && pair[0]["message_id"] == pair[1]["message_id"]
        );
    }
    let history = served.get("/api/chat/history", &[("host", &address.to_string())]).await;
    let history: Value = serde_json::from_str(&history.body).unwrap();
    assert_eq!(history.as_array().unwrap().len(), 2, "a blank message is none");
    assert_eq!((&history[1]["id"], &history[1]["content"]), (&last["message_id"], &last["content"]));
}

#[tokio::test]
async fn a_socket_that_names_a_conversation_stays_in_it() {
    let (served, address) = listening().await;
    let mut client = connect(address).await;
    client.say(json!({"type": "chat_message", "content": "one", "session_id": "mine"})).await;
    client.hear_until("agent_typing_stop").await;
    client.say(json!({"type": "chat_message", "content": "two"})).await;
    client.hear_until("agent_typing_stop").await;
    assert_eq!(served.chat.get("mine", None).await.unwrap().turns.len(), 2);
    assert_eq!(served.chat.list(Default::default()).await.unwrap().conversations.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_in_the_words_that_clients_know() {
    let (_served, address) = listening().await;
    let mut client = connect(address).await;
    for text in ["{", "[]", "null", r#"{"type":"chat_message","content":1}"#] {
        client.say_text(text).await;
        assert_eq!(client.hear().await, json!({"type": "error", "content": "Invalid message format"}), "{text}");
    }
    client.say(json!({"type": "something_else"})).await;
    client.say(json!({"type": "ping"})).await;
    assert_eq!(client.hear().await, json!({"type": "pong"}));
    for frame in [
        json!({"type": "chat_message", "content": "a", "model": "no/such"}),
        json!({"type": "chat_message", "content": FAILS, "model": "test/writer"}),
    ] {
        client.say(frame).await;
        let last = client.hear_until("error").await.pop().unwrap();
        assert_eq!(last["content"], "Sorry, I encountered an error processing your message.");
        assert!(last["detail"].as_str().unwrap().len() > 10);
    }
}

#[tokio::test]
async fn who_types_is_told_to_the_others_only() {
    let (_served, address) = listening().await;
    let (mut one, mut other) = (connect(address).await, connect(address).await);
    // Both are served once they are answered.
    for client in [&mut one, &mut other] {
        client.say(json!({"type": "ping"})).await;
        client.hear().await;
    }
    one.say(json!({"type": "typing_start"})).await;
    one.say(json!({"type": "typing_stop"})).await;
    let (start, stop) = (other.hear().await, other.hear().await);
    assert_eq!((start["type"].as_str(), stop["type"].as_str()), (Some("user_typing"), Some("user_typing_stop")));
    assert_eq!(start["client_id"], stop["client_id"]);
    one.say(json!({"type": "ping"})).await;
    assert_eq!(one.hear().await["type"], "pong");
}

#[tokio::test]
async fn the_fifty_first_is_told_to_try_again_later() {
    let (_served, address) = listening().await;
    let mut clients = Vec::new();
    for _ in 0..50 {
        clients.push(connect(address).await);
    }
    match connect(address).await.0.next().await.unwrap().unwrap() {
        Message::Close(Some(frame)) => {
            assert_eq!((u16::from(frame.code), frame.reason.as_str()), (1013, "Too many connections"));
        }
        other => panic!("{other:?}"),
    }
}
