use crate::chat::{
    hooks::use_import::ImportFlow,
    utils::numbers::{size, time_left},
};
use crate::texts::texts;
use aios_protocol::worker::Reached;
use leptos::prelude::*;

/// A pass over the files, as far as it is.
#[component]
pub(super) fn WorkingStep(verb: &'static str) -> impl IntoView {
    let import = ImportFlow::expect();
    let reached = import.reached;
    let texts = texts();
    let percent = Memo::new(move |_| percent(&reached.get()));
    // Said now and then: each tenth once.
    let tenth = Memo::new(move |_| percent.get() / 10 * 10);
    view! {
        <p class="working">
            {verb} " " <span class="files" dir="auto">{import.files.get_untracked()}</span>
        </p>
        <progress max="100" value=move || percent.get().to_string() aria-label=verb></progress>
        <p class="visually-hidden" role="status">{move || texts.per_cent(verb, tenth.get() as u32)}</p>
        <div class="import-foot">
            <div class="numbers">
                <span>{move || texts.conversation_count(reached.get().conversations)}</span>
                <span>{move || texts.bytes_of(&size(reached.get().bytes), &size(reached.get().total_bytes))}</span>
                <span>{move || pictures(&reached.get())}</span>
                <span>{move || speed(&reached.get())}</span>
            </div>
            <button type="button" disabled=import.is_stopping on:click=move |_| import.cancel()>
                {move || if import.is_stopping.get() { texts.stopping() } else { texts.cancel() }}
            </button>
        </div>
    }
}

/// How much of the files was read, in per cent.
pub(in crate::chat::components) fn percent(reached: &Reached) -> u64 {
    (reached.bytes * 100).checked_div(reached.total_bytes).unwrap_or(0)
}

fn pictures(reached: &Reached) -> Option<String> {
    (reached.stored_files > 0).then(|| texts().files_stored(reached.stored_files))
}

fn speed(reached: &Reached) -> Option<String> {
    let (texts, rate) = (texts(), size(reached.rate));
    (reached.rate > 0).then(|| match reached.seconds_left {
        Some(seconds) => texts.rate_and_left(&rate, &time_left(seconds, texts)),
        None => texts.rate(&rate),
    })
}
