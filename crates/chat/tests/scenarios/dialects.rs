//! Each dialect against a scripted server of it: what an answer is made of, and what goes wrong.

use crate::model_server::{joined, read_request, server, servers, status, stream_of, whole};
use aios_chat::{
    ProviderConfig, Secret,
    agent::{
        Agent, AgentError, AgentEvent, AgentRequest, FinishReason, ModelServer, Picture, Protocol, Tool, ToolCall,
        ToolResult, ToolRound,
    },
};
use aios_model::Role;
use futures::StreamExt;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;

const ALL: [Protocol; 5] = [Protocol::OpenAi, Protocol::Ollama, Protocol::Anthropic, Protocol::Gemini, Protocol::AiOs];

fn config(protocol: Protocol, base_url: &str) -> ProviderConfig {
    ProviderConfig {
        name: "local".into(),
        base_url: base_url.into(),
        api_key: Some(Secret::new("sk-secret")),
        protocol,
        ..ProviderConfig::default()
    }
}

fn agent(protocol: Protocol, base_url: &str) -> ModelServer {
    ModelServer::new(&config(protocol, base_url)).unwrap()
}

fn question() -> AgentRequest {
    AgentRequest {
        turn_id: 1,
        model: "small".into(),
        system_prompt: Some("Be brief.".into()),
        history: vec![(Role::User, "Hi".into()), (Role::Assistant, "Hello".into()), (Role::User, "Why?".into())],
        ..AgentRequest::default()
    }
}

async fn answer(protocol: Protocol, pieces: Vec<Vec<u8>>) -> Vec<AgentEvent> {
    let (address, served) = server(pieces).await;
    let events = agent(protocol, &address).answer(question()).collect().await;
    served.await.unwrap();
    joined(events)
}

fn text(text: &str) -> AgentEvent {
    AgentEvent::Text(text.into())
}

