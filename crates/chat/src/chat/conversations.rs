//! Conversations, their turns and ratings.

use super::Chat;
use crate::{Error, clock::now, stream::Key};
use aios_model::{Conversation, ConversationPage, Message, Rating, SearchHit, StoredConversation};
use aios_store::{
    Transaction,
    conversations::{self, ListQuery, NewConversation, SourceTotal, WeekTotal, Window},
    imports::{self, SaveOptions, SavedConversation},
    ratings, search,
    turns::{self, NewTurn, SavedMessages},
};
use uuid::Uuid;

/// The most characters of a name.
const MAXIMUM_NAME: usize = 200;

/// The most bytes of instructions.
const MAXIMUM_SYSTEM_PROMPT: usize = 64 * 1024;

/// The most characters that are searched for.
const MAXIMUM_QUERY: usize = 1000;

/// The most characters of the reason of a rating.
const MAXIMUM_REASON: usize = 2000;

impl Chat {
    /// A page of the list, latest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn list(&self, query: ListQuery) -> Result<ConversationPage, Error> {
        Ok(self.database().read(move |connection| conversations::list(connection, &query)).await?)
    }

    /// How many conversations each source has.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn totals(&self) -> Result<Vec<SourceTotal>, Error> {
        Ok(self.database().read(conversations::totals).await?)
    }

    /// How many conversations of each source began in each week, archived ones included.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn weeks(&self) -> Result<Vec<WeekTotal>, Error> {
        Ok(self.database().read(conversations::weeks).await?)
    }

    /// A conversation with its active branch, or the `last` turns of it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn get(&self, session_id: &str, last: Option<u32>) -> Result<StoredConversation, Error> {
        let id = session_id.to_owned();
        let found =
            self.database().read(move |connection| conversations::get(connection, &id, Window { last })).await?;
        found.ok_or_else(|| Error::NotFound { session_id: session_id.to_owned() })
    }

    /// Begins a conversation and returns its id.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the name is blank or longer than 200 characters, [`Error::Store`].
    pub async fn create(&self, name: Option<String>) -> Result<String, Error> {
        let name = name.as_deref().map(valid_name).transpose()?;
        let session_id = Uuid::now_v7().to_string();
        let id = session_id.clone();
        let create = move |transaction: &Transaction<'_>| {
            let new = NewConversation { name: name.as_deref(), ..NewConversation::new(&id) };
            conversations::create(transaction, &new, now())
        };
        self.database().write(create).await?;
        self.changed(Some(&session_id));
        Ok(session_id)
    }

    /// Names a conversation; white space around the name is dropped.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the name is blank or longer than 200 characters, [`Error::NotFound`], [`Error::Store`].
    pub async fn rename(&self, session_id: &str, name: &str) -> Result<(), Error> {
        let name = valid_name(name)?;
        let named = name.clone();
        self.change(session_id, move |transaction, id| conversations::rename(transaction, id, &name)).await?;
        self.tell_name(session_id, &named);
        Ok(())
    }

    /// Tells those who follow a conversation that it has another name.
    pub(super) fn tell_name(&self, session_id: &str, name: &str) {
        if let Some(topic) = self.0.hub.known(self.key(session_id)) {
            topic.named(name);
        }
    }

    /// Puts a conversation away.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn archive(&self, session_id: &str) -> Result<(), Error> {
        self.change(session_id, |transaction, id| conversations::archive(transaction, id)).await
    }

    /// Brings a conversation back.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn unarchive(&self, session_id: &str) -> Result<(), Error> {
        self.change(session_id, |transaction, id| conversations::unarchive(transaction, id)).await
    }

    /// Gives a conversation its own instructions, or with `None` or a blank text takes them away.
    ///
    /// # Errors
    /// [`Error::Invalid`] if they are longer than 64 KiB, [`Error::NotFound`], [`Error::Store`].
    pub async fn set_system_prompt(&self, session_id: &str, prompt: Option<String>) -> Result<(), Error> {
        let prompt = prompt.filter(|prompt| !prompt.trim().is_empty());
        if prompt.as_ref().is_some_and(|prompt| prompt.len() > MAXIMUM_SYSTEM_PROMPT) {
            return Err(Error::invalid("These instructions are longer than 64 KB: shorten them. Nothing was changed."));
        }
        self.change(session_id, move |transaction, id| {
            conversations::set_system_prompt(transaction, id, prompt.as_deref())
        })
        .await
    }

    /// The turns that say `query`, best first. Any text can be searched for; only its first 1,000 characters are.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn search(&self, query: &str, limit: u32) -> Result<Vec<SearchHit>, Error> {
        let query: String = query.chars().take(MAXIMUM_QUERY).collect();
        Ok(self.database().read(move |connection| search::search(connection, &query, limit)).await?)
    }

    /// Rates an answer, or with `None` takes its rating back. Of the reason the first 2,000 characters are kept.
    ///
    /// # Errors
    /// [`Error::TurnNotFound`], [`Error::Store`].
    pub async fn rate(&self, turn_id: i64, rating: Option<Rating>, reason: Option<String>) -> Result<(), Error> {
        let reason = reason.map(|reason| reason.trim().chars().take(MAXIMUM_REASON).collect::<String>());
        let reason = reason.filter(|reason| !reason.is_empty());
        let rate = move |transaction: &Transaction<'_>| match rating {
            Some(rating) => ratings::rate(transaction, turn_id, rating, reason.as_deref(), None, now()),
            None if turns::get_turn(transaction, turn_id)?.is_none() => Err(aios_store::Error::NoTurn { turn_id }),
            None => ratings::unrate(transaction, turn_id).map(drop),
        };
        match self.database().write(rate).await {
            Err(aios_store::Error::NoTurn { turn_id }) => Err(Error::TurnNotFound { turn_id }),
            other => Ok(other?),
        }?;
        self.changed(None);
        Ok(())
    }

    /// Writes a view of a conversation: begins it, or adds what the history has not. The first of the module's two key functions.
    ///
    /// Rows are merged, never replaced: turns that the view does not know stay, turns that are there stay as they are, and a question without an
    /// answer gets the one of the view. Two who save different views of one conversation both keep their turns. Messages are recognised by
    /// their ids, which are their writer's own; a parent is a message of the view or one that was saved before.
    ///
    /// ```
    /// use aios_chat::{Chat, Config};
    /// use aios_model::{Message, Role};
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// let chat = Chat::open(Config { data: folder.path().into(), ..Config::default() })?;
    /// let question = Message::text("1", None, Role::User, "Which bird?");
    /// let answer = Message::text("2", Some("1"), Role::Assistant, "A heron.");
    /// chat.save_conversation("birds", vec![question.clone(), answer]).await?;
    ///
    /// // Somebody who has not seen the answer goes on in another way: both are kept.
    /// let other = Message::text("3", Some("1"), Role::Assistant, "A crane.");
    /// let saved = chat.save_conversation("birds", vec![question, other]).await?;
    /// assert_eq!(saved.added, 1);
    /// assert_eq!(chat.get("birds", None).await?.summary.turn_count, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] if the conversation is in the trash, [`Error::Store`].
    pub async fn save_conversation(&self, session_id: &str, messages: Vec<Message>) -> Result<SavedMessages, Error> {
        let id = session_id.to_owned();
        let save = move |transaction: &Transaction<'_>| turns::save_messages(transaction, &id, &messages, now());
        let saved = self.database().write(save).await?;
        if saved != SavedMessages::default() {
            self.changed(Some(session_id));
        }
        Ok(saved)
    }

    /// Writes a conversation in its canonical form: inserts it, or adds to the one with the same source and source id what is new, in one
    /// transaction.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn merge_conversation(&self, conversation: Conversation) -> Result<SavedConversation, Error> {
        let save = move |transaction: &Transaction<'_>| {
            imports::save_conversation(transaction, &conversation, SaveOptions { import_id: None }, now())
        };
        let saved = self.database().write(save).await?;
        if let Some(session_id) = &saved.session_id {
            self.changed(Some(session_id));
        }
        Ok(saved)
    }

    /// Appends one whole turn to a conversation, which is begun if it does not exist, and returns the turn's id. The time that it takes does
    /// not depend on the conversation's length. The second of the module's two key functions.
    ///
    /// ```
    /// # use aios_chat::{Chat, Config};
    /// # let folder = tempfile::tempdir()?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    /// # runtime.block_on(async {
    /// let chat = Chat::open(Config { data: folder.path().into(), ..Config::default() })?;
    /// let turn_id = chat.add_turn("sky", "Why is the sky blue?", "Rayleigh scattering.").await?;
    /// assert_eq!(chat.get("sky", Some(1)).await?.turns[0].id, turn_id);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn add_turn(&self, session_id: &str, user_message: &str, assistant_message: &str) -> Result<i64, Error> {
        let (id, user, assistant) = (session_id.to_owned(), user_message.to_owned(), assistant_message.to_owned());
        let add = move |transaction: &Transaction<'_>| {
            turns::add_turn(transaction, &id, &NewTurn::new(&user, &assistant), now())
        };
        let added = self.database().write(add).await?;
        self.changed(Some(session_id));
        Ok(added.turn_id)
    }

    /// A write to one conversation that says whether it exists.
    pub(super) async fn change(
        &self,
        session_id: &str,
        write: impl FnOnce(&Transaction<'_>, &str) -> Result<bool, aios_store::Error> + Send + 'static,
    ) -> Result<(), Error> {
        let id = session_id.to_owned();
        let existed = self.database().write(move |transaction| write(transaction, &id)).await?;
        if !existed {
            return Err(Error::NotFound { session_id: session_id.to_owned() });
        }
        self.changed(Some(session_id));
        Ok(())
    }

    pub(super) fn key(&self, session_id: &str) -> Key {
        (self.mode(), session_id.to_owned())
    }

    /// Begins a conversation with this id; `false` if there is one already.
    pub(crate) async fn begin_session(&self, session_id: &str) -> Result<bool, Error> {
        let id = session_id.to_owned();
        let begin = move |transaction: &Transaction<'_>| {
            if conversations::get_summary(transaction, &id)?.is_some() {
                return Ok(false);
            }
            conversations::create(transaction, &NewConversation::new(&id), now())?;
            Ok(true)
        };
        let begun = self.database().write(begin).await?;
        if begun {
            self.changed(Some(session_id));
        }
        Ok(begun)
    }
}

fn valid_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    match name.chars().count() {
        1..=MAXIMUM_NAME => Ok(name.to_owned()),
        0 => Err(Error::invalid("A name needs at least one character. Nothing was changed.")),
        _ => Err(Error::invalid("A name can have at most 200 characters: shorten it. Nothing was changed.")),
    }
}
