use super::{
    lines::{Lines, word},
    notes::{Notes, Sentences},
};
use crate::chat::{components::source_mark::source_names, hooks::use_import::ImportFlow};
use crate::texts::texts;
use aios_model::Source;
use aios_protocol::worker::{Choice, Count, Filter, LineState, Outlined};
use leptos::prelude::*;

/// States of what can be stored.
const CANDIDATES: [LineState; 4] = [LineState::New, LineState::Changed, LineState::Same, LineState::Unknown];

/// The most sentences that stand there unfolded.
const UNFOLDED: usize = 3;

/// States of the preview, as they are told and offered as a filter.
const STATES: [LineState; 7] = [
    LineState::New,
    LineState::Changed,
    LineState::Same,
    LineState::Unknown,
    LineState::Empty,
    LineState::Skipped,
    LineState::Failed,
];

/// What was found, before anything is stored.
#[component]
pub(super) fn ChooseStep() -> impl IntoView {
    let import = ImportFlow::expect();
    let Outlined { counts, databases, warnings, refused } = import.outlined.get_untracked();
    let texts = texts();
    let has_lines = !counts.is_empty();
    let total: u32 = CANDIDATES.into_iter().map(|state| number_of(&counts, state)).sum();
    let told: Vec<String> = STATES
        .into_iter()
        .filter_map(|state| {
            let number = number_of(&counts, state);
            // The first three are what the choice is about.
            let is_told = number > 0 || matches!(state, LineState::New | LineState::Changed | LineState::Same);
            is_told.then(|| texts.so_many(number, word(state)))
        })
        .collect();
    let has_databases = !databases.is_empty();
    let chosen = Memo::new(move |_| import.window.with(|window| window.chosen));
    let lines = has_lines.then(|| {
        view! {
            <div class="found" role="status">
                <strong>{texts.found(total)}</strong>
                " " {told.join(texts.comma())}
            </div>
            <FilterBar counts/>
            <Lines label=texts.found_label()/>
        }
        .into_any()
    });
    let foot = if total > 0 || has_databases {
        view! {
            <label>
                <input
                    type="checkbox"
                    prop:checked=import.feeds
                    on:change=move |event| import.feeds.set(event_target_checked(&event))
                />
                {texts.also_feeds()}
            </label>
            <button
                class="primary"
                type="button"
                disabled=move || chosen.get() == 0 && !has_databases
                on:click=move |_| import.commit()
            >
                {move || match (chosen.get(), has_databases) {
                    (0, true) => texts.import_database().to_owned(),
                    (chosen, true) => texts.import_chosen_and_database(chosen),
                    (chosen, false) => texts.import_chosen(chosen),
                }}
            </button>
        }
        .into_any()
    } else {
        view! {
            <p class="hint">{texts.nothing_stored()}</p>
            <button type="button" on:click=move |_| import.reset()>{texts.choose_another_file()}</button>
        }
        .into_any()
    };
    view! {
        {lines}
        {databases
            .into_iter()
            .map(|name| view! {
                <p class="database">
                    <strong dir="auto">{name}</strong>
                    {texts.is_database()}
                </p>
            })
            .collect_view()}
        {if refused.len() > UNFOLDED {
            view! { <Sentences title=texts.files_without_conversations() sentences=refused/> }.into_any()
        } else {
            view! { <Refused refused/> }.into_any()
        }}
        <Notes warnings/>
        <div class="import-foot">{foot}</div>
    }
}

#[component]
fn Refused(refused: Vec<aios_model::Warning>) -> impl IntoView {
    refused
        .into_iter()
        .map(|refused| view! {
            <p class="problem refused" role="alert"><strong dir="auto">{refused.location.to_string()}</strong> " " {refused.message}</p>
        })
        .collect_view()
}

/// Narrows the lines down, and chooses among those that are left.
#[component]
fn FilterBar(counts: Vec<Count>) -> impl IntoView {
    let import = ImportFlow::expect();
    let texts = texts();
    let filter = move |change: &dyn Fn(&mut Filter)| {
        let mut filter = import.filter.get_untracked();
        change(&mut filter);
        import.show(Some(filter), 0, 0);
    };
    let mut sources: Vec<Source> = counts.iter().map(|count| count.source.clone()).collect();
    sources.dedup();
    let has_sources = sources.len() > 1;
    let source_options = sources
        .iter()
        .map(|source| {
            let number = counts.iter().filter(|count| count.source == *source).map(|count| count.conversations).sum();
            view! { <option value=source.to_string()>{texts.counted_title(&source_names(source).0, number)}</option> }
        })
        .collect_view();
    let state_options = STATES
        .into_iter()
        .enumerate()
        .filter_map(|(position, state)| {
            let number = number_of(&counts, state);
            (number > 0).then(
                || view! { <option value=position.to_string()>{texts.counted_title(word(state), number)}</option> },
            )
        })
        .collect_view();
    view! {
        <div class="filter" role="group" aria-label=texts.show_and_choose()>
            <input
                type="search"
                placeholder=texts.title_label()
                aria-label=texts.words_in_title()
                autocomplete="off"
                on:input=move |event| filter(&|filter| filter.words = event_target_value(&event))
            />
            <select
                aria-label=texts.from_source()
                hidden=!has_sources
                on:change=move |event| {
                    let source = event_target_value(&event);
                    filter(&|filter| filter.source = (!source.is_empty()).then(|| Source::from_name(&source)));
                }
            >
                <option value="">{texts.all_sources()}</option>
                {source_options}
            </select>
            <select
                aria-label=texts.state()
                on:change=move |event| {
                    let state = event_target_value(&event).parse().ok().and_then(|position: usize| STATES.get(position).copied());
                    filter(&|filter| filter.state = state);
                }
            >
                <option value="">{texts.new_or_not()}</option>
                {state_options}
            </select>
            <span class="shown" role="status">{move || texts.shown(import.window.with(|window| window.matching))}</span>
            <span class="choices">
                {[(texts.choose_all(), Choice::All), (texts.choose_none(), Choice::None), (texts.choose_new(), Choice::New)]
                    .map(|(label, choice)| view! {
                        <button class="link" type="button" title=texts.of_those_shown() on:click=move |_| import.choose(choice)>{label}</button>
                    })
                    .collect_view()}
            </span>
        </div>
    }
}

fn number_of(counts: &[Count], state: LineState) -> u32 {
    counts.iter().filter(|count| count.state == state).map(|count| count.conversations).sum()
}
