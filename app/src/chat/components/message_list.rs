//! The turns of the conversation that is open.

use super::{code_actions, icon::Icon, turn_view::TurnView};
use crate::chat::hooks::use_chat::Chat;
use leptos::prelude::*;

/// The turns, oldest first. It follows the end of an answer while the reader is there, and leaves the page alone otherwise.
#[component]
pub fn MessageList(
    /// Turns before the first one shown.
    earlier_turns: u32,
    /// Where they are.
    earlier_href: String,
) -> impl IntoView {
    let chat = Chat::expect();
    let end = NodeRef::<leptos::html::Div>::new();
    let is_behind = RwSignal::new(false);
    follow_end(chat, end, is_behind);
    view! {
        <div class="turns" role="log" aria-live="off" aria-label="Messages" on:click=code_actions::on_click>
            {(earlier_turns > 0).then(|| view! {
                <p class="earlier">
                    <a class="button" href=earlier_href>{format!("Show {earlier_turns} earlier")}</a>
                </p>
            })}
            <For each=move || chat.turns.get() key=|turn| turn.key let:turn>
                <TurnView turn/>
            </For>
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
            "New text below"
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
                    if was_at_end.try_get_value() == Some(true) {
                        if let Some(end) = end.get_untracked() {
                            end.scroll_into_view_with_bool(false);
                        }
                    } else {
                        is_behind.try_set(chat.running.get_untracked());
                    }
                });
            }
            growth
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (chat, end, is_behind);
}
