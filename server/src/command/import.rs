//! `import`.

use super::{
    Error,
    output::{self, plain, print},
    with_chat,
};
use crate::settings::arguments::{ImportOptions, SharedOptions};
use aios_chat::import::{self, ImportConvos, Imported, Progress};
use aios_model::{ImportReport, ImportStatus, Location, ReportItem, Warning};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    time::{Duration, Instant},
};

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    /// Files in which no conversation was found, and why.
    refused: Vec<Warning>,
    /// Fields and types that this version does not know, and how often.
    unknown: &'a BTreeMap<String, u64>,
    /// What lies beside conversations in the files and is not imported.
    beside: &'a [(Location, String)],
}

/// Imports files, says what became of everything, and tells by the exit status whether any conversation of them is in the history now.
pub(super) fn run(shared: SharedOptions, options: ImportOptions) -> Result<ExitCode, Error> {
    let how = import::ImportOptions { dry_run: options.dry_run, feeds: options.feeds };
    let mut meter = Meter::new();
    let imported = with_chat(shared, async |chat| {
        Ok(ImportConvos::import_conversations(chat, &options.files, how, |progress| meter.show(progress)).await?)
    });
    meter.clear();
    let imported = imported?;
    if options.json {
        let refused =
            |(location, message): &(Location, String)| Warning { location: location.clone(), message: message.clone() };
        let report = Report {
            report: &imported.report,
            refused: imported.refused.iter().map(refused).collect(),
            unknown: &imported.unknown,
            beside: &imported.beside,
        };
        print(&format!("{}\n", output::json(&report)?))?;
    } else {
        print(&ledger(&imported, options.dry_run))?;
    }
    let totals = imported.report.totals;
    let any = totals.imported + totals.updated + totals.unchanged > 0;
    Ok(if any { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A line for each conversation, then what went wrong, then the sums.
fn ledger(imported: &Imported, dry_run: bool) -> String {
    let mut lines: Vec<String> = imported.report.conversations.iter().map(line).collect();
    for Warning { location, message } in &imported.report.warnings {
        lines.push(format!("note       {}: {}", plain(&location.to_string()), plain(message)));
    }
    for (location, what) in &imported.beside {
        lines.push(format!("beside     {}: {}", plain(&location.to_string()), plain(what)));
    }
    for (location, why) in &imported.refused {
        lines.push(format!("refused    {}: {}", plain(&location.to_string()), plain(why)));
    }
    let totals = imported.report.totals;
    let would = if dry_run { "Nothing was stored, as asked. It would be: " } else { "" };
    lines.push(format!(
        "{would}{} imported, {} updated, {} unchanged, {} skipped, {} failed.",
        totals.imported, totals.updated, totals.unchanged, totals.skipped, totals.failed
    ));
    if !dry_run && totals.imported + totals.updated + totals.unchanged == 0 {
        lines.push("Nothing was stored.".to_owned());
    }
    lines.push(String::new());
    lines.join("\n")
}

/// `imported   2026-01-31    12 turns  chatgpt     Title`
fn line(item: &ReportItem) -> String {
    let status = match item.status {
        ImportStatus::Imported => "imported",
        ImportStatus::Updated => "updated",
        ImportStatus::Unchanged => "unchanged",
        ImportStatus::Skipped => "skipped",
        ImportStatus::Failed => "failed",
    };
    let date = item.updated.or(item.created).map(|time| time.to_string());
    let mut line = format!(
        "{status:<9}  {:<10}  {:>5} turns  {:<10}  {}",
        date.as_deref().and_then(|date| date.get(..10)).unwrap_or(""),
        item.turns,
        plain(item.source.as_str()),
        plain(item.title.as_deref().unwrap_or("(no title)")),
    );
    if let Some(reason) = &item.reason {
        line.push_str(": ");
        line.push_str(&plain(reason));
    }
    line
}

/// How far it is, on the last line of a terminal.
struct Meter {
    terminal: bool,
    shown: Option<Instant>,
}

impl Meter {
    fn new() -> Meter {
        Meter { terminal: io::stderr().is_terminal(), shown: None }
    }

    fn show(&mut self, progress: Progress) {
        let due = self.shown.is_none_or(|shown| shown.elapsed() >= Duration::from_millis(100));
        if self.terminal && due {
            let megabytes = |bytes: u64| bytes as f64 / 1e6;
            self.write(&format!(
                "\r\x1b[K{:.1} of {:.1} MB, {} conversations",
                megabytes(progress.bytes),
                megabytes(progress.total_bytes),
                progress.conversations
            ));
            self.shown = Some(Instant::now());
        }
    }

    fn clear(&mut self) {
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
