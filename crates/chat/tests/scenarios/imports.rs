//! Imports as a person makes them: begun, stored, listed, undone, with the files that belong to them.

use aios_chat::{
    Chat, Config, ErrorKind, NewFile,
    import::{ImportConvos, ImportOptions},
};
use aios_model::{BatchState, Conversation, FullReport, ImportStatus, Message, Part, Role, Source};
use aios_protocol::import::{Begin, Finish, SaveBatch};
use bytes::Bytes;
use futures::stream;
use std::{
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

fn open(data: &Path) -> Chat {
    Chat::open(Config { data: data.into(), ..Config::default() }).unwrap()
}

fn conversation(id: &str) -> Conversation {
    let mut conversation = Conversation::new(Source::new("claude"), id);
    let picture = Part::Image { reference: "file-1".into(), media_type: None, description: None };
    let question =
        Message { parts: vec![Part::text("What is this?"), picture], ..Message::text("1", None, Role::User, "") };
    conversation.messages = vec![question, Message::text("2", Some("1"), Role::Assistant, "A heron.")];
    conversation
}

async fn save(chat: &Chat, import_id: &str, conversations: Vec<Conversation>) -> Vec<ImportStatus> {
    let batch = SaveBatch { import_id: import_id.into(), feeds: true, conversations };
    chat.import_save(batch).await.unwrap().into_iter().map(|outcome| outcome.status).collect()
}

fn picture(import_id: &str, source_id: &str) -> NewFile {
    NewFile {
        import_id: import_id.into(),
        source: Source::new("claude"),
        source_id: source_id.into(),
        reference: "file-1".into(),
        name: "../heron.png".into(),
    }
}

fn pieces(bytes: &'static [u8]) -> impl futures::Stream<Item = io::Result<Bytes>> {
    stream::iter(bytes.chunks(5).map(|piece| Ok(Bytes::from_static(piece))))
}

/// The files below a folder, without the folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => files.push(entry.path()),
            }
        }
    }
    files
}

#[tokio::test]
async fn an_import_is_begun_ended_reported_and_undone_with_its_text_files() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    chat.import_begin(Begin { import_id: "i".into(), files: vec!["export.zip".into()] }).await.unwrap();
    assert_eq!(save(&chat, "i", vec![conversation("a"), conversation("b")]).await, [ImportStatus::Imported; 2]);
    assert_eq!(files(&chat.feeds()).len(), 4);
    let batch = chat.import_batch("i").await.unwrap();
    assert_eq!((batch.state, batch.totals.imported, batch.turns), (BatchState::Unfinished, 2, 2));
    assert_eq!(chat.import_report("i").await.unwrap(), None);

    let mut report = FullReport::default();
    report.totals.imported = 2;
    report.unknown.insert("new_field".into(), 3);
    let finish = Finish { import_id: "i".into(), cancelled: false, report: report.clone() };
    assert_eq!(chat.import_finish(finish).await.unwrap().state, BatchState::Finished);
    let kept: FullReport = serde_json::from_str(&chat.import_report("i").await.unwrap().unwrap()).unwrap();
    assert_eq!(kept, report);
    let listed = chat.imports(None, 10).await.unwrap().batches;
    assert_eq!((listed.len(), listed[0].files.as_slice()), (1, &["export.zip".to_owned()][..]));

    let mut changes = chat.changes();
    let undone = chat.undo_import("i").await.unwrap();
    assert_eq!((undone.state, undone.undone.unwrap().conversations), (BatchState::Undone, 2));
    assert_eq!(changes.recv().await.unwrap().session_id, None);
    assert!(chat.list(Default::default()).await.unwrap().conversations.is_empty());
    assert!(files(&chat.feeds()).is_empty());
    let again = chat.undo_import("i").await.unwrap_err();
    assert!(again.message_for_people().contains("undone before"), "{again}");
    assert_eq!(chat.undo_import("none").await.unwrap_err().kind(), ErrorKind::NotFound);
    let late = SaveBatch { import_id: "i".into(), feeds: false, conversations: vec![conversation("a")] };
    assert_eq!(chat.import_save(late).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(save(&chat, "j", vec![conversation("a")]).await, [ImportStatus::Imported]);
}

