//! What a reader's thread does.

use super::guarded;
use crate::{Error, error::During};
use async_channel::Receiver;
use rusqlite::Connection;

/// A closure with the way back for what it returns.
pub(super) type Read = Box<dyn FnOnce(&mut Connection) + Send>;

/// Packs a closure. The receiver gets one answer.
pub(super) fn job<T, F>(read: F) -> (Read, Receiver<Result<T, Error>>)
where
    T: Send + 'static,
    F: FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
{
    let (reply, answer) = async_channel::bounded(1);
    let job = move |connection: &mut Connection| {
        // One transaction: all queries of the closure see the same state.
        let result =
            connection.transaction().during("beginning to read").and_then(|transaction| guarded(|| read(&transaction)));
        // Fails only if nobody waits any more.
        let _ = reply.try_send(result);
    };
    (Box::new(job), answer)
}

/// Runs jobs until the queue is closed and empty.
pub(super) fn run(mut connection: Connection, jobs: &Receiver<Read>) {
    while let Ok(job) = jobs.recv_blocking() {
        job(&mut connection);
    }
}
