//! How far an import is, on the last line of a terminal.

use aios_chat::import::Progress;
use std::{
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// How often the line changes.
const EVERY: Duration = Duration::from_millis(100);

/// How long it takes until the rate says something.
const SETTLED: Duration = Duration::from_secs(1);

pub(super) struct Meter {
    terminal: bool,
    began: Instant,
    shown: Option<Instant>,
}

impl Meter {
    pub fn new() -> Meter {
        Meter { terminal: io::stderr().is_terminal(), began: Instant::now(), shown: None }
    }

    pub fn show(&mut self, progress: Progress) {
        let due = self.shown.is_none_or(|shown| shown.elapsed() >= EVERY);
        if self.terminal && due {
            self.write(&format!("\r\x1b[K{}", words(progress, self.began.elapsed())));
            self.shown = Some(Instant::now());
        }
    }

    pub fn clear(&mut self) {
        if self.shown.take().is_some() {
            self.write("\r\x1b[K");
        }
    }

    fn write(&self, text: &str) {
        let mut terminal = io::stderr().lock();
        // A terminal that is gone changes nothing for the import.
        let _ = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush());
    }
}

/// `12.5 of 50.0 MB, 340 conversations, 12.5 MB/s, 3 s left`
fn words(progress: Progress, elapsed: Duration) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let Progress { bytes, total_bytes, conversations } = progress;
    let mut words =
        format!("{:.1} of {:.1} MB, {conversations} conversations", megabytes(bytes), megabytes(total_bytes));
    if elapsed >= SETTLED && bytes > 0 {
        let rate = bytes as f64 / elapsed.as_secs_f64();
        let left = (total_bytes.saturating_sub(bytes) as f64 / rate).ceil() as u64;
        let left = match left {
            0..=99 => format!("{left} s"),
            100..=5999 => format!("{} min", left.div_ceil(60)),
            _ => format!("{} h", left.div_ceil(3600)),
        };
        words.push_str(&format!(", {:.1} MB/s, {left} left", rate / 1e6));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Duration, Progress, words};

    #[test]
    fn the_time_left_follows_from_the_rate_so_far() {
        let progress = Progress { bytes: 12_500_000, total_bytes: 50_000_000, conversations: 340 };
        assert_eq!(words(progress, Duration::from_millis(5)), "12.5 of 50.0 MB, 340 conversations");
        let said = words(progress, Duration::from_secs(2));
        assert_eq!(said, "12.5 of 50.0 MB, 340 conversations, 6.2 MB/s, 6 s left");
        assert!(words(progress, Duration::from_secs(100)).ends_with("0.1 MB/s, 5 min left"));
        let done = Progress { bytes: 50_000_000, ..progress };
        assert!(words(done, Duration::from_secs(2)).ends_with("25.0 MB/s, 0 s left"));
    }
}
