use crate::{Files, Host, Jobs, ServerError};
use aios_import::Input;
use aios_model::{ImportReport, ImportStatus, Novelty};
use aios_protocol::{
    import::{BATCH_BYTES, BATCH_CONVERSATIONS, Compare, Compared, SaveBatch, SaveOutcome},
    worker::{Command, Event},
};
use futures::{FutureExt, executor::block_on};
use std::{
    cell::{Cell, RefCell},
    io::Cursor,
    rc::Rc,
};

struct Texts(Vec<(&'static str, String)>);

impl Files for Texts {
    fn inputs(&self) -> Vec<Input<'static>> {
        self.0.iter().map(|(name, text)| Input::new(*name, Cursor::new(text.clone().into_bytes()))).collect()
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
    /// Called whenever the worker listens for commands.
    on_breath: RefCell<Option<Box<dyn Fn()>>>,
}

impl Host for Rc<Memory> {
    type Files = Texts;

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
        };
        let outcomes = batch.conversations.iter().map(outcome).collect();
        self.batches.borrow_mut().push(batch);
        Ok(outcomes)
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

    fn report(&self) -> ImportReport {
        match self.last() {
            Event::Committed { report, .. } | Event::Failed { report, .. } => report,
            other => panic!("{other:?}"),
        }
    }
}

fn claude(ids: impl IntoIterator<Item = usize>, text: &str) -> String {
    let one = |id| {
        format!(r#"{{"uuid":"{id}","name":"","chat_messages":[{{"uuid":"m","sender":"human","text":"{text}"}}]}}"#)
    };
    format!("[{}]", ids.into_iter().map(one).collect::<Vec<_>>().join(","))
}

fn outline(job: u32) -> Command {
    Command::Outline { job }
}

fn commit(job: u32, chosen: Option<Vec<u32>>) -> Command {
    Command::Commit { job, import_id: "batch \"1\"".to_owned(), chosen, feeds: true }
}

/// A worker that was given files and has told what is in them.
fn outlined(files: Vec<(&'static str, String)>) -> (Rc<Memory>, Jobs<Rc<Memory>>) {
    let memory = Rc::new(Memory::default());
    let jobs = Jobs::new(memory.clone());
    block_on(jobs.handle(outline(1), Texts(files)));
    (memory, jobs)
}

#[test]
fn the_outline_tells_of_everything_in_pieces_and_how_it_compares() {
    let odd = r#"[{"uuid":"e","chat_messages":[]},{"uuid":"f","chat_messages":[]},null]"#.to_owned();
    let (memory, _) = outlined(vec![("a.json", claude(0..450, "Hello")), ("b.json", odd), ("c.json", String::new())]);
    let events = memory.events.borrow();
    assert_eq!(events[0], Event::Ready);
    let pieces: Vec<(usize, usize)> = events
        .iter()
        .filter_map(|event| {
            if let Event::Found { items, novelties, .. } = event { Some((items.len(), novelties.len())) } else { None }
        })
        .collect();
    assert_eq!(pieces, [(200, 200), (200, 200), (50, 50)]);
    let Some(Event::Outlined { warnings, refused, job: 1 }) = events.last() else { panic!("{:?}", events.last()) };
    let lines: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        lines,
        [
            "This conversation is left out. It is no conversation but a single value.",
            "2 conversations are left out. Nothing was said in it."
        ]
    );
    assert!(refused[0].1.contains("is empty (0 bytes)"));
    let progress = events.iter().filter(|event| matches!(event, Event::Progress { .. })).count();
    assert!((2..200).contains(&progress), "{progress}");
}

#[test]
fn the_outline_does_without_a_server_that_cannot_be_asked() {
    let memory = Rc::new(Memory::default());
    memory.errors.borrow_mut().push(Some(ServerError::Unreachable));
    block_on(Jobs::new(memory.clone()).handle(outline(1), Texts(vec![("a", claude(0..300, "x"))])));
    let events = memory.events.borrow();
    let compared: Vec<usize> = events
        .iter()
        .filter_map(|event| if let Event::Found { novelties, .. } = event { Some(novelties.len()) } else { None })
        .collect();
    assert_eq!(compared, [0, 0]);
    assert!(matches!(events.last(), Some(Event::Outlined { .. })));
}

#[test]
fn the_commit_stores_what_was_chosen_and_reports_everything_in_reading_order() {
    let text =
        claude(0..3, "Hello").replace("},{\"uuid\":\"2\"", "},{\"uuid\":\"e\",\"chat_messages\":[]},{\"uuid\":\"2\"");
    let (memory, jobs) = outlined(vec![("a.json", text)]);
    block_on(jobs.handle(commit(1, Some(vec![0, 2])), Texts(Vec::new())));
    let batches = memory.batches.borrow();
    assert_eq!(batches.len(), 1);
    assert_eq!((batches[0].import_id.as_str(), batches[0].feeds), ("batch \"1\"", true));
    let report = memory.report();
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
    assert_eq!((report.totals.imported, report.totals.skipped), (2, 2));
}

#[test]
fn batches_keep_to_their_bounds() {
    let (memory, jobs) =
        outlined(vec![("a", claude(0..1200, "x")), ("b", claude(2000..2009, &"y".repeat(BATCH_BYTES / 3)))]);
    block_on(jobs.handle(commit(1, None), Texts(Vec::new())));
    let batches = memory.batches.borrow();
    let counts: Vec<usize> = batches.iter().map(|batch| batch.conversations.len()).collect();
    assert_eq!(counts[..2], [BATCH_CONVERSATIONS, BATCH_CONVERSATIONS]);
    assert_eq!(counts.iter().sum::<usize>(), 1209);
    for batch in batches.iter() {
        assert!(serde_json::to_string(batch).unwrap().len() <= BATCH_BYTES + 100);
    }
    assert_eq!(memory.report().totals.imported, 1209);
}

#[test]
fn a_server_that_is_gone_ends_the_commit_with_what_was_stored_until_then() {
    let (memory, jobs) = outlined(vec![("a", claude(0..1200, "x"))]);
    *memory.errors.borrow_mut() = vec![None, Some(ServerError::Unreachable)];
    block_on(jobs.handle(commit(1, None), Texts(Vec::new())));
    let Event::Failed { message, report, .. } = memory.last() else { panic!("{:?}", memory.last()) };
    assert!(message.contains("Until then 500 conversations were stored"), "{message}");
    assert_eq!((report.totals.imported, report.totals.failed), (500, 500));
}

#[test]
fn what_is_too_large_for_the_server_fails_alone() {
    let (memory, jobs) = outlined(vec![("a", claude(0..600, "x"))]);
    *memory.errors.borrow_mut() = vec![Some(ServerError::TooLarge)];
    block_on(jobs.handle(commit(1, None), Texts(Vec::new())));
    let report = memory.report();
    assert!(matches!(memory.last(), Event::Committed { cancelled: false, .. }));
    assert_eq!((report.totals.imported, report.totals.failed), (100, 500));
}

#[test]
fn cancelling_keeps_whole_batches_and_says_what_was_not_stored() {
    let (memory, jobs) = outlined(vec![("a", claude(0..1200, "x"))]);
    let jobs = Rc::new(jobs);
    let (worker, page) = (jobs.clone(), memory.clone());
    *memory.on_breath.borrow_mut() = Some(Box::new(move || {
        if page.batches.borrow().len() == 1 {
            assert_eq!(worker.handle(Command::Cancel { job: 1 }, Texts(Vec::new())).now_or_never(), Some(()));
        }
    }));
    block_on(jobs.handle(commit(1, None), Texts(Vec::new())));
    let Event::Committed { cancelled: true, report, .. } = memory.last() else { panic!("{:?}", memory.last()) };
    assert_eq!(memory.batches.borrow().len(), 1);
    assert_eq!(report.totals.imported, 500);
    assert!(report.totals.skipped > 0 && report.totals.skipped < 700, "{:?}", report.totals);
}

#[test]
fn a_commit_without_files_is_answered() {
    let (memory, jobs) = outlined(Vec::new());
    block_on(jobs.handle(commit(7, None), Texts(Vec::new())));
    assert!(matches!(memory.last(), Event::Failed { job: 7, .. }));
}
