//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

/// Says so, with the ways on, and the right status.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    answer_not_found();
    view! {
        <Title text="Not found"/>
        <section class="nowhere">
            <h1>"Nothing is here"</h1>
            <p>"The address may be mistyped, or the conversation was deleted, or belongs to the other history (demo or personal)."</p>
            <p><a class="button" href="/">"To the library"</a></p>
        </section>
    }
}

/// Gives the response of the page that is being made the status 404.
pub fn answer_not_found() {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
}
