//! What an address shows, out of the copy, as HTML: the same parts and classes as the app's own pages, so the same style sheet fits. What a page
//! of the app does with forms is a form here too; what is sent with it waits in the outbox.

use crate::{Error, Fields, Page};
use aios_model::{ConversationSummary, SearchHit, StoredTurn};
use aios_store::{
    Connection,
    conversations::{self, ListQuery, Window},
    copy, search,
    turns::{self, Position},
};
use escaped::{Escaped, moment};
use std::fmt::Write as _;

mod escaped;
mod turn;

/// Conversations in the list, unless more are asked for.
const LINES: u32 = 100;

/// Turns of a conversation on a page.
const TURNS: u32 = 40;

/// The page that takes exports: `public/copy.js` gives them to the import worker.
const IMPORT: &str = r#"<h1>Import</h1><p>Choose exports of ChatGPT, Claude, Gemini, Copilot or others, as they came. Their conversations can be read here at once, and are sent to the server when it is back. Pictures and other files in them need the server: import the file once more then.</p>
<p><label class="button">Choose files<input type="file" multiple hidden></label></p><p class="import-state" role="status"></p>"#;

/// Hits of a search.
const HITS: u32 = 50;

/// The page of an address. There is one for every address: what is not here is said.
pub(crate) fn page(connection: &Connection, path: &str, query: &Fields) -> Result<Page, Error> {
    let asked = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let mut page = match path {
        "/" => Page { title: String::new(), main: home(connection)?, side: String::new() },
        "/new" => Page { title: "New conversation".to_owned(), main: composer(), side: String::new() },
        "/search" => results(connection, asked("q"))?,
        "/import" => Page { title: "Import".to_owned(), main: IMPORT.to_owned(), side: String::new() },
        "/archive" => Page { title: "Archive".to_owned(), main: archive(connection)?, side: String::new() },
        _ => match path.strip_prefix("/c/") {
            Some(session_id) => conversation(connection, &decoded(session_id), asked("turn").parse().ok())?,
            None => Page {
                title: "Offline".to_owned(),
                main:
                    "<h1>This page needs the server</h1><p>It comes back by itself when the server can be reached.</p>"
                        .to_owned(),
                side: String::new(),
            },
        },
    };
    page.side = list(connection, asked("show").parse().unwrap_or(LINES))?;
    Ok(page)
}

/// What a search finds, as a list.
pub(crate) fn hits(connection: &Connection, query: &str, limit: u32) -> Result<Page, Error> {
    let hits = search::search(connection, query, limit)?;
    let mut main = String::new();
    write_hits(&mut main, &hits);
    Ok(Page { title: query.to_owned(), main, side: String::new() })
}

