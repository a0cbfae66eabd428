//! Ways into a long conversation.

use super::icon::Icon;
use crate::chat::services::chat_api::get_outline;
use crate::texts::texts;
use leptos::prelude::*;

/// The panel at the right: words to be found in this conversation, a turn by its number, and the questions, which are fetched when it is
/// opened first. The two forms work without JavaScript.
#[component]
pub fn Outline(
    /// The conversation.
    session_id: String,
    /// Turns of the branch that is shown.
    turns: u32,
) -> impl IntoView {
    let lines = RwSignal::new(Vec::new());
    let id = StoredValue::new(session_id.clone());
    let fetch = move |_| {
        leptos::task::spawn_local(async move {
            if let Some(id) = id.try_get_value()
                && let Ok(found) = get_outline(id).await
            {
                lines.try_set(found);
            }
        });
    };
    let texts = texts();
    let action = format!("/c/{session_id}");
    view! {
        <button class="quiet outline-button" type="button" popovertarget="outline" aria-label=texts.find_here() title=texts.find_here() on:click=fetch>
            <Icon name="search"/>
        </button>
        <aside id="outline" class="panel" popover="auto" aria-label=texts.find_here()>
            <div class="panel-head">
                <h2>{texts.in_this_conversation()}</h2>
                <button class="quiet" type="button" popovertarget="outline" popovertargetaction="hide" aria-label=texts.close()>
                    <Icon name="x"/>
                </button>
            </div>
            <form action="/search" method="get" role="search">
                <input type="hidden" name="in" value=session_id/>
                <input type="search" name="q" aria-label=texts.words() placeholder=texts.words() autocomplete="off" required dir="auto"/>
                <button type="submit">{texts.find()}</button>
            </form>
            <form action=action method="get">
                <label>{texts.turn_of(&turns.to_string())}<input type="number" name="number" min="1" max=turns.to_string() required inputmode="numeric"/></label>
                <button type="submit">{texts.go_there()}</button>
            </form>
            <nav aria-label=texts.your_questions()>
                <ol>
                    {move || lines.get().into_iter().map(|(turn, number, words)| {
                        let href = id.with_value(|id| format!("/c/{id}?turn={turn}#turn-{turn}"));
                        view! { <li><a href=href dir="auto"><small>{number}</small>" "{words}</a></li> }
                    }).collect_view()}
                </ol>
            </nav>
        </aside>
    }
}
