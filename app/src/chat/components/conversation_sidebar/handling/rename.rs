//! Renaming a conversation where it stands in the list.

use super::{Handling, LINE, id_of};
use crate::{
    chat::{
        components::server_form::post,
        hooks::use_keys::act::{find_all, focused},
        services::chat_api::RenameConversation,
    },
    texts::texts,
};
use leptos::{prelude::*, server_fn::ServerFn};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

/// Puts a field in the place of a line.
pub(super) fn begin(handling: Handling, id: &str) {
    let line = find_all(LINE).into_iter().find(|line| id_of(line).as_deref() == Some(id));
    let field = document().create_element("input").ok().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    let Some((line, field)) = line.zip(field) else { return };
    let name = line.query_selector(".name").ok().flatten().and_then(|name| name.text_content());
    for (attribute, value) in [
        ("class", "rename"),
        ("aria-label", texts().title_label()),
        ("maxlength", "200"),
        ("autocomplete", "off"),
        ("dir", "auto"),
    ] {
        drop(field.set_attribute(attribute, value));
    }
    field.set_value(&name.unwrap_or_default());
    handling.renaming.set_value(Some((id.to_owned(), field.clone())));
    place(&line, &field);
    field.select();
}

/// The field stands beside its line, which is hidden as long.
fn place(line: &HtmlElement, field: &HtmlInputElement) {
    line.set_hidden(true);
    drop(line.after_with_node_1(field));
    drop(field.focus());
}

/// After a change of the list: the field goes where its conversation went, and away with it.
pub(super) fn keep(handling: Handling, lines: &[(HtmlElement, String)]) {
    let renaming = handling.renaming.get_value();
    for (line, id) in lines {
        let field = renaming.as_ref().filter(|(renamed, _)| renamed == id).map(|(_, field)| field);
        match field {
            Some(field) if line.next_element_sibling().as_ref() != Some(field) => place(line, field),
            Some(_) => {}
            None => line.set_hidden(false),
        }
    }
    if let Some((id, _)) = renaming.filter(|(renamed, _)| lines.iter().all(|(_, id)| id != renamed)) {
        handling.end_name(&id);
    }
}

impl Handling {
    pub(super) fn key_in_name(self, event: &KeyboardEvent) {
        match event.key().as_str() {
            _ if event.is_composing() => {}
            "Enter" | "Tab" => {
                event.prevent_default();
                self.take_name();
            }
            "Escape" => {
                event.prevent_default();
                if let Some((id, _)) = self.renaming.get_value() {
                    self.end_name(&id);
                }
            }
            _ => {}
        }
    }

    /// Takes what was written as the name of the conversation. The server tells all pages.
    pub(super) fn take_name(self) {
        let Some((id, field)) = self.renaming.get_value() else { return };
        let name = field.value();
        self.end_name(&id);
        leptos::task::spawn_local(async move {
            let Ok(fields) = web_sys::UrlSearchParams::new() else { return };
            fields.append("session_id", &id);
            fields.append("name", &name);
            let problem = post(RenameConversation::PATH, fields).await.err().map(|error| error.to_string());
            if problem.is_some() {
                super::bar::make(self);
            }
            self.problem.set(problem.unwrap_or_default());
        });
    }

    /// Puts the line back in the place of the field.
    fn end_name(self, id: &str) {
        let Some((_, field)) = self.renaming.try_update_value(Option::take).flatten() else { return };
        let had_focus = focused().as_ref() == Some(field.as_ref());
        let line = find_all(LINE).into_iter().find(|line| id_of(line).as_deref() == Some(id));
        if let Some(line) = &line {
            line.set_hidden(false);
        }
        if had_focus {
            self.at.set_value(Some(id.to_owned()));
            line.into_iter().for_each(|line| drop(line.focus()));
        }
        field.remove();
    }
}
