//! The models that stand first in the selector, kept in the browser.

#[cfg(feature = "hydrate")]
const KEY: &str = "favourites";

/// Their ids.
pub fn get() -> Vec<String> {
    #[cfg(feature = "hydrate")]
    return storage()
        .and_then(|storage| storage.get_item(KEY).ok().flatten())
        .map(|kept| kept.lines().map(str::to_owned).collect())
        .unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    Vec::new()
}

/// Keeps them. A browser that keeps nothing is left alone.
pub fn keep(ids: &[String]) {
    #[cfg(feature = "hydrate")]
    if let Some(storage) = storage() {
        drop(storage.set_item(KEY, &ids.join("\n")));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = ids;
}

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}
