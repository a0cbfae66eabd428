//! What others who look at a conversation hear when it is changed otherwise than by being said something in.

use crate::support::{open, request};
use aios_chat::Management;
use aios_model::{Conversation, Message, Role, Source, TurnStatus};
use aios_protocol::{import::SaveBatch, socket::ServerMessage};
use futures::{FutureExt, Stream, StreamExt};
use std::pin::pin;

/// What was heard since the last time.
fn news(heard: &mut (impl Stream<Item = ServerMessage> + Unpin)) -> Vec<ServerMessage> {
    std::iter::from_fn(|| heard.next().now_or_never().flatten()).collect()
}

fn branch(session_id: &str, turn_id: i64) -> Vec<ServerMessage> {
    vec![ServerMessage::Branch { session_id: session_id.into(), turn_id }]
}

#[tokio::test]
async fn who_looks_on_is_told_which_branch_is_shown_after_a_cut_and_after_it_was_taken_back() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    let first = chat.add_turn("a", "first", "1").await.unwrap();
    let second = chat.add_turn("a", "second", "2").await.unwrap();
    let mut heard = pin!(chat.follow_as(1, "a", None, 0));
    assert_eq!(news(&mut heard), []);
    let pruned = chat.prune("a", second).await.unwrap();
    assert_eq!(news(&mut heard), branch("a", first));
    chat.restore(&pruned.session_id).await.unwrap();
    assert_eq!(news(&mut heard), branch("a", second));
    let before = aios_chat::now();
    chat.prune("a", second).await.unwrap();
    assert_eq!(news(&mut heard), branch("a", first));
    let (moment, _) = chat.last_trashed(before).await.unwrap().unwrap();
    chat.restore_moment(moment).await.unwrap();
    assert_eq!(news(&mut heard), branch("a", second));
    chat.delete("a").await.unwrap();
    assert_eq!(news(&mut heard), []);
    chat.manage(vec!["a".into()], Management::Restore).await.unwrap();
    assert_eq!(news(&mut heard), branch("a", second));
}

#[tokio::test]
async fn who_looks_on_is_told_which_branch_is_shown_after_an_import_and_after_it_was_undone() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    let import = async |import_id: &str, questions: usize| {
        let mut conversation = Conversation::new(Source::new("claude"), "there");
        for number in 1..=questions {
            let before = (number > 1).then(|| (number - 1).to_string());
            let id = number.to_string();
            conversation.messages.push(Message::text(&id, before.as_deref(), Role::User, format!("Question {number}")));
        }
        let batch = SaveBatch { import_id: import_id.into(), feeds: false, conversations: vec![conversation] };
        chat.import_save(batch).await.unwrap().remove(0).session_id.unwrap()
    };
    let session_id = import("one", 1).await;
    let last = async || chat.get(&session_id, None).await.unwrap().turns.last().unwrap().id;
    let first = last().await;
    let mut heard = pin!(chat.follow_as(1, &session_id, None, 0));
    import("two", 2).await;
    let second = last().await;
    assert_ne!(first, second);
    assert_eq!(news(&mut heard), branch(&session_id, second));
    chat.undo_import("two").await.unwrap();
    assert_eq!(last().await, first);
    assert_eq!(news(&mut heard), branch(&session_id, first));
}

#[tokio::test]
async fn who_looks_on_is_told_the_new_name() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    chat.add_turn("a", "first", "1").await.unwrap();
    let mut heard = pin!(chat.follow_as(1, "a", None, 0));
    chat.rename("a", " Herons ").await.unwrap();
    chat.rename("a", "Storks").await.unwrap();
    let named = ServerMessage::Named { session_id: "a".into(), name: "Storks".into() };
    assert_eq!(news(&mut heard), [named], "only the latest counts");
    let mut later = pin!(chat.follow_as(2, "a", None, 0));
    assert!(!news(&mut later).iter().any(|message| matches!(message, ServerMessage::Named { .. })));
}

#[tokio::test]
async fn no_answer_is_written_into_what_is_being_taken_away() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    for round in 0..48_u32 {
        let session_id = format!("s{round}");
        let turn_id = chat.add_turn(&session_id, "first", "1").await.unwrap();
        let wait = async |steps: u32| {
            for _ in 0..steps {
                tokio::task::yield_now().await;
            }
        };
        // Somewhat earlier or later in each round.
        let send = async {
            wait(round % 4).await;
            chat.send(request(&session_id, Some(&session_id), "second")).await
        };
        let take_away = async {
            wait(round / 4).await;
            match round % 2 {
                0 => chat.prune(&session_id, turn_id).await.map(drop),
                _ => chat.delete(&session_id).await,
            }
        };
        let (sent, taken) = tokio::join!(send, take_away);
        taken.unwrap();
        // It was stored before all of it went, or not taken at all.
        let Ok(accepted) = sent else { continue };
        chat.restore(&session_id).await.unwrap();
        let turns = chat.get(&session_id, None).await.unwrap().turns;
        let turn = turns.iter().find(|turn| turn.id == accepted.turn_id).unwrap();
        assert_eq!(turn.status, TurnStatus::Stopped, "round {round}: an answer goes on in the trash");
    }
}
