//! What the tests of others state about exports of ChatGPT, beyond counts.

use super::read;
use aios_model::{Conversation, Message, Part, Role, turns};

fn one(name: &str) -> Option<Conversation> {
    Some(read(&format!("chatgpt/{name}"))?.0.remove(0))
}

fn parts(conversation: &Conversation) -> impl Iterator<Item = &Part> {
    conversation.messages.iter().flat_map(|message| &message.parts)
}

#[test]
fn a_foreign_call_of_the_interpreter_has_its_result() {
    let Some(found) = one("kenn-io__agentsview__inline-TestParseChatGPTExport_ToolCalls-conversations-001.json") else {
        return;
    };
    let calls: Vec<_> = parts(&found)
        .filter_map(|part| if let Part::ToolCall { id, name, .. } = part { Some((id, name.as_str())) } else { None })
        .collect();
    let results: Vec<_> = parts(&found)
        .filter_map(
            |part| if let Part::ToolResult { id, output, .. } = part { Some((id, output.as_str())) } else { None },
        )
        .collect();
    assert_eq!(calls.iter().map(|(_, name)| *name).collect::<Vec<_>>(), ["python"]);
    assert_eq!(results.iter().map(|(_, output)| *output).collect::<Vec<_>>(), ["42"]);
    assert!(calls[0].0.is_some() && calls[0].0 == results[0].0, "{calls:?} {results:?}");
    assert_eq!(turns(&found).turns.len(), 1);
}

#[test]
fn foreign_thoughts_without_a_heading_and_quotes_of_pages_are_kept() {
    let thinking = "kenn-io__agentsview__inline-TestParseChatGPTExport_Thinking-conversations-001.json";
    if let Some(found) = one(thinking) {
        let thoughts = parts(&found).filter(|part| matches!(part, Part::Reasoning { text, .. } if !text.is_empty()));
        assert!(thoughts.count() > 0, "{found:#?}");
    }
    if let Some(found) = one("kenn-io__agentsview__inline-TestParseChatGPTExport_WebSearch-conversations-001.json") {
        let quotes = found.messages.iter().filter(|message| {
            !message.hidden && message.parts.iter().any(|part| matches!(part, Part::Citation { url: Some(_), .. }))
        });
        assert_eq!(quotes.count(), 1, "{found:#?}");
    }
}

#[test]
fn a_foreign_capture_is_read_from_what_the_application_got_and_not_from_the_page() {
    let Some(found) = one("Sinity__polylogue__native-browser-capture-v1.json") else { return };
    assert_eq!(found.source_id, "chatgpt-fixture-conversation");
    assert_eq!(found.title.as_deref(), Some("Privacy-safe ChatGPT native fixture"));
    let prompt = found.system_prompt.as_deref().unwrap_or_default();
    assert!(prompt.ends_with("Preserve structured provider evidence."), "{prompt}");
    assert_eq!(found.active_leaf.as_deref(), Some("answer-active"));
    let children = found.messages.iter().filter(|message| message.parent.as_deref() == Some("user")).count();
    assert_eq!(children, 2);
    let answer = found.messages.iter().find(|message| message.id == "answer-active").unwrap();
    let sandbox = "sandbox:/mnt/data/fixture-result.zip";
    assert!(
        answer.parts.iter().any(|part| matches!(part, Part::Attachment { reference: Some(own), .. } if own == sandbox))
    );
    let reasoning = |message: &&Message| message.parts.iter().any(|part| matches!(part, Part::Reasoning { .. }));
    assert_eq!(found.messages.iter().filter(reasoning).count(), 2);
}

#[test]
fn every_parent_in_a_foreign_tree_exists_and_roles_are_as_stated() {
    let Some(found) = one("lotblocks__DumeeApp__LibreChat-fork__chatgpt-tree.json") else { return };
    let exists = |id: &str| found.messages.iter().any(|message| message.id == id);
    assert!(found.messages.iter().filter_map(|message| message.parent.as_deref()).all(exists));
    let said_by = |role| found.messages.iter().filter(|message| message.role == role).count();
    assert_eq!((said_by(Role::User), said_by(Role::Assistant)), (5, 6));
}
