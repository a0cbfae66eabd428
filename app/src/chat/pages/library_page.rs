//! The first page: on the first run an invitation, later the whole history as one picture.

use crate::chat::{
    components::{activity::Activity, icon::Icon, source_mark::source_names},
    hooks::{use_import::ImportFlow, use_library::Library},
    services::chat_api::{Overview, SetMode, history_overview},
};
use leptos::{form::ActionForm, prelude::*};
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
fn FirstRun() -> impl IntoView {
    let import = ImportFlow::expect();
    let demo = ServerAction::<SetMode>::new();
    Effect::new(move || {
        // Everything on the page belongs to the other history.
        if demo.value().get().is_some_and(|result| result.is_ok()) {
            drop(window().location().set_href("/"));
        }
    });
    view! {
        <section class="first-run">
            <h1>"Bring your conversations home"</h1>
            <p>
                "Drop an export of ChatGPT or Claude anywhere on this page. It is read in this browser, kept on this machine, \
                 and yours to search, read and go on with."
            </p>
            <button class="drop-target" type="button" on:click=move |_| import.open()>
                <Icon name="import"/>
                <span>"Drop an export here, or choose a file"</span>
                <small>"A .zip or .json, of any size"</small>
            </button>
            <div class="ways-on">
                <ActionForm action=demo>
                    <input type="hidden" name="mode" value="demo"/>
                    <button class="link" type="submit">"Look around with made-up conversations"</button>
                </ActionForm>
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
        </section>
    }
}

/// A number with thin spaces between its thousands.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_stand_apart() {
        assert_eq!(super::grouped(7), "7");
        assert_eq!(super::grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
