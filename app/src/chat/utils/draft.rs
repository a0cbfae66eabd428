//! What was written and not sent, kept in the browser.

/// The draft of a conversation, or of a new one; empty if there is none.
pub fn get(session_id: Option<&str>) -> String {
    #[cfg(feature = "hydrate")]
    return storage().and_then(|storage| storage.get_item(&key(session_id)).ok().flatten()).unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = session_id;
        String::new()
    }
}

/// Keeps a draft; an empty one is removed. A browser that keeps nothing is left alone.
pub fn keep(session_id: Option<&str>, text: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(storage) = storage() {
        let key = key(session_id);
        drop(if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, text) });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (session_id, text);
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

#[cfg(feature = "hydrate")]
fn key(session_id: Option<&str>) -> String {
    format!("draft:{}", session_id.unwrap_or_default())
}
