//! What is deleted for good is nowhere in the data folder.

use aios_chat::{Chat, Config, Management, NewFile};
use aios_model::{Conversation, FullReport, ImportStatus, Message, Part, Rating, ReportItem, Role, Source};
use aios_protocol::import::{Begin, Finish, SaveBatch};
use aios_store::{Connection, forget};
use bytes::Bytes;
use flate2::read::GzDecoder;
use futures::stream;
use std::{fs, io::Read as _, path::Path};

/// Words that nobody says otherwise, for each place that something is said in.
const PLACES: [&str; 9] = ["title", "question", "answer", "reasoning", "result", "name", "text", "bytes", "project"];

fn word(conversation: &str, place: usize) -> String {
    format!(
        "{conversation}{}vex",
        ["quorl", "brint", "zaspe", "holuf", "dwick", "myrga", "tolbe", "fenus", "kjarp"][place]
    )
}

fn conversation(id: &str) -> Conversation {
    let mut conversation = Conversation::new(Source::new("claude"), id);
    conversation.title = Some(word(id, 0));
    conversation.project = Some(word(id, 8));
    let attachment = Part::Attachment {
        name: word(id, 5),
        reference: Some("file-1".into()),
        media_type: None,
        size: None,
        text: Some(format!("Notes on the {}", word(id, 6))),
    };
    let question = vec![Part::text(format!("Why is the {} blue, as said?", word(id, 1)).repeat(200)), attachment];
    let answer = vec![
        Part::Reasoning { text: word(id, 3), summary: None },
        Part::ToolResult { id: None, name: None, output: format!("{} ", word(id, 4)).repeat(300), error: false },
        Part::text(format!("Because of the {}.", word(id, 2))),
    ];
    conversation.messages = vec![
        Message { parts: question, ..Message::text("1", None, Role::User, "") },
        Message { parts: answer, ..Message::text("2", Some("1"), Role::Assistant, "") },
    ];
    conversation
}

/// Files below a folder that hold a text: as it is, or packed.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, text));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let is_in = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(text);
        let packed = bytes.windows(3).enumerate().filter(|(_, head)| *head == [0x1f, 0x8b, 8]).any(|(start, _)| {
            let mut unpacked = Vec::new();
            // What is behind it is not part of it.
            let _ = GzDecoder::new(&bytes[start..]).read_to_end(&mut unpacked);
            is_in(&unpacked)
        });
        if packed || is_in(&bytes) || path.to_string_lossy().contains(text) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn wait(data: &Path) {
    let connection = Connection::open(data.join("personal.db")).unwrap();
    while forget::state(&connection).unwrap() != forget::State::Nothing {
        std::thread::yield_now();
    }
}

async fn import(chat: &Chat, import_id: &str, ids: &[&str]) {
    chat.import_begin(Begin { import_id: import_id.into(), files: vec!["export.zip".into()] }).await.unwrap();
    let conversations: Vec<_> = ids.iter().map(|id| conversation(id)).collect();
    let item = |conversation: &Conversation| ReportItem {
        source: conversation.source.clone(),
        source_id: conversation.source_id.clone(),
        session_id: None,
        title: conversation.title.clone(),
        created: None,
        updated: None,
        messages: 2,
        turns: 1,
        branches: 1,
        status: ImportStatus::Imported,
        reason: None,
        location: None,
    };
    let report = FullReport { conversations: conversations.iter().map(item).collect(), ..FullReport::default() };
    chat.import_save(SaveBatch { import_id: import_id.into(), feeds: true, conversations }).await.unwrap();
    for id in ids {
        let file = NewFile {
            import_id: import_id.into(),
            source: Source::new("claude"),
            source_id: (*id).into(),
            reference: "file-1".into(),
            name: word(id, 5),
        };
        chat.import_file(file, stream::iter([Ok(Bytes::from(word(id, 7)))])).await.unwrap();
    }
    chat.import_finish(Finish { import_id: import_id.into(), cancelled: false, report }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_what_was_purged_or_undone_are_gone_and_others_are_found_as_before() {
    let data = tempfile::tempdir().unwrap();
    let chat = Chat::open(Config { data: data.path().into(), ..Config::default() }).unwrap();
    import(&chat, "one", &["gone", "kept"]).await;
    import(&chat, "two", &["undone"]).await;
    let said = chat.add_turn("begun", "A gonewortel here", "and a gonebrevik there").await.unwrap();
    chat.rate(said, Some(Rating::Down), Some("a gonecomment".into())).await.unwrap();
    let here = |text: &str| !holding(data.path(), text).is_empty();
    for (place, name) in PLACES.iter().enumerate() {
        assert!(["gone", "kept", "undone"].iter().all(|id| here(&word(id, place))), "{name}");
    }
    let hits = chat.search(&word("gone", 1), 9).await.unwrap();
    let ids = vec![hits[0].conversation.session_id.clone(), "begun".to_owned()];
    chat.manage(ids, Management::Delete).await.unwrap();
    assert_eq!(chat.empty_trash().await.unwrap(), 2);
    chat.undo_import("two").await.unwrap();
    wait(data.path());
    for (place, name) in PLACES.iter().enumerate() {
        for id in ["gone", "undone"] {
            assert_eq!(holding(data.path(), &word(id, place)), Vec::<String>::new(), "{id}, {name}");
        }
        assert!(here(&word("kept", place)), "{name}");
    }
    assert_eq!(holding(data.path(), "gonewortel").len() + holding(data.path(), "gonecomment").len(), 0);
    for (place, name) in PLACES.iter().enumerate().take(7) {
        assert!(!chat.search(&word("kept", place)[..7], 9).await.unwrap().is_empty(), "{name}");
    }
    let report: FullReport = serde_json::from_str(&chat.import_report("one").await.unwrap().unwrap()).unwrap();
    let titles: Vec<_> = report.conversations.into_iter().map(|item| item.title).collect();
    assert_eq!(titles, [None, Some(word("kept", 0))]);
}
