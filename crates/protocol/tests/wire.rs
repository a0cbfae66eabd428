//! The wire form of every message. A change here breaks clients that are open while the server is updated.

use aios_model::{Conversation, FullReport, Message, Role, Source, Timestamp, TurnStatus};
use aios_protocol::{
    agents::{AgentModel, AgentModels, DatabaseMode},
    import::{Begin, Compare, CompareKey, Finish, SaveBatch},
    socket::{ClientMessage, ServerMessage, StreamEvent},
    worker::{Choice, Command, Committed, Count, Ending, Event, Filter, Line, LineState, Outlined, Reached, Window},
};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt::Debug;

/// The JSON of each value, a line each, after a look that it is read back as it was.
fn wire<T: Serialize + DeserializeOwned + PartialEq + Debug>(values: &[T]) -> String {
    let lines = values.iter().map(|value| {
        let json = serde_json::to_string(value).expect("it has a wire form");
        assert_eq!(&serde_json::from_str::<T>(&json).expect("its wire form is read"), value);
        json
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn messages_of_the_client_keep_their_form() {
    insta::assert_snapshot!(wire(&[
        ClientMessage::Hello { version: 2 },
        ClientMessage::Send {
            client_id: "c1".into(),
            session_id: None,
            text: "Hello".into(),
            model: None,
            search_history: false
        },
        ClientMessage::Send {
            client_id: "c2".into(),
            session_id: Some("s".into()),
            text: "Go on".into(),
            model: Some("recall".into()),
            search_history: true
        },
        ClientMessage::Follow { session_id: "s".into(), turn_id: Some(7), after: 41 },
        ClientMessage::Unfollow { session_id: "s".into() },
        ClientMessage::Stop { session_id: "s".into() },
        ClientMessage::Regenerate { client_id: "c3".into(), turn_id: 7, model: None, search_history: false },
        ClientMessage::Edit {
            client_id: "c4".into(),
            turn_id: 7,
            text: "Else".into(),
            model: Some("recall".into()),
            search_history: false
        },
        ClientMessage::Continue { client_id: "c5".into(), turn_id: 7 },
        ClientMessage::Switch { session_id: "s".into(), turn_id: 7 },
        ClientMessage::Typing { session_id: "s".into() },
        ClientMessage::Ping,
    ]));
}

#[test]
fn messages_of_the_server_keep_their_form() {
    let event = |event| ServerMessage::Event { session_id: "s".into(), turn_id: 7, sequence: 1, event };
    insta::assert_snapshot!(wire(&[
        ServerMessage::Hello { version: 2 },
        ServerMessage::Accepted {
            client_id: "c1".into(),
            session_id: "s".into(),
            turn_id: 7,
            timestamp: Timestamp::from_milliseconds(1),
            text: "Hello".into(),
            model: Some("recall".into()),
            parent_id: None,
            siblings: vec![],
            after: 0,
        },
        ServerMessage::Accepted {
            client_id: "c1".into(),
            session_id: "s".into(),
            turn_id: 7,
            timestamp: Timestamp::from_milliseconds(1),
            text: "Hello".into(),
            model: None,
            parent_id: Some(3),
            siblings: vec![5, 7],
            after: 41,
        },
        event(StreamEvent::Text { delta: "Hi".into() }),
        event(StreamEvent::Reasoning { delta: "Hm".into() }),
        event(StreamEvent::ToolCall { id: "t".into(), name: "search".into(), input: "{}".into() }),
        event(StreamEvent::ToolResult { id: "t".into(), error: false, output: "[]".into() }),
        event(StreamEvent::Usage { input_tokens: Some(3), output_tokens: None }),
        event(StreamEvent::Notice { text: "Two turns were left out.".into() }),
        ServerMessage::End {
            session_id: "s".into(),
            turn_id: 7,
            status: TurnStatus::Failed,
            sequence: 3,
            error: Some("No key.".into())
        },
        ServerMessage::Error { client_id: None, message: "Not understood.".into() },
        ServerMessage::Branch { session_id: "s".into(), turn_id: 7 },
        ServerMessage::Presence { session_id: "s".into(), readers: 2, typing: true },
        ServerMessage::Named { session_id: "s".into(), name: "Light".into() },
        ServerMessage::Changed { session_id: None },
        ServerMessage::Pong,
    ]));
}

#[test]
fn messages_between_page_and_worker_keep_their_form() {
    insta::assert_snapshot!(wire(&[
        Command::Outline { job: 1, names: vec!["export/a.json".into()] },
        Command::Show {
            job: 1,
            filter: Filter { words: "sea".into(), source: None, state: Some(LineState::New) },
            first: 40,
            count: 20
        },
        Command::Choose { job: 1, choice: Choice::One(7, true) },
        Command::Choose { job: 1, choice: Choice::All },
        Command::Commit { job: 1, import_id: "i".into(), feeds: true },
        Command::Undo { job: 1, import_id: "i".into() },
        Command::Cancel { job: 1 },
    ]));
    let line = Line {
        number: 7,
        source: Source::new("claude"),
        title: Some("The sea".into()),
        time: Some(Timestamp::from_milliseconds(1)),
        turns: 2,
        state: LineState::New,
        chosen: Some(true),
        session_id: None,
        reason: None,
    };
    insta::assert_snapshot!(wire(&[
        Event::Ready,
        Event::Progress {
            job: 1,
            reached: Reached {
                bytes: 10,
                total_bytes: 20,
                conversations: 3,
                seconds_left: Some(1),
                ..Reached::default()
            }
        },
        Event::Outlined {
            job: 1,
            outlined: Outlined {
                counts: vec![Count {
                    source: Source::new("claude"),
                    state: LineState::Empty,
                    conversations: 1,
                    turns: 0
                }],
                ..Outlined::default()
            }
        },
        Event::Lines { job: 1, window: Window { first: 40, matching: 41, chosen: 3, lines: vec![line] } },
        Event::Undone { job: 1, done: true, message: "Undone.".into() },
        Event::Committed { job: 1, committed: Committed::failed("The server does not answer.".into()) },
        Event::Committed {
            job: 1,
            committed: Committed { ending: Ending::Cancelled, ..Committed::failed(String::new()) }
        },
    ]));
}

#[test]
fn bodies_of_an_import_keep_their_form() {
    let mut conversation = Conversation::new(Source::new("claude"), "u");
    conversation.messages.push(Message::text("m", None, Role::User, "Hello"));
    insta::assert_snapshot!(wire(&[SaveBatch {
        import_id: "i".into(),
        feeds: false,
        conversations: vec![conversation]
    }]));
    let key = CompareKey { source: Source::new("claude"), source_id: "u".into(), content_hash: "00".into() };
    insta::assert_snapshot!(wire(&[Compare { keys: vec![key] }]));
    insta::assert_snapshot!(wire(&[Begin { import_id: "i".into(), files: vec!["export.zip".into()] }]));
    insta::assert_snapshot!(wire(&[Finish { import_id: "i".into(), cancelled: true, report: FullReport::default() }]));
}

#[test]
fn the_list_of_models_keeps_its_form() {
    let recall = AgentModel {
        id: "recall".into(),
        name: "Recall".into(),
        provider: "recall".into(),
        description: None,
        context_length: None,
    };
    insta::assert_snapshot!(wire(&[AgentModels { models: vec![recall], current: "recall".into(), problems: vec![] }]));
    insta::assert_snapshot!(wire(&[DatabaseMode::Personal, DatabaseMode::Demo]));
}
