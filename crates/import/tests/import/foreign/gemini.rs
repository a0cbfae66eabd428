//! What nobody of this project wrote of Gemini.

use super::read;
use aios_import::Item;
use aios_model::{Part, Role, turns};
use std::{fs, path::Path};

/// The files: conversations, messages in them all, and conversations that are left out.
const EXPECTED: [(&str, usize, usize, usize); 13] = [
    ("gemini/Maple1222__ai-collab-review__gemini_export.json", 1, 5, 0),
    // One of the five chunks is empty.
    ("gemini/Sinity__polylogue__aistudio-branching_session.json", 1, 4, 0),
    ("gemini/Sinity__polylogue__aistudio-code_execution_prompt.json", 1, 5, 0),
    ("gemini/Sinity__polylogue__aistudio-code_execution_session.json", 1, 4, 0),
    ("gemini/Sinity__polylogue__aistudio-drive-hinted.json", 1, 2, 0),
    ("gemini/Sinity__polylogue__aistudio-drive.json", 1, 2, 0),
    ("gemini/Sinity__polylogue__aistudio-multi_turn_prompt.json", 1, 5, 0),
    ("gemini/Sinity__polylogue__aistudio-text_only_prompt.json", 1, 4, 0),
    ("gemini/Sinity__polylogue__aistudio-text_only_session.json", 1, 2, 0),
    // Only one of the three rows is of Gemini, and it has no answer.
    ("gemini/joeamroo__knowledgemaxxing__MyActivity.json", 1, 1, 0),
    ("gemini/ragaeeb__blackiya__sample_gemini_conversation.txt", 0, 0, 0),
    ("other/Sinity__polylogue__gemini-cli-session.json", 1, 2, 0),
    ("other/seanrobertwright__420AI__gemini-cli-sample-session.json", 1, 3, 0),
];

#[test]
fn foreign_exports_of_gemini_have_the_counts_that_are_stated() {
    for (name, expected, messages, left) in EXPECTED {
        let Some((found, items)) = read(name) else { continue };
        let sum: usize = found.iter().map(|conversation| conversation.messages.len()).sum();
        let out = items.iter().filter(|item| matches!(item, Item::Left(..))).count();
        assert_eq!((found.len(), sum, out), (expected, messages, left), "{name}: {items:#?}");
        assert!(found.iter().all(|conversation| conversation.source.as_str() == "gemini"), "{name}");
        let refused = items.iter().any(|item| matches!(item, Item::Refused(..)));
        assert_eq!(refused, expected == 0, "{name}: {items:#?}");
    }
}

#[test]
fn every_foreign_export_of_gemini_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/gemini");
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files {
        let name = format!("gemini/{}", file.unwrap().file_name().to_string_lossy());
        assert!(EXPECTED.iter().any(|(known, ..)| *known == name), "{name}");
    }
}

#[test]
fn of_a_mixed_activity_only_gemini_is_taken_and_the_rest_counted() {
    let Some((found, items)) = read("gemini/joeamroo__knowledgemaxxing__MyActivity.json") else { return };
    assert_eq!(turns(&found[0]).turns[0].user_text(), "what should I read to understand progress studies");
    let warned = |item: &Item| matches!(item, Item::Warning(warning) if warning.message.contains("2 rows of other Google products"));
    assert!(items.iter().any(warned), "{items:#?}");
}

#[test]
fn branches_errors_and_sources_of_ai_studio_are_kept() {
    let Some((found, _)) = read("gemini/Sinity__polylogue__aistudio-branching_session.json") else { return };
    let conversation = &found[0];
    assert_eq!(conversation.title.as_deref(), Some("Branching Gemini session"));
    let answers = |id: &str| conversation.messages.iter().filter(|one| one.parent.as_deref() == Some(id)).count();
    assert_eq!(answers("chunk-user-1"), 2);
    let parts = || conversation.messages.iter().flat_map(|message| &message.parts);
    assert!(
        parts()
            .any(|part| matches!(part, Part::Citation { url: Some(url), .. } if url == "https://example.com/source"))
    );
    assert!(parts().any(|part| matches!(part, Part::Unsupported { text, .. } if text == "Stream interrupted")));
}

#[test]
fn code_results_and_thoughts_of_ai_studio_are_told_apart() {
    let Some((found, _)) = read("gemini/Sinity__polylogue__aistudio-code_execution_session.json") else { return };
    let parts: Vec<&Part> = found[0].messages.iter().flat_map(|message| &message.parts).collect();
    assert!(matches!(
        parts.as_slice(),
        [Part::Text { .. }, Part::Reasoning { .. }, Part::Text { .. }, Part::Code { .. }, Part::ToolResult { output, .. }, Part::Text { .. }]
            if output == "55"
    ));
}

#[test]
fn the_thought_in_a_capture_is_reasoning() {
    let Some((found, _)) = read("gemini/Maple1222__ai-collab-review__gemini_export.json") else { return };
    let message = &found[0].messages[3];
    assert_eq!(message.role, Role::Assistant);
    assert!(matches!(&message.parts[..], [Part::Reasoning { text, .. }] if text == "internal reasoning..."));
}
