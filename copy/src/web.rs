//! The browser's side: the private file system, requests to the server, and messages with the page that owns this worker.

use crate::{Answer, Ask, Engine, Error, Request, State, Took};
use aios_model::Timestamp;
use aios_store::{Connection, rusqlite::OpenFlags};
use futures::{FutureExt as _, channel::mpsc, select_biased, stream::StreamExt as _};
use gloo_net::http;
use js_sys::Promise;
use serde::{Deserialize, Serialize};
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfgBuilder, install};
use std::{cell::RefCell, pin::pin};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The database in the folder of the history.
const DATABASE: &str = "copy.db";

/// How often the server is asked whether something has changed, in milliseconds.
const LOOK_AGAIN: i32 = 15_000;

/// How long it is waited after the server did not answer, in milliseconds: twice as long each time, up to the last.
const RETRY: [i32; 2] = [1000, 30_000];

/// For each moment of work one fifth of it is rested, while the copy is filled: a page is never slower for it.
const REST: f64 = 0.2;

/// A folder whose last owner was closed a moment ago may still be taken: it is tried so often, with so many milliseconds in between.
const TRIES: u32 = 40;
const BETWEEN_TRIES: i32 = 50;

/// A question of the page, with the number that its answer gets.
#[derive(Deserialize)]
struct Question {
    number: f64,
    #[serde(flatten)]
    ask: Ask,
}

/// What the page is told.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Tell<'a> {
    /// An answer.
    Answer { number: f64, answer: &'a Answer },
    /// How it is with the copy.
    State(&'a State),
    /// The copy cannot go on, as a sentence; what is here can be read as long as this is not said at the start.
    Problem(&'a str),
    /// Somebody has to sign in.
    Closed(bool),
}

/// Starts the copy of a history; to be called once, in a dedicated worker whose page alone owns it.
///
/// # Errors
/// If it is called somewhere else, or there is no private file system.
#[wasm_bindgen]
pub async fn start(history: String) -> Result<(), JsValue> {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into()?;
    let (sender, questions) = mpsc::unbounded();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        // Only pages of this very application can post here; what is no question is none of the worker's business.
        if let Some(question) = event.data().as_string().and_then(|json| serde_json::from_str(&json).ok()) {
            // The receiver lives as long as the worker.
            let _ = sender.unbounded_send(question);
        }
    });
    scope.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    let worker = Worker { scope, history };
    match worker.open().await {
        Ok(engine) => spawn_local(worker.run(engine, questions)),
        Err(problem) => worker.tell(&Tell::Problem(&problem)),
    }
    Ok(())
}

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    history: String,
}

/// Why the server gave nothing.
enum Refusal {
    Unreachable,
    SignIn,
    /// It is there, but not able.
    Other,
}

impl Worker {
    fn tell(&self, tell: &Tell<'_>) {
        // Strings, numbers and lists are always JSON; posting a string fails only without memory.
        if let Ok(json) = serde_json::to_string(tell) {
            let _ = self.scope.post_message(&JsValue::from_str(&json));
        }
    }

    fn tell_state(&self, engine: &Engine) {
        if let Ok(state) = engine.state() {
            self.tell(&Tell::State(&state));
        }
    }

    async fn open(&self) -> Result<Engine, String> {
        let options = || {
            OpfsSAHPoolCfgBuilder::new()
                .vfs_name("copy")
                .directory(&format!("aios-copy-{}", self.history))
                .initial_capacity(6)
        };
        let mut tries = 0;
        let mut installed = loop {
            match install::<sqlite_wasm_rs::WasmOsCallback>(&options().build(), true).await {
                Err(error) if tries < TRIES && !is_damage(&error) => {
                    tries += 1;
                    self.wait(BETWEEN_TRIES).await;
                }
                installed => break installed,
            }
        };
        // What cannot be told apart cannot be used for anything; a damaged database begins anew below.
        if installed.as_ref().is_err_and(is_damage) {
            installed = install::<sqlite_wasm_rs::WasmOsCallback>(&options().clear_on_init(true).build(), true).await;
        }
        installed.map_err(|error| format!("This browser keeps no copy of the history: {error}."))?;
        let open = |connection: Connection| {
            tune(&connection)?;
            Engine::open(connection, &self.history)
        };
        let opened = match connect().and_then(open) {
            Err(error) if error.is_damage() => connect()
                .and_then(|connection| Engine::begin_anew(connection, &self.history))
                .and_then(|engine| open(engine.into_connection())),
            other => other,
        };
        opened
            .map_err(|error| format!("The copy in this browser cannot be opened: {error}. The server has everything."))
    }

