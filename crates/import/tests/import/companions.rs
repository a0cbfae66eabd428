//! Files beside the conversations that say more about them.

use crate::common::{conversations, items, read, zip};
use aios_import::Item;
use aios_model::{Feedback, Part, Rating};

/// A ChatGPT conversation: a question with a picture, and an answer.
const CONVERSATIONS: &str = r#"[{"conversation_id":"c","mapping":{
    "q":{"message":{"author":{"role":"user"},"create_time":100,"content":{"content_type":"multimodal_text","parts":[
        {"content_type":"image_asset_pointer","asset_pointer":"sediment://file_00a1"},"What is it?"]}}},
    "a":{"parent":"q","message":{"author":{"role":"assistant"},"create_time":110,"content":{"parts":["A cat"]}}}}}]"#;

fn warnings(items: &[Item]) -> Vec<&str> {
    items
        .iter()
        .filter_map(|item| if let Item::Warning(warning) = item { Some(warning.message.as_str()) } else { None })
        .collect()
}

#[test]
fn ratings_of_both_shapes_go_to_their_messages_wherever_the_file_is_in_the_archive() {
    let old = r#"[{"message_id":"a","conversation_id":"c","user_id":"u","rating":"thumbsUp","content":"{\"tags\":[\"Clear\"],\"text\":\"Nice\"}"}]"#;
    let new = r#"[{"id":"f","conversation_id":"c","user_id":"u","workspace_id":null,"rating":"thumbs_up","content":"{\"tags\":[\"Clear\"],\"text\":\"Nice\"}","create_time":"1970-01-01T00:02:00Z"}]"#;
    for ratings in [old, new] {
        let archive =
            zip(&[("conversations.json", CONVERSATIONS.as_bytes()), ("message_feedback.json", ratings.as_bytes())]);
        let found = items(&[("export.zip", &archive)]);
        let answer = &conversations(&found)[0].messages[1];
        assert_eq!(answer.rating, Some(Rating::Up));
        let words = Feedback { reason: Some("Clear".to_owned()), comment: Some("Nice".to_owned()) };
        assert_eq!(answer.feedback, Some(words));
        assert!(warnings(&found).is_empty(), "{found:#?}");
    }
}

#[test]
fn a_rating_of_a_message_that_is_not_there_is_counted() {
    let ratings =
        r#"[{"id":"f","conversation_id":"gone","rating":"up"},{"id":"a","conversation_id":"c","rating":"sideways"}]"#;
    let (found, summary) = read(&[("conversations.json", CONVERSATIONS.as_bytes()), ("x.json", ratings.as_bytes())]);
    assert_eq!(conversations(&found).len(), 1);
    assert_eq!(warnings(&found).len(), 1);
    assert!(warnings(&found)[0].starts_with("1 of the ratings could not be given"), "{found:?}");
    assert_eq!(summary.unknown.get("ChatGPT rating sideways"), Some(&1));
}

#[test]
fn pictures_get_the_names_that_two_other_files_know() {
    let asset_names = r#"{"file_00a1.dat":"dalle-generations/cat.webp"}"#;
    let library = r#"[{"file_id":"file_00a1","id":{"id":"x"},"file_name":"cat.webp","mime_type":"image/webp"}]"#;
    for names in [asset_names, library] {
        // What comes first in the list comes second here: companions are read before conversations.
        let found = items(&[("a.json", CONVERSATIONS.as_bytes()), ("b.json", names.as_bytes())]);
        let picture = Part::Image {
            reference: "file_00a1".to_owned(),
            media_type: Some("image/webp".to_owned()),
            description: Some("cat.webp".to_owned()),
        };
        assert_eq!(conversations(&found)[0].messages[0].parts[0], picture);
        assert_eq!(found.len(), 1, "{found:#?}");
    }
}

#[test]
fn a_shard_that_is_missing_is_said() {
    let manifests = [
        r#"{"version":1,"logical_files":{"conversations.json":{"files":["conversations-000.json","conversations-001.json"],"sharded":true}}}"#,
        r#"{"export_files":[{"path":"conversations-000.json","size_bytes":1},{"path":"conversations-001.json","size_bytes":1}],"logical_files":{}}"#,
    ];
    for manifest in manifests {
        let entries =
            [("export_manifest.json", manifest.as_bytes()), ("conversations-000.json", CONVERSATIONS.as_bytes())];
        let found = items(&[("export.zip", &zip(&entries))]);
        assert!(warnings(&found)[0].contains("conversations-001.json, not among these files"), "{found:#?}");
        let whole = [&entries[..], &[("conversations-001.json", b"[]".as_slice())]].concat();
        assert!(warnings(&items(&[("export.zip", &zip(&whole))])).is_empty());
    }
}

