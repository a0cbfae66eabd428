//! Exports and stored sessions of VS Code's Copilot Chat.

use super::{read, wrong};
use aios_import::Item;
use aios_model::{Part, turns};

/// The files: their name's ending, conversations, messages in them all, and conversations that are left out.
const EXPECTED: [(&str, usize, usize, usize); 19] = [
    ("copilot/ZacharyLuz__copilot-chat-to-markdown__chat_with_surrogates.json", 1, 4, 0),
    ("copilot/dealenx__copilot-chat-analyzer__chat.json", 1, 4, 0),
    ("copilot/dealenx__copilot-chat-analyzer__chat_error_mcp.json", 1, 2, 0),
    ("copilot/dealenx__copilot-chat-analyzer__chat_succes_mcp.json", 1, 2, 0),
    ("copilot/dealenx__copilot-chat-analyzer__in_progress_chat.json", 1, 2, 0),
    ("copilot/dealenx__copilot-chat-analyzer__pending_chat.json", 0, 0, 1),
    ("copilot/kenn-io__agentsview__inline-json-v3-multi.json", 1, 4, 0),
    ("copilot/kenn-io__agentsview__inline-json-v3-no-user-text.json", 1, 1, 0),
    ("copilot/kenn-io__agentsview__inline-json-v3-single-turn.json", 1, 2, 0),
    ("copilot/kenn-io__agentsview__inline-json-v3-token-usage.json", 1, 6, 0),
    ("copilot/kenn-io__agentsview__inline-jsonl-empty-session.jsonl", 0, 0, 1),
    // No session, only a log.
    ("copilot/kenn-io__agentsview__inline-jsonl-log-delete.jsonl", 0, 0, 0),
    ("copilot/kenn-io__agentsview__inline-jsonl-set-response.jsonl", 1, 2, 0),
    ("copilot/kenn-io__agentsview__inline-jsonl-simple-mutations.jsonl", 1, 2, 0),
    ("copilot/kenn-io__agentsview__inline-jsonl-tool-calls.jsonl", 1, 2, 0),
    ("copilot/peckjon__copilot-chat-to-markdown__chat.json", 1, 16, 0),
    ("copilot/rajbos__github-copilot-token-usage__session-01-today.json", 1, 10, 0),
    ("copilot/rajbos__github-copilot-token-usage__session-03-twelve-days-ago.json", 1, 6, 0),
    ("copilot/rajbos__github-copilot-token-usage__session-05-twenty-seven-days-ago.json", 1, 6, 0),
];

#[test]
fn foreign_copilot_sessions_have_the_counts_that_are_stated() {
    let wrong = wrong("copilot", &EXPECTED);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_titles_texts_and_models_of_foreign_copilot_sessions_are_as_their_tests_state() {
    let one = |name: &str| Some(read(&format!("copilot/kenn-io__agentsview__inline-{name}"))?.0.remove(0));
    let Some(single) = one("json-v3-single-turn.json") else { return };
    assert_eq!((single.source_id.as_str(), single.title.as_deref()), ("test-123", Some("Test session")));
    let turn = &turns(&single).turns[0];
    assert_eq!((turn.user_text().as_str(), turn.model()), ("Hello world", Some("copilot/gpt-5")));
    // Two parts, one sentence after the other.
    assert_eq!(turn.assistant_text(), "Hi there! How can I help?");
    assert_eq!(one("json-v3-no-user-text.json").unwrap().title.as_deref(), Some("Fallback Title"));
    let changed = one("jsonl-simple-mutations.jsonl").unwrap();
    assert_eq!((changed.title.as_deref(), changed.source_id.as_str()), (Some("Test JSONL Session"), "jsonl-001"));
    let set = one("jsonl-set-response.jsonl").unwrap();
    assert_eq!(turns(&set).turns[0].assistant_text(), "Complete answer");
    let tools = one("jsonl-tool-calls.jsonl").unwrap();
    assert!(matches!(&tools.messages[1].parts[0], Part::ToolCall { name, .. } if name == "copilot_readFile"));
}

#[test]
fn a_foreign_session_of_an_agent_keeps_what_its_tools_were_asked_and_answered() {
    let Some((found, items)) = read("copilot/peckjon__copilot-chat-to-markdown__chat.json") else { return };
    assert!(!items.iter().any(|item| matches!(item, Item::Warning(_))), "{items:#?}");
    let text = serde_json::to_string(&found[0]).unwrap();
    assert!(!text.contains("undoStop") && !text.contains("```\\n\\n```"), "{text}");
    let parts = || found[0].messages.iter().flat_map(|message| &message.parts);
    let calls = parts().filter(|part| matches!(part, Part::ToolCall { name, .. } if name.starts_with("copilot_")));
    assert_eq!(calls.count(), 14);
    let edits = parts().filter(|part| matches!(part, Part::ToolCall { name, .. } if name == "textEditGroup"));
    assert_eq!(edits.count(), 12);
    let read = parts().find_map(|part| match part {
        Part::ToolResult { output, .. } if output.starts_with("```markdown\n# Product Requirements") => Some(output),
        _ => None,
    });
    assert!(read.is_some(), "the file that was read is there");
    assert!(text.contains("`BRAINSTORM.md`"));
    assert!(parts().any(|part| matches!(part, Part::Unsupported { kind, .. } if kind == "error")));
}

#[test]
fn the_answer_of_a_foreign_server_that_failed_is_an_error() {
    let Some((found, _)) = read("copilot/dealenx__copilot-chat-analyzer__chat_error_mcp.json") else { return };
    let failed = found[0].messages[1].parts.iter().any(
        |part| matches!(part, Part::ToolResult { error: true, output, .. } if output.starts_with("Error calling tool")),
    );
    assert!(failed, "{:#?}", found[0].messages[1]);
}

#[test]
fn halves_of_characters_in_a_foreign_session_cost_nothing_but_themselves() {
    let Some((found, items)) = read("copilot/ZacharyLuz__copilot-chat-to-markdown__chat_with_surrogates.json") else {
        return;
    };
    assert!(turns(&found[0]).turns[0].assistant_text().ends_with("\u{fffd}\u{fffd} done!"));
    assert_eq!(items.iter().filter(|item| matches!(item, Item::Warning(_))).count(), 1);
}
