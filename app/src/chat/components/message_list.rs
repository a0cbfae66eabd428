//! The turns of the conversation that is open.

#[cfg(feature = "hydrate")]
mod reading_place;

use super::{code_actions, icon::Icon, turn_view::TurnView};
use crate::chat::hooks::use_chat::Chat;
use crate::texts::texts;
use aios_texts::Texts;
use leptos::prelude::*;

/// The turns, oldest first. It follows the end of an answer while the reader is there, and leaves the page alone otherwise. Of a long
/// conversation a window is there, which goes along as one scrolls; without JavaScript links lead to what is before and behind it.
#[component]
pub fn MessageList() -> impl IntoView {
    let chat = Chat::expect();
    let texts = texts();
    let end = NodeRef::<leptos::html::Div>::new();
    let is_behind = RwSignal::new(false);
    follow_end(chat, end, is_behind);
    #[cfg(feature = "hydrate")]
    reading_place::go_along(chat, end);
    let more = move |count: u32, is_earlier: bool| {
        let turn = chat.turns.with(|turns| if is_earlier { turns.first() } else { turns.last() }?.id.get());
        let (session_id, turn) = chat.session_id.get().zip(turn).filter(|_| count > 0)?;
        let words = if is_earlier { Texts::show_earlier } else { Texts::show_later };
        Some(view! {
            <p class="more-turns">
                <a class="button" href=format!("/c/{session_id}?turn={turn}#turn-{turn}")>{words(texts, &count.to_string())}</a>
            </p>
        })
    };
    view! {
        <div class="turns" role="log" aria-live="off" aria-label=texts.messages() on:click=code_actions::on_click>
            {move || more(chat.earlier.get(), true)}
            <For each=move || chat.turns.get() key=|turn| turn.key let:turn>
                <TurnView turn/>
            </For>
            {move || more(chat.later.get(), false)}
            <div class="end" node_ref=end></div>
        </div>
        <button
            class="new-text"
            type="button"
            hidden=move || !is_behind.get()
            on:click=move |_| {
                is_behind.set(false);
                if let Some(end) = end.get_untracked() {
                    end.scroll_into_view();
                }
            }
        >
            <Icon name="chevron-down"/>
            {texts.new_text_below()}
        </button>
    }
}

/// Scrolls with an answer that grows, if the end was in sight before it grew; otherwise says that there is more.
fn follow_end(chat: Chat, end: NodeRef<leptos::html::Div>, is_behind: RwSignal<bool>) {
    #[cfg(feature = "hydrate")]
    {
        use crate::chat::utils::constants::AT_END_PIXELS;
        // Whether the end was in sight when the page was last scrolled: growth alone does not change it.
        let was_at_end = StoredValue::new(true);
        let is_in_sight = move || {
            let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
            end.get_untracked()
                .is_none_or(|end| end.get_bounding_client_rect().top() <= height + f64::from(AT_END_PIXELS))
        };
        let listener = window_event_listener_untyped("scroll", move |_| {
            let at_end = is_in_sight();
            was_at_end.set_value(at_end);
            if at_end {
                is_behind.set(false);
            }
        });
        on_cleanup(move || listener.remove());
        Effect::new(move |before: Option<u32>| {
            let growth = chat.growth.get();
            if before.is_some_and(|before| before != growth) {
                request_animation_frame(move || {
                    match was_at_end.try_get_value() {
                        Some(true) => {
                            if let Some(end) = end.get_untracked() {
                                end.scroll_into_view_with_bool(false);
                            }
                        }
                        Some(false) => is_behind.set(chat.running.get_untracked()),
                        // The conversation was closed in between.
                        None => {}
                    }
                });
            }
            growth
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (chat, end, is_behind);
}
