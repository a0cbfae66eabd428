use crate::{Files, Host, Jobs, ServerError};
use aios_import::{Input, OpenedFile};
use aios_model::{FullReport, ImportStatus, Novelty, Undone};
use aios_protocol::{
    import::{BATCH_BYTES, BATCH_CONVERSATIONS, Compare, Compared, SaveBatch, SaveOutcome},
    worker::{Choice, Command, Committed, Ending, Event, Filter, LineState, Outlined, Window},
};
use futures::{FutureExt, executor::block_on};
use std::{
    cell::{Cell, RefCell},
    io::{Cursor, Read},
    rc::Rc,
};

/// Files: names and what is in them, which can change.
#[derive(Clone, Default)]
struct Texts(Rc<RefCell<Vec<(&'static str, String)>>>);

impl From<Vec<(&'static str, String)>> for Texts {
    fn from(files: Vec<(&'static str, String)>) -> Texts {
        Texts(Rc::new(RefCell::new(files)))
    }
}

impl Files for Texts {
    fn inputs(&self) -> Vec<Input<'static>> {
        self.0.borrow().iter().map(|(name, text)| Input::new(*name, Cursor::new(text.clone().into_bytes()))).collect()
    }

    fn names(&self) -> Vec<String> {
        self.0.borrow().iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn begins_with(&self, position: usize, bytes: &[u8]) -> bool {
        self.0.borrow().get(position).is_some_and(|(_, text)| text.as_bytes().starts_with(bytes))
    }
}

/// A page and a server in memory: what was posted and what was stored.
#[derive(Default)]
struct Memory {
    events: RefCell<Vec<Event>>,
    batches: RefCell<Vec<SaveBatch>>,
    /// Answers to requests that fail, by their number.
    errors: RefCell<Vec<Option<ServerError>>>,
    clock: Cell<f64>,
    /// What was said of imports: `begin NAMES`, `finish REPORT`, and files and databases with the query that they came with.
    said: RefCell<Vec<String>>,
    /// Called whenever the worker listens for commands.
    on_breath: RefCell<Option<Box<dyn Fn()>>>,
}

impl Host for Rc<Memory> {
    type Files = Texts;
    type Report = String;

    fn post(&self, event: &Event) {
        self.events.borrow_mut().push(event.clone());
    }

    async fn compare(&self, compare: &Compare) -> Result<Compared, ServerError> {
        let known = |id: &str| {
            self.batches.borrow().iter().any(|batch| batch.conversations.iter().any(|one| one.source_id == id))
        };
        self.next_error()?;
        let novelty = |id: &str| if known(id) { Novelty::Same } else { Novelty::New };
        Ok(Compared { novelties: compare.keys.iter().map(|key| novelty(&key.source_id)).collect() })
    }

    async fn save(&self, body: String) -> Result<Vec<SaveOutcome>, ServerError> {
        let batch: SaveBatch = serde_json::from_str(&body).unwrap();
        self.next_error()?;
        let outcome = |one: &aios_model::Conversation| SaveOutcome {
            source: one.source.clone(),
            source_id: one.source_id.clone(),
            session_id: Some(format!("here-{}", one.source_id)),
            status: ImportStatus::Imported,
            reason: None,
            files_here: Vec::new(),
        };
        let outcomes = batch.conversations.iter().map(outcome).collect();
        self.batches.borrow_mut().push(batch);
        Ok(outcomes)
    }

    async fn begin(&self, import_id: &str, names: &[String]) -> Result<(), ServerError> {
        self.said.borrow_mut().push(format!("begin {import_id}: {}", names.join(", ")));
        Ok(())
    }

    async fn store_file(&self, query: &[(&str, &str)], mut file: OpenedFile<'_>) -> Result<(), ServerError> {
        let mut text = String::new();
        file.bytes.read_to_string(&mut text).unwrap();
        assert_eq!(file.size, text.len() as u64);
        self.said.borrow_mut().push(format!("file {query:?}: {text}"));
        self.next_error()
    }

    async fn store_database(
        &self,
        files: &Texts,
        position: usize,
        query: &[(&str, &str)],
    ) -> Result<FullReport, ServerError> {
        self.said.borrow_mut().push(format!("database {query:?}: {} bytes", files.0.borrow()[position].1.len()));
        let items = aios_import::Reader::new(vec![Input::new("b.json", Cursor::new(claude(["d"], "x").into_bytes()))]);
        let found =
            items.filter_map(|item| if let aios_import::Item::Conversation(found) = item { Some(found) } else { None });
        let conversations = found.map(|found| found.report(ImportStatus::Imported, None)).collect();
        Ok(FullReport { conversations, ..FullReport::default() })
    }

    fn report(&self, pieces: &mut dyn Iterator<Item = String>) -> String {
        pieces.collect()
    }

    fn address(&self, report: &String) -> String {
        report.clone()
    }

    async fn finish(&self, import_id: &str, cancelled: bool, report: &String) -> Result<(), ServerError> {
        let report: FullReport = serde_json::from_str(report).unwrap();
        let said = format!("finish {import_id}: {} lines, cancelled: {cancelled}", report.conversations.len());
        self.said.borrow_mut().push(said);
        Ok(())
    }

    async fn undo(&self, import_id: &str) -> Result<Undone, ServerError> {
        self.said.borrow_mut().push(format!("undo {import_id}"));
        self.next_error()?;
        Ok(Undone { conversations: 2, ..Undone::default() })
    }

    fn now(&self) -> f64 {
        self.clock.set(self.clock.get() + 10.0);
        self.clock.get()
    }

    async fn breathe(&self) {
        if let Some(on_breath) = &*self.on_breath.borrow() {
            on_breath();
        }
    }
}

impl Memory {
    fn next_error(&self) -> Result<(), ServerError> {
        let mut errors = self.errors.borrow_mut();
        if errors.is_empty() { Ok(()) } else { errors.remove(0).map_or(Ok(()), Err) }
    }

    fn last(&self) -> Event {
        self.events.borrow().last().unwrap().clone()
    }

    fn committed(&self) -> Committed {
        match self.last() {
            Event::Committed { committed, .. } => committed,
            other => panic!("{other:?}"),
        }
    }

    /// What the file says that a person can download.
    fn full_report(&self) -> FullReport {
        serde_json::from_str(&self.committed().report).unwrap()
    }

    fn window(&self, jobs: &Jobs<Rc<Memory>>, filter: Filter) -> Window {
        block_on(jobs.handle(Command::Show { job: 1, filter, first: 0, count: 100 }, Texts::default()));
        match self.last() {
            Event::Lines { job: 1, window } => window,
            other => panic!("{other:?}"),
        }
    }
}

fn claude<Id: std::fmt::Display>(ids: impl IntoIterator<Item = Id>, text: &str) -> String {
    let one = |id: Id| {
        format!(r#"{{"uuid":"{id}","name":"","chat_messages":[{{"uuid":"m","sender":"human","text":"{text}"}}]}}"#)
    };
    format!("[{}]", ids.into_iter().map(one).collect::<Vec<_>>().join(","))
}

fn outline(job: u32) -> Command {
    Command::Outline { job, names: Vec::new() }
}

fn commit(job: u32) -> Command {
    Command::Commit { job, import_id: "batch \"1\"".to_owned(), feeds: true }
}

/// A worker that was given files and has told what is in them.
fn outlined(files: impl Into<Texts>) -> (Rc<Memory>, Jobs<Rc<Memory>>) {
    let memory = Rc::new(Memory::default());
    let jobs = Jobs::new(memory.clone());
    block_on(jobs.handle(outline(1), files.into()));
    (memory, jobs)
}

#[test]
fn the_outline_tells_numbers_and_shows_lines_when_asked() {
    let odd = r#"[{"uuid":"e","chat_messages":[]},{"uuid":"f","chat_messages":[]},null]"#.to_owned();
    let files =
        vec![("a.json", claude(0..450, "Hello")), ("b.json", odd), ("c.json", String::new()), ("d", String::new())];
    let (memory, jobs) = outlined(files);
    assert_eq!(memory.events.borrow()[0], Event::Ready);
    let Event::Outlined { job: 1, outlined: Outlined { counts, databases, warnings, refused } } = memory.last() else {
        panic!("{:?}", memory.last())
    };
    let counts: Vec<_> = counts.iter().map(|count| (count.state, count.conversations)).collect();
    assert_eq!(counts, [(LineState::Failed, 1), (LineState::New, 450), (LineState::Empty, 2)]);
    assert_eq!((databases.len(), warnings.len(), refused.len()), (0, 0, 1));
    assert!(refused[0].message.contains("is empty (0 bytes)"), "{}", refused[0].message);
    assert!(refused[0].message.ends_with("One more file is refused for the same reason."), "{}", refused[0].message);
    let progress = memory.events.borrow().iter().filter(|event| matches!(event, Event::Progress { .. })).count();
    assert!((2..200).contains(&progress), "{progress}");

    let window = memory.window(&jobs, Filter { state: Some(LineState::Failed), ..Filter::default() });
    assert_eq!((window.matching, window.chosen), (1, 450));
    assert!(window.lines[0].title.as_ref().unwrap().starts_with("b.json, conversation 3"), "{:?}", window.lines[0]);
}

#[test]
fn the_outline_does_without_a_server_that_cannot_be_asked() {
    let memory = Rc::new(Memory::default());
    memory.errors.borrow_mut().push(Some(ServerError::Unreachable));
    let jobs = Jobs::new(memory.clone());
    block_on(jobs.handle(outline(1), vec![("a", claude(0..300, "x"))].into()));
    assert!(matches!(memory.last(), Event::Outlined { .. }));
    let window = memory.window(&jobs, Filter::default());
    assert_eq!((window.lines[0].state, window.chosen), (LineState::Unknown, 300));
}

#[test]
fn the_commit_stores_what_was_chosen_and_reports_everything_in_reading_order() {
    let text =
        claude(0..3, "Hello").replace("},{\"uuid\":\"2\"", "},{\"uuid\":\"e\",\"chat_messages\":[]},{\"uuid\":\"2\"");
    let (memory, jobs) = outlined(vec![("a.json", text)]);
    block_on(jobs.handle(Command::Choose { job: 1, choice: Choice::One(1, false) }, Texts::default()));
    block_on(jobs.handle(commit(1), Texts::default()));
    let batches = memory.batches.borrow();
    assert_eq!(batches.len(), 1);
    assert_eq!((batches[0].import_id.as_str(), batches[0].feeds), ("batch \"1\"", true));
    let report = memory.full_report();
    let lines: Vec<(&str, ImportStatus, Option<&str>)> = report
        .conversations
        .iter()
        .map(|line| (line.source_id.as_str(), line.status, line.session_id.as_deref().or(line.reason.as_deref())))
        .collect();
    assert_eq!(
        lines,
        [
            ("0", ImportStatus::Imported, Some("here-0")),
            ("1", ImportStatus::Skipped, Some("It was not chosen.")),
            ("e", ImportStatus::Skipped, Some("Nothing was said in it.")),
            ("2", ImportStatus::Imported, Some("here-2")),
        ]
    );
    assert!(report.conversations.iter().all(|line| line.location.as_ref().is_some_and(|place| place.file == "a.json")));
    assert_eq!((report.totals.imported, report.totals.skipped), (2, 2));
    assert_eq!(memory.committed().totals, report.totals);
    assert_eq!(*memory.said.borrow(), ["begin batch \"1\": a.json", "finish batch \"1\": 4 lines, cancelled: false"]);
}

#[test]
fn a_file_that_changed_between_the_passes_stores_nothing_that_was_not_seen() {
    let files = Texts::from(vec![("a.json", claude(0..2, "Hello"))]);
    let (memory, jobs) = outlined(files.clone());
    files.0.borrow_mut()[0].1 = claude(5..9, "Other");
    block_on(jobs.handle(commit(1), Texts::default()));
    assert!(memory.batches.borrow().is_empty());
    assert_eq!(memory.committed().totals.skipped, 2);
}

#[test]
fn batches_keep_to_their_bounds() {
    let (memory, jobs) =
        outlined(vec![("a", claude(0..1200, "x")), ("b", claude(2000..2009, &"y".repeat(BATCH_BYTES / 3)))]);
    block_on(jobs.handle(commit(1), Texts::default()));
    let batches = memory.batches.borrow();
    let counts: Vec<usize> = batches.iter().map(|batch| batch.conversations.len()).collect();
    assert_eq!(counts[..2], [BATCH_CONVERSATIONS, BATCH_CONVERSATIONS]);
    assert_eq!(counts.iter().sum::<usize>(), 1209);
    for batch in batches.iter() {
        assert!(serde_json::to_string(batch).unwrap().len() <= BATCH_BYTES + 100);
    }
    assert_eq!(memory.full_report().totals.imported, 1209);
}

#[test]
fn a_server_that_is_gone_ends_the_commit_with_what_was_stored_until_then() {
    let (memory, jobs) = outlined(vec![("a", claude(0..1200, "x"))]);
    *memory.errors.borrow_mut() = vec![None, Some(ServerError::Unreachable)];
    block_on(jobs.handle(commit(1), Texts::default()));
    let Ending::Failed(message) = memory.committed().ending else { panic!("{:?}", memory.last()) };
    assert!(message.contains("Until then 500 conversations were stored"), "{message}");
    let totals = memory.full_report().totals;
    assert_eq!((totals.imported, totals.failed, totals.skipped), (500, 500, 200));
    assert_eq!(memory.said.borrow().len(), 1, "the server lists it as not finished");
}

#[test]
fn what_is_too_large_for_the_server_fails_alone() {
    let (memory, jobs) = outlined(vec![("a", claude(0..600, "x"))]);
    *memory.errors.borrow_mut() = vec![Some(ServerError::TooLarge)];
    block_on(jobs.handle(commit(1), Texts::default()));
    let committed = memory.committed();
    assert_eq!(committed.ending, Ending::Done);
    assert_eq!((committed.totals.imported, committed.totals.failed), (100, 500));
}

#[test]
fn cancelling_keeps_whole_batches_and_says_what_was_not_stored() {
    let (memory, jobs) = outlined(vec![("a", claude(0..1200, "x"))]);
    let jobs = Rc::new(jobs);
    let (worker, page) = (jobs.clone(), memory.clone());
    *memory.on_breath.borrow_mut() = Some(Box::new(move || {
        if page.batches.borrow().len() == 1 {
            assert_eq!(worker.handle(Command::Cancel { job: 1 }, Texts::default()).now_or_never(), Some(()));
        }
    }));
    block_on(jobs.handle(commit(1), Texts::default()));
    let committed = memory.committed();
    assert_eq!(committed.ending, Ending::Cancelled);
    assert_eq!(memory.batches.borrow().len(), 1);
    assert_eq!((committed.totals.imported, committed.totals.skipped), (500, 700));
    assert_eq!(memory.said.borrow().last().unwrap(), "finish batch \"1\": 1200 lines, cancelled: true");
}

#[test]
fn a_database_goes_to_the_server_as_a_whole() {
    let (memory, jobs) =
        outlined(vec![("state.db", format!("SQLite format 3\0{}", "x".repeat(84))), ("a.json", claude(0..1, "x"))]);
    let Event::Outlined { outlined, .. } = memory.last() else { panic!("{:?}", memory.last()) };
    assert_eq!((outlined.databases, outlined.refused), (vec!["state.db".to_owned()], vec![]));
    block_on(jobs.handle(commit(1), Texts::default()));
    assert_eq!(memory.full_report().totals.imported, 2);
    let query = r#"[("import_id", "batch \"1\""), ("name", "state.db"), ("feeds", "true")]"#;
    assert_eq!(memory.said.borrow()[1], format!("database {query}: 100 bytes"));
}

#[test]
fn a_commit_without_files_is_answered() {
    let (memory, jobs) = outlined(Vec::new());
    block_on(jobs.handle(commit(7), Texts::default()));
    assert!(matches!(memory.last(), Event::Committed { job: 7, .. }));
    assert!(matches!(memory.committed().ending, Ending::Failed(_)));
}

/// A ChatGPT export whose only conversation has these pictures.
fn with_pictures(references: &[&str]) -> String {
    let picture =
        |reference: &&str| format!(r#"{{"content_type":"image_asset_pointer","asset_pointer":"{reference}"}}"#);
    let pictures = references.iter().map(picture).collect::<Vec<_>>().join(",");
    format!(
        r#"[{{"conversation_id":"c","mapping":{{"n":{{"message":{{"author":{{"role":"user"}},"content":{{"content_type":"multimodal_text","parts":["Look",{pictures}]}}}}}}}}}}]"#
    )
}

#[test]
fn the_files_of_a_conversation_follow_it() {
    let json = with_pictures(&["file-service://file-Abc", "file-service://file-gone"]);
    let (memory, jobs) = outlined(vec![
        ("conversations.json", json),
        ("file-Abc-sea.png", "sea".to_owned()),
        ("other.png", "x".to_owned()),
    ]);
    block_on(jobs.handle(commit(1), Texts::default()));
    let said = memory.said.borrow();
    let query = r#"[("import_id", "batch \"1\""), ("source", "chatgpt"), ("source_id", "c"), ("reference", "file-Abc"), ("name", "file-Abc-sea.png")]"#;
    assert_eq!(said[1], format!("file {query}: sea"));
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(memory.committed().stored_files, 1);
}

#[test]
fn a_file_that_the_server_does_not_take_costs_a_note_and_nothing_else() {
    let files = vec![("a.json", with_pictures(&["file-service://file-Abc"])), ("file-Abc.png", "sea".to_owned())];
    let (memory, jobs) = outlined(files);
    *memory.errors.borrow_mut() = vec![None, Some(ServerError::TooLarge)];
    block_on(jobs.handle(commit(1), Texts::default()));
    let committed = memory.committed();
    assert_eq!((committed.ending, committed.totals.imported, committed.stored_files), (Ending::Done, 1, 0));
    let notes: Vec<String> =
        committed.warnings.iter().map(|note| format!("{}: {}", note.location, note.message)).collect();
    assert!(notes.iter().any(|note| note.starts_with("file-Abc.png: This file was not stored")), "{notes:?}");
}

#[test]
fn an_import_is_undone_with_a_sentence_either_way() {
    let (memory, jobs) = outlined(Vec::new());
    let undo = || block_on(jobs.handle(Command::Undo { job: 1, import_id: "i".to_owned() }, Texts::default()));
    undo();
    assert_eq!(
        memory.last(),
        Event::Undone { job: 1, done: true, message: "Undone: 2 conversations went.".to_owned() }
    );
    memory.errors.borrow_mut().push(Some(ServerError::Unreachable));
    undo();
    assert!(matches!(memory.last(), Event::Undone { done: false, .. }));
    assert_eq!(memory.said.borrow().len(), 2);
}
