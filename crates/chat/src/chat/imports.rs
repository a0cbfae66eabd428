//! Imports, as the worker's batches and the native tool bring them.

use super::{Chat, batches::valid_id, blocking};
use crate::{Error, clock::now, feeds::Feeds};
use aios_model::{Conversation, ImportStatus, Source};
use aios_protocol::{
    agents::DatabaseMode,
    import::{BATCH_CONVERSATIONS, Compare, Compared, SaveBatch, SaveOutcome},
};
use aios_store::{
    Connection, files,
    imports::{self, ConversationKey, SaveOptions, SavedConversation, batches},
};
use std::sync::Arc;

/// The most conversations that are compared at once.
const MAXIMUM_KEYS: usize = 10_000;

impl Chat {
    /// How conversations of an export compare with the history, in the order of the keys.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 10,000 keys, [`Error::Store`].
    pub async fn import_compare(&self, compare: Compare) -> Result<Compared, Error> {
        if compare.keys.len() > MAXIMUM_KEYS {
            return Err(Error::invalid("At most 10,000 conversations can be compared at once."));
        }
        let keys: Vec<_> = compare
            .keys
            .into_iter()
            .map(|key| ConversationKey {
                source: Source::from_name(key.source.as_str()),
                source_id: key.source_id,
                content_hash: key.content_hash,
            })
            .collect();
        let novelties = self.database().read(move |connection| imports::compare(connection, &keys)).await?;
        Ok(Compared { novelties })
    }

    /// Stores conversations of an import in one transaction, with one outcome for each, in their order: what cannot be stored fails alone. The text
    /// files, if asked for, are written after the commit; one that cannot be written is told as the reason of an outcome
    /// whose status stays what it is. In the demo none are written.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a batch of more than 500 conversations, an import id that is not 1 to 64 bytes or an import that was undone, [`Error::Store`] if the
    /// transaction could not be committed. Nothing was stored then.
    pub async fn import_save(&self, batch: SaveBatch) -> Result<Vec<SaveOutcome>, Error> {
        if batch.conversations.len() > BATCH_CONVERSATIONS {
            return Err(Error::invalid("A batch can have at most 500 conversations. Nothing was stored."));
        }
        valid_id(&batch.import_id)?;
        let SaveBatch { import_id, feeds, mut conversations } = batch;
        for conversation in &mut conversations {
            conversation.source = Source::from_name(conversation.source.as_str());
        }
        let conversations = Arc::new(conversations);
        let (mode, database) = self.open_history();
        let to_store = conversations.clone();
        let mut outcomes = database
            .write(move |transaction| {
                // Begun even if all of it fails; and not at all if it was undone.
                batches::count(transaction, &import_id, [], now())?;
                let options = SaveOptions { import_id: Some(&import_id) };
                let saved = imports::save_conversations(transaction, &to_store, options, now());
                let outcomes: Vec<_> = to_store
                    .iter()
                    .zip(saved)
                    .map(|(conversation, saved)| outcome(transaction, conversation, saved))
                    .collect();
                batches::count(transaction, &import_id, outcomes.iter().map(|outcome| outcome.status), now())?;
                Ok(outcomes)
            })
            .await?;
        if feeds && mode == DatabaseMode::Personal {
            let folder = self.feeds();
            outcomes = blocking("writing Feeds", move || {
                write_feeds(Feeds::new(folder), &conversations, &mut outcomes);
                Ok(outcomes)
            })
            .await?;
        }
        if outcomes.iter().any(|outcome| matches!(outcome.status, ImportStatus::Imported | ImportStatus::Updated)) {
            self.changed(None);
        }
        let updated = outcomes.iter().filter(|outcome| outcome.status == ImportStatus::Updated);
        let updated = updated.filter_map(|outcome| outcome.session_id.clone()).collect();
        self.tell_shown(updated).await;
        Ok(outcomes)
    }
}

fn outcome(
    connection: &Connection,
    conversation: &Conversation,
    saved: Result<SavedConversation, aios_store::Error>,
) -> SaveOutcome {
    let (source, source_id) = (conversation.source.clone(), conversation.source_id.clone());
    match saved {
        Ok(saved) => {
            // Not to know them costs only that they are sent once more.
            let files_here = |session_id: &String| files::references(connection, session_id).unwrap_or_default();
            let files_here = saved.session_id.as_ref().map(files_here).unwrap_or_default();
            let (session_id, status, reason) = (saved.session_id, saved.status, saved.reason);
            SaveOutcome { source, source_id, session_id, status, reason, files_here }
        }
        Err(error) => {
            tracing::warn!(%source, source_id, %error, "a conversation of an import was not stored");
            let reason = Some("It could not be stored; the log says why.".to_owned());
            let status = ImportStatus::Failed;
            SaveOutcome { source, source_id, session_id: None, status, reason, files_here: Vec::new() }
        }
    }
}

fn write_feeds(mut feeds: Feeds, conversations: &[Conversation], outcomes: &mut [SaveOutcome]) {
    for (conversation, outcome) in conversations.iter().zip(outcomes) {
        let Some(session_id) = &outcome.session_id else { continue };
        if let Err(error) = feeds.write(conversation, session_id) {
            tracing::warn!(%error, "a text file was not written");
            outcome.reason = Some("It is stored, but its text file could not be written.".to_owned());
        }
    }
}
