//! A question and the answer to it.

use super::{artifact_view::ArtifactView, enclosure_view::EnclosureView, icon::Icon, moment::Moment};
use crate::chat::{
    hooks::use_chat::TurnState,
    services::chat_api::rate_turn,
    types::chat::{Progress, Step},
    utils::clipboard::copy,
};
use aios_model::{Rating, TurnStatus};
use leptos::prelude::*;

/// A turn.
#[component]
pub fn TurnView(
    /// The turn.
    turn: TurnState,
) -> impl IntoView {
    let question_options = aios_markdown::Options { id_prefix: format!("question{}-", turn.key), ..Default::default() };
    let question = (!turn.user_message.is_empty() || !turn.enclosures.is_empty()).then(|| {
        view! {
            <div class="question">
                <h2 class="visually-hidden">"You said"</h2>
                <div class="prose" dir="auto" inner_html=aios_markdown::blocks(&turn.user_message, question_options).concat()></div>
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
                <h2 class="visually-hidden">"Answer"</h2>
                {move || answer.reasoning.with(|text| !text.is_empty()).then(|| view! {
                    <details class="reasoning">
                        <summary><Icon name="brain"/>"Thought"</summary>
                        <div class="prose" dir="auto" inner_html=move || answer.reasoning.with(|text| aios_markdown::render(text))></div>
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
            <TurnActions turn/>
        </article>
    }
}

#[component]
fn StepView(step: Step) -> impl IntoView {
    let (icon, label, text) = match step {
        Step::Enclosure(enclosure) => return view! { <EnclosureView enclosure/> }.into_any(),
        Step::Artifact { title, language, text, version, is_latest } => {
            return view! { <ArtifactView title language text version is_latest/> }.into_any();
        }
        Step::ToolCall { name, input } => ("wrench", name, input),
        Step::ToolResult { output, error } => ("wrench", if error { "Failed" } else { "Result" }.to_owned(), output),
        Step::Citation { title, text } => ("library", title, text),
        Step::Unsupported { kind, text } => ("sparkles", format!("Not shown here: {kind}"), text),
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

/// One line on how far the turn is, where there is something to say.
#[component]
fn TurnProgress(turn: TurnState) -> impl IntoView {
    let answer = turn.answer;
    move || {
        let line = |text: String| view! { <p class="progress">{text}</p> }.into_any();
        match turn.progress.get() {
            Progress::Sending => line("Sending…".to_owned()),
            Progress::NotSent(reason) => view! {
                <p class="problem" role="alert">{format!("Not sent. {reason} Your words are kept here as long as this page is open.")}</p>
            }
            .into_any(),
            Progress::Stored(TurnStatus::Streaming) if answer.is_empty() => {
                view! { <p class="progress writing" role="status">"Writing"</p> }.into_any()
            }
            Progress::Stored(TurnStatus::Streaming | TurnStatus::Complete) => ().into_any(),
            Progress::Stored(TurnStatus::Stopped) => line("Stopped. What had come is kept.".to_owned()),
            Progress::Stored(TurnStatus::Interrupted) => line("Interrupted: the server ended in the middle. What had come is kept.".to_owned()),
            Progress::Stored(TurnStatus::Failed) => {
                let reason = turn.error.get().unwrap_or_else(|| "The agent failed; what had come is kept.".to_owned());
                view! { <p class="problem" role="alert">{reason}</p> }.into_any()
            }
        }
    }
}

#[component]
fn TurnActions(turn: TurnState) -> impl IntoView {
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
                aria-label="Copy the answer as markdown"
                title="Copy as markdown"
                on:click=move |_| {
                    copy(answer.text());
                    copied.set(true);
                }
            >
                {move || if copied.get() { view! { <Icon name="check"/> } } else { view! { <Icon name="copy"/> } }}
            </button>
            {thumb(Rating::Up, "thumbs-up", "Good answer")}
            {thumb(Rating::Down, "thumbs-down", "Bad answer")}
            {turn.branch.map(|(position, of)| view! { <span class="branch" title="Other versions are kept">{format!("{position}/{of}")}</span> })}
            <span class="facts">
                {move || turn.timestamp.get().map(|time| view! { <Moment time/> })}
                {move || turn.model.get().map(|model| view! { <span class="model">{model}</span> })}
            </span>
        </div>
    }
}
