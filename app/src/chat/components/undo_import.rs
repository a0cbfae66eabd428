//! Undoing an import.

use crate::texts::texts;
use aios_protocol::import::UNDO_PATH;
use leptos::prelude::*;

/// The form that takes away everything that an import brought, behind a question. The server leads back to the page that it is on.
#[component]
pub fn UndoImport(
    /// The import.
    import_id: String,
) -> impl IntoView {
    let texts = texts();
    view! {
        <details class="confirm undo">
            <summary class="button">{texts.undo_menu()}</summary>
            <form method="post" action=UNDO_PATH>
                <input type="hidden" name="import_id" value=import_id/>
                <p>{texts.undo_means()}</p>
                <button class="danger" type="submit">{texts.undo_import()}</button>
            </form>
        </details>
    }
    .into_any()
}
