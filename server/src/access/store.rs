//! What is kept of token and sessions: `access/token` and `access/sessions.json` in the data folder, readable by their owner only.

use super::secret::{self, Hash};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// A person has a few browsers. Beyond this many the oldest sessions go.
const MOST: usize = 100;

/// A browser that is signed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// What it is called; no secret.
    pub id: String,
    /// The hash of its secret.
    pub hash: Hash,
    /// The hash of the token that it was made with.
    pub key: Hash,
    /// When it was made, in milliseconds since the epoch.
    pub created: i64,
    /// When it ends.
    pub expires: i64,
    /// What the browser said it is.
    pub agent: String,
}

/// Why token and sessions cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The stored token is not what this program writes.
    #[error("{} holds no hash of a token: `aios-chat token new` makes a new one", .0.display())]
    NoHash(PathBuf),
    /// The system has no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// What a file was when it was read.
type Stamp = Option<(Option<SystemTime>, u64)>;

/// Token and sessions as the files had them last.
#[derive(Debug)]
pub struct Stored {
    folder: PathBuf,
    token: Option<Hash>,
    sessions: Vec<Session>,
    stamps: [Stamp; 2],
}

impl Stored {
    /// Reads what a data folder keeps. Nothing there is nothing kept.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::NoHash`]. Sessions that cannot be read are none: who was signed in signs in again.
    pub fn open(data: &Path) -> Result<Stored, Error> {
        let mut stored =
            Stored { folder: data.join("access"), token: None, sessions: Vec::new(), stamps: [None, None] };
        stored.read()?;
        Ok(stored)
    }

    /// The hash of the stored token.
    pub fn token(&self) -> Option<Hash> {
        self.token
    }

    /// The sessions, those that are over included, oldest first.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Makes a new token, and with it ends all sessions. Only its hash is kept.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Random`].
    pub fn new_token(&mut self) -> Result<String, Error> {
        let token = secret::random().map_err(Error::Random)?;
        let _lock = self.lock()?;
        self.write("token", format!("{}\n", Hash::of(&token)).as_bytes())?;
        self.write("sessions.json", b"[]")?;
        self.read()?;
        Ok(token)
    }

    /// Changes the sessions as they are in the file now.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn change(&mut self, change: impl FnOnce(&mut Vec<Session>)) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.read()?;
        let mut sessions = self.sessions.clone();
        change(&mut sessions);
        let now = aios_chat::now().milliseconds();
        sessions.retain(|session| session.expires > now);
        sessions.drain(..sessions.len().saturating_sub(MOST));
        let text = serde_json::to_vec_pretty(&sessions).map_err(|error| self.failed("sessions.json")(error.into()))?;
        self.write("sessions.json", &text)?;
        self.read()
    }

    /// Reads what has changed. Says whether anything has.
    ///
    /// # Errors
    /// As [`open`](Stored::open).
    pub fn refresh(&mut self) -> Result<bool, Error> {
        let changed = self.stamps != self.look();
        if changed {
            self.read()?;
        }
        Ok(changed)
    }

    fn look(&self) -> [Stamp; 2] {
        ["token", "sessions.json"].map(|name| {
            let metadata = fs::metadata(self.folder.join(name)).ok()?;
            Some((metadata.modified().ok(), metadata.len()))
        })
    }

    fn read(&mut self) -> Result<(), Error> {
        // Before reading: what changes meanwhile is read again the next time.
        let stamps = self.look();
        let text = |name: &str| match fs::read_to_string(self.folder.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some).map_err(self.failed(name)),
        };
        let token = match text("token")? {
            Some(text) => Some(Hash::parse(text.trim()).ok_or_else(|| Error::NoHash(self.folder.join("token")))?),
            None => None,
        };
        let sessions = text("sessions.json")?.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text));
        let sessions = sessions.unwrap_or_else(|error| {
            tracing::warn!(%error, "the sessions cannot be read: whoever was signed in has to sign in again");
            Vec::new()
        });
        (self.token, self.sessions, self.stamps) = (token, sessions, stamps);
        Ok(())
    }

    /// So that no two programs change the files at once.
    fn lock(&self) -> Result<File, Error> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder).map_err(self.failed(""))?;
        let file = File::options().create(true).truncate(false).write(true).open(self.folder.join("lock"));
        let file = file.map_err(self.failed("lock"))?;
        file.lock().map_err(self.failed("lock"))?;
        Ok(file)
    }

    /// Writes a file as a whole, or leaves it as it is.
    fn write(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        let temporary = self.folder.join(format!(".{name}.writing"));
        let write = || -> io::Result<()> {
            let mut options = File::options();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&temporary)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&temporary, self.folder.join(name))
        };
        write().map_err(self.failed(name))
    }

    fn failed(&self, name: &str) -> impl Fn(io::Error) -> Error + use<> {
        let path = self.folder.join(name);
        move |source| Error::File { path: path.clone(), source }
    }
}
