//! The window of a long conversation that is on the page.

use super::{Chat, TurnState};
use crate::chat::{
    services::chat_api::fetch_conversation,
    types::chat::{Place, Progress},
    utils::constants::TURNS_AT_ONCE,
};
use leptos::prelude::*;

/// An end of the window.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The first turn.
    First,
    /// The last.
    Last,
}

impl Chat {
    /// Fetches the turns beyond an end of the window, unless some are being fetched. When they are here, `look` is called, `keeps` is asked for
    /// turns from the other end on until it keeps one, and after the change `changed` is called.
    pub fn load(
        self,
        edge: Edge,
        look: impl FnOnce() + 'static,
        keeps: impl Fn(i64) -> bool + 'static,
        changed: impl FnOnce() + 'static,
    ) {
        let at_edge = move || {
            let turns = self.turns.try_get_untracked()?;
            match edge {
                Edge::First => turns.first(),
                Edge::Last => turns.last(),
            }?
            .id
            .get_untracked()
        };
        let (Some(session_id), Some(from), false) =
            (self.session_id.get_untracked(), at_edge(), self.is_loading.get_value())
        else {
            return;
        };
        self.is_loading.set_value(true);
        leptos::task::spawn_local(async move {
            let place = match edge {
                Edge::First => Place::Before(from),
                Edge::Last => Place::After(from),
            };
            let page = fetch_conversation(session_id.clone(), place, Some(TURNS_AT_ONCE)).await;
            // The conversation may have been closed, or another branch of it chosen, in between.
            self.is_loading.try_set_value(false);
            let Some(page) = page.ok().filter(|page| at_edge() == Some(from) && !page.turns.is_empty()) else { return };
            look();
            let mut turns = self.turns.get_untracked();
            let states = self.states_of(session_id, &page.turns, &turns);
            let is_dropped = |turn: &&TurnState| {
                let is_at_rest = !turn.progress.with_untracked(Progress::is_running);
                is_at_rest && turn.id.get_untracked().is_some_and(|id| !keeps(id))
            };
            let dropped = match edge {
                Edge::First => turns.iter().rev().take_while(is_dropped).count(),
                Edge::Last => turns.iter().take_while(is_dropped).count(),
            };
            let count = u32::try_from(dropped).unwrap_or_default();
            match edge {
                Edge::First => {
                    turns.truncate(turns.len() - dropped);
                    turns.splice(..0, states);
                    self.earlier.set(page.earlier_turns);
                    self.later.update(|later| *later += count);
                }
                Edge::Last => {
                    turns.drain(..dropped);
                    turns.extend(states);
                    self.later.set(page.later_turns);
                    self.earlier.update(|earlier| *earlier += count);
                }
            }
            self.turns.set(turns);
            self.choose();
            changed();
        });
    }
}
