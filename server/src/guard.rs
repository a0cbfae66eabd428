//! What every request passes before anything else looks at it: [`hosts`], then [`origin`], then [`access`], then, if nothing may be changed,
//! [`read_only`], then the size of its body; and the
//! [`headers`] that every response leaves with, refusals included.
//!
//! **Invariant:** [`guarded`] is put around the whole router, so no route, the websocket upgrade and the server functions included, can be
//! reached without it.

pub mod access;
pub mod authority;
pub mod body;
pub mod headers;
pub mod hosts;
pub mod origin;
mod read_only;

use crate::{access::Access, contract::origins, guard::hosts::AllowedHosts};
use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::{from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};

/// Where a request comes from, as the listener puts it into its extensions.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// How a request came in, as [`access`] puts it into its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Door {
    /// Over TLS, as a trusted proxy says.
    pub tls: bool,
}

/// Puts the guards around a finished router. `style` is the path of the style sheet: the page to sign in at needs it.
pub fn guarded(router: Router, hosts: AllowedHosts, access: Access, style: &str) -> Router {
    let hosts = Arc::new(hosts);
    let is_read_only = access.is_read_only();
    let access = access::Guard { access, style: style.into() };
    let mut router = router.layer(from_fn(body::limit));
    if is_read_only {
        router = router.layer(from_fn(read_only::check));
    }
    // The last layer is the outermost.
    router
        .layer(from_fn_with_state(access, access::check))
        .layer(from_fn_with_state(hosts.clone(), origin::check))
        .layer(from_fn_with_state(hosts.clone(), origins::answer))
        .layer(from_fn_with_state(hosts, hosts::check))
        .layer(map_response(headers::complete))
}

/// An answer that says in a sentence why something is not done.
pub fn refusal(status: StatusCode, sentence: impl Into<String>) -> Response {
    let mut text = sentence.into();
    text.push('\n');
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// Whether a request can change something here: every method but the safe ones, and the upgrade to another protocol, over which anything
/// can be asked afterwards.
fn changes_state(request: &Request) -> bool {
    !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        || request.headers().contains_key(header::UPGRADE)
}
