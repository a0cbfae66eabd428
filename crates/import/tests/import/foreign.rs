//! Exports that nobody of this project wrote, if they are at hand in `../shared/fixtures`, against the counts that come with them.

use crate::common::{conversations, items};
use aios_import::Item;
use aios_model::{Conversation, turns};
use std::{fs, path::Path};

mod agents;
mod chatgpt;
mod claude;
mod copilot;
mod gemini;
mod other;

/// The files: their name's ending, conversations, messages in them all, and conversations that are left out.
const EXPECTED: [(&str, usize, usize, usize); 48] = [
    ("chatgpt/0x1Adi__chatlectify__chatgpt_export.json", 1, 3, 0),
    ("chatgpt/Maple1222__ai-collab-review__chatgpt_conversations.json", 1, 5, 0),
    // The third has nothing but a system message, as the source's own test says.
    ("chatgpt/Nwflower__dsh-chat-import__chatgpt-export.json", 2, 6, 1),
    ("chatgpt/Sinity__polylogue__chatgpt-export.json", 1, 1, 0),
    ("chatgpt/Sinity__polylogue__native-browser-capture-v1.json", 1, 8, 0),
    ("chatgpt/Sinity__polylogue__schema-representative-sample-00.json", 1, 3, 0),
    ("chatgpt/Snezhana__bot-knows__chatgpt_export.json", 2, 6, 0),
    ("chatgpt/edwardbrazier__chat-export-structurer__example_chatgpt.json", 1, 4, 0),
    ("chatgpt/joeamroo__knowledgemaxxing__conversations_chatgpt.json", 1, 2, 0),
    ("chatgpt/kenn-io__agentsview__inline-TestParseChatGPTExport-conversations-001.json", 1, 3, 0),
    ("chatgpt/kenn-io__agentsview__inline-TestParseChatGPTExport_SystemMessage-conversations-001.json", 1, 3, 0),
    ("chatgpt/kenn-io__agentsview__inline-TestParseChatGPTExport_Thinking-conversations-001.json", 1, 2, 0),
    ("chatgpt/kenn-io__agentsview__inline-TestParseChatGPTExport_ToolCalls-conversations-001.json", 1, 4, 0),
    ("chatgpt/kenn-io__agentsview__inline-TestParseChatGPTExport_WebSearch-conversations-001.json", 1, 3, 0),
    ("chatgpt/liminal-hq__coherence-chat-exporter__mock_conversations.json", 2, 5, 0),
    ("chatgpt/lotblocks__DumeeApp__LibreChat-fork__chatgpt-citations.json", 1, 2, 0),
    // One of the 12 and of the 6 is a system message without a word.
    ("chatgpt/lotblocks__DumeeApp__LibreChat-fork__chatgpt-tree.json", 1, 11, 0),
    ("chatgpt/mitkury__chatgpt-export-parser__example-conversation.json", 1, 5, 0),
    ("chatgpt/quentinous__chatgpt-export-studio__conversations.json", 2, 6, 0),
    ("chatgpt/quentinous__chatgpt-export-studio__sample_export.zip", 2, 6, 0),
    ("chatgpt/slyubarskiy__chatgpt-conversation-extractor__sample_conversation.json", 2, 4, 0),
    ("claude/0x1Adi__chatlectify__claude_export.json", 1, 10, 0),
    ("claude/Maple1222__ai-collab-review__claude_ai_conversations.json", 1, 2, 0),
    ("claude/Sinity__polylogue__claude-ai-export.json", 1, 1, 0),
    ("claude/Sinity__polylogue__schema-representative-sample-00.json", 1, 3, 0),
    ("claude/Snezhana__bot-knows__claude_export.json", 1, 4, 0),
    ("claude/edwardbrazier__chat-export-structurer__example_anthropic.json", 1, 4, 0),
    ("claude/joeamroo__knowledgemaxxing__conversations_claude.json", 1, 2, 0),
    ("claude/kenn-io__agentsview__inline-TestParseClaudeAIExport_AttachmentContent.json", 1, 1, 0),
    ("claude/kenn-io__agentsview__inline-TestParseClaudeAIExport_ContentBlocks.json", 1, 2, 0),
    ("claude/kenn-io__agentsview__inline-TestParseClaudeAIExport_TextFallbackPreservesWhitespace.json", 1, 1, 0),
    ("claude/kenn-io__agentsview__inline-testExportJSON.json", 2, 3, 1),
    ("claude/liminal-hq__coherence-chat-exporter__mock_conversations.json", 2, 5, 0),
    ("claude/niclydon__nexus-public__claude_export.json", 0, 0, 0),
    ("claude/noo-bass__context-carry__projects.json", 0, 0, 0),
    ("claude/osteele__claude-chat-viewer__claude-bakery-chat.json", 1, 4, 0),
    ("claude/osteele__claude-chat-viewer__sample-api.json", 1, 2, 0),
    ("claude/osteele__claude-chat-viewer__sample-cooking.json", 1, 6, 0),
    ("claude/osteele__claude-chat-viewer__sample-data.json", 1, 2, 0),
    ("claude/osteele__claude-chat-viewer__sample-debugging.json", 1, 4, 0),
    ("claude/osteele__claude-chat-viewer__sample-math-tutoring.json", 1, 4, 0),
    ("claude/osteele__claude-chat-viewer__sample-webdev.json", 1, 2, 0),
    ("claude/osteele__claude-chat-viewer__conversation-rendering-tests.json", 1, 10, 0),
    ("claude/osteele__claude-chat-viewer__conversation-with-errors.json", 1, 10, 0),
    ("claude/osteele__claude-chat-viewer__conversations.json", 2, 6, 0),
    ("claude/osteele__claude-chat-viewer__simple-invalid.json", 0, 0, 0),
    ("claude/seanrobertwright__420AI__sample-claude-wire.json", 3, 6, 1),
    ("claude/yetanotherchris__openwebui-importer__claude_thinking_example.json", 1, 2, 0),
];

