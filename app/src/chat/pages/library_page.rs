//! The first page: on the first run an invitation, later the whole history as one picture.

use crate::chat::{
    components::{activity::Activity, icon::Icon, language_choice::LanguageChoice, source_mark::source_names},
    hooks::{use_import::ImportFlow, use_library::Library},
    services::chat_api::{Overview, SetMode, history_overview},
    utils::numbers::grouped,
};
use crate::texts::texts;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

/// The page of `/`.
#[component]
pub fn LibraryPage() -> impl IntoView {
    let library = Library::expect();
    let totals = Resource::new(move || library.revision.get(), |_| history_overview());
    view! {
        <Title text=texts().library()/>
        <Transition>
            {move || Suspend::new(async move {
                match totals.await {
                    Ok(totals) if totals.sources.is_empty() => view! { <FirstRun/> }.into_any(),
                    Ok(totals) => view! { <WholeHistory totals/> }.into_any(),
                    Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
pub(crate) fn FirstRun() -> impl IntoView {
    let import = ImportFlow::expect();
    let texts = texts();
    view! {
        <section class="first-run">
            <h1>{texts.first_run()}</h1>
            <p>{texts.first_run_how()}</p>
            <button class="drop-target" type="button" on:click=move |_| import.open()>
                <Icon name="import"/>
                <span>{texts.drop_or_choose()}</span>
                <small>{texts.of_any_size()}</small>
            </button>
            <div class="ways-on">
                <form method="post" action=SetMode::PATH>
                    <input type="hidden" name="mode" value="demo"/>
                    <button class="link" type="submit">{texts.look_around()}</button>
                </form>
                <a href="/new">{texts.begin_conversation()}</a>
            </div>
            <LanguageChoice/>
        </section>
    }
}

#[component]
fn WholeHistory(totals: Overview) -> impl IntoView {
    let conversations: u32 = totals.sources.iter().map(|total| total.conversations).sum();
    let turns: u32 = totals.sources.iter().map(|total| total.turns).sum();
    let texts = texts();
    let sources = totals.sources.iter().map(|total| total.source.clone()).collect();
    view! {
        <section class="library">
            <h1>{texts.library()}</h1>
            <p class="lead">{texts.library_totals(conversations, turns)}</p>
            <Activity sources weeks=totals.weeks now=totals.now/>
            <table class="totals">
                <caption class="visually-hidden">{texts.conversations_by_source()}</caption>
                <thead>
                    <tr><th scope="col">{texts.source()}</th><th scope="col">{texts.conversations()}</th><th scope="col">{texts.turns()}</th></tr>
                </thead>
                <tbody>
                    {totals
                        .sources
                        .into_iter()
                        .map(|total| {
                            let (name, _) = source_names(&total.source);
                            view! {
                                <tr data-source=total.source.to_string()>
                                    <th scope="row"><span class="source" data-source=total.source.to_string()>{name}</span></th>
                                    <td>{grouped(total.conversations)}</td>
                                    <td>{grouped(total.turns)}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
            <p class="hint"><a href="/imports">{texts.imports()}</a>{texts.imports_are()}<a href="/ratings">{texts.ratings()}</a>{texts.ratings_are()}</p>
            <form class="ratings-filter" action="/api/export/conversations" method="get">
                <label>{texts.export_all_as()}" "<select name="format">
                    <option value="json">{texts.format_json_whole()}</option>
                    <option value="markdown">"Markdown"</option>
                    <option value="text">{texts.format_text()}</option>
                    <option value="html">{texts.format_html_many()}</option>
                </select></label>
                <label><input type="checkbox" name="branches" value="1"/>" "{texts.all_branches()}</label>
                <button type="submit">{texts.export()}</button>
            </form>
        </section>
    }
}
