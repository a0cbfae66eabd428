//! What survives the program, and what stands beside each other.

use crate::support::{Call, hear, open, request, until_stored};
use aios_chat::{Accepted, BranchRequest, Chat, Error, ErrorKind, agent::AgentEvent};
use aios_model::{Part, Role, TurnStatus};
use aios_protocol::socket::{ServerMessage, StreamEvent};
use futures::{FutureExt, StreamExt};
use std::pin::pin;
use tokio::sync::mpsc::UnboundedReceiver;

fn beside(client_id: &str, turn_id: i64, text: Option<&str>) -> BranchRequest {
    BranchRequest { client_id: client_id.into(), turn_id, text: text.map(str::to_owned), model: None }
}

async fn said(chat: &Chat, asked: &mut UnboundedReceiver<Call>, accepted: &Accepted, answer: &str) -> Call {
    let call = asked.recv().await.unwrap();
    call.say(answer);
    call.end();
    until_stored(chat, accepted, |turn| turn.status == TurnStatus::Complete).await;
    // It is stored a moment before it is over; from then on there is nothing to go on with.
    while chat.go_on("over".into(), accepted.turn_id).await.is_ok() {
        tokio::task::yield_now().await;
    }
    call
}

/// Everything that can be heard now.
fn now(heard: &mut (impl futures::Stream<Item = ServerMessage> + Unpin)) -> Vec<ServerMessage> {
    std::iter::from_fn(|| heard.next().now_or_never().flatten()).collect()
}

#[tokio::test]
async fn an_answer_that_a_crash_cut_off_is_put_together_with_all_that_it_had_and_heard_from_any_event_on() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    call.give(AgentEvent::Reasoning("Hm".into()));
    call.give(AgentEvent::ToolCall { id: "t".into(), name: "search".into(), input: "{}".into() });
    call.say("Half");
    until_stored(&chat, &accepted, |turn| turn.assistant_message == "Half").await;
    // As a crash leaves it: another program opens the file while the first says nothing any more.
    let (later, _asked) = open(data.path());
    let stored = later.get(&accepted.session_id, None).await.unwrap().turns.remove(0);
    assert_eq!((stored.assistant_message.as_str(), stored.status), ("Half", TurnStatus::Interrupted));
    assert_eq!(stored.messages[1].parts[0], Part::Reasoning { text: "Hm".into(), summary: None });
    assert!(matches!(&stored.messages[1].parts[1], Part::ToolCall { name, .. } if name == "search"));
    for after in 0..=4 {
        let mut heard = Box::pin(later.follow(&accepted.session_id, Some(accepted.turn_id), after));
        // It is read from the disk, so it is waited for.
        let mut rest = vec![heard.next().await.unwrap()];
        rest.extend(now(&mut heard));
        let sequences: Vec<_> = rest
            .iter()
            .filter_map(|message| match message {
                ServerMessage::Event { sequence, .. } => Some(*sequence),
                _ => None,
            })
            .collect();
        assert_eq!(sequences, (after + 1..=3).collect::<Vec<_>>());
        let end = rest.last().unwrap();
        assert!(matches!(end, ServerMessage::End { status: TurnStatus::Interrupted, sequence: 3, .. }), "{end:?}");
    }
}

#[tokio::test]
async fn the_exact_rest_is_heard_after_a_restart_too() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    ["a", "b", "c"].iter().for_each(|text| call.say(text));
    call.end();
    until_stored(&chat, &accepted, |turn| turn.status == TurnStatus::Complete).await;
    chat.shut_down().await;
    drop(chat);
    let (chat, _asked) = open(data.path());
    let mut heard = pin!(chat.follow(&accepted.session_id, Some(accepted.turn_id), 1));
    assert_eq!(hear(&mut heard).await, ("bc".into(), 3, TurnStatus::Complete, None));
}

