use super::notes::Notes;
use crate::chat::{components::source_mark::SourceMark, hooks::use_import::ImportFlow};
use aios_model::{ImportReport, ImportStatus, ReportItem};
use leptos::prelude::*;

/// The most lines of the ledger; the file that can be downloaded has all.
const LINES: usize = 500;

/// What became of everything, problems first.
#[component]
pub(super) fn DoneStep(cancelled: bool, problem: Option<String>) -> impl IntoView {
    let import = ImportFlow::expect();
    let report = import.report.get_untracked();
    let totals = report.totals;
    let stored = totals.imported + totals.updated;
    let headline = match (&problem, cancelled) {
        (Some(_), _) => "It ended early".to_owned(),
        (None, true) => format!("Cancelled. {stored} stored before that"),
        (None, false) if stored > 0 => format!(
            "{stored} {} in your history",
            if stored == 1 { "conversation is now" } else { "conversations are now" }
        ),
        (None, false) if totals.unchanged > 0 => "Everything was here already".to_owned(),
        (None, false) => "Nothing was stored".to_owned(),
    };
    let ledger = [
        ("imported", totals.imported),
        ("updated", totals.updated),
        ("unchanged", totals.unchanged),
        ("skipped", totals.skipped),
        ("failed", totals.failed),
    ];
    let mut items = report.conversations.clone();
    items.sort_by_key(|item| match item.status {
        ImportStatus::Failed => 0,
        ImportStatus::Skipped => 1,
        ImportStatus::Updated => 2,
        ImportStatus::Imported => 3,
        ImportStatus::Unchanged => 4,
    });
    let warnings = report.warnings.clone();
    view! {
        <div role="status">
            <h3 class="headline">{headline}</h3>
        </div>
        {problem.map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
        <dl class="ledger">
            {ledger
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(label, count)| view! { <div data-status=label><dt>{label}</dt><dd>{count}</dd></div> })
                .collect_view()}
        </dl>
        <ul class="report">
            {items.into_iter().take(LINES).map(|item| view! { <ReportLine item/> }).collect_view()}
        </ul>
        <Notes warnings/>
        <div class="import-foot">
            <button class="link" type="button" on:click=move |_| download(&report)>"Download the report"</button>
            <div>
                <button type="button" on:click=move |_| import.reset()>"Import more"</button>
                <button class="primary" type="button" on:click=move |_| import.close()>"Done"</button>
            </div>
        </div>
    }
}

#[component]
fn ReportLine(item: ReportItem) -> impl IntoView {
    let status = match item.status {
        ImportStatus::Imported => "imported",
        ImportStatus::Updated => "updated",
        ImportStatus::Unchanged => "unchanged",
        ImportStatus::Skipped => "skipped",
        ImportStatus::Failed => "failed",
    };
    let title = item.title.filter(|title| !title.is_empty()).unwrap_or_else(|| "Untitled".to_owned());
    let name = match item.session_id {
        Some(session_id) => {
            let import = ImportFlow::expect();
            view! { <a class="name" dir="auto" href=format!("/c/{session_id}") on:click=move |_| import.close()>{title}</a> }.into_any()
        }
        None => view! { <span class="name" dir="auto">{title}</span> }.into_any(),
    };
    view! {
        <li data-status=status>
            <SourceMark source=item.source/>
            {name}
            <span class="state" data-state=status>{status}</span>
            {item.reason.map(|reason| view! { <p class="reason">{reason}</p> })}
        </li>
    }
}

/// Saves the report as a JSON file.
fn download(report: &ImportReport) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, JsValue};
        let json = serde_json::to_string_pretty(report).unwrap_or_default();
        let parts = js_sys::Array::of1(&JsValue::from_str(&json));
        let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) else { return };
        let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
        let link =
            document().create_element("a").ok().and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok());
        if let Some(link) = link {
            link.set_href(&address);
            link.set_download("import-report.json");
            link.click();
        }
        drop(web_sys::Url::revoke_object_url(&address));
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = report;
}
