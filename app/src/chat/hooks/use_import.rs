//! An import, from the dropped files to the report. The work is the worker's, and so are the lines of what was found: this is what is known of
//! it on the page.

use super::use_library::Library;
#[cfg(feature = "hydrate")]
use crate::texts::texts;
#[cfg(feature = "hydrate")]
use aios_protocol::worker::Command;
use aios_protocol::worker::{Choice, Committed, Event, Filter, Outlined, Reached, Window};
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod client;
#[cfg(feature = "hydrate")]
pub mod folder;

/// Lines that are asked for before it is known how many are in sight.
const FIRST_LINES: u32 = 60;

/// Where an import is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Stage {
    /// Files are to be chosen.
    #[default]
    Drop,
    /// The files are read.
    Reading,
    /// Conversations are to be chosen.
    Choose,
    /// Conversations are stored.
    Storing,
    /// It is over, however it ended.
    Done,
}

/// The import, as a context. One runs at a time.
#[derive(Clone, Copy)]
pub struct ImportFlow {
    /// The modal is shown.
    pub is_open: RwSignal<bool>,
    /// Where it is.
    pub stage: RwSignal<Stage>,
    /// How far the stage is.
    pub reached: RwSignal<Reached>,
    /// What the files are called, as one line.
    pub files: RwSignal<String>,
    /// What is in them.
    pub outlined: RwSignal<Outlined>,
    /// The lines that are in sight, and some around them.
    pub window: RwSignal<Window>,
    /// Which lines are shown.
    pub filter: RwSignal<Filter>,
    /// Also write text files.
    pub feeds: RwSignal<bool>,
    /// It was asked to stop.
    pub is_stopping: RwSignal<bool>,
    /// What became of everything.
    pub committed: RwSignal<Option<Committed>>,
    /// The import was undone, or could not be: whether, and a sentence about it.
    pub undone: RwSignal<Option<(bool, String)>>,
    /// The id of the import that was begun last.
    pub import_id: StoredValue<String>,
    job: StoredValue<u32>,
    library: Library,
    #[cfg(feature = "hydrate")]
    worker: StoredValue<Option<client::Worker>, LocalStorage>,
}

impl ImportFlow {
    /// Makes it, as a context.
    pub fn provide() {
        let import = ImportFlow {
            is_open: RwSignal::new(false),
            stage: RwSignal::new(Stage::Drop),
            reached: RwSignal::new(Reached::default()),
            files: RwSignal::new(String::new()),
            outlined: RwSignal::new(Outlined::default()),
            window: RwSignal::new(Window::default()),
            filter: RwSignal::new(Filter::default()),
            feeds: RwSignal::new(false),
            is_stopping: RwSignal::new(false),
            committed: RwSignal::new(None),
            undone: RwSignal::new(None),
            import_id: StoredValue::new(String::new()),
            job: StoredValue::new(0),
            library: Library::expect(),
            #[cfg(feature = "hydrate")]
            worker: StoredValue::new_local(None),
        };
        import.ask_before_leaving();
        provide_context(import);
    }

    /// The import of this application.
    pub fn expect() -> ImportFlow {
        expect_context()
    }

    /// Shows the modal, ready for files unless an import is under way.
    pub fn open(self) {
        if !self.is_working() {
            self.reset();
        }
        self.is_open.set(true);
    }

    /// Hides the modal. An import that is under way goes on; what was only read is forgotten.
    pub fn close(self) {
        self.is_open.set(false);
        if !self.is_working() {
            self.reset();
        }
    }

    /// Files are read or conversations stored.
    pub fn is_working(self) -> bool {
        matches!(self.stage.get_untracked(), Stage::Reading | Stage::Storing)
    }

    /// Begins anew. What the worker says of the job before is not heard any more.
    pub fn reset(self) {
        self.job.update_value(|job| *job += 1);
        self.stage.set(Stage::Drop);
        self.files.set(String::new());
        self.committed.set(None);
        self.undone.set(None);
        self.begin_stage();
    }

    fn begin_stage(self) {
        self.reached.set(Reached::default());
        self.window.set(Window::default());
        self.filter.set(Filter::default());
        self.is_stopping.set(false);
    }

    /// Reads files that were dropped or picked, which are called like that.
    #[cfg(feature = "hydrate")]
    pub fn read(self, files: Vec<web_sys::File>, names: Vec<String>) {
        if files.is_empty() || self.stage.get_untracked() == Stage::Storing {
            return;
        }
        self.reset();
        self.files.set(in_one_line(&names));
        self.stage.set(Stage::Reading);
        self.is_open.set(true);
        self.tell_worker(Command::Outline { job: self.job.get_value(), names }, files);
    }

