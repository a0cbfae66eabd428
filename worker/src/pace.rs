use crate::host::{Files, Host};
use aios_import::Reader;
use aios_protocol::worker::Event;
use std::cell::Cell;

/// Milliseconds between two reports of progress: twenty a second.
const INTERVAL: f64 = 50.0;

/// Tells the page how far a pass is, and lets commands through, every now and then.
pub(crate) struct Pace<'a, H: Host> {
    host: &'a H,
    job: u32,
    files: &'a H::Files,
    cancelled: &'a Cell<bool>,
    last: f64,
}

impl<'a, H: Host> Pace<'a, H> {
    pub fn new(host: &'a H, job: u32, files: &'a H::Files, cancelled: &'a Cell<bool>) -> Pace<'a, H> {
        Pace { host, job, files, cancelled, last: host.now() }
    }

    /// To be called between any two items. Says whether the pass shall go on.
    pub async fn go_on(&mut self, reader: &Reader<'_>) -> bool {
        self.files.read_ahead().await;
        if self.host.now() - self.last >= INTERVAL {
            self.report(reader);
            self.host.breathe().await;
            self.last = self.host.now();
        }
        !self.cancelled.get()
    }

    /// Tells the page at once.
    pub fn report(&self, reader: &Reader<'_>) {
        let (bytes, total_bytes) = reader.progress();
        self.host.post(&Event::Progress { job: self.job, bytes, total_bytes, conversations: reader.conversations() });
    }
}
