//! How many tokens a core relays: ours, a bare echo of the same frames, and the same relay on Node.js.
//!
//! Counted by the time of the processor that the program used, so that it does not matter whether those who ask keep it busy all the time.
//! At this speed tokens come many at a time. Ours sends on as one message what came together; the echo and the relay on Node.js send a message a token.

use super::{Result, clients::Relayed, programs::Running, report::Report, script::Plan};
use aios_protocol::socket::{ServerMessage, StreamEvent};
use futures::{SinkExt as _, StreamExt as _, future::try_join_all};
use std::{net::SocketAddr, path::Path, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{accept_async, connect_async, tungstenite::Message};

/// What this program is called with to be an echo that writes each frame by itself, as a server that answers messages does.
pub const ECHO: &str = "echo";

/// What it is called with to be one that writes what is there at a time, as the example of tokio-tungstenite does.
pub const GATHERING_ECHO: &str = "gathering-echo";

/// Answers at one time.
const STREAMS: u64 = 50;

/// Tokens of each.
const TOKENS: usize = 20_000;

/// Frames that are sent to the echo at a time: about as many as the bytes that the model server sends at a time hold tokens.
const PIECE: usize = 32;

/// Where the relay on Node.js is, if it is to be compared with.
pub async fn measure(report: &mut Report, program: &Path, model: SocketAddr, node: Option<&Path>) -> Result<()> {
    let server = Running::ours(program, model, 1000)?;
    let ours = relayed(&server).await?;
    drop(server);
    report.note("at full speed: tokens a second and core", format!("{ours:.0}"));
    let bare = echoed(&Running::echo(ECHO)?).await?;
    let part = ours / bare;
    report.goal("… of a bare echo", format!("{:.0} % of {bare:.0}", part * 100.0), "at least 60 %", part >= 0.6);
    let gathering = echoed(&Running::echo(GATHERING_ECHO)?).await?;
    report.note("… an echo that gathers what is there into one write", format!("{gathering:.0}"));
    if let Some(script) = node {
        let theirs = relayed(&Running::node(script, model)?).await?;
        let part = ours / theirs;
        report.goal("… of a relay on Node.js", format!("{part:.1} times {theirs:.0}"), "at least 5 times", part >= 5.0);
    }
    Ok(())
}

/// Tokens a second of the processor, through a relay.
async fn relayed(server: &Running) -> Result<f64> {
    // Once for less, so that what is only done at first is done.
    ask_all(server.address, 1_000_000, TOKENS / 10).await?;
    let before = server.used()?.time;
    ask_all(server.address, 2_000_000, TOKENS).await?;
    rate(server.used()?.time - before)
}

async fn ask_all(address: SocketAddr, first: u64, tokens: usize) -> Result<()> {
    let answers = (0..STREAMS).map(|stream| async move {
        let plan = Plan { number: first + 2 * stream, tokens, spacing: Duration::ZERO, offset: Duration::ZERO };
        let mut relayed = Relayed::connect(address).await?;
        relayed.ask(plan).await?;
        let whole = relayed.read(&plan).await?.is_whole(&plan);
        if whole { Ok::<_, super::Error>(()) } else { Err("an answer is not what the model said".into()) }
    });
    try_join_all(answers).await.map(drop)
}

/// Frames a second of the processor, of the size of ours.
async fn echoed(echo: &Running) -> Result<f64> {
    let before = echo.used()?.time;
    let clients = (0..STREAMS).map(|stream| echo_all(echo.address, stream));
    try_join_all(clients).await?;
    rate(echo.used()?.time - before)
}

async fn echo_all(address: SocketAddr, stream: u64) -> Result<()> {
    let plan = Plan { number: 2 * stream, tokens: TOKENS, spacing: Duration::ZERO, offset: Duration::ZERO };
    let (socket, _) = connect_async(format!("ws://{address}")).await?;
    let (mut sink, mut stream) = socket.split();
    let sending = async {
        for (sequence, word) in plan.words().enumerate() {
            let message = ServerMessage::Event {
                session_id: "019a93c4-6b1e-7d4e-b0a5-3f2f1c9d8e70".into(),
                turn_id: 1000,
                sequence: sequence as u64 + 1,
                event: StreamEvent::Text { delta: word.into() },
            };
            sink.feed(Message::text(serde_json::to_string(&message)?)).await?;
            if sequence % PIECE == PIECE - 1 {
                sink.flush().await?;
            }
        }
        Ok::<_, super::Error>(sink.flush().await?)
    };
    let hearing = async {
        let mut heard = 0;
        while heard < TOKENS {
            let message = stream.next().await.ok_or("the echo ended")??;
            if let Message::Text(text) = message {
                serde_json::from_str::<ServerMessage>(&text)?;
                heard += 1;
            }
        }
        Ok(())
    };
    futures::future::try_join(sending, hearing).await.map(drop)
}

fn rate(used: Duration) -> Result<f64> {
    if used.is_zero() {
        return Err("no time of the processor was counted".into());
    }
    Ok(STREAMS as f64 * TOKENS as f64 / used.as_secs_f64())
}

/// An echo on tokio-tungstenite, and nothing else; it says where it is, and runs until it is killed.
pub async fn echo(gathers: bool) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("at http://{}", listener.local_addr()?);
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        tokio::spawn(async move { drop(reflect(connection, gathers).await) });
    }
}

async fn reflect(connection: TcpStream, gathers: bool) -> Result<()> {
    let (mut sink, stream) = accept_async(connection).await?.split();
    let mut texts = stream.filter(|message| futures::future::ready(matches!(message, Ok(Message::Text(_)))));
    if gathers {
        return Ok(texts.forward(sink).await?);
    }
    while let Some(message) = texts.next().await {
        sink.send(message?).await?;
    }
    Ok(())
}
