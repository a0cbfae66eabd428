use crate::support::{hear, open, request, until_stored};
use aios_chat::{
    Chat, Config, Error, ErrorKind,
    agent::{AgentError, AgentEvent},
};
use aios_model::{Part, Role, TurnStatus};
use aios_protocol::socket::ServerMessage;
use futures::{FutureExt, StreamExt};
use std::pin::pin;

#[tokio::test]
async fn a_message_is_accepted_answered_in_pieces_and_stored() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let mut changes = chat.changes();
    let accepted = chat.send(request("a", None, "Why is the sky blue?")).await.unwrap();
    assert_eq!(accepted.model.as_deref(), Some("script/one"));
    assert_eq!(changes.recv().await.unwrap().session_id.as_ref(), Some(&accepted.session_id));
    let mut heard = pin!(chat.follow(&accepted.session_id, None, 0));
    assert_eq!(heard.next().await, Some(ServerMessage::from(accepted.clone())));

    let call = asked.recv().await.unwrap();
    assert_eq!(call.request.history, [(Role::User, "Why is the sky blue?".to_owned())]);
    call.give(AgentEvent::Reasoning("Light …".into()));
    call.say("Rayleigh\n");
    call.say("");
    call.say(" scattering.");
    call.give(AgentEvent::Usage { input_tokens: Some(7), output_tokens: Some(3) });
    call.end();
    assert_eq!(hear(&mut heard).await, ("Rayleigh\n scattering.".into(), 4, TurnStatus::Complete, None));

    let stored = chat.get(&accepted.session_id, None).await.unwrap();
    let turn = &stored.turns[0];
    assert_eq!((turn.assistant_message.as_str(), turn.status), ("Rayleigh\n scattering.", TurnStatus::Complete));
    assert_eq!((turn.user_tokens, turn.assistant_tokens), (Some(7), Some(3)));
    assert_eq!(turn.messages[1].parts[0], Part::Reasoning { text: "Light …".into(), summary: None });
    assert_eq!(stored.summary.preview, "Why is the sky blue?");
}

#[tokio::test]
async fn the_next_question_comes_with_what_was_said_before_and_the_instructions() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let session_id = chat.create(Some("A chat".into())).await.unwrap();
    chat.set_system_prompt(&session_id, Some("Be brief.".into())).await.unwrap();
    let mut heard = pin!(chat.follow(&session_id, None, 0));
    for (client_id, text) in [("a", "One?"), ("b", "Two?")] {
        chat.send(request(client_id, Some(&session_id), text)).await.unwrap();
        let call = asked.recv().await.unwrap();
        assert_eq!(call.request.system_prompt.as_deref(), Some("Be brief."));
        if client_id == "b" {
            let history = [(Role::User, "One?"), (Role::Assistant, "Yes."), (Role::User, "Two?")];
            assert_eq!(call.request.history, history.map(|(role, text)| (role, text.to_owned())));
        }
        call.say("Yes.");
        call.end();
        assert_eq!(hear(&mut heard).await.0, "Yes.");
    }
}

#[tokio::test]
async fn whoever_follows_from_the_middle_gets_exactly_the_rest() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "Count.")).await.unwrap();
    let call = asked.recv().await.unwrap();
    for number in 1..=5 {
        call.say(&format!("{number} "));
    }
    let mut first = pin!(chat.follow(&accepted.session_id, None, 0));
    assert!(matches!(first.next().await, Some(ServerMessage::Accepted { .. })));
    for _ in 0..3 {
        assert!(matches!(first.next().await, Some(ServerMessage::Event { .. })));
    }
    let mut second = pin!(chat.follow(&accepted.session_id, Some(accepted.turn_id), 3));
    call.say("6");
    call.end();
    assert_eq!(hear(&mut second).await, ("4 5 6".into(), 6, TurnStatus::Complete, None));
    assert_eq!(hear(&mut first).await, ("4 5 6".into(), 6, TurnStatus::Complete, None));
    // Both go on with the next message.
    chat.send(request("b", Some(&accepted.session_id), "Again.")).await.unwrap();
    let call = asked.recv().await.unwrap();
    call.say("1");
    call.end();
    assert_eq!(hear(&mut first).await.0, "1");
    assert_eq!(hear(&mut second).await.0, "1");
}

