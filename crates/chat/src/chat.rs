//! [`Chat`]: what is opened, and over which history.

mod batches;
mod changes;
mod conversations;
mod demo_reset;
mod import_files;
mod imports;
mod management;
mod presets;
mod ratings;
mod reports;
mod streams;
mod summaries;

pub use self::{
    import_files::NewFile,
    management::Management,
    streams::{MAXIMUM_MESSAGE, SendOptions},
};

use crate::{
    Config, Error,
    agent::Agent,
    agents::Agents,
    contract, demo, files, import, maintenance,
    stream::{self, Hub, locked},
};
use aios_protocol::agents::{AgentModels, DatabaseMode};
use aios_store::Database;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::broadcast;

/// How many changes may wait for a slow listener before it is told that it missed some. One that did looks at everything again.
const WAITING_CHANGES: usize = 256;

/// How long answers may go on when the program is asked to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Something in the history changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The conversation, if it was just one.
    pub session_id: Option<String>,
}

/// The chat module over one of the histories of a data folder. Cheap to clone; all clones are the same.
///
/// Its functions need a tokio runtime with time. None of them blocks it.
#[derive(Clone)]
pub struct Chat(Arc<Inner>, History);

/// The history that a [`Chat`] is over: nothing that is asked of it reaches the other one.
#[derive(Clone)]
struct History {
    mode: DatabaseMode,
    database: Arc<Database>,
}

struct Inner {
    config: Config,
    personal: Arc<Database>,
    /// Opened when it is needed first.
    demo: Mutex<Option<Arc<Database>>>,
    agents: Agents,
    hub: Arc<Hub>,
    changes: broadcast::Sender<Change>,
    closing: AtomicBool,
    /// Nobody else writes answers into these histories.
    alone: bool,
    /// Held while a file and what is known of it change together.
    files: tokio::sync::Mutex<()>,
}

impl Chat {
    /// Opens a data folder, which is made if need be, at the history that the configuration says, else the person's own. Answers that were being written
    /// when the program ended are marked as interrupted: only one program at a time may do this, others [`open_beside`](Chat::open_beside) it.
    /// Reads and writes files: at the start of a program, not in the middle of its work.
    ///
    /// # Errors
    /// [`Error::Store`] if a database cannot be opened or is of a later version, [`Error::Invalid`] and [`Error::Agent`] if the
    /// configuration is wrong.
    pub fn open(config: Config) -> Result<Chat, Error> {
        Chat::open_with(config, Vec::new())
    }

    /// Opens the histories while another program may be writing answers into them, which stay as they are.
    ///
    /// # Errors
    /// As [`open`](Chat::open).
    pub fn open_beside(config: Config) -> Result<Chat, Error> {
        Chat::open_as(config, Vec::new(), false)
    }

    /// [`open`](Chat::open) with further agents, each under the name of a provider. They are asked for their models themselves.
    ///
    /// # Errors
    /// As [`open`](Chat::open).
    pub fn open_with(config: Config, agents: Vec<(String, Arc<dyn Agent>)>) -> Result<Chat, Error> {
        Chat::open_as(config, agents, true)
    }

    fn open_as(config: Config, agents: Vec<(String, Arc<dyn Agent>)>, alone: bool) -> Result<Chat, Error> {
        let agents = Agents::new(&config, agents)?;
        contract::adopt(&config.data)?;
        let personal = begin(Database::open(&maintenance::personal(&config.data))?, alone)?;
        files::sweep(&config.data, DatabaseMode::Personal, &personal)?;
        import::sweep(&config.data);
        // So that they are known when somebody asks; a start does not wait for them.
        if tokio::runtime::Handle::try_current().is_ok() && config.providers.iter().any(|provider| provider.found) {
            agents.look();
        }
        let mode = config.mode.unwrap_or_default();
        let history = History { mode: DatabaseMode::Personal, database: personal.clone() };
        let inner = Inner {
            config,
            personal,
            demo: Mutex::new(None),
            agents,
            hub: Arc::new(Hub::new()),
            changes: broadcast::Sender::new(WAITING_CHANGES),
            closing: AtomicBool::new(false),
            alone,
            files: tokio::sync::Mutex::new(()),
        };
        Chat(Arc::new(inner), history).open_mode(mode)
    }

