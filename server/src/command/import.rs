//! `import`.

use super::{
    Error,
    meter::Meter,
    output::{self, plain, print},
    with_chat,
};
use crate::settings::arguments::{ImportOptions, SharedOptions};
use aios_chat::import::{self, ImportConvos, Imported};
use aios_model::{ImportStatus, ReportItem, Warning};
use std::{
    ops::ControlFlow,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// What a program ends with that was interrupted: 128 and the number of the signal.
const INTERRUPTED: u8 = 130;

/// Imports files, says what became of everything, and tells by the exit status whether any conversation of them is in the history now.
pub(super) fn run(shared: SharedOptions, options: ImportOptions) -> Result<ExitCode, Error> {
    let how = import::ImportOptions { dry_run: options.dry_run, feeds: options.feeds };
    let mut meter = Meter::new();
    let imported = with_chat(shared, async |chat| {
        let interrupted = interrupts();
        let progress = |progress| {
            meter.show(progress);
            if interrupted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        Ok(ImportConvos::import_conversations(chat, &options.files, how, progress).await?)
    });
    meter.clear();
    let imported = imported?;
    if options.json {
        print(&format!("{}\n", output::json(&imported.report)?))?;
    } else {
        print(&ledger(&imported, options.dry_run))?;
    }
    let totals = imported.report.totals;
    let any = totals.imported + totals.updated + totals.unchanged > 0;
    Ok(match (imported.stopped, any) {
        (true, _) => ExitCode::from(INTERRUPTED),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::FAILURE,
    })
}

/// Becomes true when the person asks the program to end. The import then ends after the conversation at hand, and says what is stored; a second
/// time ends the program at once, which costs the batch at hand.
fn interrupts() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let heard = interrupted.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if heard.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(INTERRUPTED));
            }
        }
    });
    interrupted
}

/// A line for each conversation, then what went wrong, then the sums.
fn ledger(imported: &Imported, dry_run: bool) -> String {
    let report = &imported.report;
    let mut lines: Vec<String> = report.conversations.iter().map(line).collect();
    for (word, notes) in [("note", &report.warnings), ("beside", &report.beside), ("refused", &report.refused)] {
        for Warning { location, message } in notes {
            let place = Some(location.to_string()).filter(|place| !place.is_empty());
            let place = place.map(|place| format!("{}: ", plain(&place))).unwrap_or_default();
            lines.push(format!("{word:<9}  {place}{}", plain(message)));
        }
    }
    if !report.unknown.is_empty() {
        let names: Vec<_> = report.unknown.keys().take(20).map(|name| plain(name)).collect();
        lines.push(format!(
            "unknown    {} fields or types that this version does not know, maybe of a new form of export: {}",
            report.unknown.len(),
            names.join(", ")
        ));
    }
    if imported.stopped {
        lines.push(
            "It was interrupted. What is stored stays, and importing the same files again goes on from there."
                .to_owned(),
        );
    }
    let totals = report.totals;
    let would = if dry_run { "Nothing was stored, as asked. It would be: " } else { "" };
    lines.push(format!(
        "{would}{} imported, {} updated, {} unchanged, {} skipped, {} failed.",
        totals.imported, totals.updated, totals.unchanged, totals.skipped, totals.failed
    ));
    if !dry_run && totals.imported + totals.updated + totals.unchanged == 0 {
        lines.push("Nothing was stored.".to_owned());
    } else if let Some(batch) = imported.batch.as_ref().filter(|batch| batch.turns + batch.stored_files > 0) {
        lines.push(format!("To take it back: aios-chat undo {}", plain(&batch.id)));
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
        "{status:<9}  {:<10}  {:>5} {:<5}  {:<10}  {}",
        date.as_deref().and_then(|date| date.get(..10)).unwrap_or(""),
        item.turns,
        if item.turns == 1 { "turn" } else { "turns" },
        plain(item.source.as_str()),
        plain(item.title.as_deref().unwrap_or("(no title)")),
    );
    if let Some(reason) = &item.reason {
        line.push_str(": ");
        line.push_str(&plain(reason));
        if let Some(location) = item.location.as_ref().filter(|_| item.status == ImportStatus::Failed) {
            line.push_str(&format!(" ({})", plain(&location.to_string())));
        }
    }
    line
}
