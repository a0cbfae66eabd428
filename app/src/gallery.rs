//! Every component in each of its states, on one page: `/gallery`, for those who work on them. A server has it if it was started with `--gallery`.
//!
//! It is rendered with the components themselves, by the server alone: no script runs on it, and nothing of it is in the browser's module. Each
//! [case](Case) has contexts of its own, so that one can be in the middle of an import while another has lost the connection.

mod cases_of_chat;
mod cases_of_frame;
mod cases_of_import;
mod made_up;

use crate::{
    chat::hooks::{use_import::ImportFlow, use_library::Library, use_websocket::Socket},
    shell::{Assets, ICONS},
};
use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use leptos_meta::provide_meta_context;
use leptos_router::components::Router;

/// Lays the cases out beside each other, and shows what is else opened by a click.
const STYLE: &str = "
.gallery { padding: 24px max(16px, 3vw); }
.gallery > h1 { font-size: var(--text-26); }
.gallery-case { margin-block: 32px; border-block-start: 1px solid var(--hairline); padding-block-start: 12px; }
.gallery-case > h2 { margin-block-end: 16px; color: var(--ink-soft); font: 500 var(--text-13) / 1.4 var(--font-interface); }
.gallery-case > div { max-inline-size: var(--measure); }
.gallery-case.broad > div { max-inline-size: none; }
.gallery-case :is(.panel[popover], .sidebar, .composer, .connection, .new-text) { position: static; display: block; block-size: auto; inline-size: auto; max-inline-size: min(360px, 100%); margin: 0; }
.gallery-case .composer { max-inline-size: 100%; }
.gallery-case .conversations { margin: 0; max-inline-size: min(360px, 100%); }
.gallery-case .conversations { block-size: auto; overflow: visible; }
.gallery-case dialog[open] { position: static; margin: 0; inline-size: min(100%, 720px); max-inline-size: 100%; }
";

/// A component in one of its states.
struct Case {
    name: &'static str,
    /// It needs the width of the page.
    is_wide: bool,
    view: fn() -> AnyView,
}

const fn case(name: &'static str, view: fn() -> AnyView) -> Case {
    Case { name, is_wide: false, view }
}

const fn wide(name: &'static str, view: fn() -> AnyView) -> Case {
    Case { name, is_wide: true, view }
}

/// The document. Wants the contexts that [`shell`](crate::shell()) wants.
///
/// # Panics
/// If the server gives no [`Assets`]: no page would work.
pub fn gallery() -> impl IntoView {
    provide_meta_context();
    let assets = expect_context::<Assets>();
    let nonce = leptos::nonce::use_nonce();
    let cases = [cases_of_frame::CASES, cases_of_chat::CASES, cases_of_import::CASES];
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>"Gallery · AI OS Chat"</title>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=assets.style/>
                <style nonce=nonce inner_html=STYLE></style>
            </head>
            <body>
                <Router>
                    <main class="gallery">
                        <h1>"Gallery"</h1>
                        {cases.into_iter().flatten().map(shown).collect_view()}
                    </main>
                </Router>
                <div class="icons" inner_html=ICONS></div>
            </body>
        </html>
    }
}

fn shown(case: &Case) -> impl IntoView + use<> {
    let owner = Owner::new();
    let view = owner.with(|| {
        Library::provide();
        Socket::provide();
        ImportFlow::provide();
        (case.view)()
    });
    view! {
        <section class="gallery-case" class:broad=case.is_wide>
            <h2>{case.name}</h2>
            <div>{OwnedView::new_with_owner(view, owner)}</div>
        </section>
    }
}
