//! The list of conversations, read like the index of a book.

#[cfg(feature = "hydrate")]
pub(crate) mod handling;

use super::{
    database_toggle::DatabaseToggle,
    icon::Icon,
    import_modal::percent,
    server_form::{Outcome, ServerForm},
    source_mark::source_names,
};
use crate::chat::{
    hooks::{
        use_import::{ImportFlow, Stage},
        use_library::Library,
    },
    services::chat_api::{Listing, ManageConversations, list_conversations},
    utils::{constants::CONVERSATIONS_PER_PAGE, current::current, dates},
};
use crate::{
    shell::is_guarded,
    texts::{inert, texts},
};
use aios_model::{ConversationSummary, Timestamp};
use aios_texts::Texts;
use leptos::{prelude::*, server_fn::ServerFn};

/// The sidebar: search, the conversations by date, import, and which history is open.
#[component]
pub fn ConversationSidebar() -> impl IntoView {
    let library = Library::expect();
    let import = ImportFlow::expect();
    let texts = texts();
    let listing =
        Resource::new(move || (library.limit.get(), library.revision.get()), |(limit, _)| list_conversations(limit));
    view! {
        <aside id="sidebar" class="sidebar" popover="auto" aria-label=texts.conversations()>
            <div class="sidebar-head">
                <a href="/" class="wordmark" aria-current=current("/")>"AI OS Chat"</a>
                <a href="/new" class="quiet button" aria-current=current("/new") aria-label=texts.new_conversation() title=texts.new_conversation()>
                    <Icon name="plus"/>
                </a>
            </div>
            <form class="search-box" action="/search" method="get" role="search" aria-label=texts.quick_search()>
                <Icon name="search"/>
                <input id="search" type="search" name="q" placeholder=texts.search() aria-label=texts.search_all() autocomplete="off"/>
                <kbd aria-hidden="true">"/"</kbd>
            </form>
            <nav class="conversations" aria-label=texts.conversations_by_date()>
                <Transition>
                    {move || Suspend::new(async move {
                        match listing.await {
                            Ok(listing) => view! { <Conversations listing/> }.into_any(),
                            Err(error) => view! {
                                <div class="problem" role="alert">
                                    <p>{error.to_string()}</p>
                                    <button type="button" on:click=move |_| library.refresh()>{texts.try_again()}</button>
                                </div>
                            }
                            .into_any(),
                        }
                    })}
                </Transition>
            </nav>
            <div class="sidebar-foot">
                <button id="open-import" class="wide" type="button" on:click=move |_| import.open()>
                    <Icon name="import"/>
                    {move || match import.stage.get() {
                        Stage::Reading | Stage::Storing => texts.importing(&percent(&import.reached.get()).to_string()),
                        _ => texts.import().to_owned(),
                    }}
                </button>
                <nav class="shelves" aria-label=texts.lists()>
                    <a href="/conversations" aria-current=current("/conversations") on:click=move |_| close_sheet()>{texts.put_in_order()}</a>
                    <a href="/archive" aria-current=current("/archive") on:click=move |_| close_sheet()>{texts.archive()}</a>
                    <a href="/trash" aria-current=current("/trash") on:click=move |_| close_sheet()>{texts.trash()}</a>
                    <a href="/settings" aria-current=current("/settings") on:click=move |_| close_sheet()>{texts.settings()}</a>
                    <a href="/keys" aria-current=current("/keys") on:click=move |_| close_sheet()>{texts.keys()}</a>
                    // Not a page of the app: it works without it.
                    {is_guarded().then(|| inert(["<a href=/access rel=external>", texts.access(), "</a>"]))}
                </nav>
                <Transition>
                    {move || Suspend::new(async move { listing.await.ok().map(|listing| view! { <DatabaseToggle mode=listing.mode/> }).into_any() })}
                </Transition>
            </div>
        </aside>
    }
}

