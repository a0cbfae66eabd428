//! Summaries, and the two prompts that AI OS's sidebar edits.
//!
//! The prompts lie in `contract.json` in the data folder. The one for files is only kept: this program summarises no files.

use super::{Contract, Slice};
use crate::{Error, chat::blocking, files};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path};

/// The most bytes of a prompt.
const MAXIMUM_PROMPT: usize = 16 * 1024;

/// Turns at the end of a conversation that are summarised.
const TURNS: u32 = 50;

/// Characters of each message that are summarised.
const CHARACTERS: usize = 1000;

/// What is said to a model that is to summarise, if nobody said anything else.
const CONVERSATION_PROMPT: &str = "Summarise this conversation in two or three sentences: what it was about, what came of it, what is open. Be concise and factual. \
     Answer with the summary and nothing else.";

/// As [`CONVERSATION_PROMPT`], for files.
const FILE_PROMPT: &str =
    "Summarise this document in two or three sentences: what it holds and what it is for. Be concise and factual.";

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Prompts {
    conversation: Option<String>,
    file: Option<String>,
}

impl Contract {
    /// Has a model summarise a conversation, keeps what it says and returns it. Of a long one, the last 50 turns are read.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] if nothing was said in it, no model can write, or the model fails; [`Error::Store`].
    pub async fn summarize(&self, session_id: &str) -> Result<String, Error> {
        let conversation = self.conversation(session_id, Slice { limit: Some(TURNS), offset: None }).await?;
        let mut text = String::new();
        for turn in &conversation.turns {
            for (who, said) in [("User", &turn.user_message), ("Assistant", &turn.assistant_message)] {
                if !said.is_empty() {
                    let piece: String = said.chars().take(CHARACTERS).collect();
                    text.push_str(&format!("{who}: {piece}\n\n"));
                }
            }
        }
        if text.is_empty() {
            return Err(Error::invalid("Nothing was said in this conversation yet, so there is nothing to summarise."));
        }
        let model = self.chosen_model().await;
        let summary = self.0.chat.ask(model.as_deref(), self.conversation_prompt().await?, text).await?;
        self.0.chat.keep_summary(session_id, summary.clone()).await?;
        Ok(summary)
    }

    /// What a model is told that summarises conversations.
    ///
    /// # Errors
    /// [`Error::File`].
    pub async fn conversation_prompt(&self) -> Result<String, Error> {
        Ok(self.prompts().await?.conversation.unwrap_or_else(|| CONVERSATION_PROMPT.to_owned()))
    }

    /// What a model would be told that summarises files.
    ///
    /// # Errors
    /// [`Error::File`].
    pub async fn file_prompt(&self) -> Result<String, Error> {
        Ok(self.prompts().await?.file.unwrap_or_else(|| FILE_PROMPT.to_owned()))
    }

    /// Changes [`conversation_prompt`](Contract::conversation_prompt).
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is blank or longer than 16 KiB, [`Error::File`].
    pub async fn set_conversation_prompt(&self, prompt: &str) -> Result<(), Error> {
        let prompt = valid_prompt(prompt)?;
        self.change_prompts(|prompts| prompts.conversation = Some(prompt)).await
    }

    /// Changes [`file_prompt`](Contract::file_prompt).
    ///
    /// # Errors
    /// As [`set_conversation_prompt`](Contract::set_conversation_prompt).
    pub async fn set_file_prompt(&self, prompt: &str) -> Result<(), Error> {
        let prompt = valid_prompt(prompt)?;
        self.change_prompts(|prompts| prompts.file = Some(prompt)).await
    }

    async fn change_prompts(&self, change: impl FnOnce(&mut Prompts)) -> Result<(), Error> {
        let _one_at_a_time = self.0.prompts.lock().await;
        let mut prompts = self.prompts().await?;
        change(&mut prompts);
        let path = self.0.chat.data().join("contract.json");
        let json = serde_json::to_vec_pretty(&prompts)
            .map_err(|error| Error::Internal { what: format!("keeping prompts: {error}") })?;
        blocking("keeping prompts", move || files::write(&path, &json)).await
    }

    async fn prompts(&self) -> Result<Prompts, Error> {
        let path = self.0.chat.data().join("contract.json");
        blocking("reading prompts", move || read(&path)).await
    }
}

fn read(path: &Path) -> Result<Prompts, Error> {
    match fs::read(path) {
        Ok(json) => Ok(serde_json::from_slice(&json).unwrap_or_else(|error| {
            tracing::warn!(path = %path.display(), %error, "the prompts are not readable: the usual ones are taken");
            Prompts::default()
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Prompts::default()),
        Err(source) => Err(Error::File { path: path.to_owned(), source }),
    }
}

fn valid_prompt(prompt: &str) -> Result<String, Error> {
    match prompt.trim() {
        "" => Err(Error::invalid("Prompt required")),
        prompt if prompt.len() > MAXIMUM_PROMPT => {
            Err(Error::invalid("This prompt is longer than 16 KB: shorten it. Nothing was changed."))
        }
        prompt => Ok(prompt.to_owned()),
    }
}