fn fixture(name: &str) -> Option<Vec<u8>> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures").join(name)).ok()
}

fn read(name: &str) -> Option<(Vec<Conversation>, Vec<Item>)> {
    let bytes = fixture(name)?;
    let items = items(&[(name, &bytes)]);
    Some((conversations(&items).into_iter().cloned().collect(), items))
}

#[test]
fn foreign_exports_have_the_counts_that_are_stated() {
    let mut wrong = Vec::new();
    for (name, expected, messages, left) in EXPECTED {
        let Some((found, items)) = read(name) else { continue };
        let sum: usize = found.iter().map(|conversation| conversation.messages.len()).sum();
        let out = items.iter().filter(|item| matches!(item, Item::Left(..))).count();
        if (found.len(), sum, out) != (expected, messages, left) {
            wrong.push(format!("{name}: expected {expected} {messages} {left}, got {} {sum} {out}", found.len()));
        }
        let refused = items.iter().any(|item| matches!(item, Item::Refused(..)));
        assert_eq!(refused, expected == 0, "{name}: {items:#?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// How what is read of these files differs from what is expected; and files of the folder that are not in the list.
fn wrong(folder: &str, expected: &[(&str, usize, usize, usize)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for &(name, conversations, messages, left) in expected {
        let Some((found, items)) = read(name) else { continue };
        let sum: usize = found.iter().map(|conversation| conversation.messages.len()).sum();
        let out = items.iter().filter(|item| matches!(item, Item::Left(..))).count();
        let got = (found.len(), sum, out);
        if got != (conversations, messages, left) {
            wrong.push(format!("{name}: expected {conversations} {messages} {left}, got {got:?}"));
        }
        let refused = items.iter().any(|item| matches!(item, Item::Refused(..)));
        if refused != (conversations + left == 0) {
            wrong.push(format!("{name}: {items:#?}"));
        }
    }
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures").join(folder);
    for file in fs::read_dir(files).into_iter().flatten().filter(|_| !folder.is_empty()) {
        let name = format!("{folder}/{}", file.unwrap().file_name().to_string_lossy());
        if !expected.iter().any(|(known, ..)| *known == name) {
            wrong.push(format!("{name} is not in the list"));
        }
    }
    wrong
}

#[test]
fn every_foreign_export_is_in_the_list() {
    for provider in ["chatgpt", "claude"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures").join(provider);
        let Ok(files) = fs::read_dir(folder) else { continue };
        for file in files {
            let name = format!("{provider}/{}", file.unwrap().file_name().to_string_lossy());
            assert!(EXPECTED.iter().any(|(known, ..)| *known == name), "{name}");
        }
    }
}

#[test]
fn the_citations_of_a_foreign_export_become_links() {
    let Some((found, _)) = read("chatgpt/lotblocks__DumeeApp__LibreChat-fork__chatgpt-citations.json") else { return };
    let text = turns(&found[0]).turns[0].assistant_text();
    assert!(text.contains("](https://") && !text.contains('†'), "{text}");
}

#[test]
fn the_branches_of_a_foreign_export_are_kept() {
    let Some((found, _)) = read("chatgpt/lotblocks__DumeeApp__LibreChat-fork__chatgpt-tree.json") else { return };
    let conversation = &found[0];
    let children = |id: &str| conversation.messages.iter().filter(|one| one.parent.as_deref() == Some(id)).count();
    assert_eq!(conversation.messages.iter().filter(|message| children(&message.id) > 1).count(), 2);
}

#[test]
fn the_texts_of_foreign_claude_exports_are_as_their_tests_state() {
    let Some((found, _)) = read("claude/kenn-io__agentsview__inline-TestParseClaudeAIExport_ContentBlocks.json") else {
        return;
    };
    assert_eq!(turns(&found[0]).turns[0].assistant_text().split("\n\n").next(), Some("First part."));
    let Some((found, _)) =
        read("claude/kenn-io__agentsview__inline-TestParseClaudeAIExport_TextFallbackPreservesWhitespace.json")
    else {
        return;
    };
    assert_eq!(turns(&found[0]).turns[0].assistant_text(), "  keep surrounding whitespace  ");
}
