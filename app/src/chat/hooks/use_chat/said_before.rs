//! Writing on: what was said before comes back into the field by the arrow keys, and whoever begins a conversation keeps the field.

use super::Chat;
use crate::chat::hooks::use_keys::act::focused;
use leptos::{ev, prelude::*};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};

/// How many frames long the page of a conversation that begins is waited for.
const FRAMES: u32 = 300;

/// Hears the arrow keys in the field of a conversation as long as it is open.
pub(super) fn attend(chat: Chat) {
    if chat.session_id.get_untracked().is_none() {
        Effect::new(move || {
            if chat.session_id.get().is_some() {
                keep_field();
            }
        });
    }
    // How many messages back the one is that was brought.
    let brought = StoredValue::new(None::<usize>);
    let listener = window_event_listener(ev::keydown, move |event| {
        let by = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        let field = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
        let Some(field) = field.filter(|field| field.id() == "message") else { return };
        if event.shift_key() || event.alt_key() || event.ctrl_key() || event.meta_key() || event.is_composing() {
            return;
        }
        let said = said(chat);
        let written = field.value();
        // Whoever has changed it, or goes along in it, means the text.
        let length = u32::try_from(written.encode_utf16().count()).unwrap_or(u32::MAX);
        let is_at_end = field.selection_end().ok().flatten() == Some(length);
        let at = brought.get_value().filter(|at| is_at_end && said.get(*at).is_some_and(|said| **said == *written));
        let to = match at {
            None if written.is_empty() && by > 0 => Some(0),
            None => return,
            Some(at) => at.checked_add_signed(by),
        };
        let text = to.map_or(Some(""), |to| said.get(to).map(|said| &**said));
        event.prevent_default();
        // There is nothing before the first one.
        let Some(text) = text else { return };
        brought.set_value(to);
        field.set_value(text);
        // The field learns of it as if it were typed.
        if let Ok(event) = web_sys::Event::new("input") {
            drop(field.dispatch_event(&event));
        }
    });
    on_cleanup(move || listener.remove());
}

/// The conversation that begins gets a page of its own, with another field: whoever writes goes on in it.
fn keep_field() {
    let field = || document().get_element_by_id("message");
    if let Some(field) = field().filter(|field| document().active_element().as_ref() == Some(field)) {
        focus_next(field, FRAMES);
    }
}

fn focus_next(before: Element, frames: u32) {
    request_animation_frame(move || {
        let field = document().get_element_by_id("message").filter(|field| *field != before);
        match field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
            // Unless the reader has gone elsewhere meanwhile.
            Some(field) if focused().is_none_or(|focused| focused.tag_name() == "BODY") => drop(field.focus()),
            Some(_) => {}
            None if frames > 0 => focus_next(before, frames - 1),
            None => {}
        }
    });
}

/// What was said in the turns that are shown, the last first.
fn said(chat: Chat) -> Vec<Arc<str>> {
    let turns = chat.turns.get_untracked();
    let mut said: Vec<Arc<str>> = turns.iter().rev().map(|turn| turn.user_message.clone()).collect();
    said.retain(|said| !said.is_empty());
    said.dedup();
    said
}