/// The beginning of an answer that says “Hä”, and what makes it whole.
fn dialect(protocol: Protocol) -> (&'static str, &'static str) {
    match protocol {
        Protocol::OpenAi => ("data: {\"choices\":[{\"delta\":{\"content\":\"Hä\"}}]}\n\n", "data: [DONE]\n\n"),
        Protocol::Ollama => (
            "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Hä\"},\"done\":false}\n",
            "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n",
        ),
        Protocol::Anthropic => (
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hä\"}}\n\n",
            "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        ),
        Protocol::Gemini => (
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hä\"}],\"role\":\"model\"}}]}\r\n\r\n",
            "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\r\n\r\n",
        ),
        // It answers as a whole: there is no beginning that stands.
        Protocol::AiOs => ("{\"message\":{\"role\":\"assistant\",\"content\":\"Hä\"},", "\"agent_status\":\"ready\"}"),
    }
}

/// What stands of an answer that breaks off after its beginning.
fn arrived(protocol: Protocol) -> Vec<AgentEvent> {
    if protocol == Protocol::AiOs { Vec::new() } else { vec![text("Hä")] }
}

#[tokio::test]
async fn an_answer_is_whole_wherever_its_packets_are_cut() {
    for protocol in ALL {
        let (begin, end) = dialect(protocol);
        let bytes = whole(&[begin, end]).concat();
        let pieces = bytes.chunks(1).map(<[u8]>::to_vec).collect();
        assert_eq!(answer(protocol, pieces).await, [text("Hä"), AgentEvent::End(FinishReason::Stop)], "{protocol:?}");
    }
}

#[tokio::test]
async fn a_stream_that_is_cut_keeps_what_had_arrived() {
    for protocol in ALL {
        let (begin, _) = dialect(protocol);
        let mut expected = arrived(protocol);
        expected.push(AgentEvent::Error(AgentError::CutOff { provider: "local".into() }));
        assert_eq!(answer(protocol, stream_of(&[begin])).await, expected, "{protocol:?}");
        if protocol != Protocol::AiOs {
            // The body ends as it should, but the model has not said that it is done.
            assert_eq!(answer(protocol, whole(&[begin])).await, expected, "{protocol:?}");
        }
    }
}

#[tokio::test]
async fn frames_that_are_not_readable_end_the_answer_with_a_sentence() {
    for protocol in ALL {
        let (begin, end) = dialect(protocol);
        let events = answer(protocol, whole(&[begin, "data: {\"x\n\n", end])).await;
        let (last, before) = events.split_last().unwrap();
        assert_eq!(before, arrived(protocol), "{protocol:?}");
        assert!(matches!(last, AgentEvent::Error(AgentError::Malformed { .. })), "{protocol:?}: {last:?}");
        let events = answer(protocol, vec![b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\ndata \xff\n".to_vec()]).await;
        assert!(matches!(&events[..], [AgentEvent::Error(AgentError::Malformed { .. })]), "{protocol:?}: {events:?}");
    }
}

#[tokio::test]
async fn refusals_become_typed_errors_in_every_dialect() {
    let provider = || "local".to_owned();
    let too_long = |protocol| match protocol {
        Protocol::OpenAi => r#"{"error":{"message":"too many","code":"context_length_exceeded"}}"#,
        Protocol::Ollama => r#"{"error":"the input length exceeds the context length"}"#,
        Protocol::Anthropic => {
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}}"#
        }
        Protocol::Gemini => {
            r#"[{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}]"#
        }
        Protocol::AiOs => r#"{"detail":"maximum context exceeded"}"#,
    };
    for protocol in ALL {
        let cases = [
            (status("401 Unauthorized", "", ""), AgentError::Unauthorized { provider: provider() }),
            (
                status("429 Too Many Requests", "retry-after: 7\r\n", "{}"),
                AgentError::RateLimited { provider: provider(), retry_after: Some(Duration::from_secs(7)) },
            ),
            (
                status("503 Service Unavailable", "", "<html>"),
                AgentError::Unavailable { provider: provider(), status: 503 },
            ),
            (status("400 Bad Request", "", too_long(protocol)), AgentError::ContextTooLong { model: "small".into() }),
            (
                status("404 Not Found", "", r#"{"error":{"message":"model small not found"}}"#),
                AgentError::NoSuchModel { provider: provider(), model: "small".into() },
            ),
            (
                status("400 Bad Request", "", r#"{"error":{"message":"no,\n sk-secret"}}"#),
                AgentError::Rejected { provider: provider(), status: 400, message: "no, …".into() },
            ),
        ];
        for (response, error) in cases {
            assert_eq!(answer(protocol, response).await, [AgentEvent::Error(error)], "{protocol:?}");
        }
        let (address, served) = server(status("401 Unauthorized", "", "")).await;
        let keyless = ModelServer::new(&ProviderConfig { api_key: None, ..config(protocol, &address) }).unwrap();
        let events: Vec<_> = keyless.answer(question()).collect().await;
        assert_eq!(events, [AgentEvent::Error(AgentError::NoKey { provider: provider() })]);
        served.await.unwrap();
    }
}

#[tokio::test]
async fn what_goes_wrong_in_the_middle_of_an_answer_is_told_apart() {
    let overloaded = AgentError::Unavailable { provider: "local".into(), status: 529 };
    let limited = AgentError::RateLimited { provider: "local".into(), retry_after: None };
    let cases = [
        (
            Protocol::Anthropic,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
            overloaded,
        ),
        (
            Protocol::Anthropic,
            "data: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"x\"}}\n\n",
            limited.clone(),
        ),
        (
            Protocol::Gemini,
            "data: {\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"x\"}}\n\n",
            limited,
        ),
        (
            Protocol::Ollama,
            "{\"error\":\"llama runner process has terminated\"}\n",
            AgentError::Rejected {
                provider: "local".into(),
                status: 200,
                message: "llama runner process has terminated".into(),
            },
        ),
    ];
    for (protocol, failure, error) in cases {
        assert!(!error.to_string().is_empty());
        let events = answer(protocol, whole(&[dialect(protocol).0, failure])).await;
        assert_eq!(events, [text("Hä"), AgentEvent::Error(error)], "{protocol:?}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_one_that_is_not_there_is_named() {
    for protocol in ALL {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let waiting = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_request(&mut socket).await;
            // Held until the other side has had enough.
            tokio::io::AsyncReadExt::read(&mut socket, &mut [0]).await.unwrap_or(0)
        });
        let patience = Duration::from_millis(40);
        let config = ProviderConfig { patience: Some(patience), ..config(protocol, &format!("http://{address}")) };
        let events: Vec<_> = ModelServer::new(&config).unwrap().answer(question()).collect().await;
        assert_eq!(events, [AgentEvent::Error(AgentError::TimedOut { provider: "local".into(), after: patience })]);
        assert_eq!(waiting.await.unwrap(), 0);
        // The listener went with the task.
        let events: Vec<_> = agent(protocol, &format!("http://{address}")).answer(question()).collect().await;
        let refused = AgentError::ConnectionRefused { provider: "local".into(), address };
        assert_eq!(events, [AgentEvent::Error(refused)]);
    }
}

#[tokio::test]
async fn thoughts_tools_and_tokens_come_as_such() {
    let anthropic = whole(&[
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":5,\"cache_read_input_tokens\":4,\"output_tokens\":1}}}\n\n",
        "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Hm\"}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"So\"}}\n\n",
        "data: {\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"find\",\"input\":{}}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":\"}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}}\n\n",
        "data: {\"type\":\"content_block_stop\",\"index\":2}\n\n",
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":7}}\n\n",
        "data: {\"type\":\"message_stop\"}\n\n",
    ]);
    let ollama = whole(&[
        "{\"message\":{\"role\":\"assistant\",\"content\":\"\",\"thinking\":\"Hm\"},\"done\":false}\n",
        "{\"message\":{\"role\":\"assistant\",\"content\":\"So\"},\"done\":false}\n",
        "{\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"find\",\"arguments\":{\"a\":1}}}]},\"done\":false}\n",
        "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":9,\"eval_count\":7}\n",
    ]);
    let gemini = whole(&[
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hm\",\"thought\":true},{\"text\":\"So\"}]}}]}\n\n",
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"find\",\"args\":{\"a\":1}}}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":5,\"thoughtsTokenCount\":2}}\n\n",
    ]);
    for (protocol, pieces) in [(Protocol::Anthropic, anthropic), (Protocol::Ollama, ollama), (Protocol::Gemini, gemini)]
    {
        let events = answer(protocol, pieces).await;
        let said: Vec<_> = events
            .iter()
            .filter(|event| !matches!(event, AgentEvent::Usage { .. } | AgentEvent::ToolCall { .. }))
            .collect();
        let expected = [AgentEvent::Reasoning("Hm".into()), text("So"), AgentEvent::End(FinishReason::Stop)];
        assert_eq!(said, expected.iter().collect::<Vec<_>>(), "{protocol:?}");
        let calls = events.iter().filter(
            |event| matches!(event, AgentEvent::ToolCall { name, input, .. } if name == "find" && input == "{\"a\":1}"),
        );
        assert_eq!(calls.count(), 1, "{protocol:?}: {events:?}");
        let usage = events.iter().rfind(|event| matches!(event, AgentEvent::Usage { .. })).unwrap();
        assert_eq!(*usage, AgentEvent::Usage { input_tokens: Some(9), output_tokens: Some(7) }, "{protocol:?}");
    }
}

#[tokio::test]
async fn requests_are_what_each_protocol_says_and_the_key_is_only_in_its_header() {
    let mut asked = question();
    asked.pictures =
        vec![Picture { message: 2, media_type: "image/png".into(), hash: "00".into(), base64: "cGlj".into() }];
    asked.tools = vec![Tool { name: "find", description: "Finds.", parameters: json!({"type": "object"}) }];
    asked.rounds = vec![ToolRound {
        text: "Let me look.".into(),
        calls: vec![ToolCall { id: "c1".into(), name: "find".into(), input: "{\"a\":1}".into() }],
        results: vec![ToolResult { error: false, output: "found".into() }],
    }];
    let function = json!([{"type": "function", "function": {"name": "find", "description": "Finds.", "parameters": {"type": "object"}}}]);
    let expected = [
        (
            Protocol::OpenAi,
            "POST /v1/chat/completions ",
            "authorization: bearer sk-secret",
            json!({
                "model": "small", "stream": true, "stream_options": {"include_usage": true}, "tools": function,
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Hi"},
                    {"role": "assistant", "content": "Hello"},
                    {"role": "user", "content": [
                        {"type": "text", "text": "Why?"},
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,cGlj"}},
                    ]},
                    {"role": "assistant", "content": "Let me look.", "tool_calls": [
                        {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{\"a\":1}"}},
                    ]},
                    {"role": "tool", "tool_call_id": "c1", "content": "found"},
                ],
            }),
        ),
        (
            Protocol::Ollama,
            "POST /v1/api/chat ",
            "authorization: bearer sk-secret",
            json!({
                "model": "small", "stream": true, "options": {"num_ctx": 4096}, "tools": function,
                "messages": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Hi"},
                    {"role": "assistant", "content": "Hello"},
                    {"role": "user", "content": "Why?", "images": ["cGlj"]},
                    {"role": "assistant", "content": "Let me look.", "tool_calls": [{"function": {"name": "find", "arguments": {"a": 1}}}]},
                    {"role": "tool", "tool_name": "find", "content": "found"},
                ],
            }),
        ),
        (
            Protocol::Anthropic,
            "POST /v1/messages ",
            "x-api-key: sk-secret",
            json!({
                "model": "small", "stream": true, "max_tokens": 8192, "system": "Be brief.",
                "tools": [{"name": "find", "description": "Finds.", "input_schema": {"type": "object"}}],
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
                    {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
                    {"role": "user", "content": [
                        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "cGlj"}},
                        {"type": "text", "text": "Why?"},
                    ]},
                    {"role": "assistant", "content": [
                        {"type": "text", "text": "Let me look."},
                        {"type": "tool_use", "id": "c1", "name": "find", "input": {"a": 1}},
                    ]},
                    {"role": "user", "content": [
                        {"type": "tool_result", "tool_use_id": "c1", "content": "found", "is_error": false},
                    ]},
                ],
            }),
        ),
        (
            Protocol::Gemini,
            "POST /v1/models/small:streamGenerateContent?alt=sse ",
            "x-goog-api-key: sk-secret",
            json!({
                "systemInstruction": {"parts": [{"text": "Be brief."}]},
                "contents": [
                    {"role": "user", "parts": [{"text": "Hi"}]},
                    {"role": "model", "parts": [{"text": "Hello"}]},
                    {"role": "user", "parts": [{"text": "Why?"}, {"inlineData": {"mimeType": "image/png", "data": "cGlj"}}]},
                ],
            }),
        ),
        (Protocol::AiOs, "POST /v1/api/chat/message ", "authorization: bearer sk-secret", json!({"content": "Why?"})),
    ];
    for (protocol, line, key, expected) in expected {
        let (begin, end) = dialect(protocol);
        let (address, served) = server(whole(&[begin, end])).await;
        let agent = agent(protocol, &address);
        assert!(!format!("{agent:?}").contains("sk-secret"));
        agent.answer(asked.clone()).collect::<Vec<_>>().await;
        let request = served.await.unwrap();
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(line), "{head}");
        assert!(head.to_lowercase().contains(&format!("{key}\r\n")), "{head}");
        assert_eq!(head.matches("sk-secret").count(), 1);
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), expected, "{protocol:?}");
    }
}