    /// Asks for other lines: those from one of them on, or from the first if the filter is another.
    pub fn show(self, filter: Option<Filter>, first: u32, count: u32) {
        if let Some(filter) = filter {
            self.filter.set(filter);
        }
        #[cfg(feature = "hydrate")]
        {
            let (job, filter) = (self.job.get_value(), self.filter.get_untracked());
            self.tell_worker(Command::Show { job, filter, first, count: count.max(FIRST_LINES) }, Vec::new());
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (first, count, FIRST_LINES);
    }

    /// Changes what is chosen.
    pub fn choose(self, choice: Choice) {
        #[cfg(feature = "hydrate")]
        self.tell_worker(Command::Choose { job: self.job.get_value(), choice }, Vec::new());
        #[cfg(not(feature = "hydrate"))]
        let _ = choice;
    }

    /// Stores what is chosen.
    pub fn commit(self) {
        self.begin_stage();
        self.stage.set(Stage::Storing);
        #[cfg(feature = "hydrate")]
        {
            let import_id = crate::chat::utils::random_id::random_id();
            self.import_id.set_value(import_id.clone());
            let (job, feeds) = (self.job.get_value(), self.feeds.get_untracked());
            self.tell_worker(Command::Commit { job, import_id, feeds }, Vec::new());
        }
    }

    /// Stops. What was stored stays.
    pub fn cancel(self) {
        #[cfg(feature = "hydrate")]
        self.tell_worker(Command::Cancel { job: self.job.get_value() }, Vec::new());
        if self.stage.get_untracked() == Stage::Reading {
            self.reset();
        } else {
            self.is_stopping.set(true);
        }
    }

    /// Takes away everything that the import brought.
    pub fn undo(self) {
        #[cfg(feature = "hydrate")]
        self.tell_worker(
            Command::Undo { job: self.job.get_value(), import_id: self.import_id.get_value() },
            Vec::new(),
        );
    }

    /// Leaving the page ends an import that runs: the browser asks first. What was stored stays either way.
    fn ask_before_leaving(self) {
        #[cfg(feature = "hydrate")]
        Effect::new(move |before: Option<Option<WindowListenerHandle>>| {
            if let Some(Some(listener)) = before {
                listener.remove();
            }
            (self.stage.get() == Stage::Storing).then(|| {
                window_event_listener(leptos::ev::beforeunload, |event| {
                    event.prevent_default();
                    // Browsers of 2023 and before go by this.
                    event.set_return_value(texts().import_runs());
                })
            })
        });
    }

    /// What is said to the worker and heard from it is code of its own, loaded by the first word. The words keep their order.
    #[cfg(feature = "hydrate")]
    fn tell_worker(self, command: Command, files: Vec<web_sys::File>) {
        leptos::task::spawn_local(async move {
            if tell_worker(self, command, files).await.is_err() {
                // The modal's views are of the same part, and it says so.
                self.reset();
            }
        });
    }

    #[cfg(feature = "hydrate")]
    fn post_to_worker(self, command: &Command, files: &[web_sys::File]) {
        if self.worker.with_value(Option::is_none) {
            match client::Worker::start(move |event| self.hear(event), move |problem| self.fail(problem)) {
                Ok(worker) => self.worker.set_value(Some(worker)),
                Err(problem) => return self.fail(problem),
            }
        }
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.post(command, files);
            }
        });
    }

    #[cfg(feature = "hydrate")]
    fn fail(self, problem: String) {
        self.end(Committed::failed(problem));
        // The next files get a new one.
        self.worker.set_value(None);
    }

    fn end(self, committed: Committed) {
        self.begin_stage();
        self.committed.set(Some(committed));
        self.stage.set(Stage::Done);
        self.show(None, 0, FIRST_LINES);
        self.library.refresh();
    }

    /// Takes what the worker says. A job that was given up says nothing any more.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser has a worker"))]
    fn hear(self, event: Event) {
        let current = self.job.get_value();
        match event {
            Event::Progress { job, reached } if job == current => self.reached.set(reached),
            Event::Outlined { job, outlined } if job == current => {
                self.outlined.set(outlined);
                self.stage.set(Stage::Choose);
                self.show(None, 0, FIRST_LINES);
            }
            Event::Lines { job, window } if job == current => self.window.set(window),
            Event::Undone { job, done, message } if job == current => {
                self.undone.set(Some((done, message)));
                self.library.refresh();
            }
            Event::Committed { job, committed } if job == current => self.end(committed),
            _ => {}
        }
    }
}

#[cfg(feature = "hydrate")]
crate::lazy::part! { import:
    fn tell_worker(import: ImportFlow, command: Command, files: Vec<web_sys::File>) -> () {
        import.post_to_worker(&command, &files);
    }
}

/// Names of files, as many as a line holds.
#[cfg(feature = "hydrate")]
fn in_one_line(names: &[String]) -> String {
    match names {
        [] | [_] | [_, _] | [_, _, _] => names.join(", "),
        [first, second, others @ ..] => {
            texts().files_more(first, second, u32::try_from(others.len()).unwrap_or(u32::MAX))
        }
    }
}
