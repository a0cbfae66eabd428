//! A question and the answer to it.

use super::{
    artifact_view::ArtifactView, enclosure_view::EnclosureView, icon::Icon, moment::Moment, turn_menu::TurnMenu,
};
use crate::chat::{
    hooks::use_chat::{Chat, TurnState},
    services::{chat_api::rate_turn, markdown},
    types::chat::{Progress, Step},
    utils::{
        clipboard::copy,
        constants::MAXIMUM_MESSAGE_BYTES,
        quote::quote_into,
        rendered::{inner_html, rendered},
        send_key,
    },
};
use crate::texts::{inert, texts};
use aios_model::{Rating, TurnStatus};
use leptos::{ev, html, prelude::*};

/// A turn.
#[component]
pub fn TurnView(
    /// The turn.
    turn: TurnState,
) -> impl IntoView {
    let editing = RwSignal::new(false);
    let texts = texts();
    let question = (!turn.user_message.is_empty() || !turn.enclosures.is_empty()).then(|| {
        view! {
            <div class="question">
                {inert(["<h2 class=visually-hidden>", texts.you_said(), "</h2>"])}
                <Question turn=turn.clone() editing/>
                {turn.enclosures.iter().cloned().map(|enclosure| view! { <EnclosureView enclosure/> }).collect_view()}
            </div>
        }
    });
    let (id, answer, steps, progress) = (turn.id, turn.answer, turn.steps, turn.progress);
    view! {
        <article
            class="turn"
            id=move || id.get().map(|id| format!("turn-{id}"))
            aria-busy=move || progress.with(Progress::is_running).to_string()
        >
            {question}
            <div class="answer">
                {inert(["<h2 class=visually-hidden>", texts.answer(), "</h2>"])}
                {move || answer.reasoning.with(|text| !text.is_empty()).then(|| view! {
                    <details class="reasoning">
                        <summary><Icon name="brain"/>{texts.thought()}</summary>
                        <div class="prose" dir="auto" inner_html=move || answer.reasoning.with(|text| markdown::render(text))></div>
                    </details>
                })}
                <For each=move || steps.get().into_iter().enumerate() key=|(position, _)| *position let:step>
                    <StepView step=step.1/>
                </For>
                <div class="prose" dir="auto">
                    <For each=move || answer.finished.get().into_iter().enumerate() key=|(position, block)| (*position, block.version) let:block>
                        <div class="block" inner_html=block.1.html.to_string()></div>
                    </For>
                    <div class="block open" node_ref=answer.open_element inner_html=move || answer.open.get()></div>
                </div>
                <TurnProgress turn=turn.clone()/>
            </div>
            <TurnActions turn editing/>
        </article>
    }
}

/// The words of the question, or the field in which they are changed.
#[component]
fn Question(turn: TurnState, editing: RwSignal<bool>) -> impl IntoView {
    let chat = Chat::expect();
    let texts = texts();
    let field = NodeRef::<html::Textarea>::new();
    let options = aios_markdown::Options {
        id_prefix: format!("question{}-", turn.key),
        code_actions: true,
        ..Default::default()
    };
    let here = rendered(&format!("#turn-{} > .question > .prose", turn.key), inner_html);
    let words = here.unwrap_or_else(|| markdown::blocks(&turn.user_message, options).concat());
    let turn = StoredValue::new(turn);
    let ask = move || {
        let text = field.get_untracked().map(|field| field.value().trim().to_owned()).unwrap_or_default();
        if text.is_empty() || text.len() > MAXIMUM_MESSAGE_BYTES || chat.running.get_untracked() {
            return;
        }
        editing.set(false);
        #[cfg(feature = "hydrate")]
        turn.with_value(|turn| chat.say_beside(turn, Some(text)));
    };
    Effect::new(move || {
        if let Some(field) = field.get() {
            drop(field.focus());
        }
    });
    move || {
        if !editing.get() {
            return view! { <div class="prose" dir="auto" inner_html=words.clone()></div> }.into_any();
        }
        view! {
            <form
                class="edit"
                on:submit=move |event| {
                    event.prevent_default();
                    ask();
                }
            >
                <textarea
                    node_ref=field
                    aria-label=texts.your_question()
                    dir="auto"
                    on:keydown=move |event: ev::KeyboardEvent| {
                        if send_key::is_pressed(&event) {
                            event.prevent_default();
                            ask();
                        } else if event.key() == "Escape" {
                            editing.set(false);
                        }
                    }
                >
                    {turn.with_value(|turn| turn.user_message.to_string())}
                </textarea>
                <button type="submit" disabled=move || chat.running.get()>{texts.ask_instead()}</button>
                <button type="button" class="quiet" on:click=move |_| editing.set(false)>{texts.cancel()}</button>
            </form>
        }
        .into_any()
    }
}

