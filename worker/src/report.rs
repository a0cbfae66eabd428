use crate::{ledger::Ledger, notes::Notes};
use aios_model::FullReport;

/// Lines that are made JSON at once.
const PIECE: usize = 500;

/// The whole report as a JSON file (a `FullReport`), in pieces: it can be larger than everything else that a job keeps.
pub(crate) fn pieces<'a>(ledger: &'a Ledger, notes: &'a Notes) -> impl Iterator<Item = String> + 'a {
    let mut items = ledger.items().peekable();
    let mut is_first = true;
    let conversations = std::iter::from_fn(move || {
        let mut piece = String::new();
        for item in items.by_ref().take(PIECE) {
            piece.push_str(if std::mem::take(&mut is_first) { "\n" } else { ",\n" });
            // Strings and numbers: they always have a JSON.
            piece.push_str(&serde_json::to_string(item).unwrap_or_default());
        }
        (!piece.is_empty()).then_some(piece)
    });
    let rest = FullReport {
        conversations: Vec::new(),
        totals: ledger.totals(),
        warnings: notes.warnings.clone(),
        refused: notes.refused.clone(),
        unknown: notes.unknown.clone(),
        beside: notes.beside.clone(),
    };
    let rest = serde_json::to_string(&rest).unwrap_or_default();
    let tail = format!("\n]{}", rest.strip_prefix(EMPTY).unwrap_or("}"));
    std::iter::once("{\"conversations\":[".to_owned()).chain(conversations).chain(std::iter::once(tail))
}

/// How a report without conversations begins.
const EMPTY: &str = "{\"conversations\":[]";