    async fn run(self, engine: Engine, mut questions: mpsc::UnboundedReceiver<Question>) {
        let engine = RefCell::new(Some(engine));
        let mut retry = RETRY[0];
        loop {
            self.tell_state_of(&engine);
            // Questions are answered while the server is asked: it may take long to say that it is not there.
            let mut is_woken = false;
            let next = {
                let mut step = pin!(self.step(&engine).fuse());
                loop {
                    select_biased! {
                        question = questions.next() => match question {
                            Some(question) => is_woken |= self.reply(&engine, &question),
                            None => return,
                        },
                        next = step => break next,
                    }
                }
            };
            let pause = match next {
                Next::After(pause) => {
                    retry = RETRY[0];
                    pause
                }
                Next::Retry => {
                    retry = (retry * 2).min(RETRY[1]);
                    retry / 2
                }
                Next::Never => i32::MAX,
            };
            // A state takes away the sentence that says why it does not go on.
            if !matches!(next, Next::Never) {
                self.tell_state_of(&engine);
            }
            let mut wait = pin!(self.wait(pause).fuse());
            while !is_woken {
                select_biased! {
                    question = questions.next() => match question {
                        Some(question) => is_woken = self.reply(&engine, &question),
                        None => return,
                    },
                    () = wait => break,
                }
            }
        }
    }

    fn tell_state_of(&self, engine: &RefCell<Option<Engine>>) {
        if let Some(engine) = engine.borrow().as_ref() {
            self.tell_state(engine);
        }
    }

    /// Answers. Says whether the server is to be asked now.
    fn reply(&self, engine: &RefCell<Option<Engine>>, question: &Question) -> bool {
        let now = Timestamp::from_milliseconds(js_sys::Date::now() as i64);
        let mut engine = engine.borrow_mut();
        let answer = match engine.as_mut() {
            Some(engine) => engine.answer(&question.ask, now).unwrap_or_else(|error| Answer {
                problem: Some(if error.is_full() {
                    "There is no room on this disk, or this browser gives no more: nothing was changed. Make room and try again.".to_owned()
                } else {
                    format!("The copy in this browser cannot say: {error}.")
                }),
                ..Answer::default()
            }),
            None => Answer { problem: Some("The copy is made anew.".to_owned()), ..Answer::default() },
        };
        self.tell(&Tell::Answer { number: question.number, answer: &answer });
        matches!(question.ask, Ask::Look | Ask::Keep { .. } | Ask::Change { .. })
    }

    /// Asks the server for the next thing, and takes it.
    async fn step(&self, engine: &RefCell<Option<Engine>>) -> Next {
        let request = engine.borrow().as_ref().map(Engine::next);
        let request = match request {
            Some(Ok(request)) => request,
            Some(Err(error)) => return self.mend(engine, &error),
            None => return Next::Never,
        };
        let (status, body) = match fetch(&request).await {
            Ok(answer) => answer,
            Err(refusal) => {
                if let Some(engine) = engine.borrow_mut().as_mut() {
                    engine.is_offline = matches!(refusal, Refusal::Unreachable);
                }
                if matches!(refusal, Refusal::Other)
                    && engine.borrow_mut().as_mut().is_some_and(|engine| engine.put_off(&request))
                {
                    return Next::After(0);
                }
                if matches!(refusal, Refusal::SignIn) {
                    self.tell(&Tell::Closed(true));
                    return Next::Never;
                }
                return Next::Retry;
            }
        };
        let began = js_sys::Date::now();
        let took = engine.borrow_mut().as_mut().map(|engine| engine.took(&request, status, &body));
        match took {
            Some(Ok(Took::More)) => Next::After(((js_sys::Date::now() - began) * REST) as i32),
            Some(Ok(Took::Everything)) => match self.forget(engine).await {
                Ok(()) => Next::After(LOOK_AGAIN),
                Err(error) => self.mend(engine, &error),
            },
            Some(Ok(Took::Other)) => self.begin_anew_if_it_is_this_history(engine).await,
            Some(Err(error)) => self.mend(engine, &error),
            None => Next::Never,
        }
    }

