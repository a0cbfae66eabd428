//! Who answers.

use crate::{
    chat::{hooks::use_chat::Chat, services::chat_api::models, utils::favourites},
    lazy,
    texts::texts,
};
use aios_protocol::agents::{AgentModel, AgentModels};
use leptos::prelude::*;

/// A list of the models that can answer, by provider. Asked for once the page is alive, so that a slow provider never delays a page.
#[component]
pub fn ModelSelector() -> impl IntoView {
    let is_loaded = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    {
        let socket = crate::chat::hooks::use_websocket::Socket::expect();
        Effect::new(move || {
            leptos::task::spawn_local(async move {
                socket.loaded().await;
                let _ = load_choice().await;
                is_loaded.try_set(true);
            });
        });
    }
    move || if is_loaded.get() { lazy::shown(choice()) } else { waiting() }
}

fn waiting() -> AnyView {
    view! { <span class="model-selector">{texts().model_waiting()}</span> }.into_any()
}

lazy::part! { live, preload(load_choice):
    fn choice() -> AnyView {
        view! { <Available/> }.into_any()
    }
}

#[component]
fn Available() -> impl IntoView {
    let chat = Chat::expect();
    // Not a resource: the page is rendered and hydrated without it, whatever comes.
    let available = RwSignal::new(None);
    let ask = move || {
        leptos::task::spawn_local(async move {
            let answer = models().await;
            // A list that is open is not replaced by the same one.
            if available.try_with_untracked(|known| known.as_ref() != Some(&answer)) == Some(true) {
                drop(available.try_set(Some(answer)));
            }
        });
    };
    let favourites = RwSignal::new(Vec::new());
    Effect::new(move || {
        favourites.set(favourites::get());
        ask();
    });
    move || match available.get() {
        None => waiting(),
        Some(Ok(available)) => view! { <Choice chat available favourites ask/> }.into_any(),
        Some(Err(_)) => view! { <span class="model-selector">{texts().models_unknown()}</span> }.into_any(),
    }
}

#[component]
fn Choice(
    chat: Chat,
    available: AgentModels,
    favourites: RwSignal<Vec<String>>,
    ask: impl Fn() + 'static,
) -> impl IntoView {
    let AgentModels { models, current, problems } = available;
    let texts = texts();
    let chosen =
        chat.model.get_untracked().filter(|id| models.iter().any(|model| model.id == *id)).unwrap_or(current.clone());
    let has_choice = models.len() > 1;
    let shown = Memo::new(move |_| chat.model.get().unwrap_or_else(|| current.clone()));
    let is_favourite = move || favourites.with(|ids| ids.contains(&shown.get()));
    // What is starred while the list is open goes first from the next list on: nothing jumps under a hand.
    let providers = favourites.with_untracked(|ids| in_groups(models, ids));
    view! {
        <select
            class="model-selector"
            aria-label=texts.who_answers()
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
        {has_choice.then(|| view! {
            <button
                class="quiet favourite"
                type="button"
                aria-label=texts.favourite()
                title=texts.show_first()
                aria-pressed=move || is_favourite().to_string()
                on:click=move |_| {
                    let id = shown.get_untracked();
                    favourites.update(|ids| {
                        match ids.iter().position(|favourite| *favourite == id) {
                            Some(position) => drop(ids.remove(position)),
                            None => ids.push(id),
                        }
                        favourites::keep(ids);
                    });
                }
            >
                {move || if is_favourite() { "★" } else { "☆" }}
            </button>
        })}
        {(!problems.is_empty()).then(|| view! { <span class="model-problem" role="status">{problems.join(" ")}</span> })}
    }
}

/// Models by provider, the favourites before them.
fn in_groups(models: Vec<AgentModel>, favourites: &[String]) -> Vec<(String, Vec<AgentModel>)> {
    let (first, others): (Vec<_>, Vec<_>) = models.into_iter().partition(|model| favourites.contains(&model.id));
    let mut groups: Vec<(String, Vec<AgentModel>)> = Vec::new();
    if !first.is_empty() {
        groups.push((texts().favourites().to_owned(), first));
    }
    let own = groups.len();
    for model in others {
        match groups[own..].iter_mut().find(|(provider, _)| *provider == model.provider) {
            Some((_, members)) => members.push(model),
            None => groups.push((model.provider.clone(), vec![model])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::in_groups;
    use aios_protocol::agents::AgentModel;

    #[test]
    fn favourites_stand_first_and_once() {
        let model = |id: &str, provider: &str| AgentModel {
            id: id.into(),
            name: id.into(),
            provider: provider.into(),
            description: None,
            context_length: None,
        };
        let models = vec![model("a", "x"), model("b", "y"), model("c", "x")];
        let names = |favourites: &[String]| -> Vec<(String, Vec<String>)> {
            let groups = in_groups(models.clone(), favourites);
            groups
                .into_iter()
                .map(|(name, models)| (name, models.into_iter().map(|model| model.id).collect()))
                .collect()
        };
        let group = |name: &str, ids: &[&str]| (name.to_owned(), ids.iter().map(|id| (*id).to_owned()).collect());
        assert_eq!(names(&[]), [group("x", &["a", "c"]), group("y", &["b"])]);
        let starred = ["c".to_owned(), "gone".to_owned()];
        assert_eq!(names(&starred), [group("Favourites", &["c"]), group("x", &["a"]), group("y", &["b"])]);
    }
}
