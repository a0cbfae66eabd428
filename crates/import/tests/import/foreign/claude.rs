//! What the tests of others state about exports of Claude, beyond counts.

use super::{fixture, read};
use crate::common;
use aios_model::{Part, turns};

#[test]
fn a_foreign_attachment_keeps_its_text() {
    let name = "claude/kenn-io__agentsview__inline-TestParseClaudeAIExport_AttachmentContent.json";
    let Some((found, _)) = read(name) else { return };
    let texts = found[0].messages[0].parts.iter().filter(|part| matches!(part, Part::Attachment { text: Some(_), .. }));
    assert_eq!(texts.count(), 1, "{found:#?}");
}

#[test]
fn a_foreign_answer_has_its_thinking_its_heading_and_its_words() {
    let name = "claude/yetanotherchris__openwebui-importer__claude_thinking_example.json";
    let Some((found, _)) = read(name) else { return };
    let answer = &found[0].messages[1].parts;
    let thinking = Part::Reasoning {
        text: "The user asked for a greeting. I should respond warmly and invite further conversation.".to_owned(),
        summary: Some("Planning a warm greeting".to_owned()),
    };
    assert_eq!(answer.as_slice(), [thinking, Part::text("Hello there! It's great to hear from you.")]);
}

#[test]
fn foreign_errors_cost_no_message_and_are_named() {
    let name = "claude/osteele__claude-chat-viewer__conversation-with-errors.json";
    let Some(bytes) = fixture(name) else { return };
    let (items, summary) = common::read(&[(name, &bytes)]);
    assert_eq!(common::conversations(&items)[0].messages.len(), 10);
    assert_eq!(summary.unknown.get("Claude block type unknown_type"), Some(&1), "{:?}", summary.unknown);
}

#[test]
fn foreign_captures_and_attachments_alone_make_turns() {
    let Some((found, _)) = read("claude/seanrobertwright__420AI__sample-claude-wire.json") else { return };
    for conversation in &found {
        assert_eq!(turns(conversation).turns.len(), 1, "{conversation:#?}");
    }
}
