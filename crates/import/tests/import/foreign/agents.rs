//! Sessions of coding agents: Claude Code, Codex, Cursor.

use super::{read, wrong};
use aios_import::Item;
use aios_model::{Conversation, Part, Role, turns};

/// The files: their name's ending, conversations, messages in them all, and conversations that are left out.
const EXPECTED: [(&str, usize, usize, usize); 15] = [
    ("other/Nwflower__dsh-chat-import__cursor-multi-turn.jsonl", 1, 4, 0),
    ("other/Nwflower__dsh-chat-import__cursor-redacted.jsonl", 1, 3, 0),
    ("other/Nwflower__dsh-chat-import__cursor-tool.jsonl", 1, 5, 0),
    ("other/Sinity__polylogue__claude-code-session.jsonl", 1, 2, 0),
    ("other/Sinity__polylogue__codex-session.jsonl", 1, 2, 0),
    // One line is of another session, and one is no JSON object at all.
    ("other/daaain__claude-code-log__claude-code-edge_cases.jsonl", 2, 14, 1),
    ("other/daaain__claude-code-log__claude-code-session_b.jsonl", 1, 3, 0),
    ("other/daaain__claude-code-log__claude-code-todowrite_examples.jsonl", 1, 11, 0),
    ("other/kenn-io__agentsview__claude-code-queued_system_messages.jsonl", 1, 3, 0),
    ("other/kenn-io__agentsview__claude-code-tool_call_pending.jsonl", 1, 2, 0),
    ("other/kenn-io__agentsview__claude-code-truncated.jsonl", 1, 2, 0),
    ("other/kenn-io__agentsview__claude-code-valid_session.jsonl", 1, 4, 0),
    // One line is no JSON.
    ("other/seanrobertwright__420AI__claude-code-sample-session-tools.jsonl", 1, 3, 1),
    ("other/simonw__claude-code-transcripts__claude-code-sample_session.jsonl", 1, 7, 0),
    ("other/simonw__claude-code-transcripts__claude-code-web-sample_session.json", 1, 33, 0),
];

fn one(name: &str) -> Option<Conversation> {
    Some(read(&format!("other/{name}"))?.0.remove(0))
}

#[test]
fn foreign_sessions_of_agents_have_the_counts_that_are_stated() {
    let wrong = wrong("", &EXPECTED);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn foreign_sessions_without_links_are_one_straight_conversation() {
    for (name, expected, _, _) in EXPECTED {
        let Some((found, _)) = read(name) else { continue };
        assert_eq!(found.len(), expected);
        for conversation in found {
            let leaves = conversation.messages.iter().filter(|message| {
                !conversation.messages.iter().any(|other| other.parent.as_ref() == Some(&message.id))
            });
            assert_eq!(leaves.count(), 1, "{name}");
        }
    }
}

#[test]
fn a_foreign_session_that_was_cut_off_keeps_the_lines_before() {
    let Some((found, items)) = read("other/kenn-io__agentsview__claude-code-truncated.jsonl") else { return };
    let tree = turns(&found[0]);
    assert_eq!((tree.turns[0].user_text().as_str(), tree.turns[0].assistant_text().as_str()), ("hello", "Hi there"));
    let early =
        |item: &Item| matches!(item, Item::Warning(warning) if warning.message.contains("last line is not whole"));
    assert!(items.iter().any(early), "{items:#?}");
}

#[test]
fn foreign_claude_code_sessions_have_their_titles_projects_and_tools() {
    let Some(session) = one("simonw__claude-code-transcripts__claude-code-sample_session.jsonl") else { return };
    assert_eq!(session.title.as_deref(), Some("Test session for JSONL parsing"));
    assert_eq!(session.source_id, "test-session-id");
    let tree = turns(&session);
    let asked: Vec<String> = tree.turns.iter().map(|turn| turn.user_text()).collect();
    assert_eq!(asked, ["Create a hello world function", "Now add a goodbye function"]);
    let session = one("kenn-io__agentsview__claude-code-valid_session.jsonl").unwrap();
    assert_eq!(session.project.as_deref(), Some("my-app"));
    let session = one("seanrobertwright__420AI__claude-code-sample-session-tools.jsonl").unwrap();
    assert!(session.messages[2].role == Role::Tool);
    let errors: Vec<bool> = session.messages[2]
        .parts
        .iter()
        .filter_map(|part| if let Part::ToolResult { error, .. } = part { Some(*error) } else { None })
        .collect();
    assert_eq!(errors, [false, true]);
    let session = one("daaain__claude-code-log__claude-code-todowrite_examples.jsonl").unwrap();
    assert_eq!(session.title.as_deref(), Some("Feature Implementation with Task Management"));
}

#[test]
fn what_the_program_says_in_a_foreign_session_is_hidden() {
    let Some(session) = one("kenn-io__agentsview__claude-code-queued_system_messages.jsonl") else { return };
    let hidden: Vec<bool> = session.messages.iter().map(|message| message.hidden).collect();
    assert_eq!(hidden, [false, true, true]);
    let web = one("simonw__claude-code-transcripts__claude-code-web-sample_session.json").unwrap();
    let hidden = web.messages.iter().filter(|message| message.hidden);
    let begins = |message: &aios_model::Message| matches!(&message.parts[0], Part::Text { text } if text.starts_with("This is a session continuation summary"));
    assert_eq!(hidden.map(begins).collect::<Vec<_>>(), [true]);
}

#[test]
fn foreign_codex_and_cursor_sessions_are_told_by_what_is_in_them() {
    let Some(codex) = one("Sinity__polylogue__codex-session.jsonl") else { return };
    assert_eq!((codex.source.as_str(), codex.source_id.as_str()), ("codex", "origin-matrix-codex"));
    let cursor = one("Nwflower__dsh-chat-import__cursor-tool.jsonl").unwrap();
    assert_eq!(cursor.source.as_str(), "cursor");
    assert_eq!(turns(&cursor).turns[0].user_text(), "List files and read the config.");
}
