//! What the writer's thread does: it takes what waits in the queue, runs it as savepoints of one transaction, commits once, and then
//! acknowledges each. Under load the price of a flush is shared; without it each write has its own.

use super::{BUSY, guarded};
use crate::{
    Error,
    error::During,
    forget,
    search::{self, KnownWords},
};
use async_channel::{Receiver, Sender};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// The most writes that share a commit.
const GROUP: usize = 256;

/// When a group has taken this long, it is committed before the next write is begun: who came first need not wait for all.
const GROUP_TIME: Duration = Duration::from_millis(10);

/// How long the writes that came together with the last ones are waited for, in all: the threads that brought those are about to bring more.
const GATHERING: Duration = Duration::from_micros(500);

const OPERATION: &str = "writing";

/// A closure with the way back for what it returns.
pub(super) trait Write: Send {
    /// Runs it. What it returned is kept back until the commit.
    fn run(self: Box<Self>, transaction: &Transaction<'_>) -> Box<dyn Ran>;
    /// Answers without running it.
    fn refuse(self: Box<Self>, error: Error);
}

/// Why a transaction is not committed.
#[derive(Clone)]
enum Loss {
    Full,
    Other(String),
}

impl From<Error> for Loss {
    fn from(error: Error) -> Loss {
        match error {
            Error::Full { .. } => Loss::Full,
            error => Loss::Other(error.to_string()),
        }
    }
}

impl From<Loss> for Error {
    fn from(loss: Loss) -> Error {
        match loss {
            Loss::Full => Error::Full { operation: OPERATION },
            Loss::Other(reason) => Error::NotCommitted { reason },
        }
    }
}

/// A write that has run and is to be answered.
pub(super) trait Ran {
    /// It wants to be committed.
    fn is_good(&self) -> bool;
    /// It failed because the disk is full.
    fn found_no_room(&self) -> bool;
    /// Answers; if there is an error, a good write was lost to it.
    fn answer(self: Box<Self>, error: Option<Error>);
}

struct Job<T, F> {
    write: F,
    reply: Sender<Result<T, Error>>,
}

struct Done<T> {
    result: Result<T, Error>,
    reply: Sender<Result<T, Error>>,
}

/// Packs a closure. The receiver gets one answer.
pub(super) fn job<T, F>(write: F) -> (Box<dyn Write>, Receiver<Result<T, Error>>)
where
    T: Send + 'static,
    F: FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
{
    let (reply, answer) = async_channel::bounded(1);
    (Box::new(Job { write, reply }), answer)
}

impl<T, F> Write for Job<T, F>
where
    T: Send + 'static,
    F: FnOnce(&Transaction<'_>) -> Result<T, Error> + Send + 'static,
{
    fn run(self: Box<Self>, transaction: &Transaction<'_>) -> Box<dyn Ran> {
        let Job { write, reply } = *self;
        Box::new(Done { result: guarded(|| write(transaction)), reply })
    }

    fn refuse(self: Box<Self>, error: Error) {
        // Fails only if nobody waits any more.
        let _ = self.reply.try_send(Err(error));
    }
}

impl<T> Ran for Done<T> {
    fn is_good(&self) -> bool {
        self.result.is_ok()
    }

    fn found_no_room(&self) -> bool {
        matches!(self.result, Err(Error::Full { .. }))
    }

    fn answer(self: Box<Self>, error: Option<Error>) {
        let result = self.result.and_then(|value| error.map_or(Ok(value), Err));
        // Fails only if nobody waits any more.
        let _ = self.reply.try_send(result);
    }
}

/// So many changes are indexed in the transaction that makes them: what a person says here is found at once. More wait until nobody writes.
const INDEXED_AT_ONCE: u32 = 16;

/// When nobody has written for so long, what waits is indexed. Whoever writes one thing after the other is not kept waiting by it.
const IDLE: Duration = Duration::from_millis(100);

/// When nobody has written for so long after much was indexed, the memory that this took is given back.
const CALM: Duration = Duration::from_secs(2);

/// Forgetting what was deleted reads all of the file and writes most of the search index. After a round, there is none for so many times as long as it took: a
/// small history forgets at once, and a large one wears out no disk.
const REST: u32 = 100;

/// How long those who read the log are waited for, and those who write meanwhile, until that is put off.
const READERS: Duration = Duration::from_millis(50);

/// When forgetting failed, as on a full disk, it is tried again after so long.
const FAILED: Duration = Duration::from_secs(60);

/// What there is to do when nobody writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chore {
    Index,
    Forget,
    GiveBack,
    Nothing,
}

/// How forgetting goes on.
enum Forgetting {
    /// There is more to do.
    More,
    /// There is nothing to do.
    Done,
    /// Not now: somebody reads, it is too soon, or something went wrong.
    Later,
}

/// When there may be another round of forgetting.
struct Pace {
    worked: Duration,
    rests_until: Instant,
}

/// Runs jobs until the queue is closed and empty, then closes the database. What is not in the index by then is noted for the next time.
pub(super) fn run(mut connection: Connection, jobs: &Receiver<Box<dyn Write>>) {
    let mut words = KnownWords::default();
    // There may be some from before.
    let mut chore = Chore::Index;
    let mut patience = Duration::ZERO;
    let mut at_once = 1;
    let mut pace = Pace { worked: Duration::ZERO, rests_until: Instant::now() };
    let mut forgets_later = false;
    loop {
        match next(jobs, (chore != Chore::Nothing).then_some(patience)) {
            Next::Job(first) => {
                let left = run_group(&mut connection, first, jobs, &mut at_once, &mut words);
                chore = match left {
                    Chore::Nothing => chore,
                    // What is deleted waits for the index to let go of it.
                    Chore::Forget if chore == Chore::Index => chore,
                    left => left,
                };
                patience = if matches!(chore, Chore::Index | Chore::Forget) { IDLE } else { CALM };
            }
            Next::Nothing if chore == Chore::Index => {
                let waits_for_index = index_some(&mut connection, &mut words);
                (chore, patience) = (if waits_for_index { chore } else { Chore::Forget }, Duration::ZERO);
            }
            Next::Nothing if chore == Chore::Forget => {
                (chore, patience) = match forget_some(&mut connection, &mut pace) {
                    Forgetting::More => (chore, Duration::ZERO),
                    Forgetting::Done => (Chore::GiveBack, CALM),
                    Forgetting::Later => {
                        forgets_later = true;
                        (Chore::GiveBack, CALM)
                    }
                };
            }
            Next::Nothing => {
                words = KnownWords::default();
                // Nothing depends on it: what is needed of the pages is read again.
                let _ = connection.execute_batch("PRAGMA shrink_memory");
                let rest = pace.rests_until.saturating_duration_since(Instant::now());
                (chore, patience) = if forgets_later { (Chore::Forget, rest) } else { (Chore::Nothing, CALM) };
                forgets_later = false;
            }
            Next::Closed => break,
        }
    }
    // Refreshes the statistics of the query planner where that pays; nothing depends on it.
    let _ = connection.execute_batch("PRAGMA optimize");
}

enum Next {
    Job(Box<dyn Write>),
    /// None came in time.
    Nothing,
    Closed,
}

/// Wakes a thread that waits for a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for a job, no longer than `patience` if there is one.
fn next(jobs: &Receiver<Box<dyn Write>>, patience: Option<Duration>) -> Next {
    let job = |job| Next::Job(job);
    let Some(patience) = patience else { return jobs.recv_blocking().map_or(Next::Closed, job) };
    let until = Instant::now() + patience;
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut receiving = pin!(jobs.recv());
    loop {
        if let Poll::Ready(received) = receiving.as_mut().poll(&mut Context::from_waker(&waker)) {
            return received.map_or(Next::Closed, job);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Next::Nothing;
        }
        thread::park_timeout(left);
    }
}

/// Brings some of the index up to date. Says whether there may be more to do.
fn index_some(connection: &mut Connection, words: &mut KnownWords) -> bool {
    let indexed = (|| {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).during(OPERATION)?;
        let any = search::index_pending(&transaction, words)?;
        transaction.commit().during(OPERATION)?;
        Ok::<_, Error>(any)
    })();
    indexed.unwrap_or_else(|error| {
        // What waits is still noted, and tried again after the next write.
        tracing::warn!(%error, "the search index was not brought up to date");
        words.forget();
        false
    })
}

