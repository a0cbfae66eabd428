//! The turn that the address names.

use crate::chat::hooks::use_keys::act::find;
use leptos::prelude::*;

/// Has the browser mark the turn as the target of the address, also where the page was come to without being loaded: only a fragment that the browser
/// goes to by itself has a target.
pub(super) fn mark() {
    request_animation_frame(|| {
        let location = window().location();
        let hash = location.hash().unwrap_or_default();
        if hash.starts_with("#turn-") && find(&hash).is_some() && find(".turn:target").is_none() {
            drop(location.replace(&hash));
        }
    });
}
