use super::target::{Pointer, RawRange, Target};
use crate::{
    lenient::{List, Number, Text, lenient_object},
    providers::local::list_or_object,
};
use aios_model::Part;

lenient_object! {
    /// A change of a text, or of the cells of a notebook.
    struct RawEdit<'de> {
        "text" => text: Text<'de>,
        "range" => range: RawRange<'de>,
        "cells" => cells: List<RawCell<'de>>,
        "index" => index: Number,
    }
}

lenient_object! {
    struct RawCell<'de> {
        "source" => source: Text<'de>,
    }
}

lenient_object! {
    /// A file that was made, removed or renamed.
    struct RawFileEdit<'de> {
        "oldResource" => old: Pointer<'de>,
        "newResource" => new: Pointer<'de>,
    }
}

/// Changes that were made in one go, or one change of a file.
#[derive(Default)]
pub(crate) struct Edits<'de> {
    edits: Vec<RawEdit<'de>>,
    file: RawFileEdit<'de>,
}

list_or_object!(Edits,
    edits => Edits { edits, file: RawFileEdit::default() },
    file => Edits { edits: Vec::new(), file });

/// What the model wrote into a file, as a call of a tool: the name of the file, then each run of lines with where it was put.
pub(super) fn convert(kind: &str, uri: &Pointer<'_>, groups: &[Edits<'_>]) -> Option<Part> {
    let mut input = Target::of(uri).map(|target| target.name).unwrap_or_default();
    let mut line = |text: &str| {
        if !input.is_empty() && !input.ends_with('\n') {
            input.push('\n');
        }
        input.push_str(text);
    };
    for renamed in groups.iter().map(|group| &group.file) {
        let name = |pointer| Target::of(pointer).map(|target| target.name);
        match (name(&renamed.old), name(&renamed.new)) {
            (Some(old), Some(new)) => line(&format!("{old} → {new}")),
            (Some(old), None) => line(&format!("− {old}")),
            (None, Some(new)) => line(&format!("+ {new}")),
            (None, None) => {}
        }
    }
    // Where the run at hand ends. While an answer streams, each line is a change of its own.
    let mut end = None;
    let mut run = String::new();
    for edit in groups.iter().flat_map(|group| &group.edits) {
        for cell in edit.cells.0.iter().filter_map(|cell| cell.source.filled()) {
            let at = edit.index.count().map(|index| format!(" {}", index.saturating_add(1))).unwrap_or_default();
            line(&format!("@@ cell{at} @@\n{cell}"));
        }
        let Some(text) = edit.text.0.as_deref() else { continue };
        let start = line_number(&edit.range.start).unwrap_or(0);
        let last = line_number(&edit.range.end).unwrap_or(start);
        if end != Some(start) {
            line(&std::mem::take(&mut run));
            run = if last > start { format!("@@ lines {start}-{last} @@\n") } else { format!("@@ line {start} @@\n") };
        }
        run.push_str(text);
        // A line break at the end of a run or at the beginning of what follows: both go on.
        end = start.checked_add(text.matches('\n').count().max(1) as u64);
    }
    line(&run);
    (!input.is_empty()).then(|| Part::ToolCall { id: None, name: kind.to_owned(), input })
}

fn line_number(number: &Text<'_>) -> Option<u64> {
    number.as_str().parse().ok()
}
