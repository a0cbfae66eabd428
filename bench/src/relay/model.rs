//! A model server that says what it is asked to say, and notes when. It runs in the same process as those who ask, so that there is one clock.

use super::script::{self, Plan};
use serde_json::json;
use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf},
    sync::Notify,
    time::{MissedTickBehavior, interval_at},
};

/// Without spacing, so many bytes leave at a time: as from a server that is faster than those who read.
const PIECE: usize = 8 * 1024;

/// When each token of each answer left.
#[derive(Default)]
pub struct Notes {
    sent: Mutex<HashMap<u64, Vec<Instant>>>,
    left: Mutex<HashMap<u64, Instant>>,
    /// Told of each that is new in `left`.
    leaves: Notify,
}

impl Notes {
    /// When the tokens of an answer left, taken out of the notes. The answer has to be over.
    pub fn sent(&self, number: u64) -> Vec<Instant> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).remove(&number).unwrap_or_default()
    }

    /// When whoever asked went away in the middle of the answer; waits until it is so.
    pub async fn left(&self, number: u64) -> Instant {
        loop {
            let next = self.leaves.notified();
            if let Some(left) = self.left.lock().unwrap_or_else(PoisonError::into_inner).remove(&number) {
                return left;
            }
            next.await;
        }
    }
}

/// Serves on a free port of this machine, as long as the program runs.
pub async fn serve() -> io::Result<(SocketAddr, Arc<Notes>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let notes = Arc::new(Notes::default());
    let noting = notes.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let notes = noting.clone();
            // Whoever went away needs no answer.
            tokio::spawn(async move { drop(converse(connection, &notes).await) });
        }
    });
    Ok((address, notes))
}

/// Answers one request after the other.
async fn converse(connection: TcpStream, notes: &Notes) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let (read, mut write) = connection.into_split();
    let mut read = BufReader::with_capacity(1024, read);
    loop {
        let (mut line, mut length, mut is_list) = (String::new(), 0, false);
        while read.read_line(&mut line).await? > 2 {
            is_list |= line.starts_with("GET ");
            let value = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            length = value.and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(length);
            line.clear();
        }
        if line.is_empty() {
            return Ok(());
        }
        let mut body = vec![0; length];
        read.read_exact(&mut body).await?;
        if is_list {
            let list = r#"{"object":"list","data":[{"id":"scripted","object":"model"}]}"#;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json";
            write.write_all(format!("{head}\r\ncontent-length: {}\r\n\r\n{list}", list.len()).as_bytes()).await?;
            continue;
        }
        let request: serde_json::Value = serde_json::from_slice(&body)?;
        let question = request["messages"].as_array().and_then(|all| all.last()).map(|last| &last["content"]);
        let plan = question.and_then(serde_json::Value::as_str).and_then(Plan::read);
        let plan = plan.ok_or_else(|| io::Error::other("a question that is no plan"))?;
        write
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            .await?;
        let mut sent = Vec::new();
        let pieces = plan.words().map(|word| chunk(&script::event(&json!({ "content": word }), None)));
        if plan.spacing.is_zero() {
            let mut waiting = String::new();
            for piece in pieces {
                waiting.push_str(&piece);
                if waiting.len() >= PIECE {
                    write.write_all(waiting.as_bytes()).await?;
                    waiting.clear();
                }
            }
            write.write_all(waiting.as_bytes()).await?;
        } else {
            let mut spacing = interval_at(tokio::time::Instant::now() + plan.offset, plan.spacing);
            // A token that is late does not hurry the next ones.
            spacing.set_missed_tick_behavior(MissedTickBehavior::Delay);
            for piece in pieces {
                tokio::select! {
                    _ = spacing.tick() => {}
                    () = gone(&mut read) => {
                        let now = Instant::now();
                        notes.left.lock().unwrap_or_else(PoisonError::into_inner).insert(plan.number, now);
                        notes.leaves.notify_waiters();
                        return Ok(());
                    }
                }
                sent.push(Instant::now());
                write.write_all(piece.as_bytes()).await?;
            }
        }
        notes.sent.lock().unwrap_or_else(PoisonError::into_inner).insert(plan.number, sent);
        let end = script::event(&json!({}), Some("stop"));
        write.write_all(format!("{}{}0\r\n\r\n", chunk(&end), chunk("data: [DONE]\n\n")).as_bytes()).await?;
    }
}

/// Waits until the other side closes the connection; nothing else is expected of it.
async fn gone(read: &mut BufReader<OwnedReadHalf>) {
    if read.fill_buf().await.is_ok_and(|bytes| !bytes.is_empty()) {
        std::future::pending::<()>().await;
    }
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}
