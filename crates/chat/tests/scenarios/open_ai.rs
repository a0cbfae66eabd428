use crate::model_server::{as_from_afar, joined, read_request, server, status, stream_of, whole};
use aios_chat::{
    Chat, Config, ProviderConfig, Secret, SendRequest,
    agent::{Agent, AgentError, AgentEvent, AgentRequest, FinishReason, ModelServer},
};
use aios_model::Role;
use futures::StreamExt;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

fn agent(base_url: &str, key: Option<&str>) -> ModelServer {
    ModelServer::new(&ProviderConfig {
        name: "local".into(),
        base_url: base_url.into(),
        api_key: key.map(Secret::new),
        ..ProviderConfig::default()
    })
    .unwrap()
}

fn question() -> AgentRequest {
    AgentRequest {
        turn_id: 1,
        model: "small".into(),
        system_prompt: Some("Be brief.".into()),
        history: vec![(Role::User, "Why?".into())],
        ..AgentRequest::default()
    }
}

/// What comes of it over a connection of its own, which has to be the same as over shared ones.
async fn answer(pieces: Vec<Vec<u8>>) -> Vec<AgentEvent> {
    let (address, served) = server(pieces.clone()).await;
    let events: Vec<_> = agent(&address, Some("sk-secret")).answer(question()).collect().await;
    served.await.unwrap();
    let (address, served) = server(pieces).await;
    if let Some(address) = as_from_afar(&address) {
        let shared: Vec<_> = agent(&address, Some("sk-secret")).answer(question()).collect().await;
        served.await.unwrap();
        assert_eq!(joined(shared), joined(events.clone()));
    }
    joined(events)
}

fn text(text: &str) -> AgentEvent {
    AgentEvent::Text(text.into())
}

const HALLO: &str = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"Hä\\n\"}}]}\n\n";

#[tokio::test]
async fn text_reasoning_tools_and_usage_arrive_as_they_were_sent() {
    let events = answer(whole(&[
        ": keep-alive\n\n",
        "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"Hm\"}}]}\r\n\r\n",
        HALLO,
        "data: {\"choices\":[{\"delta\":{\"content\":\"  llo \u{1f600}\"},\"finish_reason\":null}],\"usage\":null}\n\n",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"find\",\"arguments\":\"{\\\"a\\\":\"}}]}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]},\"finish_reason\":\"length\"}]}\n\n",
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\n",
        "data: [DONE]\n\n",
    ]))
    .await;
    assert_eq!(
        events,
        [
            AgentEvent::Reasoning("Hm".into()),
            text("Hä\n  llo \u{1f600}"),
            AgentEvent::Usage { input_tokens: Some(9), output_tokens: Some(4) },
            AgentEvent::ToolCall { id: "c1".into(), name: "find".into(), input: "{\"a\":1}".into() },
            AgentEvent::End(FinishReason::Length),
        ]
    );
}

