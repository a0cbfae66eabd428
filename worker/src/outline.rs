use crate::{
    host::{Files, Host},
    pace::Pace,
};
use aios_import::{Item, Reader, Summary};
use aios_model::{ImportReport, ImportStatus, Location, OutlineItem, ReportItem, Warning};
use aios_protocol::{
    import::{Compare, CompareKey},
    worker::Event,
};
use std::{cell::Cell, collections::BTreeMap};

/// How many conversations are told of at once.
const PIECE: usize = 200;

/// Reads files and tells the page what is in them.
pub(crate) async fn outline<H: Host>(host: &H, job: u32, files: &H::Files, cancelled: &Cell<bool>) {
    let mut reader = Reader::new(files.inputs());
    let mut pass = Outline { host, job, piece: Vec::new(), warnings: Vec::new(), skipped: BTreeMap::new(), ask: true };
    let mut refused = Vec::new();
    let mut pace = Pace::new(host, job, files, cancelled);
    while let Some(item) = reader.next() {
        match item {
            Item::Conversation(found) => {
                pass.piece.push(found.outline());
                if pass.piece.len() == PIECE {
                    pass.tell().await;
                }
            }
            Item::Left(report, location) => pass.left(*report, location),
            Item::Warning(warning) => pass.warnings.push(warning),
            Item::Refused(location, sentence) => refused.push((location, sentence)),
            Item::Working => {}
        }
        if !pace.go_on(&reader).await {
            let report = ImportReport { warnings: pass.warnings, ..ImportReport::default() };
            host.post(&Event::Committed { job, cancelled: true, report });
            return;
        }
    }
    pass.tell().await;
    pace.report(&reader);
    let mut warnings = pass.finish();
    warnings.extend(unknown(&reader.summary()));
    host.post(&Event::Outlined { job, warnings, refused });
}

struct Outline<'a, H> {
    host: &'a H,
    job: u32,
    piece: Vec<OutlineItem>,
    warnings: Vec<Warning>,
    /// Why conversations are skipped: of the first one the place, and how many there are.
    skipped: BTreeMap<String, (Location, u64)>,
    /// The server answers such questions.
    ask: bool,
}

impl<H: Host> Outline<'_, H> {
    /// Tells the page of the conversations at hand.
    async fn tell(&mut self) {
        let items = std::mem::take(&mut self.piece);
        if items.is_empty() {
            return;
        }
        let mut novelties = Vec::new();
        if self.ask {
            let key = |item: &OutlineItem| CompareKey {
                source: item.source.clone(),
                source_id: item.source_id.clone(),
                content_hash: item.content_hash.clone(),
            };
            let compare = Compare { keys: items.iter().map(key).collect() };
            match self.host.compare(&compare).await {
                Ok(compared) if compared.novelties.len() == items.len() => novelties = compared.novelties,
                // What is new cannot be told then; storing says it anyway.
                _ => self.ask = false,
            }
        }
        self.host.post(&Event::Found { job: self.job, items, novelties });
    }

    fn left(&mut self, report: ReportItem, location: Location) {
        let reason = report.reason.unwrap_or_default();
        if report.status == ImportStatus::Skipped {
            // Exports are full of conversations without a word: one line is enough here; the report of the commit has them all.
            self.skipped.entry(reason).or_insert((location, 0)).1 += 1;
        } else {
            self.warnings.push(Warning { location, message: format!("This conversation is left out. {reason}") });
        }
    }

    fn finish(self) -> Vec<Warning> {
        let mut warnings = self.warnings;
        for (reason, (location, count)) in self.skipped {
            warnings.push(match count {
                1 => Warning { location, message: format!("This conversation is left out. {reason}") },
                _ => Warning {
                    location: Location { file: location.file, ..Location::default() },
                    message: format!("{count} conversations are left out. {reason}"),
                },
            });
        }
        warnings
    }
}

/// A line about fields and types that this version does not know.
pub(crate) fn unknown(summary: &Summary) -> Option<Warning> {
    let names: Vec<String> =
        summary.unknown.iter().take(20).map(|(name, count)| format!("{name} ({count} times)")).collect();
    let more = summary.unknown.len().saturating_sub(names.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!(
        "There are things in these exports that this version does not know: {}{rest}. Their text was kept.",
        names.join(", ")
    );
    (!names.is_empty()).then(|| Warning { location: Location::default(), message })
}
