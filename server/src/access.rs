//! Who may come in: whoever has the token, or signed in with it.
//!
//! On loopback nobody is asked, unless it is wished: the [`guard`](crate::guard) keeps other sites out, and other people do not reach it. Anywhere
//! else there has to be a token. Programs send it with each request (`Authorization: Bearer`); browsers exchange it once for a session, a random
//! number in a cookie. Of both only hashes are kept, in `access` of the data folder, where the command line changes them beside a server.
//!
//! **Invariant:** what is revoked is refused from the next request on, or within a second if another program revoked it, and its websockets
//! are closed.

mod bucket;
pub(crate) mod cookie;
pub(crate) mod pages;
pub mod secret;
pub mod store;

use self::{
    bucket::Bucket,
    secret::{Hash, Token},
    store::{Session, Stored},
};
use axum::http::{HeaderMap, header};
use std::{
    net::IpAddr,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// How long a session lasts, in milliseconds: 30 days from signing in.
const LASTS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How long a wrong token waits for its answer when there were many: with 1,024 connections, 512 guesses a second, at tokens that have
/// 16 characters at least.
const HOLD: Duration = Duration::from_secs(2);

/// What the program was told about access.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The token, if one was said. Otherwise the stored one counts.
    pub token: Option<Token>,
    /// A token is needed also where others could not come anyway.
    pub require: bool,
    /// Proxies whose `X-Forwarded-Proto` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Nothing of the history may be changed (`AIOS_READ_ONLY`).
    pub read_only: bool,
    /// How long a wrong token waits for its answer when too many were wrong before it.
    pub hold: Duration,
}

impl Default for Rules {
    fn default() -> Rules {
        let trusted_proxies = Vec::new();
        Rules { token: None, require: false, trusted_proxies, read_only: false, hold: HOLD }
    }
}

/// Why nobody can be let in, or everybody would be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is kept of sessions and token cannot be read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The token is one that could be guessed.
    #[error(
        "the token has fewer than {} characters and could be guessed: `aios-chat token new` makes a good one",
        Token::SHORTEST
    )]
    ShortToken,
    /// A token is needed, and there is none.
    #[error(
        "a token is needed to serve there, so that not everybody who reaches it can read and change your history: \
         make one with `aios-chat token new`, or say one with --token or AIOS_CHAT_TOKEN"
    )]
    NoToken,
}

/// Who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Identity {
    /// Nobody is asked here.
    Anyone,
    /// A program with the token that has this hash.
    Program(Hash),
    /// A browser with the session of this id.
    Browser(String),
}

/// Why a request is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denied {
    /// It brought nothing, or nothing that counts (any more).
    Unknown,
    /// It brought a wrong token, as too many did before; that changes after this long. The answer has to be [held](Access::hold).
    Later(Duration),
}

/// The one who decides. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    required: bool,
    rules: Rules,
    /// `None` if nobody is asked and nothing is kept.
    stored: Option<Mutex<Stored>>,
    wrong: Mutex<Bucket>,
    changed: watch::Sender<()>,
}

impl Access {
    /// The rules for a server over a data folder; `everywhere` says that others can reach where it listens.
    ///
    /// # Errors
    /// [`Error::NoToken`] if one is needed, [`Error::ShortToken`], [`Error::Store`].
    pub fn open(data: &Path, rules: Rules, everywhere: bool) -> Result<Access, Error> {
        if rules.token.as_ref().is_some_and(Token::is_short) {
            return Err(Error::ShortToken);
        }
        // Who says a token wants it to be asked for.
        let required = everywhere || rules.require || rules.token.is_some();
        let stored = Stored::open(data)?;
        if required && rules.token.is_none() && stored.token().is_none() {
            return Err(Error::NoToken);
        }
        Ok(Access::new(required, rules, Some(stored)))
    }

    /// Lets everybody in.
    pub fn for_everybody() -> Access {
        Access::new(false, Rules::default(), None)
    }

    fn new(required: bool, rules: Rules, stored: Option<Stored>) -> Access {
        let (stored, wrong) = (stored.map(Mutex::new), Mutex::new(Bucket::full(Instant::now())));
        Access(Arc::new(Inner { required, rules, stored, wrong, changed: watch::Sender::new(()) }))
    }

    /// Whether anybody is asked.
    pub fn is_required(&self) -> bool {
        self.0.required
    }

    /// Whether nothing of the history may be changed.
    pub fn is_read_only(&self) -> bool {
        self.0.rules.read_only
    }

    /// Whether a request with these headers, that `peer` sent, came to a trusted proxy over TLS.
    pub(crate) fn is_over_tls(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        // The last one is the proxy's own; those before are what it was told.
        let mut said = headers.get_all("x-forwarded-proto").iter().filter_map(|value| value.to_str().ok());
        let last = said.next_back().and_then(|value| value.rsplit(',').next()).map(str::trim);
        peer.is_some_and(|peer| self.0.rules.trusted_proxies.contains(&peer.to_canonical())) && last == Some("https")
    }

