use aios_model::Warning;
use leptos::prelude::*;

/// What could not be taken as it was. Folded, and called notes: most of it is no reason to worry.
#[component]
pub(super) fn Notes(warnings: Vec<Warning>) -> impl IntoView {
    let title = if warnings.len() == 1 { "1 note".to_owned() } else { format!("{} notes", warnings.len()) };
    (!warnings.is_empty()).then(|| {
        view! {
            <details class="warnings">
                <summary>{title}</summary>
                <ul>
                    {warnings
                        .into_iter()
                        .map(|warning| view! { <li><span dir="auto">{warning.location.to_string()}</span> ": " {warning.message}</li> })
                        .collect_view()}
                </ul>
            </details>
        }
    })
}
