//! Answers under everything that can go wrong: connections that are cut, tabs that are closed, acknowledgements that are lost, a model server that
//! breaks off, and a server that is killed and started again. Each runs as a program of its own or over a real connection.

use crate::command_line::Folder;
use aios_chat::{Chat, Config, ListQuery};
use aios_model::TurnStatus;
use aios_protocol::socket::{ClientMessage, SUBPROTOCOL, ServerMessage, StreamEvent};
use futures::{SinkExt as _, StreamExt as _, stream};
use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

/// How many answers, for a long run.
const STREAMS: &str = "AIOS_CHAT_CHAOS_STREAMS";
/// Another build of the program than the one of the tests.
const PROGRAM: &str = "AIOS_CHAT_CHAOS_PROGRAM";
/// Clients at one time.
const AT_ONCE: usize = 32;
/// The server is killed once for so many answers.
const ANSWERS_PER_KILL: usize = 25;
/// The time between two pieces of an answer.
const SPACING: Duration = Duration::from_millis(3);

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// What the model answers to question `number`.
fn script(number: usize) -> Vec<String> {
    let mut dice = Dice(number as u64);
    let words = ["sea ", "wave\n", "波", "“quoted” ", "**bold** ", "\\ \u{0}\" ", "🌊🌊 ", "a"];
    (0..20 + dice.roll(60)).map(|piece| format!("{piece}{}", words[dice.roll(words.len())])).collect()
}

/// After how many pieces the model server breaks off, if it does.
fn break_off(number: usize) -> Option<usize> {
    number.is_multiple_of(7).then(|| Dice(number as u64 + 1).roll(20))
}

async fn model_server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            // A server that is killed takes its connections along.
            tokio::spawn(async move { drop(answer(connection).await) });
        }
    });
    address
}

