//! An import, step by step.

use super::{
    Case, case,
    made_up::{NOW, long_word},
};
use crate::chat::{
    components::import_modal::{ImportHead, stage_view},
    hooks::use_import::{ImportFlow, Stage},
};
use aios_model::{ImportTotals, Location, Source, Warning};
use aios_protocol::worker::{Committed, Count, Ending, Line, LineState, Outlined, Reached, Window};
use leptos::prelude::*;

pub(super) const CASES: &[Case] = &[
    case("Import: files are wanted", || step(Stage::Drop, |_| {})),
    case("Import: the first bytes", || step(Stage::Reading, |import| import.files.set("export.zip".to_owned()))),
    case("Import: half is read", || step(Stage::Reading, half)),
    case("Import: stopping", || {
        step(Stage::Storing, |import| {
            half(import);
            import.is_stopping.set(true);
        })
    }),
    case("Import: found", || step(Stage::Choose, found)),
    case("Import: nothing in it", || {
        step(Stage::Choose, |import| {
            let refused = ["holiday.json", "notes.txt"].map(|file| warning(file, "No conversation is in this file."));
            import.outlined.set(Outlined { refused: refused.into(), ..Outlined::default() });
        })
    }),
    case("Import: a database", || {
        step(Stage::Choose, |import| {
            import.outlined.set(Outlined { databases: vec!["state.db".to_owned()], ..Outlined::default() });
        })
    }),
    case("Import: done", || step(Stage::Done, |import| done(import, Ending::Done, totals()))),
    case("Import: done, all was here", || {
        step(Stage::Done, |import| {
            done(import, Ending::Done, ImportTotals { unchanged: 109, ..ImportTotals::default() })
        })
    }),
    case("Import: cancelled", || step(Stage::Done, |import| done(import, Ending::Cancelled, totals()))),
    case("Import: ended early", || {
        step(Stage::Done, |import| {
            let reason = "The disk of the server is full. What was stored until then stays; make room and import the same files again.";
            done(import, Ending::Failed(reason.to_owned()), totals());
        })
    }),
];

fn step(stage: Stage, prepare: impl FnOnce(ImportFlow)) -> AnyView {
    let import = ImportFlow::expect();
    import.stage.set(stage);
    prepare(import);
    view! { <dialog class="import-modal" open aria-label="Import"><ImportHead/>{stage_view(stage)}</dialog> }.into_any()
}

fn half(import: ImportFlow) {
    import.files.set("conversations-000.json, conversations-001.json and 12 more".to_owned());
    import.reached.set(Reached {
        bytes: 2_100_000_000,
        total_bytes: 4_200_000_000,
        conversations: 48_211,
        stored_files: 37,
        rate: 61_000_000,
        seconds_left: Some(34),
    });
}

fn found(import: ImportFlow) {
    let count = |source: &'static str, state, conversations| Count {
        source: Source::new(source),
        state,
        conversations,
        turns: conversations * 9,
    };
    import.outlined.set(Outlined {
        counts: vec![
            count("chatgpt", LineState::New, 1204),
            count("chatgpt", LineState::Changed, 12),
            count("chatgpt", LineState::Failed, 1),
            count("claude", LineState::Same, 310),
            count("claude", LineState::Empty, 4),
        ],
        warnings: vec![warning("export.zip", "Two pictures are named and are not in the archive.")],
        ..Outlined::default()
    });
    import.window.set(window([LineState::New, LineState::Changed, LineState::Same]));
}

fn done(import: ImportFlow, ending: Ending, totals: ImportTotals) {
    import.committed.set(Some(Committed {
        ending,
        totals,
        stored_files: 37,
        warnings: vec![warning("export.zip", "A date was not one; the time of the message before was taken.")],
        unknown: vec!["content_type hologram (3)".to_owned()],
        report: String::new(),
    }));
    import.window.set(window([LineState::Imported, LineState::Updated, LineState::Unchanged]));
}

fn totals() -> ImportTotals {
    ImportTotals { imported: 1204, updated: 12, unchanged: 310, skipped: 4, failed: 1 }
}

fn warning(file: &str, message: &str) -> Warning {
    Warning { location: Location { file: file.to_owned(), ..Location::default() }, message: message.to_owned() }
}

/// The states are those of the first three lines.
fn window(states: [LineState; 3]) -> Window {
    let line = |number, title: Option<String>, state, reason: Option<&str>| Line {
        number,
        source: Source::new(if number % 2 == 0 { "chatgpt" } else { "claude" }),
        title,
        time: Some(NOW),
        turns: 9 * number + 1,
        state,
        chosen: matches!(state, LineState::New | LineState::Changed).then_some(number % 3 != 0),
        session_id: None,
        reason: reason.map(str::to_owned),
    };
    let lines = vec![
        line(0, Some("Nights at the lighthouse".to_owned()), states[0], None),
        line(1, Some(long_word()), states[1], None),
        line(2, None, states[2], None),
        line(3, Some("ليالٍ في المنارة".to_owned()), states[0], None),
        line(
            4,
            Some("Cut off".to_owned()),
            LineState::Failed,
            Some("The file ends in the middle of it (byte 4 194 304)."),
        ),
        line(5, Some("Nothing in it".to_owned()), LineState::Empty, None),
    ];
    Window { first: 0, matching: 1531, chosen: 1216, lines }
}
