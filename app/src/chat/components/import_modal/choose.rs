use super::notes::Notes;
use crate::chat::{
    components::source_mark::SourceMark,
    hooks::{
        use_import::{FoundItem, ImportFlow},
        use_library::Library,
    },
    utils::dates,
};
use aios_model::Novelty;
use leptos::prelude::*;

/// The most lines of the preview. More could not be read anyway; all that are chosen are stored.
const LINES: usize = 1000;

/// What was found, before anything is stored.
#[component]
pub(super) fn ChooseStep() -> impl IntoView {
    let import = ImportFlow::expect();
    let found = import.found.get_untracked();
    let warnings = import.warnings.get_untracked();
    let refused = import.refused.get_untracked();
    let total = found.len();
    let count = |novelty| found.iter().filter(|found| found.novelty == Some(novelty)).count();
    let facts = format!(
        "{} new, {} changed, {} already here",
        count(Novelty::New),
        count(Novelty::Changed),
        count(Novelty::Same)
    );
    let chosen = {
        let found = found.clone();
        Memo::new(move |_| found.iter().filter(|item| item.chosen.get()).count())
    };
    let choose_all = {
        let found = found.clone();
        move |choice: bool| found.iter().for_each(|item| item.chosen.set(choice))
    };
    let choose_none = choose_all.clone();
    view! {
        {refused
            .into_iter()
            .map(|(location, reason)| view! {
                <p class="problem refused" role="alert"><strong dir="auto">{location.to_string()}</strong> " " {reason}</p>
            })
            .collect_view()}
        {(total > 0).then(|| view! {
            <p class="found" role="status">
                <strong>{format!("{total} {} found", if total == 1 { "conversation" } else { "conversations" })}</strong>
                " " {facts}
            </p>
            <ul class="preview">
                {found.iter().take(LINES).cloned().map(|found| view! { <PreviewLine found/> }).collect_view()}
            </ul>
            {(total > LINES).then(|| format!("… and {} more, which are chosen as well if they are new or changed.", total - LINES))}
        })}
        <Notes warnings/>
        <div class="import-foot">
            {if total > 0 {
                view! {
                    <div class="choices">
                        <button class="link" type="button" on:click=move |_| choose_all(true)>"All"</button>
                        <button class="link" type="button" on:click=move |_| choose_none(false)>"None"</button>
                        <label>
                            <input
                                type="checkbox"
                                prop:checked=import.feeds
                                on:change=move |event| import.feeds.set(event_target_checked(&event))
                            />
                            "Also write text files to Feeds"
                        </label>
                    </div>
                    <button class="primary" type="button" disabled=move || chosen.get() == 0 on:click=move |_| import.commit()>
                        {move || format!("Import {}", chosen.get())}
                    </button>
                }
                .into_any()
            } else {
                view! {
                    <p class="hint">"Nothing was stored."</p>
                    <button type="button" on:click=move |_| import.reset()>"Choose another file"</button>
                }
                .into_any()
            }}
        </div>
    }
}

#[component]
fn PreviewLine(found: FoundItem) -> impl IntoView {
    let offset = Library::expect().offset_minutes;
    let FoundItem { item, novelty, chosen } = found;
    let state = match novelty {
        Some(Novelty::New) => "new",
        Some(Novelty::Changed) => "changed",
        Some(Novelty::Same) => "already here",
        None => "",
    };
    let title = item.title.unwrap_or_else(|| "Untitled".to_owned());
    let time = item.updated.or(item.created);
    view! {
        <li>
            <label>
                <input
                    type="checkbox"
                    prop:checked=chosen
                    on:change=move |event| chosen.set(event_target_checked(&event))
                />
                <SourceMark source=item.source/>
                <span class="name" dir="auto">{title}</span>
                <span class="state" data-state=state>{state}</span>
                <span class="turns-count">{format!("{} {}", item.turns, if item.turns == 1 { "turn" } else { "turns" })}</span>
                {time.map(|time| view! { <time datetime=time.to_string()>{move || dates::day(time, offset.get())}</time> })}
            </label>
        </li>
    }
}
