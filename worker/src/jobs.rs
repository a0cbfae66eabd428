use crate::{
    commit::{Order, commit},
    host::{Files, Host},
    ledger::Ledger,
    notes::Notes,
    outline::outline,
};
use aios_import::Input;
use aios_protocol::worker::{Command, Committed, Event, Window};
use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
};

/// What an SQLite database begins with.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// The most names of files that an import is listed with.
const MAXIMUM_NAMES: usize = 1000;

/// The job that the page gave, if it gave one: a new one takes the place of the one before.
pub struct Jobs<H: Host> {
    host: H,
    current: RefCell<Option<Current<H::Files>>>,
}

/// A job and its number.
type Current<F> = (u32, Rc<Job<F>>);

pub(crate) struct Job<F> {
    pub files: F,
    pub cancelled: Cell<bool>,
    pub ledger: RefCell<Ledger>,
    pub notes: RefCell<Notes>,
    databases: OnceCell<Vec<Database>>,
}

/// A database among the files.
pub(crate) struct Database {
    /// Its position among the files.
    pub position: usize,
    pub name: String,
}

impl<F: Files> Job<F> {
    fn new(files: F) -> Job<F> {
        Job {
            files,
            cancelled: Cell::new(false),
            ledger: RefCell::default(),
            notes: RefCell::default(),
            databases: OnceCell::new(),
        }
    }

    /// The files from their beginnings, without the databases, which are told apart by how they begin.
    pub fn inputs(&self) -> (Vec<Input<'static>>, &[Database]) {
        let databases = self.databases.get_or_init(|| {
            let names = self.files.names().into_iter().enumerate();
            names
                .filter(|(position, _)| self.files.begins_with(*position, DATABASE))
                .map(|(position, name)| Database { position, name })
                .collect()
        });
        let is_input = |position| databases.iter().all(|database| database.position != position);
        let inputs = self.files.inputs().into_iter().enumerate().filter(|(position, _)| is_input(*position));
        (inputs.map(|(_, input)| input).collect(), databases)
    }

    /// What the import is listed with.
    pub fn names(&self) -> Vec<String> {
        let mut names = self.files.names();
        names.truncate(MAXIMUM_NAMES);
        names
    }
}

impl<H: Host> Jobs<H> {
    /// Takes commands from now on, and says so.
    pub fn new(host: H) -> Jobs<H> {
        host.post(&Event::Ready);
        Jobs { host, current: RefCell::new(None) }
    }

    /// Where they run.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Does what a command says. Commands may come while others are being done. `files` are those that came with it.
    pub async fn handle(&self, command: Command, files: H::Files) {
        match command {
            Command::Outline { job: number, .. } => {
                let job = Rc::new(Job::new(files));
                if let Some((_, before)) = self.current.borrow_mut().replace((number, job.clone())) {
                    before.cancelled.set(true);
                }
                outline(&self.host, number, &job).await;
            }
            Command::Show { job: number, filter, first, count } => {
                let Some(job) = self.job(number) else { return };
                job.ledger.borrow_mut().show(filter, first, count);
                self.tell(number, &job);
            }
            Command::Choose { job: number, choice } => {
                let Some(job) = self.job(number) else { return };
                job.ledger.borrow_mut().choose(choice);
                self.tell(number, &job);
            }
            Command::Commit { job: number, import_id, feeds } => match self.job(number) {
                Some(job) => {
                    job.cancelled.set(false);
                    commit(&self.host, number, &job, Order { import_id, feeds }).await;
                }
                None => {
                    let problem = "These files are not at hand any more. Choose them again.".to_owned();
                    self.host.post(&Event::Committed { job: number, committed: Committed::failed(problem) });
                }
            },
            Command::Undo { job, import_id } => {
                let (done, message) = match self.host.undo(&import_id).await {
                    Ok(undone) => (true, format!("Undone: {undone}.")),
                    Err(error) => (false, error.to_string()),
                };
                self.host.post(&Event::Undone { job, done, message });
            }
            Command::Cancel { job } => {
                if let Some(job) = self.job(job) {
                    job.cancelled.set(true);
                }
            }
        }
    }

    fn job(&self, number: u32) -> Option<Rc<Job<H::Files>>> {
        let current = self.current.borrow();
        current.as_ref().filter(|(current, _)| *current == number).map(|(_, job)| job.clone())
    }

    fn tell(&self, number: u32, job: &Job<H::Files>) {
        let mut ledger = job.ledger.borrow_mut();
        let chosen = ledger.chosen();
        let (first, matching, lines) = ledger.window();
        self.host.post(&Event::Lines { job: number, window: Window { first, matching, chosen, lines } });
    }
}

#[cfg(test)]
mod tests;