#[tokio::test]
async fn an_answer_that_was_cut_off_goes_on_in_its_turn_with_its_numbers() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "Count.")).await.unwrap();
    let call = asked.recv().await.unwrap();
    call.give(AgentEvent::Reasoning("Hm".into()));
    call.say("one, ");
    until_stored(&chat, &accepted, |turn| turn.assistant_message == "one, ").await;
    drop(call);
    until_stored(&chat, &accepted, |turn| turn.status == TurnStatus::Failed).await;
    chat.shut_down().await;
    drop(chat);

    let (chat, mut asked) = open(data.path());
    let mut heard = pin!(chat.follow(&accepted.session_id, None, 0));
    let again = chat.go_on("b".into(), accepted.turn_id).await.unwrap();
    assert_eq!((again.turn_id, again.after), (accepted.turn_id, 2));
    assert_eq!(chat.go_on("b".into(), accepted.turn_id).await.unwrap(), again);
    let call = asked.recv().await.unwrap();
    let roles: Vec<_> = call.request.history.iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::User]);
    assert_eq!(call.request.history[1].1, "one, ");
    call.say("two.");
    call.end();
    assert_eq!(heard.next().await, Some(ServerMessage::from(again)));
    let notice = |event: &StreamEvent| matches!(event, StreamEvent::Notice { .. });
    assert!(matches!(heard.next().await, Some(ServerMessage::Event { sequence: 3, event, .. }) if notice(&event)));
    let delta = StreamEvent::Text { delta: "two.".into() };
    assert!(matches!(heard.next().await, Some(ServerMessage::Event { sequence: 4, event, .. }) if event == delta));
    assert!(matches!(heard.next().await, Some(ServerMessage::End { sequence: 4, .. })));
    let stored = chat.get(&accepted.session_id, None).await.unwrap().turns;
    assert_eq!((stored.len(), stored[0].assistant_message.as_str()), (1, "one, two."));
    assert!(stored[0].messages[1].parts.len() == 2, "what it thought is kept: {:?}", stored[0].messages);
    // Whoever saw the first event only hears all the others, as if nothing had been in between.
    let mut rest = pin!(chat.follow(&accepted.session_id, Some(accepted.turn_id), 1));
    assert_eq!(hear(&mut rest).await, ("one, two.".into(), 4, TurnStatus::Complete, None));
    let whole = chat.go_on("c".into(), accepted.turn_id).await.unwrap_err();
    assert_eq!(whole.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn another_answer_and_another_question_stand_beside_what_there_was() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let first = chat.send(request("a", None, "Hello?")).await.unwrap();
    said(&chat, &mut asked, &first, "Hi.").await;
    let second = chat.send(request("b", Some(&first.session_id), "Why?")).await.unwrap();
    assert_eq!((second.parent_id, second.siblings.len()), (Some(first.turn_id), 0));
    said(&chat, &mut asked, &second, "So.").await;

    let again = chat.branch(beside("c", second.turn_id, None)).await.unwrap();
    assert_eq!(chat.branch(beside("c", second.turn_id, None)).await.unwrap(), again);
    assert_eq!((again.text.as_str(), again.parent_id), ("Why?", Some(first.turn_id)));
    assert_eq!(again.siblings, [second.turn_id, again.turn_id]);
    let call = said(&chat, &mut asked, &again, "Because.").await;
    let history = [(Role::User, "Hello?"), (Role::Assistant, "Hi."), (Role::User, "Why?")];
    assert_eq!(call.request.history, history.map(|(role, text)| (role, text.to_owned())));

    let edited = chat.branch(beside("d", first.turn_id, Some("Good day?"))).await.unwrap();
    assert_eq!((edited.parent_id, &edited.siblings), (None, &vec![first.turn_id, edited.turn_id]));
    said(&chat, &mut asked, &edited, "Good day.").await;
    let shown = async || -> Vec<String> {
        let turns = chat.get(&first.session_id, None).await.unwrap().turns;
        turns.into_iter().map(|turn| turn.assistant_message).collect()
    };
    assert_eq!(shown().await, ["Good day."]);
    chat.show_branch(second.turn_id).await.unwrap();
    assert_eq!(shown().await, ["Hi.", "So."]);
    assert!(matches!(chat.show_branch(99).await, Err(Error::TurnNotFound { turn_id: 99 })));
    assert!(matches!(chat.branch(beside("e", 99, None)).await, Err(Error::TurnNotFound { turn_id: 99 })));
}

#[tokio::test]
async fn those_who_follow_know_of_each_other_and_of_branches() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "Hello?")).await.unwrap();
    said(&chat, &mut asked, &accepted, "Hi.").await;
    let session_id = accepted.session_id.clone();
    let presence =
        |readers, typing| ServerMessage::Presence { session_id: accepted.session_id.clone(), readers, typing };
    let mut first = Box::pin(chat.follow_as(1, &session_id, None, 0));
    assert_eq!(now(&mut first), []);
    let mut second = Box::pin(chat.follow_as(2, &session_id, None, 0));
    assert_eq!((now(&mut first), now(&mut second)), (vec![presence(2, false)], vec![presence(2, false)]));
    chat.typing(1, &session_id);
    assert_eq!((now(&mut first), now(&mut second)), (vec![], vec![presence(2, true)]));
    chat.show_branch(accepted.turn_id).await.unwrap();
    let branch = ServerMessage::Branch { session_id: session_id.clone(), turn_id: accepted.turn_id };
    assert_eq!((now(&mut first), now(&mut second)), (vec![branch.clone()], vec![branch]));
    drop(second);
    assert_eq!(now(&mut first), [presence(1, false)]);
}

#[tokio::test]
async fn an_end_that_could_not_be_saved_is_saved_as_soon_as_it_can_be() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    call.say("Half");
    until_stored(&chat, &accepted, |turn| turn.assistant_message == "Half").await;
    let refusing = aios_store::Connection::open(data.path().join("personal.db")).unwrap();
    refusing
        .execute_batch("CREATE TRIGGER refuse BEFORE UPDATE ON convo_turns BEGIN SELECT RAISE(ABORT, 'no room'); END")
        .unwrap();
    let mut heard = pin!(chat.follow(&accepted.session_id, Some(accepted.turn_id), 1));
    call.say(" and the rest");
    call.end();
    let (text, _, status, error) = hear(&mut heard).await;
    assert_eq!((text.as_str(), status), (" and the rest", TurnStatus::Failed));
    assert!(error.unwrap().contains("could not be saved yet"));
    refusing.execute_batch("DROP TRIGGER refuse").unwrap();
    until_stored(&chat, &accepted, |turn| {
        turn.status == TurnStatus::Complete && turn.assistant_message == "Half and the rest"
    })
    .await;
}
