use super::{
    lines::{Lines, count},
    notes::Notes,
};
use crate::chat::{components::undo_import::UndoImport, hooks::use_import::ImportFlow, utils::numbers::grouped};
use crate::texts::texts;
use aios_model::ImportTotals;
use aios_protocol::worker::{Committed, Ending, Filter, LineState};
use leptos::prelude::*;

/// What became of everything, problems first.
#[component]
pub(super) fn DoneStep() -> impl IntoView {
    let import = ImportFlow::expect();
    let committed = import.committed.get_untracked().unwrap_or_else(|| Committed::failed(String::new()));
    let texts = texts();
    let Committed { ending, totals, stored_files, warnings, unknown, report } = committed;
    let headline = headline(&ending, &totals);
    let problem = if let Ending::Failed(problem) = ending { Some(problem) } else { None };
    let stored = totals.imported + totals.updated > 0;
    let ledger = [
        (LineState::Imported, "imported", texts.state_imported(), totals.imported),
        (LineState::Updated, "updated", texts.state_updated(), totals.updated),
        (LineState::Unchanged, "unchanged", texts.state_unchanged(), totals.unchanged),
        (LineState::Skipped, "skipped", texts.state_skipped(), totals.skipped),
        (LineState::Failed, "failed", texts.state_failed(), totals.failed),
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
                .map(|(state, key, label, count)| view! { <LedgerEntry state key label count/> })
                .collect_view()}
            {(stored_files > 0).then(|| view! { <div><dt>{texts.files()}</dt><dd>{grouped(stored_files)}</dd></div> })}
        </dl>
        {has_lines.then(|| view! { <Lines label=texts.what_became()/> })}
        {(!unknown.is_empty()).then(|| view! {
            <details class="warnings unknown">
                <summary>{texts.not_known(count(unknown.len()))}</summary>
                <p>{texts.not_known_means()}</p>
                <ul>{unknown.into_iter().map(|unknown| view! { <li><code>{unknown}</code></li> }).collect_view()}</ul>
            </details>
        })}
        <Notes warnings/>
        <div class="import-foot">
            <div>
                {(!report.is_empty()).then(|| view! { <a href=report rel="external" download="import-report.json">{texts.download_report()}</a> })}
                <a href="/imports" on:click=move |_| import.close()>{texts.all_imports()}</a>
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
                <button type="button" on:click=move |_| import.reset()>{texts.import_more()}</button>
                <button class="primary" type="button" on:click=move |_| import.close()>{texts.done()}</button>
            </div>
        </div>
    }
}

fn headline(ending: &Ending, totals: &ImportTotals) -> String {
    let texts = texts();
    let stored = totals.imported + totals.updated;
    match ending {
        Ending::Failed(_) => texts.ended_early().to_owned(),
        Ending::Cancelled if stored == 0 => texts.cancelled_nothing().to_owned(),
        Ending::Cancelled => texts.cancelled_after(&texts.conversation_count(stored)),
        Ending::Done if stored > 0 => texts.now_in_history(stored),
        Ending::Done if totals.failed == 0 && totals.unchanged > 0 => texts.all_here_already().to_owned(),
        Ending::Done => texts.nothing_was_stored().to_owned(),
    }
}

/// A number of the report; pressing it shows only its lines.
#[component]
fn LedgerEntry(state: LineState, key: &'static str, label: &'static str, count: u32) -> impl IntoView {
    let import = ImportFlow::expect();
    let is_shown = move || import.filter.with(|filter| filter.state == Some(state));
    view! {
        <div data-status=key>
            <dt>{label}</dt>
            <dd>
                <button
                    class="link"
                    type="button"
                    aria-label=texts().show_only(count, label)
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
