//! Icons.

use leptos::prelude::*;

/// An icon of the set in `icons.svg` (Lucide's, ISC licence), hidden from assistive technology: what it stands on has a label.
#[component]
pub fn Icon(
    /// Its name there.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("#icon-{name}")></use>
        </svg>
    }
}
