//! An import that ends in the middle leaves whole conversations, and importing the same again goes on.

use crate::command_line::{Folder, json};
use aios_chat::{Chat, Config, ListQuery};
use std::{
    fmt::Write as _,
    path::PathBuf,
    process::{Child, Stdio},
};

/// Enough for several batches.
const CONVERSATIONS: usize = 3000;
const TURNS: usize = 3;

fn export(folder: &Folder) -> PathBuf {
    let mut text = String::from("[");
    for conversation in 0..CONVERSATIONS {
        let separator = if conversation > 0 { "," } else { "" };
        let _ =
            write!(text, r#"{separator}{{"uuid":"c{conversation}","name":"Number {conversation}","chat_messages":["#);
        for turn in 0..TURNS {
            let separator = if turn > 0 { "," } else { "" };
            let _ = write!(
                text,
                r#"{separator}{{"uuid":"q{turn}","sender":"human","text":"Question {turn}?"}},{{"uuid":"a{turn}","sender":"assistant","text":"Answer."}}"#
            );
        }
        text.push_str("]}");
    }
    text.push(']');
    folder.write("large.json", text.as_bytes())
}

/// Starts an import, and waits until something of it is in the history.
async fn begin(folder: &Folder, export: &str) -> (Child, Chat) {
    let chat = Chat::open(Config { data: folder.path("data"), ..Config::default() }).unwrap();
    let mut program = folder.program();
    program.args(["import", export, "--json"]).stdout(Stdio::piped());
    let child = program.spawn().unwrap();
    while chat.list(ListQuery { limit: 1, ..ListQuery::default() }).await.unwrap().conversations.is_empty() {
        tokio::task::yield_now().await;
    }
    (child, chat)
}

/// How many conversations are there; each of them is whole.
async fn stored(chat: &Chat) -> usize {
    let mut query = ListQuery { limit: 1000, ..ListQuery::default() };
    let mut count = 0;
    loop {
        let page = chat.list(query.clone()).await.unwrap();
        count += page.conversations.len();
        assert!(page.conversations.iter().all(|line| line.turn_count as usize == TURNS));
        query.after = page.next;
        if query.after.is_none() {
            return count;
        }
    }
}

#[tokio::test]
async fn a_killed_import_leaves_whole_conversations_and_is_listed_undone_or_gone_on_with() {
    let folder = Folder::new();
    let export = export(&folder);
    let (mut child, chat) = begin(&folder, export.to_str().unwrap()).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let count = stored(&chat).await;
    assert!(count > 0 && count % 500 == 0 || count == CONVERSATIONS, "{count}");
    let killed = chat.imports(None, 1).await.unwrap().batches.remove(0);
    assert_eq!((killed.conversations as usize, killed.turns as usize), (count, count * TURNS));

    let again = json(&folder.run(&["import", export.to_str().unwrap(), "--json"]));
    let totals = |name: &str| again["totals"][name].as_u64().unwrap() as usize;
    assert_eq!((totals("unchanged"), totals("imported")), (count, CONVERSATIONS - count));
    assert_eq!(stored(&chat).await, CONVERSATIONS);

    let undone = json(&folder.run(&["undo", &killed.id, "--json"]));
    assert_eq!(undone["undone"]["conversations"].as_u64().unwrap() as usize, count);
    assert_eq!(stored(&chat).await, CONVERSATIONS - count);
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_import_ends_after_a_whole_conversation_and_says_what_is_stored() {
    let folder = Folder::new();
    let export = export(&folder);
    let (child, chat) = begin(&folder, export.to_str().unwrap()).await;
    let asked = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    let output = child.wait_with_output().unwrap();
    let imported = json(&output)["totals"]["imported"].as_u64().unwrap() as usize;
    assert_eq!(stored(&chat).await, imported);
    let batch = chat.imports(None, 1).await.unwrap().batches.remove(0);
    // On a machine that is busy elsewhere it may have ended before it was asked to.
    let (code, state) = match imported {
        CONVERSATIONS => (0, aios_model::BatchState::Finished),
        _ => (130, aios_model::BatchState::Cancelled),
    };
    assert_eq!((output.status.code(), batch.state), (Some(code), state));
}
