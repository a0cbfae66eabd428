//! All doors for browsers, behind the guards.

use crate::{
    access::{self, Access},
    backup,
    contract::{self, socket::BothSockets},
    exports, files,
    guard::{self, hosts::AllowedHosts, refusal},
    imports, modes,
    pages::{self, NotFound},
    site::Site,
    socket::{Limits, Sockets},
};
use aios_chat::{Chat, contract::Contract};
use axum::{
    Json, Router,
    extract::{Request, State},
    handler::Handler as _,
    http::{Method, StatusCode, header},
    response::Response,
    routing::{any, get},
};
use serde_json::{Value, json};
use tokio::sync::watch;

/// What the doors lead to, and who may come.
pub struct Host {
    /// The chat module.
    pub chat: Chat,
    /// The files.
    pub site: Site,
    /// The names that this server answers to.
    pub hosts: AllowedHosts,
    /// Who may come.
    pub access: Access,
    /// What websockets may take.
    pub limits: Limits,
    /// Becomes true, or loses its sender, when websockets shall close.
    pub ending: watch::Receiver<bool>,
    /// There is a page of all components.
    pub gallery: bool,
}

#[derive(Clone)]
struct Rest {
    site: Site,
    not_found: NotFound,
}

/// The router of a host, guards included.
pub fn router(host: Host) -> Router {
    let Host { chat, site, hosts, access, limits, ending, gallery } = host;
    let style = site.assets().style.clone();
    let doors = {
        let access = access.clone();
        move |chat: Chat| doors(chat, site.clone(), access.clone(), limits, ending.clone(), gallery)
    };
    guard::guarded(modes::led(chat, doors), hosts, access, &style)
}

/// All doors to one history.
fn doors(
    chat: Chat,
    site: Site,
    access: Access,
    limits: Limits,
    ending: watch::Receiver<bool>,
    gallery: bool,
) -> Router {
    let assets = site.assets();
    let style = assets.style.clone();
    let (pages, not_found) = pages::routes(chat.clone(), assets, gallery);
    let (imports, files, exports) =
        (imports::routes(chat.clone()), files::routes(chat.clone()), exports::routes(chat.clone()));
    let backup = backup::routes(chat.clone());
    let contract = Contract::new(chat.clone());
    let theirs = contract::socket::Sockets::new(contract.clone(), limits, access.clone(), ending.clone());
    let sockets = BothSockets { ours: Sockets::new(chat, limits, access.clone(), ending), theirs };
    Router::new()
        .route(aios_protocol::socket::PATH, any(contract::socket::upgrade).with_state(sockets))
        .route("/health", get(health))
        .merge(contract::routes(contract))
        .merge(imports)
        .merge(files)
        .merge(exports)
        .merge(backup)
        .merge(access::pages::routes(access, &style))
        .merge(pages)
        .fallback_service(rest.with_state(Rest { site, not_found }))
}

/// Says that the server is up.
async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// Whatever has no route: a file of the site, or nothing. Only where a person looks for a page, nothing is a page that says so; a script or
/// module that is missing must never be answered with HTML.
async fn rest(State(Rest { site, not_found }): State<Rest>, request: Request) -> Response {
    let (method, path, headers) = (request.method(), request.uri().path(), request.headers());
    if let Some(response) = site.answer(method, path, headers).await {
        return response;
    }
    let is_for_programs =
        ["/pkg/", "/worker/", "/copy/", "/texts/", "/api/", "/files/"].iter().any(|prefix| path.starts_with(prefix));
    let takes_pages = headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|kinds| kinds.to_str().is_ok_and(|kinds| kinds.contains("text/html")));
    if matches!(*method, Method::GET | Method::HEAD) && takes_pages && !is_for_programs {
        return not_found(request).await;
    }
    refusal(StatusCode::NOT_FOUND, "There is nothing here.")
}
