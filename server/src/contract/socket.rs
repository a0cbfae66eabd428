//! The websocket of AI OS's own clients: `/ws` without a subprotocol.
//!
//! Their frames are JSON in text frames. `content` of an `agent_response_chunk` is the whole answer so far, as they expect it; so it is sent not for
//! every piece but at most every [`PACE`], and the less often the longer it is: what is sent grows with the answer, not with its square.
//! A frame may name a `session_id`, which is this socket's conversation from then on; without one it is the current conversation.

mod connection;

use crate::{
    access::{Access, Identity},
    socket,
};
use aios_chat::contract::Contract;
use axum::{
    Extension,
    extract::{FromRequestParts as _, Request, State, WebSocketUpgrade, ws::close_code},
    handler::Handler as _,
    http::header,
    response::Response,
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Semaphore, broadcast, watch};

/// Connections at one time, as in the original.
const CONNECTIONS: usize = 50;

/// The most bytes of a frame that is read.
const MAXIMUM_FRAME: usize = 1024 * 1024;

/// The shortest time between two chunks of an answer.
const PACE: Duration = Duration::from_millis(50);

/// Who types, on its way to the other sockets; whoever misses some sees the next.
const WAITING: usize = 64;

/// Both kinds of websockets.
#[derive(Clone)]
pub(crate) struct BothSockets {
    pub(crate) ours: socket::Sockets,
    pub(crate) theirs: Sockets,
}

/// What all connections of AI OS's clients share.
#[derive(Clone)]
pub(crate) struct Sockets {
    contract: Contract,
    limits: socket::Limits,
    places: Arc<Semaphore>,
    typing: broadcast::Sender<Typing>,
    access: Access,
    ending: watch::Receiver<bool>,
}

/// Somebody begins or ends to type.
#[derive(Clone)]
struct Typing {
    client_id: String,
    is_typing: bool,
}

impl Sockets {
    /// Every connection is closed when `ending` becomes true, or its sender is dropped; and when `access` knows its client no more.
    pub(crate) fn new(
        contract: Contract,
        limits: socket::Limits,
        access: Access,
        ending: watch::Receiver<bool>,
    ) -> Sockets {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        Sockets { contract, limits, places, typing: broadcast::Sender::new(WAITING), access, ending }
    }
}

/// Answers a request for the websocket: who names a subprotocol speaks ours.
pub(crate) async fn upgrade(
    State(sockets): State<BothSockets>,
    Extension(identity): Extension<Identity>,
    request: Request,
) -> Response {
    let headers = request.headers();
    if headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL) || !headers.contains_key(header::UPGRADE) {
        return socket::upgrade.call(request, sockets.ours).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await else {
        return socket::upgrade.call(Request::from_parts(parts, body), sockets.ours).await;
    };
    let place = sockets.theirs.places.clone().try_acquire_owned().ok();
    let upgrade = upgrade.read_buffer_size(socket::READ_BUFFER);
    upgrade.max_frame_size(MAXIMUM_FRAME).max_message_size(MAXIMUM_FRAME).on_upgrade(move |socket| async move {
        match place {
            Some(_place) => {
                let Sockets { contract, limits, typing, access, mut ending, .. } = sockets.theirs;
                let ending = async {
                    tokio::select! {
                        // An error means the same: nobody is left who could say so.
                        _ = ending.wait_for(|ending| *ending) => (close_code::AWAY, "the server is ending"),
                        () = access.until_refused(identity) => (close_code::POLICY, "signed out"),
                    }
                };
                connection::serve(socket, contract, limits, typing, ending).await;
            }
            None => connection::refuse(socket).await,
        }
    })
}
