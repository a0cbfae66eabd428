//! Turns come and go at the ends of a long conversation, and what is being read stays where it is.

use crate::chat::{
    hooks::use_chat::{Chat, Edge},
    utils::constants::{KEEP_PIXELS, LOAD_AHEAD_PIXELS},
};
use leptos::{html, prelude::*};

/// Opens a long conversation at its end, unless the address says where, and fetches turns as one scrolls to where they would be.
pub fn go_along(chat: Chat, end: NodeRef<html::Div>) {
    // A page that came from the server whole is where the browser or the reader has put it.
    let is_whole = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    let listener = window_event_listener_untyped("scroll", move |_| load_what_is_near(chat));
    on_cleanup(move || listener.remove());
    Effect::new(move || {
        let is_begun = window().scroll_y().unwrap_or_default() > 0.0;
        let named = window().location().hash().unwrap_or_default();
        let is_named = !named.is_empty();
        if is_named && !is_whole {
            // The router looked for it when the page changed, and the turns may have come since.
            request_animation_frame(move || {
                if let Some(named) = document().get_element_by_id(named.trim_start_matches('#')) {
                    named.scroll_into_view();
                }
            });
        }
        if chat.earlier.get_untracked() > 0 && chat.later.get_untracked() == 0 && !is_begun && !is_named {
            request_animation_frame(move || {
                if let Some(end) = end.try_get_untracked().flatten() {
                    end.scroll_into_view_with_bool(false);
                }
            });
        }
    });
}

fn load_what_is_near(chat: Chat) {
    let edges = chat.turns.with_untracked(|turns| {
        let id = |turn: &crate::chat::hooks::use_chat::TurnState| turn.id.get_untracked();
        (turns.first().and_then(id), turns.last().and_then(id))
    });
    let height = view_height();
    let is_near = |turn: Option<i64>, edge: Edge| {
        turn.and_then(rectangle).is_some_and(|place| match edge {
            Edge::First => place.top() > -LOAD_AHEAD_PIXELS,
            Edge::Last => place.bottom() < height + LOAD_AHEAD_PIXELS,
        })
    };
    let edge = if chat.earlier.get_untracked() > 0 && is_near(edges.0, Edge::First) {
        Edge::First
    } else if chat.later.get_untracked() > 0 && is_near(edges.1, Edge::Last) {
        Edge::Last
    } else {
        return;
    };
    // A turn in sight, and where it is on the page right before the change. What moves it is undone; what the reader scrolls meanwhile is not.
    let anchor = std::rc::Rc::new(std::cell::Cell::new(None));
    let keeps = move |turn_id: i64| {
        rectangle(turn_id)
            .is_none_or(|place| place.bottom() > -KEEP_PIXELS && place.top() < view_height() + KEEP_PIXELS)
    };
    let seen = anchor.clone();
    let look = move || seen.set(in_sight(chat));
    let changed = move || {
        // After the elements are there, and before they are painted.
        request_animation_frame(move || {
            if let Some((turn_id, before)) = anchor.get()
                && let Some(now) = place_on_page(turn_id)
            {
                let moved = now - before;
                if moved.abs() >= 0.5 {
                    window().scroll_by_with_x_and_y(0.0, moved);
                }
            }
            if chat.turns.try_with_untracked(|_| ()).is_some() {
                load_what_is_near(chat);
            }
        });
    };
    chat.load(edge, look, keeps, changed);
}

/// The first turn that is in sight, and where it is on the page.
fn in_sight(chat: Chat) -> Option<(i64, f64)> {
    let ids =
        chat.turns.with_untracked(|turns| turns.iter().filter_map(|turn| turn.id.get_untracked()).collect::<Vec<_>>());
    let turn = ids.into_iter().find(|id| rectangle(*id).is_some_and(|place| place.bottom() > 0.0))?;
    Some((turn, place_on_page(turn)?))
}

/// How far the top of a turn is from the top of the page, in pixels.
fn place_on_page(turn_id: i64) -> Option<f64> {
    Some(rectangle(turn_id)?.top() + window().scroll_y().unwrap_or_default())
}

fn rectangle(turn_id: i64) -> Option<web_sys::DomRect> {
    Some(document().get_element_by_id(&format!("turn-{turn_id}"))?.get_bounding_client_rect())
}

fn view_height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}
