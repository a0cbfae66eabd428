//! What is printed: one line a figure.

use std::time::Duration;

pub fn heading(text: &str) {
    println!("{text}");
    println!("{:<46} {:>14} {:>14} {:>8}  wanted", "", "here", "library", "ratio");
}

/// A figure, the library's, and what one is to the other.
pub fn line(name: &str, here: &str, library: &str, ratio: Option<f64>, wanted: &str) {
    let ratio =
        ratio.map_or(String::new(), |ratio| if ratio < 0.1 { format!("{ratio:.4}") } else { format!("{ratio:.2}") });
    println!("{name:<46} {here:>14} {library:>14} {ratio:>8}  {wanted}");
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

/// Bytes of memory that this process holds, where Linux tells it.
pub fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

pub fn memory(before: Option<u64>, after: Option<u64>) {
    if let (Some(before), Some(after)) = (before, after) {
        let note = format!("at most 60 MB, beside the {} that the texts here are made of", megabytes(before));
        line("memory resident after all that", &megabytes(after), "", None, &note);
    }
}
