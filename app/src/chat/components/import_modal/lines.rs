use crate::chat::{
    components::source_mark::SourceMark,
    hooks::{use_import::ImportFlow, use_library::Library},
    utils::dates,
};
use crate::texts::texts;
use aios_protocol::worker::{Choice, Line, LineState};
use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// The lines that fit the filter. Only those in sight and some around them are there; the worker has the rest.
///
/// One line is reached by Tab, the others from there by the arrows, Page Up, Page Down, Home and End.
#[component]
pub(super) fn Lines(
    /// What the list is, for assistive technology.
    label: &'static str,
) -> impl IntoView {
    let import = ImportFlow::expect();
    let window = import.window;
    let list = NodeRef::<html::Ol>::new();
    // The line that Tab leads to, by its position among those that fit.
    let current = RwSignal::new(0u32);
    // The line that is to get the focus as soon as it is there.
    let wanted = StoredValue::new(None::<u32>);
    let tab_stop = Memo::new(move |_| {
        let (current, (first, length)) =
            (current.get(), window.with(|window| (window.first, count(window.lines.len()))));
        if (first..first + length).contains(&current) { current } else { first }
    });
    let matching = Memo::new(move |_| window.with(|window| window.matching));
    Effect::new(move || {
        window.track();
        if let Some(position) = wanted.get_value() {
            focus(list, position, wanted);
        }
    });
    view! {
        <ol
            class="lines"
            node_ref=list
            aria-label=label
            style=("--lines", move || matching.get().to_string())
            style=("--first", move || window.with(|window| window.first.to_string()))
            on:scroll=move |_| {
                if let Some(sight) = Sight::of(list, matching.get_untracked()) {
                    ask_for_more(import, &sight);
                }
            }
            on:keydown=move |event| {
                let Some(sight) = Sight::of(list, matching.get_untracked()) else { return };
                let (last, page) = (matching.get_untracked().saturating_sub(1), sight.lines.saturating_sub(1).max(1));
                let at = tab_stop.get_untracked();
                let to = match event.key().as_str() {
                    "ArrowDown" => at.saturating_add(1),
                    "ArrowUp" => at.saturating_sub(1),
                    "PageDown" => at.saturating_add(page),
                    "PageUp" => at.saturating_sub(page),
                    "Home" => 0,
                    "End" => last,
                    _ => return,
                }
                .min(last);
                event.prevent_default();
                current.set(to);
                wanted.set_value(Some(to));
                bring(list, to, &sight);
                focus(list, to, wanted);
            }
        >
            <For
                each=move || window.with(|window| (window.first..).zip(window.lines.clone()).collect::<Vec<_>>())
                key=|(position, line)| (*position, line.number)
                let:line
            >
                <LineView position=line.0 line=line.1 tab_stop current/>
            </For>
        </ol>
    }
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The part of a list that can be seen.
struct Sight {
    /// Pixels from the beginning of the list.
    top: f64,
    /// Pixels of a line.
    line: f64,
    /// The first line of which something can be seen.
    first: u32,
    /// How many lines fit.
    lines: u32,
}

impl Sight {
    fn of(list: NodeRef<html::Ol>, matching: u32) -> Option<Sight> {
        let list = list.get_untracked()?;
        let line = f64::from(list.scroll_height()) / f64::from(matching);
        let (top, height) = (f64::from(list.scroll_top()), f64::from(list.client_height()));
        // A list without lines has none to see.
        (line > 0.0 && line.is_finite()).then(|| Sight {
            top,
            line,
            first: (top / line) as u32,
            lines: (height / line).ceil() as u32,
        })
    }
}

/// Asks for the lines in sight and as many before and after them, where those that are there do not reach.
fn ask_for_more(import: ImportFlow, sight: &Sight) {
    let (there, end) = import.window.with_untracked(|window| {
        let end = window.first + count(window.lines.len());
        // At the end of the list there is no more.
        (window.first, if end == window.matching { u32::MAX } else { end })
    });
    let margin = sight.lines / 2;
    if sight.first.saturating_sub(margin) < there || sight.first + sight.lines + margin > end {
        import.show(None, sight.first.saturating_sub(sight.lines), sight.lines * 3);
    }
}

/// Scrolls a line into sight, no further than needed.
fn bring(list: NodeRef<html::Ol>, position: u32, sight: &Sight) {
    let Some(list) = list.get_untracked() else { return };
    let top = f64::from(position) * sight.line;
    let height = f64::from(list.client_height());
    if top < sight.top {
        list.set_scroll_top(top as i32);
    } else if top + sight.line > sight.top + height {
        list.set_scroll_top((top + sight.line - height).ceil() as i32);
    }
}

/// Gives a line the focus if it is there, and remembers that it wants it otherwise.
fn focus(list: NodeRef<html::Ol>, position: u32, wanted: StoredValue<Option<u32>>) {
    let selector = format!("[data-position=\"{position}\"]");
    let line = list.get_untracked().and_then(|list| list.query_selector(&selector).ok().flatten());
    if let Some(Ok(line)) = line.map(JsCast::dyn_into::<HtmlElement>) {
        wanted.set_value(None);
        drop(line.focus());
    }
}

#[component]
fn LineView(
    /// Its position among those that fit, from 0.
    position: u32,
    line: Line,
    /// The line that Tab leads to.
    tab_stop: Memo<u32>,
    current: RwSignal<u32>,
) -> impl IntoView {
    let import = ImportFlow::expect();
    let offset = Library::expect().offset_minutes;
    let Line { number, source, title, time, turns, session_id, reason, .. } = line;
    let title = title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| texts().untitled().to_owned());
    // What can change while the line is there.
    let now = Memo::new(move |_| {
        import.window.with(|window| {
            let line = window.lines.iter().find(|line| line.number == number);
            line.map_or((LineState::Unknown, None), |line| (line.state, line.chosen))
        })
    });
    let tabindex = move || if tab_stop.get() == position { "0" } else { "-1" };
    let is_here = session_id.is_some();
    let name = match session_id {
        Some(session_id) => view! {
            <a
                class="name"
                dir="auto"
                data-position=position
                tabindex=tabindex
                href=format!("/c/{session_id}")
                on:click=move |_| import.close()
            >
                {title}
            </a>
        }
        .into_any(),
        None => view! { <span class="name" dir="auto">{title}</span> }.into_any(),
    };
    let facts = view! {
        <span class="facts">
            <span class="state" data-state=move || key(now.get().0)>{move || word(now.get().0)}</span>
            {(turns > 0).then(|| view! { <span>{texts().turn_count(turns)}</span> })}
            {time.map(|time| view! { <time datetime=time.to_string()>{move || dates::day(time, offset.get(), texts())}</time> })}
            {reason.map(|reason| view! { <span class="reason" title=reason.clone()>{reason.clone()}</span> })}
        </span>
    };
    let is_candidate = now.get_untracked().1.is_some();
    // What has neither a box nor a link is reached itself.
    let is_bare = !is_candidate && !is_here;
    let inner = view! {
        <SourceMark source/>
        {name}
        {facts}
    };
    let inner = if is_candidate {
        view! {
            <label>
                <input
                    type="checkbox"
                    data-position=position
                    tabindex=tabindex
                    prop:checked=move || now.get().1 == Some(true)
                    on:change=move |event| import.choose(Choice::One(number, event_target_checked(&event)))
                />
                {inner}
            </label>
        }
        .into_any()
    } else {
        inner.into_any()
    };
    view! {
        <li
            aria-setsize=move || import.window.with(|window| window.matching)
            aria-posinset=position + 1
            data-position=is_bare.then_some(position)
            tabindex=move || is_bare.then(tabindex)
            on:focusin=move |_| current.set(position)
        >
            {inner}
        </li>
    }
}

/// What a person is told of a state.
pub(super) fn word(state: LineState) -> &'static str {
    let texts = texts();
    match state {
        LineState::Failed => texts.state_failed(),
        LineState::New => texts.state_new(),
        LineState::Changed => texts.state_changed(),
        LineState::Same => texts.state_same(),
        LineState::Unknown => texts.state_found(),
        LineState::Empty => texts.state_empty(),
        LineState::Skipped => texts.state_left_out(),
        LineState::Updated => texts.state_updated(),
        LineState::Imported => texts.state_imported(),
        LineState::Unchanged => texts.state_unchanged(),
    }
}

/// What the style sheet is told of it: only of those that look like something.
fn key(state: LineState) -> Option<&'static str> {
    match state {
        LineState::Failed => Some("failed"),
        LineState::New => Some("new"),
        LineState::Changed => Some("changed"),
        LineState::Updated => Some("updated"),
        LineState::Imported => Some("imported"),
        _ => None,
    }
}
