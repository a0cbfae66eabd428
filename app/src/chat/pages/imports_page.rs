//! What was imported when, out of which files, and what became of it.

use crate::chat::{
    components::{moment::Moment, undo_import::UndoImport},
    hooks::{use_import::ImportFlow, use_library::Library},
    services::chat_api::list_imports,
    types::imports::ImportLine,
};
use crate::texts::texts;
use aios_model::{BatchCursor, Timestamp};
use aios_protocol::import::REPORT_PATH;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page of `/imports`. `?before=MILLISECONDS&id=ID` goes on after that import.
#[component]
pub fn ImportsPage() -> impl IntoView {
    let library = Library::expect();
    let import = ImportFlow::expect();
    let query = use_query_map();
    let after = Memo::new(move |_| {
        let query = query.read();
        let started = query.get("before")?.parse().ok().map(Timestamp::from_milliseconds)?;
        Some(BatchCursor { started, id: query.get("id")? })
    });
    let texts = texts();
    let imports = Resource::new(move || (after.get(), library.revision.get()), |(after, _)| list_imports(after));
    view! {
        <Title text=texts.imports()/>
        <section class="imports">
            <div class="imports-head">
                <h1>{texts.imports()}</h1>
                <button type="button" on:click=move |_| import.open()>{texts.import_menu()}</button>
            </div>
            <Transition>
                {move || Suspend::new(async move {
                    match imports.await {
                        Ok(list) if list.lines.is_empty() => {
                            view! { <p class="empty">{texts.no_imports()}</p> }
                                .into_any()
                        }
                        Ok(list) => view! {
                            <ol class="batches">
                                {list.lines.into_iter().map(|line| view! { <LineView line/> }).collect_view()}
                            </ol>
                            {list.next.map(|href| view! { <p><a class="button" href=href>{texts.earlier_imports()}</a></p> })}
                        }
                        .into_any(),
                        Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn LineView(line: ImportLine) -> impl IntoView {
    let ImportLine { id, started, names, state, state_words, outcome, has_report, can_be_undone } = line;
    let report = has_report.then(|| {
        let href = format!("{REPORT_PATH}{id}");
        view! { <a href=href rel="external" download="import-report.json">{texts().download_report()}</a> }
    });
    view! {
        <li class="batch" data-state=state>
            <h2 dir="auto">{names}</h2>
            <p class="when"><Moment time=started/> <span class="batch-state">{state_words}</span></p>
            <p class="outcome">{outcome}</p>
            <div class="batch-actions">
                {report}
                {can_be_undone.then(|| view! { <UndoImport import_id=id/> })}
            </div>
        </li>
    }
    .into_any()
}