#[tokio::test]
async fn a_conversation_that_stays_gets_its_text_file_anew() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    save(&chat, "first", vec![conversation("a")]).await;
    let mut longer = conversation("a");
    longer.messages.push(Message::text("3", Some("2"), Role::User, "And this?"));
    save(&chat, "second", vec![longer]).await;
    let text = || {
        let files = files(&chat.feeds().join("claude"));
        assert_eq!(files.len(), 1);
        fs::read_to_string(&files[0]).unwrap()
    };
    assert!(text().contains("And this?"));
    chat.undo_import("second").await.unwrap();
    assert!(text().contains("A heron.") && !text().contains("And this?"), "{}", text());
}

#[tokio::test]
async fn a_picture_is_kept_once_found_by_its_hash_and_gone_with_its_last_conversation() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    save(&chat, "i", vec![conversation("a"), conversation("b")]).await;
    let stored = chat.import_file(picture("i", "a"), pieces(PICTURE)).await.unwrap();
    assert_eq!((stored.media_type.as_str(), stored.size), ("image/png", PICTURE.len() as u64));
    let (found, path) = chat.open_file(&stored.hash).await.unwrap();
    assert_eq!((fs::read(&path).unwrap(), found), (PICTURE.to_vec(), stored.clone()));
    assert!(path.ends_with(format!("files/{}/{}", &stored.hash[..2], stored.hash)), "{path:?}");
    chat.import_file(picture("i", "b"), pieces(PICTURE)).await.unwrap();
    assert_eq!(files(&data.path().join("files")), [path.as_path()]);
    let page = chat.list(Default::default()).await.unwrap();
    for line in &page.conversations {
        let open = chat.get(&line.session_id, None).await.unwrap();
        assert_eq!((open.files.len(), open.files[0].reference.as_str()), (1, "file-1"));
    }
    // What is here need not be sent again.
    let batch = SaveBatch { import_id: "j".into(), feeds: false, conversations: vec![conversation("a")] };
    assert_eq!(chat.import_save(batch).await.unwrap()[0].files_here, ["file-1"]);
    for line in page.conversations {
        assert!(path.exists());
        chat.delete(&line.session_id).await.unwrap();
    }
    assert!(path.exists(), "what is in the trash can be taken back");
    assert_eq!(chat.empty_trash().await.unwrap(), 2);
    assert!(files(&data.path().join("files")).is_empty());
    assert_eq!(chat.open_file(&stored.hash).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_file_that_cannot_be_kept_leaves_nothing_behind() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    save(&chat, "i", vec![conversation("a")]).await;
    let unknown = chat.import_file(picture("i", "unknown"), pieces(PICTURE)).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    let cut = stream::iter([Ok(Bytes::from_static(PICTURE)), Err(io::Error::other("gone"))]);
    assert_eq!(chat.import_file(picture("i", "a"), cut).await.unwrap_err().kind(), ErrorKind::Invalid);
    let large = stream::iter(std::iter::repeat_with(|| Ok(Bytes::from(vec![0; 1 << 20]))).take(65));
    let refused = chat.import_file(picture("i", "a"), large).await.unwrap_err();
    assert!(refused.message_for_people().contains("64 MiB"), "{refused}");
    let nameless = NewFile { reference: String::new(), ..picture("i", "a") };
    assert_eq!(chat.import_file(nameless, pieces(PICTURE)).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert!(files(&data.path().join("files")).is_empty());
    for hash in ["", "../personal.db", "..", &"0".repeat(64)] {
        assert_eq!(chat.open_file(hash).await.unwrap_err().kind(), ErrorKind::NotFound, "{hash}");
    }
}

#[tokio::test]
async fn what_a_killed_program_left_among_the_files_goes_at_the_next_start_and_what_is_new_stays() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(data.path());
    save(&chat, "i", vec![conversation("a")]).await;
    let stored = chat.import_file(picture("i", "a"), pieces(PICTURE)).await.unwrap();
    chat.shut_down().await;
    drop(chat);
    let folder = data.path().join("files");
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 60 * 60);
    let leave = |path: PathBuf, is_old: bool| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(path).unwrap();
        if is_old {
            file.set_modified(old).unwrap();
        }
    };
    leave(folder.join("ff").join("f".repeat(64)), true);
    leave(folder.join(".half.writing"), true);
    leave(folder.join("ee").join("e".repeat(64)), false);
    fs::File::options()
        .append(true)
        .open(folder.join(&stored.hash[..2]).join(&stored.hash))
        .unwrap()
        .set_modified(old)
        .unwrap();
    let chat = open(data.path());
    assert_eq!(files(&folder).len(), 2);
    assert!(chat.open_file(&stored.hash).await.unwrap().1.exists());
}

