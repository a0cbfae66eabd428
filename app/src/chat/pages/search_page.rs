//! What a search found.

use crate::chat::{
    components::{moment::Moment, source_mark::SourceMark},
    services::chat_api::search,
};
use crate::texts::texts;
use aios_model::SearchHit;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page of `/search?q=…`: turns with the words in their context, by conversation. A plain form; it works without JavaScript.
#[component]
pub fn SearchPage() -> impl IntoView {
    let parameters = use_query_map();
    let query = Memo::new(move |_| parameters.read().get("q").unwrap_or_default());
    // A conversation that it is kept to.
    let within = Memo::new(move |_| parameters.read().get("in").filter(|id| !id.is_empty()));
    let texts = texts();
    let hits = Resource::new(
        move || (query.get(), within.get()),
        |(query, within)| async move {
            match within {
                _ if query.trim().is_empty() => Ok(Vec::new()),
                Some(id) => search(format!("conversation:\"{id}\" {query}")).await,
                None => search(query).await,
            }
        },
    );
    view! {
        <Title text=move || { let query = query.get(); if query.is_empty() { texts.search().to_owned() } else { texts.search_for(&query) } }/>
        <section class="search-page">
            <h1>{texts.search()}</h1>
            <form class="search-field" action="/search" method="get" role="search" aria-label=texts.search()>
                <input type="search" name="q" value=move || query.get() aria-label=texts.search_all() autocomplete="off" dir="auto"/>
                {move || within.get().map(|id| view! { <input type="hidden" name="in" value=id/> })}
                <button class="primary" type="submit">{texts.search_verb()}</button>
            </form>
            {move || within.get().map(|id| view! {
                <p class="within">
                    {texts.only_in()}" "<a href=format!("/c/{id}")>{texts.one_conversation()}</a>". "
                    <a href="/search">{texts.search_everywhere()}</a>
                </p>
            })}
            <Transition>
                {move || Suspend::new(async move {
                    match hits.await {
                        Ok(hits) if hits.is_empty() && query.get_untracked().trim().is_empty() => {
                            view! { <p class="empty">{texts.search_hint()}</p> }.into_any()
                        }
                        Ok(hits) if hits.is_empty() => {
                            view! { <p class="empty" role="status">{texts.nothing_found()}</p> }.into_any()
                        }
                        Ok(hits) => view! { <Hits hits/> }.into_any(),
                        Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn Hits(hits: Vec<SearchHit>) -> impl IntoView {
    let count = hits.len();
    let texts = texts();
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let mut groups: Vec<Vec<SearchHit>> = Vec::new();
    for hit in hits {
        match groups.iter_mut().find(|group| group[0].conversation.session_id == hit.conversation.session_id) {
            Some(group) => group.push(hit),
            None => groups.push(vec![hit]),
        }
    }
    view! {
        <p class="count" role="status">
            {texts.hits_in(&texts.turn_count(number(count)), &texts.conversation_count(number(groups.len())))}
        </p>
        <ol class="hits">
            {groups
                .into_iter()
                .map(|group| {
                    let conversation = group[0].conversation.clone();
                    let href = format!("/c/{}", conversation.session_id);
                    view! {
                        <li>
                            <h2>
                                <SourceMark source=conversation.source.clone()/>
                                <a href=href.clone() dir="auto">{conversation.display_name().unwrap_or(texts.untitled()).to_owned()}</a>
                            </h2>
                            <ul>
                                {group
                                    .into_iter()
                                    .map(|hit| {
                                        view! {
                                            <li>
                                                <a href=format!("{href}?turn={0}#turn-{0}", hit.turn_id) dir="auto">
                                                    {hit.snippet
                                                        .into_iter()
                                                        .map(|part| if part.hit {
                                                            view! { <mark>{part.text}</mark> }.into_any()
                                                        } else {
                                                            view! { <span>{part.text}</span> }.into_any()
                                                        })
                                                        .collect_view()}
                                                </a>
                                                <Moment time=hit.timestamp/>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        </li>
                    }
                })
                .collect_view()}
        </ol>
    }
}
