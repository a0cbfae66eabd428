//! Lists to put conversations in order: all of them, the archive, and the trash.

use crate::chat::{
    services::chat_api::{ManageConversations, get_shelf},
    types::shelf::Shelf,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page of `/conversations`, `/archive` and `/trash`. `?source=` and `?project=` filter, `?before=MILLISECONDS&id=ID` goes on after that
/// conversation. One plain form; it works without JavaScript.
#[component]
pub fn ShelfPage(
    /// `conversations`, `archive` or `trash`.
    which: &'static str,
) -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| {
        let query = query.read();
        let after = query.get("before").and_then(|before| before.parse().ok()).zip(query.get("id"));
        (query.get("source"), query.get("project"), after)
    });
    let shelf = Resource::new(
        move || wanted.get(),
        move |(source, project, after)| get_shelf(which.to_owned(), source, project, after),
    );
    let (title, empty) = match which {
        "trash" => ("Trash", "The trash is empty. What is deleted stays here for 30 days."),
        "archive" => ("Archive", "Nothing is archived."),
        _ => ("Conversations", "No conversations are here."),
    };
    view! {
        <Title text=title/>
        <section class="shelf">
            <h1>{title}</h1>
            <Transition>
                {move || Suspend::new(async move {
                    match shelf.await {
                        Ok(shelf) => lines(which, shelf, empty),
                        Err(error) => view! { <p class="problem" role="alert">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

/// What can be done to the conversations of a list: the word for the server, and for people.
fn actions(which: &str) -> &'static [(&'static str, &'static str)] {
    match which {
        "trash" => &[("restore", "Restore")],
        "archive" => &[("unarchive", "Take out of the archive"), ("delete", "Delete")],
        _ => &[("pin", "Pin"), ("unpin", "Unpin"), ("archive", "Archive"), ("delete", "Delete")],
    }
}

fn lines(which: &'static str, shelf: Shelf, empty: &'static str) -> AnyView {
    let is_trash = which == "trash";
    let is_empty = shelf.lines.is_empty();
    let chips = shelf.chips.into_iter().map(|chip| {
        view! { <a class="chip" href=chip.href aria-current=chip.is_on.then_some("true")>{chip.name}</a> }
    });
    let lines = shelf.lines.into_iter().map(|line| {
        let name = if is_trash {
            view! { <span dir="auto">{line.name}</span> }.into_any()
        } else {
            view! { <a href=format!("/c/{}", line.id) dir="auto">{line.name.clone()}</a> }.into_any()
        };
        view! {
            <li>
                <label><input type="checkbox" name="ids[]" value=line.id/><span class="visually-hidden">"Choose"</span></label>
                {name}
                <small>{line.about}</small>
            </li>
        }
    });
    let buttons = actions(which).iter().map(|&(action, name)| {
        view! { <button type="submit" name="action" value=action>{name}</button> }
    });
    view! {
        <nav class="chips" aria-label="Filters">{chips.collect_view()}</nav>
        {if is_empty {
            view! { <p class="empty">{empty}</p> }.into_any()
        } else {
            view! {
                <form method="post" action=ManageConversations::PATH>
                    <div class="shelf-actions" role="group" aria-label="With those that are chosen">
                        {buttons.collect_view()}
                        {(!is_trash).then(|| view! {
                            <input name="project" list="projects" aria-label="Project" placeholder="Project" maxlength="200" autocomplete="off"/>
                            <datalist id="projects">
                                {shelf.projects.into_iter().map(|project| view! { <option value=project></option> }).collect_view()}
                            </datalist>
                            <button type="submit" name="action" value="move">"Move"</button>
                        })}
                    </div>
                    <ol class="shelf-lines">{lines.collect_view()}</ol>
                </form>
            }
            .into_any()
        }}
        {shelf.next.map(|href| view! { <p><a class="button" href=href>"Earlier ones"</a></p> })}
        {(is_trash && !is_empty).then(|| view! {
            <details class="confirm">
                <summary class="button">"Empty the trash…"</summary>
                <form method="post" action=ManageConversations::PATH>
                    <input type="hidden" name="action" value="empty"/>
                    <p>"Everything in the trash goes for good. An export that still has it can be imported again."</p>
                    <button class="danger" type="submit">"Delete for good"</button>
                </form>
            </details>
        })}
    }
    .into_any()
}
