//! What the palette offers.

use super::matching::{distance, fold};
use crate::{
    chat::{
        hooks::use_keys::act::{find_all, is_possible},
        utils::keys::{Area, COMMANDS, Command},
    },
    texts::texts,
};
use aios_model::SearchHit;

/// How many of each kind are offered.
const RECENT: usize = 6;
const TITLES: usize = 6;
const ACTIONS: usize = 6;
const PASSAGES: usize = 8;

/// A conversation, or a passage of one.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Place {
    /// Where it is.
    pub href: String,
    /// What the conversation is called.
    pub name: String,
    /// When, or the words that were found.
    pub about: String,
    /// Where the conversation was held.
    pub source: String,
}

/// A line of the palette.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Choice {
    /// Does something.
    Command(&'static Command),
    /// Goes somewhere.
    Place(Place),
    /// Searches all conversations for what was typed.
    Everywhere(String),
}

/// Lines under a heading.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Group {
    pub heading: &'static str,
    pub choices: Vec<Choice>,
}

/// The conversations of the sidebar, as they stand there.
pub(super) fn listed() -> Vec<Place> {
    let text = |line: &web_sys::HtmlElement, selector: &str| {
        line.query_selector(selector).ok().flatten().and_then(|part| part.text_content()).unwrap_or_default()
    };
    let place = |line: web_sys::HtmlElement| Place {
        href: line.get_attribute("href").unwrap_or_default(),
        name: text(&line, ".name"),
        about: text(&line, "time"),
        source: line.get_attribute("data-source").unwrap_or_default(),
    };
    find_all("a.conversation-line").into_iter().map(place).collect()
}

/// The passages that a search found, one a conversation.
pub(super) fn passages(hits: Vec<SearchHit>) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for hit in hits {
        let SearchHit { conversation, turn_id, snippet, .. } = hit;
        if seen.contains(&conversation.session_id) || places.len() == PASSAGES {
            continue;
        }
        places.push(Place {
            href: format!("/c/{}?turn={turn_id}#turn-{turn_id}", conversation.session_id),
            name: conversation.display_name().unwrap_or(texts().untitled()).to_owned(),
            about: snippet.into_iter().map(|part| part.text).collect(),
            source: conversation.source.to_string(),
        });
        seen.push(conversation.session_id);
    }
    places
}

/// What can be done now: here first, if a conversation is open.
pub(super) fn possible() -> Vec<&'static Command> {
    let (mut here, elsewhere): (Vec<&Command>, Vec<&Command>) = COMMANDS
        .iter()
        .filter(|command| is_possible(command.act))
        .partition(|command| command.area == Area::Conversation);
    here.extend(elsewhere);
    here
}

/// What is offered for what was typed. `passages` are what the server has found for it so far.
pub(super) fn offered(typed: &str, listed: &[Place], possible: &[&'static Command], passages: &[Place]) -> Vec<Group> {
    let (typed, texts) = (typed.trim(), texts());
    let group =
        |heading, choices: Vec<Choice>| Some(Group { heading, choices }).filter(|group| !group.choices.is_empty());
    let places = |places: &[Place]| places.iter().cloned().map(Choice::Place).collect();
    if typed.is_empty() {
        let commands = possible.iter().copied().map(Choice::Command).collect();
        let recent = places(&listed[..listed.len().min(RECENT)]);
        return [group(texts.palette_recent(), recent), group(texts.actions(), commands)]
            .into_iter()
            .flatten()
            .collect();
    }
    let folded = fold(typed);
    let titles = nearest(&folded, listed, |place| &place.name, TITLES);
    let commands = nearest(&folded, possible, |command| command.name.words(texts), ACTIONS);
    let near = |found: &Option<usize>| found.unwrap_or(usize::MAX);
    let (title, command) = (near(&titles.0), near(&commands.0));
    let titles = group(texts.conversations(), titles.1.into_iter().cloned().map(Choice::Place).collect());
    let commands = group(texts.actions(), commands.1.into_iter().copied().map(Choice::Command).collect());
    let everywhere = Some(Group { heading: texts.search(), choices: vec![Choice::Everywhere(typed.to_owned())] });
    let first = if command <= title { [commands, titles] } else { [titles, commands] };
    // What was found by its title alone stands above already.
    let is_above =
        |place: &Place| place.about == place.name && listed.iter().any(|line| place.href.starts_with(&line.href));
    let passages: Vec<Place> = passages.iter().filter(|place| !is_above(place)).cloned().collect();
    first.into_iter().chain([group(texts.palette_passages(), places(&passages)), everywhere]).flatten().collect()
}

/// The nearest of some lines, and how near the first of them is. Those that are equally near keep their order.
fn nearest<'a, T>(typed: &str, all: &'a [T], name: impl Fn(&T) -> &str, most: usize) -> (Option<usize>, Vec<&'a T>) {
    let mut found: Vec<(usize, &T)> =
        all.iter().filter_map(|line| Some((distance(typed, &fold(name(line)))?, line))).collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.truncate(most);
    (found.first().map(|(distance, _)| *distance), found.into_iter().map(|(_, line)| line).collect())
}