    /// The same module over another history. The demo is filled with its made-up conversations when it is opened and empty.
    ///
    /// # Errors
    /// [`Error::Store`] or [`Error::File`] if the demo cannot be opened.
    pub async fn in_mode(&self, mode: DatabaseMode) -> Result<Chat, Error> {
        if mode == self.mode() {
            return Ok(self.clone());
        }
        let chat = self.clone();
        blocking("opening a history", move || chat.open_mode(mode)).await
    }

    fn open_mode(&self, mode: DatabaseMode) -> Result<Chat, Error> {
        let inner = &self.0;
        let database = match mode {
            DatabaseMode::Personal => inner.personal.clone(),
            DatabaseMode::Demo => {
                let mut demo = locked(&inner.demo);
                match demo.as_ref() {
                    Some(demo) => demo.clone(),
                    None => {
                        let opened = begin(demo::open(&inner.config.data)?, inner.alone)?;
                        files::sweep(&inner.config.data, DatabaseMode::Demo, &opened)?;
                        demo.insert(opened).clone()
                    }
                }
            }
        };
        Ok(Chat(inner.clone(), History { mode, database }))
    }

    /// The history that everybody has to use, if the configuration names one.
    pub fn only_mode(&self) -> Option<DatabaseMode> {
        self.0.config.mode
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.config.data
    }

    /// The folder for text files of imported conversations.
    pub fn feeds(&self) -> PathBuf {
        self.0.config.feeds.clone().unwrap_or_else(|| self.0.config.data.join("Feeds"))
    }

    /// The instructions for conversations that have none of their own.
    pub fn default_system_prompt(&self) -> Option<&str> {
        self.0.config.system_prompt.as_deref()
    }

    /// Says from now on what changes. A receiver that lags has to look at everything again.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Which history this is.
    pub fn mode(&self) -> DatabaseMode {
        self.1.mode
    }

    /// The models that can answer now. Model servers that are asked for their lists have 2 seconds, those that were looked for 300
    /// milliseconds; what they said is kept for 30 seconds.
    pub async fn models(&self) -> AgentModels {
        let mut list = self.0.agents.list(self.mode()).await;
        if let Some(preferred) = self.preferred_model().await
            && list.models.iter().any(|model| model.id == preferred)
        {
            list.current = preferred;
        }
        list
    }

    /// Takes no more messages, lets answers finish for 5 seconds, marks the others as interrupted, and ends all followers. The databases close
    /// with the last clone.
    pub async fn shut_down(&self) {
        self.0.closing.store(true, Ordering::SeqCst);
        self.0.hub.close(PATIENCE).await;
    }

    fn is_closing(&self) -> bool {
        self.0.closing.load(Ordering::SeqCst)
    }

    /// The mode with its database.
    pub(crate) fn open_history(&self) -> (DatabaseMode, Arc<Database>) {
        (self.1.mode, self.1.database.clone())
    }

    /// The person's own history, whichever is open.
    pub(crate) fn personal(&self) -> &Arc<Database> {
        &self.0.personal
    }

    pub(crate) fn database(&self) -> Arc<Database> {
        self.1.database.clone()
    }

    fn changed(&self, session_id: Option<&str>) {
        // Nobody may be listening.
        let _ = self.0.changes.send(Change { session_id: session_id.map(str::to_owned) });
    }
}

/// Puts together what a killed program left half written and marks it as interrupted, unless another program may be writing it.
fn begin(database: Database, alone: bool) -> Result<Arc<Database>, Error> {
    if alone {
        database.write_blocking(|transaction| aios_store::changes::begin_epoch(transaction))?;
        let count = stream::recover(&database)?;
        if count > 0 {
            tracing::info!(count, "answers were cut off when the program ended; what had come of them is kept");
        }
    }
    Ok(Arc::new(database))
}

/// Runs what blocks on a thread for it.
pub(crate) async fn blocking<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Internal { what: format!("{what}: {error}") }),
    }
}
