//! The two prompts that AI OS's sidebar edits.
//!
//! The one for conversations is the module's own. The one for files lies in `contract.json` in the data folder and is only kept: this program
//! summarises no files.

use super::Contract;
use crate::{Error, chat::blocking, files};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path};

/// The most bytes of a prompt.
const MAXIMUM_PROMPT: usize = 16 * 1024;

/// What is said to a model that is to summarise files, if nobody said anything else.
const FILE_PROMPT: &str =
    "Summarise this document in two or three sentences: what it holds and what it is for. Be concise and factual.";

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Prompts {
    file: Option<String>,
}

impl Contract {
    /// What a model is told that summarises conversations.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn conversation_prompt(&self) -> Result<String, Error> {
        self.0.chat.summary_prompt().await
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
    /// [`Error::Invalid`] if it is blank or longer than 16 KiB, [`Error::Store`].
    pub async fn set_conversation_prompt(&self, prompt: &str) -> Result<(), Error> {
        self.0.chat.set_summary_prompt(&valid_prompt(prompt)?).await
    }

    /// Changes [`file_prompt`](Contract::file_prompt).
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is blank or longer than 16 KiB, [`Error::File`].
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
