use super::{guide::script, made_up};
use crate::{Chat, Config};
use aios_model::{Conversation, Part, Rating};
use aios_protocol::agents::DatabaseMode;
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// What the guide writes like a title and is none: words on buttons and links.
const INTERFACE: [&str; 3] = ["Start the demo over", "Back to yours", "Ratings"];

/// Until a search that finds nothing has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// What stands between two marks in a text, outside of its blocks of code.
fn between(text: &str, mark: char) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    prose.replace("**", "").split(mark).skip(1).step_by(2).map(str::to_owned).collect()
}

fn parts(conversation: &Conversation) -> impl Iterator<Item = &Part> {
    conversation.messages.iter().flat_map(|message| &message.parts)
}

fn texts(conversation: &Conversation) -> String {
    let text = |part: &Part| match part {
        Part::Text { text } => Some(text.clone()),
        _ => None,
    };
    parts(conversation).filter_map(text).collect::<Vec<_>>().join("\n")
}

fn has_branches(conversation: &Conversation) -> bool {
    let parents: BTreeSet<_> = conversation.messages.iter().map(|message| &message.parent).collect();
    parents.len() < conversation.messages.len()
}

fn versions(conversation: &Conversation) -> usize {
    let mut versions: HashMap<&String, usize> = HashMap::new();
    for part in parts(conversation) {
        if let Part::Artifact { id, .. } = part {
            *versions.entry(id).or_default() += 1;
        }
    }
    versions.into_values().max().unwrap_or_default()
}

#[test]
fn every_title_that_the_guide_names_is_there_with_what_is_said_of_it() {
    let library = made_up().unwrap();
    let named = |title: &str| library.iter().find(|conversation| conversation.title.as_deref() == Some(title));
    let titles: BTreeSet<String> = script::all().flat_map(|scene| between(scene.answer, '*')).collect();
    assert!(titles.len() > 8, "{titles:?}");
    for title in titles.iter().filter(|title| !INTERFACE.contains(&title.as_str())) {
        assert!(named(title).is_some_and(|conversation| !conversation.archived), "{title}");
    }
    let mut seen = 0;
    for row in script::all().flat_map(|scene| scene.answer.lines()).filter(|line| line.contains("| *")) {
        let [source, title, why] = row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        let conversation = named(title.trim_matches('*')).unwrap();
        let source_name = source.to_lowercase().replace("ai os", "aios").replace(' ', "-");
        assert_eq!(conversation.source.as_str(), source_name, "{row}");
        let holds = match why {
            why if why.contains("branches") || why.contains("three answers") => has_branches(conversation),
            why if why.contains("thoughts") => parts(conversation).any(|part| matches!(part, Part::Reasoning { .. })),
            why if why.contains("Japanese") => texts(conversation).contains('の'),
            why if why.contains("Chinese") => texts(conversation).contains("$$"),
            why if why.contains("code") => texts(conversation).matches('\n').count() > 40,
            why if why.contains("version") => versions(conversation) == 3,
            why if why.contains("fails") => {
                parts(conversation).any(|part| matches!(part, Part::ToolResult { error: true, .. }))
            }
            why if why.contains("tool") => parts(conversation).any(|part| matches!(part, Part::ToolCall { .. })),
            _ => panic!("nothing tells whether this is so: {row}"),
        };
        assert!(holds, "{row}");
        seen += 1;
    }
    assert_eq!(seen, 9);
}

#[test]
fn the_library_has_something_of_everything() {
    let library = made_up().unwrap();
    let sources: BTreeSet<&str> = library.iter().map(|conversation| conversation.source.as_str()).collect();
    assert_eq!(sources.len(), 17, "{sources:?}");
    let some = |what: &dyn Fn(&Conversation) -> bool| library.iter().filter(|conversation| what(conversation)).count();
    assert!(some(&|it| it.starred) >= 3 && some(&|it| it.archived) >= 2 && some(&|it| it.project.is_some()) >= 8);
    assert!(some(&|it| has_branches(it)) >= 3 && some(&|it| versions(it) > 1) >= 2);
    for language in ["python", "rust", "typescript", "tsx", "go", "javascript", "sql", "bash", "json"] {
        assert!(some(&|it| texts(it).contains(&format!("```{language}\n"))) > 0, "{language}");
    }
    for rating in [Rating::Up, Rating::Down] {
        let rated = library.iter().flat_map(|it| &it.messages).filter(|message| message.rating == Some(rating));
        let reasons = rated.filter_map(|message| message.feedback.as_ref()?.reason.as_ref()).count();
        assert!(reasons >= 4, "{rating:?}: {reasons}");
    }
    let mut ids: Vec<_> = library.iter().map(|it| (&it.source, &it.source_id)).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), library.len());
    assert!(library.is_sorted_by_key(|it| it.updated));
}

#[tokio::test]
async fn every_search_that_the_guide_proposes_finds_something() {
    let data = tempfile::tempdir().unwrap();
    let chat =
        Chat::open(Config { data: data.path().into(), mode: Some(DatabaseMode::Demo), ..Config::default() }).unwrap();
    let welcome = between(script::scene("").answer, '`');
    let proposed = between(script::scene("how to search").answer, '`');
    assert!(welcome.len() == 1 && proposed.len() > 5, "{welcome:?} {proposed:?}");
    for query in welcome.iter().chain(&proposed).map(String::as_str).chain(["京都"]) {
        // What was written at once is indexed when nobody waits.
        let found = async { while chat.search(query, 20).await.unwrap().is_empty() {} };
        assert!(tokio::time::timeout(PATIENCE, found).await.is_ok(), "{query}");
    }
}
