//! The server of an import, while the server is away: what the import worker asks for is kept, and its conversations can be read at once.

use crate::{Answer, Error};
use aios_model::{Conversation, ImportStatus, Novelty, Timestamp};
use aios_protocol::import::{
    BEGIN_PATH, COMPARE_PATH, Compare, Compared, FINISH_PATH, SAVE_BATCH_PATH, SaveBatch, SaveOutcome,
};
use aios_store::{Connection, copy::imports, imports::SavedConversation};

/// Answers a request of the import worker as the server would. To be called in a transaction.
pub(crate) fn answer(connection: &Connection, path: &str, body: &str, now: Timestamp) -> Result<Answer, Error> {
    let body = match path {
        // Which of them the server has, it says when it gets them: what it has is not stored twice.
        COMPARE_PATH => {
            let Compare { keys } = serde_json::from_str(body)?;
            serde_json::to_string(&Compared { novelties: keys.iter().map(|_| Novelty::New).collect() })?
        }
        SAVE_BATCH_PATH => {
            let outcomes = save(connection, body, now)?;
            imports::keep_request(connection, path, body)?;
            serde_json::to_string(&outcomes)?
        }
        BEGIN_PATH | FINISH_PATH => {
            imports::keep_request(connection, path, body)?;
            "null".to_owned()
        }
        _ => {
            let problem = "This waits for the server: import the file once more when it is there.";
            return Ok(Answer { problem: Some(problem.to_owned()), ..Answer::default() });
        }
    };
    Ok(Answer { body: Some(body), ..Answer::default() })
}

/// Stores the conversations of a batch until the server has them.
pub(crate) fn save(connection: &Connection, body: &str, now: Timestamp) -> Result<Vec<SaveOutcome>, Error> {
    let batch: SaveBatch = serde_json::from_str(body)?;
    let saved = imports::save(connection, &batch.conversations, now)?;
    Ok(batch.conversations.iter().zip(saved).map(|(conversation, saved)| outcome(conversation, saved)).collect())
}

fn outcome(conversation: &Conversation, saved: Result<SavedConversation, aios_store::Error>) -> SaveOutcome {
    let (session_id, status, reason) = match saved {
        Ok(saved) => (saved.session_id, saved.status, saved.reason),
        Err(error) => {
            (None, ImportStatus::Failed, Some(format!("It cannot be shown before the server has it: {error}.")))
        }
    };
    let (source, source_id) = (conversation.source.clone(), conversation.source_id.clone());
    SaveOutcome { source, source_id, session_id, status, reason, files_here: Vec::new() }
}