#[tokio::test]
async fn the_request_is_what_the_protocol_says_and_the_key_is_only_in_its_header() {
    let (address, served) = server(whole(&[HALLO, "data: [DONE]\n\n"])).await;
    let agent = agent(&format!("{address}/"), Some("sk-secret"));
    assert!(!format!("{agent:?}").contains("sk-secret"));
    agent.answer(question()).collect::<Vec<_>>().await;
    let request = served.await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{head}");
    let head = head.to_lowercase();
    assert!(head.contains("authorization: bearer sk-secret\r\n"), "{head}");
    assert!(head.contains(&format!("host: {}\r\n", &address["http://".len()..address.len() - "/v1".len()])), "{head}");
    assert!(head.contains("user-agent: aios-chat/"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let expected = serde_json::json!({
        "model": "small",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}],
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_character_cut_between_two_packets_is_whole_again() {
    let bytes = whole(&[HALLO, "data: [DONE]\n\n"]).concat();
    let pieces = bytes.chunks(1).map(<[u8]>::to_vec).collect();
    assert_eq!(answer(pieces).await, [text("Hä\n"), AgentEvent::End(FinishReason::Stop)]);
}

#[tokio::test]
async fn an_answer_that_comes_all_at_once_is_whole() {
    let words: Vec<String> = (0..5000).map(|number| format!("{number} ")).collect();
    let event = |word: &String| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{word}\"}}}}]}}\n\n");
    let mut events: Vec<String> = words.iter().map(event).collect();
    events.push("data: [DONE]\n\n".into());
    let pieces = whole(&events.iter().map(String::as_str).collect::<Vec<_>>()).concat();
    assert_eq!(answer(vec![pieces]).await, [text(&words.concat()), AgentEvent::End(FinishReason::Stop)]);
}

#[tokio::test]
async fn a_stream_that_is_cut_is_an_error_and_not_an_end() {
    let cut = AgentEvent::Error(AgentError::CutOff { provider: "local".into() });
    // The connection breaks, or the server ends properly but in the middle of the answer.
    assert_eq!(answer(stream_of(&[HALLO])).await, [text("Hä\n"), cut.clone()]);
    assert_eq!(answer(whole(&[HALLO])).await, [text("Hä\n"), cut]);
    // Some servers never send [DONE]; the model's own word is enough.
    let finished = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n";
    assert_eq!(answer(whole(&[HALLO, finished])).await, [text("Hä\n"), AgentEvent::End(FinishReason::Stop)]);
}

#[tokio::test]
async fn a_frame_that_is_not_readable_ends_the_answer_with_an_error() {
    let events = answer(whole(&[HALLO, "data: {\"choices\":[\n\n", HALLO])).await;
    assert_eq!(events[0], text("Hä\n"));
    assert!(matches!(&events[1..], [AgentEvent::Error(AgentError::Malformed { .. })]), "{events:?}");
}

#[tokio::test]
async fn refusals_become_typed_errors() {
    let provider = || "local".to_owned();
    let too_long = r#"{"error":{"message":"maximum context length is 10","code":"context_length_exceeded"}}"#;
    let cases = [
        (status("401 Unauthorized", "", ""), AgentError::Unauthorized { provider: provider() }),
        (
            status("429 Too Many Requests", "retry-after: 7\r\n", ""),
            AgentError::RateLimited { provider: provider(), retry_after: Some(Duration::from_secs(7)) },
        ),
        (status("503 Service Unavailable", "", "busy"), AgentError::Unavailable { provider: provider(), status: 503 }),
        (status("400 Bad Request", "", too_long), AgentError::ContextTooLong { model: "small".into() }),
        (
            status("404 Not Found", "", r#"{"error":"model 'small' not found"}"#),
            AgentError::NoSuchModel { provider: provider(), model: "small".into() },
        ),
        (
            status("400 Bad Request", "", r#"{"error":{"message":"no,\n sk-secret","code":400}}"#),
            AgentError::Rejected { provider: provider(), status: 400, message: "no, …".into() },
        ),
        // A redirect is not followed: it would carry the conversation elsewhere.
        (
            status("302 Found", "location: http://127.0.0.1:1/\r\n", ""),
            AgentError::Rejected { provider: provider(), status: 302, message: "it gave no reason.".into() },
        ),
        (
            whole(&["data: {\"error\":{\"message\":\"overloaded\",\"code\":529}}\n\n"]),
            AgentError::Unavailable { provider: provider(), status: 529 },
        ),
    ];
    for (response, error) in cases {
        assert!(!error.to_string().is_empty());
        assert_eq!(answer(response).await, [AgentEvent::Error(error)]);
    }
    let (address, _served) = server(status("401 Unauthorized", "", "")).await;
    let events: Vec<_> = agent(&address, None).answer(question()).collect().await;
    assert_eq!(events, [AgentEvent::Error(AgentError::NoKey { provider: provider() })]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_by_its_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let events: Vec<_> = agent(&format!("http://{address}/v1"), None).answer(question()).collect().await;
    let refused = AgentError::ConnectionRefused { provider: "local".into(), address };
    assert_eq!(events, [AgentEvent::Error(refused)]);
}

#[tokio::test]
async fn dropping_the_answer_closes_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_request(&mut socket).await;
        socket.write_all(&stream_of(&[HALLO]).concat()).await.unwrap();
        socket.read(&mut [0]).await.unwrap_or(0)
    });
    let mut events = agent(&address, None).answer(question());
    assert_eq!(events.next().await, Some(text("Hä\n")));
    drop(events);
    assert_eq!(served.await.unwrap(), 0);
}

#[tokio::test]
async fn the_selector_lists_what_the_servers_offer_and_why_one_offers_nothing() {
    let data = tempfile::tempdir().unwrap();
    let list = r#"{"object":"list","data":[{"id":"org/model","context_length":8192},{"id":"b"}]}"#;
    let (address, _served) = server(status("200 OK", "content-type: application/json\r\n", list)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let provider = |name: &str, base_url: &str, models: &[&str]| ProviderConfig {
        name: name.into(),
        base_url: base_url.into(),
        api_key: None,
        models: models.iter().map(|model| (*model).into()).collect(),
        ..ProviderConfig::default()
    };
    let providers = vec![
        provider("down", &nobody, &[]),
        provider("up", &address, &[]),
        provider("fixed", "https://models.example/v1", &["large"]),
    ];
    let chat = Chat::open(Config { data: data.path().into(), providers, ..Config::default() }).unwrap();
    // The second list is from memory: the server answers once only.
    chat.models().await;
    let models = chat.models().await;
    let ids: Vec<_> = models.models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["recall", "up/org/model", "up/b", "fixed/large"]);
    assert_eq!((models.current.as_str(), models.models[1].context_length), ("up/org/model", Some(8192)));
    assert!(models.problems[0].starts_with("Nothing answers at 127.0.0.1:"), "{:?}", models.problems);
    let sent = SendRequest { client_id: "a".into(), session_id: None, text: "Hi".into(), model: None };
    assert_eq!(chat.send(sent).await.unwrap().model.as_deref(), Some("up/org/model"));
}

#[test]
fn a_configuration_that_makes_no_sense_is_refused() {
    let config = |name: &str, base_url: &str, key: Option<&str>| Config {
        data: std::env::temp_dir().join("never-made"),
        providers: vec![ProviderConfig {
            name: name.into(),
            base_url: base_url.into(),
            api_key: key.map(Secret::new),
            ..ProviderConfig::default()
        }],
        ..Config::default()
    };
    let wrong = [
        config("recall", "http://localhost/v1", None),
        config("a/b", "http://localhost/v1", None),
        config("a", "file:///etc/passwd", None),
        config("a", "localhost:1", None),
        config("a", "http://localhost/v1", Some("line\nbreak")),
        Config { default_model: Some("b/model".into()), ..config("a", "http://localhost/v1", None) },
    ];
    for config in wrong {
        assert!(Chat::open(config).is_err());
    }
}