#[tokio::test]
async fn a_folder_is_imported_as_one_import_and_stopped_when_asked() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(&data.path().join("data"));
    let folder = data.path().join("export");
    fs::create_dir_all(folder.join("deep")).unwrap();
    let export = |id: &str| {
        format!(
            r#"[{{"uuid":"{id}","name":"Sky","chat_messages":[
            {{"uuid":"b","sender":"human","text":"Why blue?"}},{{"uuid":"c","sender":"assistant","text":"Rayleigh."}}]}}]"#
        )
    };
    fs::write(folder.join("a.json"), export("a")).unwrap();
    fs::write(folder.join("deep/b.json"), export("b")).unwrap();
    fs::write(folder.join("picture.png"), PICTURE).unwrap();
    let options = ImportOptions::default();
    let stopped =
        ImportConvos::import_conversations(&chat, std::slice::from_ref(&folder), options, |_| ControlFlow::Break(()))
            .await
            .unwrap();
    assert!(stopped.stopped || stopped.report.totals.imported == 2);
    let go_on = |_| ControlFlow::Continue(());
    let imported =
        ImportConvos::import_conversations(&chat, std::slice::from_ref(&folder), options, go_on).await.unwrap();
    assert_eq!(imported.report.conversations.len(), 2);
    assert!(imported.report.refused.is_empty(), "{:?}", imported.report.refused);
    let places: Vec<_> = imported.report.conversations.iter().map(|item| item.location.clone().unwrap().file).collect();
    assert_eq!(places, ["a.json", "deep/b.json"]);
    let batch = imported.batch.unwrap();
    assert_eq!((batch.state, batch.has_report), (BatchState::Finished, true));
    assert_eq!(chat.list(Default::default()).await.unwrap().conversations.len(), 2);
}

/// The tables that AI OS makes, with a conversation of two turns and one that is empty.
const ORIGINAL: &str = "
    CREATE TABLE convos (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT UNIQUE NOT NULL, channel TEXT DEFAULT 'react',
        name TEXT, started TIMESTAMP, last_updated TIMESTAMP, archived BOOLEAN DEFAULT FALSE, weight REAL DEFAULT 0.5,
        turn_count INTEGER DEFAULT 0, indexed BOOLEAN DEFAULT FALSE, state_snapshot_json TEXT, summary TEXT, source TEXT);
    CREATE TABLE convo_turns (id INTEGER PRIMARY KEY AUTOINCREMENT, convo_id INTEGER NOT NULL, turn_index INTEGER NOT NULL,
        timestamp TIMESTAMP, user_message TEXT, assistant_message TEXT, feed_type TEXT, context_level INTEGER,
        metadata_json TEXT, state_snapshot_json TEXT);
    CREATE TABLE facts (id INTEGER PRIMARY KEY, text TEXT);
    INSERT INTO convos (id, session_id, name, started, last_updated, source) VALUES
        (3, 'react_1', 'Sky', '2026-01-31 12:00:00', '2026-01-31T12:05:00', 'aios'), (5, 'react_2', NULL, NULL, NULL, NULL);
    INSERT INTO convo_turns (id, convo_id, turn_index, timestamp, user_message, assistant_message) VALUES
        (11, 3, 1, '2026-01-31T12:05:00', 'And red?', 'Dust.'), (10, 3, 0, '2026-01-31 12:00:00', 'Why blue?', 'Rayleigh.');
";

