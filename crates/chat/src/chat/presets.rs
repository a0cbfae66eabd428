//! Presets of instructions, and which models are preferred.

use super::{Chat, SendOptions};
use crate::{Error, agents::Chosen, context::Fitted, files};
use aios_protocol::agents::DatabaseMode;
use aios_store::{
    Database, Transaction, conversations,
    notes::{self, AnswerNotes},
    presets::{self, Preference, Preset},
    streams, turns,
};
use std::sync::Arc;

/// The most characters of a preset's name.
const MAXIMUM_NAME: usize = 100;

/// The most bytes of its instructions.
const MAXIMUM_PROMPT: usize = 64 * 1024;

/// The most presets.
const MAXIMUM_PRESETS: usize = 1000;

impl Chat {
    /// All presets, by name.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn presets(&self) -> Result<Vec<Preset>, Error> {
        Ok(self.database().read(presets::list).await?)
    }

    /// Keeps instructions under a name, in the place of those that had it, and returns their number.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the name or the instructions are blank or too long (100 characters, 64 KiB), or there are 1,000 already;
    /// [`Error::Store`].
    pub async fn save_preset(&self, name: &str, prompt: &str) -> Result<i64, Error> {
        let (name, prompt) = (name.trim().to_owned(), prompt.trim().to_owned());
        if !(1..=MAXIMUM_NAME).contains(&name.chars().count()) {
            return Err(Error::invalid("A preset needs a name of 1 to 100 characters. Nothing was saved."));
        }
        if prompt.is_empty() || prompt.len() > MAXIMUM_PROMPT {
            return Err(Error::invalid("Instructions have 1 byte to 64 KB. Nothing was saved."));
        }
        let save = move |transaction: &Transaction<'_>| {
            let all = presets::list(transaction)?;
            if all.len() >= MAXIMUM_PRESETS && !all.iter().any(|preset| preset.name.eq_ignore_ascii_case(&name)) {
                return Ok(None);
            }
            presets::save(transaction, &name, &prompt).map(Some)
        };
        let saved = self.database().write(save).await?;
        saved.ok_or_else(|| Error::invalid("There are 1,000 presets already: delete one first. Nothing was saved."))
    }

    /// Deletes a preset; conversations that use it fall back to the default. One that does not exist is no error.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn delete_preset(&self, id: i64) -> Result<(), Error> {
        self.database().write(move |transaction| presets::delete(transaction, id).map(drop)).await?;
        Ok(())
    }

    /// Lets a conversation use a preset while it has no instructions of its own; with `None` the default.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn use_preset(&self, session_id: &str, id: Option<i64>) -> Result<(), Error> {
        let session = session_id.to_owned();
        let chosen = self.database().write(move |transaction| presets::choose(transaction, &session, id)).await?;
        if chosen { Ok(()) } else { Err(Error::NotFound { session_id: session_id.to_owned() }) }
    }

    /// The preset that a conversation uses: its own, else the default.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn preset_of(&self, session_id: &str) -> Result<Option<Preset>, Error> {
        let session_id = session_id.to_owned();
        Ok(self.database().read(move |connection| presets::of_conversation(connection, &session_id)).await?)
    }

    /// Makes a preset the one of all conversations that have none, or with `None` no preset.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn set_default_preset(&self, id: Option<i64>) -> Result<(), Error> {
        self.prefer(Preference::DefaultPreset, id.map(|id| id.to_string())).await
    }

    /// Makes a model the one that answers where none was used before, or with `None` the configured one.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such provider, [`Error::Store`].
    pub async fn set_default_model(&self, model: Option<String>) -> Result<(), Error> {
        if let Some(model) = &model {
            self.check(model)?;
        }
        self.prefer(Preference::DefaultModel, model).await
    }

    /// The models that are kept at hand, by id.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn favourite_models(&self) -> Result<Vec<String>, Error> {
        Ok(self.database().read(presets::favourites).await?)
    }

    /// Keeps a model at hand, or no longer.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is no such provider, [`Error::Store`].
    pub async fn set_favourite_model(&self, model: &str, is_favourite: bool) -> Result<(), Error> {
        self.check(model)?;
        let model = model.to_owned();
        Ok(self.database().write(move |transaction| presets::set_favourite(transaction, &model, is_favourite)).await?)
    }

    /// What the reader of an answer should know of how it was made.
    ///
    /// # Errors
    /// [`Error::TurnNotFound`], [`Error::Store`].
    pub async fn notes(&self, turn_id: i64) -> Result<AnswerNotes, Error> {
        let read = move |connection: &aios_store::Connection| {
            let exists = turns::get_turn(connection, turn_id)?.is_some();
            Ok(if exists { Some(notes::notes(connection, turn_id)?) } else { None })
        };
        self.database().read(read).await?.ok_or(Error::TurnNotFound { turn_id })
    }

    /// What readers should know of how these answers were made, by turn; nothing of those where there is nothing to say.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn notices(&self, turn_ids: Vec<i64>) -> Result<Vec<(i64, String)>, Error> {
        Ok(self.database().read(move |connection| notes::notices(connection, &turn_ids)).await?)
    }

    /// What went wrong with these answers, as sentences for a person, by turn; nothing of those where nothing did.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn failures(&self, turn_ids: Vec<i64>) -> Result<Vec<(i64, String)>, Error> {
        Ok(self.database().read(move |connection| streams::errors(connection, &turn_ids)).await?)
    }

    pub(super) async fn prefer(&self, preference: Preference, value: Option<String>) -> Result<(), Error> {
        let prefer = move |transaction: &Transaction<'_>| presets::prefer(transaction, preference, value.as_deref());
        Ok(self.database().write(prefer).await?)
    }

    /// The preferred model, if its provider is still there. That it cannot be read costs nothing but the preference.
    pub(super) async fn preferred_model(&self) -> Option<String> {
        let read = |connection: &aios_store::Connection| presets::preference(connection, Preference::DefaultModel);
        let preferred = self.database().read(read).await.ok().flatten();
        preferred.filter(|model| self.0.agents.knows(model))
    }

    /// The model that a message is for: the one that it names, else the last one of its conversation, else the preferred one.
    pub(super) async fn usual_model(
        &self,
        named: Option<String>,
        session_id: Option<&str>,
        database: &Arc<Database>,
    ) -> Result<Option<String>, Error> {
        if named.is_some() {
            return Ok(named);
        }
        if let Some(session_id) = session_id {
            let id = session_id.to_owned();
            let summary = database.read(move |connection| conversations::get_summary(connection, &id)).await?;
            let last = summary.and_then(|summary| summary.model).filter(|model| self.0.agents.knows(model));
            if last.is_some() {
                return Ok(last);
            }
        }
        Ok(self.preferred_model().await)
    }

    /// Lets a model be given what fits of a conversation: for whatever is answered in one.
    pub(super) fn fitted(
        &self,
        mut chosen: Chosen,
        mode: DatabaseMode,
        database: &Arc<Database>,
        options: SendOptions,
    ) -> Chosen {
        if chosen.is_model() {
            chosen.agent = Arc::new(Fitted {
                agent: chosen.agent,
                database: database.clone(),
                folder: files::folder(self.data(), mode),
                context_length: chosen.context_length,
                search_history: options.search_history,
            });
        }
        chosen
    }

    fn check(&self, model: &str) -> Result<(), Error> {
        match self.0.agents.knows(model) {
            true => Ok(()),
            false => Err(Error::invalid("There is no such model: choose another one. Nothing was changed.")),
        }
    }
}
