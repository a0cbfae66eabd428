//! Import, on one surface: drop, choose, done.

mod choose;
mod done;
mod notes;

use self::{choose::ChooseStep, done::DoneStep};
use super::icon::Icon;
use crate::chat::hooks::use_import::{ImportFlow, Reached, Stage};
use leptos::{ev, html, prelude::*};

/// The modal, and the page as its drop target: a file that is dropped anywhere opens it.
#[component]
pub fn ImportModal() -> impl IntoView {
    let import = ImportFlow::expect();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if import.is_open.get() {
            if !dialog.open() {
                // Refused only if it is shown already.
                drop(dialog.show_modal());
            }
        } else {
            dialog.close();
        }
    });
    let is_dragging = RwSignal::new(false);
    take_drops(import, is_dragging);
    view! {
        <div class="drop-veil" hidden=move || !is_dragging.get() aria-hidden="true">
            <p>"Drop to import"</p>
        </div>
        <dialog
            class="import-modal"
            node_ref=dialog
            aria-labelledby="import-title"
            on:close=move |_| {
                // Escape closes it without asking us.
                if import.is_open.get_untracked() {
                    import.close();
                }
            }
        >
            <div class="import-head">
                <h2 id="import-title">"Import"</h2>
                <button class="quiet" type="button" aria-label="Close" on:click=move |_| import.close()>
                    <Icon name="x"/>
                </button>
            </div>
            {move || match import.stage.get() {
                Stage::Drop => view! { <DropStep/> }.into_any(),
                Stage::Reading => view! { <WorkingStep verb="Reading"/> }.into_any(),
                Stage::Choose => view! { <ChooseStep/> }.into_any(),
                Stage::Storing => view! { <WorkingStep verb="Storing"/> }.into_any(),
                Stage::Done { cancelled } => view! { <DoneStep cancelled problem=None/> }.into_any(),
                Stage::Failed(problem) => view! { <DoneStep cancelled=false problem=Some(problem)/> }.into_any(),
            }}
        </dialog>
    }
}

#[component]
fn DropStep() -> impl IntoView {
    let import = ImportFlow::expect();
    let take = move |event: ev::Event| {
        #[cfg(feature = "hydrate")]
        {
            let input: web_sys::HtmlInputElement = event_target(&event);
            let files = input.files().map(|files| list(&files)).unwrap_or_default();
            // Picking the same file again must be heard as well.
            input.set_value("");
            import.read(files);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, import);
    };
    view! {
        <label class="drop-target">
            <Icon name="import"/>
            <span>"Drop an export here, or choose a file"</span>
            <small>"ChatGPT or Claude: the .zip as it came, or its conversations.json. Several at once are fine."</small>
            <input class="visually-hidden" type="file" multiple accept=".zip,.json,application/zip,application/json" on:change=take/>
        </label>
        <p class="hint">"The file is read in this browser and goes nowhere but to your own server. Nothing is stored before you have seen what is in it."</p>
    }
}

#[component]
fn WorkingStep(verb: &'static str) -> impl IntoView {
    let import = ImportFlow::expect();
    let reached = import.reached;
    view! {
        <p class="working" role="status">
            {verb} " " <span class="files">{move || import.files.get().join(", ")}</span>
        </p>
        <progress
            max="1"
            value=move || {
                let Reached { bytes, total_bytes, .. } = reached.get();
                if total_bytes == 0 { "0".to_owned() } else { format!("{:.3}", bytes as f64 / total_bytes as f64) }
            }
        ></progress>
        <div class="import-foot">
            <span class="numbers">
                {move || {
                    let Reached { bytes, total_bytes, conversations } = reached.get();
                    format!("{conversations} conversations · {} of {}", size(bytes), size(total_bytes))
                }}
            </span>
            <button type="button" on:click=move |_| import.cancel()>"Cancel"</button>
        </div>
    }
}

/// Bytes for people, in powers of 1000.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// Takes files that are dropped anywhere on the page.
fn take_drops(import: ImportFlow, is_dragging: RwSignal<bool>) {
    #[cfg(feature = "hydrate")]
    {
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
                if holds_files(&event) {
                    event.prevent_default();
                    is_dragging.set(false);
                    import.read(
                        event
                            .data_transfer()
                            .and_then(|data| data.files())
                            .map(|files| list(&files))
                            .unwrap_or_default(),
                    );
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (import, is_dragging);
}

#[cfg(feature = "hydrate")]
fn list(files: &web_sys::FileList) -> Vec<web_sys::File> {
    (0..files.length()).filter_map(|position| files.get(position)).collect()
}