#[component]
fn StepView(step: Step) -> impl IntoView {
    let texts = texts();
    let (icon, label, text) = match step {
        Step::Enclosure(enclosure) => return view! { <EnclosureView enclosure/> }.into_any(),
        Step::Artifact { title, language, text, version, is_latest } => {
            return view! { <ArtifactView title language text version is_latest/> }.into_any();
        }
        Step::ToolCall { name, input } => ("wrench", name, input),
        Step::ToolResult { output, error } => {
            ("wrench", if error { texts.tool_failed() } else { texts.tool_result() }.to_owned(), output)
        }
        Step::Notice(text) => return view! { <p class="step">{text}</p> }.into_any(),
        Step::Citation { title, text } => ("library", title, text),
        Step::Unsupported { kind, text } => ("sparkles", texts.not_shown(&kind), text),
    };
    if text.trim().is_empty() {
        return view! { <p class="step"><Icon name=icon/><span dir="auto">{label}</span></p> }.into_any();
    }
    view! {
        <details class="step">
            <summary><Icon name=icon/><span dir="auto">{label}</span></summary>
            <pre dir="auto">{text}</pre>
        </details>
    }
    .into_any()
}

/// Arrows between the turns that stand beside each other; nothing if this is the only one.
fn branch(turn: &TurnState, chat: Chat) -> Option<impl IntoView + use<>> {
    let texts = texts();
    let siblings = turn.siblings.get();
    let id = turn.id.get()?;
    let position = siblings.iter().position(|sibling| *sibling == id).filter(|_| siblings.len() > 1)?;
    let arrow = |to: Option<i64>, label: &'static str, sign: &'static str| {
        view! {
            <button
                class="quiet"
                type="button"
                aria-label=label
                title=label
                disabled=move || to.is_none() || chat.running.get()
                on:click=move |_| to.into_iter().for_each(|to| chat.switch(to))
            >
                {sign}
            </button>
        }
    };
    let before = position.checked_sub(1).and_then(|before| siblings.get(before).copied());
    let after = siblings.get(position + 1).copied();
    let place = format!("{}/{}", position + 1, siblings.len());
    Some(view! {
        <span class="branch" role="group" aria-label=texts.versions()>
            {arrow(before, texts.version_before(), "‹")}
            <span>{place}</span>
            {arrow(after, texts.version_after(), "›")}
        </span>
    })
}

/// One line on how far the turn is, where there is something to say.
#[component]
fn TurnProgress(turn: TurnState) -> impl IntoView {
    let chat = Chat::expect();
    let texts = texts();
    let answer = turn.answer;
    let turn = StoredValue::new(turn);
    let go_on = move |_| {
        #[cfg(feature = "hydrate")]
        turn.with_value(|turn| chat.go_on(turn));
    };
    let again = move |_| {
        #[cfg(feature = "hydrate")]
        turn.with_value(|turn| chat.say_beside(turn, None));
    };
    let what_next = move || {
        let model = turn.with_value(|turn| turn.model.get());
        let can_go_on = !answer.is_empty() && model.as_deref() != Some("recall");
        view! {
            <p class="what-next">
                {can_go_on.then(|| view! {
                    <button type="button" disabled=move || chat.running.get() on:click=go_on>{texts.go_on()}</button>
                })}
                <button type="button" disabled=move || chat.running.get() on:click=again>{texts.try_again()}</button>
            </p>
        }
    };
    let ended = move |text: &'static str| {
        let reason = move || turn.with_value(|turn| turn.error.get());
        view! {
            <p class="progress">{text}</p>
            <p class="problem" role="alert">{reason}</p>
            {what_next()}
        }
        .into_any()
    };
    move || {
        let turn = turn.get_value();
        let line = |text: String| view! { <p class="progress">{text}</p> }.into_any();
        match turn.progress.get() {
            Progress::Sending => line(texts.sending().to_owned()),
            Progress::NotSent(reason) => view! {
                <p class="problem" role="alert">{texts.not_sent(&reason)}</p>
                <p class="what-next">
                    <button type="button" disabled=move || chat.running.get() on:click=move |_| chat.send_again(&turn)>{texts.send_again()}</button>
                </p>
            }
            .into_any(),
            Progress::Stored(TurnStatus::Streaming) if answer.is_empty() => {
                view! { <p class="progress writing" role="status">{texts.writing()}</p> }.into_any()
            }
            Progress::Stored(TurnStatus::Streaming | TurnStatus::Complete) => ().into_any(),
            Progress::Stored(TurnStatus::Stopped) => ended(texts.turn_stopped()),
            Progress::Stored(TurnStatus::Interrupted) => ended(texts.turn_interrupted()),
            Progress::Stored(TurnStatus::Failed) => {
                let reason = turn.error.get().unwrap_or_else(|| texts.turn_failed().to_owned());
                view! { <p class="problem" role="alert">{reason}</p> {what_next()} }.into_any()
            }
        }
    }
}

