//! What has come of an answer, put together from its events.

use super::log::Piece;
use crate::agent::AgentEvent;
use aios_model::{Message, Part, Role, StoredTurn};
use aios_protocol::socket::StreamEvent;

/// What followers hear of a piece; nothing of an empty one or an end.
pub(super) fn heard(event: AgentEvent) -> Option<StreamEvent> {
    match event {
        AgentEvent::Text(delta) if !delta.is_empty() => Some(StreamEvent::Text { delta }),
        AgentEvent::Reasoning(delta) if !delta.is_empty() => Some(StreamEvent::Reasoning { delta }),
        AgentEvent::ToolCall { id, name, input } => Some(StreamEvent::ToolCall { id, name, input }),
        AgentEvent::ToolResult { id, error, output } => Some(StreamEvent::ToolResult { id, error, output }),
        AgentEvent::Usage { input_tokens, output_tokens } => Some(StreamEvent::Usage { input_tokens, output_tokens }),
        AgentEvent::Notice(text) => Some(StreamEvent::Notice { text }),
        AgentEvent::Text(_) | AgentEvent::Reasoning(_) | AgentEvent::End(_) | AgentEvent::Error(_) => None,
    }
}

/// The events that would have made a stored answer: for one that goes on and has no log.
pub(super) fn events_of(turn: &StoredTurn) -> Vec<StreamEvent> {
    let text = |delta: &str| StreamEvent::Text { delta: delta.to_owned() };
    let answers = turn.messages.iter().filter(|message| !message.hidden && message.role != Role::User);
    let beside = answers.flat_map(|message| &message.parts).filter_map(|part| match part {
        Part::Reasoning { text, .. } => Some(StreamEvent::Reasoning { delta: text.clone() }),
        Part::ToolCall { id, name, input } => {
            Some(StreamEvent::ToolCall { id: id.clone().unwrap_or_default(), name: name.clone(), input: input.clone() })
        }
        Part::ToolResult { id, output, error, .. } => {
            Some(StreamEvent::ToolResult { id: id.clone().unwrap_or_default(), error: *error, output: output.clone() })
        }
        _ => None,
    });
    // The text as a whole comes last: it is stored as one.
    beside.chain((!turn.assistant_message.is_empty()).then(|| text(&turn.assistant_message))).collect()
}

/// How much has come of an answer.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// Bytes of its text.
    pub(super) text: usize,
    /// Of text, reasoning and tools, with what keeping them takes.
    pub(super) bytes: usize,
}

impl Tally {
    pub(super) fn add(&mut self, event: &StreamEvent) {
        self.bytes += match event {
            StreamEvent::Text { delta } | StreamEvent::Reasoning { delta } => delta.len(),
            StreamEvent::ToolCall { id, name, input } => id.len() + name.len() + input.len(),
            StreamEvent::ToolResult { id, output, .. } => id.len() + output.len(),
            StreamEvent::Notice { text } => text.len(),
            StreamEvent::Usage { .. } => 0,
        } + size_of::<StreamEvent>();
        if let StreamEvent::Text { delta } = event {
            self.text += delta.len();
        }
    }
}

/// An answer as far as it has come.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) text: String,
    parts: Vec<Part>,
    pub(super) input_tokens: Option<u32>,
    pub(super) output_tokens: Option<u32>,
}

impl Draft {
    pub(super) fn of<'log>(pieces: impl Iterator<Item = Piece<'log>>) -> Draft {
        let mut draft = Draft::default();
        pieces.for_each(|piece| draft.add(piece));
        draft
    }

    fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Text(delta) => {
                self.text.push_str(delta);
                match self.parts.last_mut() {
                    Some(Part::Text { text }) => text.push_str(delta),
                    _ => self.parts.push(Part::text(delta)),
                }
            }
            Piece::Reasoning(delta) => match self.parts.last_mut() {
                Some(Part::Reasoning { text, .. }) => text.push_str(delta),
                _ => self.parts.push(Part::Reasoning { text: delta.to_owned(), summary: None }),
            },
            Piece::Other(StreamEvent::ToolCall { id, name, input }) => {
                self.parts.push(Part::ToolCall { id: Some(id.clone()), name: name.clone(), input: input.clone() });
            }
            Piece::Other(StreamEvent::ToolResult { id, error, output }) => {
                let part = Part::ToolResult { id: Some(id.clone()), name: None, output: output.clone(), error: *error };
                self.parts.push(part);
            }
            Piece::Other(StreamEvent::Usage { input_tokens, output_tokens }) => {
                self.input_tokens = input_tokens.or(self.input_tokens);
                self.output_tokens = output_tokens.or(self.output_tokens);
            }
            // The first two are pieces of their own.
            Piece::Other(StreamEvent::Text { .. } | StreamEvent::Reasoning { .. } | StreamEvent::Notice { .. }) => {}
        }
    }

    /// Everything that was said, if the two texts do not say it all. `asked` is what there is to the question beside its text.
    pub(super) fn messages(
        &self,
        asked: &[Message],
        question: &str,
        model: Option<&str>,
        turn_id: i64,
    ) -> Vec<Message> {
        if asked.is_empty() && self.parts.iter().all(|part| matches!(part, Part::Text { .. })) {
            return Vec::new();
        }
        let mut messages = asked.to_vec();
        if messages.is_empty() {
            messages.push(Message::text(format!("{turn_id}-user"), None, Role::User, question));
        }
        let parent = messages.last().map(|message| message.id.clone());
        let mut answer = Message::text(format!("{turn_id}-assistant"), parent.as_deref(), Role::Assistant, "");
        answer.parts = self.parts.clone();
        answer.model = model.map(str::to_owned);
        messages.push(answer);
        messages
    }
}

/// The user's messages of a turn, if they say more than its text.
pub(crate) fn asked(turn: &StoredTurn) -> Vec<Message> {
    let says_more = |message: &&Message| message.parts.iter().any(|part| !matches!(part, Part::Text { .. }));
    let user = turn.messages.iter().filter(|message| message.role == Role::User);
    if user.clone().any(|message| says_more(&message)) { user.cloned().collect() } else { Vec::new() }
}
