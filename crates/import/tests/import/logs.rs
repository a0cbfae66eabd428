//! Sessions that programs keep on a person's own machine: they grow, they are cut off, and they are there twice.

use crate::common::{conversations, items};
use aios_import::Item;
use aios_model::{Conversation, content_hash};
use proptest::prelude::*;
use std::collections::HashSet;

const EXPORTS: [&[u8]; 2] =
    [include_bytes!("../fixtures/copilot/export.json"), include_bytes!("../fixtures/copilot/old.json")];

/// Files to which lines are added.
const LOGS: [&[u8]; 6] = [
    include_bytes!("../fixtures/copilot/session.jsonl"),
    include_bytes!("../fixtures/claude_code/session.jsonl"),
    include_bytes!("../fixtures/claude_code/agent.jsonl"),
    include_bytes!("../fixtures/codex/rollout.jsonl"),
    include_bytes!("../fixtures/codex/old.jsonl"),
    include_bytes!("../fixtures/cursor/transcript.jsonl"),
];

fn hashes(items: &[Item]) -> HashSet<String> {
    conversations(items).into_iter().map(content_hash).collect()
}

/// The ids of all messages, each with that of its conversation.
fn ids(items: &[Item]) -> HashSet<(String, String)> {
    let ids = |conversation: &Conversation| {
        let source_id = conversation.source_id.clone();
        conversation.messages.iter().map(move |message| (source_id.clone(), message.id.clone())).collect::<Vec<_>>()
    };
    conversations(items).into_iter().flat_map(ids).collect()
}

#[test]
fn a_session_that_is_there_in_two_forms_is_read_once_and_as_the_newer() {
    let stored = br#"{"version":3,"sessionId":"s","creationDate":1770000000000,"lastMessageDate":1770000001001,"responderUsername":"GitHub Copilot",
        "requests":[{"requestId":"a","message":"One?","response":[{"value":"1"}],"timestamp":1770000001000}]}"#;
    let request = r#"{"requestId":"a","message":"One?","response":[{"value":"1"}],"timestamp":1770000001000}"#;
    let same = format!(
        r#"{{"kind":0,"v":{{"version":3,"sessionId":"s","creationDate":1770000000000,"requests":[{request}]}}}}"#
    );
    let more = r#"{"kind":2,"k":["requests"],"v":[{"requestId":"b","message":"Two?","timestamp":1770000002000}]}"#;
    let grown = format!("{same}\n{more}\n");
    let newest = |files: &[(&str, &[u8])]| {
        let items = items(files);
        let found: Vec<usize> = conversations(&items).iter().map(|found| found.messages.len()).collect();
        let left = items.iter().filter(|item| matches!(item, Item::Left(..))).count();
        (found, left)
    };
    assert_eq!(newest(&[("s.jsonl", same.as_bytes()), ("s.json", stored)]), (vec![2], 1));
    assert_eq!(newest(&[("s.json", stored), ("s.jsonl", same.as_bytes())]), (vec![2], 1));
    assert_eq!(newest(&[("s.jsonl", grown.as_bytes()), ("s.json", stored)]), (vec![3], 1));
    // The newer comes after the older and replaces it.
    assert_eq!(newest(&[("s.json", stored), ("s.jsonl", grown.as_bytes())]), (vec![2, 3], 0));
}

#[test]
fn a_log_whose_last_line_was_being_written_says_so_and_no_download_is_blamed() {
    for log in LOGS {
        let whole = log.trim_ascii_end();
        let last = whole.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        // One byte of the last line, half of it, and all but one.
        for end in [last + 1, last + (whole.len() - last) / 2, whole.len() - 1] {
            let found = items(&[("log.jsonl", &whole[..end])]);
            let warnings: Vec<&str> = found
                .iter()
                .filter_map(|item| if let Item::Warning(warning) = item { Some(&*warning.message) } else { None })
                .collect();
            let told = warnings.iter().filter(|message| message.starts_with("Its last line is not whole"));
            assert_eq!(told.count(), 1, "{end} {found:#?}");
            assert!(!warnings.iter().any(|message| message.contains("download")), "{warnings:?}");
        }
    }
}

#[test]
fn a_line_of_a_log_is_no_conversation_where_it_is_named() {
    let log = include_str!("../fixtures/claude_code/session.jsonl");
    let line = |text: &str| {
        let items = items(&[("log.jsonl", text.as_bytes())]);
        let left = items.iter().find_map(|item| match item {
            Item::Left(report, location) => Some((location.to_string(), report.reason.clone().unwrap())),
            _ => None,
        });
        left.unwrap()
    };
    let (at, reason) = line(&format!("{}\n{{\"a\":1}}\n", log.trim_end()));
    assert!(at.starts_with("log.jsonl, piece ") && !at.contains("conversation"), "{at}");
    assert_eq!(reason, "It is no part of a conversation: the fields of one are missing.");
    // Also where it comes before it is known what the file is.
    let (at, _) = line(&format!("{{\"a\":1}}\n{log}"));
    assert_eq!(at, "log.jsonl, piece 1, byte 0");
}

