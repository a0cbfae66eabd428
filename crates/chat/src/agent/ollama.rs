//! Ollama's own protocol: `/api/chat` in lines of JSON, `/api/tags`, `/api/show`.

use super::{
    AgentEvent, AgentRequest, FinishReason,
    dialect::{Dialect, Failure, Fault, Listed, Reader, other, said, tokens},
    framing::Framing,
    open_ai::function,
};
use aios_model::Role;
use serde_json::{Value, json};

/// Tokens of context that Ollama takes if it is not told, and the most that it is told: it makes room for all of it in memory.
const CONTEXT: std::ops::RangeInclusive<usize> = 4096..=32_768;

/// Tokens left for the answer.
const ANSWER: usize = 2048;

pub(super) struct Ollama;

impl Dialect for Ollama {
    fn framing(&self) -> Framing {
        Framing::Lines
    }

    fn models_path(&self) -> &'static str {
        "api/tags"
    }

    fn models(&self, body: &[u8]) -> Option<Vec<Listed>> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let models = body["models"].as_array()?.iter().filter_map(|model| {
            let description = said(&model["details"]["parameter_size"]).map(|size| format!("{size} parameters"));
            Some(Listed { id: said(&model["name"])?, description, ..Listed::default() })
        });
        Some(models.collect())
    }

    fn description(&self, model: &str) -> Option<(&'static str, Value)> {
        Some(("api/show", json!({"model": model})))
    }

    fn describe(&self, body: &[u8], model: &mut Listed) {
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        let facts = body["model_info"].as_object().into_iter().flatten();
        let mut lengths = facts.filter(|(name, _)| name.ends_with(".context_length"));
        model.context_length = lengths.find_map(|(_, length)| tokens(length));
        let abilities = body["capabilities"].as_array();
        model.takes_pictures = abilities.map(|abilities| abilities.iter().any(|ability| ability == "vision"));
    }

    fn takes_tools(&self) -> bool {
        true
    }

    fn question(&self, request: &AgentRequest) -> (String, Value) {
        let mut messages = Vec::new();
        if let Some(prompt) = &request.system_prompt {
            messages.push(json!({"role": "system", "content": prompt}));
        }
        for (index, (role, text)) in request.history.iter().enumerate() {
            let mut message = json!({"role": if *role == Role::User { "user" } else { "assistant" }, "content": text});
            let pictures: Vec<&str> = request.pictures_of(index).map(|picture| picture.base64.as_str()).collect();
            if !pictures.is_empty() {
                message["images"] = json!(pictures);
            }
            messages.push(message);
        }
        for round in &request.rounds {
            let calls: Vec<_> = round
                .calls
                .iter()
                .map(|call| {
                    let arguments: Value = serde_json::from_str(&call.input).unwrap_or_else(|_| json!({}));
                    json!({"function": {"name": call.name, "arguments": arguments}})
                })
                .collect();
            messages.push(json!({"role": "assistant", "content": round.text, "tool_calls": calls}));
            for (call, result) in round.calls.iter().zip(&round.results) {
                messages.push(json!({"role": "tool", "tool_name": call.name, "content": result.output}));
            }
        }
        // What does not fit into the context, Ollama drops without a word. Powers of two: each other number loads the model anew.
        let needed = (request.estimated_tokens() + ANSWER).next_power_of_two();
        let mut body = json!({
            "model": request.model,
            "messages": messages,
            "stream": true,
            "options": {"num_ctx": needed.clamp(*CONTEXT.start(), *CONTEXT.end())},
        });
        if !request.tools.is_empty() {
            body["tools"] = request.tools.iter().map(function).collect();
        }
        ("api/chat".into(), body)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(Reading::default())
    }
}

#[derive(Default)]
struct Reading {
    calls: usize,
}

impl Reader for Reading {
    fn frame(&mut self, frame: &str, events: &mut Vec<AgentEvent>) -> Result<Option<FinishReason>, Fault> {
        if frame.trim().is_empty() {
            return Ok(None);
        }
        let line: Value = serde_json::from_str(frame).map_err(|_| Fault::Malformed("a line that is not readable"))?;
        if let Some(failure) = Failure::read(&line) {
            return Err(Fault::Said(failure));
        }
        let message = &line["message"];
        events.extend(said(&message["thinking"]).map(AgentEvent::Reasoning));
        events.extend(said(&message["content"]).map(AgentEvent::Text));
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            self.calls += 1;
            let id = said(&call["id"]).unwrap_or_else(|| format!("call-{}", self.calls));
            let name = said(&call["function"]["name"]).unwrap_or_default();
            events.push(AgentEvent::ToolCall { id, name, input: call["function"]["arguments"].to_string() });
        }
        if line["done"] != true {
            return Ok(None);
        }
        let (input_tokens, output_tokens) = (tokens(&line["prompt_eval_count"]), tokens(&line["eval_count"]));
        if input_tokens.is_some() || output_tokens.is_some() {
            events.push(AgentEvent::Usage { input_tokens, output_tokens });
        }
        Ok(Some(match line["done_reason"].as_str() {
            None | Some("stop") => FinishReason::Stop,
            Some("length") => FinishReason::Length,
            Some(reason) => other(reason),
        }))
    }

    fn finish(&mut self, _events: &mut Vec<AgentEvent>) -> Option<FinishReason> {
        None
    }
}
