//! Requests that are made up from the description itself: right ones, ones at the limits, of wrong types, huge ones, ones in odd scripts, and ones
//! with names that lead elsewhere. No answer may be a fault of the server, all have a status and a shape that are described, and no `GET` may change
//! anything.
//!
//! The seed is fixed. `AIOS_CHAT_API_CASES` says how many requests each endpoint gets of each kind; `--nocapture` shows the report.

use super::{EXPORT, JSON, Writer, form, json, upload, writer};
use crate::support::{Served, request};
use aios_chat::agent::Agent as _;
use axum::{body::Body, http::Request};
use jsonschema::Validator;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};
use server::contract::document;
use std::{collections::BTreeMap, env, fmt::Write as _};

/// Requests of each kind that each endpoint gets, if nothing else is said.
const CASES: usize = 6;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Valid,
    Limits,
    WrongTypes,
    Huge,
    Scripts,
    Elsewhere,
}

const KINDS: [Kind; 6] = [Kind::Valid, Kind::Limits, Kind::WrongTypes, Kind::Huge, Kind::Scripts, Kind::Elsewhere];

/// What fields with these names may be, so that requests get past the first check.
type Known = BTreeMap<&'static str, Vec<String>>;

/// Makes values up, the same ones in every run.
struct Maker {
    runner: TestRunner,
    known: Known,
}

impl Maker {
    fn new(known: Known) -> Maker {
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        Maker { runner: TestRunner::new_with_rng(Config::default(), rng), known }
    }

    fn draw<T: std::fmt::Debug>(&mut self, strategy: impl Strategy<Value = T>) -> T {
        strategy.new_tree(&mut self.runner).unwrap().current()
    }

    fn one_of(&mut self, texts: &[&str]) -> String {
        let index = self.draw(0..texts.len());
        texts[index].to_owned()
    }

    /// A text for a field. Odd requests have a right value here and there as well, which takes them further.
    fn text(&mut self, kind: Kind, name: &str) -> String {
        if let Some(known) = self.known.get(name).cloned()
            && (kind == Kind::Valid || self.draw(0u8..2) == 0)
        {
            let index = self.draw(0..known.len());
            return known[index].clone();
        }
        match kind {
            Kind::Valid => self.one_of(&["sky", "Why is it blue?", "1"]),
            Kind::Limits | Kind::WrongTypes => {
                let length =
                    self.draw(prop_oneof![Just(1usize), Just(100), Just(199), Just(200), Just(201), Just(2001)]);
                let word = self.one_of(&["a", " ", "é", "0", "-"]);
                word.repeat(length)
            }
            Kind::Huge => "x".repeat(self.draw(5_000usize..40_000)),
            Kind::Scripts => {
                self.draw(any::<String>()) + &self.one_of(&["日本語", "🦊", "\u{202e}abc", "e\u{301}", "\u{0}", "สวัสดี"])
            }
            Kind::Elsewhere => self.one_of(&[
                "../../etc/passwd",
                "/etc/passwd",
                r"..\..\windows",
                "%2e%2e%2f",
                "'; DROP TABLE convos; --",
                "<script>alert(1)</script>",
                "a\r\nset-cookie: b=c",
                "....//",
            ]),
        }
    }

    fn value(&mut self, schema: &Value, kind: Kind, name: &str) -> Value {
        if let Some(path) = schema["$ref"].as_str() {
            return self.value(document().pointer(path.trim_start_matches('#')).unwrap(), kind, name);
        }
        if kind == Kind::WrongTypes && self.draw(0u8..3) == 0 {
            return self.wrong();
        }
        let kind_of_value = match &schema["type"] {
            Value::String(name) => name.as_str(),
            Value::Array(names) => names[0].as_str().unwrap(),
            _ => "null",
        };
        match kind_of_value {
            "string" => self.text(kind, name).into(),
            "integer" => match kind {
                Kind::Valid => self.draw(0i64..5).into(),
                _ => self.draw(prop_oneof![Just(-1i64), Just(0), Just(1000), Just(4_294_967_296), any::<i64>()]).into(),
            },
            "boolean" => self.draw(any::<bool>()).into(),
            "object" => {
                let mut object = Map::new();
                let required = schema["required"].as_array().cloned().unwrap_or_default();
                for (name, shape) in schema["properties"].as_object().into_iter().flatten() {
                    let is_required = required.iter().any(|required| required == name);
                    let leave_out = if is_required {
                        kind == Kind::WrongTypes && self.draw(0u8..6) == 0
                    } else {
                        self.draw(any::<bool>())
                    };
                    if !leave_out {
                        object.insert(name.clone(), self.value(shape, kind, name));
                    }
                }
                object.into()
            }
            _ => Value::Null,
        }
    }

