//! The canonical form of small exports, one for each provider and quirk. A changed snapshot is a changed meaning: read it.

use crate::common::{conversations, items};
use aios_import::Item;
use std::fmt::Write;

/// What is read from an export, as far as it is not a conversation, and then the conversations as JSON.
fn canonical(name: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    let items = items(&[(name, bytes)]);
    for item in &items {
        match item {
            Item::Left(report, location) => {
                writeln!(text, "{location}: {:?} {:?}", report.status, report.reason).unwrap();
            }
            Item::Warning(warning) => writeln!(text, "{}: {}", warning.location, warning.message).unwrap(),
            Item::Conversation(_) => {}
            other => panic!("{other:?}"),
        }
    }
    for conversation in conversations(&items) {
        text.push_str(&serde_json::to_string_pretty(conversation).unwrap());
        text.push('\n');
    }
    text
}

macro_rules! exports {
    ($($name:ident: $provider:literal / $file:literal;)*) => {
        $(#[test]
        fn $name() {
            let bytes = include_bytes!(concat!("../fixtures/", $provider, "/", $file));
            insta::with_settings!({ snapshot_path => concat!("../fixtures/", $provider), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(stringify!($name), canonical($file, bytes));
            });
        })*
    };
}

exports! {
    chatgpt_branches_tools_and_reasoning: "chatgpt" / "tools.json";
    chatgpt_citations_pictures_and_voice: "chatgpt" / "media.json";
    chatgpt_captured_in_a_browser: "chatgpt" / "capture.json";
    chatgpt_documents_on_the_canvas: "chatgpt" / "canvas.json";
    chatgpt_in_its_stripped_form_of_2026: "chatgpt" / "stripped.json";
    chatgpt_kinds_of_content: "chatgpt" / "kinds.json";
    chatgpt_references_of_every_type: "chatgpt" / "references.json";
    chatgpt_with_odd_values_everywhere: "chatgpt" / "odd.json";
    claude_artifacts_along_branches: "claude" / "artifacts.json";
    claude_blocks_files_and_branches: "claude" / "blocks.json";
    claude_chats_about_designs: "claude" / "design.json";
    claude_in_its_old_form: "claude" / "old.json";
    claude_kinds_of_blocks: "claude" / "kinds.json";
    claude_with_odd_values_everywhere: "claude" / "odd.json";
    gemini_activity_as_json: "gemini" / "activity.json";
    gemini_activity_as_a_page: "gemini" / "activity.html";
    gemini_prompt_of_ai_studio: "gemini" / "A trip to Rome";
    gemini_in_workspace: "gemini" / "workspace.txt";
    gemini_cli_session: "gemini" / "cli.json";
    gemini_with_odd_values_everywhere: "gemini" / "odd.json";
    extensions_of_browsers: "gemini" / "extensions.json";
}
