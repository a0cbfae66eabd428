//! An address that leads nowhere.

use crate::texts::{inert, texts};
use leptos::prelude::*;
use leptos_meta::Title;

/// Says so, with the ways on, and the right status.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    answer_not_found();
    let texts = texts();
    view! {
        <Title text=texts.not_found()/>
        {inert([
            "<section class=nowhere><h1>",
            texts.nothing_here(),
            "</h1><p>",
            texts.nothing_here_why(),
            "</p><p><a class=button href=/>",
            texts.to_library(),
            "</a></p></section>",
        ])}
    }
}

/// Gives the response of the page that is being made the status 404.
pub fn answer_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
}
