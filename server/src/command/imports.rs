//! `imports` and `undo`.

use super::{
    Error,
    output::{self, plain, print},
    with_chat,
};
use crate::settings::arguments::{ListImportsOptions, SharedOptions, UndoOptions};
use aios_model::{BatchState, ImportBatch};

/// How many lines are read at a time.
const PAGE: u32 = 100;

/// Lists imports page by page.
pub(super) fn list(shared: SharedOptions, options: ListImportsOptions) -> Result<(), Error> {
    with_chat(shared, async |chat| {
        let mut after = None;
        let mut separator = "[\n";
        loop {
            let page = chat.imports(after, PAGE).await?;
            let mut text = String::new();
            for batch in &page.batches {
                if options.json {
                    text.push_str(separator);
                    text.push_str(&output::json(batch)?);
                    separator = ",\n";
                } else {
                    text.push_str(&line(batch));
                }
            }
            print(&text)?;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        match (options.json, separator) {
            (true, "[\n") => print("[]\n"),
            (true, _) => print("\n]\n"),
            (false, _) => Ok(()),
        }
    })
}

/// Undoes an import and says what went.
pub(super) fn undo(shared: SharedOptions, options: UndoOptions) -> Result<(), Error> {
    with_chat(shared, async |chat| {
        let batch = chat.undo_import(&options.import).await?;
        if options.json {
            return print(&format!("{}\n", output::json(&batch)?));
        }
        print(&format!("Undone: {}.\n", batch.undone.unwrap_or_default()))
    })
}

/// `2026-01-31 12:00  ID  finished    12 conversations    340 turns  export.zip`; the time is UTC.
fn line(batch: &ImportBatch) -> String {
    let time = batch.started.to_string();
    let (date, time) = (time.get(..10).unwrap_or_default(), time.get(11..16).unwrap_or_default());
    let state = match batch.state {
        BatchState::Unfinished => "not finished",
        BatchState::Finished => "finished",
        BatchState::Cancelled => "cancelled",
        BatchState::Undoing => "undone in part",
        BatchState::Undone => "undone",
    };
    format!(
        "{date} {time}  {}  {state:<14}  {:>5} conversations  {:>6} turns  {}\n",
        plain(&batch.id),
        batch.conversations,
        batch.turns,
        plain(&batch.names())
    )
}