    fn wrong(&mut self) -> Value {
        let index = self.draw(0..6usize);
        [json!(null), json!(1.5), json!(-7), json!(["a"]), json!({"a": {"b": []}}), json!(true)][index].clone()
    }

    /// A request to an endpoint.
    fn request(&mut self, method: &str, path: &str, operation: &Value, kind: Kind) -> Request<Body> {
        let mut path = path.to_owned();
        let mut query = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let text = match self.value(&parameter["schema"], kind, name) {
                Value::String(text) => text,
                other => other.to_string(),
            };
            match parameter["in"].as_str() {
                // The longest that the transport itself takes.
                Some("path") => {
                    path = path.replace(&format!("{{{name}}}"), &encoded(&text.chars().take(9_000).collect::<String>()))
                }
                _ if self.draw(any::<bool>()) => {
                    query.push(format!("{name}={}", encoded(&text.chars().take(9_000).collect::<String>())))
                }
                _ => {}
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let Some(content) = operation.pointer("/requestBody/content").and_then(Value::as_object) else {
            return request(method, &path, &[], "");
        };
        let (media_type, shape) = content.iter().next().unwrap();
        let value = self.value(&shape["schema"], kind, "");
        if media_type == "application/json" {
            let text = match (kind, self.draw(0u8..8)) {
                (Kind::WrongTypes, 0) => "{".to_owned(),
                (Kind::WrongTypes, 1) => return request(method, &path, &[], &value.to_string()),
                (Kind::Huge, 0) => format!("\"{}\"", "x".repeat(1_100_000)),
                _ => value.to_string(),
            };
            return request(method, &path, &[JSON], &text);
        }
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name = self.text(kind, "").replace(['"', '\r', '\n'], "_");
        let fields: Vec<(String, Option<String>, String)> = value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(field, value)| match field.as_str() {
                "file" if kind == Kind::Valid => (field.clone(), Some(name.clone()), EXPORT.to_owned()),
                "file" => (field.clone(), Some(name.clone()), text(value)),
                _ => (field.clone(), None, text(value)),
            })
            .collect();
        let fields: Vec<_> =
            fields.iter().map(|(field, file, text)| (field.as_str(), file.as_deref(), text.as_bytes())).collect();
        form(&path, &fields)
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
        encoded
    })
}

