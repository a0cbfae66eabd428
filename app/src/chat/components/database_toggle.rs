//! Demo or personal history.

use crate::chat::services::chat_api::SetMode;
use aios_protocol::agents::DatabaseMode;
use leptos::{form::ActionForm, prelude::*};

/// Opens the other history. A plain form: it works without JavaScript, and the page that follows is a fresh one.
#[component]
pub fn DatabaseToggle(
    /// The one that is open.
    mode: DatabaseMode,
) -> impl IntoView {
    let action = ServerAction::<SetMode>::new();
    let (label, other, offer) = match mode {
        DatabaseMode::Personal => ("Personal history", "demo", "Try the demo"),
        DatabaseMode::Demo => ("Demo history", "personal", "Back to yours"),
    };
    Effect::new(move || {
        // Everything on the page belongs to the other history.
        if action.value().get().is_some_and(|result| result.is_ok()) {
            drop(window().location().set_href("/"));
        }
    });
    view! {
        <ActionForm action attr:class="database-toggle">
            <span class="database-name" data-mode=if mode == DatabaseMode::Demo { "demo" } else { "personal" }>{label}</span>
            <input type="hidden" name="mode" value=other/>
            <button class="link" type="submit">{offer}</button>
        </ActionForm>
    }
}
