//! Exports of the folder `other` that nobody of this project wrote, if they are at hand.

use super::read;
use aios_import::Item;
use aios_model::{Conversation, Message, Part, Role};

/// The files: their name, the source of their conversations, how many they are, messages in them all, and conversations that are left out.
const EXPECTED: [(&str, &str, usize, usize, usize); 12] = [
    // Both are made up by their authors: lists of messages with a name, and nothing that says whose they are.
    ("Dicoangelo__ucw__cursor_export.json", "other", 2, 12, 0),
    ("Dicoangelo__ucw__grok_export.json", "other", 2, 8, 0),
    ("Sinity__polylogue__grok-export.json", "grok", 1, 2, 0),
    ("edwardbrazier__chat-export-structurer__example_grok.json", "grok", 1, 4, 0),
    ("ragaeeb__blackiya__sample_grok_conversation.json", "grok", 1, 2, 0),
    ("ceyaima__deepseek-exporter__deepseek-test_chat_raw.json", "deepseek", 1, 11, 0),
    ("ceyaima__deepseek-exporter__deepseek-test_chat_tree.json", "deepseek", 1, 11, 0),
    ("lotblocks__DumeeApp__LibreChat-fork__chatbotui-export.json", "chatbot-ui", 2, 6, 0),
    ("lotblocks__DumeeApp__LibreChat-fork__librechat-export.json", "librechat", 1, 6, 0),
    ("lotblocks__DumeeApp__LibreChat-fork__librechat-linear.json", "librechat", 1, 2, 0),
    ("lotblocks__DumeeApp__LibreChat-fork__librechat-opts-nonr-branches.json", "librechat", 1, 5, 0),
    ("yetanotherchris__openwebui-importer__webui-json.json", "open-webui", 1, 2, 0),
];

fn one(name: &str) -> Option<Conversation> {
    let (found, _) = read(&format!("other/{name}"))?;
    assert_eq!(found.len(), 1, "{name}");
    found.into_iter().next()
}

fn children<'a>(conversation: &'a Conversation, id: Option<&str>) -> Vec<&'a Message> {
    conversation.messages.iter().filter(|message| message.parent.as_deref() == id).collect()
}

#[test]
fn foreign_exports_of_other_programs_have_the_counts_that_are_stated() {
    let mut wrong = Vec::new();
    for (name, source, expected, messages, left) in EXPECTED {
        let Some((found, items)) = read(&format!("other/{name}")) else { continue };
        let sum: usize = found.iter().map(|conversation| conversation.messages.len()).sum();
        let out = items.iter().filter(|item| matches!(item, Item::Left(..))).count();
        let sources: Vec<&str> = found.iter().map(|conversation| conversation.source.as_str()).collect();
        if (found.len(), sum, out) != (expected, messages, left) || sources.iter().any(|one| *one != source) {
            wrong.push(format!(
                "{name}: expected {expected} {messages} {left}, got {} {sum} {out} {sources:?}",
                found.len()
            ));
        }
        assert!(!items.iter().any(|item| matches!(item, Item::Refused(..))), "{name}: {items:#?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_branches_of_a_foreign_librechat_export_are_kept() {
    let Some(found) = one("lotblocks__DumeeApp__LibreChat-fork__librechat-opts-nonr-branches.json") else { return };
    assert_eq!((found.title.as_deref(), found.model.as_deref()), (Some("Original"), Some("gpt-4o")));
    let roots = children(&found, None);
    assert_eq!(roots.len(), 2);
    assert_eq!(children(&found, Some(&roots[0].id)).len(), 2);
    let Some(nested) = one("lotblocks__DumeeApp__LibreChat-fork__librechat-export.json") else { return };
    assert_eq!(nested.title.as_deref(), Some("Conversation 1. Web Search"));
    assert!(nested.messages.windows(2).all(|pair| pair[1].parent.as_ref() == Some(&pair[0].id)), "{nested:#?}");
}

#[test]
fn both_foreign_forms_of_a_deepseek_conversation_are_the_same_tree() {
    let Some(raw) = one("ceyaima__deepseek-exporter__deepseek-test_chat_raw.json") else { return };
    let Some(tree) = one("ceyaima__deepseek-exporter__deepseek-test_chat_tree.json") else { return };
    assert_eq!(raw.source_id, "e7196cf3-12be-4096-99c1-1c8c983f71d6");
    assert_eq!((raw.title.as_deref(), raw.active_leaf.as_deref()), (Some("test_chat"), Some("11")));
    let shape = |conversation: &Conversation| -> Vec<(String, Option<String>, Role, Vec<Part>)> {
        let mut messages = conversation.messages.clone();
        messages.sort_by_key(|message| message.id.parse::<u32>().unwrap());
        messages.into_iter().map(|message| (message.id, message.parent, message.role, message.parts)).collect()
    };
    assert_eq!(shape(&raw), shape(&tree));
    assert_eq!(children(&raw, None).len(), 3);
    let thoughts = raw.messages.iter().flat_map(|message| &message.parts);
    assert_eq!(thoughts.filter(|part| matches!(part, Part::Reasoning { .. })).count(), 3);
}

#[test]
fn a_foreign_capture_of_grok_keeps_times_and_thoughts() {
    let Some(found) = one("ragaeeb__blackiya__sample_grok_conversation.json") else { return };
    assert_eq!(found.created.map(|created| created.milliseconds()), Some(1_768_841_980_715));
    assert_eq!(found.messages[1].id, "2013295305467240449");
    assert!(
        matches!(&found.messages[1].parts[0], Part::Reasoning { summary: Some(summary), .. } if summary == "Analysis")
    );
}
