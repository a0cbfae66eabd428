//! The clipboard.

/// Puts a text on the clipboard, if the browser lets us.
pub fn copy(text: String) {
    #[cfg(feature = "hydrate")]
    drop(leptos::prelude::window().navigator().clipboard().write_text(&text));
    #[cfg(not(feature = "hydrate"))]
    drop(text);
}
