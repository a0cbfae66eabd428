use super::lines::count;
use crate::texts::texts;
use aios_model::Warning;
use leptos::prelude::*;

/// What could not be taken as it was. Folded, and called notes: most of it is no reason to worry.
#[component]
pub(super) fn Notes(warnings: Vec<Warning>) -> impl IntoView {
    (!warnings.is_empty()).then(|| view! { <Sentences title=texts().notes() sentences=warnings/> })
}

/// Sentences with their places, folded under a title that counts them.
#[component]
pub(super) fn Sentences(title: &'static str, sentences: Vec<Warning>) -> impl IntoView {
    view! {
        <details class="warnings">
            <summary>{texts().counted_title(title, count(sentences.len()))}</summary>
            <ul>
                {sentences
                    .into_iter()
                    .map(|sentence| {
                        let place = sentence.location.to_string();
                        let place = (!place.is_empty()).then(|| view! { <span class="place" dir="auto">{place}</span> });
                        view! { <li>{place} " " {sentence.message}</li> }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
    .into_any()
}