/// Tools that ran side by side, notes of the program and other agents are branches in the file, and none to the person.
#[test]
fn only_what_the_person_said_anew_is_a_branch_of_a_session() {
    let counts = |log: &[u8]| {
        let counts = |item: &Item| match item {
            Item::Conversation(found) => Some((found.turns, found.branches)),
            _ => None,
        };
        items(&[("log", log)]).iter().filter_map(counts).collect::<Vec<_>>()
    };
    // Claude Code: a question, words beside the answer of a tool, a question and another one in its place, one after the summary.
    assert_eq!(counts(LOGS[1]), [(5, 2), (1, 1)]);
    // Codex: a question, one that was taken back, and the one after it.
    assert_eq!(counts(LOGS[3]), [(3, 2), (1, 1)]);
}

#[test]
fn a_log_without_its_beginning_keeps_what_was_said_later() {
    let later = br#"{"kind":2,"k":["requests"],"v":[{"requestId":"b","message":"Two?","response":[{"value":"2"}]}]}"#;
    let items = items(&[("s.jsonl", later)]);
    assert_eq!(conversations(&items)[0].messages.len(), 2);
    let missing = |item: &Item| matches!(item, Item::Warning(warning) if warning.message.contains("beginning"));
    assert!(items.iter().any(missing), "{items:#?}");
}

#[test]
fn a_log_without_a_session_and_notes_without_a_session_are_refused_by_their_name() {
    for (bytes, name) in [
        (&br#"{"kind":0,"v":{"a":1}}"#[..], "a log of changes"),
        (br#"{"type":"mode","mode":"normal","sessionId":"s"}"#, "notes of Claude Code"),
    ] {
        let items = items(&[("x.jsonl", bytes)]);
        assert!(matches!(items.as_slice(), [Item::Refused(_, reason)] if reason.contains(name)), "{items:#?}");
    }
}

#[test]
fn lines_that_only_look_like_those_of_a_session_are_none() {
    for line in [
        r#"{"type":"message","timestamp":"2026-01-01T00:00:00Z","message":{"role":"user","content":"hi"}}"#,
        r#"{"type":"push","payload":{"ref":"main"}}"#,
        r#"{"kind":4,"k":["a"]}"#,
        r#"{"requests":[{"url":"https://example.org"}]}"#,
        r#"{"requests":[{"message":"hi"}],"something":1}"#,
        r#"{"role":"owner","message":{"content":[]}}"#,
    ] {
        let items = items(&[("x.jsonl", line.as_bytes())]);
        assert!(conversations(&items).is_empty(), "{line}");
    }
}

#[test]
fn paths_of_the_person_are_in_no_title_project_or_attachment() {
    for log in EXPORTS.iter().chain(&LOGS) {
        for conversation in conversations(&items(&[("log", log)])) {
            let mut shown: Vec<&str> = Vec::new();
            shown.extend(conversation.title.as_deref());
            shown.extend(conversation.project.as_deref());
            for part in conversation.messages.iter().flat_map(|message| &message.parts) {
                if let aios_model::Part::Attachment { name, .. } | aios_model::Part::Image { reference: name, .. } =
                    part
                {
                    shown.push(name);
                }
            }
            assert!(shown.iter().all(|name| !name.contains(['/', '\\'])), "{shown:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A session that was imported while it went on is the same session later, and what was said in it is not said again.
    #[test]
    fn a_log_that_grows_keeps_its_ids(log in 0usize..LOGS.len(), cut in 0.0f64..1.0) {
        let whole = LOGS[log];
        let length = (whole.len() as f64 * cut) as usize;
        let found = items(&[("log", &whole[..length])]);
        prop_assert!(!found.is_empty());
        // A transcript of Cursor is told by its first question and answer.
        let enough = |found: &&Conversation| found.source.as_str() != "cursor" || found.messages.len() > 1;
        if conversations(&found).iter().all(enough) {
            prop_assert!(ids(&found).is_subset(&ids(&items(&[("log", whole)]))));
        }
    }

    #[test]
    fn a_truncated_export_of_sessions_keeps_its_whole_conversations(export in 0usize..EXPORTS.len(), cut in 0.0f64..1.0) {
        let whole = EXPORTS[export];
        let found = items(&[("cut", &whole[..(whole.len() as f64 * cut) as usize])]);
        prop_assert!(!found.is_empty());
        prop_assert!(hashes(&found).is_subset(&hashes(&items(&[("whole", whole)]))));
    }

    #[test]
    fn a_changed_byte_in_a_session_is_survived(log in 0usize..LOGS.len() + EXPORTS.len(), place in 0.0f64..1.0, byte: u8) {
        let mut bytes = LOGS.iter().chain(&EXPORTS).nth(log).unwrap().to_vec();
        let at = (bytes.len() as f64 * place) as usize;
        bytes[at] = byte;
        let found = items(&[("changed", &bytes)]);
        prop_assert!(!found.is_empty());
        prop_assert_eq!(hashes(&found), hashes(&items(&[("changed", &bytes)])));
        let ids = conversations(&found).into_iter().all(|conversation| {
            let ids: HashSet<&str> = conversation.messages.iter().map(|message| message.id.as_str()).collect();
            ids.len() == conversation.messages.len()
        });
        prop_assert!(ids, "ids are unique");
    }
}
