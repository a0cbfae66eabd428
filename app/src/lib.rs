//! The user interface of AI OS Chat.
//!
//! One crate, two builds. With the feature `ssr` it renders pages on the server and its server functions are doors to
//! `aios_chat::Chat`; with `hydrate` it is the WebAssembly module that brings those pages to life. The module itself is [`chat`]: pages,
//! components, hooks (state and connections), services (the doors), types and constants.
//!
//! **Invariant:** no file, no SQL and no agent is known here, and HTML is made from text by `aios_markdown` alone.

#![recursion_limit = "256"]

pub mod chat;
#[cfg(feature = "ssr")]
mod gallery;
mod lazy;
mod shell;
mod texts;

#[cfg(feature = "ssr")]
pub use gallery::gallery;
pub use shell::{App, Assets, Guarded, shell};
#[cfg(feature = "ssr")]
pub use texts::{provide_texts, texts_of};

/// Brings the page to life. Called by the script in [`shell`] once the WebAssembly module is there, with the file of texts of the page's language unless that
/// is English.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate(texts: Option<String>) {
    if texts.is_some_and(|texts| !texts::read(texts)) {
        // A file of another build: the page stays as the server has rendered it.
        return;
    }
    // In a release a panic is a trap, and has no words.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    // Without its part the page stays as the server has rendered it: its links and forms work.
    if lazy::load_page_at(&path).await.is_ok() {
        leptos::mount::hydrate_body(App);
        chat::services::markdown::load().await;
    }
}
