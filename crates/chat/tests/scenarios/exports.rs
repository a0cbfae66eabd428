//! What is taken out can be read by people and programs, and comes back in as it was.

use aios_chat::{
    Chat, Config, ErrorKind, NewFile, RatingQuery,
    export::{Export, Format, Options, Selection, What},
    finetune::Dataset,
    import::{ImportConvos, ImportOptions},
};
use aios_model::{Conversation, Feedback, Message, Part, Rating, Role, Source, Timestamp};
use aios_protocol::import::Begin;
use aios_store::rusqlite::{Connection, types::Value};
use bytes::Bytes;
use futures::{TryStreamExt as _, stream};
use proptest::{collection::vec, option, prelude::*};
use std::{
    fs,
    io::Read as _,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

fn open(data: &Path) -> Chat {
    Chat::open(Config { data: data.into(), ..Config::default() }).unwrap()
}

async fn bytes(export: Export) -> Vec<u8> {
    let pieces: Vec<Bytes> = export.bytes.try_collect().await.unwrap();
    pieces.concat()
}

async fn one(chat: &Chat, session_id: &str, options: Options) -> String {
    String::from_utf8(bytes(chat.export(What::One(session_id.into()), options).await.unwrap()).await).unwrap()
}

async fn many(chat: &Chat, selection: Selection, options: Options) -> Vec<u8> {
    bytes(chat.export(What::Many(selection), options).await.unwrap()).await
}

async fn import(chat: &Chat, file: &Path) {
    let options = ImportOptions { dry_run: false, feeds: false };
    ImportConvos::import_conversations(chat, &[file.to_owned()], options, |_| ControlFlow::Continue(())).await.unwrap();
}

/// The rows of all tables that hold the history, but for the name of the import; moments of this test are all the same.
fn rows(data: &Path, began: i64) -> Vec<String> {
    let connection = Connection::open(data.join("personal.db")).unwrap();
    let mut rows = Vec::new();
    for table in ["convos", "convo_turns", "message_ratings", "files", "convo_files"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut found = statement.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let mut line = table.to_owned();
            for (at, name) in names.iter().enumerate().filter(|(_, name)| *name != "import_id") {
                let value: Value = row.get(at).unwrap();
                let is_now = matches!(value, Value::Integer(time) if time >= began);
                line.push_str(&if is_now { format!("; {name} now") } else { format!("; {name} {value:?}") });
            }
            rows.push(line);
        }
    }
    rows
}

fn example() -> Conversation {
    let mut conversation = Conversation::new(Source::new("claude"), "a/../b");
    conversation.title = Some("Herons <b>&\n../etc".into());
    conversation.created = Some(Timestamp::from_milliseconds(1_700_000_000_000));
    let picture = Part::Image {
        reference: "file-0123456789ab".into(),
        media_type: None,
        description: Some("\"><script>".into()),
    };
    let question =
        Message { parts: vec![Part::text("What is this?"), picture], ..Message::text("1", None, Role::User, "") };
    let tool = Part::ToolCall { id: None, name: "look".into(), input: "```".into() };
    let first = Message {
        parts: vec![tool, Part::text("A **heron**. <script>alert(1)</script>")],
        rating: Some(Rating::Up),
        feedback: Some(Feedback { reason: Some("right".into()), comment: None }),
        ..Message::text("2", Some("1"), Role::Assistant, "")
    };
    let other = Message::text("3", Some("1"), Role::Assistant, "A stork.");
    let hidden = Message { hidden: true, ..Message::text("4", Some("2"), Role::System, "secret") };
    conversation.messages = vec![question, first, other, hidden];
    conversation.active_leaf = Some("2".into());
    conversation
}

async fn with_example(data: &Path) -> (Chat, String) {
    let chat = open(data);
    chat.import_begin(Begin { import_id: "i".into(), files: Vec::new() }).await.unwrap();
    let session_id = chat.merge_conversation(example()).await.unwrap().session_id.unwrap();
    let file = NewFile {
        import_id: "i".into(),
        source: Source::new("claude"),
        source_id: "a/../b".into(),
        reference: "file-0123456789ab".into(),
        name: "heron.png".into(),
    };
    chat.import_file(file, stream::iter([Ok(Bytes::from_static(PICTURE))])).await.unwrap();
    (chat, session_id)
}

