//! Moving conversations to projects: by a question, or by drawing them onto one.

use super::Handling;
use crate::{
    chat::{
        hooks::use_keys::act::{find, find_all},
        services::chat_api::list_projects,
    },
    texts::texts,
};
use leptos::{html, mount::mount_to, prelude::*};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Asks for the project.
pub(super) fn ask(handling: Handling, ids: Vec<String>) {
    // The menu that it was chosen in ends before it does.
    let owner = Owner::new_root(None);
    owner.clone().with(move || ask_until_closed(handling, ids, owner));
}

fn ask_until_closed(handling: Handling, ids: Vec<String>, owner: Owner) {
    let Some(body) = document().body().filter(|_| find(".move-dialog").is_none()) else { return };
    let texts = texts();
    let dialog = NodeRef::<html::Dialog>::new();
    let field = NodeRef::<html::Input>::new();
    let projects = RwSignal::new(Vec::<String>::new());
    leptos::task::spawn_local(async move {
        // Without them a name is written.
        projects.try_set(list_projects().await.unwrap_or_default());
    });
    let close = Rc::new(RefCell::new(None::<Box<dyn FnOnce()>>));
    let count = ids.len();
    let handle = {
        let close = close.clone();
        mount_to(body, move || {
            view! {
                <dialog
                    class="move-dialog"
                    aria-labelledby="move-title"
                    node_ref=dialog
                    on:close=move |_| {
                        let close = close.clone();
                        request_animation_frame(move || close.take().into_iter().for_each(|close| close()));
                    }
                >
                    <form
                        method="dialog"
                        on:submit=move |_| {
                            let project = field.get_untracked().map(|field| field.value()).unwrap_or_default();
                            handling.act("move", ids.clone(), Some(project));
                        }
                    >
                        <h2 id="move-title">
                            {if count == 1 { texts.move_to_project().to_owned() } else { texts.move_many(u32::try_from(count).unwrap_or(u32::MAX)) }}
                        </h2>
                        <input node_ref=field type="text" aria-labelledby="move-title" list="move-projects" placeholder=texts.project() maxlength="200" autocomplete="off" dir="auto" autofocus/>
                        <datalist id="move-projects">
                            {move || projects.get().into_iter().map(|project| view! { <option value=project></option> }).collect_view()}
                        </datalist>
                        <p class="hint">{texts.project_hint()}</p>
                        <p class="move-buttons">
                            <button class="primary" type="submit">{texts.move_verb()}</button>
                            <button class="quiet" type="button" on:click=move |_| dialog.get_untracked().into_iter().for_each(|dialog| dialog.close())>{texts.cancel()}</button>
                        </p>
                    </form>
                </dialog>
            }
        })
    };
    close.replace(Some(Box::new(move || drop((handle, owner)))));
    if let Some(dialog) = dialog.get_untracked() {
        drop(dialog.show_modal());
    }
}

/// Shows what conversations can be drawn onto, as long as some are drawn.
pub(super) fn offer(handling: Handling) {
    leptos::task::spawn_local(async move {
        let projects = list_projects().await.unwrap_or_default();
        let place = document().create_element("div").ok().and_then(|place| place.dyn_into::<HtmlElement>().ok());
        let (Some(foot), Some(place), None) = (find(".sidebar-foot"), place, find(".draw-targets")) else { return };
        // They may have been dropped before the answer came.
        if handling.drawn.with_value(Vec::is_empty) {
            return;
        }
        drop(place.set_attribute("class", "draw-targets"));
        for project in projects {
            add_target(&place, "move", &project, &project);
        }
        let texts = texts();
        let others = [
            ("new", texts.new_project()),
            ("move", texts.no_project()),
            ("archive", texts.archive()),
            ("delete", texts.trash()),
        ];
        for (action, label) in others {
            add_target(&place, action, "", label);
        }
        drop(foot.before_with_node_1(&place));
    });
}

fn add_target(place: &HtmlElement, action: &str, project: &str, label: &str) {
    let Ok(target) = document().create_element("div") else { return };
    for (name, value) in [("class", "draw-target"), ("data-action", action), ("data-project", project), ("dir", "auto")]
    {
        drop(target.set_attribute(name, value));
    }
    target.set_text_content(Some(label));
    drop(place.append_child(&target));
}

/// Shows where what is drawn would go.
pub(super) fn draw_over(target: &Element) {
    for other in find_all(".draw-target") {
        drop(other.toggle_attribute_with_force("data-over", *other == *target));
    }
}

/// Takes what is drawn.
pub(super) fn take(handling: Handling, target: &Element) {
    let said = |name: &str| target.get_attribute(name).unwrap_or_default();
    let ids = handling.drawn.get_value();
    match said("data-action").as_str() {
        "new" => ask(handling, ids),
        "archive" => handling.act("archive", ids, None),
        "delete" => handling.act("delete", ids, None),
        _ => handling.act("move", ids, Some(said("data-project"))),
    }
}

/// Takes the targets away.
pub(super) fn withdraw() {
    find_all(".draw-targets").into_iter().for_each(|targets| targets.remove());
}
