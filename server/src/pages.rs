//! Pages, rendered by the app, and its server functions.

use crate::guard::{headers::policy_of_page, refusal};
use aios_chat::Chat;
use app::{App, Assets, provide_texts};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes as _, ResponseOptions, generate_route_list, render_app_async_with_context,
};
use std::{
    pin::Pin,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::time::timeout;

/// How long a page may take until it is whole. It waits for a few reads of the history, so this is never needed by one that will be finished.
const PATIENCE: Duration = Duration::from_secs(30);

/// The routes of the app, the same for every history. Listed once in a process, before any page is rendered: while leptos makes the list, a flag of
/// the whole process (`IS_SUPPRESSING_RESOURCE_LOAD` in `leptos_server`) has resources wait for ever instead of loading, also those of a page that
/// is just being rendered elsewhere.
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// Renders the page for a path that there is no page for.
pub(crate) type NotFound = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> + Send + Sync>;

/// The routes of all pages and server functions, and what renders the page for all other paths.
pub(crate) fn routes(chat: Chat, assets: Assets, has_gallery: bool) -> (Router, NotFound) {
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
        provide_texts();
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
    let mut router = Router::new();
    if has_gallery {
        router = router.route("/gallery", get(render_app_async_with_context(context.clone(), app::gallery)));
    }
    let router = router
        .leptos_routes_with_context(&options, ROUTES.clone(), context.clone(), document.clone())
        .route_layer(from_fn(page_in_time))
        .with_state(options);
    let not_found = move || {
        context();
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(StatusCode::NOT_FOUND);
        }
    };
    let render = render_app_async_with_context(not_found, document);
    (router, Arc::new(move |request| Box::pin(in_time(PATIENCE, render(request)))))
}

/// Pages have [`PATIENCE`]; server functions take as long as what they do.
async fn page_in_time(request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => in_time(PATIENCE, next.run(request)).await,
        _ => next.run(request).await,
    }
}

/// The whole page, or a sentence if it is not whole in time: nobody shall look at an empty window for ever.
async fn in_time(patience: Duration, rendering: impl Future<Output = Response>) -> Response {
    let whole = timeout(patience, async {
        let (parts, body) = rendering.await.into_parts();
        (parts, to_bytes(body, usize::MAX).await)
    });
    match whole.await {
        Ok((parts, Ok(bytes))) => Response::from_parts(parts, Body::from(bytes)),
        Ok((_, Err(error))) => {
            tracing::error!(%error, "a page broke off while it was rendered");
            refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                "This page could not be put together. Nothing is lost: load it again.",
            )
        }
        Err(_) => {
            tracing::error!(?patience, "a page was not rendered in time");
            refusal(StatusCode::SERVICE_UNAVAILABLE, "This page was not ready in time. Nothing is lost: load it again.")
        }
    }
}

/// What leptos wants to know. Where the site's files are is not part of it: the app takes that from `Assets`.
fn options() -> LeptosOptions {
    let mut options = LeptosOptions::builder().output_name("aios-chat").build();
    if let Some(port) = std::env::var("LEPTOS_RELOAD_PORT").ok().and_then(|port| port.parse().ok()) {
        options.reload_port = port;
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt as _, future, stream};

    #[tokio::test]
    async fn a_page_that_is_never_whole_is_answered_for_in_a_sentence() {
        let without_an_end = Body::from_stream(stream::pending::<Result<String, std::io::Error>>());
        for rendering in [future::pending().left_future(), future::ready(Response::new(without_an_end)).right_future()]
        {
            let answer = in_time(Duration::ZERO, rendering).await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            let sentence = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
            assert!(sentence.starts_with(b"This page was not ready in time."));
        }
    }
}