#[tokio::test]
async fn a_conversation_is_written_for_people_with_nothing_hostile_in_it() {
    let data = tempfile::tempdir().unwrap();
    let (chat, id) = with_example(data.path()).await;
    let html = one(&chat, &id, Options::new(Format::Html)).await;
    assert!(
        !html.contains("<script") && html.contains("<strong>heron</strong>") && html.contains("Good answer: right")
    );
    assert!(html.contains("src=\"data:image/png;base64,iVBORw0KGgog") && html.contains("default-src 'none'"));
    assert!(!html.contains("stork") && html.contains("1 more turns are not in this file") && !html.contains("secret"));
    let whole = one(&chat, &id, Options { branches: true, ..Options::new(Format::Html) }).await;
    assert!(whole.contains("A stork.") && whole.contains("Another branch, from the beginning."));
    let markdown = one(&chat, &id, Options::new(Format::Markdown)).await;
    assert!(markdown.starts_with("---\ntitle: \"Herons <b>& ../etc\"\nsource: \"claude\"\n"), "{markdown}");
    assert!(markdown.contains("````\n```\n````\n") && markdown.contains("A **heron**."));
    let plain = one(&chat, &id, Options::new(Format::Text)).await;
    assert!(
        plain.contains("[1. You]\nWhat is this?\n(Picture: \"><script>)\n") && plain.contains("(Good answer: right)")
    );
    let export = chat.export(What::One(id), Options::new(Format::Html)).await.unwrap();
    assert_eq!(export.name, "2023-11-14 Herons b etc.html");
    let gone = chat.export(What::One("gone".into()), Options::new(Format::Html)).await;
    assert_eq!(gone.err().map(|error| error.kind()), Some(ErrorKind::NotFound));
}

#[tokio::test]
async fn many_are_chosen_and_come_as_a_zip_with_a_file_each() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _) = with_example(data.path()).await;
    for (id, text) in [("a", "One?"), ("b", "Two?")] {
        chat.add_turn(id, text, "Yes.").await.unwrap();
        chat.rename(id, "Same: name").await.unwrap();
    }
    chat.archive("b").await.unwrap();
    let names = |zip: Vec<u8>| {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
        let mut names = Vec::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            assert!(!content.is_empty());
            names.push(file.name().unwrap().into_owned());
        }
        names
    };
    let all = names(many(&chat, Selection::default(), Options::new(Format::Markdown)).await);
    assert_eq!((all.len(), all[0].as_str()), (4, "conversations/2023-11-14 Herons b etc (1).md"));
    assert_eq!(all[1], "files/1/file-0123456789ab");
    assert!(all[2].ends_with(" Same name (2).md") && all[3].ends_with(" Same name (3).md"));
    let chosen = |selection| many(&chat, selection, Options::new(Format::Text));
    let rated = Selection { rating: Some(Rating::Up), ..Selection::default() };
    assert_eq!(names(chosen(rated).await).len(), 1);
    let own = Selection { sources: vec![Source::AIOS], archived: Some(false), ..Selection::default() };
    assert_eq!(names(chosen(own).await).len(), 1);
    let none =
        Selection { project: Some("p".into()), model: Some("m".into()), pinned: Some(true), ..Selection::default() };
    assert!(names(chosen(none.clone()).await).is_empty());
    let until = Selection { until: Some(Timestamp::from_milliseconds(1_800_000_000_000)), ..Selection::default() };
    let since = Selection { since: until.until, ..Selection::default() };
    assert_eq!(names(chosen(until).await).len() + names(chosen(since).await).len(), 3);
    let document = many(&chat, none, Options::new(Format::AiOs)).await;
    let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
    assert_eq!((&document["platform"], &document["conversations"]), (&"AI_OS".into(), &serde_json::json!([])));
}

#[tokio::test]
async fn an_archive_brings_pictures_back_too() {
    let (data, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (chat, id) = with_example(data.path()).await;
    let before = chat.get(&id, None).await.unwrap();
    let file = copy.path().join("export.zip");
    let options = Options { archive: true, ..Options::new(Format::Json) };
    fs::write(&file, many(&chat, Selection::default(), options).await).unwrap();
    let other = open(copy.path());
    import(&other, &file).await;
    let after = other.get(&id, None).await.unwrap();
    assert_eq!((before.files.len(), &before.files[0].hash), (1, &after.files[0].hash));
    assert_eq!(before.turns, after.turns);
}

#[tokio::test]
async fn an_archive_names_the_pictures_that_are_missing_in_it() {
    let data = tempfile::tempdir().unwrap();
    let (chat, id) = with_example(data.path()).await;
    let hash = chat.get(&id, None).await.unwrap().files[0].hash.clone();
    fs::remove_file(data.path().join("files").join(&hash[..2]).join(&hash)).unwrap();
    let zip = many(&chat, Selection::default(), Options::new(Format::Markdown)).await;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    assert_eq!(archive.len(), 2);
    let mut told = String::new();
    archive.by_name("missing-files.txt").unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("\nfiles/1/file-0123456789ab: entity not found\n"), "{told}");
}

