//! An import, from the dropped files to the report. The work is the worker's; this is what is known of it on the page.

use super::use_library::Library;
use aios_model::{ImportReport, Location, Novelty, OutlineItem, Warning};
#[cfg(feature = "hydrate")]
use aios_protocol::worker::Command;
use aios_protocol::worker::Event;
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
mod client;

/// Where an import is.
#[derive(Clone, PartialEq, Debug, Default)]
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
    /// It is over.
    Done {
        /// It was cancelled.
        cancelled: bool,
    },
    /// It ended early, and why. What was stored until then stays.
    Failed(String),
}

/// How far the stage is.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Reached {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of the files.
    pub total_bytes: u64,
    /// Conversations read.
    pub conversations: u32,
}

/// A conversation that was found.
#[derive(Clone, Debug)]
pub struct FoundItem {
    /// What it is.
    pub item: OutlineItem,
    /// How it compares with the history; none if that could not be asked.
    pub novelty: Option<Novelty>,
    /// To be stored.
    pub chosen: RwSignal<bool>,
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
    /// Names of the files.
    pub files: RwSignal<Vec<String>>,
    /// What was found.
    pub found: RwSignal<Vec<FoundItem>>,
    /// What could not be taken as it was.
    pub warnings: RwSignal<Vec<Warning>>,
    /// Files without a conversation, and why.
    pub refused: RwSignal<Vec<(Location, String)>>,
    /// Also write text files.
    pub feeds: RwSignal<bool>,
    /// What became of everything.
    pub report: RwSignal<ImportReport>,
    job: StoredValue<u32>,
    library: Library,
    owner: StoredValue<Owner>,
    #[cfg(feature = "hydrate")]
    worker: StoredValue<Option<client::Worker>, LocalStorage>,
}

impl ImportFlow {
    /// Makes it, as a context.
    pub fn provide() {
        provide_context(ImportFlow {
            is_open: RwSignal::new(false),
            stage: RwSignal::new(Stage::Drop),
            reached: RwSignal::new(Reached::default()),
            files: RwSignal::new(Vec::new()),
            found: RwSignal::new(Vec::new()),
            warnings: RwSignal::new(Vec::new()),
            refused: RwSignal::new(Vec::new()),
            feeds: RwSignal::new(false),
            report: RwSignal::new(ImportReport::default()),
            job: StoredValue::new(0),
            library: Library::expect(),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            #[cfg(feature = "hydrate")]
            worker: StoredValue::new_local(None),
        });
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

    /// Begins anew.
    pub fn reset(self) {
        self.stage.set(Stage::Drop);
        self.reached.set(Reached::default());
        self.files.set(Vec::new());
        self.found.set(Vec::new());
        self.warnings.set(Vec::new());
        self.refused.set(Vec::new());
        self.report.set(ImportReport::default());
    }

    /// Reads files that were dropped or picked.
    #[cfg(feature = "hydrate")]
    pub fn read(self, files: Vec<web_sys::File>) {
        if files.is_empty() || self.is_working() {
            return;
        }
        self.reset();
        self.files.set(files.iter().map(web_sys::File::name).collect());
        self.stage.set(Stage::Reading);
        self.is_open.set(true);
        let job = self.job.get_value() + 1;
        self.job.set_value(job);
        self.tell_worker(&Command::Outline { job }, &files);
    }

    /// Stores what is chosen.
    pub fn commit(self) {
        let chosen = self.found.with_untracked(|found| {
            let chosen = found.iter().zip(0..).filter(|(item, _)| item.chosen.get_untracked());
            chosen.map(|(_, position)| position).collect::<Vec<u32>>()
        });
        if chosen.is_empty() {
            return;
        }
        self.reached.set(Reached::default());
        self.stage.set(Stage::Storing);
        #[cfg(feature = "hydrate")]
        {
            let import_id = crate::chat::utils::random_id::random_id();
            let command = Command::Commit {
                job: self.job.get_value(),
                import_id,
                chosen: Some(chosen),
                feeds: self.feeds.get_untracked(),
            };
            self.tell_worker(&command, &[]);
        }
    }

    /// Stops. What was stored stays.
    pub fn cancel(self) {
        #[cfg(feature = "hydrate")]
        self.tell_worker(&Command::Cancel { job: self.job.get_value() }, &[]);
        if self.stage.get_untracked() == Stage::Reading {
            self.reset();
        }
    }

    #[cfg(feature = "hydrate")]
    fn tell_worker(self, command: &Command, files: &[web_sys::File]) {
        if self.worker.with_value(Option::is_none) {
            match client::Worker::start(
                move |event| self.hear(event),
                move |problem| self.stage.set(Stage::Failed(problem)),
            ) {
                Ok(worker) => self.worker.set_value(Some(worker)),
                Err(problem) => return self.stage.set(Stage::Failed(problem)),
            }
        }
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.post(command, files);
            }
        });
    }

    /// Takes what the worker says. A job that was given up says nothing any more.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser has a worker"))]
    fn hear(self, event: Event) {
        let current = self.job.get_value();
        match event {
            Event::Ready => {}
            Event::Progress { job, bytes, total_bytes, conversations } if job == current => {
                self.reached.set(Reached { bytes, total_bytes, conversations });
            }
            Event::Found { job, items, novelties } if job == current => {
                let mut novelties = novelties.into_iter();
                let items: Vec<FoundItem> = self.owner.with_value(|owner| {
                    owner.with(|| items.into_iter().map(|item| found_item(item, novelties.next())).collect())
                });
                self.found.update(|found| found.extend(items));
            }
            Event::Outlined { job, warnings, refused } if job == current => {
                self.warnings.set(warnings);
                self.refused.set(refused);
                self.stage.set(Stage::Choose);
            }
            Event::Committed { job, cancelled, report } if job == current => {
                self.report.set(report);
                self.stage.set(Stage::Done { cancelled });
                self.library.refresh();
            }
            Event::Failed { job, message, report } if job == current => {
                self.report.set(report);
                self.stage.set(Stage::Failed(message));
                self.library.refresh();
            }
            _ => {}
        }
    }
}

fn found_item(item: OutlineItem, novelty: Option<Novelty>) -> FoundItem {
    let chosen = novelty != Some(Novelty::Same);
    FoundItem { item, novelty, chosen: RwSignal::new(chosen) }
}