/// Does a step of forgetting what was deleted.
fn forget_some(connection: &mut Connection, pace: &mut Pace) -> Forgetting {
    let began = Instant::now();
    let forgotten = (|| match forget::state(connection)? {
        forget::State::Nothing => Ok::<_, Error>(Forgetting::Done),
        forget::State::Asked if began < pace.rests_until => Ok(Forgetting::Later),
        forget::State::Journal => {
            connection.busy_timeout(READERS).during(OPERATION)?;
            let ended = forget::end(connection);
            connection.busy_timeout(BUSY).during(OPERATION)?;
            if !ended? {
                return Ok(Forgetting::Later);
            }
            pace.rests_until = Instant::now() + std::mem::take(&mut pace.worked) * REST;
            Ok(Forgetting::More)
        }
        forget::State::Asked | forget::State::Running => {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).during(OPERATION)?;
            let state = forget::step(&transaction)?;
            transaction.commit().during(OPERATION)?;
            if state == forget::State::Asked {
                // It waits for the index, which could not be brought up to date.
                pace.rests_until = Instant::now() + FAILED;
                return Ok(Forgetting::Later);
            }
            Ok(Forgetting::More)
        }
    })();
    pace.worked += began.elapsed();
    forgotten.unwrap_or_else(|error| {
        tracing::warn!(%error, "what was deleted is not gone from the disk yet: that is tried again");
        pace.rests_until = Instant::now() + FAILED;
        Forgetting::Later
    })
}

