//! What the sidebar and the library page show, shared by all pages.

use crate::chat::utils::constants::CONVERSATIONS_PER_PAGE;
use leptos::prelude::*;

/// How much of the history is listed, and when to look again.
#[derive(Clone, Copy)]
pub struct Library {
    /// How many lines are asked for.
    pub limit: RwSignal<u32>,
    /// Grows whenever the history changed.
    pub revision: RwSignal<u32>,
    /// Minutes by which the reader's clock is ahead of UTC. 0 until the page is alive, so that the first render equals the server's.
    pub offset_minutes: RwSignal<i32>,
}

impl Library {
    /// Makes it, as a context.
    pub fn provide() {
        let library = Library {
            limit: RwSignal::new(CONVERSATIONS_PER_PAGE),
            revision: RwSignal::new(0),
            offset_minutes: RwSignal::new(0),
        };
        #[cfg(feature = "hydrate")]
        Effect::new(move || {
            // JavaScript counts the other way round.
            library.offset_minutes.set(-(js_sys::Date::new_0().get_timezone_offset() as i32));
        });
        provide_context(library);
    }

    /// The library of this application.
    pub fn expect() -> Library {
        expect_context()
    }

    /// Looks again.
    pub fn refresh(self) {
        self.revision.update(|revision| *revision += 1);
    }
}
