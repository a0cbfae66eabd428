//! Which language the interface speaks.

use crate::{chat::services::chat_api::SetLanguage, texts::texts};
use aios_texts::Language;
use leptos::{prelude::*, server_fn::ServerFn};

/// One button a language, each called as those call it who speak it. A plain form: it works without JavaScript, and the page that follows is the same
/// one in that language.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let texts = texts();
    let buttons = Language::ALL.map(|language| {
        let is_chosen = language == texts.language();
        view! {
            <button class="link" name="language" value=language.code() lang=language.code() aria-current=is_chosen.then_some("true")>
                {language.own_name()}
            </button>
        }
    });
    view! {
        <form method="post" action=SetLanguage::PATH>
            <div class="languages" role="group" aria-label=texts.language_label()>{buttons.collect_view()}</div>
        </form>
    }
    .into_any()
}
