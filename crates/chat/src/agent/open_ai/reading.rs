//! Reading an answer: bytes become events become [`AgentEvent`]s.

use super::{
    IDLE_TIMEOUT, OpenAi,
    event_source::{EventSource, EventSourceError, MAXIMUM_EVENT},
    wire::{Chunk, Code, Content, ContentPiece, Delta, ErrorDetails, ToolCallDelta},
};
use crate::agent::{AgentError, AgentEvent, FinishReason};
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use reqwest::{Response, StatusCode};
use std::collections::VecDeque;
use tokio::time::timeout;

/// An answer that is being read.
pub(super) struct Reading {
    server: OpenAi,
    model: String,
    body: BoxStream<'static, reqwest::Result<Bytes>>,
    events: EventSource,
    ready: VecDeque<AgentEvent>,
    /// Tool calls, put together from their pieces: id, name, arguments.
    tools: Vec<(String, String, String)>,
    finish: Option<FinishReason>,
    over: bool,
}

impl Reading {
    pub(super) fn new(server: OpenAi, model: String, response: Response) -> Reading {
        Reading {
            server,
            model,
            body: response.bytes_stream().boxed(),
            events: EventSource::default(),
            ready: VecDeque::new(),
            tools: Vec::new(),
            finish: None,
            over: false,
        }
    }

    /// The next piece; `None` after [`AgentEvent::End`] or [`AgentEvent::Error`].
    pub(super) async fn next(&mut self) -> Option<AgentEvent> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            let mut data = Vec::new();
            match timeout(IDLE_TIMEOUT, self.body.next()).await {
                Err(_) => {
                    let error = self.server.timed_out();
                    self.fail(error);
                }
                Ok(Some(Ok(bytes))) => {
                    let pushed = self.events.push(&bytes, &mut data);
                    self.take(data, pushed);
                }
                Ok(end) => {
                    // A body that ends without its last chunk is an error of reqwest, one that ends properly is not; either way the answer is
                    // whole only if the model said so.
                    if end.is_none() {
                        let finished = std::mem::take(&mut self.events).finish(&mut data);
                        self.take(data, finished);
                    }
                    if !self.over {
                        match self.finish.take() {
                            Some(finish) => self.end(finish),
                            None => self.fail(AgentError::CutOff { provider: self.server.provider.clone() }),
                        }
                    }
                }
            }
        }
    }

    fn take(&mut self, data: Vec<String>, outcome: Result<(), EventSourceError>) {
        for data in data {
            if self.over {
                return;
            }
            self.event(&data);
        }
        if let (Err(error), false) = (outcome, self.over) {
            let detail = match error {
                EventSourceError::TooLong => "an event is larger than any should be",
                EventSourceError::NotText => "bytes that are no text",
            };
            let error = self.server.malformed(detail);
            self.fail(error);
        }
    }

    fn event(&mut self, data: &str) {
        if data.trim().is_empty() {
            return;
        }
        if data.trim() == "[DONE]" {
            let finish = self.finish.take().unwrap_or(FinishReason::Stop);
            return self.end(finish);
        }
        let Ok(chunk) = serde_json::from_str::<Chunk>(data) else {
            let error = self.server.malformed("an event that is not readable");
            return self.fail(error);
        };
        if let Some(error) = chunk.error {
            let details = ErrorDetails::from(error);
            let status = match details.code {
                Some(Code::Number(status)) => StatusCode::from_u16(status).unwrap_or(StatusCode::OK),
                _ => StatusCode::OK,
            };
            let error = self.server.classify(status, details, None, &self.model);
            return self.fail(error);
        }
        // Only one answer is asked for; a second choice would be mixed into it.
        if let Some(choice) = chunk.choices.into_iter().flatten().next() {
            if let Some(delta) = choice.delta {
                self.delta(delta);
            }
            if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
                self.finish = Some(match reason.as_str() {
                    "stop" => FinishReason::Stop,
                    "length" => FinishReason::Length,
                    "content_filter" => FinishReason::Filtered,
                    _ => FinishReason::Other(reason.chars().take(40).collect()),
                });
            }
        }
        if let Some(usage) = chunk.usage
            && (usage.prompt_tokens.is_some() || usage.completion_tokens.is_some())
        {
            let (input_tokens, output_tokens) = (usage.prompt_tokens, usage.completion_tokens);
            self.ready.push_back(AgentEvent::Usage { input_tokens, output_tokens });
        }
    }

    fn delta(&mut self, delta: Delta) {
        for thought in [delta.reasoning_content, delta.reasoning].into_iter().flatten().take(1) {
            self.reasoning(thought);
        }
        match delta.content {
            Some(Content::Text(text)) => self.text(text),
            Some(Content::Pieces(pieces)) => {
                for ContentPiece { text, thinking } in pieces {
                    let thoughts = thinking.into_iter().flatten().filter_map(|piece| piece.text);
                    thoughts.for_each(|thought| self.reasoning(thought));
                    self.text(text.unwrap_or_default());
                }
            }
            None => {}
        }
        for ToolCallDelta { index, id, function } in delta.tool_calls.into_iter().flatten() {
            // Pieces of one call share its index; a server that gives none sends calls whole.
            let index = index.unwrap_or(self.tools.len());
            if index > self.tools.len() {
                let error = self.server.malformed("a tool call out of order");
                return self.fail(error);
            }
            if index == self.tools.len() {
                self.tools.push(Default::default());
            }
            let size = |(id, name, input): &(String, String, String)| id.len() + name.len() + input.len() + 64;
            if self.tools.iter().map(size).sum::<usize>() > MAXIMUM_EVENT {
                let error = self.server.malformed("tool calls larger than any should be");
                return self.fail(error);
            }
            let tool = &mut self.tools[index];
            tool.0.push_str(id.as_deref().unwrap_or(""));
            if let Some(function) = function {
                tool.1.push_str(function.name.as_deref().unwrap_or(""));
                tool.2.push_str(function.arguments.as_deref().unwrap_or(""));
            }
        }
    }

    fn text(&mut self, text: String) {
        if !text.is_empty() {
            self.ready.push_back(AgentEvent::Text(text));
        }
    }

    fn reasoning(&mut self, text: String) {
        if !text.is_empty() {
            self.ready.push_back(AgentEvent::Reasoning(text));
        }
    }

    fn end(&mut self, finish: FinishReason) {
        let calls = std::mem::take(&mut self.tools);
        self.ready.extend(calls.into_iter().map(|(id, name, input)| AgentEvent::ToolCall { id, name, input }));
        self.ready.push_back(AgentEvent::End(finish));
        self.over = true;
    }

    fn fail(&mut self, error: AgentError) {
        self.ready.push_back(AgentEvent::Error(error));
        self.over = true;
    }
}
