//! What is printed: one line a figure, and on standard error what is being done.

use std::time::Duration;

pub fn heading(text: &str) {
    println!("{text}");
    println!("{:<52} {:>12} {:>12} {:>8}  wanted", "", "here", "library", "ratio");
}

/// Says what is being done now.
pub fn progress(what: &str) {
    eprintln!("bench-store: {what} …");
}

/// A figure, the library's, and what one is to the other.
pub fn line(name: &str, here: &str, library: &str, ratio: Option<f64>, wanted: &str) {
    let ratio =
        ratio.map_or(String::new(), |ratio| if ratio < 0.1 { format!("{ratio:.4}") } else { format!("{ratio:.2}") });
    println!("{name:<52} {here:>12} {library:>12} {ratio:>8}  {wanted}");
}

pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

pub fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64().max(1e-9)
}

/// `one` to `other`.
pub fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

pub fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Bytes of memory that a process holds, and the most that it held.
pub struct Memory {
    pub now: u64,
    pub most: u64,
}

/// The memory of the process with this number (or `self`), where Linux tells it.
pub fn memory(process: &str) -> Option<Memory> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    };
    Some(Memory { now: bytes("VmRSS:")?, most: bytes("VmHWM:")? })
}
