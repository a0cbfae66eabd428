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
    aios_as_the_original_writes_one_conversation: "aios" / "original.json";
    aios_as_the_original_and_this_project_write_all: "aios" / "all.json";
    aios_answers_found_good_and_bad: "aios" / "rated.jsonl";
    aios_in_its_oldest_log: "aios" / "log.txt";
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
    chatbot_ui_with_folders: "chatbot_ui" / "history.json";
    chatbot_ui_in_its_first_version: "chatbot_ui" / "first_version.json";
    deepseek_files_searches_and_branches: "deepseek" / "export.json";
    deepseek_as_its_interface_sends_it: "deepseek" / "interface.json";
    deepseek_as_a_browser_script_saves_it: "deepseek" / "saved.json";
    grok_branches_citations_and_artifacts: "grok" / "export.json";
    grok_as_x_sends_it: "grok" / "capture.json";
    le_chat_in_no_order: "le_chat" / "chat.json";
    librechat_nested_with_every_kind_of_content: "librechat" / "recursive.json";
    librechat_in_one_line: "librechat" / "linear.json";
    open_webui_two_models_thinking_tools_and_files: "open_webui" / "chats.json";
    open_webui_a_chat_alone_without_a_tree: "open_webui" / "alone.json";
    openai_lines_for_tuning: "openai" / "tuning.jsonl";
    openai_messages_alone: "openai" / "messages.json";
    perplexity_a_thread_with_what_stands_before_it: "perplexity" / "thread.json";
    perplexity_entries_by_their_time: "perplexity" / "entries.json";
    microsoft_copilot_rows_newest_first: "microsoft_copilot" / "activity.csv";
    copilot_with_all_parts_of_an_answer: "copilot" / "export.json";
    copilot_in_its_old_forms: "copilot" / "old.json";
    copilot_as_a_log_of_changes: "copilot" / "session.jsonl";
    claude_code_with_branches_tools_and_agents: "claude_code" / "session.jsonl";
    claude_code_as_the_file_of_an_agent: "claude_code" / "agent.jsonl";
    codex_with_tools_forks_and_events: "codex" / "rollout.jsonl";
    codex_in_its_old_form: "codex" / "old.jsonl";
    cursor_as_a_transcript: "cursor" / "transcript.jsonl";
}