    /// Takes out of the file what was deleted, a step after the other.
    async fn forget(&self, engine: &RefCell<Option<Engine>>) -> Result<(), Error> {
        loop {
            let began = js_sys::Date::now();
            let step = engine.borrow_mut().as_mut().map_or(Ok(false), Engine::forget);
            if !step? {
                return Ok(());
            }
            self.wait(((js_sys::Date::now() - began) * REST) as i32).await;
        }
    }

    /// The server does not know this cursor. A backup was put back, or another history is open in this browser: then this one is left alone.
    async fn begin_anew_if_it_is_this_history(&self, engine: &RefCell<Option<Engine>>) -> Next {
        #[derive(Deserialize)]
        struct Said {
            history: String,
        }
        let request = http::Request::get("/api/changes").send().await;
        let said = match request {
            Ok(answer) => answer.text().await.ok().and_then(|text| serde_json::from_str::<Said>(&text).ok()),
            Err(_) => None,
        };
        match said {
            Some(said) if said.history == self.history => self.make_anew(engine),
            Some(_) => Next::Never,
            None => Next::Retry,
        }
    }

    fn mend(&self, engine: &RefCell<Option<Engine>>, error: &Error) -> Next {
        if error.is_damage() {
            return self.make_anew(engine);
        }
        if error.is_full() {
            let shrunk = engine.borrow_mut().as_mut().map(Engine::shrink);
            match shrunk {
                Some(Ok(true)) => return Next::After(0),
                Some(Ok(false)) | None => {}
                Some(Err(error)) => {
                    engine.replace(None);
                    self.tell(&Tell::Problem(&format!("There is no room for a copy of the history: {error}.")));
                    return Next::Never;
                }
            }
        }
        let sentence = if error.is_full() {
            "The disk is full, or this browser gives no more room: the copy of the history stays as it is. Keep fewer months, or make room.".to_owned()
        } else {
            format!("The copy of the history stays as it is: {error}.")
        };
        self.tell(&Tell::Problem(&sentence));
        Next::Never
    }

    fn make_anew(&self, engine: &RefCell<Option<Engine>>) -> Next {
        let Some(old) = engine.borrow_mut().take() else { return Next::Never };
        match Engine::begin_anew(old.into_connection(), &self.history) {
            Ok(new) => {
                engine.replace(Some(new));
                Next::After(0)
            }
            Err(error) => {
                self.tell(&Tell::Problem(&format!("The copy in this browser cannot be made anew: {error}.")));
                Next::Never
            }
        }
    }

    async fn wait(&self, milliseconds: i32) {
        let timer = Promise::new(&mut |resolve, _| {
            // Fails for no number.
            let _ = self.scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        });
        let _ = JsFuture::from(timer).await;
    }
}

/// When the server is asked again.
enum Next {
    After(i32),
    Retry,
    /// When somebody asks for it.
    Never,
}

/// Whether the files in the folder do not say any more which is which. Other errors may pass, and nothing is thrown away for them.
fn is_damage(error: &OpfsSAHError) -> bool {
    matches!(error, OpfsSAHError::InvalidHeader { .. } | OpfsSAHError::DuplicateFilename(_))
}

/// Opens the file, whatever is in it: nothing is read yet.
fn connect() -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    Ok(Connection::open_with_flags(DATABASE, flags)?)
}

/// One connection in one worker: no locks. A journal that stays is not made and deleted at every commit. What was committed is on the disk before
/// the next is: a worker may be ended in the middle of anything.
fn tune(connection: &Connection) -> Result<(), Error> {
    Ok(connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = PERSIST; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 16777216",
    )?)
}

async fn fetch(request: &Request) -> Result<(u16, String), Refusal> {
    let builder = match &request.body {
        Some(_) => http::Request::post(&request.path),
        None => http::Request::get(&request.path),
    };
    let builder = builder.header("Accept", "application/json").cache(web_sys::RequestCache::NoStore);
    let builder = match &request.known {
        Some(known) => builder.header("If-None-Match", known),
        None => builder,
    };
    let prepared = match &request.body {
        Some(body) => builder.header("Content-Type", "application/json").body(body.as_str()),
        None => builder.build(),
    };
    let answer = prepared.map_err(|_| Refusal::Other)?.send().await.map_err(|_| Refusal::Unreachable)?;
    match answer.status() {
        status @ (200 | 304 | 410) => answer.text().await.map(|text| (status, text)).map_err(|_| Refusal::Unreachable),
        401 | 403 => Err(Refusal::SignIn),
        _ => Err(Refusal::Other),
    }
}
