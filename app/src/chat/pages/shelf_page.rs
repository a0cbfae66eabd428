//! Lists to put conversations in order: all of them, the archive, and the trash.

use crate::chat::{
    services::chat_api::{ManageConversations, get_shelf},
    types::shelf::Shelf,
};
use crate::texts::texts;
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
    let texts = texts();
    let (title, empty) = match which {
        "trash" => (texts.trash(), texts.trash_empty()),
        "archive" => (texts.archive(), texts.archive_empty()),
        _ => (texts.conversations(), texts.shelf_empty()),
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
fn actions(which: &str) -> Vec<(&'static str, &'static str)> {
    let texts = texts();
    let delete = ("delete", texts.delete());
    match which {
        "trash" => vec![("restore", texts.restore())],
        "archive" => vec![("unarchive", texts.unarchive()), delete],
        _ => vec![("pin", texts.pin()), ("unpin", texts.unpin()), ("archive", texts.archive_verb()), delete],
    }
}

fn lines(which: &'static str, shelf: Shelf, empty: &'static str) -> AnyView {
    let is_trash = which == "trash";
    let texts = texts();
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
                <label><input type="checkbox" name="ids[]" value=line.id/><span class="visually-hidden">{texts.choose()}</span></label>
                {name}
                <small>{line.about}</small>
            </li>
        }
    });
    let buttons = actions(which).into_iter().map(|(action, name)| {
        view! { <button type="submit" name="action" value=action>{name}</button> }
    });
    view! {
        <nav class="chips" aria-label=texts.filters()>{chips.collect_view()}</nav>
        {if is_empty {
            view! { <p class="empty">{empty}</p> }.into_any()
        } else {
            view! {
                <form method="post" action=ManageConversations::PATH>
                    <div class="shelf-actions" role="group" aria-label=texts.with_chosen()>
                        {buttons.collect_view()}
                        {(!is_trash).then(|| view! {
                            <input name="project" list="projects" aria-label=texts.project() placeholder=texts.project() maxlength="200" autocomplete="off"/>
                            <datalist id="projects">
                                {shelf.projects.into_iter().map(|project| view! { <option value=project></option> }).collect_view()}
                            </datalist>
                            <button type="submit" name="action" value="move">{texts.move_verb()}</button>
                        })}
                    </div>
                    <ol class="shelf-lines">{lines.collect_view()}</ol>
                </form>
            }
            .into_any()
        }}
        {shelf.next.map(|href| view! { <p><a class="button" href=href>{texts.earlier_ones()}</a></p> })}
        {(is_trash && !is_empty).then(|| view! {
            <details class="confirm">
                <summary class="button">{texts.empty_trash_menu()}</summary>
                <form method="post" action=ManageConversations::PATH>
                    <input type="hidden" name="action" value="empty"/>
                    <p>{texts.empty_trash_means()}</p>
                    <button class="danger" type="submit">{texts.delete_for_good()}</button>
                </form>
            </details>
        })}
    }
    .into_any()
}
