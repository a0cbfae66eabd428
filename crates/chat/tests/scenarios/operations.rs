use crate::support::{open, request};
use aios_chat::{
    Chat, Config, ErrorKind, export,
    import::{ImportConvos, ImportOptions, Progress},
};
use aios_model::{Conversation, ImportStatus, Message, Novelty, Rating, Role, Source, content_hash};
use aios_protocol::{
    agents::DatabaseMode,
    import::{Compare, CompareKey, SaveBatch},
};
use futures::TryStreamExt;
use std::{fs, ops::ControlFlow, path::Path};

fn plain(data: &Path) -> Chat {
    Chat::open(Config { data: data.into(), ..Config::default() }).unwrap()
}

fn conversation(id: &str, question: &str) -> Conversation {
    let mut conversation = Conversation::new(Source::new("claude"), id);
    conversation.title = Some(format!("About {question}"));
    conversation.messages = vec![
        Message::text("1", None, Role::User, question),
        Message::text("2", Some("1"), Role::Assistant, "An answer."),
        Message::text("3", Some("1"), Role::Assistant, "A better answer."),
    ];
    conversation
}

fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn text_files(folder: &Path) -> usize {
    fs::read_dir(folder.join("claude")).map_or(0, |files| files.count())
}

#[tokio::test]
async fn a_conversation_is_begun_named_put_away_brought_back_and_deleted() {
    let data = tempfile::tempdir().unwrap();
    let chat = plain(data.path());
    let mut changes = chat.changes();
    let id = chat.create(None).await.unwrap();
    chat.rename(&id, "  A name ").await.unwrap();
    assert_eq!(changes.recv().await.unwrap().session_id.as_ref(), Some(&id));
    chat.archive(&id).await.unwrap();
    assert!(chat.list(Default::default()).await.unwrap().conversations.is_empty());
    chat.unarchive(&id).await.unwrap();
    let listed = chat.list(Default::default()).await.unwrap();
    assert_eq!(listed.conversations[0].name.as_deref(), Some("A name"));
    chat.delete(&id).await.unwrap();
    assert_eq!(chat.rename(&id, "Late").await.unwrap_err().kind(), ErrorKind::NotFound);
    for name in ["", "  ", &"x".repeat(201)] {
        assert_eq!(chat.create(Some(name.into())).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
}

#[tokio::test]
async fn a_turn_is_added_found_and_rated() {
    let data = tempfile::tempdir().unwrap();
    let chat = plain(data.path());
    let turn_id = chat.add_turn("session", "Which bird?", "A heron.").await.unwrap();
    assert_eq!(chat.search("heron", 10).await.unwrap()[0].turn_id, turn_id);
    assert!(chat.search("\" OR * NEAR(", 10).await.unwrap().is_empty());
    chat.rate(turn_id, Some(Rating::Up), Some("right".into())).await.unwrap();
    assert_eq!(chat.get("session", Some(1)).await.unwrap().turns[0].rating, Some(Rating::Up));
    chat.rate(turn_id, None, None).await.unwrap();
    assert_eq!(chat.get("session", None).await.unwrap().turns[0].rating, None);
    for rating in [Some(Rating::Down), None] {
        assert_eq!(chat.rate(turn_id + 1, rating, None).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn a_batch_is_stored_once_with_an_outcome_and_a_text_file_for_each() {
    let data = tempfile::tempdir().unwrap();
    let chat = plain(data.path());
    let conversations =
        vec![conversation("a", "rain"), Conversation::new(Source::new("claude"), "empty"), conversation("b", "sun")];
    let batch = SaveBatch { import_id: "i".into(), feeds: true, conversations: conversations.clone() };
    let mut changes = chat.changes();
    let statuses = |outcomes: Vec<aios_protocol::import::SaveOutcome>| {
        outcomes.iter().map(|outcome| outcome.status).collect::<Vec<_>>()
    };
    use ImportStatus::{Imported, Skipped, Unchanged};
    assert_eq!(statuses(chat.import_save(batch.clone()).await.unwrap()), [Imported, Skipped, Imported]);
    assert_eq!(changes.recv().await.unwrap().session_id, None);
    assert_eq!(text_files(&chat.feeds()), 2);
    assert_eq!(statuses(chat.import_save(batch.clone()).await.unwrap()), [Unchanged, Skipped, Unchanged]);
    assert_eq!(text_files(&chat.feeds()), 2);
    let key = |conversation: &Conversation, content_hash| CompareKey {
        source: conversation.source.clone(),
        source_id: conversation.source_id.clone(),
        content_hash,
    };
    let keys = vec![
        key(&conversations[0], content_hash(&conversations[0])),
        key(&conversations[2], "other".into()),
        key(&conversation("c", "snow"), "other".into()),
    ];
    let compared = chat.import_compare(Compare { keys }).await.unwrap();
    assert_eq!(compared.novelties, [Novelty::Same, Novelty::Changed, Novelty::New]);
    let too_many = SaveBatch { conversations: vec![conversation("a", "rain"); 501], ..batch };
    assert_eq!(chat.import_save(too_many).await.unwrap_err().kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn files_are_imported_natively_and_what_is_no_export_is_refused_by_name() {
    let data = tempfile::tempdir().unwrap();
    let chat = plain(data.path());
    let export = data.path().join("export.json");
    let text = r#"[{"uuid":"a","name":"Sky","chat_messages":[
        {"uuid":"b","sender":"human","text":"Why blue?"},{"uuid":"c","sender":"assistant","text":"Rayleigh."}]}]"#;
    fs::write(&export, text).unwrap();
    let settings = data.path().join("settings.json");
    fs::write(&settings, r#"{"theme":"dark"}"#).unwrap();
    let files = [export.clone(), settings, data.path().join("gone")];
    let dry = ImportOptions { dry_run: true, feeds: true };
    let planned = ImportConvos::import_conversations(&chat, &files, dry, go_on).await.unwrap();
    assert_eq!((planned.report.totals.imported, planned.report.refused.len()), (1, 1));
    assert!(chat.list(Default::default()).await.unwrap().conversations.is_empty());
    // What was named and holds nothing is told, though other files do.
    assert!(planned.report.beside.iter().any(|note| note.location.file.ends_with("settings.json")), "{planned:?}");
    let mut told = Vec::new();
    let options = ImportOptions { dry_run: false, feeds: true };
    let done = ImportConvos::import_conversations(&chat, &files, options, |progress| {
        told.push(progress);
        go_on(progress)
    })
    .await
    .unwrap();
    assert_eq!((done.report.totals.imported, done.report.refused.len(), text_files(&chat.feeds())), (1, 1, 1));
    assert!(told.iter().all(|progress| progress.bytes <= progress.total_bytes));
    let session_id = done.report.conversations[0].session_id.clone().unwrap();
    assert_eq!(chat.get(&session_id, None).await.unwrap().turns[0].assistant_message, "Rayleigh.");
    let again = ImportConvos::import_conversations(&chat, &[export], options, go_on).await.unwrap();
    assert_eq!(again.report.totals.unchanged, 1);
}

#[tokio::test]
async fn an_export_holds_everything_in_the_envelope_of_ai_os() {
    let data = tempfile::tempdir().unwrap();
    let chat = plain(data.path());
    let saved = [conversation("a", "rain"), conversation("b", "sun")];
    let mut ids = Vec::new();
    for conversation in saved.clone() {
        ids.push(chat.merge_conversation(conversation).await.unwrap().session_id.unwrap());
    }
    let one: serde_json::Value = serde_json::from_str(&export::one(&chat, &ids[0]).await.unwrap()).unwrap();
    assert_eq!((one["version"].as_str(), one["platform"].as_str()), (Some("1.0"), Some("AI_OS")));
    assert_eq!(one["conversation"]["turns"][0]["user"], "rain");
    let canonical: Conversation = serde_json::from_value(one["conversation"]["canonical"].clone()).unwrap();
    assert_eq!(canonical.messages, saved[0].messages);
    assert_eq!(export::one(&chat, "gone").await.unwrap_err().kind(), ErrorKind::NotFound);
    let pieces: Vec<String> = export::all(&chat, false).try_collect().await.unwrap();
    let all: serde_json::Value = serde_json::from_str(&pieces.concat()).unwrap();
    assert_eq!(all["conversations"].as_array().map(Vec::len), Some(2));
    let pieces: Vec<String> = export::all(&chat, true).try_collect().await.unwrap();
    let none: serde_json::Value = serde_json::from_str(&pieces.concat()).unwrap();
    assert_eq!(none["conversations"], serde_json::json!([]));
}

#[tokio::test]
async fn the_demo_is_a_history_of_its_own_in_which_no_model_answers() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    chat.add_turn("mine", "Mine?", "Yours.").await.unwrap();
    assert!(chat.reset_demo().await.is_err());
    let demo = chat.in_mode(DatabaseMode::Demo).await.unwrap();
    let listed = demo.list(Default::default()).await.unwrap().conversations;
    assert!(listed.len() > 10 && listed.iter().all(|line| line.session_id != "mine"));
    assert_eq!(demo.models().await.current, "guide");
    let sent = aios_chat::SendRequest { model: Some("script/one".into()), ..request("a", None, "sourdough") };
    let accepted = demo.send(sent).await.unwrap();
    assert_eq!(accepted.model.as_deref(), Some("guide"));
    assert!(asked.try_recv().is_err());
    let heard = demo.follow(&accepted.session_id, Some(accepted.turn_id), 0);
    let (said, _, status, _) = crate::support::hear(&mut std::pin::pin!(heard)).await;
    assert!(said.contains("I answer from a script") && status == aios_model::TurnStatus::Complete);
    let recall = aios_chat::SendRequest { model: Some("recall".into()), ..request("b", None, "sourdough") };
    assert_eq!(demo.send(recall).await.unwrap().model.as_deref(), Some("recall"));
    // What happens in the one is not seen in the other.
    let mine = chat.list(Default::default()).await.unwrap().conversations;
    assert_eq!(mine.iter().map(|line| line.session_id.as_str()).collect::<Vec<_>>(), ["mine"]);
    assert!(chat.get(&accepted.session_id, None).await.is_err() && demo.get("mine", None).await.is_err());
    demo.delete(&listed[0].session_id).await.unwrap();
    demo.reset_demo().await.unwrap();
    let again = demo.list(Default::default()).await.unwrap().conversations;
    let names =
        |lines: &[aios_model::ConversationSummary]| lines.iter().map(|line| line.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&again), names(&listed));
    assert_eq!(chat.list(Default::default()).await.unwrap().conversations, mine);
}
