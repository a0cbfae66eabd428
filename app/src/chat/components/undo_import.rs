//! Undoing an import.

use aios_protocol::import::UNDO_PATH;
use leptos::prelude::*;

/// The form that takes away everything that an import brought, behind a question. The server leads back to the page that it is on.
#[component]
pub fn UndoImport(
    /// The import.
    import_id: String,
) -> impl IntoView {
    view! {
        <details class="confirm undo">
            <summary class="button">"Undo…"</summary>
            <form method="post" action=UNDO_PATH>
                <input type="hidden" name="import_id" value=import_id/>
                <p>
                    "What this import brought goes: conversations, turns, ratings and files. What you wrote since stays, and the same files can be imported again."
                </p>
                <button class="danger" type="submit">"Undo this import"</button>
            </form>
        </details>
    }
    .into_any()
}
