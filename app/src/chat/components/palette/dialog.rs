//! The palette on the page.

use super::choices::{Choice, Group, listed, offered, passages, possible};
use crate::{
    chat::{
        components::icon::Icon,
        hooks::use_keys::act::{self, command_key},
        services::chat_api::search,
        utils::keys::strokes,
    },
    texts::texts,
};
use leptos::{ev, html, mount::mount_to, prelude::*};
use std::{cell::RefCell, rc::Rc};

/// What has to be done to take the palette off the page.
type Close = Rc<RefCell<Option<Box<dyn FnOnce()>>>>;

/// Opens it, with nothing typed.
pub(super) fn open() {
    let Some(body) = document().body().filter(|_| act::find("#palette").is_none()) else { return };
    let close = Close::default();
    let dialog = NodeRef::new();
    let handle = {
        let close = close.clone();
        mount_to(body, move || palette(dialog, close))
    };
    close.replace(Some(Box::new(move || drop(handle))));
    if let Some(dialog) = dialog.get_untracked() {
        // Refused only if it is shown already.
        drop(dialog.show_modal());
    }
}

fn palette(dialog: NodeRef<html::Dialog>, close: Close) -> AnyView {
    let (listed, possible) = (StoredValue::new(listed()), StoredValue::new(possible()));
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::new());
    let chosen = RwSignal::new(0_usize);
    let groups = RwSignal::new(Vec::<Group>::new());
    let asked = StoredValue::new(0_u32);
    let texts = texts();
    Effect::new(move || {
        let (typed, found) = (typed.get(), found.get());
        groups
            .set(listed.with_value(|listed| possible.with_value(|possible| offered(&typed, listed, possible, &found))));
    });
    let on_input = move |event: ev::Event| {
        let text = event_target_value(&event);
        chosen.set(0);
        typed.set(text.clone());
        let number = asked.get_value() + 1;
        asked.set_value(number);
        if text.trim().is_empty() {
            return found.set(Vec::new());
        }
        leptos::task::spawn_local(async move {
            let hits = search(text).await.unwrap_or_default();
            // Somebody may have typed on, or the palette may be gone.
            if asked.try_get_value() == Some(number) {
                found.set(passages(hits));
            }
        });
    };
    let pick = move |place: usize| {
        let choice = groups.with_untracked(|groups| groups.iter().flat_map(|group| &group.choices).nth(place).cloned());
        if let (Some(choice), Some(dialog)) = (choice, dialog.get_untracked()) {
            // The focus goes back first: what is done may take it elsewhere.
            dialog.close();
            do_it(&choice);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let count = groups.with_untracked(|groups| groups.iter().map(|group| group.choices.len()).sum::<usize>());
        let is_command = event.ctrl_key() || event.meta_key();
        let at = chosen.get_untracked();
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "ArrowDown" if count > 0 => chosen.set((at + 1) % count),
            "ArrowUp" if count > 0 => chosen.set((at + count - 1) % count),
            "Enter" => pick(at),
            "k" if is_command => dialog.get_untracked().into_iter().for_each(|dialog| dialog.close()),
            _ => return,
        }
        event.prevent_default();
        request_animation_frame(move || show_chosen(chosen));
    };
    let lines = move || {
        let mut first = 0;
        let view = |group: Group| {
            let begin = first;
            first += group.choices.len();
            group_view(group, begin, chosen, pick)
        };
        groups.get().into_iter().map(view).collect_view()
    };
    view! {
        <dialog
            id="palette"
            class="palette"
            node_ref=dialog
            aria-label=texts.conversations_and_actions()
            on:close=move |_| {
                // It is still busy with telling us.
                let close = close.clone();
                request_animation_frame(move || close.take().into_iter().for_each(|close| close()));
            }
            on:click=move |event| {
                // What is around it is the dialog itself.
                if let Some(dialog) = dialog.get_untracked().filter(|dialog| event.target().as_ref() == Some(dialog.as_ref())) {
                    dialog.close();
                }
            }
        >
            <div class="palette-body">
                <div class="palette-field">
                    <Icon name="search"/>
                    <input
                        type="text"
                        role="combobox"
                        aria-label=texts.find_anything()
                        aria-expanded="true"
                        aria-controls="palette-lines"
                        aria-autocomplete="list"
                        aria-activedescendant=move || format!("palette-{}", chosen.get())
                        placeholder=texts.find_anything()
                        autocomplete="off"
                        spellcheck="false"
                        dir="auto"
                        autofocus
                        on:input=on_input
                        on:keydown=on_key
                    />
                </div>
                <div id="palette-lines" class="palette-lines" role="listbox" aria-label=texts.conversations_and_actions()>{lines}</div>
                <p class="palette-foot" aria-hidden="true">
                    <span><kbd>"↑"</kbd><kbd>"↓"</kbd>" "{texts.palette_choose()}</span>
                    <span><kbd>"Enter"</kbd>" "{texts.palette_go()}</span>
                    <span><kbd>"Esc"</kbd>" "{texts.palette_close()}</span>
                </p>
            </div>
        </dialog>
    }
    .into_any()
}

fn group_view(group: Group, begin: usize, chosen: RwSignal<usize>, pick: impl Fn(usize) + Copy + 'static) -> AnyView {
    let heading = format!("palette-heading-{begin}");
    let lines = group.choices.into_iter().enumerate().map(|(place, choice)| {
        let place = begin + place;
        view! {
            <div
                id=format!("palette-{place}")
                class="palette-line"
                role="option"
                aria-selected=move || (chosen.get() == place).to_string()
                // The field keeps the focus.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| pick(place)
            >
                {choice_view(choice)}
            </div>
        }
    });
    view! {
        <div role="group" aria-labelledby=heading>
            <p id=heading.clone() class="palette-heading" role="presentation">{group.heading}</p>
            {lines.collect_view()}
        </div>
    }
    .into_any()
}

fn choice_view(choice: Choice) -> AnyView {
    match choice {
        Choice::Command(command) => {
            let keys = strokes(command.keys, command_key()).into_iter().flatten();
            view! {
                <span class="name">{command.name.words(texts())}</span>
                <span class="palette-keys" dir="ltr">{keys.map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</span>
            }
            .into_any()
        }
        Choice::Place(place) => view! {
            <span class="palette-mark" data-source=place.source></span>
            <span class="name" dir="auto">{place.name}</span>
            <small dir="auto">{place.about}</small>
        }
        .into_any(),
        Choice::Everywhere(words) => view! { <Icon name="search"/><span class="name" dir="auto">{words}</span><small>{texts().in_all_conversations()}</small> }.into_any(),
    }
}

fn do_it(choice: &Choice) {
    // What is not there any more is not done.
    let _ = match choice {
        Choice::Command(command) => act::run(command.act),
        Choice::Place(place) => act::go(&place.href),
        Choice::Everywhere(words) => {
            let words = String::from(js_sys::encode_uri_component(words));
            act::go(&["/search?q=", &words].concat())
        }
    };
}

/// Scrolls to the line that is chosen, no further than it takes.
fn show_chosen(chosen: RwSignal<usize>) {
    let Some(line) = chosen.try_get_untracked().and_then(|chosen| act::find(&format!("#palette-{chosen}"))) else {
        return;
    };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    line.scroll_into_view_with_scroll_into_view_options(&options);
}
