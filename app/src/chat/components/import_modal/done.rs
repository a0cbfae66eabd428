use super::{lines::Lines, notes::Notes};
use crate::chat::{
    components::undo_import::UndoImport,
    hooks::use_import::ImportFlow,
    utils::numbers::{counted, grouped},
};
use aios_model::ImportTotals;
use aios_protocol::worker::{Committed, Ending, Filter, LineState};
use leptos::prelude::*;

/// What became of everything, problems first.
#[component]
pub(super) fn DoneStep() -> impl IntoView {
    let import = ImportFlow::expect();
    let committed = import.committed.get_untracked().unwrap_or_else(|| Committed::failed(String::new()));
    let Committed { ending, totals, stored_files, warnings, unknown, report } = committed;
    let headline = headline(&ending, &totals);
    let problem = if let Ending::Failed(problem) = ending { Some(problem) } else { None };
    let stored = totals.imported + totals.updated > 0;
    let ledger = [
        (LineState::Imported, "imported", totals.imported),
        (LineState::Updated, "updated", totals.updated),
        (LineState::Unchanged, "unchanged", totals.unchanged),
        (LineState::Skipped, "skipped", totals.skipped),
        (LineState::Failed, "failed", totals.failed),
    ];
    let has_lines = ledger.iter().any(|(.., count)| *count > 0);
    view! {
        <div role="status">
            <h3 class="headline">{headline}</h3>
        </div>
        {problem.map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
        <dl class="ledger">
            {ledger
                .into_iter()
                .filter(|(.., count)| *count > 0)
                .map(|(state, label, count)| view! { <LedgerEntry state label count/> })
                .collect_view()}
            {(stored_files > 0).then(|| view! { <div><dt>"files"</dt><dd>{grouped(stored_files)}</dd></div> })}
        </dl>
        {has_lines.then(|| view! { <Lines label="What became of each conversation"/> })}
        {(!unknown.is_empty()).then(|| view! {
            <details class="warnings unknown">
                <summary>{format!("Not known to this version ({})", unknown.len())}</summary>
                <p>"These were seen in the files. Their text was kept; a new form of export may be coming."</p>
                <ul>{unknown.into_iter().map(|unknown| view! { <li><code>{unknown}</code></li> }).collect_view()}</ul>
            </details>
        })}
        <Notes warnings/>
        <div class="import-foot">
            <div>
                {(!report.is_empty()).then(|| view! { <a href=report rel="external" download="import-report.json">"Download the report"</a> })}
                <a href="/imports" on:click=move |_| import.close()>"All imports"</a>
                {move || match import.undone.get() {
                    Some((true, message)) => view! { <span role="status">{message}</span> }.into_any(),
                    problem if stored => view! {
                        <div
                            class="undo-here"
                            on:submit=move |event| {
                                // Here the answer comes without leaving the page.
                                event.prevent_default();
                                import.undo();
                            }
                        >
                            {problem.map(|(_, message)| view! { <p class="problem" role="alert">{message}</p> })}
                            <UndoImport import_id=import.import_id.get_value()/>
                        </div>
                    }
                    .into_any(),
                    _ => ().into_any(),
                }}
            </div>
            <div>
                <button type="button" on:click=move |_| import.reset()>"Import more"</button>
                <button class="primary" type="button" on:click=move |_| import.close()>"Done"</button>
            </div>
        </div>
    }
}

fn headline(ending: &Ending, totals: &ImportTotals) -> String {
    let stored = totals.imported + totals.updated;
    match ending {
        Ending::Failed(_) => "It ended early".to_owned(),
        Ending::Cancelled if stored == 0 => "Cancelled. Nothing was stored".to_owned(),
        Ending::Cancelled => format!("Cancelled. {} stored before that, and stay", counted(stored, "conversation")),
        Ending::Done if stored == 1 => "1 conversation is now in your history".to_owned(),
        Ending::Done if stored > 1 => format!("{} conversations are now in your history", grouped(stored)),
        Ending::Done if totals.failed > 0 => "Nothing was stored".to_owned(),
        Ending::Done if totals.unchanged > 0 => "Everything was here already".to_owned(),
        Ending::Done => "Nothing was stored".to_owned(),
    }
}

/// A number of the report; pressing it shows only its lines.
#[component]
fn LedgerEntry(state: LineState, label: &'static str, count: u32) -> impl IntoView {
    let import = ImportFlow::expect();
    let is_shown = move || import.filter.with(|filter| filter.state == Some(state));
    view! {
        <div data-status=label>
            <dt>{label}</dt>
            <dd>
                <button
                    class="link"
                    type="button"
                    aria-label=format!("Show only the {} {label}", grouped(count))
                    aria-pressed=move || is_shown().to_string()
                    on:click=move |_| {
                        let state = (!is_shown()).then_some(state);
                        import.show(Some(Filter { state, ..Filter::default() }), 0, 0);
                    }
                >
                    {grouped(count)}
                </button>
            </dd>
        </div>
    }
}
