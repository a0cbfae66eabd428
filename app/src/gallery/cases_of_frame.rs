//! What is around a conversation.

use super::{
    Case, case,
    made_up::{NOW, long_word, summary},
    wide,
};
use crate::chat::{
    components::{
        activity::Activity, chat_container::ConnectionLine, conversation_sidebar::Conversations,
        database_toggle::DatabaseToggle, source_mark::SourceMark,
    },
    hooks::use_websocket::Socket,
    pages::library_page::FirstRun,
    services::chat_api::{Listing, WeekTotal},
    types::chat::Connection,
};
use aios_model::{ConversationPage, ConversationSummary, ListCursor, Source};
use aios_protocol::agents::DatabaseMode;
use leptos::prelude::*;

pub(super) const CASES: &[Case] = &[
    case("Sidebar: nothing yet", || list(Vec::new(), false, None)),
    case("Sidebar: days, months, years, and more", || {
        let lines =
            [(0, "claude"), (0, "chatgpt"), (1, "gemini"), (4, "copilot"), (20, "aios"), (90, "claude"), (900, "grok")];
        let mut lines: Vec<_> =
            lines.into_iter().map(|(days, source)| summary(Some("Nights at the lighthouse"), source, days)).collect();
        lines[3].pinned = true;
        list(lines, true, None)
    }),
    case("Sidebar: long, right to left, and untitled", || {
        let untitled = ConversationSummary { preview: String::new(), ..summary(None, "aios", 2) };
        list(
            vec![summary(Some(&long_word()), "claude", 0), summary(Some("ليالٍ في المنارة"), "gemini", 1), untitled],
            false,
            None,
        )
    }),
    case("Sidebar: just moved to the trash", || {
        list(vec![summary(Some("Oil"), "aios", 0)], false, Some((NOW.milliseconds(), 3)))
    }),
    case("Personal history", || view! { <DatabaseToggle mode=DatabaseMode::Personal/> }.into_any()),
    case("Demo history", || view! { <DatabaseToggle mode=DatabaseMode::Demo/> }.into_any()),
    case("Sources", || {
        let sources = ["aios", "chatgpt", "claude", "gemini", "copilot", "grok", "something-new"];
        sources.map(|source| view! { <SourceMark source=Source::new(source)/> " " }).collect_view().into_any()
    }),
    case("Connection lost", || connection(Connection::Lost)),
    case("Connection: this page is out of date", || connection(Connection::Outdated)),
    wide("Library: first run", || view! { <FirstRun/> }.into_any()),
    wide("Library: ten years", || {
        let this_week = NOW.milliseconds() / 86_400_000 / 7;
        let week = |source: &'static str, back: i64, conversations| WeekTotal {
            source: Source::new(source),
            week: i32::try_from(this_week - back).unwrap_or_default(),
            conversations,
        };
        let weeks = (0..520).step_by(3).map(|back| week("chatgpt", back, 1 + (back % 17) as u32));
        let weeks = weeks.chain((0..90).map(|back| week("claude", back, 1 + (back % 5) as u32))).collect();
        view! { <Activity sources=vec![Source::new("chatgpt"), Source::new("claude")] weeks now=NOW/> }.into_any()
    }),
];

fn list(conversations: Vec<ConversationSummary>, has_more: bool, moved: Option<(i64, u32)>) -> AnyView {
    let next = has_more.then(|| ListCursor { last_updated: NOW, session_id: "made-up".to_owned() });
    let page = ConversationPage { conversations, next };
    let listing = Listing { page, now: NOW, mode: DatabaseMode::Personal, moved };
    view! { <nav class="conversations" aria-label="Conversations by date"><Conversations listing/></nav> }.into_any()
}

fn connection(state: Connection) -> AnyView {
    Socket::expect().connection.set(state);
    view! { <ConnectionLine/> }.into_any()
}