/// The end of an address, with its `%` escapes undone: ids of this program need none.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = || tail.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match (first, (*first == b'%').then(hex).flatten()) {
            (_, Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (byte, None) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn name(summary: &ConversationSummary) -> &str {
    summary.display_name().unwrap_or("Untitled")
}

fn write_line(html: &mut String, summary: &ConversationSummary) {
    // Writing to a string does not fail, here and below.
    let _ = write!(
        html,
        r#"<li><a href="/c/{}" class="conversation-line" data-source="{}"><span class="name" dir="auto">{}</span>{}</a></li>"#,
        Escaped(&summary.session_id),
        Escaped(summary.source.as_str()),
        Escaped(name(summary)),
        moment(summary.last_updated),
    );
}

fn list(connection: &Connection, limit: u32) -> Result<String, Error> {
    let page = conversations::list(connection, &ListQuery { limit, ..ListQuery::default() })?;
    let mut html = String::new();
    let (pinned, others): (Vec<_>, Vec<_>) = page.conversations.iter().partition(|summary| summary.pinned);
    for (heading, lines) in [("Pinned", pinned), ("Conversations", others)] {
        if !lines.is_empty() {
            let _ = write!(html, "<section><h2>{heading}</h2><ul>");
            lines.into_iter().for_each(|line| write_line(&mut html, line));
            html.push_str("</ul></section>");
        }
    }
    if html.is_empty() {
        html.push_str(r#"<p class="empty">No conversations are kept in this browser.</p>"#);
    }
    if page.next.is_some() {
        let _ =
            write!(html, r#"<a class="button wide older" href="?show={}">Show older</a>"#, limit.saturating_add(LINES));
    }
    Ok(html)
}

fn home(connection: &Connection) -> Result<String, Error> {
    let progress = copy::progress(connection)?;
    let missing = match progress.wanted {
        0 => String::new(),
        wanted => format!(" The turns of {wanted} of them are not all here yet."),
    };
    Ok(format!(
        "<h1>The server cannot be reached</h1><p>{} {} kept in this browser: choose one, or search.{missing} \
         What you rate, rename, archive or write here is kept, and sent when the server is back.</p>",
        progress.conversations,
        if progress.conversations == 1 { "conversation is" } else { "conversations are" },
    ))
}

fn archive(connection: &Connection) -> Result<String, Error> {
    let page = conversations::list(connection, &ListQuery { archived: true, limit: LINES, ..ListQuery::default() })?;
    let mut html = "<h1>Archive</h1>".to_owned();
    if page.conversations.is_empty() {
        html.push_str(r#"<p class="empty">Nothing is put away.</p>"#);
        return Ok(html);
    }
    html.push_str("<ul class=\"conversations\">");
    page.conversations.iter().for_each(|line| write_line(&mut html, line));
    html.push_str("</ul>");
    Ok(html)
}

fn composer() -> String {
    r#"<h1>New conversation</h1><form class="composer"><div class="composer-box"><textarea id="message" rows="3" aria-label="Message" dir="auto" placeholder="Kept as a draft until the server is back"></textarea></div></form>"#.to_owned()
}

fn results(connection: &Connection, query: &str) -> Result<Page, Error> {
    let mut main = format!(
        r#"<section class="search-page"><h1>Search</h1><form class="search-field" action="/search" method="get" role="search" aria-label="Search"><input type="search" name="q" value="{}" aria-label="Search all conversations" autocomplete="off" dir="auto"><button class="primary" type="submit">Search</button></form>"#,
        Escaped(query)
    );
    if query.trim().is_empty() {
        main.push_str(r#"<p class="empty">Words from a title, a question or an answer.</p>"#);
    } else {
        write_hits(&mut main, &search::search(connection, query, HITS)?);
    }
    main.push_str("</section>");
    let title = if query.is_empty() { "Search".to_owned() } else { format!("{query} – search") };
    Ok(Page { title, main, side: String::new() })
}

fn write_hits(html: &mut String, hits: &[SearchHit]) {
    if hits.is_empty() {
        html.push_str(r#"<p class="empty" role="status">Nothing in this browser has all of these words.</p>"#);
        return;
    }
    let mut groups: Vec<Vec<&SearchHit>> = Vec::new();
    for hit in hits {
        match groups.iter_mut().find(|group| group[0].conversation.session_id == hit.conversation.session_id) {
            Some(group) => group.push(hit),
            None => groups.push(vec![hit]),
        }
    }
    html.push_str(r#"<ol class="hits">"#);
    for group in groups {
        let conversation = &group[0].conversation;
        let id = Escaped(&conversation.session_id);
        let _ = write!(html, r#"<li><h2><a href="/c/{id}" dir="auto">{}</a></h2><ul>"#, Escaped(name(conversation)));
        for hit in group {
            let _ = write!(html, r##"<li><a href="/c/{id}?turn={0}#turn-{0}" dir="auto">"##, hit.turn_id);
            for part in &hit.snippet {
                let tag = if part.hit { "mark" } else { "span" };
                let _ = write!(html, "<{tag}>{}</{tag}>", Escaped(&part.text));
            }
            let _ = write!(html, "</a>{}</li>", moment(hit.timestamp));
        }
        html.push_str("</ul></li>");
    }
    html.push_str("</ol>");
}

/// The turns around one that is named, else the last ones.
fn turns_of(
    connection: &Connection,
    session_id: &str,
    turn: Option<i64>,
) -> Result<(Vec<StoredTurn>, u32, u32), Error> {
    let around = |path, id| turns::page(connection, session_id, path, Position::Around(id), TURNS);
    if let Some(id) = turn {
        let found = around(turns::Path::Active, id).or_else(|_| around(turns::Path::Through(id), id));
        // A link outlives what it leads to.
        if let Ok(Some(page)) = found {
            return Ok((page.turns, page.earlier, page.later));
        }
    }
    let last = |path| turns::page(connection, session_id, path, Position::Last, TURNS);
    let page = match last(turns::Path::Active) {
        // The turn that the conversation ends with is not here, or not yet.
        Err(aios_store::Error::NoTurn { .. }) => match copy::last_turn(connection, session_id)? {
            Some(here) => last(turns::Path::Through(here))?,
            None => None,
        },
        found => found?,
    };
    let page = page.unwrap_or_default();
    Ok((page.turns, page.earlier, page.later))
}

fn conversation(connection: &Connection, session_id: &str, turn: Option<i64>) -> Result<Page, Error> {
    let Some(head) = conversations::get(connection, session_id, Window { last: Some(0) })? else {
        return Ok(Page {
            title: "Not here".to_owned(),
            main: "<h1>This conversation is not kept in this browser</h1><p>It opens by itself when the server can be reached.</p>"
                .to_owned(),
            side: String::new(),
        });
    };
    let summary = &head.summary;
    let id = Escaped(session_id);
    let mut main = String::new();
    let _ = write!(
        main,
        r#"<header class="conversation-head" data-source="{}"><form class="title-form" method="post" action="/api/fn/rename"><input type="hidden" name="session_id" value="{id}"><h1><input class="title" name="name" value="{}" placeholder="Untitled" aria-label="Title" maxlength="200" autocomplete="off" dir="auto"></h1><button class="quiet save" type="submit">Save</button></form><form method="post" action="/api/fn/archive"><input type="hidden" name="session_id" value="{id}"><input type="hidden" name="archived" value="{}"><button class="quiet" type="submit">{}</button></form><p class="provenance"><span class="source" data-source="{}">{}</span>{}<span>{} {}</span></p></header>"#,
        Escaped(summary.source.as_str()),
        Escaped(name(summary)),
        !summary.archived,
        if summary.archived { "Take out of the archive" } else { "Archive" },
        Escaped(summary.source.as_str()),
        Escaped(summary.source.as_str()),
        moment(summary.started),
        summary.turn_count,
        if summary.turn_count == 1 { "turn" } else { "turns" },
    );
    if !copy::is_whole(connection, session_id)? {
        main.push_str(r#"<p class="problem" role="status">Not all turns of this conversation are kept in this browser. The rest is on the server.</p>"#);
    }
    let (turns, earlier, later) = turns_of(connection, session_id, turn)?;
    let more = |main: &mut String, count: u32, turn: Option<&StoredTurn>, words: &str| {
        if let Some(turn) = turn.filter(|_| count > 0) {
            let _ = write!(
                main,
                r##"<p class="more-turns"><a class="button" href="/c/{id}?turn={0}#turn-{0}">Show {count} {words}</a></p>"##,
                turn.id
            );
        }
    };
    main.push_str(r#"<div class="turns" role="log" aria-live="off" aria-label="Messages">"#);
    more(&mut main, earlier, turns.first(), "earlier");
    turns.iter().for_each(|one| turn::write(&mut main, one));
    more(&mut main, later, turns.last(), "later");
    main.push_str(r#"</div><form class="composer"><div class="composer-box"><textarea id="message" rows="2" aria-label="Message" dir="auto" placeholder="Kept as a draft until the server is back"></textarea></div></form>"#);
    Ok(Page { title: name(summary).to_owned(), main, side: String::new() })
}
