//! From a key to what it does, and from a button to its key.

use super::act;
use crate::chat::{
    components::conversation_sidebar::handling,
    types::settings::Settings,
    utils::keys::{Act, COMMANDS, Command, in_words},
};
use leptos::{ev, prelude::*};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// How long the second of two keys is waited for, in milliseconds.
const SECOND_KEY_WITHIN: f64 = 1500.0;

/// Hears keys as long as the page is there.
pub(super) fn listen() {
    let begun = RefCell::new(None);
    window_event_listener(ev::keydown, move |event| hear(&event, &begun));
    window_event_listener(ev::pointerover, |event| come_to(&event));
    window_event_listener(ev::focusin, |event| come_to(&event));
}

fn hear(event: &ev::KeyboardEvent, begun: &RefCell<Option<(String, f64)>>) {
    let before = begun.take().filter(|(_, at)| event.time_stamp() - at < SECOND_KEY_WITHIN);
    // What has the focus may have made something of the key already.
    if event.default_prevented() || event.is_composing() {
        return;
    }
    let Some(mut stroke) = stroke(event) else { return };
    let is_letter = stroke.chars().count() == 1;
    let is_writing = target(event).is_some_and(|target| act::is_written_in(&target));
    // What is on top has its own keys.
    if act::find("dialog:modal").is_some()
        || (is_writing && (is_letter || event.alt_key()))
        || (is_letter && !has_letters())
    {
        return;
    }
    if let Some((first, _)) = before {
        stroke = format!("{first} {stroke}");
    }
    let heard = || COMMANDS.iter().filter(|command| command.is_heard());
    if heard().any(|command| command.keys.strip_prefix(&stroke).is_some_and(|rest| rest.starts_with(' '))) {
        begun.replace(Some((stroke, event.time_stamp())));
        return;
    }
    let Some(command) = heard().find(|command| command.keys == stroke) else { return };
    // A key that is held down goes on along a list; it does not rate an answer again and again.
    let may_repeat = matches!(command.act, Act::Turn(_) | Act::Line(_));
    if (may_repeat || !event.repeat()) && act::run(command.act) {
        event.prevent_default();
    }
}

/// A key with its modifiers, as the table of keys writes it.
fn stroke(event: &ev::KeyboardEvent) -> Option<String> {
    let key = event.key();
    // With a sign or a letter Shift is in the sign or the letter.
    if event.shift_key() && (key.len() > 1 || event.ctrl_key() || event.meta_key()) {
        return None;
    }
    match (event.ctrl_key() || event.meta_key(), event.alt_key()) {
        (false, false) => Some(key),
        (true, false) => Some(["Mod+", &key.to_ascii_lowercase()].concat()),
        (false, true) => Some(["Alt+", &key].concat()),
        (true, true) => None,
    }
}

fn target(event: &Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}

fn has_letters() -> bool {
    Settings::here().attribute("letters").is_none()
}

/// Something is pointed at, or has the focus now.
fn come_to(event: &Event) {
    let Some(element) = target(event) else { return };
    tell_key(&element);
    if element.closest("nav.conversations").is_ok_and(|list| list.is_some()) {
        leptos::task::spawn_local(async {
            // Should it not be loaded, it is tried again the next time; as long the lines are links.
            let _ = handling::attend().await;
        });
    }
}

/// A button or link that is pointed at says its key, in its title and to assistive technology.
fn tell_key(element: &Element) {
    let element = element.closest("button, a, input, textarea").ok().flatten();
    let Some(element) = element.filter(|element| !element.has_attribute("aria-keyshortcuts")) else { return };
    let is_its = |command: &&Command| {
        let selector = act::selector(command.act);
        command.is_heard() && selector.is_some_and(|selector| element.matches(&selector).unwrap_or_default())
    };
    let Some(command) = COMMANDS.iter().find(is_its).filter(|command| !command.is_letter() || has_letters()) else {
        return;
    };
    let name = element.get_attribute("title").or_else(|| element.get_attribute("aria-label"));
    let keys = in_words(command.keys, act::command_key());
    let title = name.map_or_else(|| keys.clone(), |name| format!("{name} ({keys})"));
    drop(element.set_attribute("title", &title));
    drop(element.set_attribute("aria-keyshortcuts", &command.as_attribute()));
}
