//! What a page does whose session is over.

use leptos::prelude::window;

/// The status with which the server refuses somebody it does not know.
pub const UNKNOWN: u16 = 401;

/// Goes to the page to sign in at, which leads back here. What is being written stays as a draft.
pub fn sign_in() {
    let location = window().location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else { return };
    let here = js_sys::encode_uri_component(&format!("{path}{query}"));
    drop(location.set_href(&format!("/sign-in?next={here}")));
}
