//! The menu of a line, or of all that are chosen.

use super::{Handling, projects, rename};
use crate::{
    chat::{
        components::icon::Icon,
        hooks::use_keys::act::{find, find_all, focused},
    },
    texts::texts,
};
use leptos::{ev, html, mount::mount_to, prelude::*};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What is kept free between the menu and the edge of the window, in pixels.
const MARGIN: f64 = 8.0;

/// What an item of the menu does.
#[derive(Clone, Copy)]
enum Item {
    Rename,
    Manage(&'static str),
    Move,
    Export,
}

/// Opens it at a place of the window, else at the line. It goes as soon as it is closed, and gives the focus back to the line.
pub(super) fn open(handling: Handling, line: &HtmlElement, ids: Vec<String>, at: Option<(f64, f64)>) {
    let Some(sidebar) = find("#sidebar").filter(|_| find(".line-menu").is_none()) else { return };
    let texts = texts();
    let mut items = Vec::new();
    if ids.len() == 1 {
        items.push((Item::Rename, "pencil", texts.do_rename(), "F2"));
    }
    match line.has_attribute("data-pinned") {
        true => items.push((Item::Manage("unpin"), "pin", texts.unpin(), "")),
        false => items.push((Item::Manage("pin"), "pin", texts.pin(), "")),
    }
    items.push((Item::Move, "library", texts.move_to_project_more(), ""));
    items.push((Item::Manage("archive"), "archive", texts.archive_verb(), ""));
    if ids.len() == 1 {
        items.push((Item::Export, "import", texts.export_markdown(), ""));
    }
    items.push((Item::Manage("delete"), "trash-2", texts.delete(), "Delete"));
    let menu = NodeRef::<html::Div>::new();
    let close = Rc::new(RefCell::new(None::<Box<dyn FnOnce()>>));
    let handle = {
        let (close, line) = (close.clone(), line.clone());
        mount_to(sidebar, move || {
            let pick = move |item: Item| {
                if let Some(menu) = menu.get_untracked() {
                    drop(menu.hide_popover());
                }
                handling.pick(item, &ids);
            };
            let count = items.len();
            let items = items.into_iter().map(|(item, icon, label, keys)| {
                let pick = pick.clone();
                view! {
                    <button class="wide" type="button" role="menuitem" tabindex="-1" on:click=move |_| pick(item)>
                        <Icon name=icon/>
                        <span>{label}</span>
                        {(!keys.is_empty()).then(|| view! { <kbd aria-hidden="true">{keys}</kbd> })}
                    </button>
                }
            });
            let items = items.collect_view();
            view! {
                <div
                    class="line-menu"
                    popover="auto"
                    role="menu"
                    aria-label=texts.conversation_menu()
                    node_ref=menu
                    on:keydown=move |event| on_key(&event, count)
                    on:toggle=move |event| {
                        let is_closed = event.target().is_some_and(|menu| !menu.unchecked_into::<HtmlElement>().matches(":popover-open").unwrap_or_default());
                        if is_closed {
                            if focused().is_none_or(|focused| focused.tag_name() == "BODY" || focused.closest(".line-menu").ok().flatten().is_some()) {
                                drop(line.focus());
                            }
                            let close = close.clone();
                            request_animation_frame(move || close.take().into_iter().for_each(|close| close()));
                        }
                    }
                >
                    {items}
                </div>
            }
        })
    };
    close.replace(Some(Box::new(move || drop(handle))));
    let Some(menu) = menu.get_untracked() else { return };
    drop(menu.show_popover());
    let (line, size) = (line.get_bounding_client_rect(), menu.get_bounding_client_rect());
    let (x, y) = at.filter(|at| *at != (0.0, 0.0)).unwrap_or((line.left() + 16.0, line.bottom()));
    let within =
        |place: f64, size: f64, room: Option<f64>| place.min(room.unwrap_or(place) - size - MARGIN).max(MARGIN);
    let room =
        |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| value.ok().and_then(|value| value.as_f64());
    let style = web_sys::HtmlElement::style(&menu);
    drop(style.set_property("left", &format!("{}px", within(x, size.width(), room(window().inner_width())))));
    drop(style.set_property("top", &format!("{}px", within(y, size.height(), room(window().inner_height())))));
    focus_item(0);
}

/// Goes along the items; Tab leaves the menu.
fn on_key(event: &ev::KeyboardEvent, count: usize) {
    let items = find_all(".line-menu [role=menuitem]");
    let focused = focused();
    let at = items.iter().position(|item| Some(item) == focused.as_ref()).unwrap_or_default();
    let to = match event.key().as_str() {
        "ArrowDown" => (at + 1) % count,
        "ArrowUp" => (at + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        "Tab" => {
            event.prevent_default();
            find(".line-menu").into_iter().for_each(|menu| drop(menu.hide_popover()));
            return;
        }
        // Letters are not for the page as long as the menu is open.
        key if key.len() == 1 && key != " " => return event.prevent_default(),
        _ => return,
    };
    event.prevent_default();
    focus_item(to);
}

fn focus_item(place: usize) {
    if let Some(item) = find_all(".line-menu [role=menuitem]").get(place) {
        drop(item.focus());
    }
}

impl Handling {
    fn pick(self, item: Item, ids: &[String]) {
        let Some(first) = ids.first() else { return };
        match item {
            Item::Rename => {
                // After the menu has given the focus back.
                let first = first.clone();
                request_animation_frame(move || rename::begin(self, &first));
            }
            Item::Manage(action) => self.act(action, ids.to_vec(), None),
            Item::Move => projects::ask(self, ids.to_vec()),
            Item::Export => {
                let address = format!("/api/export/conversations/{first}?format=markdown");
                drop(window().location().set_href(&address));
            }
        }
    }
}
