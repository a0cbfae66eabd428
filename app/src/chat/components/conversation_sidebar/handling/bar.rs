//! What is done with the conversations that are chosen, and what was in the way.

use super::{Handling, projects};
use crate::{
    chat::{components::icon::Icon, hooks::use_keys::act::find},
    texts::texts,
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;

/// Puts the bar into the sidebar, above its foot, unless it is there.
pub(super) fn make(handling: Handling) {
    let place = document().create_element("div").ok().and_then(|place| place.dyn_into::<web_sys::HtmlElement>().ok());
    let (Some(foot), Some(place), None) = (find(".sidebar-foot"), place, find(".chosen")) else { return };
    drop(place.set_attribute("class", "chosen"));
    drop(foot.before_with_node_1(&place));
    // It stays as long as the page does, whatever menu it was made by.
    let owner = Owner::new_root(None);
    owner.with(|| mount_to(place, move || bar(handling)).forget());
    std::mem::forget(owner);
}

fn bar(handling: Handling) -> AnyView {
    let texts = texts();
    let count = move || handling.chosen.with(Vec::len);
    let button = move |action: &'static str, icon: &'static str, label: &'static str| {
        let act = move |_| handling.act(action, handling.chosen.get_untracked(), None);
        view! { <button class="quiet" type="button" aria-label=label title=label on:click=act><Icon name=icon/></button> }
    };
    view! {
        <p class="problem" role="alert">{move || handling.problem.get()}</p>
        <div class="chosen-bar" role="group" aria-label=texts.with_chosen() hidden=move || count() == 0>
            <span role="status">{move || texts.chosen_many(u32::try_from(count()).unwrap_or(u32::MAX))}</span>
            {button("pin", "pin", texts.pin())}
            {button("archive", "archive", texts.archive_verb())}
            <button
                class="quiet"
                type="button"
                aria-label=texts.move_to_project()
                title=texts.move_to_project()
                on:click=move |_| projects::ask(handling, handling.chosen.get_untracked())
            >
                <Icon name="library"/>
            </button>
            {button("delete", "trash-2", texts.delete())}
            <button class="quiet" type="button" aria-label=texts.let_go_of_all() title=texts.let_go_of_all() on:click=move |_| handling.choose(Vec::new())>
                <Icon name="x"/>
            </button>
        </div>
    }
    .into_any()
}
