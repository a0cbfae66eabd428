//! Which history a request is about: a cookie of the browser's session says it, so that one window can show the demo and nobody else
//! notices.
//!
//! There is a whole set of doors for each history. A request is led to one set before anything looks at it, so no door can mistake one history
//! for the other.

use crate::imports::refused;
use aios_chat::Chat;
use aios_protocol::agents::{DatabaseMode, MODE_COOKIE};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

/// Makes the doors of a history.
type Doors = Arc<dyn Fn(Chat) -> Router + Send + Sync>;

#[derive(Clone)]
struct Modes {
    chat: Chat,
    /// The history for those who say nothing, and for all if there is only one.
    usual: Router,
    /// The other one, opened when it is first asked for.
    other: Arc<OnceCell<Router>>,
    doors: Doors,
}

/// Leads each request to the doors of its history.
pub(crate) fn led(chat: Chat, doors: impl Fn(Chat) -> Router + Send + Sync + 'static) -> Router {
    let usual = doors(chat.clone());
    if chat.only_mode().is_some() {
        return usual;
    }
    Router::new().fallback(lead).with_state(Modes { chat, usual, other: Arc::default(), doors: Arc::new(doors) })
}

async fn lead(State(modes): State<Modes>, request: Request) -> Response {
    let mode = asked(request.headers());
    let doors = if mode == modes.chat.mode() {
        modes.usual
    } else {
        let open = || async {
            let chat = modes.chat.in_mode(mode).await?;
            Ok::<_, aios_chat::Error>((modes.doors)(chat))
        };
        match modes.other.get_or_try_init(open).await {
            Ok(doors) => doors.clone(),
            Err(error) => return refused(&error),
        }
    };
    doors.oneshot(request).await.into_response()
}

/// The history that the cookie names; the person's own if it names none.
fn asked(headers: &HeaderMap) -> DatabaseMode {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let is_demo = pairs.any(|(name, value)| name == MODE_COOKIE && value == "demo");
    if is_demo { DatabaseMode::Demo } else { DatabaseMode::Personal }
}
