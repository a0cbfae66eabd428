//! A conversation: its head, its turns, and where one writes.

use super::{
    Case, case,
    made_up::{full_turn, long_word, open, summary, turn},
    wide,
};
use crate::chat::{
    components::{
        conversation_header::ConversationHeader, message_input::MessageInput, message_list::MessageList,
        outline::Outline, system_prompt_sidebar::SystemPromptSidebar, turn_view::TurnView,
    },
    hooks::use_chat::{Origin, TurnState},
    types::chat::{OpenTurn, Progress},
};
use aios_model::{ConversationSummary, TurnStatus};
use leptos::prelude::*;

pub(super) const CASES: &[Case] = &[
    case("Head: own title", || head(summary(Some("Nights at the lighthouse"), "claude", 3))),
    case("Head: pinned and archived, one turn", || {
        head(ConversationSummary {
            archived: true,
            pinned: true,
            turn_count: 1,
            ..summary(Some("Oil"), "chatgpt", 400)
        })
    }),
    case("Head: untitled, without a model", || head(ConversationSummary { model: None, ..summary(None, "aios", 0) })),
    case("Head: a title longer than its line", || head(summary(Some(&long_word()), "gemini", 0))),
    case("Head: right to left", || head(summary(Some("ليالٍ في المنارة"), "copilot", 0))),
    wide("Messages: everything", || messages(vec![full_turn(2)], 120, 40)),
    case("Messages: words longer than the line", || {
        one(OpenTurn { user_message: long_word(), assistant_message: long_word(), ..turn(1) })
    }),
    case("Messages: right to left", || {
        one(OpenTurn {
            user_message: "ماذا يفعل حارس المنارة طوال الليل؟".to_owned(),
            assistant_message: "يعدّ السفن:\n\n- سفينة فحم عند الساعة 2:10\n- قارب صيد\n\n```rust\nfn passed() {}\n```"
                .to_owned(),
            ..turn(1)
        })
    }),
    case("Turn: on its way", || sending(Progress::Sending)),
    case("Turn: refused", || sending(Progress::NotSent("Another answer is being written here.".to_owned()))),
    case("Turn: before the first word", || ended(TurnStatus::Streaming, "", None)),
    case("Turn: in the middle of a word", || ended(TurnStatus::Streaming, "Count ships, the way oth", None)),
    case("Turn: stopped", || ended(TurnStatus::Stopped, "Count ships,", None)),
    case("Turn: interrupted", || ended(TurnStatus::Interrupted, "Count ships,", None)),
    case("Turn: failed", || {
        ended(
            TurnStatus::Failed,
            "Count ships,",
            Some("The model server closed the connection. What had come is kept."),
        )
    }),
    case("Turn: failed before the first word, no reason known", || ended(TurnStatus::Failed, "", None)),
    case("Composer: idle", || {
        open(Vec::new(), 0, 0);
        view! { <MessageInput/> }.into_any()
    }),
    case("Composer: an answer is being written, and somebody else writes", || {
        let chat = open(vec![OpenTurn { status: TurnStatus::Streaming, ..turn(1) }], 0, 0);
        chat.company.set(true);
        view! { <MessageInput/> }.into_any()
    }),
    case("Instructions", || {
        view! {
            <SystemPromptSidebar
                session_id="made-up".to_owned()
                prompt="Answer like a keeper: <short>, & dry.".to_owned()
                presets=vec![(1, "Keeper".to_owned()), (2, "Pilot".to_owned())]
                preset=2
            />
        }
        .into_any()
    }),
    case("In this conversation", || view! { <Outline session_id="made-up".to_owned() turns=1234/> }.into_any()),
];

fn head(summary: ConversationSummary) -> AnyView {
    let title = RwSignal::new(summary.name.clone().unwrap_or_default());
    view! { <ConversationHeader summary title/> }.into_any()
}

fn messages(turns: Vec<OpenTurn>, earlier: u32, later: u32) -> AnyView {
    open(turns, earlier, later);
    view! { <MessageList/> }.into_any()
}

fn one(turn: OpenTurn) -> AnyView {
    messages(vec![turn], 0, 0)
}

fn ended(status: TurnStatus, answer: &str, error: Option<&str>) -> AnyView {
    one(OpenTurn { status, assistant_message: answer.to_owned(), error: error.map(str::to_owned), ..turn(1) })
}

fn sending(progress: Progress) -> AnyView {
    open(Vec::new(), 0, 0);
    let turn = TurnState::sending(-1, String::new(), "And by day?".into(), Origin::Said);
    turn.progress.set(progress);
    view! { <TurnView turn/> }.into_any()
}
