//! What keys and the palette do, on what is on the page.

use crate::chat::{
    components::{palette, server_form::post},
    services::chat_api::SaveSettings,
    types::settings::theme_media,
    utils::{clipboard::copy, keys::Act},
};
use leptos::{prelude::*, server_fn::ServerFn};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// How far below the upper edge a turn begins that is being read, in pixels.
const READ_FROM_PIXELS: f64 = 80.0;

/// What can be written in.
const WRITTEN_IN: &str = "textarea, select, input:not([type=checkbox], [type=radio], [type=file])";

/// The first element that a selector finds. None also where a browser does not know the selector.
pub fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok().flatten().and_then(|element| element.dyn_into().ok())
}

/// All elements that it finds.
pub fn find_all(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|position| found.item(position)?.dyn_into().ok()).collect()
}

/// What has the focus.
pub fn focused() -> Option<HtmlElement> {
    document().active_element().and_then(|element| element.dyn_into().ok())
}

/// Whether letters that are typed in an element are meant for it.
pub fn is_written_in(element: &Element) -> bool {
    element.matches(WRITTEN_IN).unwrap_or_default()
}

/// What the key of commands is called on this machine.
pub fn command_key() -> &'static str {
    let platform = window().navigator().platform().unwrap_or_default();
    if platform.starts_with("Mac") || platform.starts_with("iP") { "⌘" } else { "Ctrl" }
}

/// What finds the element that stands for the same.
pub fn selector(act: Act) -> Option<String> {
    match act {
        Act::Go(path) => Some(format!("a[href='{path}']")),
        Act::Press(selector) | Act::PressInTurn(selector) | Act::Focus(selector) => Some(selector.to_owned()),
        _ => None,
    }
}

/// Whether it can be done now: what it is done to is there, and not switched off.
pub fn is_possible(act: Act) -> bool {
    let is_on = |element: HtmlElement| !element.matches(":disabled").unwrap_or_default();
    match act {
        Act::Go(_) | Act::Theme(_) => true,
        Act::Press(selector) | Act::Focus(selector) => find(selector).is_some_and(is_on),
        Act::PressInTurn(selector) => in_turn(selector).is_some_and(is_on),
        Act::Turn(_) => find("article.turn").is_some(),
        Act::CopyLink => find("input.title").is_some(),
        Act::Palette | Act::Line(_) | Act::Leave | Act::Told => false,
    }
}

/// Does it. False if there is nothing to do it to.
pub fn run(act: Act) -> bool {
    match act {
        Act::Go(path) => go(path),
        Act::Press(selector) => press(find(selector)),
        Act::PressInTurn(selector) => press(in_turn(selector)),
        // On a phone the box is in a sheet that is not shown: there is a page with another one.
        Act::Focus(selector) => focus(selector) || (selector == "#search" && go("/search")),
        Act::Palette => {
            leptos::task::spawn_local(async {
                let _ = palette::show().await;
            });
            true
        }
        Act::Turn(by) => turn(by),
        Act::Line(by) => line(by),
        Act::Leave => leave(),
        Act::CopyLink => {
            let location = window().location();
            copy([location.origin(), location.pathname()].into_iter().flatten().collect::<String>());
            true
        }
        Act::Theme(theme) => {
            leptos::task::spawn_local(choose_theme(theme));
            true
        }
        Act::Told => false,
    }
}

/// Goes to an address as if a link to it was followed: the router follows it.
pub fn go(address: &str) -> bool {
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlElement>().ok());
    let Some((link, body)) = link.zip(document().body()) else { return false };
    drop(link.set_attribute("href", address));
    drop(body.append_child(&link));
    link.click();
    link.remove();
    true
}

fn press(element: Option<HtmlElement>) -> bool {
    let Some(element) = element.filter(|element| !element.matches(":disabled").unwrap_or_default()) else {
        return false;
    };
    element.click();
    true
}

fn focus(selector: &str) -> bool {
    let Some(element) = find(selector).filter(|element| element.offset_parent().is_some()) else { return false };
    drop(element.focus());
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        input.select();
    }
    true
}

fn in_turn(selector: &str) -> Option<HtmlElement> {
    let focused = focused().and_then(|element| element.closest("article.turn").ok().flatten());
    let turn = focused.or_else(|| find_all("article.turn").pop().map(Into::into))?;
    turn.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// Goes on from the turn that has the focus, else from the one at the upper edge.
fn turn(by: i32) -> bool {
    let turns = find_all("article.turn");
    let focused = focused();
    let has_focus = |turn: &HtmlElement| focused.as_ref().is_some_and(|focused| turn.contains(Some(focused)));
    let top = |turn: &HtmlElement| turn.get_bounding_client_rect().top();
    let chosen = match turns.iter().position(has_focus) {
        Some(place) => place.checked_add_signed(by as isize),
        None if by > 0 => turns.iter().position(|turn| top(turn) > READ_FROM_PIXELS).or(turns.len().checked_sub(1)),
        None => turns.iter().rposition(|turn| top(turn) < READ_FROM_PIXELS).or(Some(0)),
    };
    let Some(turn) = chosen.and_then(|place| turns.get(place)) else { return false };
    drop(turn.set_attribute("tabindex", "-1"));
    drop(turn.focus());
    turn.scroll_into_view();
    true
}

/// Goes on from the line that has the focus, else from that of the conversation that is open or, where the list ends, to it, else to the first.
fn line(by: i32) -> bool {
    let lines = find_all("a.conversation-line");
    let focused = focused();
    let has_focus = |line: &HtmlElement| focused.as_ref() == Some(line);
    let beside = |place: usize| place.checked_add_signed(by as isize).filter(|next| *next < lines.len());
    let next = match lines.iter().position(has_focus) {
        Some(place) => beside(place),
        None => match lines.iter().position(|line| line.has_attribute("aria-current")) {
            Some(open) => beside(open).or(Some(open)),
            None => Some(0),
        },
    };
    let Some(line) = next.and_then(|place| lines.get(place)) else { return false };
    // In a sheet that is not shown nothing takes the focus.
    line.offset_parent().is_some() && line.focus().is_ok()
}

/// Leaves what is open: what was opened last first.
fn leave() -> bool {
    if let Some(menu) = find("details:is(.menu, .turn-menu)[open]") {
        drop(menu.remove_attribute("open"));
        return menu
            .query_selector("summary")
            .ok()
            .flatten()
            .and_then(|summary| summary.dyn_into().ok())
            .is_some_and(|summary: HtmlElement| summary.focus().is_ok());
    }
    // The browser closes these by itself.
    if find(":popover-open").is_some() {
        return false;
    }
    let field = focused().filter(|element| is_written_in(element));
    let is_composer = field.as_ref().is_some_and(|field| field.id() == "message");
    if (field.is_none() || is_composer) && press(find(".send.stop")) {
        return true;
    }
    field.is_some_and(|field| field.blur().is_ok())
}

/// Chooses a theme, for the next pages and for this one.
async fn choose_theme(theme: &'static str) {
    let Ok(fields) = web_sys::UrlSearchParams::new() else { return };
    fields.append("theme", theme);
    if post(SaveSettings::PATH, fields).await.is_err() {
        return;
    }
    if let Some(root) = document().document_element() {
        drop(root.set_attribute("data-theme", theme));
    }
    for (colour, media) in find_meta().into_iter().zip(theme_media(theme)) {
        drop(colour.set_attribute("media", media));
    }
}

fn find_meta() -> Vec<HtmlElement> {
    find_all("meta[name=theme-color]")
}