    /// Who sends these headers.
    pub(crate) fn identify(&self, headers: &HeaderMap, tls: bool) -> Result<Identity, Denied> {
        if !self.0.required {
            return Ok(Identity::Anyone);
        }
        if let Ok(identity) = self.by_cookie(headers, tls) {
            return Ok(identity);
        }
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return Err(Denied::Unknown) };
        let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(Denied::Unknown)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Denied::Unknown);
        }
        self.by_token(token.trim()).map(Identity::Program)
    }

    /// The browser that sends these headers.
    pub(crate) fn by_cookie(&self, headers: &HeaderMap, tls: bool) -> Result<Identity, Denied> {
        if !self.0.required {
            return Ok(Identity::Anyone);
        }
        let hash = cookie::read(headers, tls).map(|secret| Hash::of(&secret)).ok_or(Denied::Unknown)?;
        // It looks into what is stored, too, so it has to be asked before that is locked.
        let key = self.key();
        let stored = self.stored().ok_or(Denied::Unknown)?;
        let session =
            stored.sessions().iter().find(|session| session.hash.is(&hash)).filter(|session| key.allows(session));
        session.map(|session| Identity::Browser(session.id.clone())).ok_or(Denied::Unknown)
    }

    /// Looks at a token. A right one always counts, or whoever sends wrong ones could shut everybody out.
    fn by_token(&self, token: &str) -> Result<Hash, Denied> {
        let said = Hash::of(token);
        if self.key().0.is_some_and(|right| right.is(&said)) {
            return Ok(said);
        }
        let now = Instant::now();
        let mut wrong = self.0.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = wrong.empty_for(now) {
            return Err(Denied::Later(wait));
        }
        wrong.take(now);
        tracing::warn!("a wrong token was tried");
        Err(Denied::Unknown)
    }

    /// Waits before a wrong token is answered: that is what slows guessing.
    pub(crate) async fn hold(&self) {
        tokio::time::sleep(self.0.rules.hold).await;
    }

    /// Exchanges the token for a session, and returns its secret.
    ///
    /// # Errors
    /// [`Denied`] inside, what is wrong with the files outside.
    pub(crate) fn sign_in(&self, token: &str, agent: &str) -> Result<Result<String, Denied>, store::Error> {
        let key = match self.by_token(token.trim()) {
            Ok(key) => key,
            Err(denied) => return Ok(Err(denied)),
        };
        let Some(mut stored) = self.stored() else { return Ok(Err(Denied::Unknown)) };
        let secret = secret::random().map_err(store::Error::Random)?;
        let now = aios_chat::now().milliseconds();
        let id = Hash::of(&format!("id {secret}")).to_string().chars().take(16).collect();
        let agent = agent.chars().filter(|character| !character.is_control()).take(200).collect();
        let session = Session { id, hash: Hash::of(&secret), key, created: now, expires: now + LASTS, agent };
        stored.change(|sessions| sessions.push(session))?;
        // Another program may have changed something that was read along with it.
        self.0.changed.send_replace(());
        Ok(Ok(secret))
    }

    /// The sessions that count, latest first.
    pub(crate) fn sessions(&self) -> Vec<Session> {
        let key = self.key();
        let mut sessions: Vec<Session> = self
            .stored()
            .map(|stored| stored.sessions().iter().filter(|session| key.allows(session)).cloned().collect())
            .unwrap_or_default();
        sessions.reverse();
        sessions
    }

    /// Ends the sessions that `which` says.
    pub(crate) fn revoke(&self, which: impl Fn(&Session) -> bool) -> Result<(), store::Error> {
        if let Some(mut stored) = self.stored() {
            stored.change(|sessions| sessions.retain(|session| !which(session)))?;
        }
        self.0.changed.send_replace(());
        Ok(())
    }

    /// Looks whether the command line changed token or sessions. Reads two files if they did.
    ///
    /// # Errors
    /// What is wrong with the files: what was known before counts on.
    pub fn refresh(&self) -> Result<(), store::Error> {
        if self.stored().map_or(Ok(false), |mut stored| stored.refresh())? {
            self.0.changed.send_replace(());
        }
        Ok(())
    }

    /// Waits until an identity counts no more: its session is revoked or over, or its token replaced.
    pub(crate) async fn until_refused(self, identity: Identity) {
        let mut changed = self.0.changed.subscribe();
        while let Some(left) = self.time_left(&identity) {
            tokio::select! {
                // The sender lives as long as `self`.
                _ = changed.changed() => {}
                () = tokio::time::sleep(left) => {}
            }
        }
    }

    fn time_left(&self, identity: &Identity) -> Option<Duration> {
        // Looked at again after that.
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        match identity {
            Identity::Anyone => Some(DAY),
            Identity::Program(hash) => self.key().0.is_some_and(|key| key.is(hash)).then_some(DAY),
            Identity::Browser(id) => {
                let session = self.sessions().into_iter().find(|session| session.id == *id)?;
                let left = u64::try_from(session.expires - aios_chat::now().milliseconds()).ok()?;
                Some(Duration::from_millis(left).min(DAY))
            }
        }
    }

    fn key(&self) -> Key {
        let said = self.0.rules.token.as_ref().map(Token::hash);
        Key(said.or_else(|| self.stored()?.token()))
    }

    fn stored(&self) -> Option<MutexGuard<'_, Stored>> {
        self.0.stored.as_ref().map(|stored| stored.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The hash of the token that counts now.
struct Key(Option<Hash>);

impl Key {
    /// A session lasts until its time is over or the token is another one.
    fn allows(&self, session: &Session) -> bool {
        self.0.is_some_and(|key| key.is(&session.key)) && session.expires > aios_chat::now().milliseconds()
    }
}