#[tokio::test]
async fn every_form_of_training_data_reads_back_as_its_documentation_says() {
    let data = tempfile::tempdir().unwrap();
    let (chat, id) = with_example(data.path()).await;
    chat.set_system_prompt(&id, Some("Be a bird.".into())).await.unwrap();
    let all = chat.ratings(RatingQuery::default(), None, 9).await.unwrap();
    let good = all[0].turn_id;
    let bad = chat.get(&id, None).await.unwrap().turns[0].siblings.iter().copied().find(|turn| *turn != good).unwrap();
    chat.edit_rating(bad, Rating::Down, &["wrong, =1+1".into(), " ".into()], " It is \"no\" stork. ").await.unwrap();
    chat.edit_rating(good, Rating::Up, &[], "").await.unwrap();
    let file = async |dataset| String::from_utf8(bytes(chat.dataset(RatingQuery::default(), dataset)).await).unwrap();
    let lines = async |dataset| {
        let text = file(dataset).await;
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect::<Vec<serde_json::Value>>()
    };
    let counts = chat.rating_counts(RatingQuery::default()).await.unwrap();
    for dataset in Dataset::ALL {
        assert_eq!(dataset.as_str().parse::<Dataset>().unwrap(), dataset);
        // A cell may hold a line feed of its own.
        let end = if dataset == Dataset::Csv { "\r\n" } else { "\n" };
        let length = file(dataset).await.matches(end).count() as u64;
        let head = u64::from(dataset == Dataset::Csv);
        assert_eq!(length, dataset.count(counts) + head, "{dataset:?}");
    }
    let roles = |messages: &serde_json::Value| {
        let messages = messages.as_array().unwrap();
        assert!(messages.iter().all(|message| message["content"].is_string()));
        messages.iter().map(|message| message["role"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(roles(&lines(Dataset::OpenAi).await[0]["messages"]), ["system", "user", "assistant"]);
    let pair = &lines(Dataset::OpenAiPreference).await[0];
    assert_eq!(roles(&pair["input"]["messages"]), ["system", "user"]);
    assert_eq!(pair["non_preferred_output"], serde_json::json!([{"role": "assistant", "content": "A stork."}]));
    let pair = &lines(Dataset::Preference).await[0];
    assert_eq!([roles(&pair["prompt"]).len(), roles(&pair["chosen"]).len(), roles(&pair["rejected"]).len()], [2, 1, 1]);
    // The latest first; both may be of one millisecond.
    let mut labels: Vec<_> = lines(Dataset::Kto).await.iter().map(|line| line["label"].as_bool().unwrap()).collect();
    labels.sort_unstable();
    assert_eq!(labels, [false, true]);
    let alpaca = &lines(Dataset::Alpaca).await[0];
    assert!(alpaca["instruction"] == "What is this?" && alpaca["input"] == "" && alpaca["output"].is_string());
    let csv = file(Dataset::Csv).await;
    assert!(csv.contains(",\"down\",\"wrong, =1+1\",\"It is \"\"no\"\" stork.\","), "{csv}");
    // AI OS's two files come back in as what they say.
    let copy = tempfile::tempdir().unwrap();
    let other = open(copy.path());
    for dataset in [Dataset::Approved, Dataset::Negative] {
        let path = copy.path().join(dataset.file_name());
        fs::write(&path, file(dataset).await).unwrap();
        import(&other, &path).await;
    }
    let again = other.rating_counts(RatingQuery::default()).await.unwrap();
    assert_eq!((again.up, again.down), (1, 1));
}

/// Exports all of `from` as JSON into a new history, and compares the tables of both.
async fn goes_round(from: &Path, began: i64) -> Result<usize, String> {
    let chat = open(from);
    let document = many(&chat, Selection::default(), Options::new(Format::Json)).await;
    chat.shut_down().await;
    drop(chat);
    let copy = tempfile::tempdir().unwrap();
    let file = copy.path().join("export.json");
    fs::write(&file, &document).unwrap();
    let other = open(copy.path());
    import(&other, &file).await;
    other.shut_down().await;
    drop(other);
    let (before, after) = (rows(from, began), rows(copy.path(), began));
    match before.iter().zip(&after).find(|(before, after)| before != after) {
        None if before.len() == after.len() => Ok(before.len()),
        None => Err(format!("{} rows became {}", before.len(), after.len())),
        Some((before, after)) => Err(format!("{before}\nbecame\n{after}")),
    }
}

#[tokio::test]
async fn an_export_of_any_export_at_hand_is_the_same_history() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let mut files: Vec<PathBuf> = ["chatgpt", "claude", "copilot", "gemini", "other"]
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).into_iter().flatten().flatten().map(|entry| entry.path()))
        .collect();
    files.sort();
    let began = aios_chat::now().milliseconds();
    let mut compared = 0;
    for file in files {
        let data = tempfile::tempdir().unwrap();
        let chat = open(data.path());
        import(&chat, &file).await;
        chat.shut_down().await;
        drop(chat);
        match goes_round(data.path(), began).await {
            Ok(rows) => compared += rows,
            Err(difference) => panic!("{}: {difference}", file.display()),
        }
    }
    println!("{compared} rows are the same");
}

