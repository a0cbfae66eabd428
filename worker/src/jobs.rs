use crate::{
    commit::{Order, commit},
    host::Host,
    outline::outline,
};
use aios_model::ImportReport;
use aios_protocol::worker::{Command, Event};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

/// The jobs that the page gave.
pub struct Jobs<H: Host> {
    host: H,
    jobs: RefCell<HashMap<u32, Rc<Job<H::Files>>>>,
}

struct Job<F> {
    files: F,
    cancelled: Cell<bool>,
}

impl<H: Host> Jobs<H> {
    /// Takes commands from now on, and says so.
    pub fn new(host: H) -> Jobs<H> {
        host.post(&Event::Ready);
        Jobs { host, jobs: RefCell::default() }
    }

    /// Where they run.
    pub fn host(&self) -> &H {
        &self.host
    }

    /// Does what a command says. Commands may come while others are being done. `files` are those that came with it.
    pub async fn handle(&self, command: Command, files: H::Files) {
        match command {
            Command::Outline { job: number } => {
                let job = Rc::new(Job { files, cancelled: Cell::new(false) });
                self.jobs.borrow_mut().insert(number, job.clone());
                outline(&self.host, number, &job.files, &job.cancelled).await;
            }
            Command::Commit { job: number, import_id, chosen, feeds } => {
                let job = self.jobs.borrow().get(&number).cloned();
                let Some(job) = job else {
                    let message = "These files are not at hand any more. Choose them again.".to_owned();
                    return self.host.post(&Event::Failed { job: number, message, report: ImportReport::default() });
                };
                job.cancelled.set(false);
                let order = Order { import_id, chosen: chosen.map(|chosen| chosen.into_iter().collect()), feeds };
                commit(&self.host, number, &job.files, order, &job.cancelled).await;
            }
            Command::Cancel { job } => {
                if let Some(job) = self.jobs.borrow().get(&job) {
                    job.cancelled.set(true);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
