//! Logs in the database: read for those who come back late, for answers that go on, and put together after a crash.

use super::{
    Accepted, TurnLog,
    draft::{Draft, asked, events_of},
    log::Piece,
};
use crate::{Error, clock::now};
use aios_model::{StoredTurn, Timestamp, TurnStatus};
use aios_protocol::socket::StreamEvent;
use aios_store::{
    Connection, Database, streams,
    turns::{self, FinishedTurn},
};

/// How long the log of a whole turn is kept across a restart, in milliseconds: those who come back then hear the exact rest.
const KEPT_ACROSS_RESTARTS: i64 = 60 * 60 * 1000;

/// The log of a turn that is over, as far as it is kept; `None` if there is no such turn or it is still being written.
pub(super) async fn read(
    database: &Database,
    session_id: String,
    turn_id: i64,
) -> Result<Option<TurnLog>, aios_store::Error> {
    let read = move |connection: &Connection| {
        let turn = turns::get_turn(connection, turn_id)?.filter(|turn| turn.status != TurnStatus::Streaming);
        let Some(turn) = turn else { return Ok(None) };
        let stored = streams::get(connection, turn_id)?.unwrap_or_default();
        let accepted = Accepted {
            client_id: String::new(),
            session_id,
            turn_id,
            timestamp: turn.timestamp,
            text: turn.user_message,
            model: turn.model,
            parent_id: turn.parent_id,
            siblings: turn.siblings,
            after: 0,
        };
        let events = events(turn_id, &stored.pieces);
        Ok(Some(TurnLog::over(accepted, events, stored.last_sequence, turn.status, stored.error)))
    };
    database.read(read).await
}

/// Begins the stream of an answer that goes on, and gives its events so far: as they were logged, or else as they would have made the stored
/// answer; those are logged then.
pub(crate) fn begin_again(connection: &Connection, turn: &StoredTurn) -> Result<Vec<StreamEvent>, aios_store::Error> {
    streams::begin(connection, turn.id)?;
    let stored = streams::get(connection, turn.id)?.unwrap_or_default();
    let logged = events(turn.id, &stored.pieces);
    if !logged.is_empty() {
        return Ok(logged);
    }
    let made = events_of(turn);
    super::log::write(connection, turn.id, 0, &made)?;
    Ok(made)
}

/// Puts the answers together that were being written when the program was killed, and marks their turns as interrupted; tells how many there
/// were.
pub(crate) fn recover(database: &Database) -> Result<u32, Error> {
    let recovered = database.write_blocking(|transaction| {
        let mut count = 0;
        for turn_id in streams::unfinished(transaction)? {
            let Some(turn) = turns::get_turn(transaction, turn_id)? else { continue };
            let stored = streams::get(transaction, turn_id)?.unwrap_or_default();
            let draft = Draft::of(events(turn_id, &stored.pieces).iter().map(Piece::from));
            let messages = draft.messages(&asked(&turn), &turn.user_message, turn.model.as_deref(), turn_id);
            // The log is never behind the turn, unless a piece of it is damaged.
            let is_whole = draft.text.len() >= turn.assistant_message.len();
            let finished = FinishedTurn {
                user_tokens: draft.input_tokens,
                assistant_tokens: draft.output_tokens,
                messages: if is_whole { &messages } else { &[] },
                ..FinishedTurn::new(
                    if is_whole { &draft.text } else { &turn.assistant_message },
                    TurnStatus::Interrupted,
                )
            };
            turns::finish_turn(transaction, turn_id, &finished, turn.timestamp)?;
            streams::end(transaction, turn_id, None, now())?;
            count += 1;
        }
        let others = turns::interrupt_streaming(transaction)?;
        let before = now().milliseconds().saturating_sub(KEPT_ACROSS_RESTARTS);
        streams::forget_all_complete(transaction, Timestamp::from_milliseconds(before))?;
        Ok(count + others)
    })?;
    Ok(recovered)
}

/// The events of a log, up to a piece that cannot be read.
fn events(turn_id: i64, pieces: &[String]) -> Vec<StreamEvent> {
    let mut events = Vec::new();
    for piece in pieces {
        match serde_json::from_str::<Vec<StreamEvent>>(piece) {
            Ok(piece) => events.extend(piece),
            Err(error) => {
                tracing::error!(turn_id, %error, "a piece of a log cannot be read; what came before it is kept");
                break;
            }
        }
    }
    events
}
