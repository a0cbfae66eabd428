//! Demo or personal history.

use crate::{
    chat::services::chat_api::{ResetDemo, SetMode},
    texts::texts,
};
use aios_protocol::agents::DatabaseMode;
use leptos::{prelude::*, server_fn::ServerFn};

/// Opens the other history. A plain form: it works without JavaScript, and the page that follows is a fresh one.
#[component]
pub fn DatabaseToggle(
    /// The one that is open.
    mode: DatabaseMode,
) -> impl IntoView {
    let texts = texts();
    let (label, other, offer) = match mode {
        DatabaseMode::Personal => (texts.personal_history(), "demo", texts.try_demo()),
        DatabaseMode::Demo => (texts.demo_history(), "personal", texts.leave_demo()),
    };
    view! {
        <form class="database-toggle" method="post" action=SetMode::PATH>
            <span class="database-name" data-mode=if mode == DatabaseMode::Demo { "demo" } else { "personal" }>{label}</span>
            <input type="hidden" name="mode" value=other/>
            <button class="link" type="submit">{offer}</button>
        </form>
        {(mode == DatabaseMode::Demo).then(|| view! {
            <form class="database-toggle" method="post" action=ResetDemo::PATH>
                <button class="link" type="submit" title=texts.reset_demo_means()>{texts.reset_demo()}</button>
            </form>
        })}
    }
}
