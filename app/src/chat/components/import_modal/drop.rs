use crate::{
    chat::{components::icon::Icon, hooks::use_import::ImportFlow},
    texts::texts,
};
use leptos::{ev, prelude::*};

/// Files are to be chosen, or a folder.
#[component]
pub(super) fn DropStep() -> impl IntoView {
    let texts = texts();
    view! {
        <label class="drop-target">
            <Icon name="import"/>
            <span>{texts.drop_or_choose()}</span>
            <small>{texts.drop_hint()}</small>
            <input class="visually-hidden" type="file" multiple on:change=take/>
        </label>
        <div class="import-foot">
            <p class="hint">{texts.read_here()}</p>
            <label class="button">
                <input class="visually-hidden" type="file" prop:webkitdirectory=true on:change=take/>
                {texts.choose_folder()}
            </label>
        </div>
    }
}

/// Takes what was picked.
fn take(event: ev::Event) {
    #[cfg(feature = "hydrate")]
    {
        use crate::chat::hooks::use_import::folder;
        let input: web_sys::HtmlInputElement = event_target(&event);
        let chosen = input.files().map(|files| folder::of_list(&files)).unwrap_or_default();
        // Picking the same file again must be heard as well.
        input.set_value("");
        ImportFlow::expect().read(chosen.files, chosen.names);
    }
    #[cfg(not(feature = "hydrate"))]
    drop(event);
}

/// Takes files and folders that are dropped anywhere on the page.
pub(super) fn take_drops(import: ImportFlow, is_dragging: RwSignal<bool>) {
    #[cfg(feature = "hydrate")]
    {
        use crate::chat::hooks::use_import::folder;
        let holds_files = |event: &ev::DragEvent| {
            event
                .data_transfer()
                .is_some_and(|data| data.types().includes(&wasm_bindgen::JsValue::from_str("Files"), 0))
        };
        let listeners = [
            window_event_listener(ev::dragover, move |event| {
                if holds_files(&event) {
                    // Without this the browser would open the file.
                    event.prevent_default();
                    is_dragging.set(true);
                }
            }),
            window_event_listener(ev::dragleave, move |event| {
                // Leaving the window, not just an element of it.
                if event.related_target().is_none() {
                    is_dragging.set(false);
                }
            }),
            window_event_listener(ev::drop, move |event| {
                let Some(data) = event.data_transfer().filter(|_| holds_files(&event)) else { return };
                event.prevent_default();
                is_dragging.set(false);
                let dropped = folder::of_drop(&data);
                leptos::task::spawn_local(async move {
                    let chosen = dropped.await;
                    import.read(chosen.files, chosen.names);
                });
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (import, is_dragging);
}
