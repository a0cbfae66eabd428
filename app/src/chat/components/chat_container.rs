//! The frame of every page: the sidebar, the page, and what floats above both.

use super::{conversation_sidebar::ConversationSidebar, icon::Icon, import_modal::ImportModal};
use crate::chat::{
    hooks::{
        use_library::Library,
        use_websocket::{Incoming, Socket},
    },
    types::chat::Connection,
    utils::current::current,
};
use crate::texts::texts;
use aios_protocol::socket::ServerMessage;
use leptos::prelude::*;
use leptos_router::components::Outlet;

/// The layout of the routes.
#[component]
pub fn ChatContainer() -> impl IntoView {
    view! { <Frame><Outlet/></Frame> }
}

/// The layout that all pages share, around any page.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let socket = Socket::expect();
    let library = Library::expect();
    let texts = texts();
    Effect::new(move || {
        socket.listen(move |incoming| {
            if matches!(incoming, Incoming::Message(ServerMessage::Changed { .. })) {
                library.refresh();
            }
        });
    });
    focus_search_by_key();
    view! {
        <a class="skip" href="#page">{texts.skip_to_page()}</a>
        <div class="frame">
            <ConversationSidebar/>
            <div class="column">
                <div class="topbar">
                    <button class="quiet" type="button" popovertarget="sidebar" aria-label=texts.conversations()>
                        <Icon name="menu"/>
                    </button>
                    <a href="/" class="wordmark" aria-current=current("/")>"AI OS Chat"</a>
                    <a href="/new" class="quiet button" aria-current=current("/new") aria-label=texts.new_conversation()>
                        <Icon name="plus"/>
                    </a>
                </div>
                <ConnectionLine/>
                <main id="page" class="page" tabindex="-1">
                    {children()}
                </main>
            </div>
        </div>
        <ImportModal/>
    }
}

/// Says so when the server cannot be reached: what is on the page stays, and what is said waits.
#[component]
pub(crate) fn ConnectionLine() -> impl IntoView {
    let connection = Socket::expect().connection;
    let texts = texts();
    view! {
        <p class="connection" role="status">
            {move || {
                match connection.get() {
                    Connection::Lost => Some(texts.connection_lost()),
                    Connection::Outdated => Some(texts.connection_outdated()),
                    _ => None,
                }
            }}
        </p>
    }
}

/// `/` goes to the search box, unless something is being written.
fn focus_search_by_key() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let listener = window_event_listener(leptos::ev::keydown, |event| {
            let is_writing = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                .is_some_and(|target| target.closest("input, textarea, select, dialog").ok().flatten().is_some());
            if event.key() != "/" || is_writing || event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let search = document()
                .get_element_by_id("search")
                .and_then(|search| search.dyn_into::<web_sys::HtmlElement>().ok());
            // On a phone the box is in a sheet that is not shown; then the key is left alone.
            if search.is_some_and(|search| search.offset_parent().is_some() && search.focus().is_ok()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }
}
