//! Where a message is written.

use super::{icon::Icon, model_selector::ModelSelector};
use crate::chat::{
    hooks::use_chat::Chat,
    utils::{constants::MAXIMUM_MESSAGE_BYTES, draft, send_key},
};
use crate::texts::{inert, texts};
use leptos::{ev, html, prelude::*};

/// The composer: a field that grows with the text, who answers, and one key that sends or stops.
#[component]
pub fn MessageInput() -> impl IntoView {
    let chat = Chat::expect();
    let texts = texts();
    let field = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    // Others were told lately that something is being written here.
    let told = StoredValue::new(false);
    // What was not sent when the page was left last.
    Effect::new(move || {
        let kept = draft::get(chat.session_id.get_untracked().as_deref());
        if let Some(field) = field.get().filter(|field| field.value().is_empty() && !kept.is_empty()) {
            field.set_value(&kept);
        }
        // Or what was typed before the page was alive.
        text.set(field.get_untracked().map(|field| field.value()).unwrap_or_default());
    });
    let is_running = chat.running;
    let send = move || {
        let message = text.get_untracked().trim().to_owned();
        // A conversation that has no id yet takes one message first; otherwise the next may wait for its turn.
        if message.is_empty() || (is_running.get_untracked() && chat.session_id.get_untracked().is_none()) {
            return;
        }
        if message.len() > MAXIMUM_MESSAGE_BYTES {
            let kilobytes = u32::try_from(message.len().div_ceil(1024)).unwrap_or(u32::MAX);
            problem.set(Some(texts.too_long(kilobytes, MAXIMUM_MESSAGE_BYTES as u32 / 1024)));
            return;
        }
        problem.set(None);
        text.set(String::new());
        draft::keep(chat.session_id.get_untracked().as_deref(), "");
        if let Some(field) = field.get_untracked() {
            field.set_value("");
        }
        #[cfg(feature = "hydrate")]
        chat.say(message);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if send_key::is_pressed(&event) {
            event.prevent_default();
            send();
        }
    };
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <p class="problem" role="alert">{move || problem.get()}</p>
            <p class="hint company" role="status">{move || chat.company.get().then_some(texts.company())}</p>
            <div class="composer-box">
                <textarea
                    node_ref=field
                    id="message"
                    rows="1"
                    placeholder=texts.go_on_writing()
                    aria-label=texts.message()
                    dir="auto"
                    on:input=move |event| {
                        let written = event_target_value(&event);
                        draft::keep(chat.session_id.get_untracked().as_deref(), &written);
                        text.set(written);
                        if !told.get_value() {
                            told.set_value(true);
                            chat.typing();
                            set_timeout(move || { told.try_set_value(false); }, std::time::Duration::from_secs(3));
                        }
                    }
                    on:keydown=on_key
                ></textarea>
                <div class="composer-foot">
                    <ModelSelector/>
                    <label class="search-history" title=texts.search_history_means()>
                        <input
                            type="checkbox"
                            prop:checked=move || chat.search_history.get()
                            on:change=move |event| chat.search_history.set(event_target_checked(&event))
                        />
                        {texts.search_history()}
                    </label>
                    {move || if is_running.get() {
                        view! {
                            <button class="send stop" type="button" aria-label=texts.stop() title=texts.stop() on:click=move |_| chat.stop()>
                                <Icon name="square"/>
                            </button>
                        }
                        .into_any()
                    } else {
                        view! {
                            <button
                                class="send"
                                type="submit"
                                aria-label=texts.send()
                                title=texts.send_by_enter()
                                disabled=move || text.with(|text| text.trim().is_empty())
                            >
                                <Icon name="arrow-up"/>
                            </button>
                        }
                        .into_any()
                    }}
                </div>
            </div>
            {inert(["<noscript><p class=hint>", texts.needs_script(), "</p></noscript>"])}
        </form>
    }
}
