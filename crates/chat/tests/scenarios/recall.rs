use crate::support::{hear, open, request};
use aios_chat::{Chat, SendRequest};
use aios_model::{Conversation, Message, Role, Source, Timestamp};
use aios_protocol::socket::{ServerMessage, StreamEvent};
use futures::StreamExt;
use std::pin::pin;

async fn remember(chat: &Chat, id: &str, title: &str, date: &str, turns: &[(&str, &str)]) -> String {
    let mut conversation = Conversation::new(Source::new("claude"), id);
    conversation.title = Some(title.into());
    let mut parent: Option<String> = None;
    for (number, (user, assistant)) in turns.iter().enumerate() {
        for (role, text) in [(Role::User, user), (Role::Assistant, assistant)] {
            let mut message = Message::text(format!("{number}{role:?}"), parent.as_deref(), role, *text);
            message.created = Timestamp::parse(date).ok();
            parent = Some(message.id.clone());
            conversation.messages.push(message);
        }
    }
    chat.merge_conversation(conversation).await.unwrap().session_id.unwrap()
}

async fn ask(chat: &Chat, client_id: &str, session_id: Option<&str>, text: &str) -> (String, String) {
    let sent = SendRequest { model: Some("recall".into()), ..request(client_id, session_id, text) };
    let accepted = chat.send(sent).await.unwrap();
    let mut heard = pin!(chat.follow(&accepted.session_id, Some(accepted.turn_id), 0));
    (accepted.session_id, hear(&mut heard).await.0)
}

#[tokio::test]
async fn a_question_is_answered_with_quotes_links_dates_and_sources() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    let turns = [("Hello", "Hi"), ("Which boiler shall we take?", "Take the small boiler, in spring.")];
    let boiler = remember(&chat, "b", "Heating [1]", "2024-03-02T10:00:00Z", &turns).await;
    remember(&chat, "p", "Pasta", "2024-04-01", &[("How long do I cook pasta?", "Nine minutes.")]).await;
    let turn_id = chat.get(&boiler, None).await.unwrap().turns[1].id;
    let (_, answer) = ask(&chat, "a", None, "What did we decide about the boiler in spring?").await;
    assert!(answer.contains("not a language model"), "{answer}");
    assert!(answer.contains("### [Heating \\[1\\]](/c/"), "{answer}");
    assert!(answer.contains(&format!("#turn-{turn_id})")) && answer.contains("2024-03-02"), "{answer}");
    assert!(answer.contains("Claude") && answer.contains("**boiler**"), "{answer}");
    assert!(!answer.contains("asta"), "{answer}");
}

#[tokio::test]
async fn all_words_are_better_than_some_and_some_are_better_than_none() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    remember(&chat, "1", "One", "2024-01-01", &[("The red bicycle", "It is fast.")]).await;
    remember(&chat, "2", "Two", "2024-01-02", &[("The red bicycle and the blue car", "Both.")]).await;
    let (_, answer) = ask(&chat, "a", None, "red bicycle car").await;
    assert!(answer.contains("[Two]") && !answer.contains("[One]"), "{answer}");
    let (_, answer) = ask(&chat, "b", None, "red bicycle submarine").await;
    assert!(answer.contains("[Two]") && answer.contains("[One]"), "{answer}");
}

#[tokio::test]
async fn it_neither_finds_itself_nor_pretends_to_have_found_something() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    let (session_id, answer) = ask(&chat, "a", None, "the zeppelin").await;
    assert!(answer.contains("found nothing in your history"), "{answer}");
    let (_, answer) = ask(&chat, "b", Some(&session_id), "the zeppelin again").await;
    assert!(answer.contains("found nothing in your history"), "{answer}");
    let (_, answer) = ask(&chat, "c", None, "…?").await;
    assert!(answer.contains("no word"), "{answer}");
}

