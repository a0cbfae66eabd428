//! Keeping order: pins, projects, the trash, branches and copies.

use super::{Chat, blocking};
use crate::{Error, clock::now, demo, feeds::Feeds, stream::Quiet};
use aios_model::{Source, Timestamp};
use aios_protocol::agents::DatabaseMode;
use aios_store::{
    Transaction,
    conversations::{self, Duplicate, ProjectTotal},
    trash::{self, TrashPage, Trashed},
    turns::{self, OutlineLine, Path, Position, Pruned, TurnPage},
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The most conversations that something is done to at once.
const MAXIMUM_AT_ONCE: usize = 1000;

/// The most characters of the name of a project.
const MAXIMUM_PROJECT: usize = 200;

/// Conversations that are moved to the trash or purged in one transaction: other writes wait for it.
const PIECE: u32 = 200;

/// What is done to several conversations at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Management {
    /// Keep them at the top, or no longer.
    Pin(bool),
    /// Put them away, or bring them back.
    Archive(bool),
    /// Move them to a project; with `None` or a blank name out of theirs.
    Move(Option<String>),
    /// Move them to the trash.
    Delete,
    /// Take them out of the trash.
    Restore,
}

impl Chat {
    /// Does something to up to 1,000 conversations, all in one transaction, and says to how many: those that are not there (any more) are left out.
    /// What is deleted at once can be taken back at once by [`restore_moment`](Chat::restore_moment).
    ///
    /// # Errors
    /// [`Error::Invalid`] for more conversations, or a project's name of more than 200 characters; [`Error::Store`].
    pub async fn manage(&self, session_ids: Vec<String>, what: Management) -> Result<u32, Error> {
        if session_ids.len() > MAXIMUM_AT_ONCE {
            return Err(Error::invalid("At most 1,000 conversations can be chosen at once. Nothing was changed."));
        }
        if let Management::Move(Some(project)) = &what
            && project.trim().chars().count() > MAXIMUM_PROJECT
        {
            return Err(Error::invalid(
                "The name of a project can have at most 200 characters: shorten it. Nothing was changed.",
            ));
        }
        let quiet = if what == Management::Delete { self.quiet(&session_ids).await } else { Vec::new() };
        let restored = if what == Management::Restore { session_ids.clone() } else { Vec::new() };
        let one = match session_ids.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        let write = move |transaction: &Transaction<'_>| {
            let (mut count, now) = (0, now());
            for id in &session_ids {
                let is_done = match &what {
                    Management::Pin(pinned) => conversations::pin(transaction, id, *pinned)?,
                    Management::Archive(true) => conversations::archive(transaction, id)?,
                    Management::Archive(false) => conversations::unarchive(transaction, id)?,
                    Management::Move(project) => conversations::move_to_project(transaction, id, project.as_deref())?,
                    Management::Delete => trash::put(transaction, id, now)?,
                    Management::Restore => trash::restore(transaction, id)?.is_some(),
                };
                count += u32::from(is_done);
            }
            Ok(count)
        };
        let count = self.database().write(write).await?;
        drop(quiet);
        if count > 0 {
            self.changed(one.as_deref());
            self.tell_shown(restored).await;
        }
        Ok(count)
    }

    /// Moves a conversation to the trash, where it stays for 30 days. An answer that is being written is stopped first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn delete(&self, session_id: &str) -> Result<(), Error> {
        self.must_find(session_id, Management::Delete).await
    }

    /// Keeps a conversation at the top of lists, or no longer.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Store`].
    pub async fn pin(&self, session_id: &str, pinned: bool) -> Result<(), Error> {
        self.must_find(session_id, Management::Pin(pinned)).await
    }

    /// Moves a conversation to a project, which is there as long as something is in it; with `None` or a blank name out of its project.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a name of more than 200 characters; [`Error::Store`].
    pub async fn move_to_project(&self, session_id: &str, project: Option<String>) -> Result<(), Error> {
        self.must_find(session_id, Management::Move(project)).await
    }

    async fn must_find(&self, session_id: &str, what: Management) -> Result<(), Error> {
        match self.manage(vec![session_id.to_owned()], what).await? {
            0 => Err(Error::NotFound { session_id: session_id.to_owned() }),
            _ => Ok(()),
        }
    }

    /// Moves all conversations of a source to the trash, and says how many. They go there as one.
    ///
    /// # Errors
    /// [`Error::Store`]; then some of them may be there already.
    pub async fn delete_source(&self, source: &Source) -> Result<u32, Error> {
        let (mut count, moment, database) = (0, now(), self.database());
        loop {
            let of = source.clone();
            let ids = database.read(move |connection| trash::of_source(connection, &of, PIECE)).await?;
            if ids.is_empty() {
                break;
            }
            let _quiet = self.quiet(&ids).await;
            let put = move |transaction: &Transaction<'_>| {
                ids.iter().try_fold(0, |count, id| Ok(count + u32::from(trash::put(transaction, id, moment)?)))
            };
            count += database.write(put).await?;
        }
        if count > 0 {
            self.changed(None);
        }
        Ok(count)
    }

    /// The projects with how many conversations are in each, by name.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn projects(&self) -> Result<Vec<ProjectTotal>, Error> {
        Ok(self.database().read(conversations::projects).await?)
    }

    /// The project that a conversation is in, if it is in one.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn project(&self, session_id: &str) -> Result<Option<String>, Error> {
        let id = session_id.to_owned();
        Ok(self.database().read(move |connection| conversations::project(connection, &id)).await?)
    }

    /// A page of the trash, what was moved there last first: `limit` lines, at most 1,000.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn trash(&self, after: Option<(Timestamp, String)>, limit: u32) -> Result<TrashPage, Error> {
        Ok(self.database().read(move |connection| trash::list(connection, after.as_ref(), limit, now())).await?)
    }

    /// One thing in the trash; `None` if it is not there.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn trashed(&self, session_id: &str) -> Result<Option<Trashed>, Error> {
        let id = session_id.to_owned();
        Ok(self.database().read(move |connection| trash::get(connection, &id)).await?)
    }

    /// The moment at which something was moved to the trash last, and how much, if that was not before `since`.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn last_trashed(&self, since: Timestamp) -> Result<Option<(Timestamp, u32)>, Error> {
        Ok(self.database().read(move |connection| trash::latest(connection, since)).await?)
    }

    /// Takes a conversation or a branch out of the trash, and returns the id of the conversation that it is, or is in again.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not there, [`Error::Store`].
    pub async fn restore(&self, session_id: &str) -> Result<String, Error> {
        let id = session_id.to_owned();
        let restored = self.database().write(move |transaction| trash::restore(transaction, &id)).await?;
        let restored = restored.ok_or_else(|| Error::NotFound { session_id: session_id.to_owned() })?;
        self.changed(Some(&restored));
        self.tell_shown(vec![restored.clone()]).await;
        Ok(restored)
    }

    /// Takes everything out of the trash that was moved there at one moment, and says how much.
    ///
    /// # Errors
    /// [`Error::Store`]; then some of it may be back already.
    pub async fn restore_moment(&self, moment: Timestamp) -> Result<u32, Error> {
        let (mut count, database) = (0, self.database());
        loop {
            let restored = database.write(move |transaction| trash::restore_moment(transaction, moment)).await?;
            if restored.is_empty() {
                break;
            }
            count += u32::try_from(restored.len()).unwrap_or(u32::MAX);
            self.tell_shown(restored).await;
        }
        if count > 0 {
            self.changed(None);
        }
        Ok(count)
    }

    /// Deletes everything in the trash for good, with its pictures, files and text files in Feeds, and says how much.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::File`]; then the rest is still in the trash.
    pub async fn empty_trash(&self) -> Result<u32, Error> {
        self.purge(now()).await
    }

    /// [`empty_trash`](Chat::empty_trash) for what has been there for 30 days, in the demo as well. Nothing of it is shown any more, whether this
    /// is called or not.
    ///
    /// # Errors
    /// As [`empty_trash`](Chat::empty_trash).
    pub async fn purge_expired(&self) -> Result<u32, Error> {
        let (mut count, before) = (0, trash::expired_before(now()));
        for mode in [DatabaseMode::Personal, DatabaseMode::Demo] {
            // A demo that nobody opened yet is not made for this.
            if mode == DatabaseMode::Personal || demo::path(self.data()).exists() {
                count += self.in_mode(mode).await?.purge(before).await?;
            }
        }
        Ok(count)
    }

    async fn purge(&self, before: Timestamp) -> Result<u32, Error> {
        let (mode, database) = self.open_history();
        let mut count = 0;
        loop {
            let doomed = database.read(move |connection| trash::expired(connection, before, PIECE)).await?;
            if doomed.is_empty() {
                break;
            }
            if mode == DatabaseMode::Personal {
                // First: if the program ends behind this, the conversations are found again.
                let (folder, gone) = (self.feeds(), doomed.clone());
                blocking("removing from Feeds", move || {
                    let mut feeds = Feeds::new(folder);
                    gone.iter().try_for_each(|gone| {
                        // One that was begun here has its own id in an export.
                        feeds.remove(
                            &gone.source,
                            gone.source_id.as_ref().unwrap_or(&gone.session_id),
                            &gone.session_id,
                        )
                    })
                })
                .await?;
            }
            let purge = move |transaction: &Transaction<'_>| {
                doomed
                    .iter()
                    .try_fold(0, |count, gone| Ok(count + u32::from(trash::purge(transaction, &gone.session_id)?)))
            };
            count += database.write(purge).await?;
        }
        if count > 0 {
            self.changed(None);
            if let Err(error) = self.forget_files(mode, &database).await {
                tracing::warn!(%error, "files that nothing needs any more are still there; a later start removes them");
            }
            if let Err(error) = self.forget_titles(&database).await {
                tracing::warn!(%error, "reports of imports still have titles of conversations that are gone; they go with the next ones");
            }
        }
        Ok(count)
    }

    /// Takes a turn and all that follows it out of a conversation and moves it to the trash. If nothing else was said in the conversation, that
    /// goes there as a whole. An answer that is being written is stopped first.
    ///
    /// # Errors
    /// [`Error::TurnNotFound`] if the turn is not in this conversation, [`Error::NotFound`], [`Error::Store`].
    pub async fn prune(&self, session_id: &str, turn_id: i64) -> Result<Pruned, Error> {
        let quiet = self.0.hub.quiet(self.key(session_id)).await;
        let id = session_id.to_owned();
        let prune = move |transaction: &Transaction<'_>| {
            let path = Path::Through(turn_id);
            match turns::page(transaction, &id, path, Position::Last, 0)? {
                None => Err(aios_store::Error::NoConversation { session_id: id }),
                Some(_) => turns::prune(transaction, turn_id, now()),
            }
        };
        let pruned = self.database().write(prune).await?;
        drop(quiet);
        self.changed(Some(session_id));
        self.tell_shown(vec![session_id.to_owned()]).await;
        Ok(pruned)
    }

    /// Keeps conversations quiet while their turns go: who sends a message meanwhile waits, and finds them as they are then.
    pub(super) async fn quiet(&self, session_ids: &[String]) -> Vec<Quiet> {
        let mut quiet = Vec::with_capacity(session_ids.len());
        for session_id in session_ids.iter().collect::<BTreeSet<_>>() {
            quiet.push(self.0.hub.quiet(self.key(session_id)).await);
        }
        quiet
    }

    /// Tells those who follow these conversations which branch is shown now. For whatever moves turns that nobody says: what they look at may be
    /// gone, and what they say next stands behind the end of that branch.
    pub(super) async fn tell_shown(&self, session_ids: Vec<String>) {
        for session_id in session_ids {
            let Some(topic) = self.0.hub.known(self.key(&session_id)) else { continue };
            match self.database().read(move |connection| turns::active(connection, &session_id)).await {
                Ok(Some(turn_id)) => topic.switched(turn_id),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "who follows a conversation was not told that it changed"),
            }
        }
    }

    /// Begins a conversation with copies of the turns up to `until`, or of the whole branch that is shown, and returns its id.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::TurnNotFound`], [`Error::Store`].
    pub async fn duplicate(&self, session_id: &str, until: Option<i64>) -> Result<String, Error> {
        let (id, new_id) = (session_id.to_owned(), Uuid::now_v7().to_string());
        let new_session_id = new_id.clone();
        let duplicate = move |transaction: &Transaction<'_>| {
            let what = Duplicate { session_id: &id, until, new_session_id: &new_session_id };
            conversations::duplicate(transaction, &what, now())
        };
        self.database().write(duplicate).await?;
        self.changed(Some(&new_id));
        Ok(new_id)
    }

    /// Up to `limit` turns of a conversation, anywhere on the branch that is shown or on another. The texts of other turns are not read.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::TurnNotFound`] if a turn that is named is not on that branch; [`Error::Store`].
    pub async fn turns(&self, session_id: &str, path: Path, position: Position, limit: u32) -> Result<TurnPage, Error> {
        let id = session_id.to_owned();
        let page = self.database().read(move |connection| turns::page(connection, &id, path, position, limit)).await?;
        page.ok_or_else(|| Error::NotFound { session_id: session_id.to_owned() })
    }

    /// The questions of the active branch: all of them, or `most` that are evenly spread over it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn outline(&self, session_id: &str, most: u32) -> Result<Vec<OutlineLine>, Error> {
        let id = session_id.to_owned();
        Ok(self.database().read(move |connection| turns::outline(connection, &id, most)).await?)
    }
}
