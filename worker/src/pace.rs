use crate::{
    host::{Files, Host},
    rate::Rate,
};
use aios_import::Reader;
use aios_protocol::worker::{Event, Reached};
use std::cell::Cell;

/// Milliseconds between two reports of progress: twenty a second.
const INTERVAL: f64 = 50.0;

/// Tells the page how far a pass is, and lets commands through, every now and then.
pub(crate) struct Pace<'a, H: Host> {
    host: &'a H,
    job: u32,
    files: &'a H::Files,
    cancelled: &'a Cell<bool>,
    rate: Rate,
    last: f64,
    /// Pictures and other files that were stored so far.
    pub stored_files: u32,
}

impl<'a, H: Host> Pace<'a, H> {
    pub fn new(host: &'a H, job: u32, files: &'a H::Files, cancelled: &'a Cell<bool>) -> Pace<'a, H> {
        let now = host.now();
        Pace { host, job, files, cancelled, rate: Rate::new(now), last: now, stored_files: 0 }
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
    pub fn report(&mut self, reader: &Reader<'_>) {
        let (bytes, total_bytes) = reader.progress();
        let (rate, seconds_left) = self.rate.tell(bytes, total_bytes, self.host.now());
        let (conversations, stored_files) = (reader.conversations(), self.stored_files);
        let reached = Reached { bytes, total_bytes, conversations, stored_files, rate, seconds_left };
        self.host.post(&Event::Progress { job: self.job, reached });
    }
}