#[tokio::test]
async fn quoted_text_cannot_become_markup() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    let hostile = "boiler ![x](https://evil.example/?q) <img src=x onerror=alert(1)>\n\n# Big\n> quote\n\n[a](javascript:alert(1)) `code` ```";
    remember(
        &chat,
        "h](javascript:1)",
        "T](javascript:2) <b>\n# x",
        "2024-01-01",
        &[(hostile, "boiler\n\n---\n\n| a |")],
    )
    .await;
    let (_, answer) = ask(&chat, "a", None, "boiler").await;
    assert!(answer.contains("**boiler**"), "{answer}");
    // Every character of theirs that could mean something has a backslash before it.
    for (at, character) in answer.char_indices().filter(|(_, character)| "<`!|".contains(*character)) {
        assert!(answer[..at].ends_with('\\'), "{character} at {at} in {answer}");
    }
    for link in answer.match_indices("](").map(|(at, _)| at).filter(|&at| !answer[..at].ends_with('\\')) {
        assert!(answer[link..].starts_with("](/c/"), "{}", &answer[link..]);
    }
    for line in answer.lines() {
        assert!(!line.starts_with("# ") && !line.starts_with("---"), "{answer}");
    }
}

#[tokio::test]
async fn it_streams_like_any_agent_and_is_there_without_any_configuration() {
    let data = tempfile::tempdir().unwrap();
    let chat = Chat::open(aios_chat::Config { data: data.path().into(), ..Default::default() }).unwrap();
    assert_eq!(chat.models().await.current, "recall");
    remember(&chat, "1", "One", "2024-01-01", &[("A red bicycle", "Fast.")]).await;
    let accepted = chat.send(request("a", None, "bicycle")).await.unwrap();
    assert_eq!(accepted.model.as_deref(), Some("recall"));
    let heard: Vec<ServerMessage> = chat
        .follow(&accepted.session_id, Some(accepted.turn_id), 0)
        .take_while(|message| std::future::ready(matches!(message, ServerMessage::Event { .. })))
        .collect()
        .await;
    let texts =
        heard.iter().filter(|message| matches!(message, ServerMessage::Event { event: StreamEvent::Text { .. }, .. }));
    assert!(texts.count() > 1, "{heard:?}");
}

#[tokio::test]
async fn times_and_sources_narrow_it_and_a_question_may_go_on_with_the_one_before() {
    let data = tempfile::tempdir().unwrap();
    let (chat, _asked) = open(data.path());
    remember(&chat, "1", "Old heating", "2024-04-02", &[("Which boiler?", "The small boiler.")]).await;
    remember(&chat, "2", "New heating", "2024-07-02", &[("Which boiler now?", "The large boiler.")]).await;
    let (session_id, answer) = ask(&chat, "a", None, "What did I decide about the boiler in spring?").await;
    assert!(answer.contains("[Old heating]") && !answer.contains("[New heating]"), "{answer}");
    assert!(answer.contains("March to May of any year"), "{answer}");
    let (_, answer) = ask(&chat, "b", Some(&session_id), "and in summer?").await;
    assert!(answer.contains("[New heating]") && !answer.contains("[Old heating]"), "{answer}");
    let (_, answer) = ask(&chat, "c", Some(&session_id), "Und im Juli 2024 bei Claude?").await;
    assert!(answer.contains("in Claude (2024-07-01 to 2024-07-31)") && answer.contains("[New heating]"), "{answer}");
    let (_, answer) = ask(&chat, "d", Some(&session_id), "and with Gemini?").await;
    assert!(answer.contains("found nothing in your history, not at any other time either"), "{answer}");
    let (_, answer) = ask(&chat, "e", None, "boiler in 2023").await;
    assert!(answer.contains("nothing of **boiler** in that time") && answer.contains("[Old heating]"), "{answer}");
    let (_, answer) = ask(&chat, "f", None, "What did I talk about in April 2024?").await;
    assert!(answer.contains("[Old heating]") && !answer.contains("[New heating]"), "{answer}");
}
