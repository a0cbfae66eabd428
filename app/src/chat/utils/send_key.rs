//! The key that sends what is written.

use leptos::{ev, prelude::*};

/// Whether it is pressed: Enter, or Control or Command with it where that is chosen. While an input method composes a word, Enter picks the word.
pub fn is_pressed(event: &ev::KeyboardEvent) -> bool {
    let has_command = event.ctrl_key() || event.meta_key();
    let wants_command = || document().document_element().is_some_and(|root| root.has_attribute("data-send"));
    event.key() == "Enter" && !event.shift_key() && !event.is_composing() && (has_command || !wants_command())
}
