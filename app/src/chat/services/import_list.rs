//! Makes what is shown of imports from what is stored of them.

use crate::{
    chat::types::imports::{ImportLine, ImportList},
    texts::texts,
};
use aios_model::{BatchPage, BatchState, ImportBatch, Undone};

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
    let texts = texts();
    let (state, state_words) = match batch.state {
        BatchState::Unfinished => ("unfinished", texts.batch_unfinished()),
        BatchState::Finished => ("finished", texts.batch_finished()),
        BatchState::Cancelled => ("cancelled", texts.batch_cancelled()),
        BatchState::Undoing => ("undoing", texts.batch_undoing()),
        BatchState::Undone => ("undone", texts.batch_undone()),
    };
    let outcome = match (batch.state, &batch.undone) {
        (BatchState::Undone, Some(undone)) => format!("{}.", went(undone)),
        _ => texts.batch_outcome(&became(&batch), &brought(&batch)),
    };
    ImportLine {
        names: names(&batch.files),
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
    let (texts, totals) = (texts(), &batch.totals);
    let counts = [
        (totals.imported, texts.state_imported()),
        (totals.updated, texts.state_updated()),
        (totals.unchanged, texts.state_unchanged()),
        (totals.skipped, texts.state_skipped()),
        (totals.failed, texts.state_failed()),
    ];
    let told = counts.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told.map(|(count, word)| texts.so_many(count, word)).collect();
    if told.is_empty() { texts.no_conversation_stored().to_owned() } else { told.join(texts.comma()) }
}

/// What is here through it.
fn brought(batch: &ImportBatch) -> String {
    let texts = texts();
    let mut brought = vec![texts.conversation_count(batch.conversations), texts.turn_count(batch.turns)];
    if batch.stored_files > 0 {
        brought.push(texts.file_count(batch.stored_files));
    }
    brought.join(texts.comma())
}

/// What undoing it took away, and what it left.
fn went(undone: &Undone) -> String {
    let texts = texts();
    let Undone { conversations, turns, ratings, files, kept, .. } = *undone;
    let things = [
        (conversations, texts.conversation_count(conversations)),
        (turns, texts.turn_count(turns)),
        (ratings, texts.rating_count(ratings)),
        (files, texts.file_count(files)),
    ];
    let things: Vec<String> = things.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    let went = match things.is_empty() {
        true => texts.batch_nothing_went().to_owned(),
        false => texts.batch_went(&things.join(texts.comma())),
    };
    if kept == 0 { went } else { went + &texts.batch_kept(kept) }
}

/// Names of its files, as many as a line holds.
fn names(files: &[String]) -> String {
    let texts = texts();
    match files {
        [] => texts.files_unnamed().to_owned(),
        [first, second, third, _, ..] => {
            let count = u32::try_from(files.len()).unwrap_or(u32::MAX);
            texts.files_named(count, &[first.as_str(), second, third].join(", "))
        }
        few => few.join(", "),
    }
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
