//! Google's Gemini: `POST …/models/<model>:streamGenerateContent` in server-sent events, `GET …/models`.

use super::{
    AgentEvent, AgentRequest, FinishReason,
    dialect::{Dialect, Failure, Fault, Listed, Reader, other, said, tokens},
    framing::Framing,
};
use crate::text::path_segment;
use aios_model::Role;
use serde_json::{Value, json};

pub(super) struct Gemini;

impl Dialect for Gemini {
    fn framing(&self) -> Framing {
        Framing::Events
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        // Not in the address, as its examples have it: addresses end up in logs.
        ("x-goog-api-key", "")
    }

    fn models_path(&self) -> &'static str {
        "models?pageSize=1000"
    }

    fn models(&self, body: &[u8]) -> Option<Vec<Listed>> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let models = body["models"].as_array()?.iter().filter_map(|model| {
            let methods = model["supportedGenerationMethods"].as_array()?;
            if !methods.iter().any(|method| method == "generateContent") {
                return None;
            }
            Some(Listed {
                id: model["name"].as_str()?.strip_prefix("models/")?.to_owned(),
                name: said(&model["displayName"]),
                context_length: tokens(&model["inputTokenLimit"]),
                takes_pictures: Some(true),
                ..Listed::default()
            })
        });
        Some(models.collect())
    }

    fn question(&self, request: &AgentRequest) -> (String, Value) {
        let contents: Vec<_> = request
            .history
            .iter()
            .enumerate()
            .map(|(index, (role, text))| {
                let picture = |picture: &super::Picture| {
                    json!({"inlineData": {"mimeType": picture.media_type, "data": picture.base64}})
                };
                let mut parts = vec![json!({"text": text})];
                parts.extend(request.pictures_of(index).map(picture));
                json!({"role": if *role == Role::User { "user" } else { "model" }, "parts": parts})
            })
            .collect();
        let mut body = json!({"contents": contents});
        if let Some(prompt) = &request.system_prompt {
            body["systemInstruction"] = json!({"parts": [{"text": prompt}]});
        }
        (format!("models/{}:streamGenerateContent?alt=sse", path_segment(&request.model)), body)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(Reading::default())
    }
}

#[derive(Default)]
struct Reading {
    calls: usize,
    finish: Option<FinishReason>,
}

impl Reader for Reading {
    fn frame(&mut self, frame: &str, events: &mut Vec<AgentEvent>) -> Result<Option<FinishReason>, Fault> {
        if frame.trim().is_empty() {
            return Ok(None);
        }
        let chunk: Value =
            serde_json::from_str(frame).map_err(|_| Fault::Malformed("an event that is not readable"))?;
        if let Some(failure) = Failure::read(&chunk) {
            return Err(Fault::Said(failure));
        }
        let candidate = &chunk["candidates"][0];
        for part in candidate["content"]["parts"].as_array().into_iter().flatten() {
            let is_thought = part["thought"] == true;
            let event = if is_thought { AgentEvent::Reasoning } else { AgentEvent::Text };
            events.extend(said(&part["text"]).map(event));
            if let Some(name) = said(&part["functionCall"]["name"]) {
                self.calls += 1;
                let id = said(&part["functionCall"]["id"]).unwrap_or_else(|| format!("call-{}", self.calls));
                events.push(AgentEvent::ToolCall { id, name, input: part["functionCall"]["args"].to_string() });
            }
        }
        // The question itself may be withheld: then there is no candidate at all.
        if chunk["promptFeedback"]["blockReason"].is_string() {
            self.finish = Some(FinishReason::Filtered);
        }
        if let Some(reason) = candidate["finishReason"].as_str() {
            self.finish = Some(match reason {
                "STOP" => FinishReason::Stop,
                "MAX_TOKENS" => FinishReason::Length,
                "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => FinishReason::Filtered,
                _ => other(reason),
            });
        }
        let usage = &chunk["usageMetadata"];
        let input_tokens = tokens(&usage["promptTokenCount"]);
        let thought = tokens(&usage["thoughtsTokenCount"]).unwrap_or(0);
        let output_tokens = tokens(&usage["candidatesTokenCount"]).map(|count| count.saturating_add(thought));
        if input_tokens.is_some() || output_tokens.is_some() {
            events.push(AgentEvent::Usage { input_tokens, output_tokens });
        }
        Ok(None)
    }

    fn finish(&mut self, _events: &mut Vec<AgentEvent>) -> Option<FinishReason> {
        self.finish.take()
    }
}
