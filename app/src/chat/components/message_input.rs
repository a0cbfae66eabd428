//! Where a message is written.

use super::{icon::Icon, model_selector::ModelSelector};
use crate::chat::{hooks::use_chat::Chat, utils::constants::MAXIMUM_MESSAGE_BYTES};
use leptos::{ev, html, prelude::*};

/// The composer: a field that grows with the text, who answers, and one key that sends or stops.
#[component]
pub fn MessageInput() -> impl IntoView {
    let chat = Chat::expect();
    let field = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let is_running = Memo::new(move |_| chat.is_running());
    let send = move || {
        let message = text.get_untracked().trim().to_owned();
        if message.is_empty() || is_running.get_untracked() {
            return;
        }
        if message.len() > MAXIMUM_MESSAGE_BYTES {
            problem.set(Some(format!(
                "This is {} KB of text; a message holds up to {} KB. Nothing was sent. Cut it, or send it in parts.",
                message.len().div_ceil(1024),
                MAXIMUM_MESSAGE_BYTES / 1024
            )));
            return;
        }
        problem.set(None);
        text.set(String::new());
        if let Some(field) = field.get_untracked() {
            field.set_value("");
        }
        #[cfg(feature = "hydrate")]
        chat.say(message);
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // While an input method composes a word, Enter picks the word.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
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
            <div class="composer-box">
                <textarea
                    node_ref=field
                    id="message"
                    rows="1"
                    placeholder="Go on…"
                    aria-label="Message"
                    dir="auto"
                    on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=on_key
                ></textarea>
                <div class="composer-foot">
                    <ModelSelector/>
                    {move || if is_running.get() {
                        view! {
                            <button class="send stop" type="button" aria-label="Stop" title="Stop" on:click=move |_| chat.stop()>
                                <Icon name="square"/>
                            </button>
                        }
                        .into_any()
                    } else {
                        view! {
                            <button
                                class="send"
                                type="submit"
                                aria-label="Send"
                                title="Send (Enter)"
                                disabled=move || text.with(|text| text.trim().is_empty())
                            >
                                <Icon name="arrow-up"/>
                            </button>
                        }
                        .into_any()
                    }}
                </div>
            </div>
            <noscript>
                <p class="hint">"Reading works without JavaScript; writing and importing need it."</p>
            </noscript>
        </form>
    }
}
