//! Filling the copy, keeping it up to date, and answering from it, without a browser.

use crate::{Answer, Ask, State, imports, pages};
use aios_model::{ChangePage, ConversationRows, Intent, Rating, Replayed, Timestamp, TurnRows, WaitingChange};
use aios_store::{
    Connection, conversations,
    copy::{self, Need},
    forget, ratings, rusqlite,
    search::{self, KnownWords},
};
use serde::Deserialize;

/// Conversations whose turns are asked for at once.
const CONVERSATIONS: u32 = 200;

/// Text that is taken before it is put into the search index, in bytes: a step of the index becomes one piece, and pieces are merged.
const UNINDEXED: usize = 4 * 1024 * 1024;

/// Changes that are sent at once.
const CHANGES: u32 = 100;

/// About how long a month is, in milliseconds.
const MONTH: i64 = 30 * 24 * 60 * 60 * 1000 + 12 * 60 * 60 * 1000;

/// What can go wrong with the copy.
#[derive(thiserror::Error, Debug)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] aios_store::Error),
    /// SQLite, outside of the store's functions.
    #[error("the copy's database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The server's answer is not of the form that it should have.
    #[error("the server's answer was not understood: {0}")]
    NotUnderstood(#[from] serde_json::Error),
}

impl Error {
    /// The database is damaged: it has to be made anew.
    pub fn is_damage(&self) -> bool {
        let code = match self {
            Error::Store(aios_store::Error::Sqlite { source, .. }) | Error::Sqlite(source) => {
                source.sqlite_error_code()
            }
            Error::Store(
                aios_store::Error::Newer { .. } | aios_store::Error::Foreign { .. } | aios_store::Error::Corrupt { .. },
            ) => return true,
            _ => None,
        };
        matches!(code, Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase))
    }

    /// There is no room on the disk. A private window says of its memory only that it did not take what was written.
    pub fn is_full(&self) -> bool {
        let is_full = |source: &rusqlite::Error| {
            let code = source.sqlite_error().map(|error| error.extended_code);
            matches!(code, Some(rusqlite::ffi::SQLITE_FULL | rusqlite::ffi::SQLITE_IOERR_WRITE))
        };
        match self {
            Error::Store(aios_store::Error::Full { .. }) => true,
            Error::Store(aios_store::Error::Sqlite { source, .. }) | Error::Sqlite(source) => is_full(source),
            _ => false,
        }
    }
}

/// Something to ask the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The path with its query.
    pub path: String,
    /// What is sent, as JSON; nothing for what is only read.
    pub body: Option<String>,
    /// It asks only whether something has changed: this is what is known (`If-None-Match`).
    pub known: Option<String>,
    what: What,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum What {
    Outbox {
        last: i64,
    },
    Import {
        number: i64,
    },
    /// Whether the server shows this history: the requests of an import do not name it.
    History,
    Cursor,
    Conversations,
    Turns(Vec<i64>),
    Changes,
}

/// What became of an answer of the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Took {
    /// There is more to ask for.
    More,
    /// Nothing is left for now.
    Everything,
    /// The history is another one than it was: this copy says something else than it.
    Other,
}

/// A copy that is open.
pub struct Engine {
    connection: Connection,
    history: String,
    words: KnownWords,
    /// Bytes that were taken since the search index was brought up to date.
    unindexed: usize,
    not_made: u32,
    is_whole: bool,
    /// The server has just said that it shows this history.
    is_of_this_history: bool,
    /// A part of an import was not taken: the others wait until everything else is here.
    puts_imports_off: bool,
    /// Nobody answers, as far as is known.
    pub is_offline: bool,
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Replayed>,
}

impl Engine {
    /// Opens the copy of a history, or begins it in an empty database.
    ///
    /// # Errors
    /// What SQLite says; [`Error::is_damage`] of a database that cannot be used.
    pub fn open(mut connection: Connection, history: &str) -> Result<Engine, Error> {
        connection.set_prepared_statement_cache_capacity(128);
        copy::prepare(&mut connection)?;
        Ok(Engine {
            connection,
            history: history.to_owned(),
            words: KnownWords::default(),
            unindexed: 0,
            not_made: 0,
            is_whole: false,
            is_of_this_history: false,
            puts_imports_off: false,
            is_offline: false,
        })
    }