#[component]
fn TurnActions(turn: TurnState, editing: RwSignal<bool>) -> impl IntoView {
    let chat = Chat::expect();
    let texts = texts();
    let (model, timestamp) = (turn.model, turn.timestamp);
    let (id, rating, answer) = (turn.id, turn.rating, turn.answer);
    let copied = RwSignal::new(false);
    let is_rateable = move || id.get().is_some() && !turn.progress.with(Progress::is_running);
    let thumb = move |value: Rating, icon: &'static str, label: &'static str| {
        view! {
            <button
                class="quiet"
                type="button"
                aria-label=label
                title=label
                aria-pressed=move || (rating.get() == Some(value)).to_string()
                on:click=move |_| {
                    let Some(turn_id) = id.get_untracked() else { return };
                    let before = rating.get_untracked();
                    let after = (before != Some(value)).then_some(value);
                    rating.set(after);
                    leptos::task::spawn_local(async move {
                        if rate_turn(turn_id, after).await.is_err() {
                            // The thumb says what is stored, not what was wished.
                            rating.set(before);
                        }
                    });
                }
            >
                <Icon name=icon/>
            </button>
        }
    };
    view! {
        <div class="turn-actions" hidden=move || !is_rateable()>
            <button
                class="quiet"
                type="button"
                aria-label=texts.copy_answer()
                title=texts.copy_as_markdown()
                on:click=move |_| {
                    copy(answer.text());
                    copied.set(true);
                }
            >
                {move || if copied.get() { view! { <Icon name="check"/> } } else { view! { <Icon name="copy"/> } }}
            </button>
            <button
                class="quiet"
                type="button"
                aria-label=texts.quote()
                title=texts.quote_what()
                // The selection stays.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| quote_into("message", || answer.text())
            >
                <Icon name="quote"/>
            </button>
            <a class="quiet button" href=move || id.get().map(|id| format!("#turn-{id}")) aria-label=texts.link_to_turn() title=texts.link_to_turn()>
                <Icon name="link"/>
            </a>
            {thumb(Rating::Up, "thumbs-up", texts.good_answer())}
            {thumb(Rating::Down, "thumbs-down", texts.bad_answer())}
            {(!turn.user_message.is_empty()).then(|| {
                let turn = turn.clone();
                let again = move |_| {
                    #[cfg(feature = "hydrate")]
                    chat.say_beside(&turn, None);
                    #[cfg(not(feature = "hydrate"))]
                    let _ = &turn;
                };
                let busy = move || chat.running.get();
                view! {
                    <button class="quiet" type="button" aria-label=texts.answer_again() title=texts.answer_again() disabled=busy on:click=again>
                        <Icon name="refresh-cw"/>
                    </button>
                    <button
                        class="quiet"
                        type="button"
                        aria-label=texts.change_question()
                        title=texts.change_question()
                        disabled=busy
                        on:click=move |_| editing.set(true)
                    >
                        <Icon name="pencil"/>
                    </button>
                }
            })}
            {move || branch(&turn, chat)}
            <TurnMenu id/>
            <span class="facts">
                {move || timestamp.get().map(|time| view! { <Moment time/> })}
                {move || model.get().map(|model| view! { <span class="model">{model}</span> })}
            </span>
        </div>
    }
}
