//! The chat websocket: [`PATH`] with the subprotocol [`SUBPROTOCOL`], one JSON text frame a message.

mod flat;

use aios_model::{Timestamp, TurnStatus};
use serde::{Deserialize, Serialize};

/// Where the websocket is.
pub const PATH: &str = "/ws";

/// What to ask for in `Sec-WebSocket-Protocol`. Without it the server speaks the frames of AI OS's own clients.
pub const SUBPROTOCOL: &str = "aios-chat.v1";

/// The version of these messages. A page of another version has to be loaded again.
pub const VERSION: u32 = 2;

/// The largest frame that the server takes, in bytes (the figure of OWASP's websocket cheat sheet).
pub const MAXIMUM_FRAME: usize = 64 * 1024;

/// From client to server.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// The first message of a client that wants to know whom it speaks with. Answered by [`ServerMessage::Hello`].
    Hello {
        /// The client's [`VERSION`].
        version: u32,
    },
    /// Say something. Answered by [`ServerMessage::Accepted`], then by the events of the answer.
    Send {
        /// Made by the client, at most 64 bytes. Sending the same again is sending it once.
        client_id: String,
        /// The conversation to go on with; a new one if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session_id: Option<String>,
        /// The text, as markdown.
        text: String,
        /// Who shall answer, as in `AgentInfo`; the default agent if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// The model may search the history for its answer; what it finds goes to the model's provider.
        #[serde(default, skip_serializing_if = "is_false")]
        search_history: bool,
    },
    /// Hear what goes on in a conversation: an answer that is being written from the event after `after` on, and every later one.
    Follow {
        /// The conversation.
        session_id: String,
        /// The turn whose events were seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        turn_id: Option<i64>,
        /// The last sequence number seen of it; 0 if none.
        #[serde(default)]
        after: u64,
    },
    /// Hear no more of a conversation.
    Unfollow {
        /// The conversation.
        session_id: String,
    },
    /// Stop the answer; what has come is kept.
    Stop {
        /// The conversation.
        session_id: String,
    },
    /// Answer the question of a turn once more. The new turn stands beside the other; answered like [`ClientMessage::Send`].
    Regenerate {
        /// As of [`ClientMessage::Send`].
        client_id: String,
        /// The turn.
        turn_id: i64,
        /// Who shall answer; the default agent if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// The model may search the history for its answer; what it finds goes to the model's provider.
        #[serde(default, skip_serializing_if = "is_false")]
        search_history: bool,
    },
    /// Ask something else in the place of a turn. The new turn stands beside the other; answered like [`ClientMessage::Send`].
    Edit {
        /// As of [`ClientMessage::Send`].
        client_id: String,
        /// The turn.
        turn_id: i64,
        /// The new text, as markdown.
        text: String,
        /// Who shall answer; the default agent if not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// The model may search the history for its answer; what it finds goes to the model's provider.
        #[serde(default, skip_serializing_if = "is_false")]
        search_history: bool,
    },
    /// Let an answer that was cut off go on where it stopped. Answered like [`ClientMessage::Send`].
    Continue {
        /// As of [`ClientMessage::Send`]; names the request in [`ServerMessage::Error`].
        client_id: String,
        /// The turn.
        turn_id: i64,
    },
    /// Show the branch of this turn, here and wherever the conversation is followed. Answered by [`ServerMessage::Branch`].
    Switch {
        /// The conversation.
        session_id: String,
        /// The turn.
        turn_id: i64,
    },
    /// Something is being written here: others are told by [`ServerMessage::Presence`]. Has effect on a conversation that is followed.
    Typing {
        /// The conversation.
        session_id: String,
    },
    /// Answered by [`ServerMessage::Pong`].
    Ping,
}

/// From server to client. A new kind goes into `flat.rs` as well, and into its test.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "flat::Message")]
pub enum ServerMessage {
    /// The answer to [`ClientMessage::Hello`].
    Hello {
        /// The server's [`VERSION`].
        version: u32,
    },
    /// A message of a user is stored, or an answer goes on. Everyone who follows the conversation hears it.
    Accepted {
        /// As it was sent; of a turn whose answer goes on, as its message was sent.
        client_id: String,
        /// The conversation, made if need be.
        session_id: String,
        /// The turn, made for it.
        turn_id: i64,
        /// When.
        timestamp: Timestamp,
        /// The user's words.
        text: String,
        /// Who answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// The turn before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent_id: Option<i64>,
        /// The turns that stand beside each other here, this one included, oldest first; empty if it is the only one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        siblings: Vec<i64>,
        /// The number of the last event that there was before: 0, but of a turn whose answer goes on.
        #[serde(default, skip_serializing_if = "is_zero")]
        after: u64,
    },
    /// A piece of an answer.
    Event {
        /// The conversation.
        session_id: String,
        /// The turn.
        turn_id: i64,
        /// 1 for the first event of the turn, then one more each.
        sequence: u64,
        /// The piece.
        event: StreamEvent,
    },
    /// The answer of a turn is over. Sent again on [`ClientMessage::Follow`] of a turn that was followed and has ended since.
    End {
        /// The conversation.
        session_id: String,
        /// The turn.
        turn_id: i64,
        /// How.
        status: TurnStatus,
        /// The number of its last event. Who saw another one last reads the turn again: a crash can cost what was not written down yet.
        #[serde(default)]
        sequence: u64,
        /// What went wrong, as a sentence for a person, if it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A message could not be taken. Nothing was stored.
    Error {
        /// The message, if it had an id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        /// Why, as a sentence for a person.
        message: String,
    },
    /// Another branch of a conversation is shown now. Everyone who follows the conversation hears it.
    Branch {
        /// The conversation.
        session_id: String,
        /// The turn that was asked for; the branch goes on behind it.
        turn_id: i64,
    },
    /// The conversation has another name. Everyone who follows it hears it.
    Named {
        /// The conversation.
        session_id: String,
        /// The name.
        name: String,
    },
    /// Who else is there: sent to everyone who follows a conversation when that changes. May be left out for a slow client.
    Presence {
        /// The conversation.
        session_id: String,
        /// How many follow it, this client included.
        readers: u32,
        /// Somebody else is writing there right now.
        typing: bool,
    },
    /// Something in the history changed; lists may want to look again.
    Changed {
        /// The conversation, if it was just one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session_id: Option<String>,
    },
    /// The answer to [`ClientMessage::Ping`].
    Pong,
}

/// A piece of an answer. A new kind goes into `flat.rs` as well, and into its test.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "flat::Event")]
pub enum StreamEvent {
    /// More of the text.
    Text {
        /// What to append.
        delta: String,
    },
    /// More of the thinking before the text.
    Reasoning {
        /// What to append.
        delta: String,
    },
    /// The agent called a tool.
    ToolCall {
        /// Ties it to its result.
        id: String,
        /// The tool.
        name: String,
        /// The arguments.
        input: String,
    },
    /// The tool answered.
    ToolResult {
        /// Ties it to its call.
        id: String,
        /// It failed.
        error: bool,
        /// The answer.
        output: String,
    },
    /// Tokens, as the provider counts them.
    Usage {
        /// Of what the model was given.
        input_tokens: Option<u32>,
        /// Of what it wrote.
        output_tokens: Option<u32>,
    },
    /// Something that the reader should know of how the answer came about.
    Notice {
        /// A sentence for a person.
        text: String,
    },
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
