use aios_import::{Input, OpenedFile};
use aios_model::{FullReport, Novelty, Undone};
use aios_protocol::{
    import::{Compare, Compared, SaveOutcome},
    worker::{Command, Event},
};
use serde_json::json;
use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Instant,
};
use worker::{Files, Host, Jobs, ServerError};

/// Makes the outline of files as the worker in the browser does, so many times, and prints a line of JSON for each.
pub fn outline(files: &[PathBuf], runs: u32, compares: bool) -> io::Result<()> {
    let mut bytes = 0;
    for file in files {
        bytes += File::open(file)?.metadata()?.len();
    }
    for _ in 0..runs {
        let started = Instant::now();
        let jobs = Jobs::new(Native { started, found: Cell::new(0), compares });
        futures::executor::block_on(jobs.handle(Command::Outline { job: 1, names: Vec::new() }, Disk(files.to_vec())));
        let seconds = started.elapsed().as_secs_f64();
        println!("{}", json!({ "bytes": bytes, "seconds": seconds, "conversations": jobs.host().found.get() }));
    }
    Ok(())
}

struct Disk(Vec<PathBuf>);

impl Files for Disk {
    fn inputs(&self) -> Vec<Input<'static>> {
        let open = |path: &Path| Some(Input::new(path.display().to_string(), File::open(path).ok()?));
        self.0.iter().filter_map(|path| open(path)).collect()
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|path| path.display().to_string()).collect()
    }

    fn begins_with(&self, position: usize, bytes: &[u8]) -> bool {
        let mut head = vec![0; bytes.len()];
        let file = self.0.get(position).and_then(|path| File::open(path).ok());
        file.is_some_and(|mut file| file.read_exact(&mut head).is_ok() && head == bytes)
    }
}

/// A page that counts, and a server that has nothing or does not answer.
struct Native {
    started: Instant,
    found: Cell<usize>,
    compares: bool,
}

impl Host for Native {
    type Files = Disk;
    type Report = ();

    fn post(&self, event: &Event) {
        // In the browser this string goes to the page.
        let json = serde_json::to_string(event).unwrap_or_default();
        std::hint::black_box(json);
        if let Event::Outlined { outlined, .. } = event {
            self.found.set(outlined.counts.iter().map(|count| count.conversations as usize).sum());
        }
    }

    async fn compare(&self, compare: &Compare) -> Result<Compared, ServerError> {
        if !self.compares {
            return Err(ServerError::Unreachable);
        }
        Ok(Compared { novelties: vec![Novelty::New; compare.keys.len()] })
    }

    async fn begin(&self, _: &str, _: &[String]) -> Result<(), ServerError> {
        Err(ServerError::Unreachable)
    }

    async fn save(&self, _: String) -> Result<Vec<SaveOutcome>, ServerError> {
        Err(ServerError::Unreachable)
    }

    async fn store_file(&self, _: &[(&str, &str)], _: OpenedFile<'_>) -> Result<(), ServerError> {
        Err(ServerError::Unreachable)
    }

    async fn store_database(&self, _: &Disk, _: usize, _: &[(&str, &str)]) -> Result<FullReport, ServerError> {
        Err(ServerError::Unreachable)
    }

    fn report(&self, _: &mut dyn Iterator<Item = String>) {}

    fn address(&self, (): &()) -> String {
        String::new()
    }

    async fn finish(&self, _: &str, _: bool, (): &()) -> Result<(), ServerError> {
        Err(ServerError::Unreachable)
    }

    async fn undo(&self, _: &str) -> Result<Undone, ServerError> {
        Err(ServerError::Unreachable)
    }

    fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    async fn breathe(&self) {}
}