#[test]
fn projects_of_claude_name_the_project_of_a_conversation_even_from_another_archive() {
    let project = br#"{"uuid":"p-1","name":"Garden","description":"","docs":[],"prompt_template":""}"#;
    let chat = br#"{"uuid":"c","name":"Roses","project_uuid":"p-1","chat_messages":[{"uuid":"m","sender":"human","text":"When?"}]}"#;
    let archives =
        [zip(&[("conversations/c.json", chat.as_slice())]), zip(&[("projects/p-1.json", project.as_slice())])];
    let (found, summary) = read(&[("conversations-000.zip", &archives[0]), ("projects-000.zip", &archives[1])]);
    assert_eq!(conversations(&found)[0].project.as_deref(), Some("Garden"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(summary.beside.len(), 1);
}

#[test]
fn files_without_conversations_are_refused_if_nothing_else_is_found() {
    let found = items(&[("a.json", br#"[{"conversation_id":"c","rating":"up"}]"#), ("b.json", br#"{"file_1":"x"}"#)]);
    assert!(matches!(found.as_slice(), [Item::Refused(..), Item::Refused(..)]), "{found:#?}");
}

/// The archives of the exports of 2026, each with one kind of thing, and the list of them.
#[test]
fn several_archives_of_claude_and_their_list_are_one_import() {
    let address = "https://storage.example/secret?token=1";
    let manifest = format!(
        r#"{{"created_at":"2026-09-01","data_files":[{{"category":"conversations","filename":"conversations-000.zip","export_url":"{address}"}}]}}"#
    );
    let list = br#"[{"uuid":"c","name":"Roses","created_at":"2026-08-01T00:00:00Z","updated_at":"2026-08-01T00:00:00Z","account":{"uuid":"u"},"project":{"uuid":"p","name":"Garden"}}]"#;
    let chat = br#"{"uuid":"c","name":"Roses","account":{"uuid":"u"},"project_uuid":"p","chat_messages":[{"uuid":"m","sender":"human","text":"When?"}]}"#;
    let design = br#"{"uuid":"d","title":"Poster","project":{"uuid":"x","name":"Posters"},"created_at":"2026-08-01T00:00:00Z","messages":[{"uuid":"m","role":"user","content":{"content":"Blue."}}]}"#;
    let conversations_zip = zip(&[("conversations.json", list.as_slice()), ("conversations/c.json", chat.as_slice())]);
    let design_zip = zip(&[("design_chats/d.json", design.as_slice())]);
    let memory = br#"{"account_uuid":"u","memory_files":[{"path":"m.md","content":"Likes roses","updated_at":"x"}]}"#;
    let memory_zip = zip(&[("memories/u.json", memory.as_slice())]);
    let users_zip = zip(&[("users.json", br#"[{"uuid":"u","full_name":"F","email_address":"e"}]"#.as_slice())]);
    let (found, summary) = read(&[
        ("manifest-1.json", manifest.as_bytes()),
        ("conversations-000.zip", &conversations_zip),
        ("design_chats-000.zip", &design_zip),
        ("memories-000.zip", &memory_zip),
        ("light_metadata.zip", &users_zip),
    ]);
    let titles: Vec<_> =
        conversations(&found).iter().map(|one| (one.title.as_deref(), one.project.as_deref())).collect();
    assert_eq!(titles, [(Some("Roses"), Some("Garden")), (Some("Poster"), Some("Posters"))]);
    // No line of the list is said to be an empty conversation.
    assert!(!found.iter().any(|item| matches!(item, Item::Left(..))), "{found:#?}");
    assert!(!format!("{found:?} {summary:?}").contains("secret"), "{found:#?}");
}

#[test]
fn a_list_that_begins_without_messages_still_gives_its_conversations() {
    let mixed = br#"[{"uuid":"a","name":"Old","account":{}},{"uuid":"b","name":"N","account":{},"chat_messages":[{"uuid":"m","sender":"human","text":"Hi"}]}]"#;
    assert_eq!(conversations(&items(&[("conversations.json", mixed)])).len(), 1);
}
