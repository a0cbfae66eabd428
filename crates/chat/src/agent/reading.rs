//! Reading an answer: bytes become frames become [`AgentEvent`]s.

use super::{
    AgentError, AgentEvent,
    dialect::{Fault, Reader},
    event_source::EventSourceError,
    framing::Frames,
    server::ModelServer,
};
use bytes::Bytes;
use futures::{FutureExt, StreamExt, stream::BoxStream};
use reqwest::Response;
use std::{collections::VecDeque, pin::Pin};
use tokio::time::{Instant, Sleep, sleep};

/// Pieces of a body that are taken before anything is said of them.
const AT_ONCE: usize = 64;

/// Pieces of text become one up to so many bytes.
const LONGEST_PIECE: usize = 4 * 1024;

/// An answer that is being read.
pub(super) struct Reading {
    server: ModelServer,
    model: String,
    body: BoxStream<'static, reqwest::Result<Bytes>>,
    /// When the server has said nothing for too long. One for all of the answer: to put it off is cheaper than to make one for each piece.
    silence: Pin<Box<Sleep>>,
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
            silence: Box::pin(sleep(server.patience())),
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
            let piece = tokio::select! {
                biased;
                piece = self.body.next() => piece,
                () = &mut self.silence => {
                    self.fail(self.server.timed_out());
                    continue;
                }
            };
            self.silence.as_mut().reset(Instant::now() + self.server.patience());
            self.read(piece);
            // What has come meanwhile is taken along.
            for _ in 1..AT_ONCE {
                if self.over {
                    break;
                }
                let Some(piece) = self.body.next().now_or_never() else { break };
                self.read(piece);
            }
        }
    }

    /// Takes the next bytes of the body, or its end.
    fn read(&mut self, piece: Option<reqwest::Result<Bytes>>) {
        let mut frames = Vec::new();
        if let Some(Ok(bytes)) = piece {
            let pushed = self.frames.push(&bytes, &mut frames);
            return self.take(frames, pushed);
        }
        // A body that ends without its last chunk is an error of reqwest, one that ends properly is not; either way the answer is whole only if the
        // model said so.
        if piece.is_none() {
            let finished = self.frames.finish(&mut frames);
            self.take(frames, finished);
        }
        if !self.over {
            let mut events = Vec::new();
            let finish = self.reader.finish(&mut events);
            self.give(&mut events);
            match finish {
                Some(finish) => self.end(AgentEvent::End(finish)),
                None => self.fail(self.server.cut_off()),
            }
        }
    }

    fn take(&mut self, frames: Vec<String>, outcome: Result<(), EventSourceError>) {
        let mut events = Vec::new();
        for frame in frames {
            if self.over {
                return;
            }
            let read = self.reader.frame(&frame, &mut events);
            self.give(&mut events);
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

    /// Pieces of text that have come together become one: a reader that is slower than the model has the less to do.
    fn give(&mut self, events: &mut Vec<AgentEvent>) {
        for event in events.drain(..) {
            match (self.ready.back_mut(), event) {
                (Some(AgentEvent::Text(before)), AgentEvent::Text(more))
                | (Some(AgentEvent::Reasoning(before)), AgentEvent::Reasoning(more))
                    if before.len() + more.len() <= LONGEST_PIECE =>
                {
                    before.push_str(&more);
                }
                (_, event) => self.ready.push_back(event),
            }
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
