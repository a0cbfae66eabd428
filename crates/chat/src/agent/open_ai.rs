//! OpenAI's chat completions, as the many servers that speak it really write it: everything optional, nulls anywhere.

mod plain;

use super::{
    AgentEvent, AgentRequest, FinishReason,
    dialect::{Dialect, Failure, Fault, Listed, Reader, other, said, tokens},
    event_source::MAXIMUM_EVENT,
    framing::Framing,
};
use aios_model::Role;
use serde_json::{Value, json};

pub(super) struct OpenAi;

impl Dialect for OpenAi {
    fn framing(&self) -> Framing {
        Framing::Events
    }

    fn models_path(&self) -> &'static str {
        "models"
    }

    fn models(&self, body: &[u8]) -> Option<Vec<Listed>> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let models = body["data"].as_array()?.iter().filter_map(|model| {
            // OpenRouter, Groq, vLLM, Mistral and llama.cpp each have a name of their own for how much a model can take.
            let lengths = ["context_length", "context_window", "max_model_len", "max_context_length"];
            let length = lengths.iter().find_map(|name| tokens(&model[*name]));
            let kinds = model["architecture"]["input_modalities"].as_array();
            let says_vision = model["capabilities"]["vision"].as_bool();
            Some(Listed {
                id: said(&model["id"])?,
                context_length: length.or_else(|| tokens(&model["meta"]["n_ctx"])),
                takes_pictures: kinds.map(|kinds| kinds.iter().any(|kind| kind == "image")).or(says_vision),
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
        if let Some(prompt) = &request.system_prompt {
            messages.push(json!({"role": "system", "content": prompt}));
        }
        for (index, (role, text)) in request.history.iter().enumerate() {
            let role = if *role == Role::User { "user" } else { "assistant" };
            let mut pictures = request.pictures_of(index).peekable();
            let content = match pictures.peek() {
                None => json!(text),
                Some(_) => {
                    let address = |picture: &super::Picture| json!({"type": "image_url", "image_url": {"url": format!("data:{};base64,{}", picture.media_type, picture.base64)}});
                    [json!({"type": "text", "text": text})].into_iter().chain(pictures.map(address)).collect()
                }
            };
            messages.push(json!({"role": role, "content": content}));
        }
        for round in &request.rounds {
            let calls: Vec<_> = round
                .calls
                .iter()
                .map(|call| {
                    json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.input}})
                })
                .collect();
            messages.push(json!({"role": "assistant", "content": round.text, "tool_calls": calls}));
            for (call, result) in round.calls.iter().zip(&round.results) {
                messages.push(json!({"role": "tool", "tool_call_id": call.id, "content": result.output}));
            }
        }
        let mut body = json!({
            "model": request.model,
            "messages": messages,
            "stream": true,
            "stream_options": {"include_usage": true},
        });
        if !request.tools.is_empty() {
            body["tools"] = request.tools.iter().map(function).collect();
        }
        ("chat/completions".into(), body)
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(Reading::default())
    }
}

/// A tool, as OpenAI and Ollama are told of it.
pub(super) fn function(tool: &super::Tool) -> Value {
    let function = json!({"name": tool.name, "description": tool.description, "parameters": tool.parameters});
    json!({"type": "function", "function": function})
}

#[derive(Default)]
struct Reading {
    /// Tool calls, put together from their pieces: id, name, arguments.
    calls: Vec<(String, String, String)>,
    finish: Option<FinishReason>,
}

impl Reading {
    fn end(&mut self, events: &mut Vec<AgentEvent>) {
        let calls = std::mem::take(&mut self.calls).into_iter().enumerate();
        events.extend(calls.map(|(number, (id, name, input))| {
            let id = if id.is_empty() { format!("call-{}", number + 1) } else { id };
            AgentEvent::ToolCall { id, name, input }
        }));
    }

    fn call(&mut self, call: &Value) -> Result<(), Fault> {
        // Pieces of one call share its index; a server that gives none sends calls whole.
        let index =
            call["index"].as_u64().map_or(self.calls.len(), |index| usize::try_from(index).unwrap_or(usize::MAX));
        if index > self.calls.len() {
            return Err(Fault::Malformed("a tool call out of order"));
        }
        if index == self.calls.len() {
            self.calls.push(Default::default());
        }
        let size = |(id, name, input): &(String, String, String)| id.len() + name.len() + input.len() + 64;
        if self.calls.iter().map(size).sum::<usize>() > MAXIMUM_EVENT {
            return Err(Fault::Malformed("tool calls larger than any should be"));
        }
        let known = &mut self.calls[index];
        known.0.push_str(call["id"].as_str().unwrap_or_default());
        known.1.push_str(call["function"]["name"].as_str().unwrap_or_default());
        known.2.push_str(call["function"]["arguments"].as_str().unwrap_or_default());
        Ok(())
    }
}

impl Reader for Reading {
    fn frame(&mut self, frame: &str, events: &mut Vec<AgentEvent>) -> Result<Option<FinishReason>, Fault> {
        if frame.trim().is_empty() {
            return Ok(None);
        }
        if frame.trim() == "[DONE]" {
            self.end(events);
            return Ok(Some(self.finish.take().unwrap_or(FinishReason::Stop)));
        }
        if let Some(text) = plain::text(frame) {
            events.extend((!text.is_empty()).then_some(AgentEvent::Text(text)));
            return Ok(None);
        }
        let chunk: Value =
            serde_json::from_str(frame).map_err(|_| Fault::Malformed("an event that is not readable"))?;
        if let Some(failure) = Failure::read(&chunk) {
            return Err(Fault::Said(failure));
        }
        // Only one answer is asked for; a second choice would be mixed into it.
        let choice = &chunk["choices"][0];
        let delta = &choice["delta"];
        // DeepSeek, llama.cpp and vLLM say the one, OpenRouter and Groq the other.
        let thought = said(&delta["reasoning_content"]).or_else(|| said(&delta["reasoning"]));
        events.extend(thought.map(AgentEvent::Reasoning));
        events.extend(said(&delta["content"]).map(AgentEvent::Text));
        // Mistral's reasoning models send typed pieces.
        for piece in delta["content"].as_array().into_iter().flatten() {
            let thoughts = piece["thinking"].as_array().into_iter().flatten();
            events.extend(thoughts.filter_map(|thought| said(&thought["text"])).map(AgentEvent::Reasoning));
            events.extend(said(&piece["text"]).map(AgentEvent::Text));
        }
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            self.call(call)?;
        }
        if let Some(reason) = said(&choice["finish_reason"]) {
            self.finish = Some(match reason.as_str() {
                "stop" => FinishReason::Stop,
                "length" => FinishReason::Length,
                "content_filter" => FinishReason::Filtered,
                _ => other(&reason),
            });
        }
        let usage = &chunk["usage"];
        let (input_tokens, output_tokens) = (tokens(&usage["prompt_tokens"]), tokens(&usage["completion_tokens"]));
        if input_tokens.is_some() || output_tokens.is_some() {
            events.push(AgentEvent::Usage { input_tokens, output_tokens });
        }
        Ok(None)
    }

    fn finish(&mut self, events: &mut Vec<AgentEvent>) -> Option<FinishReason> {
        let finish = self.finish.take()?;
        self.end(events);
        Some(finish)
    }
}