fn part() -> impl Strategy<Value = Part> {
    let text = "\\PC{0,12}";
    let maybe = || option::of("\\PC{1,6}");
    prop_oneof![
        "[a-z`#<\n ]{0,30}".prop_map(Part::text),
        (text, maybe()).prop_map(|(text, summary)| Part::Reasoning { text, summary }),
        (maybe(), text).prop_map(|(language, text)| Part::Code { language, text }),
        (maybe(), text, text).prop_map(|(id, name, input)| Part::ToolCall { id, name, input }),
        (maybe(), maybe(), text, any::<bool>()).prop_map(|(id, name, output, error)| Part::ToolResult {
            id,
            name,
            output,
            error
        }),
        (text, maybe(), maybe()).prop_map(|(reference, media_type, description)| Part::Image {
            reference,
            media_type,
            description
        }),
        (text, maybe(), option::of(any::<u64>()), maybe()).prop_map(|(name, reference, size, text)| {
            Part::Attachment { name, reference, media_type: None, size, text }
        }),
        (maybe(), maybe(), maybe()).prop_map(|(title, url, text)| Part::Citation { title, url, text }),
        (text, maybe(), text).prop_map(|(id, title, text)| Part::Artifact { id, title, language: None, text }),
        (text, text).prop_map(|(kind, text)| Part::Unsupported { kind, text }),
    ]
}

fn any_conversation() -> impl Strategy<Value = Conversation> {
    let role =
        prop_oneof![3 => Just(Role::User), 3 => Just(Role::Assistant), 1 => Just(Role::System), 1 => Just(Role::Tool)];
    let rating = option::weighted(0.3, prop_oneof![Just(Rating::Up), Just(Rating::Down)]);
    let message =
        (role, any::<prop::sample::Index>(), vec(part(), 0..4), prop::bool::weighted(0.2), rating, "\\PC{0,6}");
    let time = option::of(0i64..1_000_000_000_000);
    (vec((message, time.clone()), 1..10), "[a-z ]{0,9}", time, any::<bool>(), any::<prop::sample::Index>()).prop_map(
        |(messages, title, created, flag, leaf)| {
            let mut conversation = Conversation::new(Source::new("chatgpt"), "abc");
            conversation.title = Some(title).filter(|title| !title.is_empty());
            conversation.project = flag.then(|| "a project".into());
            conversation.created = created.map(Timestamp::from_milliseconds);
            (conversation.archived, conversation.starred) = (flag, !flag);
            conversation.active_leaf = Some(format!("m{}", leaf.index(messages.len())));
            for (number, ((role, parent, parts, hidden, rating, words), time)) in messages.into_iter().enumerate() {
                let parent = (number > 0).then(|| format!("m{}", parent.index(number)));
                let comment = rating.is_some().then_some(words).filter(|words| !words.is_empty());
                conversation.messages.push(Message {
                    created: time.map(Timestamp::from_milliseconds),
                    parts,
                    hidden,
                    rating,
                    feedback: comment.map(|comment| Feedback { reason: None, comment: Some(comment) }),
                    ..Message::text(format!("m{number}"), parent.as_deref(), role, "")
                });
            }
            conversation
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn export_and_import_are_the_identity(conversation in any_conversation()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let began = aios_chat::now().milliseconds();
        let outcome = runtime.block_on(async {
            let data = tempfile::tempdir().unwrap();
            let chat = open(data.path());
            chat.import_begin(Begin { import_id: "i".into(), files: Vec::new() }).await.unwrap();
            let batch = aios_protocol::import::SaveBatch { import_id: "i".into(), feeds: false, conversations: vec![conversation] };
            chat.import_save(batch).await.unwrap();
            // No form for people fails on anything.
            for format in Format::ALL {
                many(&chat, Selection::default(), Options { branches: true, archive: true, format }).await;
            }
            chat.shut_down().await;
            drop(chat);
            goes_round(data.path(), began).await
        });
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
}
