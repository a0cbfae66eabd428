//! The agent service of an AI OS over HTTP: `POST /api/chat/message`. It keeps its own memory, so it is told the new message alone, and answers
//! as a whole.

use super::{
    AgentEvent, AgentRequest, FinishReason,
    dialect::{Dialect, Failure, Fault, Listed, Reader, said},
    framing::Framing,
};
use serde_json::{Value, json};

/// What it answers with when it has no model.
const OFFLINE: &str = "[Agent offline]";

pub(super) struct AiOs;

impl Dialect for AiOs {
    fn framing(&self) -> Framing {
        Framing::Whole
    }

    fn models_path(&self) -> &'static str {
        "api/chat/agent-status"
    }

    fn models(&self, body: &[u8]) -> Option<Vec<Listed>> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let status = body["status"].as_str()?;
        let agent = Listed {
            id: "agent".into(),
            name: said(&body["name"]),
            description: Some("The agent of an AI OS, with its own memory and tools.".into()),
            ..Listed::default()
        };
        Some(if status == "offline" { Vec::new() } else { vec![agent] })
    }

    fn question(&self, request: &AgentRequest) -> (String, Value) {
        // Not `model_id`: it would change the model of everybody who uses that AI OS.
        ("api/chat/message".into(), json!({"content": request.question()}))
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(Reading)
    }
}

struct Reading;

impl Reader for Reading {
    fn frame(&mut self, frame: &str, events: &mut Vec<AgentEvent>) -> Result<Option<FinishReason>, Fault> {
        // Nothing at all was cut off, not malformed.
        if frame.is_empty() {
            return Ok(None);
        }
        let body: Value =
            serde_json::from_str(frame).map_err(|_| Fault::Malformed("an answer that is not readable"))?;
        if let Some(failure) = Failure::read(&body) {
            return Err(Fault::Said(failure));
        }
        let text = body["message"]["content"].as_str().ok_or(Fault::Malformed("an answer without a message"))?;
        if text.starts_with(OFFLINE) {
            let message = Some("its agent is offline, start a model there.".into());
            return Err(Fault::Said(Failure { message, ..Failure::default() }));
        }
        events.extend(said(&body["message"]["content"]).map(AgentEvent::Text));
        Ok(Some(FinishReason::Stop))
    }

    fn finish(&mut self, _events: &mut Vec<AgentEvent>) -> Option<FinishReason> {
        None
    }
}
