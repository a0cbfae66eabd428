//! What the writer's thread does: it takes what waits in the queue, runs it as savepoints of one transaction, commits once, and then
//! acknowledges each. Under load the price of a flush is shared; without it each write has its own.

use super::guarded;
use crate::{Error, error::During};
use async_channel::{Receiver, Sender};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::time::{Duration, Instant};

/// The most writes that share a commit.
const GROUP: usize = 256;

/// When a group has taken this long, it is committed before the next write is begun: who came first need not wait for all.
const GROUP_TIME: Duration = Duration::from_millis(10);

const OPERATION: &str = "writing";

/// A closure with the way back for what it returns.
pub(super) trait Write: Send {
    /// Runs it. What it returned is kept back until the commit.
    fn run(self: Box<Self>, transaction: &Transaction<'_>) -> Box<dyn Ran>;
    /// Answers without running it.
    fn refuse(self: Box<Self>, error: Error);
}

/// A write that has run and is to be answered.
pub(super) trait Ran {
    /// It wants to be committed.
    fn is_good(&self) -> bool;
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

    fn answer(self: Box<Self>, error: Option<Error>) {
        let result = self.result.and_then(|value| error.map_or(Ok(value), Err));
        // Fails only if nobody waits any more.
        let _ = self.reply.try_send(result);
    }
}

/// Runs jobs until the queue is closed and empty, then closes the database.
pub(super) fn run(mut connection: Connection, jobs: &Receiver<Box<dyn Write>>) {
    while let Ok(first) = jobs.recv_blocking() {
        run_group(&mut connection, first, jobs);
    }
    // Refreshes the statistics of the query planner where that pays; nothing depends on it.
    let _ = connection.execute_batch("PRAGMA optimize");
}

/// Runs a write and what waits behind it in one transaction.
fn run_group(connection: &mut Connection, first: Box<dyn Write>, jobs: &Receiver<Box<dyn Write>>) {
    let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate).during(OPERATION) {
        Ok(transaction) => transaction,
        Err(error) => return first.refuse(error),
    };
    let began = Instant::now();
    let mut group: Vec<Box<dyn Ran>> = Vec::new();
    let mut next = Some(first);
    let mut broken = None;
    while let Some(job) = next.take() {
        if let Err(error) = transaction.execute_batch("SAVEPOINT job").during(OPERATION) {
            broken = Some(error.to_string());
            job.refuse(error);
            break;
        }
        let ran = job.run(&transaction);
        let end = if ran.is_good() { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" };
        let ended = transaction.execute_batch(end);
        group.push(ran);
        if let Err(error) = ended {
            // SQLite ended the whole transaction by itself (the disk is full, for example), or the closure did, which it must not.
            broken = Some(error.to_string());
            break;
        }
        if group.len() < GROUP && began.elapsed() < GROUP_TIME {
            next = jobs.try_recv().ok();
        }
    }
    let lost = match broken {
        Some(reason) => {
            drop(transaction);
            Some(reason)
        }
        None => transaction.commit().err().map(|error| error.to_string()),
    };
    for ran in group {
        ran.answer(lost.clone().map(|reason| Error::NotCommitted { reason }));
    }
}