/// Runs a statement that stays prepared.
fn run_prepared(transaction: &Transaction<'_>, sql: &str) -> Result<(), Error> {
    let ran = transaction.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    ran.map(drop).during(OPERATION)
}

/// Runs a write and what waits behind it in one transaction. Says what is left to do. `at_once` is how many were together the last time.
fn run_group(
    connection: &mut Connection,
    first: Box<dyn Write>,
    jobs: &Receiver<Box<dyn Write>>,
    at_once: &mut usize,
    words: &mut KnownWords,
) -> Chore {
    let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate).during(OPERATION) {
        Ok(transaction) => transaction,
        Err(error) => {
            first.refuse(error);
            return Chore::Nothing;
        }
    };
    let began = Instant::now();
    let mut group: Vec<Box<dyn Ran>> = Vec::new();
    let mut next = Some(first);
    let mut broken = None;
    let mut patience = GATHERING;
    while let Some(job) = next.take() {
        if let Err(error) = run_prepared(&transaction, "SAVEPOINT job") {
            broken = Some(Loss::Other(error.to_string()));
            job.refuse(error);
            break;
        }
        let ran = job.run(&transaction);
        let undone = if ran.is_good() { Ok(()) } else { run_prepared(&transaction, "ROLLBACK TO job") };
        let ended = undone.and_then(|()| run_prepared(&transaction, "RELEASE job"));
        let found_no_room = ran.found_no_room();
        group.push(ran);
        if let Err(error) = ended {
            // SQLite ended the whole transaction by itself (the disk is full, for example), or the closure did, which it must not.
            broken = Some(if found_no_room { Loss::Full } else { error.into() });
            break;
        }
        if group.len() < GROUP && began.elapsed() < GROUP_TIME {
            next = jobs.try_recv().ok();
            if next.is_none() && group.len() < *at_once {
                let waiting = Instant::now();
                if let Next::Job(job) = self::next(jobs, Some(patience)) {
                    next = Some(job);
                }
                patience = patience.saturating_sub(waiting.elapsed());
            }
        }
    }
    *at_once = group.len();
    let mut waits = Chore::Nothing;
    if broken.is_none() {
        match index_at_once(&transaction, words).and_then(|is_left| Ok((is_left, forget::state(&transaction)?))) {
            Ok((true, _)) => waits = Chore::Index,
            Ok((false, forget::State::Nothing)) => {}
            Ok((false, _)) => waits = Chore::Forget,
            Err(error) => broken = Some(error.into()),
        }
    }
    let lost = match broken {
        Some(reason) => {
            drop(transaction);
            Some(reason)
        }
        None => transaction.commit().during(OPERATION).err().map(Loss::from),
    };
    if lost.is_some() {
        words.forget();
    }
    for ran in group {
        ran.answer(lost.clone().map(Error::from));
    }
    waits
}

/// Indexes the changes of a transaction, if they are few. Says whether some are left.
fn index_at_once(transaction: &Transaction<'_>, words: &mut KnownWords) -> Result<bool, Error> {
    let changes = search::pending(transaction, INDEXED_AT_ONCE + 1)?;
    if changes == 0 || changes > INDEXED_AT_ONCE {
        return Ok(changes > 0);
    }
    // A damaged turn must not keep others from being written: what cannot be indexed waits.
    transaction.execute_batch("SAVEPOINT search").during(OPERATION)?;
    match search::index_pending(transaction, words) {
        Ok(_) => transaction.execute_batch("RELEASE search").during(OPERATION).map(|()| false),
        Err(error) => {
            tracing::warn!(%error, "the search index was not brought up to date");
            words.forget();
            transaction.execute_batch("ROLLBACK TO search; RELEASE search").during(OPERATION).map(|()| false)
        }
    }
}
