use super::Incoming;
use crate::{
    chat::{
        types::chat::Connection,
        utils::{
            constants::{PING_EVERY_MS, RECONNECT_FIRST_MS, RECONNECT_LONGEST_MS},
            sign_in::{UNKNOWN, sign_in},
        },
    },
    lazy::part,
};
use aios_protocol::socket::{ClientMessage, PATH, SUBPROTOCOL, ServerMessage, VERSION};
use futures::{
    FutureExt, SinkExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    future::{Either, select},
    pin_mut, select_biased,
};
use gloo_net::websocket::{Message, State, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};

type Listener = Rc<dyn Fn(&Incoming)>;

/// A handle of the task that keeps the connection.
#[derive(Clone)]
pub(super) struct Client {
    outgoing: UnboundedSender<ClientMessage>,
    listeners: Rc<RefCell<Listeners>>,
}

#[derive(Default)]
struct Listeners {
    next: u32,
    all: Vec<(u32, Listener)>,
}

impl Client {
    pub(super) fn open(connection: RwSignal<Connection>) -> Client {
        let (outgoing, messages) = unbounded();
        let (wake, woken) = unbounded();
        let listeners = Rc::new(RefCell::new(Listeners::default()));
        // A phone that comes out of a pocket, or a network that comes back, should not wait for the end of a pause.
        for event in ["online", "pageshow", "focus"] {
            let wake = wake.clone();
            window_event_listener_untyped(event, move |_| drop(wake.unbounded_send(())));
        }
        let client = Client { outgoing, listeners };
        let (told, is_loaded) = (client.clone(), loaded(connection));
        wasm_bindgen_futures::spawn_local(async move {
            is_loaded.await;
            let _ = connect(told, connection, messages, woken).await;
        });
        client
    }

    pub(super) fn send(&self, message: ClientMessage) {
        // The task that receives lives as long as the page.
        drop(self.outgoing.unbounded_send(message));
    }

    pub(super) fn add_listener(&self, listener: impl Fn(&Incoming) + 'static) -> u32 {
        let mut listeners = self.listeners.borrow_mut();
        listeners.next += 1;
        let number = listeners.next;
        listeners.all.push((number, Rc::new(listener)));
        number
    }

    pub(super) fn remove_listener(&self, number: u32) {
        self.listeners.borrow_mut().all.retain(|(other, _)| *other != number);
    }

    fn tell(&self, incoming: &Incoming) {
        // A listener may add or remove listeners, so none may run under the borrow.
        let all: Vec<Listener> = self.listeners.borrow().all.iter().map(|(_, listener)| listener.clone()).collect();
        all.iter().for_each(|listener| listener(incoming));
    }
}

/// Waits until the part with the code of the connection is loaded, which is once the page is alive. Until then there is no connection.
pub(super) async fn loaded(connection: RwSignal<Connection>) {
    let mut pause = RECONNECT_FIRST_MS;
    while load_live().await.is_err() {
        connection.set(Connection::Lost);
        TimeoutFuture::new(pause).await;
        pause = (pause * 2).min(RECONNECT_LONGEST_MS);
    }
}

part! { live, preload(load_live):
    fn connect(
        client: Client,
        connection: RwSignal<Connection>,
        outgoing: UnboundedReceiver<ClientMessage>,
        woken: UnboundedReceiver<()>
    ) -> () {
        wasm_bindgen_futures::spawn_local(keep_open(client, connection, outgoing, woken));
    }
}

async fn keep_open(
    client: Client,
    connection: RwSignal<Connection>,
    mut outgoing: UnboundedReceiver<ClientMessage>,
    mut woken: UnboundedReceiver<()>,
) {
    let mut pause = RECONNECT_FIRST_MS;
    loop {
        let opened = run(&client, connection, &mut outgoing).await;
        connection.set(Connection::Lost);
        if is_signed_out().await {
            return sign_in();
        }
        pause = if opened { RECONNECT_FIRST_MS } else { (pause * 2).min(RECONNECT_LONGEST_MS) };
        select(TimeoutFuture::new(pause), woken.next()).await;
        while woken.try_recv().is_ok() {}
    }
}

/// Asks over HTTP whether this browser's session is over: a websocket does not say why it cannot be opened.
async fn is_signed_out() -> bool {
    let answer = gloo_net::http::Request::get("/api/db-mode/mode").send().await;
    answer.is_ok_and(|answer| answer.status() == UNKNOWN)
}

/// Keeps one connection until it is lost; tells whether it was ever open.
async fn run(
    client: &Client,
    connection: RwSignal<Connection>,
    outgoing: &mut UnboundedReceiver<ClientMessage>,
) -> bool {
    let location = window().location();
    let (Ok(protocol), Ok(host)) = (location.protocol(), location.host()) else { return false };
    let scheme = if protocol == "https:" { "wss" } else { "ws" };
    let Ok(socket) = WebSocket::open_with_protocol(&format!("{scheme}://{host}{PATH}"), SUBPROTOCOL) else {
        return false;
    };
    let (mut sink, mut stream) = socket.split();
    {
        // The first message leaves when the connection is open; until then the stream can only report failure. It is asked first: a browser complains of
        // what is sent over a connection that was refused.
        let first = sink.send(text(&ClientMessage::Hello { version: VERSION }));
        pin_mut!(first);
        match select(stream.next(), first).await {
            Either::Right((Ok(()), _)) => {}
            _ => return false,
        }
    }
    let Ok(mut socket) = sink.reunite(stream) else { return false };
    // What was asked for while there was no connection is asked for anew by its listener.
    while outgoing.try_recv().is_ok() {}
    connection.set(Connection::Open);
    client.tell(&Incoming::Opened);
    let mut heard = true;
    let mut ping = TimeoutFuture::new(PING_EVERY_MS).fuse();
    loop {
        select_biased! {
            message = socket.next().fuse() => match message {
                Some(Ok(Message::Text(json))) => {
                    heard = true;
                    match serde_json::from_str::<ServerMessage>(&json) {
                        Ok(ServerMessage::Hello { version }) if version != VERSION => connection.set(Connection::Outdated),
                        Ok(message) => client.tell(&Incoming::Message(message)),
                        Err(error) => leptos::logging::warn!("A message of the server was not understood: {error}"),
                    }
                }
                Some(Ok(Message::Bytes(_))) => {}
                Some(Err(_)) | None => return true,
            },
            message = outgoing.next() => {
                let Some(message) = message else { return true };
                if !is_sent(&mut socket, &message).await {
                    return true;
                }
            }
            () = ping => {
                if !heard || !is_sent(&mut socket, &ClientMessage::Ping).await {
                    return true;
                }
                heard = false;
                ping = TimeoutFuture::new(PING_EVERY_MS).fuse();
            }
        }
    }
}

/// Whether the browser took a message: what it is given while a connection closes it drops and complains of.
async fn is_sent(socket: &mut WebSocket, message: &ClientMessage) -> bool {
    matches!(socket.state(), State::Open) && socket.send(text(message)).await.is_ok()
}

fn text(message: &ClientMessage) -> Message {
    // These types have no map with keys that JSON could not write.
    Message::Text(serde_json::to_string(message).unwrap_or_default())
}
