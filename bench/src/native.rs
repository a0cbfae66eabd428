use aios_import::Input;
use aios_protocol::{
    import::{Compare, Compared, SaveOutcome},
    worker::{Command, Event},
};
use serde_json::json;
use std::{
    cell::Cell,
    fs::File,
    io,
    path::{Path, PathBuf},
    time::Instant,
};
use worker::{Files, Host, Jobs, ServerError};

/// Makes the outline of files as the worker in the browser does, so many times, and prints a line of JSON for each.
pub fn outline(files: &[PathBuf], runs: u32) -> io::Result<()> {
    let mut bytes = 0;
    for file in files {
        bytes += File::open(file)?.metadata()?.len();
    }
    for _ in 0..runs {
        let started = Instant::now();
        let jobs = Jobs::new(Native { started, found: Cell::new(0) });
        futures::executor::block_on(jobs.handle(Command::Outline { job: 1 }, Disk(files.to_vec())));
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
}

/// A page that counts, and a server that does not answer.
struct Native {
    started: Instant,
    found: Cell<usize>,
}

impl Host for Native {
    type Files = Disk;

    fn post(&self, event: &Event) {
        // In the browser this string goes to the page.
        let json = serde_json::to_string(event).unwrap_or_default();
        std::hint::black_box(json);
        if let Event::Found { items, .. } = event {
            self.found.set(self.found.get() + items.len());
        }
    }

    async fn compare(&self, _: &Compare) -> Result<Compared, ServerError> {
        Err(ServerError::Unreachable)
    }

    async fn save(&self, _: String) -> Result<Vec<SaveOutcome>, ServerError> {
        Err(ServerError::Unreachable)
    }

    fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    async fn breathe(&self) {}
}
