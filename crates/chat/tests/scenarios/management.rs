//! Keeping order in the history.

use aios_chat::{Chat, Config, ErrorKind, ListQuery, Management, Path as Way, Position};
use aios_model::{Conversation, Message, Role, Source, Timestamp};
use aios_protocol::{agents::DatabaseMode, import::SaveBatch};
use aios_store::{Database, Transaction, trash};
use std::path::Path;

fn open(data: &Path) -> Chat {
    Chat::open(Config { data: data.into(), ..Config::default() }).unwrap()
}

async fn listed(chat: &Chat, query: ListQuery) -> Vec<String> {
    let page = chat.list(query).await.unwrap();
    let mut ids: Vec<_> = page.conversations.into_iter().map(|line| line.session_id).collect();
    ids.sort();
    ids
}

#[tokio::test]
async fn several_are_pinned_moved_deleted_and_taken_back_at_once() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    for id in ["a", "b", "c"] {
        chat.add_turn(id, "heron", "bird").await.unwrap();
    }
    let two = || vec!["a".to_owned(), "b".to_owned(), "gone".to_owned()];
    assert_eq!(chat.manage(two(), Management::Pin(true)).await.unwrap(), 2);
    assert_eq!(listed(&chat, ListQuery { pinned: true, ..ListQuery::default() }).await, ["a", "b"]);
    chat.manage(two(), Management::Move(Some("Birds".into()))).await.unwrap();
    let projects = chat.projects().await.unwrap();
    assert_eq!((projects.len(), projects[0].project.as_str(), projects[0].active), (1, "Birds", 2));
    assert_eq!(chat.project("a").await.unwrap().as_deref(), Some("Birds"));
    let before = aios_chat::now();
    assert_eq!(chat.manage(two(), Management::Delete).await.unwrap(), 2);
    assert_eq!(listed(&chat, ListQuery::default()).await, ["c"]);
    assert_eq!(chat.search("heron", 9).await.unwrap().len(), 1);
    assert!(chat.projects().await.unwrap().is_empty());
    assert_eq!(chat.get("a", None).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(chat.add_turn("a", "q", "a").await.unwrap_err().kind(), ErrorKind::Invalid);
    let (moment, count) = chat.last_trashed(before).await.unwrap().unwrap();
    assert_eq!((count, chat.trash(None, 9).await.unwrap().lines.len()), (2, 2));
    assert_eq!(chat.restore_moment(moment).await.unwrap(), 2);
    assert_eq!(listed(&chat, ListQuery::default()).await, ["a", "b", "c"]);
    assert_eq!(chat.search("heron", 9).await.unwrap().len(), 3);
    let long = Management::Move(Some("x".repeat(201)));
    assert_eq!(chat.manage(two(), long).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(chat.manage(vec!["a".into(); 1001], Management::Delete).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(chat.pin("gone", true).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(chat.restore("a").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_source_is_deleted_and_emptying_the_trash_takes_its_text_files_along() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    let conversation = |id: &str| {
        let mut conversation = Conversation::new(Source::new("claude"), id);
        conversation.messages = vec![Message::text("1", None, Role::User, "q")];
        conversation
    };
    let conversations: Vec<_> = (0..3).map(|number| conversation(&number.to_string())).collect();
    let batch = || SaveBatch { import_id: "i".into(), feeds: true, conversations: conversations.clone() };
    chat.import_save(batch()).await.unwrap();
    chat.add_turn("mine", "q", "a").await.unwrap();
    let texts = || std::fs::read_dir(chat.feeds().join("claude")).unwrap().count();
    assert_eq!(chat.delete_source(&Source::new("claude")).await.unwrap(), 3);
    assert_eq!((listed(&chat, ListQuery::default()).await, texts()), (vec!["mine".to_owned()], 3));
    // Importing again takes it out of the trash and says so.
    let outcomes = chat.import_save(batch()).await.unwrap();
    assert!(outcomes.iter().all(|outcome| outcome.reason.as_ref().unwrap().contains("trash")));
    assert_eq!(listed(&chat, ListQuery::default()).await.len(), 4);
    chat.delete_source(&Source::new("claude")).await.unwrap();
    assert_eq!(chat.purge_expired().await.unwrap(), 0);
    assert_eq!(chat.empty_trash().await.unwrap(), 3);
    assert_eq!((chat.trash(None, 9).await.unwrap().lines.len(), texts()), (0, 0));
    // The import that brought them can still be undone: nothing of it is left.
    chat.undo_import("i").await.unwrap();
    assert_eq!(chat.restore_moment(Timestamp::from_milliseconds(1)).await.unwrap(), 0);
}

#[tokio::test]
async fn a_branch_is_pruned_restored_and_gone_on_from_in_a_copy() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    let first = chat.add_turn("a", "first", "1").await.unwrap();
    let second = chat.add_turn("a", "second", "2").await.unwrap();
    chat.add_turn("b", "elsewhere", "3").await.unwrap();
    assert_eq!(chat.prune("b", second).await.unwrap_err().kind(), ErrorKind::NotFound);
    let pruned = chat.prune("a", second).await.unwrap();
    assert_eq!(chat.get("a", None).await.unwrap().turns.len(), 1);
    assert_eq!(chat.restore(&pruned.session_id).await.unwrap(), "a");
    let page = chat.turns("a", Way::Active, Position::After(first), 9).await.unwrap();
    assert_eq!((page.turns[0].id, page.earlier, page.later), (second, 1, 0));
    let copy = chat.duplicate("a", Some(first)).await.unwrap();
    assert_eq!(chat.get(&copy, None).await.unwrap().turns.len(), 1);
    chat.add_turn(&copy, "another second", "4").await.unwrap();
    assert_eq!(chat.get("a", None).await.unwrap().turns.len(), 2);
    assert_eq!(chat.duplicate("a", Some(99)).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_was_deleted_long_ago_goes_for_good_in_both_histories_and_no_demo_is_made_for_it() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    assert_eq!(chat.purge_expired().await.unwrap(), 0);
    assert!(!data.path().join("demo.db").exists());
    let demo = chat.in_mode(DatabaseMode::Demo).await.unwrap();
    for chat in [&chat, &demo] {
        chat.add_turn("old", "q", "a").await.unwrap();
        chat.add_turn("late", "q", "a").await.unwrap();
        chat.delete("late").await.unwrap();
    }
    for file in ["personal.db", "demo.db"] {
        let database = Database::open(&data.path().join(file)).unwrap();
        let put = |transaction: &Transaction<'_>| trash::put(transaction, "old", Timestamp::from_milliseconds(1));
        assert!(database.write(put).await.unwrap());
    }
    assert_eq!(chat.purge_expired().await.unwrap(), 2);
    for chat in [&chat, &demo] {
        let left = chat.trash(None, 9).await.unwrap().lines;
        assert_eq!(left.iter().map(|line| line.summary.session_id.as_str()).collect::<Vec<_>>(), ["late"]);
    }
}
