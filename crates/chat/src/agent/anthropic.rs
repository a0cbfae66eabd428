//! Anthropic's messages: `POST …/messages` in server-sent events, `GET …/models`.

use super::{
    AgentEvent, AgentRequest, FinishReason,
    dialect::{Dialect, Failure, Fault, Listed, Reader, other, said, tokens},
    event_source::MAXIMUM_EVENT,
    framing::Framing,
};
use aios_model::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Tokens that an answer may have: the protocol wants a number, and the oldest models take no more.
const MAXIMUM_ANSWER: u32 = 8192;
const MAXIMUM_ANSWER_OF_CLAUDE_3: u32 = 4096;

pub(super) struct Anthropic;

impl Dialect for Anthropic {
    fn framing(&self) -> Framing {
        Framing::Events
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        ("x-api-key", "")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("anthropic-version", "2023-06-01")]
    }

    fn models_path(&self) -> &'static str {
        "models?limit=1000"
    }

    fn models(&self, body: &[u8]) -> Option<Vec<Listed>> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let models = body["data"].as_array()?.iter().filter_map(|model| {
            Some(Listed {
                id: said(&model["id"])?,
                name: said(&model["display_name"]),
                context_length: tokens(&model["max_input_tokens"]).or(Some(200_000)),
                takes_pictures: Some(true),
                ..Listed::default()
            })
        });
        Some(models.collect())
    }

    fn takes_tools(&self) -> bool {
        true
    }

    fn question(&self, request: &AgentRequest) -> (String, Value) {
        let mut messages = Vec::new();
        for (index, (role, text)) in request.history.iter().enumerate() {
            let mut content: Vec<Value> = request
                .pictures_of(index)
                .map(|picture| {
                    let source = json!({"type": "base64", "media_type": picture.media_type, "data": picture.base64});
                    json!({"type": "image", "source": source})
                })
                .collect();
            content.push(json!({"type": "text", "text": text}));
            messages.push(json!({"role": if *role == Role::User { "user" } else { "assistant" }, "content": content}));
        }
        for round in &request.rounds {
            let mut asked = Vec::new();
            if !round.text.trim().is_empty() {
                asked.push(json!({"type": "text", "text": round.text}));
            }
            asked.extend(round.calls.iter().map(|call| {
                let input: Value = serde_json::from_str(&call.input).unwrap_or_else(|_| json!({}));
                json!({"type": "tool_use", "id": call.id, "name": call.name, "input": input})
            }));
            let told: Vec<_> = round
                .calls
                .iter()
                .zip(&round.results)
                .map(|(call, result)| {
                    json!({"type": "tool_result", "tool_use_id": call.id, "content": result.output, "is_error": result.error})
                })
                .collect();
            messages.push(json!({"role": "assistant", "content": asked}));
            messages.push(json!({"role": "user", "content": told}));
        }
        let is_old = request.model.starts_with("claude-3-") && !request.model.starts_with("claude-3-5");
        let mut body = json!({
            "model": request.model,
            "max_tokens": if is_old { MAXIMUM_ANSWER_OF_CLAUDE_3 } else { MAXIMUM_ANSWER },
            "messages": messages,
            "stream": true,
        });
        if let Some(prompt) = &request.system_prompt {
            body["system"] = json!(prompt);
        }
        if !request.tools.is_empty() {
            let tools = request.tools.iter().map(
                |tool| json!({"name": tool.name, "description": tool.description, "input_schema": tool.parameters}),
            );
            body["tools"] = tools.collect();
        }
        ("messages".into(), body)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(Reading::default())
    }
}

#[derive(Default)]
struct Reading {
    /// Tool calls that are being written, by their block: id, name, arguments.
    calls: BTreeMap<u64, (String, String, String)>,
    input_tokens: Option<u32>,
    finish: Option<FinishReason>,
}

impl Reading {
    fn usage(&mut self, usage: &Value, events: &mut Vec<AgentEvent>) {
        // What was read from the cache or written to it was given to the model as well.
        let parts = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
        if usage["input_tokens"].is_u64() {
            self.input_tokens = Some(parts.iter().filter_map(|part| tokens(&usage[*part])).sum());
        }
        let output_tokens = tokens(&usage["output_tokens"]);
        if self.input_tokens.is_some() || output_tokens.is_some() {
            events.push(AgentEvent::Usage { input_tokens: self.input_tokens, output_tokens });
        }
    }
}

impl Reader for Reading {
    fn frame(&mut self, frame: &str, events: &mut Vec<AgentEvent>) -> Result<Option<FinishReason>, Fault> {
        if frame.trim().is_empty() {
            return Ok(None);
        }
        let event: Value =
            serde_json::from_str(frame).map_err(|_| Fault::Malformed("an event that is not readable"))?;
        let block = event["index"].as_u64().unwrap_or_default();
        match event["type"].as_str() {
            Some("error") => return Err(Fault::Said(Failure::read(&event).unwrap_or_default())),
            Some("message_start") => self.usage(&event["message"]["usage"], events),
            Some("content_block_start") => {
                let begun = &event["content_block"];
                match begun["type"].as_str() {
                    Some("text") => events.extend(said(&begun["text"]).map(AgentEvent::Text)),
                    Some("thinking") => events.extend(said(&begun["thinking"]).map(AgentEvent::Reasoning)),
                    Some("tool_use") => {
                        let call = (said(&begun["id"]), said(&begun["name"]));
                        self.calls
                            .insert(block, (call.0.unwrap_or_default(), call.1.unwrap_or_default(), String::new()));
                    }
                    // Blocks of later versions say nothing that could be shown as text.
                    _ => {}
                }
            }
            Some("content_block_delta") => {
                let delta = &event["delta"];
                match delta["type"].as_str() {
                    Some("text_delta") => events.extend(said(&delta["text"]).map(AgentEvent::Text)),
                    Some("thinking_delta") => events.extend(said(&delta["thinking"]).map(AgentEvent::Reasoning)),
                    Some("input_json_delta") => {
                        let piece = delta["partial_json"].as_str().unwrap_or_default();
                        if self.calls.values().map(|call| call.2.len()).sum::<usize>() + piece.len() > MAXIMUM_EVENT {
                            return Err(Fault::Malformed("tool calls larger than any should be"));
                        }
                        if let Some(call) = self.calls.get_mut(&block) {
                            call.2.push_str(piece);
                        }
                    }
                    _ => {}
                }
            }
            Some("content_block_stop") => {
                if let Some((id, name, input)) = self.calls.remove(&block) {
                    let input = if input.is_empty() { "{}".into() } else { input };
                    events.push(AgentEvent::ToolCall { id, name, input });
                }
            }
            Some("message_delta") => {
                self.usage(&event["usage"], events);
                self.finish = event["delta"]["stop_reason"].as_str().map(|reason| match reason {
                    "end_turn" | "stop_sequence" | "tool_use" => FinishReason::Stop,
                    "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
                    "refusal" => FinishReason::Filtered,
                    _ => other(reason),
                });
            }
            Some("message_stop") => return Ok(Some(self.finish.take().unwrap_or(FinishReason::Stop))),
            // `ping`, and events of later versions: the protocol says to pass over what is not known.
            Some(_) => {}
            None => return Err(Fault::Malformed("an event without a type")),
        }
        Ok(None)
    }

    fn finish(&mut self, _events: &mut Vec<AgentEvent>) -> Option<FinishReason> {
        self.finish.take()
    }
}
