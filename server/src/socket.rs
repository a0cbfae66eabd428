//! The chat websocket: `/ws`, as `aios_protocol::socket` describes it.
//!
//! This is a door: it turns frames into calls of `Chat` and what `Chat` tells into frames. What it adds is what a transport has to: limits, signs
//! of life and back-pressure.

mod connection;
mod rate;

use crate::{
    access::{Access, Identity},
    guard::refusal,
};
use aios_chat::Chat;
use aios_protocol::socket::{MAXIMUM_FRAME, SUBPROTOCOL};
use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{close_code, rejection::WebSocketUpgradeRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Semaphore, watch};

/// Frames up to this many bytes are read, so that a message beyond [`MAXIMUM_FRAME`] can be answered with a sentence: a client whose
/// connection ends instead would come back and send it again. Beyond this one the connection ends.
const READABLE: usize = 16 * MAXIMUM_FRAME;

/// What a connection reads at a time, in bytes. It is held by every connection as long as that lasts, and what clients say is mostly shorter.
pub(crate) const READ_BUFFER: usize = 1024;

/// What connections may take, and how long they may be silent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Connections at one time. A person has a few tabs and devices; this many are a fault or an attack.
    pub connections: usize,
    /// Conversations that one connection follows.
    pub follows: usize,
    /// Messages that wait for a slow client. When so many do, nothing more is taken from the streams that it follows; what it asks for is still done.
    pub queue: usize,
    /// Messages that a client may send at one time; so many more make it a flood, and the connection ends.
    pub burst: u32,
    /// How long it takes until one more may be sent.
    pub refill: Duration,
    /// How long a client may take none of what it is sent before it counts as dead.
    pub write: Duration,
    /// How often a client is asked for a sign of life.
    pub ping: Duration,
    /// How long a client may give none before it counts as dead.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 256,
            follows: 32,
            queue: 256,
            burst: 120,
            refill: Duration::from_millis(100),
            write: Duration::from_secs(15),
            ping: Duration::from_secs(25),
            silence: Duration::from_secs(60),
        }
    }
}

/// What all connections share.
#[derive(Clone)]
pub struct Sockets {
    chat: Chat,
    limits: Limits,
    places: Arc<Semaphore>,
    access: Access,
    ending: watch::Receiver<bool>,
}

impl Sockets {
    /// The websocket side of a host. Every connection is closed when `ending` becomes true, or its sender is dropped; and when `access` knows
    /// its client no more.
    pub fn new(chat: Chat, limits: Limits, access: Access, ending: watch::Receiver<bool>) -> Sockets {
        let places = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
        Sockets { chat, limits, places, access, ending }
    }
}

/// Answers a request for the websocket.
pub async fn upgrade(
    State(sockets): State<Sockets>,
    Extension(identity): Extension<Identity>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(WebSocketUpgradeRejection::MethodNotGet(rejection)) => return rejection.into_response(),
        Err(_) => {
            return upgrade_required("This is a websocket: connect to it with the subprotocol aios-chat.v1.");
        }
    };
    if upgrade.selected_protocol().is_none() {
        return upgrade_required("This websocket speaks the subprotocol aios-chat.v1, which was not asked for.");
    }
    let Ok(place) = sockets.places.clone().try_acquire_owned() else {
        tracing::warn!(limit = sockets.limits.connections, "refused a websocket: too many connections");
        return refusal(
            StatusCode::SERVICE_UNAVAILABLE,
            format!(
                "There are {} connections already, the most that are taken. Close some and try again.",
                sockets.limits.connections
            ),
        );
    };
    let upgrade = upgrade.read_buffer_size(READ_BUFFER).max_frame_size(READABLE).max_message_size(READABLE);
    upgrade.on_upgrade(move |socket| async move {
        let mut ending = sockets.ending;
        let ending = async {
            tokio::select! {
                // An error means the same: nobody is left who could say so.
                _ = ending.wait_for(|ending| *ending) => (close_code::AWAY, "the server is ending"),
                () = sockets.access.until_refused(identity) => (close_code::POLICY, "signed out"),
            }
        };
        connection::serve(socket, sockets.chat, sockets.limits, ending).await;
        drop(place);
    })
}

fn upgrade_required(sentence: &str) -> Response {
    let mut response = refusal(StatusCode::UPGRADE_REQUIRED, sentence);
    let headers = response.headers_mut();
    headers.insert("upgrade", axum::http::HeaderValue::from_static("websocket"));
    headers.insert("connection", axum::http::HeaderValue::from_static("upgrade"));
    response
}
