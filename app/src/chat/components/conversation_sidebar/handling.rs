//! The list of conversations in hand: gone along by keys, several chosen at once, renamed in place, with a menu, and drawn onto projects. It is loaded
//! when the list is first come to. Without it, and without JavaScript, there is the page to put conversations in order.
//!
//! The page's own code makes the lines anew as it likes, also another conversation in the same element: what is kept here goes by the conversation, and
//! is put on the lines again after each change of them.

mod bar;
mod menu;
mod projects;
mod rename;

use crate::chat::{
    components::server_form::post,
    hooks::use_keys::act::{find, find_all, focused, go},
    services::chat_api::ManageConversations,
};
use leptos::{prelude::*, server_fn::ServerFn};
use std::cell::Cell;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent};

/// A line of the list.
const LINE: &str = "a.conversation-line";

/// What is done with the list.
#[derive(Clone, Copy)]
struct Handling {
    /// Ids of the conversations that are chosen, in the order of the list.
    chosen: RwSignal<Vec<String>>,
    /// What was in the way, the last time; empty if nothing was.
    problem: RwSignal<String>,
    /// The conversation of the line that has, or had, the focus.
    at: StoredValue<Option<String>>,
    /// Which line that was when the list was last looked at: if the conversation goes, the next one stands there.
    place: StoredValue<usize>,
    /// Where a range that is chosen begins.
    anchor: StoredValue<Option<String>>,
    /// The conversation whose name is being changed, and the field.
    renaming: StoredValue<Option<(String, HtmlInputElement)>, LocalStorage>,
    /// What is being drawn.
    drawn: StoredValue<Vec<String>>,
    /// What is told of changes of the list, and the list.
    observer: StoredValue<Option<(web_sys::MutationObserver, Element)>, LocalStorage>,
}

thread_local! {
    static IS_ATTENDED: Cell<bool> = const { Cell::new(false) };
}

crate::lazy::part! { list:
    pub(crate) fn attend() -> () {
        if !IS_ATTENDED.replace(true) {
            Handling::begin();
        }
    }
}

impl Handling {
    fn begin() {
        let handling = Handling {
            chosen: RwSignal::new(Vec::new()),
            problem: RwSignal::new(String::new()),
            at: StoredValue::new(None),
            place: StoredValue::new(0),
            anchor: StoredValue::new(None),
            renaming: StoredValue::new_local(None),
            drawn: StoredValue::new(Vec::new()),
            observer: StoredValue::new_local(None),
        };
        // Not `FnMut`: what is heard moves the focus, which is heard in between.
        let hear = Closure::<dyn Fn(Event)>::new(move |event| handling.hear(&event));
        // Heard before the keys of the whole page, which are heard at the window.
        for kind in
            ["keydown", "click", "contextmenu", "pointerdown", "focusin", "dragstart", "dragover", "drop", "dragend"]
        {
            drop(document().add_event_listener_with_callback(kind, hear.as_ref().unchecked_ref()));
        }
        hear.forget();
        if let Some(line) = focused().filter(|element| element.matches(LINE).unwrap_or_default()) {
            handling.at.set_value(id_of(&line));
        }
        handling.observe();
        handling.apply();
    }