#[tokio::test]
async fn an_answer_is_written_when_nobody_watches_and_kept_while_it_grows() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "Hello?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    call.say("Half");
    until_stored(&chat, &accepted, |turn| turn.assistant_message == "Half" && turn.status == TurnStatus::Streaming)
        .await;
    call.say(" and half");
    call.end();
    until_stored(&chat, &accepted, |turn| {
        turn.assistant_message == "Half and half" && turn.status == TurnStatus::Complete
    })
    .await;
}

#[tokio::test]
async fn stopping_keeps_what_has_come_and_tells_the_agent() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "Go on for ever.")).await.unwrap();
    let mut heard = pin!(chat.follow(&accepted.session_id, None, 0));
    let call = asked.recv().await.unwrap();
    call.say("And so");
    heard.next().await;
    heard.next().await;
    chat.stop(&accepted.session_id).await.unwrap();
    call.cancelled().await;
    assert_eq!(hear(&mut heard).await, (String::new(), 0, TurnStatus::Stopped, None));
    let stored = chat.get(&accepted.session_id, None).await.unwrap();
    assert_eq!((stored.turns[0].assistant_message.as_str(), stored.turns[0].status), ("And so", TurnStatus::Stopped));
    chat.stop(&accepted.session_id).await.unwrap();
    chat.stop("no such conversation").await.unwrap();
}

#[tokio::test]
async fn an_agent_that_fails_in_the_middle_or_is_cut_off_costs_nothing_that_had_come() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let mut heard = pin!(chat.follow(&accepted.session_id, None, 0));
    let call = asked.recv().await.unwrap();
    call.say("The first half");
    call.give(AgentEvent::Error(AgentError::RateLimited { provider: "script".into(), retry_after: None }));
    let (text, _, status, error) = hear(&mut heard).await;
    assert_eq!((text.as_str(), status), ("The first half", TurnStatus::Failed));
    assert_eq!(error.as_deref(), Some("script takes no more requests at the moment: try again later."));
    chat.send(request("b", Some(&accepted.session_id), "Two?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    call.say("Another half");
    drop(call);
    let (text, _, status, error) = hear(&mut heard).await;
    assert_eq!((text.as_str(), status), ("Another half", TurnStatus::Failed));
    // Who opens the conversation later is told as well.
    let limited = "script takes no more requests at the moment: try again later.".to_owned();
    assert_eq!(chat.failures(vec![accepted.turn_id, -1]).await.unwrap(), [(accepted.turn_id, limited)]);
    assert!(error.unwrap().contains("what had arrived is kept"));
    let stored = chat.get(&accepted.session_id, None).await.unwrap();
    let texts: Vec<_> = stored.turns.iter().map(|turn| turn.assistant_message.as_str()).collect();
    assert_eq!(texts, ["The first half", "Another half"]);
}

#[tokio::test]
async fn sending_the_same_again_is_sending_it_once() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let sent = request("same", None, "Once?");
    // Both at once, then while it is answered, then afterwards, then after a restart.
    let (first, second) = tokio::join!(chat.send(sent.clone()), chat.send(sent.clone()));
    let accepted = first.unwrap();
    assert_eq!(second.unwrap(), accepted);
    let call = asked.recv().await.unwrap();
    assert_eq!(chat.send(sent.clone()).await.unwrap(), accepted);
    call.say("Once.");
    call.end();
    until_stored(&chat, &accepted, |turn| turn.status == TurnStatus::Complete).await;
    assert_eq!(chat.send(sent.clone()).await.unwrap(), accepted);
    chat.shut_down().await;
    drop(chat);
    let (chat, mut asked_later) = open(data.path());
    assert_eq!(chat.send(sent).await.unwrap(), accepted);
    assert_eq!(chat.get(&accepted.session_id, None).await.unwrap().turns.len(), 1);
    assert!(asked.try_recv().is_err() && asked_later.try_recv().is_err(), "it was asked again");
}

