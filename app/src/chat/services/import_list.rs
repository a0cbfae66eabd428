//! Makes what is shown of imports from what is stored of them.

use crate::chat::{
    types::imports::{ImportLine, ImportList},
    utils::numbers::{counted, grouped},
};
use aios_model::{BatchPage, BatchState, ImportBatch};

/// The imports as they are shown.
pub fn import_list(page: BatchPage) -> ImportList {
    ImportList {
        lines: page.batches.into_iter().map(import_line).collect(),
        // Ids are made by clients.
        next: page.next.map(|next| format!("/imports?before={}&id={}", next.started.milliseconds(), encoded(&next.id))),
    }
}

/// A value for the query of an address.
pub(super) fn encoded(id: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    id.bytes().map(byte).collect()
}

fn import_line(batch: ImportBatch) -> ImportLine {
    let (state, state_words) = match batch.state {
        BatchState::Unfinished => {
            ("unfinished", "not finished: what was stored is here; import the same files again to go on")
        }
        BatchState::Finished => ("finished", "finished"),
        BatchState::Cancelled => ("cancelled", "cancelled: what was stored before that is here"),
        BatchState::Undoing => ("undoing", "half undone: undo it again to go on"),
        BatchState::Undone => ("undone", "undone"),
    };
    let outcome = match (batch.state, &batch.undone) {
        (BatchState::Undone, Some(undone)) => format!("{undone}."),
        _ => format!("{}; brought {}.", became(&batch), brought(&batch)),
    };
    ImportLine {
        names: batch.names(),
        state: state.to_owned(),
        state_words: state_words.to_owned(),
        outcome,
        has_report: batch.has_report,
        can_be_undone: batch.state != BatchState::Undone,
        id: batch.id,
        started: batch.started,
    }
}

/// What became of the conversations in its files.
fn became(batch: &ImportBatch) -> String {
    let totals = &batch.totals;
    let counts = [
        (totals.imported, "imported"),
        (totals.updated, "updated"),
        (totals.unchanged, "unchanged"),
        (totals.skipped, "skipped"),
        (totals.failed, "failed"),
    ];
    let told = counts.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, word)| format!("{} {word}", grouped(count))).collect();
    if told.is_empty() { "no conversation was stored".to_owned() } else { told.join(", ") }
}

/// What is here through it.
fn brought(batch: &ImportBatch) -> String {
    let mut brought = vec![counted(batch.conversations, "conversation"), counted(batch.turns, "turn")];
    if batch.stored_files > 0 {
        brought.push(counted(batch.stored_files, "file"));
    }
    brought.join(", ")
}

#[cfg(test)]
mod tests {
    use super::import_list;
    use aios_model::{BatchCursor, BatchPage, BatchState, ImportBatch, ImportTotals, Timestamp, Undone};

    fn batch(state: BatchState) -> ImportBatch {
        ImportBatch {
            id: "i".to_owned(),
            started: Timestamp::from_milliseconds(1),
            ended: None,
            state,
            files: (0..7).map(|number| format!("{number}.json")).collect(),
            totals: ImportTotals { imported: 2, skipped: 1, ..ImportTotals::default() },
            conversations: 2,
            turns: 1,
            stored_files: 0,
            has_report: false,
            undone: (state == BatchState::Undone).then(|| Undone { turns: 3, ..Undone::default() }),
        }
    }

    #[test]
    fn an_import_is_told_in_words() {
        let batches = vec![batch(BatchState::Unfinished), batch(BatchState::Undone)];
        let next = BatchCursor { started: Timestamp::from_milliseconds(7), id: "a&b".to_owned() };
        let list = import_list(BatchPage { batches, next: Some(next) });
        assert_eq!(list.next.as_deref(), Some("/imports?before=7&id=a%26b"));
        let [unfinished, undone] = list.lines.as_slice() else { panic!("{list:?}") };
        assert_eq!(unfinished.names, "7 files: 0.json, 1.json, 2.json, …");
        assert_eq!(unfinished.outcome, "2 imported, 1 skipped; brought 2 conversations, 1 turn.");
        assert!(unfinished.state_words.starts_with("not finished") && unfinished.can_be_undone);
        assert_eq!((undone.outcome.as_str(), undone.can_be_undone), ("3 turns went.", false));
    }
}