    fn hear(self, event: &Event) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        if let Some(event) =
            event.dyn_ref::<KeyboardEvent>().filter(|_| target.matches("input.rename").unwrap_or_default())
        {
            return self.key_in_name(event);
        }
        if event.type_() == "dragend" {
            return self.draw_no_more();
        }
        let line = target.closest(LINE).ok().flatten().and_then(|line| line.dyn_into::<HtmlElement>().ok());
        let Some((line, id)) = line.and_then(|line| Some((line.clone(), id_of(&line)?))) else {
            return self.hear_elsewhere(event, &target);
        };
        self.observe();
        match event.type_().as_str() {
            "focusin" => {
                self.at.set_value(Some(id));
                self.apply();
            }
            "keydown" => event.dyn_ref().into_iter().for_each(|event| self.key(event, &line, &id)),
            "click" => event.dyn_ref().into_iter().for_each(|event| self.click(event, &id)),
            "contextmenu" => {
                event.prevent_default();
                let at = event
                    .dyn_ref::<MouseEvent>()
                    .map(|event| (f64::from(event.client_x()), f64::from(event.client_y())));
                menu::open(self, &line, self.meant(&id), at);
            }
            "dragstart" => {
                self.drawn.set_value(self.meant(&id));
                projects::offer(self);
            }
            _ => {}
        }
    }

    fn hear_elsewhere(self, event: &Event, target: &Element) {
        let is_in = |selector: &str| target.closest(selector).ok().flatten();
        match event.type_().as_str() {
            // What removes a line with the focus takes the focus along; a person who goes elsewhere does not want it back.
            "pointerdown" => {
                self.at.set_value(None);
                if is_in("input.rename").is_none() {
                    self.take_name();
                }
            }
            "focusin" if is_in("dialog, [popover]").is_none() => self.at.set_value(None),
            "dragover" | "drop" if !self.drawn.with_value(Vec::is_empty) => {
                if let Some(target) = is_in(".draw-target") {
                    event.prevent_default();
                    projects::draw_over(&target);
                    if event.type_() == "drop" {
                        projects::take(self, &target);
                        // A line that goes from the list at once does not hear that its drawing ended.
                        self.draw_no_more();
                    }
                }
            }
            _ => {}
        }
    }

    fn draw_no_more(self) {
        self.drawn.set_value(Vec::new());
        projects::withdraw();
    }

    fn key(self, event: &KeyboardEvent, line: &HtmlElement, id: &str) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let lines = find_all(LINE);
        let place = lines.iter().position(|other| other == line).unwrap_or_default();
        let shift = event.shift_key();
        let to = match event.key().as_str() {
            "ArrowDown" => Some(place + 1),
            "ArrowUp" => place.checked_sub(1),
            "Home" => Some(0),
            "End" => lines.len().checked_sub(1),
            " " => {
                self.toggle(id);
                None
            }
            "F2" => {
                rename::begin(self, id);
                None
            }
            "Delete" => {
                self.act("delete", self.meant(id), None);
                None
            }
            "ContextMenu" => {
                menu::open(self, line, self.meant(id), None);
                None
            }
            "F10" if shift => {
                menu::open(self, line, self.meant(id), None);
                None
            }
            "Escape" if !self.chosen.with_untracked(Vec::is_empty) => {
                self.choose(Vec::new());
                None
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(next) = to.and_then(|to| lines.get(to)) {
            if shift {
                self.choose_up_to(&id_of(next).unwrap_or_default());
            }
            drop(next.focus());
        }
    }

    /// With Shift a click chooses all from the last one on; once something is chosen, with Control or Command one more. Before, that is a new tab, as
    /// everywhere.
    fn click(self, event: &MouseEvent, id: &str) {
        if event.shift_key() {
            event.prevent_default();
            self.choose_up_to(id);
        } else if self.chosen.with_untracked(Vec::is_empty) {
            self.anchor.set_value(Some(id.to_owned()));
        } else if event.ctrl_key() || event.meta_key() {
            event.prevent_default();
            self.toggle(id);
        } else {
            self.choose(Vec::new());
        }
    }

    /// The conversations that are meant with one: all that are chosen, if it is among them.
    fn meant(self, id: &str) -> Vec<String> {
        let chosen = self.chosen.get_untracked();
        if chosen.iter().any(|chosen| chosen == id) { chosen } else { vec![id.to_owned()] }
    }

    fn toggle(self, id: &str) {
        self.anchor.set_value(Some(id.to_owned()));
        let mut chosen = self.chosen.get_untracked();
        match chosen.iter().position(|chosen| chosen == id) {
            Some(place) => drop(chosen.remove(place)),
            None => chosen.push(id.to_owned()),
        }
        self.choose(chosen);
    }

    /// Chooses all from the anchor to a conversation, beside those that are chosen.
    fn choose_up_to(self, id: &str) {
        let ids: Vec<String> = find_all(LINE).iter().filter_map(id_of).collect();
        let place = |id: &str| ids.iter().position(|other| other == id);
        let at = self.anchor.get_value().or_else(|| self.at.get_value());
        let (Some(to), from) = (place(id), at.as_deref().and_then(place)) else { return };
        let from = from.unwrap_or(to);
        if self.anchor.with_value(Option::is_none) {
            self.anchor.set_value(ids.get(from).cloned());
        }
        let mut chosen = self.chosen.get_untracked();
        chosen.extend(
            ids[from.min(to)..=from.max(to)].iter().filter(|id| !chosen.contains(id)).cloned().collect::<Vec<_>>(),
        );
        self.choose(chosen);
    }

    fn choose(self, chosen: Vec<String>) {
        bar::make(self);
        if chosen.is_empty() {
            self.anchor.set_value(None);
        }
        self.chosen.set(chosen);
        self.apply();
    }

    /// Does something to conversations. The server tells all pages that the history changed, this one too.
    fn act(self, action: &'static str, ids: Vec<String>, project: Option<String>) {
        bar::make(self);
        leptos::task::spawn_local(async move {
            let Ok(fields) = web_sys::UrlSearchParams::new() else { return };
            fields.append("action", action);
            for (number, id) in ids.iter().enumerate() {
                fields.append(&format!("ids[{number}]"), id);
            }
            project.into_iter().for_each(|project| fields.append("project", &project));
            match post(ManageConversations::PATH, fields).await {
                Ok(()) => {
                    self.problem.set(String::new());
                    self.choose(Vec::new());
                    let is_open = window()
                        .location()
                        .pathname()
                        .is_ok_and(|path| ids.iter().any(|id| path == format!("/c/{id}")));
                    if action == "delete" && is_open {
                        go("/");
                    }
                }
                Err(error) => self.problem.set(error.to_string()),
            }
        });
    }

    /// Hears of changes of the list, which may be another element than before.
    fn observe(self) {
        let is_heard =
            self.observer.with_value(|observer| observer.as_ref().is_some_and(|(_, list)| list.is_connected()));
        let Some(list) = find("nav.conversations").filter(|_| !is_heard) else { return };
        let changed = Closure::<dyn FnMut()>::new(move || self.apply());
        let Ok(observer) = web_sys::MutationObserver::new(changed.as_ref().unchecked_ref()) else { return };
        changed.forget();
        let options = web_sys::MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        options.set_attribute_filter(&js_sys::Array::of1(&wasm_bindgen::JsValue::from_str("href")));
        drop(observer.observe_with_options(&list, &options));
        self.observer.set_value(Some((observer, list.into())));
    }

    /// Puts on the lines what is kept of their conversations: which can be reached by Tab, which are chosen, which is being renamed, which has the focus.
    fn apply(self) {
        let lines: Vec<(HtmlElement, String)> =
            find_all(LINE).into_iter().filter_map(|line| Some((line.clone(), id_of(&line)?))).collect();
        let place = |id: &str| lines.iter().position(|(_, other)| other == id);
        let next = || lines.len().checked_sub(1).map(|last| self.place.get_value().min(last));
        let at = self.at.get_value().and_then(|id| place(&id).or_else(next));
        if let Some((at, (_, id))) = at.and_then(|at| Some((at, lines.get(at)?))) {
            self.place.set_value(at);
            self.at.set_value(Some(id.clone()));
        }
        let current = || lines.iter().position(|(line, _)| line.has_attribute("aria-current"));
        let stop = at.or_else(current).unwrap_or_default();
        let chosen = self.chosen.get_untracked();
        for (number, (line, id)) in lines.iter().enumerate() {
            drop(line.set_attribute("tabindex", if number == stop { "0" } else { "-1" }));
            drop(line.toggle_attribute_with_force("data-chosen", chosen.contains(id)));
        }
        if let Some((line, _)) = at.and_then(|at| lines.get(at)) {
            let focused = focused();
            let is_lost = focused.as_ref().is_none_or(|focused| focused.tag_name() == "BODY");
            let is_elsewhere =
                focused.is_some_and(|focused| focused != *line && focused.matches(LINE).unwrap_or_default());
            if is_lost || is_elsewhere {
                drop(line.focus());
            }
        }
        rename::keep(self, &lines);
    }
}

/// The conversation of a line.
fn id_of(line: &HtmlElement) -> Option<String> {
    line.get_attribute("href")?.strip_prefix("/c/").map(str::to_owned)
}
