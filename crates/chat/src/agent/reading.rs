//! Reading an answer: bytes become frames become [`AgentEvent`]s.

use super::{
    AgentError, AgentEvent,
    dialect::{Fault, Reader},
    event_source::EventSourceError,
    framing::Frames,
    server::ModelServer,
};
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use reqwest::Response;
use std::collections::VecDeque;
use tokio::time::timeout;

/// An answer that is being read.
pub(super) struct Reading {
    server: ModelServer,
    model: String,
    body: BoxStream<'static, reqwest::Result<Bytes>>,
    frames: Frames,
    reader: Box<dyn Reader>,
    ready: VecDeque<AgentEvent>,
    over: bool,
}

impl Reading {
    pub(super) fn new(server: ModelServer, model: String, response: Response) -> Reading {
        Reading {
            frames: Frames::new(server.dialect().framing()),
            reader: server.dialect().reader(),
            server,
            model,
            body: response.bytes_stream().boxed(),
            ready: VecDeque::new(),
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
            let mut frames = Vec::new();
            match timeout(self.server.patience(), self.body.next()).await {
                Err(_) => self.fail(self.server.timed_out()),
                Ok(Some(Ok(bytes))) => {
                    let pushed = self.frames.push(&bytes, &mut frames);
                    self.take(frames, pushed);
                }
                Ok(end) => {
                    // A body that ends without its last chunk is an error of reqwest, one that ends properly is not; either way the answer is
                    // whole only if the model said so.
                    if end.is_none() {
                        let finished = self.frames.finish(&mut frames);
                        self.take(frames, finished);
                    }
                    if !self.over {
                        let mut events = Vec::new();
                        let finish = self.reader.finish(&mut events);
                        self.ready.extend(events);
                        match finish {
                            Some(finish) => self.end(AgentEvent::End(finish)),
                            None => self.fail(self.server.cut_off()),
                        }
                    }
                }
            }
        }
    }

    fn take(&mut self, frames: Vec<String>, outcome: Result<(), EventSourceError>) {
        for frame in frames {
            if self.over {
                return;
            }
            let mut events = Vec::new();
            let read = self.reader.frame(&frame, &mut events);
            self.ready.extend(events);
            match read {
                Ok(None) => {}
                Ok(Some(finish)) => self.end(AgentEvent::End(finish)),
                Err(Fault::Malformed(detail)) => self.fail(self.server.malformed(detail)),
                Err(Fault::Said(failure)) => self.fail(self.server.said(failure, &self.model)),
            }
        }
        if let (Err(error), false) = (outcome, self.over) {
            let detail = match error {
                EventSourceError::TooLong => "an event is larger than any should be",
                EventSourceError::NotText => "bytes that are no text",
            };
            self.fail(self.server.malformed(detail));
        }
    }

    fn fail(&mut self, error: AgentError) {
        self.end(AgentEvent::Error(error));
    }

    fn end(&mut self, event: AgentEvent) {
        self.ready.push_back(event);
        self.over = true;
    }
}