#[tokio::test]
async fn a_database_of_ai_os_is_imported_once_and_only_read() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(&data.path().join("data"));
    let path = data.path().join("state.db");
    let original = aios_store::Connection::open(&path).unwrap();
    original.execute_batch(ORIGINAL).unwrap();
    let go_on = |_| ControlFlow::Continue(());
    for (log, status) in [("delete", ImportStatus::Imported), ("wal", ImportStatus::Unchanged)] {
        let mode: String = original.query_row(&format!("PRAGMA journal_mode = {log}"), [], |row| row.get(0)).unwrap();
        assert_eq!(mode, log);
        let before = (fs::read(&path).unwrap(), files(data.path()).len());
        let options = ImportOptions::default();
        let done =
            ImportConvos::import_conversations(&chat, std::slice::from_ref(&path), options, go_on).await.unwrap();
        let statuses: Vec<_> =
            done.report.conversations.iter().map(|item| (item.source_id.as_str(), item.status)).collect();
        assert_eq!(statuses, [("react_1", status), ("react_2", ImportStatus::Skipped)], "{:?}", done.report);
        assert_eq!((fs::read(&path).unwrap(), files(data.path()).len()), before);
    }
    let page = chat.list(Default::default()).await.unwrap();
    let line = &page.conversations[0];
    assert_eq!((page.conversations.len(), line.source.as_str(), line.name.as_deref()), (1, "aios", Some("Sky")));
    let open = chat.get(&line.session_id, None).await.unwrap();
    let answers: Vec<_> = open.turns.iter().map(|turn| turn.assistant_message.as_str()).collect();
    assert_eq!(answers, ["Rayleigh.", "Dust."]);
    // AI OS's own export of the same conversation holds nothing new.
    let export = data.path().join("export.json");
    let turns = r#"{"timestamp":"2026-01-31 12:00:00","user":"Why blue?","assistant":"Rayleigh."},
        {"timestamp":"2026-01-31T12:05:00","user":"And red?","assistant":"Dust."}"#;
    let envelope = format!(
        r#"{{"version":"1.0","platform":"AI_OS","exported_at":"2026-02-01","conversation":{{"session_id":"react_1","name":"Sky",
        "started":"2026-01-31 12:00:00","turns":[{turns}],"turn_count":2,"state_snapshot":null}}}}"#
    );
    fs::write(&export, envelope).unwrap();
    let done = ImportConvos::import_conversations(&chat, &[export], ImportOptions::default(), go_on).await.unwrap();
    assert_eq!(done.report.totals.unchanged, 1, "{:?}", done.report);
    assert_eq!(chat.get(&line.session_id, None).await.unwrap().turns.len(), 2);
    // What was said there since comes as well, out of the log beside the file too; and through the door for browsers.
    original
        .execute("INSERT INTO convo_turns (id, convo_id, turn_index, user_message) VALUES (12, 3, 2, 'And green?')", [])
        .unwrap();
    let options = ImportOptions::default();
    let done = ImportConvos::import_conversations(&chat, std::slice::from_ref(&path), options, go_on).await.unwrap();
    assert_eq!(done.report.totals.updated, 1);
    drop(original);
    let bytes = fs::read(&path).unwrap();
    let pieces = stream::iter([Ok(Bytes::from(bytes))]);
    let report = chat.import_database("door".into(), "state.db".into(), false, pieces).await.unwrap();
    assert_eq!((report.totals.unchanged, report.totals.skipped), (1, 1), "{report:?}");
    assert_eq!(chat.get(&line.session_id, None).await.unwrap().turns.len(), 3);
}

#[tokio::test]
async fn another_sqlite_database_and_half_a_one_are_refused_with_a_sentence() {
    let data = tempfile::tempdir().unwrap();
    let chat = open(&data.path().join("data"));
    let other = data.path().join("other.db");
    aios_store::Connection::open(&other).unwrap().execute_batch("CREATE TABLE places (id INTEGER)").unwrap();
    let ours = data.path().join("data/personal.db");
    let half = data.path().join("half.db");
    let whole = data.path().join("whole.db");
    aios_store::Connection::open(&whole).unwrap().execute_batch(ORIGINAL).unwrap();
    let bytes = fs::read(&whole).unwrap();
    fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    let evil = data.path().join("evil.db");
    aios_store::Connection::open(&evil)
        .unwrap()
        .execute_batch("CREATE TABLE x (a); CREATE VIEW convos AS SELECT a AS id FROM x; CREATE VIEW convo_turns AS SELECT a FROM x")
        .unwrap();
    let paths = [other, ours, half, evil];
    let go_on = |_| ControlFlow::Continue(());
    let done = ImportConvos::import_conversations(&chat, &paths, ImportOptions::default(), go_on).await.unwrap();
    assert_eq!(done.report.refused.len(), 4, "{:?}", done.report);
    assert!(done.report.refused.iter().all(|refused| refused.message.ends_with('.')));
    assert!(chat.list(Default::default()).await.unwrap().conversations.is_empty());
    let left = files(&data.path().join("data"));
    assert!(left.iter().all(|path| !path.to_string_lossy().contains("importing")), "{left:?}");
}