#[tokio::test]
async fn a_second_message_has_to_wait_for_the_end_of_the_answer() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    let error = chat.send(request("b", Some(&accepted.session_id), "Two?")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.message_for_people().contains("was not sent"));
    call.end();
    until_stored(&chat, &accepted, |turn| turn.status == TurnStatus::Complete).await;
    assert_eq!(chat.get(&accepted.session_id, None).await.unwrap().turns.len(), 1);
}

#[tokio::test]
async fn messages_that_cannot_be_taken_leave_no_trace() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    let refused = [
        request("", None, "x"),
        request(&"i".repeat(65), None, "x"),
        request("a", None, " \n"),
        request("b", None, &"x".repeat(aios_chat::MAXIMUM_MESSAGE + 1)),
        aios_chat::SendRequest { model: Some("nobody/nothing".into()), ..request("c", None, "x") },
    ];
    for request in refused {
        assert_eq!(chat.send(request).await.unwrap_err().kind(), ErrorKind::Invalid);
    }
    let gone = chat.send(request("d", Some("gone"), "x")).await.unwrap_err();
    assert!(matches!(gone, Error::NotFound { session_id } if session_id == "gone"));
    assert!(chat.list(Default::default()).await.unwrap().conversations.is_empty());
}

#[tokio::test]
async fn following_a_turn_that_ended_long_ago_says_how_it_ended() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    asked.recv().await.unwrap().end();
    until_stored(&chat, &accepted, |turn| turn.status == TurnStatus::Complete).await;
    chat.shut_down().await;
    drop(chat);
    // A new program has no log of it.
    let (chat, mut asked) = open(data.path());
    let mut heard = pin!(chat.follow(&accepted.session_id, Some(accepted.turn_id), 17));
    let (session_id, turn_id) = (accepted.session_id.clone(), accepted.turn_id);
    let end = ServerMessage::End { session_id, turn_id, status: TurnStatus::Complete, sequence: 0, error: None };
    assert_eq!(heard.next().await, Some(end));
    assert!(heard.next().now_or_never().is_none(), "nothing else has happened");
    let next = chat.send(request("b", Some(&accepted.session_id), "Two?")).await.unwrap();
    assert_eq!(heard.next().await, Some(ServerMessage::from(next)));
    asked.recv().await.unwrap().end();
    hear(&mut heard).await;
}

#[tokio::test]
async fn an_answer_that_a_crash_interrupted_is_marked_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    call.say("Half");
    until_stored(&chat, &accepted, |turn| turn.assistant_message == "Half").await;
    let beside = Chat::open_beside(Config { data: data.path().into(), ..Config::default() }).unwrap();
    let stored = beside.get(&accepted.session_id, None).await.unwrap();
    assert_eq!(stored.turns[0].status, TurnStatus::Streaming, "a command beside a server leaves its answers alone");
    // As a crash leaves it: another program opens the file while the first says nothing any more.
    let later = Chat::open(Config { data: data.path().into(), ..Config::default() }).unwrap();
    let stored = later.get(&accepted.session_id, None).await.unwrap();
    assert_eq!((stored.turns[0].assistant_message.as_str(), stored.turns[0].status), ("Half", TurnStatus::Interrupted));
}

#[tokio::test]
async fn deleting_a_conversation_stops_its_answer() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let call = asked.recv().await.unwrap();
    chat.delete(&accepted.session_id).await.unwrap();
    call.cancelled().await;
    assert_eq!(chat.get(&accepted.session_id, None).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn shutting_down_waits_for_answers_and_ends_followers() {
    let data = tempfile::tempdir().unwrap();
    let (chat, mut asked) = open(data.path());
    let accepted = chat.send(request("a", None, "One?")).await.unwrap();
    let mut heard = pin!(chat.follow(&accepted.session_id, None, 0));
    let call = asked.recv().await.unwrap();
    let closing = tokio::spawn({
        let chat = chat.clone();
        async move { chat.shut_down().await }
    });
    call.say("Done.");
    call.end();
    assert_eq!(hear(&mut heard).await.0, "Done.");
    closing.await.unwrap();
    assert_eq!(heard.next().await, None);
    assert!(matches!(chat.send(request("c", None, "Three?")).await, Err(Error::ShuttingDown)));
}