async fn answer(connection: TcpStream) -> std::io::Result<()> {
    let mut connection = tokio::io::BufReader::new(connection);
    let (mut line, mut length, mut is_list) = (String::new(), 0, false);
    while connection.read_line(&mut line).await? > 2 {
        is_list |= line.starts_with("GET ");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    let mut connection = connection.into_inner();
    if is_list {
        let list = r#"{"data":[{"id":"scripted"}]}"#;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{list}", list.len());
        return connection.write_all(head.as_bytes()).await;
    }
    let request: serde_json::Value = serde_json::from_slice(&body)?;
    let question = request["messages"].as_array().and_then(|all| all.last()).unwrap();
    let number = question["content"].as_str().unwrap().parse().unwrap();
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n").await?;
    let mut spacing = tokio::time::interval(SPACING);
    for (piece, text) in script(number).into_iter().enumerate() {
        if break_off(number) == Some(piece) {
            return Ok(());
        }
        spacing.tick().await;
        let event = serde_json::json!({ "choices": [{ "index": 0, "delta": { "content": text } }] });
        connection.write_all(format!("data: {event}\n\n").as_bytes()).await?;
    }
    let end = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    connection.write_all(format!("data: {end}\n\ndata: [DONE]\n\n").as_bytes()).await
}

/// Starts the program and waits until it says where it is.
fn start(folder: &Folder, listen: &str, model: SocketAddr) -> (Child, SocketAddr) {
    let url = format!("http://{model}/v1");
    let mut program = std::env::var_os(PROGRAM).map_or_else(|| folder.program(), |program| folder.of(program));
    program.args(["serve", "--no-titles", "--listen", listen, "--open-ai-url", &url]).stdout(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("AI OS Chat is at http://")?.parse().ok()).unwrap();
    (child, address)
}

/// What a client has seen of its answer.
#[derive(Default)]
struct Seen {
    place: Option<(String, i64)>,
    text: String,
    sequence: u64,
    end: Option<(TurnStatus, u64)>,
}

/// How a connection ended.
enum Left {
    /// Nothing more is wanted.
    Done,
    /// It is to be tried again.
    Cut,
}

/// Asks a question and follows the answer, whatever happens, unless the tab is closed.
async fn client(number: usize, address: SocketAddr, events: &AtomicUsize) -> Seen {
    let mut dice = Dice(number as u64 + 1_000_000);
    let mut seen = Seen::default();
    while let Left::Cut = visit(number, address, &mut dice, &mut seen, events).await {
        // The server may be away just now.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    seen
}

/// One connection, up to its end or to a moment at which it is cut.
async fn visit(number: usize, address: SocketAddr, dice: &mut Dice, seen: &mut Seen, events: &AtomicUsize) -> Left {
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", SUBPROTOCOL.parse().unwrap());
    let Ok((mut socket, _)) = connect_async(request).await else { return Left::Cut };
    let follow = |place: &(String, i64), after| ClientMessage::Follow {
        session_id: place.0.clone(),
        turn_id: Some(place.1),
        after,
    };
    let first = match &seen.place {
        Some(place) => follow(place, seen.sequence),
        None => {
            let client_id = format!("message-{number}");
            ClientMessage::Send {
                client_id,
                session_id: None,
                text: number.to_string(),
                model: None,
                search_history: false,
            }
        }
    };
    // Sometimes twice: as by a client that is not sure.
    for _ in 0..=usize::from(dice.roll(4) == 0) {
        if socket.send(Message::text(serde_json::to_string(&first).unwrap())).await.is_err() {
            return Left::Cut;
        }
    }
    for _ in 0..1 + dice.roll(60) {
        let Some(Ok(message)) = socket.next().await else { return Left::Cut };
        let Message::Text(text) = message else { continue };
        match serde_json::from_str(&text).unwrap() {
            ServerMessage::Accepted { client_id, session_id, turn_id, .. }
                if client_id == format!("message-{number}") =>
            {
                if dice.roll(4) == 0 && seen.place.is_none() {
                    // The acknowledgement is lost.
                    return Left::Cut;
                }
                if seen.place.is_none() {
                    let place = (session_id, turn_id);
                    // The answer may be over by now.
                    let message = serde_json::to_string(&follow(&place, seen.sequence)).unwrap();
                    seen.place = Some(place);
                    if socket.send(Message::text(message)).await.is_err() {
                        return Left::Cut;
                    }
                }
            }
            ServerMessage::Event { sequence, event, .. } => {
                events.fetch_add(1, Ordering::Relaxed);
                assert!(sequence <= seen.sequence + 1, "{number}: {} is followed by {sequence}", seen.sequence);
                if sequence == seen.sequence + 1 {
                    seen.sequence = sequence;
                    if let StreamEvent::Text { delta } = event {
                        seen.text.push_str(&delta);
                    }
                }
            }
            ServerMessage::End { status, sequence, .. } => {
                seen.end = Some((status, sequence));
                return Left::Done;
            }
            _ => {}
        }
        // Some close the tab as soon as their message has arrived.
        if number.is_multiple_of(5) && seen.place.is_some() && dice.roll(10) == 0 {
            return Left::Done;
        }
    }
    Left::Cut
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_mixed_up_whatever_is_cut_closed_or_killed() {
    let streams = std::env::var(STREAMS).ok().and_then(|streams| streams.parse().ok()).unwrap_or(50usize);
    let folder = Folder::new();
    let model = model_server().await;
    let (mut server, address) = start(&folder, "127.0.0.1:0", model);
    let events = AtomicUsize::new(0);
    let clients = stream::iter(1..=streams).map(|number| client(number, address, &events)).buffer_unordered(AT_ONCE);
    tokio::pin!(clients);
    let mut seen = Vec::new();
    let (mut kills, mut dice) = (0, Dice(7));
    let mut kill_at = 100 + dice.roll(400);
    // One client after the other ends; the server is killed in between, in the middle of the answers of the others.
    while let Some(ended) = clients.next().await {
        seen.push(ended);
        if events.load(Ordering::Relaxed) >= kill_at && kills < streams / ANSWERS_PER_KILL {
            server.kill().unwrap();
            server.wait().unwrap();
            (server, _) = start(&folder, &address.to_string(), model);
            kills += 1;
            kill_at = events.load(Ordering::Relaxed) + 200 + dice.roll(400);
        }
    }
    assert!(kills > 0, "the server was never killed");

    // Once more, so that what nobody watched has an end as well.
    server.kill().unwrap();
    server.wait().unwrap();
    let chat = Chat::open(Config { data: folder.path("data"), ..Config::default() }).unwrap();
    let mut stored = HashMap::new();
    let mut query = ListQuery { limit: 1000, ..ListQuery::default() };
    loop {
        let page = chat.list(query.clone()).await.unwrap();
        for line in page.conversations {
            for turn in chat.get(&line.session_id, None).await.unwrap().turns {
                let twice = stored.insert(turn.user_message.parse::<usize>().unwrap(), turn);
                assert!(twice.is_none(), "said twice: {twice:?}");
            }
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(stored.len(), streams, "each message is there");
    let mut counts: HashMap<TurnStatus, usize> = HashMap::new();
    for (number, turn) in &stored {
        let whole = script(*number).concat();
        match turn.status {
            TurnStatus::Complete => assert_eq!(turn.assistant_message, whole, "{number}"),
            TurnStatus::Interrupted | TurnStatus::Failed => {
                assert!(whole.starts_with(&turn.assistant_message), "{number}: {:?}", turn.assistant_message);
            }
            other => panic!("{number} is {other:?}"),
        }
        *counts.entry(turn.status).or_default() += 1;
    }
    let mut closed = 0;
    for seen in seen {
        let (_, turn_id) = seen.place.unwrap();
        let (number, turn) = stored.iter().find(|(_, turn)| turn.id == turn_id).unwrap();
        assert!(script(*number).concat().starts_with(&seen.text), "{number}: {:?}", seen.text);
        match seen.end {
            // Who saw as much as there is saw the same.
            Some((_, sequence)) if sequence == seen.sequence => assert_eq!(seen.text, turn.assistant_message),
            // A crash may cost what was not written down yet, but never of a whole answer.
            Some((status, _)) => assert_eq!(status, TurnStatus::Interrupted, "{number}"),
            None => closed += 1,
        }
    }
    println!(
        "{streams} answers, {kills} kills, {closed} tabs closed, {} events: {counts:?}",
        events.load(Ordering::Relaxed)
    );
}
