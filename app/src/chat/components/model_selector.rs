//! Who answers.

use crate::chat::{hooks::use_chat::Chat, services::chat_api::models};
use aios_protocol::agents::{AgentModel, AgentModels};
use leptos::prelude::*;

/// A list of the models that can answer, by provider. Asked for once the page is alive, so that a slow provider never delays a page.
#[component]
pub fn ModelSelector() -> impl IntoView {
    let chat = Chat::expect();
    // Not a resource: the page is rendered and hydrated without it, whatever comes.
    let available = RwSignal::new(None);
    let ask = move || {
        leptos::task::spawn_local(async move {
            let answer = models().await;
            // A list that is open is not replaced by the same one.
            if available.with_untracked(|known| known.as_ref() != Some(&answer)) {
                drop(available.try_set(Some(answer)));
            }
        });
    };
    Effect::new(ask);
    move || match available.get() {
        None => view! { <span class="model-selector">"Model…"</span> }.into_any(),
        Some(Ok(available)) => view! { <Choice chat available ask/> }.into_any(),
        Some(Err(_)) => {
            view! { <span class="model-selector">"Models unknown: the server does not answer"</span> }.into_any()
        }
    }
}

#[component]
fn Choice(chat: Chat, available: AgentModels, ask: impl Fn() + 'static) -> impl IntoView {
    let AgentModels { models, current, problems } = available;
    let chosen = chat.model.get_untracked().filter(|id| models.iter().any(|model| model.id == *id)).unwrap_or(current);
    let mut providers: Vec<(String, Vec<AgentModel>)> = Vec::new();
    for model in models {
        match providers.iter_mut().find(|(provider, _)| *provider == model.provider) {
            Some((_, members)) => members.push(model),
            None => providers.push((model.provider.clone(), vec![model])),
        }
    }
    view! {
        <select
            class="model-selector"
            aria-label="Who answers"
            title=problems.join("\n")
            on:focus=move |_| ask()
            on:change=move |event| chat.model.set(Some(event_target_value(&event)))
        >
            {providers
                .into_iter()
                .map(|(provider, models)| {
                    let options = models.into_iter().map(|model| {
                        let selected = model.id == chosen;
                        let context = model.context_length.map(|tokens| format!(" · {}k", tokens / 1024));
                        view! {
                            <option value=model.id selected=selected title=model.description>{model.name}{context}</option>
                        }
                    });
                    view! { <optgroup label=provider>{options.collect_view()}</optgroup> }
                })
                .collect_view()}
        </select>
        {(!problems.is_empty()).then(|| view! { <span class="model-problem" role="status">{problems.join(" ")}</span> })}
    }
}