#[component]
pub(crate) fn Conversations(listing: Listing) -> impl IntoView {
    let library = Library::expect();
    let texts = texts();
    let Listing { page, now, moved, .. } = listing;
    let is_empty = page.conversations.is_empty();
    let has_more = page.next.is_some();
    let conversations = StoredValue::new(page.conversations);
    view! {
        {moved.map(|(moment, count)| view! { <Moved moment count/> })}
        {move || {
            let offset = library.offset_minutes.get();
            conversations
                .with_value(|conversations| by_date(conversations, now, offset, texts))
                .into_iter()
                .map(|(heading, conversations)| {
                    view! {
                        <section>
                            <h2>{heading}</h2>
                            <ul>
                                {conversations.into_iter().map(|summary| view! { <Line summary now/> }).collect_view()}
                            </ul>
                        </section>
                    }
                })
                .collect_view()
        }}
        {is_empty.then(|| view! {
            <p class="empty">{texts.no_conversations_yet()}</p>
        })}
        {has_more.then(|| view! {
            <button
                class="wide older"
                type="button"
                on:click=move |_| library.limit.update(|limit| *limit += CONVERSATIONS_PER_PAGE)
            >
                {texts.show_older()}
            </button>
        })}
    }
}

/// Says where the lines went that were here, and gives them back.
#[component]
fn Moved(
    /// When they went, in milliseconds.
    moment: i64,
    /// How many.
    count: u32,
) -> impl IntoView {
    let undo = Outcome::new();
    let texts = texts();
    let library = Library::expect();
    undo.when_done(move || library.refresh());
    view! {
        <ServerForm path=ManageConversations::PATH outcome=undo class="moved">
            <input type="hidden" name="action" value="undo"/>
            <input type="hidden" name="moment" value=moment.to_string()/>
            <span role="status">
                {texts.moved_to_trash(count)}
            </span>
            <button class="link" type="submit">{texts.undo()}</button>
        </ServerForm>
    }
    .into_any()
}

/// One conversation. A click closes the sheet that the sidebar is on a phone.
#[component]
fn Line(summary: ConversationSummary, now: Timestamp) -> impl IntoView {
    let offset = Library::expect().offset_minutes;
    let texts = texts();
    let name = summary.display_name().unwrap_or(texts.untitled()).to_owned();
    let (source, _) = source_names(&summary.source);
    let time = summary.last_updated;
    let title = format!("{name} ({source})");
    let href = format!("/c/{}", summary.session_id);
    view! {
        <li>
            <a
                class="conversation-line"
                aria-current=current(href.clone())
                href=href
                data-source=summary.source.to_string()
                data-pinned=summary.pinned.then_some("")
                title=title
                on:click=move |_| close_sheet()
            >
                <span class="name" dir="auto">{name}</span>
                <time datetime=time.to_string()>{move || dates::short(time, now, offset.get(), texts)}</time>
            </a>
        </li>
    }
}

fn close_sheet() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let sidebar =
            document().get_element_by_id("sidebar").and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
        // On a wide screen it is no sheet, and hiding what is not shown is refused.
        drop(sidebar.map(|sidebar| sidebar.hide_popover()));
    }
}

/// Groups conversations, latest first, under headings.
fn by_date(
    conversations: &[ConversationSummary],
    now: Timestamp,
    offset_minutes: i32,
    texts: Texts,
) -> Vec<(String, Vec<ConversationSummary>)> {
    let mut groups: Vec<(String, Vec<ConversationSummary>)> = Vec::new();
    let (pinned, others): (Vec<_>, Vec<_>) = conversations.iter().cloned().partition(|summary| summary.pinned);
    if !pinned.is_empty() {
        groups.push((texts.pinned().to_owned(), pinned));
    }
    for summary in others {
        let heading = dates::group(summary.last_updated, now, offset_minutes, texts);
        match groups.last_mut() {
            Some((last, members)) if *last == heading => members.push(summary),
            _ => groups.push((heading, vec![summary])),
        }
    }
    groups
}
