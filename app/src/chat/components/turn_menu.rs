//! What can be done from a turn on.

use super::icon::Icon;
use crate::chat::{hooks::use_chat::Chat, services::chat_api::ActOnTurn};
use crate::texts::texts;
use leptos::{prelude::*, server_fn::ServerFn};

/// Begins a copy of the conversation up to a turn, or takes the turn out with all behind it. A plain form: it works without JavaScript, and the
/// page that follows is another one.
#[component]
pub fn TurnMenu(
    /// The turn, once it is stored.
    id: RwSignal<Option<i64>>,
) -> impl IntoView {
    let session_id = Chat::expect().session_id;
    let texts = texts();
    view! {
        <details class="turn-menu">
            <summary class="quiet button" aria-label=texts.more() title=texts.more()>
                <Icon name="ellipsis"/>
            </summary>
            <form class="menu-panel" method="post" action=ActOnTurn::PATH>
                <input type="hidden" name="session_id" value=move || session_id.get()/>
                <input type="hidden" name="turn_id" value=move || id.get()/>
                <button class="wide" type="submit" name="act" value="duplicate">
                    <Icon name="message-square"/>
                    {texts.duplicate()}
                </button>
                <button class="wide" type="submit" name="act" value="prune">
                    <Icon name="trash-2"/>
                    {texts.prune()}
                </button>
            </form>
        </details>
    }
}
