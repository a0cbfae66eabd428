//! Pages, rendered by the app, and its server functions.

use crate::guard::headers::policy_of_page;
use aios_chat::Chat;
use app::{App, Assets};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes as _, ResponseOptions, generate_route_list, render_app_async_with_context};
use std::{pin::Pin, sync::Arc};

/// Renders the page for a path that there is no page for.
pub(crate) type NotFound = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> + Send + Sync>;

/// The routes of all pages and server functions, and what renders the page for all other paths.
pub(crate) fn routes(chat: Chat, assets: Assets) -> (Router, NotFound) {
    let watching = std::env::var_os("LEPTOS_WATCH").is_some();
    let options = options();
    // While cargo-leptos watches, pages listen on another port for what it has built.
    let connect: Arc<str> = match watching {
        true => format!(" ws://127.0.0.1:{port} ws://localhost:{port}", port = options.reload_port).into(),
        false => "".into(),
    };
    let context = move || {
        provide_context(chat.clone());
        provide_context(assets.clone());
        // A server function has no page and no nonce.
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::try_from(policy_of_page(&nonce, &connect))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    let document = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    let router = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context.clone(), document.clone())
        .with_state(options);
    let not_found = move || {
        context();
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(StatusCode::NOT_FOUND);
        }
    };
    (router, Arc::new(render_app_async_with_context(not_found, document)))
}

/// What leptos wants to know. Where the site's files are is not part of it: the app takes that from `Assets`.
fn options() -> LeptosOptions {
    let mut options = LeptosOptions::builder().output_name("aios-chat").build();
    if let Some(port) = std::env::var("LEPTOS_RELOAD_PORT").ok().and_then(|port| port.parse().ok()) {
        options.reload_port = port;
    }
    options
}
