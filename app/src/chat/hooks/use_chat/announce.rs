//! Answers for those who hear the page: finished sentences as they come, and how an answer ended.

use super::{super::use_websocket::Incoming, Chat};
use crate::{chat::utils::sentences::Sentences, texts::texts};
use aios_model::TurnStatus;
use aios_protocol::socket::{ServerMessage, StreamEvent};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc, time::Duration};
use web_sys::Element;

/// How often something is said: more often what is being read would only be interrupted.
const PAUSE: Duration = Duration::from_millis(1500);

/// How many of the last words stay where they are said.
const KEPT: u32 = 3;

#[derive(Default)]
struct Announcer {
    turn: i64,
    sequence: u64,
    sentences: Sentences,
    waiting: String,
    is_pausing: bool,
}

/// Says what is answered in a conversation, as long as it is open.
pub(super) fn attend(chat: Chat) {
    // It is there before anything is said: what comes together with its region is not read.
    region();
    let announcer = Rc::new(RefCell::new(Announcer::default()));
    chat.socket.listen(move |incoming| {
        let Incoming::Message(message) = incoming else { return };
        let is_here = |session_id: &String| chat.session_id.with_untracked(|here| here.as_ref() == Some(session_id));
        let words = match message {
            ServerMessage::Event { session_id, turn_id, sequence, event: StreamEvent::Text { delta } }
                if is_here(session_id) =>
            {
                announcer.borrow_mut().hear(*turn_id, *sequence, delta)
            }
            ServerMessage::End { session_id, status, .. } if is_here(session_id) => {
                let rest = announcer.borrow_mut().sentences.finish();
                format!("{rest} {}", ending(*status))
            }
            _ => return,
        };
        say(&announcer, &words);
    });
}

impl Announcer {
    fn hear(&mut self, turn: i64, sequence: u64, delta: &str) -> String {
        if self.turn != turn {
            (self.turn, self.sequence, self.sentences) = (turn, 0, Sentences::default());
        }
        // What is heard again after a loss of the connection was said.
        if sequence <= self.sequence {
            return String::new();
        }
        self.sequence = sequence;
        self.sentences.push(delta, texts().code_is_there())
    }
}

/// How an answer ended. What failed says so by itself, as an alert.
fn ending(status: TurnStatus) -> &'static str {
    match status {
        TurnStatus::Complete => texts().answer_finished(),
        TurnStatus::Stopped => texts().answer_stopped(),
        TurnStatus::Interrupted => texts().answer_interrupted(),
        TurnStatus::Failed | TurnStatus::Streaming => "",
    }
}

fn say(announcer: &Rc<RefCell<Announcer>>, words: &str) {
    let mut state = announcer.borrow_mut();
    if !words.trim().is_empty() {
        state.waiting.push(' ');
        state.waiting.push_str(words.trim());
    }
    if state.is_pausing || state.waiting.is_empty() {
        return;
    }
    let words = std::mem::take(&mut state.waiting);
    state.is_pausing = true;
    drop(state);
    put(words.trim());
    let announcer = announcer.clone();
    set_timeout(
        move || {
            announcer.borrow_mut().is_pausing = false;
            say(&announcer, "");
        },
        PAUSE,
    );
}

fn put(words: &str) {
    let Some((region, line)) = region().zip(document().create_element("p").ok()) else { return };
    line.set_text_content(Some(words));
    drop(region.append_child(&line));
    if region.child_element_count() > KEPT {
        region.first_element_child().into_iter().for_each(|first| first.remove());
    }
}

/// Where it is said, out of sight.
fn region() -> Option<Element> {
    if let Some(region) = document().get_element_by_id("said") {
        return Some(region);
    }
    let region = document().create_element("div").ok()?;
    for (name, value) in [("id", "said"), ("class", "visually-hidden"), ("aria-live", "polite")] {
        region.set_attribute(name, value).ok()?;
    }
    document().body()?.append_child(&region).ok()?;
    Some(region)
}
