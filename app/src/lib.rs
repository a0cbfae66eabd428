//! The user interface of AI OS Chat.
//!
//! One crate, two builds. With the feature `ssr` it renders pages on the server and its server functions are doors to
//! `aios_chat::Chat`; with `hydrate` it is the WebAssembly module that brings those pages to life. The module itself is [`chat`]: pages,
//! components, hooks (state and connections), services (the doors), types and constants.
//!
//! **Invariant:** no file, no SQL and no agent is known here, and HTML is made from text by `aios_markdown` alone.

#![recursion_limit = "256"]

pub mod chat;
mod shell;

pub use shell::{App, Assets, Guarded, shell};

/// Brings the page to life. Called by the script in [`shell`] once the WebAssembly module is there.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}
