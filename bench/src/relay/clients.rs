//! Those who ask: one directly at a server that speaks OpenAI's protocol, one over the relay's websocket.

use super::{Result, arrivals::Arrivals, programs::KEY, script::Plan};
use aios_protocol::socket::{ClientMessage, PATH, SUBPROTOCOL, ServerMessage, StreamEvent};
use futures::{SinkExt as _, StreamExt as _};
use std::{net::SocketAddr, time::Instant};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, protocol::WebSocketConfig},
};

/// Asks a model server, or a proxy before it, and reads the answer as it comes.
pub async fn direct(address: SocketAddr, plan: Plan) -> Result<Arrivals> {
    let mut connection = TcpStream::connect(address).await?;
    connection.set_nodelay(true)?;
    let body = plan.body().to_string();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(format!("{head}{body}").as_bytes()).await?;
    let mut arrivals = Arrivals::of(&plan);
    let (mut buffer, mut unread) = (vec![0; 16 * 1024], Vec::new());
    loop {
        let count = connection.read(&mut buffer).await?;
        let now = Instant::now();
        if count == 0 {
            return Err("the connection ended before the answer".into());
        }
        unread.extend_from_slice(&buffer[..count]);
        // Chunks end between events, so their lengths are lines of their own, which are no data.
        while let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = unread.drain(..=end).collect();
            let Some(data) = line.trim_ascii_end().strip_prefix(b"data: ") else {
                if line.starts_with(b"HTTP/1.1 ") && !line.starts_with(b"HTTP/1.1 200") {
                    return Err(format!("{address} says {}", String::from_utf8_lossy(&line)).into());
                }
                continue;
            };
            if data == b"[DONE]" {
                return Ok(arrivals);
            }
            let event: serde_json::Value = serde_json::from_slice(data)?;
            if let Some(piece) = event["choices"][0]["delta"]["content"].as_str() {
                arrivals.add(piece, now);
            }
        }
    }
}

/// A connection to a relay.
pub struct Relayed {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session_id: String,
    turn_id: i64,
    sequence: u64,
}

impl Relayed {
    /// Connects. Ten thousand of these are in one process: each reads little at a time.
    pub async fn connect(address: SocketAddr) -> Result<Relayed> {
        let mut request = format!("ws://{address}{PATH}").into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse()?);
        let connection = TcpStream::connect(address).await?;
        connection.set_nodelay(true)?;
        let config = WebSocketConfig::default().read_buffer_size(4 * 1024);
        let (socket, _) = client_async_with_config(request, MaybeTlsStream::Plain(connection), Some(config)).await?;
        Ok(Relayed { socket, session_id: String::new(), turn_id: 0, sequence: 0 })
    }

    async fn say(&mut self, message: &ClientMessage) -> Result<()> {
        Ok(self.socket.send(Message::text(serde_json::to_string(message)?)).await?)
    }

    async fn hear(&mut self) -> Result<Option<ServerMessage>> {
        match self.socket.next().await.ok_or("the connection ended")?? {
            Message::Text(text) => Ok(Some(serde_json::from_str(&text)?)),
            Message::Close(frame) => Err(format!("the connection was closed: {frame:?}").into()),
            _ => Ok(None),
        }
    }

    /// Asks, and waits until the question is stored.
    pub async fn ask(&mut self, plan: Plan) -> Result<()> {
        let message = ClientMessage::Send {
            client_id: format!("question-{}", plan.number),
            session_id: None,
            text: plan.question(),
            model: None,
            search_history: false,
        };
        self.say(&message).await?;
        loop {
            match self.hear().await? {
                Some(ServerMessage::Accepted { session_id, turn_id, .. }) => {
                    (self.session_id, self.turn_id, self.sequence) = (session_id, turn_id, 0);
                    return Ok(());
                }
                Some(ServerMessage::Error { message, .. }) => return Err(message.into()),
                _ => {}
            }
        }
    }

    /// The next piece of the answer and when it came; `None` at its end.
    ///
    /// # Errors
    /// If a number is missing, twice or out of order.
    pub async fn piece(&mut self) -> Result<Option<(String, Instant)>> {
        loop {
            let message = self.hear().await?;
            let now = Instant::now();
            match message {
                Some(ServerMessage::Event { turn_id, sequence, event, .. }) if turn_id == self.turn_id => {
                    if sequence != self.sequence + 1 {
                        return Err(format!("event {} is followed by {sequence}", self.sequence).into());
                    }
                    self.sequence = sequence;
                    if let StreamEvent::Text { delta } = event {
                        return Ok(Some((delta, now)));
                    }
                }
                Some(ServerMessage::End { turn_id, sequence, error, .. }) if turn_id == self.turn_id => {
                    return match error {
                        Some(error) => Err(error.into()),
                        None if sequence != self.sequence => {
                            Err(format!("the end is at {sequence}, and {} was heard", self.sequence).into())
                        }
                        None => Ok(None),
                    };
                }
                _ => {}
            }
        }
    }

    /// Reads the answer to its end.
    pub async fn read(&mut self, plan: &Plan) -> Result<Arrivals> {
        let mut arrivals = Arrivals::of(plan);
        while let Some((piece, now)) = self.piece().await? {
            arrivals.add(&piece, now);
        }
        Ok(arrivals)
    }

    /// Stops the answer.
    pub async fn stop(&mut self) -> Result<()> {
        self.say(&ClientMessage::Stop { session_id: self.session_id.clone() }).await
    }

    /// Answers what the server asks for signs of life until it has asked `pings` times, then goes on in the background until the program ends.
    pub async fn idle(mut self, pings: usize) -> Result<()> {
        let mut heard = 0;
        while heard < pings {
            match self.socket.next().await.ok_or("the connection ended")?? {
                Message::Ping(_) => heard += 1,
                Message::Close(frame) => return Err(format!("an idle connection was closed: {frame:?}").into()),
                _ => {}
            }
        }
        tokio::spawn(async move { while self.socket.next().await.is_some_and(|message| message.is_ok()) {} });
        Ok(())
    }
}
