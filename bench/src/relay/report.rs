//! The table at the end: every figure with its goal.

use std::time::Duration;

/// What was measured.
#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
}

struct Line {
    name: String,
    figure: String,
    goal: String,
    /// Whether the goal is met; `None` for what only says how things are.
    met: Option<bool>,
}

impl Report {
    /// A figure with a goal.
    pub fn goal(&mut self, name: &str, figure: String, goal: &str, met: bool) {
        self.add(name, figure, goal, Some(met));
    }

    /// A figure to understand the others by.
    pub fn note(&mut self, name: &str, figure: String) {
        self.add(name, figure, "", None);
    }

    fn add(&mut self, name: &str, figure: String, goal: &str, met: Option<bool>) {
        eprintln!("  {name}: {figure}");
        self.lines.push(Line { name: name.to_owned(), figure, goal: goal.to_owned(), met });
    }

    /// Prints it.
    pub fn print(&self) {
        println!("{:<62} {:>22}  goal", "", "");
        for Line { name, figure, goal, met } in &self.lines {
            let verdict = if *met == Some(false) { "   MISSED" } else { "" };
            println!("{name:<62} {figure:>22}  {goal}{verdict}");
        }
    }
}

/// Times in microseconds, sorted; some may be below nothing.
pub struct Distribution(Vec<f64>);

impl Distribution {
    pub fn of(mut microseconds: Vec<f64>) -> Distribution {
        microseconds.sort_by(f64::total_cmp);
        Distribution(microseconds)
    }

    /// The value that the share `part` of all is not above.
    pub fn at(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let index = (part * last as f64).round() as usize;
        self.0.get(index.min(last)).copied().unwrap_or(f64::NAN)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

pub fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Microseconds as a person reads them.
pub fn time(microseconds: f64) -> String {
    if microseconds.abs() < 1000.0 {
        format!("{microseconds:.0} µs")
    } else {
        format!("{:.2} ms", microseconds / 1000.0)
    }
}

pub fn kilobytes(bytes: f64) -> String {
    format!("{:.1} KB", bytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::Distribution;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values = Distribution::of((0..=100).rev().map(f64::from).collect());
        assert_eq!([values.at(0.0), values.at(0.5), values.at(0.99), values.at(1.0)], [0.0, 50.0, 99.0, 100.0]);
        assert!(Distribution::of(Vec::new()).at(0.5).is_nan());
    }
}