/// A history with something of everything, and what it may be asked for.
async fn filled() -> (Served, Known) {
    let served = writer();
    for session_id in ["one", "two", "three"] {
        served.chat.add_turn(session_id, "Why is the sky blue?", "Rayleigh.").await.unwrap();
        served.chat.add_turn(session_id, "And red?", "Dust.").await.unwrap();
    }
    served.chat.archive("three").await.unwrap();
    let said = served.post("/api/chat/message", &[JSON], r#"{"content":"hello","session_id":"two"}"#).await;
    let uploaded = json(&upload(&served, "a.json", EXPORT.as_bytes()).await);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut models = texts(&["recall"]);
    models.extend(Writer.models().await.unwrap().into_iter().map(|model| model.id));
    let known = BTreeMap::from([
        ("session_id", texts(&["one", "two", "three"])),
        ("conversation_id", texts(&["two", "two", "unknown"])),
        ("message_id", vec![text(&json(&said)["message"]["id"])]),
        ("rating", texts(&["up", "down"])),
        ("upload_id", vec![text(&uploaded["upload_id"])]),
        ("model_id", models),
        ("source", texts(&["claude", "aios"])),
        ("mode", texts(&["demo", "personal"])),
        ("archived", texts(&["true", "false"])),
    ]);
    (served, known)
}

/// Everything that can be seen of the history.
async fn seen(served: &Served) -> String {
    let mut seen = String::new();
    for path in [
        "/api/conversations?limit=1000",
        "/api/conversations?limit=1000&archived=true",
        "/api/conversations/export/all",
        "/api/chat/history",
        "/api/chat/agent-status",
        "/api/models/current",
        "/api/ratings/stats",
        "/api/conversations/summary/prompt",
        "/api/db-mode/mode",
    ] {
        let mut value = json(&served.get(path, &[]).await);
        if let Some(envelope) = value.as_object_mut() {
            envelope.remove("exported_at");
        }
        writeln!(seen, "{value}").unwrap();
    }
    seen
}

/// What checks the answers of an endpoint, by status and media type.
fn validators(operation: &Value) -> BTreeMap<(String, String), Validator> {
    let mut validators = BTreeMap::new();
    for (status, response) in operation["responses"].as_object().unwrap() {
        for (media_type, content) in response["content"].as_object().into_iter().flatten() {
            let mut schema = content["schema"].clone();
            schema["components"] = document()["components"].clone();
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            validators.insert((status.clone(), media_type.clone()), validator);
        }
    }
    validators
}

#[tokio::test]
async fn no_request_makes_the_server_fail_and_every_answer_is_as_described() {
    let cases = env::var("AIOS_CHAT_API_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let (mut report, mut failures, mut total) = (String::new(), Vec::new(), 0);
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase();
            let validators = validators(operation);
            let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
            // What one endpoint does is not to change what another one is asked.
            let (served, known) = filled().await;
            let mut maker = Maker::new(known);
            let before = if method == "GET" { seen(&served).await } else { String::new() };
            for kind in KINDS.into_iter().flat_map(|kind| std::iter::repeat_n(kind, cases)) {
                let request = maker.request(&method, path, operation, kind);
                let asked = format!("{kind:?} {method} {:.300}", request.uri().to_string());
                let answer = served.send(request).await;
                let status = answer.status.as_u16();
                *statuses.entry(status).or_default() += 1;
                total += 1;
                let media_type = answer.header("content-type").split(';').next().unwrap().to_owned();
                let mut fail = |why: &str| failures.push(format!("{asked}: {status} {why}: {:.300}", answer.body));
                if status >= 500 {
                    fail("the server failed");
                }
                let Some(validator) = validators.get(&(status.to_string(), media_type.clone())) else {
                    fail(&format!("with {media_type} is not described"));
                    continue;
                };
                let value = match media_type.as_str() {
                    "application/json" => serde_json::from_str(&answer.body).unwrap_or(Value::Null),
                    _ => Value::String(answer.body.clone()),
                };
                if let Err(error) = validator.validate(&value) {
                    fail(&format!("{error}"));
                }
            }
            if method == "GET" && seen(&served).await != before {
                failures.push(format!("GET {path} changed something"));
            }
            writeln!(report, "{method:6} {path:48} {statuses:?}").unwrap();
        }
    }
    println!("{report}{total} requests, {} failures", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn an_answer_of_another_shape_is_noticed() {
    let validators = validators(&document()["paths"]["/api/chat/history"]["get"]);
    let validator = &validators[&("200".to_owned(), "application/json".to_owned())];
    let message =
        |role: &str, timestamp: &str| json!([{"id": "a", "role": role, "content": "b", "timestamp": timestamp}]);
    assert!(validator.is_valid(&message("user", "2026-01-31T12:00:00.000Z")));
    assert!(!validator.is_valid(&message("system", "2026-01-31T12:00:00.000Z")));
    assert!(!validator.is_valid(&message("user", "yesterday")));
    assert!(!validator.is_valid(&json!([{"id": "a", "role": "user"}])));
}