#[tokio::test]
async fn models_are_listed_with_what_their_server_tells_of_them() {
    let json = |text: &str| status("200 OK", "content-type: application/json\r\n", text);
    let lists = [
        (Protocol::OpenAi, vec![json(r#"{"data":[{"id":"small","max_model_len":4096}]}"#)], "small", Some(4096)),
        (
            Protocol::Ollama,
            vec![
                json(r#"{"models":[{"name":"small","details":{"parameter_size":"1B"}}]}"#),
                json(r#"{"model_info":{"llama.context_length":131072},"capabilities":["completion","vision"]}"#),
            ],
            "small",
            Some(131_072),
        ),
        (
            Protocol::Anthropic,
            vec![json(r#"{"data":[{"id":"small","display_name":"Small"}]}"#)],
            "Small",
            Some(200_000),
        ),
        (
            Protocol::Gemini,
            vec![json(
                r#"{"models":[{"name":"models/small","displayName":"Small","inputTokenLimit":1048576,"supportedGenerationMethods":["generateContent"]},
                {"name":"models/embedding","supportedGenerationMethods":["embedContent"]}]}"#,
            )],
            "Small",
            Some(1_048_576),
        ),
        (Protocol::AiOs, vec![json(r#"{"status":"ready","name":"Nola"}"#)], "Nola", None),
    ];
    for (protocol, answers, name, length) in lists {
        let (address, served) = servers(answers).await;
        let agent = agent(protocol, &address);
        let models = agent.models().await.unwrap();
        served.await.unwrap();
        assert_eq!(
            (models.len(), models[0].name.as_str(), models[0].context_length),
            (1, name, length),
            "{protocol:?}"
        );
        assert!(models[0].id.starts_with("local/"));
        let sees = matches!(protocol, Protocol::Ollama | Protocol::Anthropic | Protocol::Gemini);
        assert_eq!(agent.takes_pictures("small"), sees, "{protocol:?}");
    }
}

#[test]
fn a_retry_is_offered_where_it_may_help() {
    let provider = || "local".to_owned();
    assert!(AgentError::RateLimited { provider: provider(), retry_after: None }.may_pass());
    assert!(AgentError::CutOff { provider: provider() }.may_pass());
    assert!(!AgentError::NoKey { provider: provider() }.may_pass());
    assert!(!AgentError::ContextTooLong { model: "m".into() }.may_pass());
}

/// `AIOS_CHAT_TEST_MODEL` is the address of a real server that speaks both dialects, up to and including `/v1`. Its words are its own.
#[tokio::test]
async fn a_real_model_answers_in_both_dialects_if_there_is_one() {
    let Ok(address) = std::env::var("AIOS_CHAT_TEST_MODEL") else { return };
    for (protocol, address) in
        [(Protocol::OpenAi, address.as_str()), (Protocol::Ollama, address.trim_end_matches("/v1"))]
    {
        let agent = agent(protocol, address);
        let model = agent.models().await.unwrap().remove(0);
        let request = AgentRequest { model: model.id["local/".len()..].into(), ..question() };
        let events: Vec<_> = agent.answer(request).collect().await;
        assert!(matches!(events.last(), Some(AgentEvent::End(_))), "{events:?}");
        assert!(events.iter().any(|event| matches!(event, AgentEvent::Text(_))), "{events:?}");
        eprintln!("{protocol:?}: {events:?}");
    }
}
