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