    /// Throws everything away but what is to be kept and what waits for the server, and begins anew. What was imported here is seen again when the server
    /// has it. Works on a damaged database too; of that these may be lost with it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn begin_anew(connection: Connection, history: &str) -> Result<Engine, Error> {
        let reach = copy::reach(&connection).ok();
        Engine::begin_with(connection, history, reach)
    }

    /// Begins anew with fewer turns, as there is no room for more: the newer two thirds of the conversations that are here. `false` if that would not
    /// help: then it is as it was.
    ///
    /// # Errors
    /// What SQLite says; then this copy is empty and must not be used.
    pub fn shrink(&mut self) -> Result<bool, Error> {
        let Some(reach) = copy::smaller_reach(&self.connection)? else { return Ok(false) };
        let placeholder = Connection::open_in_memory()?;
        let connection = std::mem::replace(&mut self.connection, placeholder);
        *self = Engine::begin_with(connection, &self.history, Some(reach))?;
        Ok(true)
    }

    fn begin_with(mut connection: Connection, history: &str, reach: Option<copy::Reach>) -> Result<Engine, Error> {
        let kept = copy::waiting(&connection, u32::MAX).unwrap_or_default();
        let imported = copy::imports::requests(&connection).unwrap_or_default();
        let reset = rusqlite::config::DbConfig::SQLITE_DBCONFIG_RESET_DATABASE;
        connection.flush_prepared_statement_cache();
        connection.set_db_config(reset, true)?;
        connection.execute_batch("VACUUM")?;
        connection.set_db_config(reset, false)?;
        copy::prepare(&mut connection)?;
        for change in kept.iter().filter_map(|(_, change)| change.as_ref()) {
            copy::keep(&connection, change)?;
        }
        for (path, body) in &imported {
            copy::imports::keep_request(&connection, path, body)?;
        }
        if let Some(reach) = reach {
            copy::set_reach(&connection, reach)?;
        }
        Engine::open(connection, history)
    }

    /// Gives the database back.
    pub fn into_connection(self) -> Connection {
        self.connection
    }

    /// How it is with the copy.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn state(&self) -> Result<State, Error> {
        let progress = copy::progress(&self.connection)?;
        let pages = |name: &str| self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok(State {
            conversations: progress.conversations,
            wanted: progress.wanted,
            left_out: progress.left_out,
            waiting: copy::waiting_count(&self.connection)? + copy::imports::requests_count(&self.connection)?,
            not_made: self.not_made,
            is_whole: self.is_whole && progress.is_listed && progress.wanted == 0,
            is_offline: self.is_offline,
            bytes: (pages("page_count")? * pages("page_size")?).unsigned_abs(),
        })
    }

    /// What to ask the server for: what waits goes first, so that what is got afterwards has it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn next(&self) -> Result<Request, Error> {
        let history = &self.history;
        let waiting = copy::waiting(&self.connection, CHANGES)?;
        if let Some((last, _)) = waiting.last() {
            let changes: Vec<&WaitingChange> = waiting.iter().filter_map(|(_, change)| change.as_ref()).collect();
            let body = serde_json::json!({ "history": history, "changes": changes }).to_string();
            let what = What::Outbox { last: *last };
            return Ok(Request { path: "/api/changes".to_owned(), body: Some(body), known: None, what });
        }
        if !self.puts_imports_off
            && let Some((number, path, body)) = copy::imports::next_request(&self.connection)?
        {
            return Ok(if self.is_of_this_history {
                Request { path, body: Some(body), known: None, what: What::Import { number } }
            } else {
                let path = format!("/api/changes?history={history}");
                Request { path, body: None, known: None, what: What::History }
            });
        }
        let get = |path: String, known, what| Request { path, body: None, known, what };
        Ok(match copy::need(&self.connection, CONVERSATIONS)? {
            Need::Cursor => get(format!("/api/changes?history={history}"), None, What::Cursor),
            Need::Conversations(before) => {
                let before = before.map(|before| format!("&before={before}")).unwrap_or_default();
                get(format!("/api/changes/conversations?history={history}{before}"), None, What::Conversations)
            }
            Need::Turns { conversations, after } => {
                let numbers: Vec<String> = conversations.iter().map(i64::to_string).collect();
                let after = after.map(|after| format!("&after={after}")).unwrap_or_default();
                let path = format!("/api/changes/turns?history={history}&conversations={}{after}", numbers.join(","));
                get(path, None, What::Turns(conversations))
            }
            Need::Changes(cursor) => {
                let known = Some(format!("\"{cursor}\""));
                get(format!("/api/changes?history={history}&after={cursor}"), known, What::Changes)
            }
        })
    }

    /// Goes on without a request that the server did not take now, if it can wait: a part of an import stays until it is taken.
    pub fn put_off(&mut self, request: &Request) -> bool {
        self.is_of_this_history = false;
        let can_wait = matches!(request.what, What::Import { .. });
        self.puts_imports_off |= can_wait;
        can_wait
    }

    /// Takes the server's answer to a request: 200 with a body, 304, or 410. It is one transaction.
    ///
    /// # Errors
    /// [`Error::NotUnderstood`], and what SQLite says: then nothing was taken.
    pub fn took(&mut self, request: &Request, status: u16, body: &str) -> Result<Took, Error> {
        if status == 410 {
            return Ok(Took::Other);
        }
        let is_everything = self.in_transaction(|engine| engine.take(request, status, body))?;
        self.is_of_this_history = matches!(request.what, What::History);
        self.puts_imports_off &= !is_everything;
        self.is_offline = false;
        self.is_whole = is_everything;
        Ok(if is_everything { Took::Everything } else { Took::More })
    }

    fn take(&mut self, request: &Request, status: u16, body: &str) -> Result<bool, Error> {
        let connection = &self.connection;
        let mut is_everything = false;
        match &request.what {
            What::Outbox { last } => {
                let Outcomes { outcomes } = serde_json::from_str(body)?;
                let not_made = outcomes.iter().filter(|outcome| **outcome != Replayed::Made).count();
                self.not_made += u32::try_from(not_made).unwrap_or(u32::MAX);
                copy::settle(connection, *last)?;
            }
            What::Import { number } => copy::imports::settle_request(connection, *number)?,
            What::History => {}
            What::Cursor => {
                let page: ChangePage = serde_json::from_str(body)?;
                copy::begin(connection, &page.cursor)?;
            }
            What::Conversations => {
                let rows: ConversationRows = serde_json::from_str(body)?;
                copy::take_conversations(connection, &rows)?;
            }
            What::Turns(conversations) => {
                let rows: TurnRows = serde_json::from_str(body)?;
                copy::take_turns(connection, conversations, &rows)?;
            }
            What::Changes if status == 304 => is_everything = true,
            What::Changes => {
                let page: ChangePage = serde_json::from_str(body)?;
                copy::take_changes(connection, &page)?;
                is_everything = page.is_end && matches!(copy::need(connection, 1)?, Need::Changes(_));
            }
        }
        self.unindexed += body.len();
        if is_everything || self.unindexed >= UNINDEXED {
            self.index()?;
        }
        Ok(is_everything)
    }

    fn index(&mut self) -> Result<(), Error> {
        while search::index_pending(&self.connection, &mut self.words)? {}
        self.unindexed = 0;
        Ok(())
    }

    /// Does a step of taking out of the file what was deleted. Says whether there is more to do.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget(&mut self) -> Result<bool, Error> {
        match forget::state(&self.connection)? {
            forget::State::Nothing => Ok(false),
            forget::State::Journal => Ok(forget::end(&self.connection)?),
            forget::State::Asked | forget::State::Running => {
                self.in_transaction(|engine| Ok(forget::step(&engine.connection)? != forget::State::Asked))
            }
        }
    }

    fn in_transaction<T>(&mut self, work: impl FnOnce(&mut Engine) -> Result<T, Error>) -> Result<T, Error> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = work(self).and_then(|value| {
            self.connection.execute_batch("COMMIT")?;
            Ok(value)
        });
        if done.is_err() {
            self.words.forget();
            // Fails if SQLite has ended the transaction by itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        done
    }

    /// Answers a page.
    ///
    /// # Errors
    /// What SQLite says. What cannot be found, or is not understood, is an answer.
    pub fn answer(&mut self, ask: &Ask, now: Timestamp) -> Result<Answer, Error> {
        match ask {
            Ask::Page { path, query } => {
                let page = pages::page(&self.connection, path, query)?;
                Ok(Answer { page: Some(page), ..Answer::default() })
            }
            Ask::Search { query, limit } => {
                let page = pages::hits(&self.connection, query, *limit)?;
                Ok(Answer { page: Some(page), ..Answer::default() })
            }
            Ask::Change { action, fields, id } => {
                if self.is_own(fields)? {
                    let problem = "This was imported without the server. It can be changed when the server has it; nothing was changed.";
                    return Ok(Answer { problem: Some(problem.to_owned()), ..Answer::default() });
                }
                let Some(change) = self.intent(action, fields)? else {
                    let problem = "This can only be done with the server. Nothing was changed.".to_owned();
                    return Ok(Answer { problem: Some(problem), ..Answer::default() });
                };
                let waiting = WaitingChange { id: id.chars().take(64).collect(), change };
                let changed = self.in_transaction(|engine| {
                    let changed = copy::change(&engine.connection, &waiting, now)?;
                    engine.index()?;
                    Ok(changed)
                })?;
                let problem = (!changed).then(|| "This is not in the copy. Nothing was changed.".to_owned());
                Ok(Answer { changed, problem, ..Answer::default() })
            }
            Ask::Import { path, body } => self.in_transaction(|engine| {
                let answer = imports::answer(&engine.connection, path, body, now)?;
                engine.index()?;
                Ok(answer)
            }),
            Ask::Keep { months } => {
                let since = months.map_or(i64::MIN, |months| now.milliseconds() - i64::from(months) * MONTH);
                self.in_transaction(|engine| {
                    copy::keep_since(&engine.connection, since)?;
                    engine.index()
                })?;
                self.is_whole = false;
                Ok(Answer::default())
            }
            Ask::Look => Ok(Answer::default()),
        }
    }

    /// Whether a form is about what is in this copy alone.
    fn is_own(&self, fields: &crate::Fields) -> Result<bool, Error> {
        let turn: Option<i64> = fields.get("turn_id").and_then(|turn| turn.parse().ok());
        Ok(match fields.get("session_id") {
            Some(session_id) => copy::imports::is_own(&self.connection, session_id)?,
            None => turn.is_some_and(|turn| turn >= copy::imports::OWN),
        })
    }

    /// What a form means, with what the copy says before it. The forms are those of the app's own pages.
    fn intent(&self, action: &str, fields: &crate::Fields) -> Result<Option<Intent>, Error> {
        let field = |name: &str| fields.get(name).cloned();
        Ok(match (action, field("session_id")) {
            ("/api/fn/rename", Some(session_id)) => {
                let before = conversations::get_summary(&self.connection, &session_id)?.and_then(|line| line.name);
                field("name").filter(|name| !name.trim().is_empty()).map(|name| Intent::Rename {
                    session_id,
                    before,
                    name,
                })
            }
            ("/api/fn/archive", Some(session_id)) => {
                field("archived").map(|archived| Intent::Archive { session_id, archived: archived == "true" })
            }
            ("/api/fn/rate", _) => {
                let Some(turn) = field("turn_id").and_then(|turn| turn.parse().ok()) else { return Ok(None) };
                let word = |rating| match rating {
                    Rating::Up => "up".to_owned(),
                    Rating::Down => "down".to_owned(),
                };
                let before = ratings::get(&self.connection, turn)?.map(|stored| word(stored.rating));
                let rating = field("rating").filter(|rating| rating == "up" || rating == "down");
                Some(Intent::Rate { turn, before, rating })
            }
            _ => None,
        })
    }
}
