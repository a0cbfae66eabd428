//! The first page: on the first run an invitation, later the whole history as one picture.

use crate::chat::{
    components::{activity::Activity, icon::Icon, source_mark::source_names},
    hooks::{use_import::ImportFlow, use_library::Library},
    services::chat_api::{Overview, SetMode, history_overview},
    utils::numbers::grouped,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

/// The page of `/`.
#[component]
pub fn LibraryPage() -> impl IntoView {
    let library = Library::expect();
    let totals = Resource::new(move || library.revision.get(), |_| history_overview());
    view! {
        <Title text="Library"/>
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
    view! {
        <section class="first-run">
            <h1>"Bring your conversations home"</h1>
            <p>
                "Drop an export of ChatGPT, Claude, Gemini, Copilot or another chat program anywhere on this page. It is read in this browser, kept on this machine, \
                 and yours to search, read and go on with."
            </p>
            <button class="drop-target" type="button" on:click=move |_| import.open()>
                <Icon name="import"/>
                <span>"Drop an export here, or choose a file"</span>
                <small>"As it came, of any size"</small>
            </button>
            <div class="ways-on">
                <form method="post" action=SetMode::PATH>
                    <input type="hidden" name="mode" value="demo"/>
                    <button class="link" type="submit">"Look around with made-up conversations"</button>
                </form>
                <a href="/new">"Begin a conversation"</a>
            </div>
        </section>
    }
}

#[component]
fn WholeHistory(totals: Overview) -> impl IntoView {
    let conversations: u32 = totals.sources.iter().map(|total| total.conversations).sum();
    let turns: u32 = totals.sources.iter().map(|total| total.turns).sum();
    let sources = totals.sources.iter().map(|total| total.source.clone()).collect();
    view! {
        <section class="library">
            <h1>"Library"</h1>
            <p class="lead">{format!("{} conversations, {} turns", grouped(conversations), grouped(turns))}</p>
            <Activity sources weeks=totals.weeks now=totals.now/>
            <table class="totals">
                <caption class="visually-hidden">"Conversations by source"</caption>
                <thead>
                    <tr><th scope="col">"Source"</th><th scope="col">"Conversations"</th><th scope="col">"Turns"</th></tr>
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
            <p class="hint"><a href="/imports">"Imports"</a>": what came when and out of which files, with reports and undo. "<a href="/ratings">"Ratings"</a>": what you thought of answers, and files for training."</p>
            <form class="ratings-filter" action="/api/export/conversations" method="get">
                <label>"Export all as "<select name="format">
                    <option value="json">"JSON (nothing is lost)"</option>
                    <option value="markdown">"Markdown"</option>
                    <option value="text">"Plain text"</option>
                    <option value="html">"Web pages"</option>
                </select></label>
                <label><input type="checkbox" name="branches" value="1"/>" All branches"</label>
                <button type="submit">"Export"</button>
            </form>
        </section>
    }
}
