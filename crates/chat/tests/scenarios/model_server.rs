//! A model server that says what the test tells it to.

use aios_chat::agent::AgentEvent;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

/// A model server that answers one request with these bytes, in these pieces, closes, and gives back what it was asked.
pub async fn server(pieces: Vec<Vec<u8>>) -> (String, JoinHandle<String>) {
    let (address, served) = servers(vec![pieces]).await;
    let first = async { served.await.unwrap().remove(0) };
    (format!("{address}/v1"), tokio::spawn(first))
}

/// One that answers several requests, each on a connection of its own, one after the other.
pub async fn servers(answers: Vec<Vec<Vec<u8>>>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let mut requests = Vec::new();
        for pieces in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            requests.push(read_request(&mut socket).await);
            // Whoever has heard the end need not wait for the last chunk.
            for piece in pieces {
                let _ = socket.write_all(&piece).await;
            }
            let _ = socket.shutdown().await;
        }
        requests
    });
    (address, served)
}

/// The same server under an address that does not count as this machine, so that it is asked over shared connections; `None` where there is no IPv6.
pub fn as_from_afar(address: &str) -> Option<String> {
    std::net::TcpListener::bind("[::1]:0").ok()?;
    Some(address.replace("127.0.0.1", "[::ffff:127.0.0.1]"))
}

pub async fn read_request(socket: &mut tokio::net::TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = socket.read(&mut buffer).await.unwrap();
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        assert!(count > 0, "the request is not whole");
    }
}

/// Each in a chunk of its own, as servers stream.
pub fn stream_of(events: &[&str]) -> Vec<Vec<u8>> {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n".to_vec();
    let chunk = |event: &&str| format!("{:x}\r\n{event}\r\n", event.len()).into_bytes();
    [head].into_iter().chain(events.iter().map(chunk)).collect()
}

pub fn whole(events: &[&str]) -> Vec<Vec<u8>> {
    let mut pieces = stream_of(events);
    pieces.push(b"0\r\n\r\n".to_vec());
    pieces
}

pub fn status(line: &str, headers: &str, body: &str) -> Vec<Vec<u8>> {
    vec![
        format!("HTTP/1.1 {line}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
            .into_bytes(),
    ]
}

/// The same, however the text was cut: what comes together may be one piece.
pub fn joined(events: Vec<AgentEvent>) -> Vec<AgentEvent> {
    let mut joined: Vec<AgentEvent> = Vec::new();
    for event in events {
        match (joined.last_mut(), event) {
            (Some(AgentEvent::Text(before)), AgentEvent::Text(more))
            | (Some(AgentEvent::Reasoning(before)), AgentEvent::Reasoning(more)) => before.push_str(&more),
            (_, event) => joined.push(event),
        }
    }
    joined
}
